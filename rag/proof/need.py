"""Which evidence an answer needed: the same question again, each cited piece left out in turn.

Nothing is searched again: what is left of the evidence is the same, under the same numbers. A
piece that the answer does without is no worse evidence; it only was not the only one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from time import perf_counter
from typing import Any

from rag.answer import answer as answered
from rag.proof.said import Statement, same, statements
from rag.question import Wants, read_question
from rag.types import Answer, Context, Generator, ShortAnswer

_ONE_THING = (Wants.NUMBER, Wants.DATE, Wants.NAME, Wants.YES_NO, Wants.DEFINITION)


class Outcome(StrEnum):
    """What becomes of an answer when evidence is left out."""

    LOST = "lost"  # the question is refused
    CHANGED = "changed"  # something is no longer said
    UNCHANGED = "unchanged"  # all that was said is still said


class Need(StrEnum):
    """Whether an answer needs a piece of evidence."""

    NEEDED = "needed"
    REPLACEABLE = "replaceable"  # other evidence says the same
    NOT_NEEDED = "not needed"  # the answer stands without what this piece adds


@dataclass(frozen=True, slots=True)
class Without:
    """The answer from the evidence but for some pieces."""

    left_out: tuple[int, ...]
    outcome: Outcome
    text: str  # the answer then; the refusal if it is lost
    short: ShortAnswer | None  # the same in a word, where it has one
    support: float  # 0 to 1
    gone: tuple[str, ...]  # what is no longer said


@dataclass(frozen=True, slots=True)
class CitationNeed:
    """Whether the answer needed one cited piece of evidence."""

    number: int
    need: Need
    replaced_by: tuple[int, ...]  # evidence that says what this piece said; () if none does
    without: Without


@dataclass(frozen=True, slots=True)
class Verification:
    """What an answer needed of its evidence. Evidence that is not cited is not needed."""

    citations: tuple[CitationNeed, ...]  # in the order of the answer
    without_all: Without | None  # all that is cited left out; None when nothing is
    support: float  # of the answer itself, to compare with
    answers: int  # how often the question was answered for this
    seconds: float


def verify_answer(answer: Answer, context: Context, generator: Generator) -> Verification:
    """Answer again without each cited piece of evidence, and without all of them.

    `context` is what the answer was written from. A refusal cites nothing, so there is nothing to
    leave out. Raises what the generator raises: ModelError.
    """
    started = perf_counter()
    cited = tuple(item.number for item in answer.cited)
    runs = {ways: _without(answer, context, ways, generator) for ways in _left_out(answer)}
    return Verification(
        citations=tuple(_need(answer, number, runs[(number,)]) for number in cited),
        without_all=runs[cited] if cited else None,
        support=answer.support,
        answers=len(runs),
        seconds=perf_counter() - started,
    )


def answers_needed(answer: Answer) -> int:
    """How often the question will be answered again; a chat model may be asked twice each time."""
    return len(_left_out(answer))


def _left_out(answer: Answer) -> list[tuple[int, ...]]:
    """The numbers to do without, in turn: each one that is cited, and all of them."""
    cited = tuple(item.number for item in answer.cited)
    return list(dict.fromkeys([*((number,) for number in cited), cited])) if cited else []


def answer_record(answer: Answer, verification: Verification | None) -> dict[str, Any]:
    """An answer as `--json` prints it, with "verification" beside its fields if there is one."""
    from rag.jsonable import jsonable

    record: dict[str, Any] = jsonable(answer)
    return record if verification is None else {**record, "verification": jsonable(verification)}


def _without(
    answer: Answer, context: Context, left_out: tuple[int, ...], generator: Generator
) -> Without:
    evidence = tuple(item for item in context.evidence if item.number not in left_out)
    again = answered(replace(context, evidence=evidence), generator, {})
    said = [] if again.refused else statements(again.text)
    gone = tuple(s.text for s in statements(answer.text) if not _still(s, said))
    outcome = Outcome.CHANGED if gone else Outcome.UNCHANGED
    if again.refused:
        outcome = Outcome.LOST
    return Without(left_out, outcome, again.text, again.short, again.support, gone)


def _need(answer: Answer, number: int, without: Without) -> CitationNeed:
    def need(kind: Need, *others: int) -> CitationNeed:
        return CitationNeed(number, kind, others, without)

    if without.outcome is Outcome.LOST:
        return need(Need.NEEDED)
    before, after = statements(answer.text), statements(without.text)
    own = [statement for statement in before if number in statement.cited]
    if all(_still(statement, after) for statement in own):
        others = tuple(dict.fromkeys(_carriers(own, number, after)))
        return need(Need.REPLACEABLE, *others) if others else need(Need.NOT_NEEDED)
    if answer.short is not None:
        now = without.short
        if now is None or not same(answer.short.text, now.text):
            return need(Need.NEEDED)
        moved = answer.short.number == number != now.number
        return need(Need.REPLACEABLE, now.number) if moved else need(Need.NOT_NEEDED)
    stands = all(_still(statement, after) for statement in _central(answer.question, before))
    return need(Need.NOT_NEEDED if stands else Need.NEEDED)


def _central(question: str, said: Sequence[Statement]) -> Sequence[Statement]:
    """What answers a question without a short answer: all of it, or, where one thing is asked,
    the first statement.
    """  # noqa: D205
    return said[:1] if read_question(question).wants in _ONE_THING else said


def _still(statement: Statement, said: Sequence[Statement]) -> bool:
    return any(same(statement.text, other.text) for other in said)


def _carriers(own: Iterable[Statement], number: int, said: Sequence[Statement]) -> Iterable[int]:
    """Evidence that says now what `number` said, and was not cited beside it."""
    for statement in own:
        for other in said:
            if same(statement.text, other.text):
                yield from (n for n in other.cited if n not in statement.cited)
                break

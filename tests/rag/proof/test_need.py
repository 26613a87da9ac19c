from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest

from ingest.types import Kind
from rag.answer import answer
from rag.config import Settings
from rag.generators.chat import ChatGenerator
from rag.proof.need import Need, Outcome, Verification, answer_record, verify_answer
from rag.proof.need_view import effort, need_lines, warning
from rag.proof.said import same, statements
from rag.types import Answer, Context, ShortAnswer
from tests.fakes import ScriptedModel
from tests.rag.corpus import element, evidence_of

BUILT = "The Kestrel pump was built by Ada Moore in 1931."
AGAIN = "Ada Moore built the Kestrel pump in 1931, they say."
OIL = "Oil its bearing weekly."
WATER = "It moves 40 litres of cold water."


class Quoting:
    """A generator that quotes the first evidence with each of some words; refuses without any."""

    verbatim = True

    def __init__(self, *words: str) -> None:
        self.words = words
        self.seen: list[tuple[int, ...]] = []

    def generate(self, context: Context) -> Iterator[str]:
        self.seen.append(tuple(item.number for item in context.evidence))
        for word in self.words:
            for item in context.evidence:
                if word in item.element.text:
                    yield f"{item.element.text} [{item.number}] "
                    break

    def revise(self, context: Context, text: str, problems: Sequence[str]) -> None:
        return None

    def support(self, context: Context, text: str) -> float:
        return len(context.evidence) / 10


def asked(question: str, texts: Sequence[str], generator: Quoting) -> tuple[Answer, Verification]:
    evidence = evidence_of("pumps.pdf", [element(Kind.TEXT, 1, text) for text in texts])
    context = Context(question, tuple(evidence))
    given = answer(context, generator, {})
    generator.seen.clear()
    return given, verify_answer(given, context, generator)


def test_the_only_source_is_needed() -> None:
    generator = Quoting("Moore")
    _, found = asked("Who built the pump?", [BUILT, WATER], generator)
    (one,) = found.citations
    assert (one.number, one.need, one.replaced_by) == (1, Need.NEEDED, ())
    assert one.without.outcome is Outcome.LOST
    assert found.without_all == one.without  # one source: both are the same run
    assert generator.seen == [(2,)]  # numbers are kept
    assert found.answers == 1
    assert need_lines(found) == ["[1] needed: without it, there is no answer."]


def test_a_source_that_another_repeats_is_replaceable() -> None:
    _, found = asked("Who built the pump?", [BUILT, WATER, AGAIN], Quoting("Moore"))
    (one,) = found.citations
    assert (one.need, one.replaced_by) == (Need.REPLACEABLE, (3,))
    assert one.without.outcome is Outcome.UNCHANGED
    assert one.without.text == f"{AGAIN} [3]"
    assert one.without.support == 0.2
    assert need_lines(found) == ["[1] replaceable by [3], which says the same."]


def test_a_source_that_only_adds_is_not_needed() -> None:
    question = "Who built the pump?"
    given, found = asked(question, [BUILT, WATER], Quoting("Moore", "litres"))
    assert [item.number for item in given.cited] == [1, 2]
    first, second = found.citations
    assert first.need is Need.NEEDED
    assert first.without.gone == (BUILT,)
    assert first.without.text == f"{WATER} [2]"
    assert (second.need, second.without.outcome) == (Need.NOT_NEEDED, Outcome.CHANGED)
    assert found.without_all is not None
    assert found.without_all.left_out == (1, 2)
    assert found.without_all.outcome is Outcome.LOST
    assert found.answers == 3
    assert need_lines(found) == [
        f"[1] needed: without it, the answer is “{WATER} [2]”.",
        "[2] not needed: without it, the answer stands and only what it adds goes.",
        "Without all of them: there is no answer.",
    ]


def test_every_part_of_a_list_is_needed() -> None:
    _, found = asked("Describe the pump", [BUILT, WATER], Quoting("Moore", "litres"))
    assert [one.need for one in found.citations] == [Need.NEEDED, Need.NEEDED]


def test_evidence_cited_beside_another_is_not_needed() -> None:
    class Both(Quoting):
        def generate(self, context: Context) -> Iterator[str]:
            numbers = "".join(f"[{item.number}]" for item in context.evidence)
            yield f"{BUILT} {numbers}" if numbers else ""

    _, found = asked("Who built the pump?", [BUILT, AGAIN], Both())
    assert [one.need for one in found.citations] == [Need.NOT_NEEDED, Need.NOT_NEEDED]
    assert found.without_all is not None
    assert found.without_all.outcome is Outcome.LOST


def test_a_refusal_needs_nothing() -> None:
    generator = Quoting("nothing of the kind")
    given, found = asked("Who built the pump?", [BUILT], generator)
    assert given.refused
    assert generator.seen == []
    assert (found.citations, found.without_all, found.answers) == ((), None, 0)
    assert need_lines(found) == ["Nothing is cited, so there is nothing to leave out."]


class Short(Quoting):
    """The same, and the first number that it quotes as the short answer."""

    def short(self, context: Context, text: str) -> ShortAnswer | None:
        for one in statements(text):
            if found := re.search(r"\d+", one.text):
                return ShortAnswer(found[0], one.cited[0], "number", (one.text,))
        return None


@pytest.mark.parametrize(
    ("other", "need", "by"),
    [
        ("The Kestrel pump, of 1931, is a fine machine to look at.", Need.REPLACEABLE, (2,)),
        ("The Kestrel pump, of 1913, is a fine machine to look at.", Need.NEEDED, ()),
    ],
)
def test_a_short_answer_is_what_counts(other: str, need: Need, by: tuple[int, ...]) -> None:
    _, found = asked("When was the pump built?", [BUILT, other], Short("Kestrel"))
    (one,) = found.citations
    assert (one.need, one.replaced_by) == (need, by)
    assert one.without.outcome is Outcome.CHANGED
    assert one.without.short is not None
    if need is Need.NEEDED:
        assert need_lines(found) == ["[1] needed: without it, the answer is 1913 [2]."]


def test_the_cost_is_said_before_and_after() -> None:
    given, found = asked("Describe the pump", [BUILT, WATER], Quoting("Moore", "litres"))
    assert warning(given, "extractive") == ""
    assert warning(given, "openai:m") == "Asking openai:m 3 times more, without cited sources …"
    assert effort(found).startswith("Answered 3 times more for this, in ")


def test_the_record_is_the_answer_and_beside_it_the_verification() -> None:
    given, found = asked("Who built the pump?", [BUILT, WATER], Quoting("Moore"))
    record = answer_record(given, found)
    assert record["text"] == given.text
    assert record["verification"]["citations"][0]["need"] == "needed"
    assert "verification" not in answer_record(given, None)


def test_statements_end_with_their_citations() -> None:
    found = statements("**12 %** [2]. It rose [1][3]. See [ 4 ] there [1, 2]\n\nNo source.")
    assert [(one.text, one.cited) for one in found] == [
        ("**12 %**", (2,)),
        (". It rose", (1, 3)),
        (". See [ 4 ] there", (1, 2)),
        ("No source.", ()),
    ]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (BUILT, AGAIN, True),
        (BUILT, BUILT.replace("1931", "1932"), False),
        (BUILT, WATER, False),
        (f"- **{BUILT}**", BUILT, True),
    ],
)
def test_same(one: str, other: str, alike: bool) -> None:
    assert same(one, other) is alike


def test_a_chat_model_is_asked_once_for_each_source_and_once_more() -> None:
    model = ScriptedModel(
        "Ada Moore built it in 1931 [1]. It moves 40 litres [2].",
        "It moves 40 litres [2].",
        "In 1931, Ada Moore built it [1].",
        "NOT IN THE DOCUMENTS",
    )
    evidence = evidence_of(
        "pumps.pdf", [element(Kind.TEXT, 1, text) for text in (BUILT, WATER, OIL)]
    )
    context = Context("Who built the pump?", tuple(evidence))
    generator = ChatGenerator(model, Settings(), lambda context, text: 0.5)
    given = answer(context, generator, {})
    found = verify_answer(given, context, generator)
    assert model.replies == []
    assert found.answers == 3
    assert [one.need for one in found.citations] == [Need.NEEDED, Need.NOT_NEEDED]
    assert found.without_all is not None
    assert found.without_all.outcome is Outcome.LOST

"""Generated text → Answer: citations parsed and checked, refusals said plainly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from rag.citations import normalised
from rag.contradictions import disagreements
from rag.contradictions.telling import missing
from rag.grounding import claims, problems
from rag.inert import without_pictures
from rag.terminal import clean
from rag.types import Answer, Concise, Context, Evidence, Generator

REFUSAL = "The documents do not answer this."
_CITATIONS = re.compile(r"(?:[^\S\n]*\[\d+(?:\s*[,;]\s*\d+)*\])+")  # a run: "[1, 2] [3]"

OnText = Callable[[str], object]


def answer(
    context: Context,
    generator: Generator,
    timings: Mapping[str, float],
    on_text: OnText | None = None,
) -> Answer:
    """An Answer from what `generator` writes about a context's evidence.

    What a model wrote is checked: citations of evidence that does not exist are struck out, and
    sentences that their citations do not bear out are given back to it once; those that remain
    are named in `unsupported`. A text without any citation left is no grounded answer and becomes
    a refusal. Where the evidence disagrees in its numbers, what the text leaves out of either
    side is quoted at its end. `on_text` gets the first draft, piece by piece, as it is written,
    and such quotes. `timings`
    (seconds per stage) are carried on, with "generate" added.
    """
    started = perf_counter()
    draft = "".join(_told(generator.generate(context), on_text))
    checked = _checked(draft, context.evidence, verbatim=generator.verbatim)
    if checked.problems:
        again = generator.revise(context, draft, tuple(checked.problems.values()))
        if again is not None:
            revised = _checked(again, context.evidence, verbatim=False)
            checked = revised if _is_better(revised, checked) else checked
    text, numbers = checked.text, checked.cited
    refused = not text or not numbers
    support = 0.0 if refused else generator.support(context, text)
    differing = () if refused else disagreements(context.question, context.evidence)
    added = [f" {quoted}" for quoted in [missing(text, differing)] if quoted]
    whole = text + "".join(_told(iter(added), on_text))
    sides = [side.number for each in differing for side in each.sides]
    by_number = {item.number: item for item in context.evidence}
    return Answer(
        question=context.question,
        text=REFUSAL if refused else whole,
        evidence=context.evidence,
        cited=() if refused else tuple(by_number[n] for n in dict.fromkeys([*numbers, *sides])),
        refused=refused,
        support=support,
        timings={**timings, "generate": perf_counter() - started},
        unsupported=() if refused else tuple(checked.problems),
        disagreements=differing,
        short=generator.short(context, text)
        if not refused and isinstance(generator, Concise)
        else None,
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """A text with its citations, and what is wrong with its sentences."""

    text: str
    cited: list[int]
    problems: Mapping[str, str]  # by sentence


def _checked(text: str, evidence: Sequence[Evidence], *, verbatim: bool) -> _Checked:
    text, cited = check_citations(text, evidence, verbatim=verbatim)
    wrong = {} if verbatim or not text else problems(text, evidence)
    return _Checked(text, cited, wrong)


def _is_better(revised: _Checked, draft: _Checked) -> bool:
    """Whether a revision takes the draft's place; a refusal only where nothing was borne out."""
    if not revised.text:
        return len(draft.problems) >= len(claims(draft.text))
    return bool(revised.cited) and len(revised.problems) <= len(draft.problems)


def _told(pieces: Iterator[str], on_text: OnText | None) -> Iterator[str]:
    for piece in pieces:
        if on_text is not None:
            on_text(piece)
        yield piece


def check_citations(
    text: str, evidence: Sequence[Evidence], *, verbatim: bool = False
) -> tuple[str, list[int]]:
    """The text with only citations that exist, as "[1][3]", and their numbers by first use.

    In what a model wrote, citations of other forms count too; a verbatim quote's "(1)" is its own.
    """
    known = {item.number for item in evidence}
    used: dict[int, None] = {}

    def keep(match: re.Match[str]) -> str:
        numbers = [int(number) for number in re.findall(r"\d+", match[0])]
        real = [number for number in dict.fromkeys(numbers) if number in known]
        used.update(dict.fromkeys(real))
        before = match.string[: match.start()]
        space = " " if before and before[-1] != "\n" else ""
        return space + "".join(f"[{number}]" for number in real) if real else ""

    text = text.strip() if verbatim else normalised(without_pictures(clean(text)).strip(), known)
    checked = _CITATIONS.sub(keep, text)
    return checked.strip(), list(used)

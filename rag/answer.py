"""Generated text → Answer: citations parsed and checked, refusals said plainly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter

from rag.grounding import problems
from rag.types import Answer, Context, Evidence, Generator

REFUSAL = "The documents do not answer this."
_CITATIONS = re.compile(r"(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])+")  # a run: "[1, 2] [3]"

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
    a refusal. `on_text` gets the first draft, piece by piece, as it is written. `timings`
    (seconds per stage) are carried on, with "generate" added.
    """
    started = perf_counter()
    draft = "".join(_told(generator.generate(context), on_text))
    text, numbers = check_citations(draft, context.evidence)
    unsupported: Mapping[str, str] = {}
    if text and not generator.verbatim:
        unsupported = problems(text, context.evidence)
        if unsupported:
            again = generator.revise(context, draft, tuple(unsupported.values()))
            revised, cited = check_citations(again, context.evidence)
            left = problems(revised, context.evidence)
            if (cited and len(left) <= len(unsupported)) or not revised:
                text, numbers, unsupported = revised, cited, left
    refused = not text or not numbers
    support = 0.0 if refused else generator.support(context, text)
    by_number = {item.number: item for item in context.evidence}
    return Answer(
        question=context.question,
        text=REFUSAL if refused else text,
        evidence=context.evidence,
        cited=() if refused else tuple(by_number[number] for number in numbers),
        refused=refused,
        support=support,
        timings={**timings, "generate": perf_counter() - started},
        unsupported=() if refused else tuple(unsupported),
    )


def _told(pieces: Iterator[str], on_text: OnText | None) -> Iterator[str]:
    for piece in pieces:
        if on_text is not None:
            on_text(piece)
        yield piece


def check_citations(text: str, evidence: Sequence[Evidence]) -> tuple[str, list[int]]:
    """The text with only citations that exist, as "[1][3]", and their numbers by first use."""
    known = {item.number for item in evidence}
    used: dict[int, None] = {}

    def keep(match: re.Match[str]) -> str:
        numbers = [int(number) for number in re.findall(r"\d+", match[0])]
        real = [number for number in dict.fromkeys(numbers) if number in known]
        used.update(dict.fromkeys(real))
        return " " + "".join(f"[{number}]" for number in real) if real else ""

    checked = _CITATIONS.sub(keep, text.strip())
    return checked.strip(), list(used)

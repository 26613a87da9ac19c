"""Generated text → Answer: citations parsed and checked, refusals said plainly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

from rag.context import build_context
from rag.types import Answer, Evidence, Generator

REFUSAL = "The documents do not answer this."
_CITATIONS = re.compile(r"(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])+")  # a run: "[1, 2] [3]"


def answer(
    question: str,
    evidence: Sequence[Evidence],
    generator: Generator,
    timings: Mapping[str, float],
    image: Path | None = None,
) -> Answer:
    """An Answer from what `generator` writes about `evidence`.

    Citations of evidence that does not exist are struck out; a text without any citation left
    is no grounded answer and becomes a refusal. `timings` (seconds per stage) are carried on,
    with "generate" added.
    """
    started = perf_counter()
    context = build_context(question, evidence, image=image)
    text, numbers = check_citations("".join(generator.generate(context)), context.evidence)
    refused = not text or not numbers
    support = 0.0 if refused else generator.support(context, text)
    by_number = {item.number: item for item in context.evidence}
    return Answer(
        question=question,
        text=REFUSAL if refused else text,
        evidence=context.evidence,
        cited=() if refused else tuple(by_number[number] for number in numbers),
        refused=refused,
        support=support,
        timings={**timings, "generate": perf_counter() - started},
    )


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

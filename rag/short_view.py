"""A short answer in words: what it is, and how it was found."""

from __future__ import annotations

from rag.types import ShortAnswer

_HOW = {
    "cell": "the table's cell",
    "count": "counted",
    "sum": "the sum of",
    "difference": "the difference between",
    "change": "the change from the first to the second",
    "comparison": "compared",
}


def headline(short: ShortAnswer) -> str:
    """The answer and its source: "8,802 [1]"."""
    return f"{short.text} [{short.number}]"


def how_found(short: ShortAnswer) -> str:
    """What it was worked out from, verbatim; "" where the quote that follows says it all."""
    if short.how not in _HOW or (short.how == "count" and len(short.steps) == 1):
        return ""
    return f"{_HOW[short.how].capitalize()}: {' | '.join(short.steps)}"

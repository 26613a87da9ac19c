"""Disagreements in words: in an answer's text, and for a person."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.types import Kind
from rag.types import Answer, Disagreement, Evidence, Side


def missing(text: str, found: Sequence[Disagreement]) -> str:
    """What an answer's text lacks of the two sides of each: their quotes, each with its [n].

    "" when all is there: a side counts as told by its quote, or by its value where it is cited.
    """
    added: list[str] = []
    for side in (side for each in found for side in each.sides):
        told = f"{text} {' '.join(added)}"
        cited = f"[{side.number}]" in told
        if not (cited and (side.quote in told or side.value in text)):
            added.append(f"{side.quote} [{side.number}]")
    return " ".join(added)


def in_words(each: Disagreement, answer: Answer) -> str:
    """A line for a person: "The sources disagree: 12 [1] (chart, page 3) against 21 [4] (text)"."""
    by_number = {item.number: item for item in answer.evidence}
    sources = [by_number[side.number] for side in each.sides]
    apart = len({item.document.id for item in sources}) > 1
    one, other = (
        _said(side, item, named=apart) for side, item in zip(each.sides, sources, strict=True)
    )
    if newer := each.sides[0].edition:
        return f"The editions disagree: {one} against {other}. The newer is that of {newer}."
    return f"The sources disagree: {one} against {other}."


def _said(side: Side, item: Evidence, *, named: bool) -> str:
    element = item.element
    kind = element.figure_type or str(element.kind)
    if element.kind is Kind.FIGURE and "chart" in kind:
        kind = "chart"
    page = element.place.page_name
    parts = [
        kind,
        *([f"page {page}"] if page else []),
        *([item.document.path.name] if named else []),
    ]
    of = f" in {side.edition}" if side.edition else ""
    return f"{side.value}{of} [{side.number}] ({', '.join(parts)})"

"""Where a piece of evidence, or what was quoted of it, stands in a file."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.types import Element, Kind
from rag.proof.file_text import FileText, Lines
from rag.proof.standing import has_words, run, stands, table_stands


def piece_stands(element: Element, text: FileText) -> bool:
    """Whether an element's text stands at its place, and its caption near it."""
    whole = table_stands if element.kind is Kind.TABLE else stands
    words = not element.text.strip() or any(
        whole(element.text, lines) for lines in text.at(element.place)
    )
    caption = not element.caption.strip() or any(
        stands(element.caption, lines) for lines in text.around(element.place)
    )
    return words and caption


def quote_stands(quote: str, element: Element, text: FileText) -> bool:
    """Whether a quote of an element stands at its place; one of its caption near it."""
    caption = run(quote) in run(element.caption)
    lines = text.around(element.place) if caption else text.at(element.place)
    return any(_has(quote, element.kind, one) for one in lines)


def quote_elsewhere(quote: str, element: Element, text: FileText) -> str:
    """The name of the first place of the file where a quote stands; "" if there is none."""
    return next((name for name, lines in text.everywhere() if _has(quote, element.kind, lines)), "")


def _has(quote: str, kind: Kind, lines: Lines | Sequence[str]) -> bool:
    return stands(quote, lines) or (kind is Kind.TABLE and has_words(quote, lines))

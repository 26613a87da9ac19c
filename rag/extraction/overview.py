"""All that the parser knows of a document, as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.types import Box, Document, Element, Kind
from rag.extraction.numbers import Number, numbers
from rag.extraction.tables import TableData, tables
from rag.extraction.text import Heading, heading_tree, page_texts

ABOUT: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "what kind of document it is: report, invoice"},
        "date": {"type": ["string", "null"], "description": "its own date, as written"},
        "authors": {"type": "array", "items": {"type": "string"}},
        "organizations": {"type": "array", "items": {"type": "string"}},
        "summary": {"type": "string", "description": "two to four sentences"},
        "key_points": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "page": {"type": ["integer", "null"]},
                },
                "required": ["text"],
            },
        },
    },
    "required": ["type", "summary"],
}
"""The JSON Schema of what a chat model is asked of a document when no schema is given."""


@dataclass(frozen=True, slots=True)
class FigureData:
    """A figure, what it is called, and where it is."""

    label: str
    caption: str
    page: int | None  # 1-based
    box: Box | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A document's parts, and what a chat model says that it is."""

    title: str
    pages: int
    about: Mapping[str, Any] | None  # valid under ABOUT; None without a chat model
    headings: tuple[Heading, ...]
    tables: tuple[TableData, ...]
    numbers: tuple[Number, ...]
    figures: tuple[FigureData, ...]
    text: str  # Markdown, in reading order


def overview(
    document: Document, elements: Sequence[Element], about: Mapping[str, Any] | None
) -> Overview:
    """The overview of a document with these elements."""
    figures = [element for element in elements if element.kind is Kind.FIGURE]
    return Overview(
        title=document.title,
        pages=document.page_count,
        about=about,
        headings=heading_tree(elements),
        tables=tuple(tables(elements)),
        numbers=tuple(numbers(elements)),
        figures=tuple(FigureData(f.label, f.caption, f.place.page, f.place.box) for f in figures),
        text="\n\n".join(page.text for page in page_texts(elements)),
    )

"""Every number of a document: its value, unit and scale, and what it is a number of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Box, Element, Kind
from rag.extraction.quantities import Quantity, quantities
from rag.extraction.table_numbers import cell_numbers
from rag.extraction.tables import TableData, blocks
from rag.sentences import sentences

_BIBLIOGRAPHY = re.compile(r"(?:\d+\.?\s+)?(?:references|bibliography)\s*$", re.IGNORECASE)
_SHORT = 25  # words of a paragraph beside a table that may be a note on it


@dataclass(frozen=True, slots=True)
class Number:
    """One number. Its amount is `value` times `scale`."""

    text: str  # as written: "$(0.86)", "4.5 billion"
    value: int | float  # with its sign, without its scale: -0.86, 4.5
    scale: float  # 1e9 for "billion", 1000 in a table "(in thousands)"; else 1
    unit: str  # "%", "kg", an ISO currency code, "calendar year"; "" when none is told
    implied: tuple[str, ...]  # which of "unit", "scale" are told elsewhere than beside it
    of: str  # what it belongs to: "row × column" of a table, else its sentence or line
    row: str  # of a table; "" elsewhere
    column: str
    label: str  # of the table or figure
    page: int | None  # 1-based
    box: Box | None  # of the passage, table or figure
    read_by: str = ""  # the model that read it from a picture; "": the document's own text


def numbers(elements: Sequence[Element]) -> list[Number]:
    """All numbers in reading order: of passages, tables, captions, and the words in figures.

    Those of bibliographies (years, volumes, pages) are left out.
    """
    found: list[Number] = []
    ordered = blocks(elements)
    for at, block in enumerate(ordered):
        if any(map(_BIBLIOGRAPHY.match, block.headings)):
            continue
        if isinstance(block, TableData):
            found += table_numbers(block, _beside(ordered, at))
        else:
            found += _in_prose(block)
    return found


def table_numbers(table: TableData, around: Sequence[str] = ()) -> Iterator[Number]:
    """A table's numbers; `around` are notes beside it. See `cell_numbers`."""
    for one in cell_numbers(table, around):
        names = [one.row, one.column] if one.row != one.column else [one.row]
        yield _number(
            one.quantity, " × ".join(filter(None, names)), table, row=one.row, column=one.column
        )


def _in_prose(element: Element) -> Iterator[Number]:
    figure = element.kind is Kind.FIGURE
    texts = element.text.splitlines() if figure else sentences(element.text)
    for text in [*sentences(element.caption), *texts]:
        line = " ".join(text.split())
        for quantity in quantities(line):
            yield _number(quantity, line, element)


def _number(
    quantity: Quantity, of: str, source: Element | TableData, row: str = "", column: str = ""
) -> Number:
    place = source.place if isinstance(source, Element) else source
    return Number(
        text=quantity.text,
        value=quantity.value,
        scale=quantity.scale,
        unit=quantity.unit,
        implied=quantity.implied,
        of=of,
        row=row,
        column=column,
        label=source.label,
        page=place.page,
        box=place.box,
        read_by=source.read_by if isinstance(source, TableData) else "",
    )


def _beside(ordered: Sequence[Element | TableData], at: int) -> list[str]:
    """The short paragraphs just before and after a table, on its page."""
    table = ordered[at]
    assert isinstance(table, TableData)
    found = []
    for where, end in ((at - 1, -1), (at + 1, 0)):
        other = ordered[where] if 0 <= where < len(ordered) else None
        if (
            isinstance(other, Element)
            and other.kind is Kind.TEXT
            and other.place.page == table.page
        ):
            paragraph = other.text.split("\n\n")[end]
            found += [paragraph] if len(paragraph.split()) <= _SHORT else []
    return found

"""A table, read: its cells with the headings of their row and column, and what is above them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Kind
from rag.generators.amounts import Amount, amount_of
from rag.generators.quotes import LONGEST, Form, Quote, sections_of, without_citations
from rag.markdown_tables import Row
from rag.types import Evidence
from rag.words import words

_FISCAL = re.compile(r"\b(?:FY|CY|fiscal year|fiscal)\s?['’]?(\d{4})\b", re.IGNORECASE)
_YEARS = re.compile(r"(?<![\d.,$])((?:19|20)\d\d)(?:\s?[-–/]\s?(\d\d)(?!\d))?(?!\d|,\d)")
_SCALE = re.compile(r"\bin (thousands|millions|billions|crores?|lakhs?)\b|\(%\)|%", re.IGNORECASE)
_BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_TOTAL = re.compile(r"\b(?:sub)?totals?\b|\ball\b|\boverall\b|\baverage\b|\bmean\b", re.IGNORECASE)
_SMALL = frozenset(
    words("a an and are as at by did do does for from had has have how in is it its of on or that")
    + words("the their there this to was were what which who with")
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell below the header."""

    text: str
    row: int  # among the table's rows
    column: int
    row_heading: str  # the row's first words, after the heading of its group
    column_heading: str
    amount: Amount | None  # when it is a number

    @property
    def path(self) -> str:
        """What the cell is of: "Revenue; 2015"."""
        return "; ".join(one for one in (self.row_heading, self.column_heading) if one)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the evidence."""

    source: Evidence
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]  # the heading over each row, "" without one
    named: int  # the column whose cells name the rows
    cells: tuple[Cell, ...]  # but for those that head their row
    unit: str  # "in millions" or "%" where the caption, heading or corner says so

    def series(self, column: int) -> list[Cell]:
        """The cells of a column, those of total rows left out."""
        return [
            cell
            for cell in self.cells
            if cell.column == column and not _TOTAL.search(cell.row_heading)
        ]

    def across(self, row: int) -> list[Cell]:
        """The cells of a row, those of total columns left out."""
        return [
            cell
            for cell in self.cells
            if cell.row == row and not _TOTAL.search(cell.column_heading)
        ]

    def quote(self, row: int, columns: Collection[int], *, whole: bool = True) -> Quote:
        """A row as it is quoted, each cell after its column's heading.

        A long one has only its name and these columns; one not wanted whole these columns only.
        """
        told = dict(_told(self.head, self.rows[row]))
        text = "; ".join(filter(None, (self.groups[row], *told.values())))
        if not whole or len(text.split()) > LONGEST:
            wanted = {*columns, self.named} if whole else columns
            kept = (told[column] for column in told if column in wanted)
            text = "; ".join(filter(None, (self.groups[row], *kept)))
        return Quote(self.source, row, Form.ROW, without_citations(text))


def _told(head: Sequence[str], row: Sequence[str]) -> Iterator[tuple[int, str]]:
    for column, (name, cell) in enumerate(zip(head, row, strict=True)):
        if cell:
            yield column, f"{name}: {cell}" if name else cell


def read_tables(evidence: Sequence[Evidence]) -> list[Table]:
    """The tables of the evidence that have a header and rows."""
    return [
        _read(item, head, found)
        for item in evidence
        if item.element.kind is Kind.TABLE
        for head, found in sections_of(item.element.text)
        if len(head) > 1 and found
    ]


def _read(item: Evidence, head: Row, found: Sequence[tuple[str, Row]]) -> Table:
    rows = tuple(cells for _, cells in found)
    groups = tuple(group for group, _ in found)
    named = _naming(rows)
    cells = [
        Cell(
            text,
            r,
            c,
            "; ".join(one for one in (groups[r], row[named]) if one),
            head[c],
            amount_of(text),
        )
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text and c != named
    ]
    element = item.element
    above = " ".join((element.caption, *element.headings[-1:], head[0]))
    scale = _SCALE.search(above)
    return Table(item, head, rows, groups, named, tuple(cells), scale[0] if scale else "")


def _naming(rows: Sequence[Sequence[str]]) -> int:
    """The column that names the rows: the first that is mostly words."""
    for column in range(len(rows[0])):
        filled = [row[column] for row in rows if row[column]]
        if filled and sum(amount_of(cell) is None for cell in filled) > len(filled) / 2:
            return column
    return 0


def stems(text: str) -> frozenset[str]:
    """The stems of a heading or a question, years and small words left out."""
    return frozenset(words(_YEARS.sub(" ", _FISCAL.sub(r"\1", text)))) - _SMALL


def bare(heading: str) -> str:
    """A heading without what stands in brackets, a unit or a note, unless that is all of it."""
    return _BRACKETS.sub(" ", heading) if _BRACKETS.sub("", heading).strip() else heading


def years(text: str) -> frozenset[str]:
    """The years that a text names: of "1999-00" both."""
    found: set[str] = set()
    for match in _YEARS.finditer(_FISCAL.sub(r"\1", text)):
        first, last = match[1], match[2] or ""
        found |= {first, first[: 4 - len(last)] + last} if last else {first}
        if last and int(last) < int(first[2:]):  # "1999-00"
            found = (found - {first[:2] + last}) | {str(int(first[:2]) + 1) + last}
    return frozenset(found)


def document_words(source: Evidence) -> frozenset[str]:
    """The stems of what names the whole document: they tell nothing of a part of it."""
    path = re.sub(r"[_\W]+", " ", source.document.path.stem)
    return stems(" ".join((source.document.title, path, *source.element.headings[:1])))


def context_of(source: Evidence) -> Iterator[str]:
    """What stands above all of an element: titles, headings, its caption."""
    element = source.element
    yield re.sub(r"[_\W]+", " ", source.document.path.stem)
    yield from (source.document.title, element.label, element.caption)
    yield from element.headings

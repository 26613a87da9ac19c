"""A document's tables as rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.types import Box, Element, Kind
from rag.markdown_tables import Row, cells
from rag.terminal import clean

_FIGURES = re.compile(r"[($€£+\-−–~<>]*\.?\d[\d.,]*[%)*†‡]*(?:\([\d.,%±\s]+\))?|[-–—]")

_NOTE = re.compile(
    r"\(((?:[^()]{0,20}\b)?in (?:[^()\s]{1,5} )?(?:thousands|millions|billions|[’']?000s?)\b"
    r"[^()]*)\)",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"\s*(?:[=@]|[+-](?![\d.,\s%‰°€$£¥–-]*$))")  # "-5 %" is a number
_PERIOD = re.compile(r"\b(?:19|20)\d\d\b|\b(?:change|vs\.?|quarter|months|Q[1-4]|FY\d+)\b", re.I)


@dataclass(frozen=True, slots=True)
class TableData:
    """One table. All rows are as wide as the header, where there is one."""

    label: str  # "Table 2"; "" when it has none
    caption: str
    headings: tuple[str, ...]  # the section it stands in, outermost first
    page: int | None  # 1-based
    box: Box | None
    header: Row  # () when no row names the columns
    rows: tuple[Row, ...]
    note: str = ""  # told of all its numbers in the header: "in thousands, except per share data"
    read_by: str = ""  # the model that read it from a picture; "": the document's own text


def blocks(elements: Iterable[Element]) -> list[Element | TableData]:
    """The elements in reading order, tables as data; one cut into chunks is whole again."""
    found: list[Element | TableData] = []
    last: Element | None = None
    for element in elements:
        if element.kind is not Kind.TABLE:
            found.append(element)
        else:
            table, before = table_of(element), found[-1] if found else None
            if last and isinstance(before, TableData) and _goes_on(last, element, before, table):
                found[-1] = replace(before, rows=before.rows + table.rows)
            else:
                found.append(table)
        last = element
    return [_mended(one) if isinstance(one, TableData) else one for one in found]


def tables(elements: Iterable[Element]) -> list[TableData]:
    """All tables in reading order."""
    return [one for one in blocks(elements) if isinstance(one, TableData)]


def table_of(element: Element) -> TableData:
    """A TABLE element's cells; a table that is no Markdown has one cell a line."""
    rows = cells(element.text) or [(line.strip(),) for line in element.text.splitlines() if line]
    markdown = element.text.lstrip().startswith("|")
    header = rows[0] if markdown and rows and any(rows[0]) else ()
    return TableData(
        label=element.label,
        caption=element.caption,
        headings=element.headings,
        page=element.place.page,
        box=element.place.box,
        header=header,
        rows=tuple(rows[1:] if markdown else rows),
        read_by=element.described_by,
    )


def to_markdown(table: TableData) -> str:
    """The table as Markdown."""
    width = max(map(len, (table.header, *table.rows)), default=0)
    head = table.header or ("",) * width
    lines = [head, ("---",) * width, *table.rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in lines)


def to_csv(table: TableData) -> str:
    """The table as CSV (RFC 4180), the header first.

    A cell that a spreadsheet would take for a formula ("=1+1", "@SUM") gets an apostrophe before
    it, which spreadsheets take for the mark of a text. Control characters are left out.
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    rows = [*([table.header] if table.header else []), *table.rows]
    writer.writerows([[_as_text(cell) for cell in row] for row in rows])
    return out.getvalue()


def _as_text(cell: str) -> str:
    shown = clean(cell)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def _goes_on(last: Element, element: Element, before: TableData, table: TableData) -> bool:
    """Whether a table is the next chunk of the one just before it: parsers repeat the header."""
    return (
        last.kind is Kind.TABLE
        and bool(table.header)
        and table.header == before.header
        and (last.place.page, last.headings, last.caption)
        == (element.place.page, element.headings, element.caption)
        and (last.place.box is None or last.place.box == element.place.box)
    )


def _mended(table: TableData) -> TableData:
    return _parted(_noted(table))


def _noted(table: TableData) -> TableData:
    """The table with a note that spans its columns, such as "(in thousands)", out of its header.

    A parser gives such a note to the columns that it happens to stand above. "Sales (in thousands)"
    beside "Shops" is about one column only, and stays.
    """
    found = {at: match for at, head in enumerate(table.header) if (match := _NOTE.search(head))}
    if not found:
        return table
    texts = {match[1] for match in found.values()}
    bare = [table.header[at] == match[0] for at, match in found.items()]
    period = [_PERIOD.search(table.header[at]) is not None for at in found]
    if len(texts) > 1 or not ("except" in min(texts) or 0 in found or any(bare) or all(period)):
        return table
    header = tuple(" ".join(_NOTE.sub("", head).split()) for head in table.header)
    return replace(table, header=header, note=min(texts))


def _parted(table: TableData) -> TableData:
    """The table with columns that a narrow gap had merged set apart again.

    A column is parted when its heading and every filled cell have the same number of words, two
    or more, and the cells' words are all figures: "Prec. Rec." above "36.0 43.6".
    """
    if not table.header or not table.rows:
        return table
    counts = [_parts(head, [row[at] for row in table.rows]) for at, head in enumerate(table.header)]
    if max(counts) == 1:
        return table
    header, *rows = (tuple(_apart(row, counts)) for row in (table.header, *table.rows))
    return replace(table, header=header, rows=tuple(rows))


def _parts(head: str, column: Sequence[str]) -> int:
    """How many columns a column is; mostly 1."""
    words = len(head.split())
    filled = [cell.split() for cell in column if cell]
    if words < 2 or not filled:
        return 1
    fitting = all(len(cell) == words and all(map(_FIGURES.fullmatch, cell)) for cell in filled)
    return words if fitting else 1


def _apart(row: Row, counts: Sequence[int]) -> Iterator[str]:
    for cell, count in zip(row, counts, strict=True):
        if count == 1:
            yield cell
        else:
            words = cell.split()
            yield from words or [""] * count

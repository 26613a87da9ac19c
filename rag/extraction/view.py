"""What was extracted, for a person's eyes: wrapped points, Markdown, aligned numbers, CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.extraction.central import Point
from rag.extraction.numbers import Number
from rag.extraction.tables import TableData, to_csv, to_markdown
from rag.terminal import clean, one_line, shortened, styled, wrapped
from rag.terminal import table as aligned

if TYPE_CHECKING:
    from rag.extracting import Extraction


def lines(extraction: Extraction) -> str:
    """The extraction as text; JSON as JSON."""
    value = extraction.value
    match extraction.kind.value:
        case "summary":
            return wrapped(" ".join(f"{point.text}{_pages(point.pages)}" for point in value))
        case "key-points":
            return "\n".join(_bullet(point) for point in value)
        case "tables":
            return "\n\n".join(_table(table) for table in value) or "There are no tables."
        case "numbers":
            return _numbers(value)
        case "text":
            return clean("\n\n".join(page.text for page in value))
    from rag.jsonable import to_json

    return to_json(value)


def csv(extraction: Extraction) -> str:
    """Tables or numbers as CSV; before each of several tables a line "# Table 2, page 3: …"."""
    if extraction.kind.value == "numbers":
        return _numbers_csv(extraction.value)
    tables: Sequence[TableData] = extraction.value
    if len(tables) == 1:
        return to_csv(tables[0]).rstrip("\n")
    return "\n".join(f"# {_title(table)}\n{to_csv(table)}" for table in tables).rstrip("\n")


def _bullet(point: Point) -> str:
    text = wrapped(f"{point.text}{_pages(point.pages)}", "  ")
    return f"-{text[1:]}"


def _pages(pages: Sequence[int]) -> str:
    if not pages:
        return ""
    word = "p." if len(pages) == 1 else "pp."
    return f" ({word}\u00a0{', '.join(map(str, pages))})"  # no line ends within


def _title(table: TableData) -> str:
    """Label or caption, page and note of a table, in one line."""
    name = table.caption or table.label or " > ".join(table.headings[-1:]) or "Table"
    page = "" if table.page is None else f", page {table.page}"
    note = f" ({table.note})" if table.note else ""
    read_by = f", read by {table.read_by}" if table.read_by else ""
    return one_line(f"{name}{note}{page}{read_by}")


def _table(table: TableData) -> str:
    return f"{styled(_title(table), 'bold')}\n\n{clean(to_markdown(table))}"


def _numbers(numbers: Sequence[Number]) -> str:
    if not numbers:
        return "There are no numbers."
    rows = [
        (shortened(n.of, 100), n.text, n.unit, _scale(n.scale), "" if n.page is None else n.page)
        for n in numbers
    ]
    return aligned(("of", "number", "unit", "times", "page"), rows, right=".r.rr")


def _numbers_csv(numbers: Sequence[Number]) -> str:
    head = ("text", "value", "scale", "unit", "of", "row", "column", "label", "page")
    rows = [
        tuple("" if (told := getattr(n, name)) is None else str(told) for name in head)
        for n in numbers
    ]
    return to_csv(TableData("", "", (), None, None, head, tuple(rows))).rstrip("\n")


def _scale(scale: float) -> str:
    return "" if scale == 1.0 else f"{scale:,.0f}"

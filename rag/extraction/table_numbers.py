"""The numbers of a table's cells, each with its row, its column and its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.extraction.quantities import CALENDAR_YEAR, Quantity, quantities
from rag.extraction.table_units import Note, accounts, counted, excepted, is_sign, notes, unit_in
from rag.extraction.tables import TableData

_NEGATIVE = re.compile(r"([$€£¥₹]|[A-Z]{3})?\s*\(\s*([$€£¥₹])?\s*([\d.,\s]*\d)\s*(%?)\s*\)\s*(%?)")
_YEAR = re.compile(r"(?:FY\s?)?(?:1[89]|20)\d\d")


@dataclass(frozen=True, slots=True)
class CellNumber:
    """A number in a cell."""

    quantity: Quantity
    row: str  # the row's heading, under that of its group: "Earnings per share: Basic"
    column: str
    cell: tuple[int, int]  # the row's and the column's position, from 0


def cell_numbers(table: TableData, around: Iterable[str] = ()) -> Iterator[CellNumber]:
    """The numbers of a table's cells, row by row; those in rows' headings are left out.

    `around` are short texts beside the table that may tell a scale: "(in thousands)".
    """
    rows = [[_in_cell(cell, row[0]) for cell in row] for row in table.rows]
    columns = [list(column) for column in zip(*rows, strict=True)]
    labels = _label_columns(table, columns)
    keyed = labels == 0 and len(columns) > 1 and bool(table.header) and _is_key(columns[0])
    told = notes(table, around)
    sense = _Sense(table, told, _signs(table, columns, told))
    for number, (cells, found) in enumerate(zip(table.rows, rows, strict=True)):
        row = _row_name(table, number, labels)
        if keyed and table.header:
            row = f"{table.header[0]} {cells[0]}"
        for at in range(labels, len(cells)):
            head = table.header[at] if table.header else ""
            own = "" if keyed and at == 0 else row
            for quantity in _years_only(found[at], columns[at], head):
                meant = sense.of(quantity, number, at, own, head)
                yield CellNumber(meant, own, head, (number, at))


def _in_cell(cell: str, label: str) -> list[Quantity]:
    """The numbers of one cell; in a row with a label, brackets make an amount negative."""
    negative = _NEGATIVE.fullmatch(cell.strip()) if label else None
    if negative:
        sign, inner, digits, inside, after = negative.groups(default="")
        found = quantities(f"{sign or inner}{digits.strip()}{inside or after}")
        return [replace(one, text=cell.strip(), value=-one.value) for one in found]
    return quantities(re.sub(r"^(\s*)–(?=\s?[$€£]?\.?\d)", r"\1-", cell))


def _label_columns(table: TableData, columns: Sequence[Sequence[list[Quantity]]]) -> int:
    """How many columns at the left name the rows; the last is never one of them."""
    for at, column in enumerate(columns[:-1]):
        cells = [row[at] for row in table.rows]
        pairs = [(cell, found) for cell, found in zip(cells, column, strict=True) if cell]
        figures = sum(_mostly_figures(cell, found) for cell, found in pairs)
        if at and figures == 0 < len(pairs):
            continue
        stub = table.header and not table.header[0]
        years = bool(pairs) and all(_YEAR.fullmatch(cell) for cell, _ in pairs)
        counted = [cell.rstrip(".") for cell, _ in pairs] == [*map(str, range(1, len(pairs) + 1))]
        if at or not (stub or years or counted or figures < 0.5 * len(pairs)):
            return at
    return max(0, len(columns) - 1)


def _mostly_figures(cell: str, found: Sequence[Quantity]) -> bool:
    """Whether a cell is an amount, rather than words with a figure among them or a range."""
    ranged = len(found) == 2 and cell[found[0].end : found[1].start].strip() in ("-", "–", "to")
    told = sum(character.isalnum() for character in cell)
    inside = sum(character.isalnum() for q in found for character in cell[q.start : q.end])
    return bool(found) and not ranged and told - inside <= 0.25 * told


def _is_key(column: Sequence[list[Quantity]]) -> bool:
    """Whether a column of numbers tells rows apart: each has one number, none twice."""
    values = [found[0].value for found in column if len(found) == 1]
    return len(values) == len(column) == len(set(values)) and values == sorted(values)


def _row_name(table: TableData, number: int, labels: int) -> str:
    """A row's heading under that of its group, the row above that has nothing but a heading."""
    parts = list(table.rows[number][:labels])
    for at in range(labels - 1):  # a cell that spans rows is filled in the first of them
        above = number
        while not parts[at] and above > 0 and any(parts[at + 1 :]):
            above -= 1
            parts[at] = table.rows[above][at]
    name = " ".join(filter(None, parts))
    if labels == 0:
        return name
    for above in range(number - 1, -1, -1):
        group = table.rows[above]
        if not any(group[labels:]) and any(group[:labels]):
            heading = " ".join(filter(None, group[:labels])).rstrip(":")
            return f"{heading}: {name}" if name else heading
    return name


def _years_only(
    found: Sequence[Quantity], column: Sequence[list[Quantity]], head: str
) -> Iterator[Quantity]:
    """Four digits alone in a cell are a year only in a column of years."""
    everywhere = [quantity.unit for cell in column for quantity in cell]
    years = set(everywhere) == {CALENDAR_YEAR} or "year" in head.lower()
    for quantity in found:
        if quantity.unit == CALENDAR_YEAR and not years and quantity.text.isdigit():
            quantity = replace(quantity, unit="")
        yield quantity


def _signs(
    table: TableData, columns: Sequence[Sequence[list[Quantity]]], told: Sequence[Note]
) -> dict[tuple[int, int], str]:
    """By row and column: the sign of the amount above that stands for this one as well."""
    found: dict[tuple[int, int], str] = {}
    noted = any(note.scale != 1.0 for note in told)
    for at, column in enumerate(columns):
        if not accounts(table, [[q.unit for q in cell] for cell in column], noted):
            continue
        current = ""
        for number, cell in enumerate(column):
            if current != "%" and not any(table.rows[number][1:]):  # a new block
                current = ""
            current = next((q.unit for q in cell if is_sign(q.unit)), current)
            found[number, at] = current
    return found


@dataclass(frozen=True, slots=True)
class _Sense:
    """What a table tells of its numbers' units and scales."""

    table: TableData
    told: Sequence[Note]
    signs: dict[tuple[int, int], str]

    def of(self, quantity: Quantity, number: int, at: int, row: str, head: str) -> Quantity:
        """The quantity with the unit and scale that hold for its cell."""
        notes = [n for n in self.told if n.columns is None or at in n.columns]
        implied = quantity.implied
        if not quantity.unit and (unit := self._unit(notes, number, at, row, head)):
            quantity, implied = replace(quantity, unit=unit), (*implied, "unit")
        scales = [n.scale for n in notes if n.scale != 1.0 and not excepted(n, row)]
        unscaled = quantity.unit in ("%", "pp", "bp", "×", CALENDAR_YEAR)
        if scales and quantity.scale == 1.0 and not unscaled:
            quantity, implied = replace(quantity, scale=scales[0]), (*implied, "scale")
        return replace(quantity, implied=implied)

    def _unit(self, notes: Sequence[Note], number: int, at: int, row: str, head: str) -> str:
        of_column, of_row = unit_in(head), unit_in(row)
        if "%" in (of_column, of_row):
            return "%"
        if found := of_column or of_row:
            return found
        if counted(row):
            return ""
        told = next((note.unit for note in notes if note.unit), "")
        return told or self.signs.get((number, at), "")

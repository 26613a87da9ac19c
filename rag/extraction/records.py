"""Tables whose columns are the properties of an object: each row gives one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.extraction.labels import Names, names_of
from rag.extraction.table_numbers import cell_numbers
from rag.extraction.tables import TableData
from rag.extraction.values import allows_null, coerced, types_of

_TOTALS = frozenset({"total", "subtotal", "sum"})

Parts = Mapping[str, Mapping[str, Any]]  # an object's properties


def records(
    tables: Sequence[TableData], parts: Parts, required: set[str], names: Names
) -> list[dict[str, Any]]:
    """The rows of the table that fits best, and of those with the same header; [] if none fits.

    A table fits that has columns for what is required and for half of the properties. `names`
    are the words of what the list is called: they decide between tables that fit alike.
    """
    best: TableData | None = None
    most = (0, False)
    for table in tables:
        columns = _columns(table, parts)
        needed = {name for name in required if not allows_null(parts.get(name, {}))}
        if not needed <= set(columns) or 2 * len(columns) < max(2, len(parts)):
            continue
        called = names_of(" ".join((table.caption, *table.headings[-1:])))
        fitness = (len(columns), bool(names) and names <= called)
        if fitness > most:
            best, most = table, fitness
    if best is None:
        return []
    same = [table for table in tables if table.header == best.header]
    return [row for table in same for row in _rows(table, _columns(table, parts), parts, required)]


def _columns(table: TableData, parts: Parts) -> dict[str, int]:
    """The column of each property that has one: of the same name, else of a longer or shorter."""
    heads = [names_of(head) for head in table.header]
    found: dict[str, int] = {}
    wanted = {
        name: [names_of(t) for t in (name, part.get("title", "")) if t]
        for name, part in parts.items()
    }
    for alike in (_equal, _overlapping):
        for name, labels in wanted.items():
            free = [at for at in range(len(heads)) if at not in found.values()]
            fitting = [at for at in free if any(alike(heads[at], label) for label in labels)]
            if name not in found and len(fitting) == 1:
                found[name] = fitting[0]
    left = [
        name for name, part in parts.items() if name not in found and "string" in types_of(part)
    ]
    if len(left) == 1 and heads and not heads[0] and found:
        found[left[0]] = 0  # a column without a heading names the rows
    return found


def _equal(head: Names, label: Names) -> bool:
    return bool(head) and head == label


def _overlapping(head: Names, label: Names) -> bool:
    return bool(head) and bool(label) and (head <= label or label <= head)


def _rows(
    table: TableData, columns: Mapping[str, int], parts: Parts, required: set[str]
) -> Iterator[dict[str, Any]]:
    numbers = {one.cell: one.quantity for one in reversed(list(cell_numbers(table)))}
    for number, row in enumerate(table.rows):
        found: dict[str, Any] = {}
        for name in (name for name in parts if name in columns):
            at = columns[name]
            value = coerced(row[at], parts[name], numbers.get((number, at))) if row[at] else None
            if value is not None or (name in required and allows_null(parts[name])):
                found[name] = value
        told = [value for value in found.values() if value is not None]
        total = bool(names_of(row[0]) & _TOTALS) and len(told) < len(columns)
        if told and not total and required <= set(found):
            yield found

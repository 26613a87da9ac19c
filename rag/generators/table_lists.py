"""Lists out of a table: what a column holds in all the rows that a question speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.generators.table_answers import COLUMN_FIT, COVERED, FORM, Found
from rag.generators.tables import Table, bare, context_of, document_words, stems
from rag.question import Question, Wants

MOST_ROWS = 20
# What rows are picked by, other than by holding what is named.
_PICKED = re.compile(
    r"\b(?:not|except|excluding|without|outside|besides|apart from|than|at least|at most"
    r"|(?:over|under|above|below)(?= [$€£]?\d))\b|n['’]t\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(?:sub)?totals?\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\b(?:how many|number of) ([\w -]+)", re.IGNORECASE)


def listed(asked: Question, tables: Sequence[Table]) -> Found | None:
    """All cells of the column that is asked for, of the rows that hold what is named.

    For "how many" their count. None when the question fits no column, or one row alone.
    """
    if _PICKED.search(asked.text):
        return None
    found = [one for table in tables for one in _lists(asked, table)]
    return max(found, key=lambda one: one.sure, default=None)


def _lists(asked: Question, table: Table) -> Iterator[Found]:
    known = stems(asked.text)
    telling = known - FORM - document_words(table.source)
    for column, heading in enumerate(table.head):
        named = stems(bare(heading)) - FORM
        if not named or len(named & known) / len(named) < COLUMN_FIT:
            continue
        if asked.wants is Wants.NUMBER and not _counts(asked, named):
            continue
        rows, held, beside = _rows_with(table, telling, known, column)
        if 2 <= len(rows) <= MOST_ROWS:
            yield from _found(asked, table, column, rows, held | named, beside)


def _counts(asked: Question, named: frozenset[str]) -> bool:
    match = _HOW_MANY.search(asked.text)
    return match is not None and bool(stems(" ".join(match[1].split()[:3])) & named)


def _rows_with(
    table: Table, telling: frozenset[str], known: frozenset[str], column: int
) -> tuple[list[int], frozenset[str], set[int]]:
    """The rows with a cell that the question spells out, its words, and that cell's columns."""
    best: list[int] = []
    words: frozenset[str] = frozenset()
    for c in range(len(table.head)):
        for value in dict.fromkeys(row[c] for row in table.rows):
            its = stems(value)
            if c == column or not its <= known or len(its & telling) <= len(words & telling):
                continue
            rows = [
                r
                for r, row in enumerate(table.rows)
                if row[c] == value and row[column] and not _TOTAL.match(row[column])
            ]
            best, words, beside = rows, its, {c}
    return (best, words, beside) if best else ([], words, set())


def _found(
    asked: Question,
    table: Table,
    column: int,
    rows: Sequence[int],
    held: frozenset[str],
    beside: set[int],
) -> Iterator[Found]:
    above = frozenset().union(*(stems(text) for text in context_of(table.source)))
    meaning = stems(asked.text) - FORM - above or stems(asked.text)
    covered = len(meaning & held) / len(meaning)
    cells = list(dict.fromkeys(table.rows[row][column] for row in rows))
    if covered < COVERED or len(cells) < 2:
        return
    steps = tuple(f"{table.head[column]}: {cell}" for cell in cells)
    quotes = tuple(table.quote(row, {column, *beside}, whole=False) for row in rows)
    counted = asked.wants is Wants.NUMBER
    text = str(len(cells)) if counted else "; ".join(cells)
    yield Found(text, "count" if counted else "list", steps, quotes, covered)

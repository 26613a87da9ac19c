"""Which row of a table has the highest value of a column, or the lowest, or the second highest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.generators.table_answers import COLUMN_FIT, FORM, LEAST, MOST, Fit, Found, found_of
from rag.generators.tables import Cell, Table, context_of, stems, years
from rag.question import Question, Wants

ENOUGH = 3  # rows over which something is the highest
_RANK = re.compile(r"\b(second|third|2nd|3rd)[- ](?=\w*est\b|most\b|least\b)", re.I)
# "The two highest", "the highest after Basel": not the first of a column.
_NOT_FIRST = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|top|fourth|fifth|\d{1,2}th|after|before"
    r"|not|except|excluding|without|outside|besides|other than|apart from)\b|n['’]t\b",
    re.I,
)


def extreme(asked: Question, tables: Sequence[Table]) -> Found | None:
    """Which row has the highest value of the column that the question names; None when unsure."""
    text = asked.text
    if not (MOST.search(text) or LEAST.search(text)) or _NOT_FIRST.search(text):
        return None
    if asked.wants is Wants.NUMBER and not re.search(r"\b(?:which|who)\b", text, re.I):
        return None
    known = stems(text)
    superlatives = (*MOST.findall(text), *LEAST.findall(text), *_RANK.findall(text))
    meaning = known - FORM - stems(" ".join(superlatives))
    best: tuple[float, Table, list[Cell]] | None = None
    for table in tables:
        around = " ".join(context_of(table.source))
        if not years(text) <= years(f"{around} {table.source.element.text}"):
            continue
        rows, said = _spoken_of(table, known, years(text))
        for column in sorted({cell.column for cell in table.cells}):
            series = [cell for cell in table.series(column) if cell.row in rows]
            cells = [cell for cell in series if cell.amount and cell.row_heading]
            fewest = ENOUGH if len(rows) == len(table.rows) else 2
            if len(cells) < fewest or len(cells) < 0.8 * len(series):
                continue
            heading = stems(table.head[column])
            named = len(heading & known) / len(heading) if heading else 0.0
            held = heading | stems(around) | stems(table.head[0]) | said
            score = (named + 1.0) / 2
            if named >= COLUMN_FIT and meaning <= held and (best is None or score > best[0]):
                best = (score, table, cells)
    return _ranked(text, *best) if best else None


def _spoken_of(
    table: Table, known: frozenset[str], when: frozenset[str]
) -> tuple[set[int], frozenset[str]]:
    """The rows with the years and words that a question names, and these words; else all rows."""
    rows, said = set(range(len(table.rows))), frozenset[str]()
    told = [
        (table.groups[r], *(text for c, text in enumerate(row) if c != table.named))
        for r, row in enumerate(table.rows)
    ]
    for text in dict.fromkeys(text for row in told for text in row if text):
        its, its_years = stems(text) - FORM, years(text)
        if (its or its_years) and its <= known and its_years <= when:
            rows &= {r for r, row in enumerate(told) if text in row}
            said |= its
    return rows, said


def _ranked(text: str, score: float, table: Table, cells: list[Cell]) -> Found | None:
    least = LEAST.search(text) is not None
    place = {"second": 1, "2nd": 1, "third": 2, "3rd": 2}
    nth = place[match[1].lower()] if (match := _RANK.search(text)) else 0
    in_order = sorted(cells, key=lambda cell: _value(cell) if least else -_value(cell))
    values = [_value(cell) for cell in in_order]
    if nth >= len(values) or values.count(values[nth]) > 1:
        return None
    fits = [Fit(table, cell, 1.0, score, score) for cell in in_order[: nth + 2]]
    return found_of(in_order[nth].row_heading, "comparison", fits, score)


def _value(cell: Cell) -> float:
    return cell.amount.value if cell.amount else 0.0

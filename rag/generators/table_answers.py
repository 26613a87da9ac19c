"""Answers out of one table: a cell, or a plain operation on the cells that a question names.

The cells must fit the question's words by the headings of their row and of their column; where
several fit alike there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.generators.amounts import Amount, amounts, written
from rag.generators.quotes import Quote
from rag.generators.tables import Cell, Table, bare, context_of, document_words, stems, years
from rag.question import Question, Wants
from rag.support import ASKING
from rag.words import STOP

MOST = re.compile(
    r"\b(?:highest|largest|most|greatest|maximum|biggest|longest|fastest|heaviest)\b", re.I
)
LEAST = re.compile(r"\b(?:lowest|smallest|least|minimum|fewest|shortest|slowest|lightest)\b", re.I)
_DIFFERENCE = re.compile(
    r"\bdifference\b|\bgap\b|\bhow (?:many|much) (?:more|fewer|less|higher|lower|larger|greater)\b"
    r"|\b(?:change[ds]?|increase[ds]?|decrease[ds]?|grow|growth|grew|fell|rise|rose|drop)\b.*"
    r"\bfrom\b.*\bto\b|\bhow (?:many|much) did\b",
    re.I,
)
_SHARE = re.compile(r"percent|\brate\b|\bgrowth\b", re.I)
_PERCENT = re.compile(r"\bpercentage\b|\bpercent\b|%", re.I)
_SUM = re.compile(r"\bsum\b|\bin total\b|\btotal (?:of|number)\b|\bcombined\b|\bin all\b", re.I)
_DERIVED = re.compile(
    r"\bratio\b|\baverage\b|\bmean\b|\bmedian\b|\bmargin\b|\bper cent of\b|\btimes\b|\bmultiple\b",
    re.I,
)
OPERATION = re.compile(
    "|".join(pattern.pattern for pattern in (MOST, LEAST, _DIFFERENCE, _SUM, _DERIVED))
    + r"|\b(?:gap|higher|lower|more|fewer|less|compared|both|change[ds]?|increase[ds]?)\b",
    re.I,
)

ROW_FIT, COLUMN_FIT, COVERED, AHEAD = 0.6, 0.5, 0.5, 0.02
_DATED = stems(
    "January February March April May June July August September October November December"
    " Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec year years ended ending end fiscal financial"
    " 28 29 30 31"
)
_GENERIC = stems(
    "called consist contain done happen have involve mean named need needed put recorded report"
    " required said say states take there thing total steps tips points items"
)
FORM = (
    ASKING | _GENERIC | _DATED | stems(" ".join(STOP))
)  # on the form of an answer, of dates, small ones


@dataclass(frozen=True, slots=True)
class Found:
    """A short answer, not yet weighed."""

    text: str
    how: str
    steps: tuple[str, ...]  # "row; column: cell", verbatim
    quotes: tuple[Quote, ...]  # what it stands on
    sure: float  # from 0 to 1


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a cell fits a question."""

    table: Table
    cell: Cell
    row: float  # share of the row heading's words that the question has
    column: float
    covered: float  # share of the question's words that the headings and the context have

    @property
    def score(self) -> float:
        return (self.row + self.column + self.covered) / 3


def from_tables(asked: Question, tables: Sequence[Table]) -> Found | None:
    """The short answer that one of the tables gives; None when none does, or several do alike."""
    fits = sorted(
        (fit for table in tables for fit in _fits(asked, table)), key=lambda fit: -fit.score
    )
    text = asked.text
    if MOST.search(text) or LEAST.search(text):
        return None  # `table_extremes` answers these
    if _DERIVED.search(text) and not any(_DERIVED.search(fit.cell.path) for fit in fits[:1]):
        return None
    if _DIFFERENCE.search(text):
        return _difference(text, fits)
    if _SUM.search(text) and (found := _sum(fits)):
        return found
    return _cell(asked, fits)


def _fits(asked: Question, table: Table) -> list[Fit]:
    """The cells whose headings the question names, with how well."""
    known, when = stems(asked.text), years(asked.text)
    above = frozenset().union(*(stems(text) for text in context_of(table.source)))
    meaning = known - FORM - above or known - FORM or known
    telling = known - FORM - document_words(table.source)
    columns = {
        column: _heading_fit(table.head[column], known, when)
        for column in {cell.column for cell in table.cells}
    }
    words_in = {c: _mostly_words(table, c) for c in columns}
    found = []
    for cell in table.cells:
        heading = stems(cell.row_heading)
        if not (cell.amount or words_in[cell.column]) or not heading & telling:
            continue
        parts = (cell.row_heading, cell.row_heading.rpartition("; ")[2])
        row, part = max((_heading_fit(part, known, when), part) for part in parts)
        column = 1.0 if len(columns) == 1 else columns[cell.column]
        if row >= ROW_FIT and column >= COLUMN_FIT:
            held = stems(part) | stems(cell.column_heading)
            covered = len(meaning & held) / len(meaning)
            found.append(Fit(table, cell, row, column, covered))
    return found


def _heading_fit(heading: str, known: frozenset[str], when: frozenset[str]) -> float:
    """From 0 to 1: the share of its words that the question has; of years, how alike they are."""
    its, told = years(heading), stems(bare(heading)) - _DATED
    if its and when:
        alike = len(its & when) / len(its | when)
        return alike * (1.0 if not told else 0.5 + 0.5 * len(told & known) / len(told))
    return len(told & known) / len(told) if told else 0.0


def _mostly_words(table: Table, column: int) -> bool:
    cells = [cell for cell in table.cells if cell.column == column]
    return sum(cell.amount is None for cell in cells) > len(cells) / 2


def _cell(asked: Question, fits: Sequence[Fit]) -> Found | None:
    """The one cell that fits."""
    wanted = [fit for fit in fits if _answers(asked, fit)]
    if not wanted or wanted[0].covered < COVERED:
        return None
    best = wanted[0]
    rivals = [fit for fit in wanted[1:] if fit.score > best.score - AHEAD]
    if any(fit.cell.text != best.cell.text for fit in rivals) or _has_namesake(best):
        return None
    if any(_of_other_column(fit, best) for fit in wanted):
        return None
    text = _scaled(best.cell.text, best.cell.amount, best.table)
    return found_of(text, "cell", [best], best.score)


def _has_namesake(fit: Fit) -> bool:
    """Whether a row or column of the same name has nothing where this cell stands."""
    table, cell = fit.table, fit.cell
    columns = [c for c, name in enumerate(table.head) if name == cell.column_heading]
    rows = {other.row for other in table.cells if other.row_heading == cell.row_heading}
    return not all(
        table.rows[r][c]
        for r, c in [*((cell.row, c) for c in columns), *((r, cell.column) for r in rows)]
    )


def _of_other_column(fit: Fit, best: Fit) -> bool:
    """Whether the question names another column for the same row: "the area and height of …"."""
    if fit.table is not best.table or fit.cell.row != best.cell.row or best.column < 1.0:
        return False
    more = stems(bare(fit.cell.column_heading)) - stems(bare(best.cell.column_heading))
    return fit.column == 1.0 and bool(more)


def _answers(asked: Question, fit: Fit) -> bool:
    """Whether a cell is what is asked for: a number, of the unit and year asked for, or news."""
    table, cell = fit.table, fit.cell
    told = " ".join((cell.path, *context_of(table.source)))
    all_told = f"{told} {table.source.element.text}"
    if not years(asked.text) <= years(all_told) or stems(cell.text) <= stems(asked.text):
        return False
    if not _percents(asked.text) <= _percents(f"{told} {' '.join(table.rows[cell.row])}"):
        return False  # "refused at 5%", where no row or column is of 5%
    if asked.wants is not Wants.NUMBER:
        return True
    unit = f"{cell.amount.unit if cell.amount else ''} {cell.column_heading} {table.unit}"
    return cell.amount is not None and ("%" in unit or not _PERCENT.search(asked.text))


def _percents(text: str) -> set[float]:
    return {amount.value for amount in amounts(text) if amount.unit == "%"}


def _difference(text: str, fits: Sequence[Fit]) -> Found | None:
    pair = _pair(fits)
    if pair is None:
        return None
    first, second = (fit.cell.amount for fit in pair)
    if first is None or second is None:
        return None
    if _SHARE.search(text) and first.unit != "%" and pair[0].table.unit != "%":
        return _change(pair)
    value = abs(first.value - second.value)
    return found_of(_worked_out(value, pair), "difference", pair, pair[0].score)


def _change(pair: Sequence[Fit]) -> Found | None:
    """From the earlier year to the later, in percent; None from nothing, or from a loss."""
    earlier, later = sorted(pair, key=lambda fit: sorted(years(fit.cell.column_heading)))
    first, second = earlier.cell.amount, later.cell.amount
    from_, to = (years(fit.cell.column_heading) for fit in (earlier, later))
    if not from_ or from_ == to or first is None or second is None or first.value <= 0:
        return None
    change = 100 * (second.value / first.value - 1)
    return found_of(f"{change:.1f}%", "change", [earlier, later], pair[0].score)


def _sum(fits: Sequence[Fit]) -> Found | None:
    pair = _pair(fits)
    if pair is None:
        return None
    first, second = (fit.cell.amount for fit in pair)
    if first is None or second is None:
        return None
    return found_of(_worked_out(first.value + second.value, pair), "sum", pair, pair[0].score)


def _pair(fits: Sequence[Fit]) -> list[Fit] | None:
    """The two cells of one row or one column that fit, when there are two and no more."""
    numbers = [fit for fit in fits if fit.cell.amount]
    if len(numbers) < 2:
        return None
    best = numbers[0]
    near = [fit for fit in numbers if fit.table is best.table and fit.score > best.score - AHEAD]
    if len(near) != 2 or best.row < 1.0 or near[1].row < 1.0:
        return None
    a, b = (fit.cell for fit in near)
    return near if (a.row == b.row) != (a.column == b.column) else None


def _worked_out(value: float, pair: Sequence[Fit]) -> str:
    """What two cells come to, with the decimals, the unit and the scale of the finer one."""
    like = max(
        (fit.cell.amount for fit in pair if fit.cell.amount),
        key=lambda one: (len(one.text.partition(".")[2]), bool(one.unit)),
    )
    return _scaled(written(value, like), like, pair[0].table)


def _scaled(text: str, amount: Amount | None, table: Table) -> str:
    """A number with the scale that a heading or caption gives: "1,874 (in millions)"."""
    if amount is None or amount.unit == "%" or not table.unit.lower().startswith("in"):
        return text
    return f"{text} ({table.unit})"


def found_of(text: str, how: str, fits: Sequence[Fit], sure: float) -> Found:
    """A short answer that stands on these cells, with the rows to quote for them."""
    columns = {fit.cell.column for fit in fits}
    rows = {fit.cell.row: fit.table.quote(fit.cell.row, columns) for fit in fits}
    steps = tuple(f"{fit.cell.path}: {fit.cell.text}" for fit in fits)
    return Found(text, how, steps, tuple(rows.values()), sure)

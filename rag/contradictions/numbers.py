"""The numbers that a quote tells, with what is needed to compare them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.contradictions.passages import Passage
from rag.contradictions.reading import CHANGES, meaning
from rag.extraction.quantities import CALENDAR_YEAR, Quantity, quantities
from rag.extraction.table_numbers import cell_numbers
from rag.extraction.tables import TableData, blocks, table_of
from rag.generators.quotes import Form, without_citations
from rag.quantities_said import CURRENCIES

# What is said around a number that is an age, a bound, a margin or a mere choice of a few.
_BEFORE = re.compile(
    r"\b(?:age[sd]?|at least|at most|up to|less than|fewer than|more than|greater than|over|under"
    r"|above|below|within|every|exceed(?:s|ed|ing)?|between|confidence|interval|CI|p\s?[<=>]|n\s?="
    r"|margin of|top|first|last|past|next|question|item|no\.|number|type|day|grade)\W{0,2}$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^\W{0,2}(?:(?:years?)?[\s-]?(?:of age|old|and (?:older|over|above|up|younger|under))\b"
    r"|or (?:more|less|older|younger|fewer)\b|to \d|[-–—] ?\d|±|CI\b|confidence)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|approx\.?|some|circa|close to)\s\W?$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?(?:[-–—±]|to|±)\s?")
_CLAUSE = re.compile(
    r"[;:()—–]|,(?!\d)|\b(?:while|whereas|but|compared|versus|and|than|though|followed)\b"
)
FAR = 5.0  # times a number may be another for both to be of one thing
_IN_TURN = re.compile(r"\brespectively\b", re.IGNORECASE)
_ITEM = re.compile(r"\d{1,2}\s+[A-Z]")  # "3 Place the device"
_LOOSE = 0.06  # of its value, how far off "about 20" may be
_MANY = 1000.0  # from here on, zeros at the end of a number may be rounding


@dataclass(frozen=True, slots=True)
class Told:
    """A number that a passage tells."""

    passage: Passage
    text: str  # as written
    value: float  # its scale included, its sign not
    step: float  # the unit of its last digit, its scale included: 0.1e9 of "6.8 billion"
    unit: str
    near: frozenset[str]  # meaning words of its clause; of its row and column
    noun: str = ""  # stem of what is counted: "people" of "12 people"; "" in a table
    about: bool = False  # "nearly 20"
    change: bool = False  # "rose by 20", "a 20% increase"
    clause: str = ""
    start: int = 0  # of a number in a sentence: its characters
    end: int = 0
    label: str = ""  # of its row, of what stands beside it in a chart
    column: str = ""

    @property
    def percent(self) -> bool:
        """Whether it is a share."""
        return self.unit == "%"


def numbers_in(passage: Passage) -> list[Told]:
    """The numbers of a passage that can be compared: no years, ages, ranges, bounds or labels."""
    if passage.quote.form is Form.ROW:
        return list(_in_row(passage))
    if passage.quote.form is Form.WORDS:
        return list(_in_chart(passage))
    return list(_in_prose(passage))


def all_values(passage: Passage) -> list[float]:
    """The values of every number of a passage, whatever it is."""
    return [abs(found.value) * found.scale for found in quantities(passage.quote.text)]


def other_labels(cell: Told) -> list[frozenset[str]]:
    """The meaning words of the labels of the other rows of a table, or of a chart."""
    element, quote = cell.passage.quote.source.element, cell.passage.quote.text
    if cell.passage.quote.form is Form.WORDS:
        lines = [" ".join(line.split()) for line in element.text.splitlines()]
        own = [n for n, line in enumerate(lines) if line and quote.startswith(line)][:1]
        labels = [meaning(line) for n, line in enumerate(lines) if n not in own]
    else:
        table = table_of(element)
        at = _row_at(table, quote)
        labels = [meaning(row[0]) for n, row in enumerate(table.rows) if n != at]
    return [label for label in labels if label]


def same(one: Told, other: Told) -> bool:
    """Whether two numbers may be one: rounded, cut off, in other units of scale."""
    a, b = one.value, other.value
    coarse = max(one.step, other.step)
    slack = coarse if one.step != other.step else 0.0
    if one.about or other.about:
        slack = max(slack, _LOOSE * max(a, b))
    if abs(a - b) <= slack * 1.0001:
        return True
    if min(a, b) <= 0:
        return False
    # A scale or a percent sign that stands where we do not see it.
    return any(abs(a / b / f - 1) <= 0.06 for f in (1e3, 1e-3, 1e6, 1e-6, 100.0, 0.01))


def comparable(one: Told, other: Told) -> bool:
    """Whether two numbers are of one kind, both shares or both dollars, and of one size."""
    if not same(one, other) and max(one.value, other.value) > FAR * min(one.value, other.value):
        return False
    if one.unit == other.unit:
        return True
    bare = {one.unit: other, other.unit: one}.get("")
    if bare is None:
        return False
    # A table or chart may have its sign elsewhere.
    told = one if bare is other else other
    forms = {one.passage.quote.form, other.passage.quote.form}
    if bare.percent:
        return told.passage.quote.form is Form.WORDS and told.value <= 100
    return bool(forms & {Form.ROW, Form.WORDS}) and bare.unit in CURRENCIES


def _in_prose(passage: Passage) -> Iterator[Told]:
    text = passage.quote.text
    if _IN_TURN.search(text):
        return
    found = quantities(text)
    for place, quantity in enumerate(found):
        if quantity.unit == CALENDAR_YEAR or _is_no_amount(quantity, text):
            continue
        if _in_range(found, place, text) or (quantity.start == 0 and _ITEM.match(text)):
            continue
        start, end = _clause(text, quantity)
        yield Told(
            passage=passage,
            text=quantity.text,
            value=abs(quantity.value) * quantity.scale,
            step=_step(quantity),
            unit=quantity.unit,
            near=meaning(text[start:end]),
            noun=next(iter(meaning(" ".join(text[quantity.end :].split()[:3]), ordered=True)), ""),
            about=_ABOUT.search(text, 0, quantity.start) is not None,
            change=_is_change(text, quantity),
            clause=text[start:end],
            start=quantity.start,
            end=quantity.end,
        )


def _is_change(text: str, quantity: Quantity) -> bool:
    """Whether a number tells by how much something changed."""
    before, after = text[: quantity.start].split()[-4:], text[quantity.end :].split()[:4]
    return any(word.strip(".,;:()").lower() in CHANGES for word in before + after)


def _in_row(passage: Passage) -> Iterator[Told]:
    element = passage.quote.source.element
    at = _row_at(table_of(element), passage.quote.text)
    whole = blocks([element])[0]
    if at is None or not isinstance(whole, TableData):
        return
    group = max((n for n in range(at) if not any(whole.rows[n][1:])), default=at)
    rows = sorted(n for n in {0, 1, 2, group, at} if n < len(whole.rows))
    table = replace(whole, rows=tuple(whole.rows[n] for n in rows))  # enough, and soon read
    alone = [row[0] for row in whole.rows].count(whole.rows[at][0]) == 1
    for one in cell_numbers(table):
        quantity, (row, column) = one.quantity, one.cell
        if rows[row] != at or quantity.unit == CALENDAR_YEAR or not one.row:
            continue
        above, _, own = one.row.rpartition(": ")
        if len(quantities(table.rows[row][column])) > 1 or not (alone or above):
            continue
        yield Told(
            passage=passage,
            text=quantity.text,
            value=abs(quantity.value) * quantity.scale,
            step=_step(quantity),
            unit=quantity.unit,
            near=meaning(f"{one.row} {one.column}"),
            label=own if alone else one.row,
            column=one.column,
        )


def _row_at(table: TableData, quote: str) -> int | None:
    """Which row of a table a quote is, group headings before it left aside."""
    for n, row in enumerate(table.rows):
        heads = table.header or ("",) * len(row)
        told = [
            f"{head}: {cell}" if head else cell
            for head, cell in zip(heads, row, strict=True)
            if cell
        ]
        if len(told) > 1 and quote.endswith(without_citations("; ".join(told))):
            return n
    return None


def _in_chart(passage: Passage) -> Iterator[Told]:
    """A chart's label with its one number."""
    text = passage.quote.text
    found = [one for one in quantities(text) if one.unit != CALENDAR_YEAR]
    if len(found) == 1:
        label = text[: found[0].start] + text[found[0].end :]
        yield Told(
            passage=passage,
            text=found[0].text,
            value=abs(found[0].value) * found[0].scale,
            step=_step(found[0]),
            unit=found[0].unit,
            near=meaning(label),
            label=label.strip(" :–-"),
        )


def _step(quantity: Quantity) -> float:
    """The unit of the last digit written; zeros at the end of large numbers may be rounding."""
    digits = re.sub(r"[^\d.,]", "", quantity.text.split("e")[0]).strip(".,")
    decimals = re.search(r"[.,](\d{1,2}|\d{4,})$|\.(\d{3})$", digits)
    value = abs(quantity.value)
    if decimals and value != int(value):
        return float(10 ** -len(decimals[1] or decimals[2])) * quantity.scale
    if value >= _MANY and value == int(value):
        whole = str(int(value))
        return float(10 ** (len(whole) - len(whole.rstrip("0")))) * quantity.scale
    return quantity.scale


def _is_no_amount(quantity: Quantity, text: str) -> bool:
    before, after = text[max(0, quantity.start - 24) : quantity.start], text[quantity.end :][:24]
    return bool(_BEFORE.search(before) or _AFTER.match(after)) or quantity.text[0] in "<>≤≥±"


def _in_range(found: Sequence[Quantity], place: int, text: str) -> bool:
    """Whether a number is an end of "5 to 7" or "95 ± 3"."""
    pairs = [(place - 1, place), (place, place + 1)]
    return any(
        i >= 0 and j < len(found) and _RANGE.fullmatch(text[found[i].end : found[j].start])
        for i, j in pairs
    )


def _clause(text: str, quantity: Quantity) -> tuple[int, int]:
    """Where the clause that holds a number starts and ends."""
    start, end = 0, len(text)
    for match in _CLAUSE.finditer(text):
        if match.end() <= quantity.start:
            start = match.end()
        elif match.start() >= quantity.end:
            end = match.start()
            break
    return start, end

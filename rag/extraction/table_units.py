"""What a table says of its numbers' units outside their cells.

"(in thousands, except per share data)" scales the table, "Weight (kg)" a column or a row. In
accounts the first and last amounts of a block carry the currency's sign for all between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.extraction.tables import TableData
from rag.extraction.units import (
    CURRENCY_CODE,
    CURRENCY_SIGN,
    CURRENCY_WORD,
    SCALE,
    currency_of,
    scale_of,
    unit_of,
)
from rag.words import words

_MONEY = rf"(?:{CURRENCY_SIGN}|\b(?:{CURRENCY_CODE})\b|(?i:\b{CURRENCY_WORD}\b))"
_NOTE = re.compile(
    rf"(?:(?P<before>{_MONEY})\s*)?\b(?:in|In|IN)\s+(?:(?P<of>{_MONEY})\s*)?(?P<scale>{SCALE})\b"
    rf"(?:\s+(?:of\s+)?(?P<after>{_MONEY}))?"
    rf"|(?P<sign>{_MONEY})\s?(?P<short>{SCALE}|[mk]\b)"
    rf"|['’(]000s?\b(?P<thousands>)"
)
_ONLY_MONEY = re.compile(rf"\b[Ii]n\s+(?P<money>{_MONEY})(?=\s*[),;]|$)|^\(?(?P<bare>{_MONEY})\)?$")
_EXCEPT = re.compile(r"\bexcept(?:\s+for)?\s+([^()]*)")
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,16})[)\]]")
_AFTER_COMMA = re.compile(r",\s*(?:in\s+)?(\S{1,12})\s*$|\bin\s+(\S{1,12})\s*$")
_SUFFIX = re.compile(r"^\w*_([A-Za-z]{1,7})$")
_GENERIC = frozenset(words("data amounts information figures items and the for as otherwise noted"))
_NO_UNITS = frozenset({"×", "min"})  # as a whole heading: "Times", "Min"
_COUNTED = re.compile(
    r"\b(?:shares?|number|members?(?:hips?)?|employees|customers|subscribers|stores|units|"
    r"headcount|hours|days|ratio|percent|percentage)\b|(?<!\d)%",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Note:
    """A scale, a unit (a currency or "%") or both, told for some columns."""

    scale: float
    unit: str
    excepted: tuple[frozenset[str], ...]  # words of what it does not hold for
    columns: frozenset[int] | None  # None: all


def notes(table: TableData, around: Iterable[str] = ()) -> list[Note]:
    """What caption, heading, header and the short texts around a table say of all its numbers."""
    first = [row[0] for row in table.rows[:1] if row and not any(row[1:])]
    wide = [table.note, table.caption, *table.headings[-1:], *table.header[:1], *first, *around]
    found = [note for text in wide for note in _notes(text, None)]
    for at, head in enumerate(table.header[1:], start=1):
        found += [note for note in _notes(head, frozenset({at})) if note.scale != 1.0]
    return list(dict.fromkeys(found))


def unit_in(heading: str) -> str:
    """The unit that a column's or row's heading ends with: "Weight (kg)", "Time, ms", "pages/s"."""
    if re.search(r"(?<!\d)(?<!\d )%|(?i:\bper ?cent(?:ages?)?\b)", heading):
        return "%"
    matches = [*_IN_BRACKETS.finditer(heading), *_AFTER_COMMA.finditer(heading)]
    told = [next(filter(None, match.groups()), "") for match in matches]
    for text in told:
        if found := currency_of(text) or unit_of(text):
            return found
    if suffix := _SUFFIX.search(heading):  # warm_p50_ms, price_usd
        for text in (suffix[1], suffix[1].upper()):
            if found := currency_of(text) or unit_of(text):
                return found
    whole = unit_of(heading.strip().lower()) if len(heading.strip()) > 2 else ""
    return currency_of(heading) or ("" if whole in _NO_UNITS else whole)


def excepted(note: Note, row: str) -> bool:
    """Whether a note does not hold for a row: "Earnings per share" in accounts in thousands."""
    named = set(words(row))
    return "per" in named or any(phrase <= named for phrase in note.excepted)


def counted(row: str) -> bool:
    """Whether a row counts things, so that its amounts are no money."""
    return _COUNTED.search(row) is not None


def is_sign(unit: str) -> bool:
    """Whether a unit is one that a column may tell once: a currency or "%"."""
    return unit == "%" or bool(currency_of(unit))


def accounts(table: TableData, column: Sequence[Sequence[str]], noted: bool) -> bool:
    """Whether a sign in a column stands for the amounts below it as well.

    `column` has the units of each cell's numbers, from top to bottom; `noted` says that the table
    has a scale. So do accounts and surveys; a list of properties has other units among its amounts.
    """
    units = [unit for cell in column for unit in cell]
    told = {unit for unit in units if unit}
    if told == {"%"}:
        return units[0] == "%" and units.count("%") == 1 and len(units) > 2
    signed = [bool(currency_of(unit)) for unit in units]
    if not any(signed) or any(unit != "%" and not currency_of(unit) for unit in told):
        return False
    first_rows = [currency_sign(cell) for row in table.rows[:3] for cell in row[1:]]
    return noted or sum(first_rows) > 1 or (signed[-1] and not all(signed))


def currency_sign(cell: str) -> bool:
    """Whether a cell starts with a currency's sign."""
    return re.match(rf"\s*\(?\s*(?:{CURRENCY_SIGN})", cell) is not None


def _notes(text: str, columns: frozenset[int] | None) -> Iterator[Note]:
    match = _NOTE.search(text)
    if match is None:
        if only := _ONLY_MONEY.search(text):
            yield Note(1.0, currency_of(only["money"] or only["bare"]), (), columns)
        elif re.match(r"(?:%|[Pp]er ?cent(?:age)?) ", text):  # "% of adults who say that …"
            yield Note(1.0, "%", (), columns)
        return
    scale = 1e3 if match["thousands"] is not None else scale_of(match["scale"] or match["short"])
    scale = {"m": 1e6, "k": 1e3}.get(match["short"] or "", scale)
    groups = ("before", "of", "after", "sign")
    money = next((match[name] for name in groups if match[name]), "")
    phrases = _EXCEPT.search(text)
    split = re.split(r",|\band\b|\bor\b", phrases[1]) if phrases else []
    excepted = tuple(named for part in split if (named := frozenset(words(part)) - _GENERIC))
    yield Note(scale, currency_of(money), excepted, columns)

"""Numbers as people and charts write them, and the values that they may stand for.

"1,200", "1200" and "1’200" are one number; "1.200" is one of two; "12%" may be 12 or 0.12, and
"3k" 3 or 3000. Two numbers agree when one reading of each does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_SIGN = r"(?<![\w)\]%])[-−–](?=[$€£¥]?[\d.])"
_GAP = r"[.,'’\u00a0\u2009\u202f]"  # a plain space separates numbers
_DIGITS = rf"\d+(?:{_GAP}\d+)*|(?<!\d)\.\d+"
TOKEN = re.compile(
    rf"(?P<number>(?P<sign>{_SIGN})?[$€£¥]?(?P<digits>{_DIGITS})(?P<power>[eE][+\-−]?\d{1, 3})?"
    r"(?P<unit>%|‰|[^\W\d_]+)?(?!\w))"
    r"|(?P<word>[^\W_]+(?:[-'’&][^\W_]+)*)"
)
"""A number with its sign, currency and unit, or a word; digits behind letters ("Q3") are a word."""

_GROUPED = re.compile(rf"(?!0)\d{{1,3}}(?:({_GAP})\d{{3}})(?:\1\d{{3}})*")
_SIZES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "millions": 6, "b": 9,
    "bn": 9, "mrd": 9, "billion": 9, "billions": 9, "g": 9, "t": 12, "tn": 12, "trillion": 12,
    "%": -2, "percent": -2, "‰": -3,
}  # fmt: skip
_NEXT_WORD = re.compile(r"[ \u00a0]([^\W\d_]+)")


def readings(token: re.Match[str], *, sign: bool = True) -> frozenset[Decimal]:
    """What a TOKEN of a text may be worth; nothing for a word. `sign`: mind it."""
    if not token["number"]:
        return frozenset()
    power = int((token["power"] or "e0")[1:].replace("−", "-"))
    unit = token["unit"] or ""
    if not unit and (following := _NEXT_WORD.match(token.string, token.end())):
        unit = following[1]
    shifts = {0, _SIZES.get(unit.casefold(), 0)}
    factor = -1 if sign and token["sign"] else 1
    return frozenset(
        factor * value.scaleb(power + shift)
        for value in _values(token["digits"])
        for shift in shifts
    )


def _values(digits: str) -> Iterator[Decimal]:
    """The values of digits with separators: groups of three, or a decimal sign, or either."""
    separators = re.sub(r"\d", "", digits)
    if not separators:
        yield Decimal(digits)
        return
    last = separators[-1]
    grouped = _GROUPED.fullmatch(digits)
    if grouped:
        yield Decimal(_bare(digits))
    if last in ".," and separators.count(last) == 1 and not (grouped and last == ","):
        whole, _, part = digits.rpartition(last)
        yield Decimal(f"{_bare(whole) or '0'}.{part}")
    elif not grouped and len(set(separators)) == 1:  # "2.1.3", "1,2,3"
        yield from map(Decimal, digits.split(last))


def _bare(digits: str) -> str:
    return re.sub(r"\D", "", digits)

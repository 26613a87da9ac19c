"""Numbers as documents write them: "$1,874", "44.96 %", "(20)", "34.7 million", "twelve".

Fewer kinds than `rag.extraction.quantities` reads, but quick: the cells of a table are many, and
an answer is waited for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve
"""
_SPELT = {word: float(number) for number, word in enumerate(_WORDS.split())}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "mn": 1e6, "bn": 1e9}
_CURRENCY = r"(?:US\$|[$€£¥₹]|Rs\.?|USD|EUR|GBP|INR)"
_UNIT = (
    r"(?:percentage points?|percent|per cent|%|[kKmcµ]?[mg]|k?Wh?|[MG]B(?:/s)?|MHz|GHz|Hz|°\s?[CF]"
    r"|days?|weeks?|months?|years?|hours?|minutes?|seconds?|points?|times|inch(?:es)?|feet|miles?)"
)
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<currency>{_CURRENCY})?\s?(?P<minus>[-−–]|\(\s?)?(?P<money>{_CURRENCY})?\s?"
    r"(?P<number>\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    rf"(?P<close>\))?(?:\s?(?P<scale>thousand|million|billion|trillion|mn|bn)\b)?"
    rf"(?:\s?(?P<unit>{_UNIT})(?![\w]))?(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_LONGEST_CELL = 60  # characters; a longer one is no number
_NOTE = re.compile(r"(?<=[\d%])\s?\([^()]*\)$|[*†‡]+$")
_WORD = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number where it stands in a text."""

    text: str  # verbatim, with its currency, scale and unit
    value: float  # scaled: "34.7 million" is 34,700,000
    unit: str  # "%", "$", "km"; "" when none stands with it
    start: int
    end: int


def amounts(text: str, *, spelt: bool = True) -> list[Amount]:
    """The numbers of a text, in order; number words up to twelve where `spelt`."""
    found = [_read(match) for match in _AMOUNT.finditer(text)]
    if spelt:
        found += [
            Amount(m[0], _SPELT[m[0].lower()], "", m.start(), m.end()) for m in _WORD.finditer(text)
        ]
    return sorted(found, key=lambda amount: amount.start)


def amount_of(cell: str) -> Amount | None:
    """The one number that a table's cell is, notes aside; None for words or several numbers."""
    if len(cell) > _LONGEST_CELL or not _DIGIT.search(cell):
        return None
    cell = _NOTE.sub("", cell.strip())
    found = amounts(cell, spelt=False)
    letters = sum(letter.isalpha() for letter in cell)
    if len(found) != 1 or letters > sum(letter.isalpha() for letter in found[0].text):
        return None
    return found[0]


def written(value: float, like: Amount) -> str:
    """A computed number with the sign, decimals and unit of the amount that it comes from."""
    decimals = len(like.text.rpartition(".")[2].rstrip("%) ")) if "." in like.text else 0
    digits = f"{value:,.{min(decimals, 4)}f}"
    if like.unit in ("$", "€", "£"):
        return f"{like.unit}{digits}".replace(f"{like.unit}-", f"-{like.unit}")
    return digits + (like.unit if like.unit == "%" else f" {like.unit}" if like.unit else "")


def _read(match: re.Match[str]) -> Amount:
    value = float(match["number"].replace(",", ""))
    value *= _SCALES.get((match["scale"] or "").lower(), 1.0)
    opened, closed = (match["minus"] or "").startswith("("), bool(match["close"])
    negative = closed if opened else bool(match["minus"])
    start, end = match.start(), match.end()
    if opened and not closed:  # a bracket about more than the number
        start = match.start("money") if match["money"] else match.start("number")
    if closed and not opened:
        end = match.end("number")
    while match.string[start].isspace():
        start += 1
    unit = match["unit"] or match["currency"] or match["money"] or ""
    unit = "%" if unit.lower() in ("percent", "per cent") else unit
    return Amount(match.string[start:end], -value if negative else value, unit, start, end)

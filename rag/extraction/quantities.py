"""Numbers in running text, each with its unit, currency or scale.

Dates, times, ordinals, labels ("Figure 3", "Section 2.1"), citations ("[12]"), enumerators,
version numbers, addresses and names with digits in them ("GPT-4", "10-K") are no quantities.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from rag.extraction.dates import DATE
from rag.extraction.units import (
    CURRENCY_CODE,
    CURRENCY_SIGN,
    CURRENCY_WORD,
    SCALE,
    SCALE_LETTERS,
    UNIT,
    currency_of,
    scale_of,
    unit_of,
)

CALENDAR_YEAR = "calendar year"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it is written, and where: characters `start` to `end` of its text."""

    text: str  # with its sign, currency, scale and unit: "$4.5 billion"
    value: int | float  # without its scale: 4.5
    start: int
    end: int
    scale: float = 1.0  # what the value is to be multiplied by: 1e9
    unit: str = ""  # "%", "kg", an ISO currency code, "calendar year"; "": none told
    implied: tuple[str, ...] = ()  # which of "unit", "scale" stand elsewhere than beside it


_SPACE = r"[ \u00a0\u202f\u2009]"
_DIGITS = (
    r"\d{1,3}(?:\.\d{3})+,\d+"  # 1.234,56
    r"|\d{1,3}(?:\.\d{3}){2,}(?![\d.])"  # 1.234.567
    r"|\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?"  # 1,234.56 and 12,34,567
    r"|\d{1,3}(?:[\u00a0\u202f\u2009’']\d{3})+(?!\d)(?:[.,]\d+)?"  # 1 234,56 with thin spaces
    r"|\d+,\d{1,2}(?![\d,])"  # 3,5
    rf"|\d+(?:\.\d+)?(?:[eE][-+]?\d+|{_SPACE}?[×x]{_SPACE}?10\^?[-−]?\d+)?"
    r"|\.\d+"
)
_ITEM = r"\(?[A-Z]{0,2}[.\-]?\d+[\w.]*\)?(?:\([a-z0-9]+\))*"
_MORE = rf"(?:\s*(?:,|(?i:and|&|or|to|through)|–|-)\s*{_ITEM})*"
_LABELS = (
    r"figures? figs?\.? tables? tabs?\. sections? secs?\.? chapters? chap\. equations? eqs?\.? "
    r"pages? pp?\. appendix appendices annex"
)
_CAPITAL_LABELS = (
    r"Items? Notes? Parts? Steps? Rules? Exhibits? Articles? Versions? Forms? Algorithms? "
    r"Schedules? Volumes? Vol\. Issues? Nos?\. Nr\. ASC ASU ISO RFC Levels? Rounds? Phases? "
    r"Topics? Footnotes? Slides? Regulation Lines? Title Act Proposition Theorem Lemma "
    r"S&P Fortune Russell Nasdaq NASDAQ FTSE Nikkei"
)
_NO_QUANTITY = re.compile(
    r"https?://\S+|www\.\S+|\b[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|\b(?i:doi|arxiv):\s?\S+|\b10\.\d{4,}/\S+"
    r"|\b\w+\.(?:com|org|net|edu|gov|io)\b"
    r"|(?:\bet al\.?,?|\b[A-Z][\w'’-]+,)\s+\(?(?:19|20)\d\d[a-z]?\b"  # (Doe et al., 2020)
    rf"|{DATE}"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?"
    rf"|(?:§+|\b(?i:{'|'.join(_LABELS.split())}))\s*{_ITEM}{_MORE}"
    rf"|\b(?:{'|'.join(_CAPITAL_LABELS.split())})\s+{_ITEM}{_MORE}"
    r"|\[\d+(?:\s*[,;–-]\s*\d+)*\]"
    r"|(?:^|(?<=\s))\(\d{1,2}\)(?=\s+[^\W\d]|\s*$)|(?:^|(?<=\s))\d{1,2}\)(?=\s)"  # (1), 2)
    r"|^\s*\d{1,2}\.(?=\s)"  # 3.
    r"|\b\d+(?:st|nd|rd|th)\b"
    r"|\bv?\d+(?:\.\d{1,2}){2,}\b(?!,)"  # 1.2.3
    r"|\+\d[\d\s().-]{7,}\d|\(\d{3}\)\s?\d{3}-\d{4}|\b\d{3}[.-]\d{3}[.-]\d{4}\b|\b\d{3}-\d{4}\b"
    r"|\b0\d*-\d+\b|\b\d{2,3}-\d{5,}\b|(?<![.,])\b0\d+\b(?![.,]\d)"  # 77-0467272, 007
    rf"|\b(?!(?:{CURRENCY_CODE}|US|CA?|A|NZ|HK|S|R|Rs)[$\s.]?\d)[^\W\d]\w*[-‑/.]?\d"
    r"(?:[\w.\-]*\w)?"  # GPT-4, A4, Q3
    r"|\b\d{3}0s\b|\b(?:the|early|late|mid|their|low|high)[\s-]+\d0s\b"  # 1990s, late 80s
    r"|(?<![\d.,’'])['’]?\b000s?\b"
    r"|\b\d+(?:/\d+)+\b"  # 16/9
    r"|\d{19,}"  # a code
    r"|\b\d+-[A-Z]\b"  # 10-K
)
_QUANTITY = re.compile(
    r"(?<![\w.,\x00])"
    r"(?:[<>≤≥~≈±]\s?)?"
    r"(?P<sign>(?:(?<=\s)|(?<=[(\[=|])|(?<!.))[-−])?"
    rf"(?P<before>{CURRENCY_SIGN}|(?:{CURRENCY_CODE})(?={_SPACE}?[-−]?[\d.]))?{_SPACE}?"
    r"(?P<minus>[-−])?(?P<accounting>(?:(?<=[$€£])|(?<=[$€£]\s))\()?"
    rf"(?P<digits>{_DIGITS})(?(accounting)\))"
    rf"(?:{_SPACE}?(?P<letter>(?:mm|MM|[kKmMbBT])(?![\w²³])(?![/.]\w)))?"
    rf"(?:[ \u00a0\u202f\u2009\-]?(?P<scale>{SCALE})(?!\w))?"
    rf"(?(before)|(?:{_SPACE}?(?P<after>(?:{CURRENCY_SIGN})(?!\s?[\d.(])|\b(?:{CURRENCY_CODE})\b"
    rf"|\b(?i:{CURRENCY_WORD})\b))?)"
    rf"(?:(?P<gap>[ \u00a0\u202f\u2009\-]?)(?P<unit>{UNIT})(?![\w/²³]))?"
)
_RANGE = re.compile(r"\s?(?:[-–—]|to|bis)\s?")
_WITH_YEAR = re.compile(r"\s?(?:[-–—/]|to|and|or|vs\.?|,|, and|from|compared to)\s?")
_BEFORE_YEAR = re.compile(
    r"(?i:\b(?:in|since|until|till|through|during|before|after|vs\.?|fiscal|FY|years?|early|late"
    r"|end|mid)\s|[(/–—-]|['’])$"
)
_COUNTED = re.compile(r"\s[a-z]+s\b")  # "2000 patients"
_STRETCH = 2_000  # characters
_NEAR = 24  # characters before a number that may tell what it is
_YEAR = re.compile(r"1[89]\d\d|20\d\d")


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text, in order."""
    found: list[Quantity] = []
    start = 0
    while start < len(text):  # in stretches, as the patterns are slow on long lines of signs
        end = start + _STRETCH
        if end < len(text):
            end = max(text.rfind(" ", start, end) + 1, start + _STRETCH // 2)
        found += _of_stretch(text[start:end], start)
        start = end
    return found


def _of_stretch(text: str, start: int) -> Iterator[Quantity]:
    masked = _NO_QUANTITY.sub(lambda match: "\0" * len(match[0]), text)
    found = [q for match in _QUANTITY.finditer(masked) if (q := _quantity(match, masked, text))]
    for quantity in _shared(found, text):
        yield replace(quantity, start=start + quantity.start, end=start + quantity.end)


def numeral(digits: str) -> int | float:
    """The value of a number as written: "1,234.5", "1.234,5", "1 234", "3e-5", "2 × 10^6"."""
    digits = re.sub(r"[\s\u00a0\u202f\u2009’']", "", digits).replace("−", "-")
    digits = re.sub(r"[×x]10\^?", "e", digits)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,\d{1,2}", digits):
        digits = digits.replace(".", "").replace(",", ".")
    digits = digits.replace(",", "")
    return int(digits) if digits.isdigit() else float(digits)


def _quantity(match: re.Match[str], masked: str, text: str) -> Quantity | None:
    """What a match says; None when its digits are part of a word."""
    end = match.end()
    money = currency_of(match["before"] or match["after"] or "")
    scale, unit = scale_of(match["scale"] or ""), unit_of(match["unit"] or "")
    if letter := match["letter"]:
        scale, unit = _of_letter(letter, money, match, masked)
        if scale == 1.0 and not unit:
            end = match.end("digits")
    elif unit in ("×", "K") and match["gap"] and match["unit"] != "times":  # "12 × 12"
        unit, end = "", match.start("gap")
    if end == match.end("digits") and re.match(r"\w", masked[end : end + 1]):
        return None  # "3D", "5G", "12ab"
    if len(unit) == 1 and unit.isalpha() and match["gap"] == "-":
        unit, end = "", match.start("gap")
    negative = match["sign"] or match["minus"] or match["accounting"]
    value = numeral(match["digits"])
    if not math.isfinite(value):  # 1e999
        return None
    found = Quantity(
        " ".join(text[match.start() : end].split()),
        -value if negative else value,
        match.start(),
        end,
        scale,
        money or unit,
    )
    return replace(found, unit=CALENDAR_YEAR) if _is_year(found, masked) else found


def _of_letter(letter: str, money: str, match: re.Match[str], masked: str) -> tuple[float, str]:
    """Scale and unit that a letter stands for: "$5m", "30M users", "300 K", "5 m"."""
    spaced = match.start("letter") > match.end("digits")
    after = match.end("letter")
    counted = re.match(r"\s[a-z]", masked[after : after + 2]) is not None
    if money or (letter in ("k", "K", "M", "B") and (counted or not spaced)):
        return SCALE_LETTERS[letter], ""
    return 1.0, unit_of(letter) if letter in ("m", "mm", "K") else ""


def _is_year(found: Quantity, masked: str) -> bool:
    if found.unit or found.scale != 1.0 or not _YEAR.fullmatch(found.text):
        return False
    before = masked[max(0, found.start - _NEAR) : found.start]
    alone = len(masked) < _NEAR and masked.strip() == found.text
    if _BEFORE_YEAR.search(before) or alone:
        return True
    return found.text[:2] != "18" and not _COUNTED.match(masked, found.end)


def _shared(found: list[Quantity], text: str) -> Iterator[Quantity]:
    """What a range tells once holds for both its ends: "5 to 7 million", "2014 and 2015"."""
    before: Quantity | None = None
    for quantity, after in zip_longest(found, found[1:]):
        if after and _ranged(quantity, after, text):
            quantity = _lent(quantity, after, scale=True)
        if before and _ranged(before, quantity, text):
            quantity = _lent(quantity, before, scale=False)
        for other in (before, after):
            if other and _beside_year(quantity, other, text):
                quantity = replace(quantity, unit=CALENDAR_YEAR)
        yield quantity
        before = quantity


def _ranged(first: Quantity, last: Quantity, text: str) -> bool:
    joined = text[first.end : last.start]
    before = text[max(0, first.start - _NEAR) : first.start]
    between = joined == " and " and re.search(r"\bbetween\s$", before)
    give = last.text.startswith("±") and not joined.strip()
    return bool(between or give or _RANGE.fullmatch(joined))


def _beside_year(quantity: Quantity, other: Quantity, text: str) -> bool:
    """Whether four digits are a year because a year is named in one breath with them."""
    if quantity.unit or not (_YEAR.fullmatch(quantity.text) and _YEAR.fullmatch(other.text)):
        return False
    joined = text[min(quantity.end, other.end) : max(quantity.start, other.start)]
    return joined.strip() in ("", "-", "–") or (
        other.unit == CALENDAR_YEAR and _WITH_YEAR.fullmatch(joined) is not None
    )


def _lent(quantity: Quantity, other: Quantity, *, scale: bool) -> Quantity:
    if quantity.unit and other.unit and quantity.unit != other.unit:
        return quantity
    implied = quantity.implied
    if other.unit and not quantity.unit and other.unit != CALENDAR_YEAR:
        quantity, implied = replace(quantity, unit=other.unit), (*implied, "unit")
    if scale and quantity.scale == 1.0 != other.scale and abs(quantity.value) < 1000:
        quantity, implied = replace(quantity, scale=other.scale), (*implied, "scale")
    return replace(quantity, implied=implied)

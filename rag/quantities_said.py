"""The numbers that a sentence tells, sought in a source, in other units and rounded, too.

"$6.8 billion" is what a table "(in thousands)" writes as 6,779,511. A number counts as found
when a number of the source, times the scale that the source gives it, is the same at the
precision in which the sentence tells it. Signs are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "JPY", "CNY", "RMB", "INR", "CAD", "AUD", "HKD")
_CODES = "|".join(f"(?<={code})" for code in CURRENCIES)
_START = rf"(?:(?<![{_LATIN}\d_.])|{_CODES})(?<!\d[.,])"
_NUMBER = re.compile(_START + r"\d+(?:[.,'’\u00a0\u2009\u202f]\d+)*")
_SPACED = re.compile(_START + r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?!\d)")

_SCALES = {
    1_000: "thousand thousands tausend tsd millier milliers mille mil mila duizend 千",
    10_000: "万 萬",
    1_000_000: "million millions mn mio millionen millón millones milhão milhões milione milioni "
    "miljoen 百万",
    100_000_000: "亿 億",
    1_000_000_000: "billion billions bn mrd milliarde milliarden milliard milliards miliardo "
    "miliardi miljard bilhão bilhões 十亿",
    1_000_000_000_000: "trillion trillions tn",
}
_SCALE = {word: Decimal(scale) for scale, names in _SCALES.items() for word in names.split()}
_SCALE_WORD = "|".join(
    rf"{word}\b" if word.isascii() or len(word) > 2 else word
    for word in sorted(_SCALE, key=len, reverse=True)
)
_AFTER = re.compile(rf"[\s-]{{0,2}}({_SCALE_WORD})", re.IGNORECASE)
_SUFFIX = re.compile(r"([KkMB])(?![\w-])")
_MONEY_M = re.compile(r"([m])(?!\w)")
_SUFFIXES = {
    **{"000": Decimal(1_000), "k": Decimal(1_000), "m": Decimal(1_000_000)},
    **{"mn": Decimal(1_000_000), "b": Decimal(1_000_000_000), "bn": Decimal(1_000_000_000)},
}
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b|prozent\b|pour cent\b|por ciento\b)", re.IGNORECASE)
# "in thousands", "$ millions", but neither "a million reasons" nor "thousands of people".
_OVERALL = re.compile(
    rf"(?<!\w)({_SCALE_WORD})(?! of (?!(?:u\.?s\.? )?(?:dollar|euro|\$|€)))",
    re.IGNORECASE,
)
_OVERALL_SHORT = re.compile(r"[$€£]\s?(000|K|M|B|bn|mn)s?\b|(?<!\w)['’]?(000)s\b")

_CARDINALS = "zero one two three four five six seven eight nine ten eleven twelve"
_ORDINALS = "_ first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_WORDS = {w: str(n) for names in (_CARDINALS, _ORDINALS) for n, w in enumerate(names.split())}
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)
_COUNTED = re.compile(  # "two million", "a few thousand": no scale of all numbers
    rf"(?:\d|\b(?:a|an|few|several|some|half|hundred|many|{'|'.join(_WORDS)}))[\s-]{{0,2}}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it is written, and the scale that is written with it."""

    written: str
    scale: Decimal | None = None
    percent: bool = False

    def values(self, *, foreign: bool = False) -> Iterator[tuple[Decimal, Decimal]]:
        """What it may mean, without its scale, and by how much that may be rounded.

        `foreign`: a point or comma before three digits may be either.
        """
        readings = {_plain(self.written)}
        if foreign and re.fullmatch(r"\d{1,3}[.,]\d{3}", self.written):
            readings = {re.sub(r"[.,]", "", self.written), self.written.replace(",", ".")}
        for reading in readings:
            if re.fullmatch(r"\d+(\.\d+)?", reading):
                decimals = len(reading.partition(".")[2])
                rounded = decimals or self.percent or self.scale is not None
                yield Decimal(reading), Decimal(5).scaleb(-decimals - 1) if rounded else Decimal(0)


@dataclass(frozen=True, slots=True)
class Source:
    """The numbers of one source."""

    written: frozenset[str]  # made comparable, without their scales
    plain: frozenset[Decimal]  # those that no scale stands beside
    scaled: frozenset[Decimal]
    scales: frozenset[Decimal]  # what its headers say of all: "(in thousands)"

    def holds(self, said: Quantity, *, foreign: bool = False) -> bool:
        """Whether a number that a sentence tells is one of these."""
        if said.scale is None and _normal(said.written) in self.written:
            return True
        return any(self._near(*value, said) for value in said.values(foreign=foreign))

    def _near(self, value: Decimal, half: Decimal, said: Quantity) -> bool:
        by_headers = {number * scale for number in self.plain for scale in self.scales}
        if said.scale is None:
            among = {*self.plain, *self.scaled, *by_headers}
        else:
            among = {*self.scaled, *(by_headers or self.plain)}
            telling = value >= 100 or value % 1
            if telling and not self.scales and value in self.plain:  # its header is lost
                return True
        scale = said.scale or 1
        if any(abs(number - value * scale) <= half * scale for number in among):
            return True
        return said.percent and any(abs(n * 100 - value) <= half for n in self.plain if n <= 1)


def source(text: str) -> Source:
    """The numbers of a source's text, those in words from zero to twelve among them."""
    found = list(_quantities(text, _NUMBER)) + list(_quantities(text, _SPACED))
    found += [Quantity(_WORDS[word.lower()]) for word in _WORD.findall(text)]
    plain, scaled = set(), set()
    for quantity in found:
        for value, *_ in quantity.values():
            if quantity.scale is None:
                plain.add(value)
            else:
                scaled.add(value * quantity.scale)
    return Source(
        frozenset(_normal(quantity.written) for quantity in found),
        frozenset(plain),
        frozenset(scaled),
        frozenset(_overall(text)),
    )


def unheld(sentence: str, sources: Collection[Source], *, foreign: bool = False) -> list[str]:
    """The numbers of a sentence, as written, that none of the sources holds."""

    def held(quantity: Quantity) -> bool:
        return any(source.holds(quantity, foreign=foreign) for source in sources)

    missing = []
    covered = -1
    spaced = {match.start(): match for match in _SPACED.finditer(sentence)}
    for match in _NUMBER.finditer(sentence):
        if match.start() < covered:
            continue
        joined = spaced.get(match.start())
        if joined and held(_quantity(joined)):
            covered = joined.end()
        elif not held(_quantity(match)):
            missing.append(match[0])
    return missing


def numbers(text: str) -> set[str]:
    """The numbers of a text, comparable: "1,200.50" and "1200.5" are one."""
    return {_normal(match[0]) for match in _NUMBER.finditer(text)}


def _overall(text: str) -> Iterator[Decimal]:
    """The scales that a source's headers give to its numbers."""
    for match in _OVERALL.finditer(text):
        if not _COUNTED.search(text, max(0, match.start() - 12), match.start()):
            yield _SCALE[match[1].lower()]
    for match in _OVERALL_SHORT.finditer(text):
        yield _SUFFIXES[(match[1] or match[2]).lower()]


def _quantities(text: str, pattern: re.Pattern[str]) -> Iterator[Quantity]:
    return (_quantity(match) for match in pattern.finditer(text))


def _quantity(match: re.Match[str]) -> Quantity:
    text, end = match.string, match.end()
    if _PERCENT.match(text, end):
        return Quantity(match[0], percent=True)
    if word := _AFTER.match(text, end):
        return Quantity(match[0], _SCALE[word[1].lower()])
    money = match.start() > 0 and text[match.start() - 1] in "$€£¥"
    if letter := _SUFFIX.match(text, end) or (_MONEY_M.match(text, end) if money else None):
        return Quantity(match[0], _SUFFIXES[letter[1].lower()])
    return Quantity(match[0])


def _plain(number: str) -> str:
    """A number without its thousands' marks, with a point before its decimals."""
    number = re.sub(r"[ '’\u00a0\u2009\u202f]", "", number)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        return number.replace(",", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}", number):  # 1.234,5
        return number.replace(".", "").replace(",", ".")
    return number.replace(",", ".") if re.fullmatch(r"\d+,\d+", number) else number


def _normal(number: str) -> str:
    """A number without what is not significant of it."""
    number = _plain(number)
    if re.fullmatch(r"\d+\.\d+", number):
        number = number.rstrip("0").rstrip(".")
    number = number.lstrip("0")
    return f"0{number}" if number[:1] in ("", ".") else number

"""What may be the page's own number: numbers that stand alone in the margins of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.page import Line, Page

ARABIC = "1"
_LARGE = 16  # points: a number larger than this, and than the text, is decoration
_MARGIN = 0.12  # of the page's height
_EDGE_ROWS = 3
_ROW = 4.0  # points
_LONGEST = 200  # characters of a line that may be a running head
_AXIS = 3  # so many numbers in one row are a table's or the ticks of an axis

_WORD = r"(?:page|p a g e|pg|p|slide|seite|folie|página|pagina)(?:\b|(?=\d))\.?"
_TOTAL = r"(?:\s*(?:/|\b(?:of|von|de|sur|di)\b)\s*\d{1,5})"
_DASHES = r"[-–—|•·~]"
_ALONE = re.compile(
    rf"(?P<word>{_WORD})?\s*{_DASHES}*\s*[(\[]?\s*"
    r"(?:(?P<part>[A-Z]{1,2}|\d{1,2})[-–](?P<within>\d{1,3})|(?P<arabic>\d{1,5})|(?P<roman>[ivxlc]+|[IVXLC]+))"
    rf"\s*[)\]]?{_TOTAL}?\s*{_DASHES}*\s*(?:{_WORD})?",
    re.IGNORECASE,
)
_MARKED = re.compile(_WORD, re.IGNORECASE)
_FIRST = re.compile(rf"(?P<number>\d{{1,4}})\s*(?P<bar>[|•·]|{_WORD})?\s+(?P<rest>\D.*)", re.I)
_LAST = re.compile(
    rf"(?P<rest>.*[^\d\s.,$€£%/])\s*(?:(?P<bar>[|•·]|\b{_WORD})\s*|\s)(?P<number>\d{{1,4}}){_TOTAL}?",
    re.IGNORECASE,
)
# "Figure 7" may stand at the top of the seventh page, and "Figure 8" on the next.
_COUNTED = re.compile(
    r"\b(?:fig(?:ure)?s?|tab(?:le)?s?|exhibits?|appendix|annex|chapter|section|part|step|tip|note|"
    r"question|q|item|lesson|unit|module|day|week|year|month|plate|scheme|chart|example|exercise|"
    r"problem|case|lecture|volume|vol|issue|no|number|nr|version|rev|level|phase|stage|goal|rule|"
    r"objective|priority|strategy|option|scenario|group|class|grade|act|article|form|line|box|map|"
    r"jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\.?\W*$",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?=.)(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_HUNDREDS = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"))
_ROMAN_DIGITS = (*_HUNDREDS, (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Printed:
    """A number in a page's margin that may be the page's own."""

    page: int  # 1-based, physical
    value: int
    style: str  # ARABIC, "i" or "I" for Roman numbers, else what stands before it: "F-"
    side: str  # "top" or "bottom"
    distance: float  # from that edge, points
    beside: str = ""  # the running head or foot it stands in, letters only; "" where it is alone
    pages: int = 1  # 2 where two pages are printed on the sheet, and the next number is there too


def written(style: str, value: int) -> str:
    """A page number as it is printed."""
    if style == ARABIC:
        return str(value)
    if style not in ("i", "I"):
        return f"{style}{value}"
    text = ""
    for worth, letters in _ROMAN_DIGITS:
        text += letters * (value // worth)
        value %= worth
    return text if style == "i" else text.upper()


def numbers_in(page: Page, body_size: float) -> Iterator[Printed]:
    """The numbers in the outermost rows of a page that may be its own; many are not.

    `body_size` is the document's, in points: bare page numbers are not much larger.
    """
    largest = max(_LARGE, 1.25 * body_size)
    for side in ("top", "bottom"):
        for row in _rows(page, side):
            found = [
                (line, number)
                for line, distance in row
                if line.size <= largest or _MARKED.match(line.text)
                for number in _read(page.number, line.text, side, distance)
            ]
            alone = [(line, number) for line, number in found if not number.beside]
            if sum(line.text[:1].isdigit() for line, _ in row) < _AXIS:
                yield from (number for _, number in found)
                yield from _two_up(page, alone)


def _rows(page: Page, side: str) -> list[list[tuple[Line, float]]]:
    """The outermost rows of lines in one margin, with their distance from the page's edge.

    The first may be further in: some page numbers follow on the text, however short the page.
    """
    at_top = side == "top"
    lines = [
        (line, line.box.y0 if at_top else page.height - line.box.y1)
        for line in page.lines
        if line.horizontal
    ]
    rows: list[list[tuple[Line, float]]] = []
    for line, distance in sorted(lines, key=lambda found: found[1]):
        if rows and distance - rows[-1][-1][1] <= _ROW:
            rows[-1].append((line, distance))
        elif len(rows) == _EDGE_ROWS or distance > (_MARGIN if rows else 0.5) * page.height:
            break
        else:
            rows.append([(line, distance)])
    return rows


def _read(page: int, text: str, side: str, distance: float) -> Iterator[Printed]:
    if len(text) > _LONGEST:  # the patterns are slow on those
        return
    if match := _ALONE.fullmatch(text):
        if match["arabic"]:
            yield Printed(page, int(match["arabic"]), ARABIC, side, distance)
        elif match["within"]:
            yield Printed(page, int(match["within"]), f"{match['part']}-", side, distance)
        elif value := _roman_value(match["roman"]):
            style = "i" if match["roman"].islower() else "I"
            yield Printed(page, value, style, side, distance)
        return
    for pattern in (_FIRST, _LAST):
        if match := pattern.fullmatch(text):
            beside = "".join(filter(str.isalpha, match["rest"].lower()))
            counted = pattern is _LAST and not match["bar"] and _COUNTED.search(match["rest"])
            if len(beside) >= 3 and not counted:
                yield Printed(page, int(match["number"]), ARABIC, side, distance, beside)


def _roman_value(text: str) -> int:
    """What a Roman number is worth; 0 for letters that are none."""
    if not _ROMAN.fullmatch(text.upper()) or not (text.islower() or text.isupper()):
        return 0
    value, rest = 0, text.lower()
    for worth, letters in _ROMAN_DIGITS:
        while rest.startswith(letters):
            value, rest = value + worth, rest[len(letters) :]
    return value


def _two_up(page: Page, alone: Sequence[tuple[Line, Printed]]) -> Iterator[Printed]:
    """Of a sheet with the numbers of two pages in one row, left and right, the left one."""
    if len(alone) != 2:
        return
    (left, first), (right, second) = sorted(alone, key=lambda found: found[0].box.x0)
    middle = page.width / 2
    if left.box.x1 < middle < right.box.x0 and (second.value, second.style) == (
        first.value + 1,
        first.style,
    ):
        yield Printed(page.number, first.value, first.style, first.side, first.distance, pages=2)

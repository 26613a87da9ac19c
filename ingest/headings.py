"""Which paragraphs are headings, and the path of headings that a passage stands under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from ingest.page import Page, Style
from ingest.prose import Paragraph

_NUMBER = re.compile(
    r"(?:(?:chapter|section|part|item|appendix|annex|kapitel|chapitre|capítulo)\s+)?"
    r"((?:\d{1,3}|[A-Z]|[IVXL]+)(?:\.\d{1,3})*)[.:)]?\s+(?=\S)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LEADERS = re.compile(r"\.{4,}|(?:\. ){3,}|…|\s\d{1,4}$")
_AFFILIATION = re.compile(r"\d[A-Z][^\W\d_]{2}")  # "1University of": its number is raised
_NOT_WORDS = re.compile(r"[\W_]+")

Rank = tuple[float, ...]


@dataclass(slots=True)
class Headings:
    """Follows the headings of one document, paragraph by paragraph in reading order.

    `bookmarks` is the PDF's own outline: (level, title, 1-based page). A deck is a document of
    slides: each page has its own title and inherits nothing.
    """

    style: Style
    deck: bool = False
    title: str = ""
    bookmarks: Iterable[tuple[int, str, int]] = ()
    _path: list[tuple[Rank, str]] = field(default_factory=list)
    _levels: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for level, title, page in self.bookmarks:
            self._levels[_plain(title), page] = level

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above the current paragraph, outermost first."""
        return tuple(text for _, text in self._path)

    def enter_page(self, page: Page, items: Sequence[object]) -> frozenset[int]:
        """Begin a page; indexes of the `items` that are headings on it."""
        texts = [(i, item) for i, item in enumerate(items) if isinstance(item, Paragraph)]
        if self.deck:
            self._path.clear()
            return _slide_title(page, texts)
        return frozenset(i for i, item in texts if self._rank(item, page.number) is not None)

    def push(self, paragraph: Paragraph, page_number: int) -> None:
        """Make a heading the innermost one of its rank."""
        rank = self._rank(paragraph, page_number) or (0.0,)
        while self._path and self._path[-1][0] >= rank:
            self._path.pop()
        if _plain(paragraph.text) != _plain(self.title):
            self._path.append((rank, paragraph.text))

    def _rank(self, paragraph: Paragraph, page_number: int) -> Rank | None:
        """How far out a heading stands (smaller is further out); None for what is no heading."""
        text = paragraph.text
        if not _could_be_heading(paragraph):
            return None
        level = self._levels.get((_plain(text), page_number))
        if level is not None:
            return (0.0, float(level))
        number = _NUMBER.match(text)
        depth = number[1].count(".") + 1 if number else 1
        body, size = self.style.body_size, round(paragraph.size * 2) / 2
        capitals = text.isupper() and len(_LETTERS.findall(text)) > 5
        larger = size >= 1.12 * body and size >= body + 0.8
        if size < 0.9 * body or _LEADERS.search(text):
            return None
        words = len(text.split())
        bold = paragraph.bold and not _is_bold(self.style.body_font) and words <= 16
        numbered = number is not None and words <= 12 and depth > 1 and _title_case(text, number)
        if not (larger or bold or numbered or (capitals and words <= 12 and paragraph.rows < 3)):
            return None
        if text.endswith(".") and not (number and words <= 10):
            return None
        look = 0.0 if capitals else 1.0 if bold else 2.0
        return (1.0, -size, look, float(depth))


def is_deck(pages: Sequence[Page]) -> bool:
    """Whether pages are slides: wider than high, with few words."""
    wide = [page for page in pages if page.width > 1.15 * page.height and not page.turn]
    if len(wide) < 0.7 * len(pages) or not wide:
        return False
    return median(sum(len(line.text) for line in page.lines) for page in wide) < 1200


def _could_be_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text
    if len(text) > 180 or paragraph.rows > 4 or text[-1:] in ",;" or not _WORD.search(text):
        return False
    if _AFFILIATION.match(text):
        return False
    letters = len(_LETTERS.findall(text))
    begins = text[0].isalnum() or text[0] in "“\"'([¿¡§"  # a bullet begins a list's item
    return begins and letters >= 0.5 * len(text.replace(" ", "")) and not text[0].islower()


def _title_case(text: str, number: re.Match[str]) -> bool:
    return text[number.end() : number.end() + 1].isupper()


def _is_bold(font: str) -> bool:
    return "bold" in font.lower()


def _plain(text: str) -> str:
    return _NOT_WORDS.sub("", text.lower())


def _slide_title(page: Page, texts: Sequence[tuple[int, Paragraph]]) -> frozenset[int]:
    """The largest words in the upper part of a slide, if they are larger than the rest."""
    upper = [
        (index, item)
        for index, item in texts
        if item.box.y0 < 0.45 * page.height and _could_be_heading(item) and len(item.text) < 150
    ]
    if not upper:
        return frozenset()
    index, title = max(upper, key=lambda pair: (round(pair[1].size), -pair[1].box.y0))
    sizes = sorted(item.size for _, item in texts if item is not title for _ in item.text.split())
    larger = not sizes or title.size > 1.15 * sizes[len(sizes) // 2]
    return frozenset({index}) if larger else frozenset()

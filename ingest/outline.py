"""Collects the elements of a format without fixed pages, under its headings, captions linked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.figure_words import FigureWords
from ingest.labels import label_start, normalise_label
from ingest.raster import Picture
from ingest.rows import Row, chunks, tidy
from ingest.types import Box, Element, Kind, Place

_MOST_CAPTION = 100  # words
_AFTER_LABEL = re.compile(r"\s*(?:[:.|)\]–—-]|$|[^\W\d_a-z])")  # "Figure 1 shows" is no caption

_UNNUMBERED = re.compile(r"(?:Fig|Figure|Abb|Abbildung)\b\.?\s*[:–—-]\s")


class Outline:
    """Elements in reading order. Headings nest by their levels; 1 is the outermost."""

    def __init__(self, page: int | None = None) -> None:
        self.page = page  # of the elements to come: a slide, a sheet
        self.elements: list[Element] = []
        self._path: list[tuple[int, str]] = []
        self._bare = False  # the last heading has nothing under it yet
        self._list_end = -1  # position of the list whose items come last
        self._items: list[str] = []  # of that list, after its first
        self._captions: set[int] = set()  # positions of paragraphs set as captions
        self._together: dict[int, int] = {}  # position of a table's later chunk: of its first

    @property
    def headings(self) -> tuple[str, ...]:
        """The path of headings that the next element stands under."""
        return tuple(title for _, title in self._path)

    def heading(self, level: int, title: str) -> None:
        """Opens a section, and closes those of this level and below."""
        title = " ".join(title.split())
        if not title:
            return
        if self._bare and level <= self._path[-1][0]:
            self._keep_bare_heading()
        self._path = [(depth, name) for depth, name in self._path if depth < level]
        self._path.append((level, title))
        self._bare = True

    def text(self, text: str, *, caption: bool = False, box: Box | None = None) -> None:
        """Adds a paragraph; `caption` says that the document sets it as one."""
        if text.strip():
            if caption:
                self._captions.add(len(self.elements))
            self._add(Kind.TEXT, text, box=box)

    def item(self, text: str) -> None:
        """Adds a list item, to the list that it follows directly or as the first of a new one."""
        last = len(self.elements) - 1
        if self._list_end == last >= 0 and not self._bare:
            self._items.append(text)  # joined at the end: a list may have a hundred thousand
        else:
            self._close_list()
            self.text(text)
            self._list_end = last + 1

    def table(
        self, rows: Sequence[Row], caption: str = "", description: str = "", box: Box | None = None
    ) -> None:
        """Adds a table, its first row the header; a long one in chunks that share the caption."""
        first = len(self.elements)
        for text in chunks(tidy(rows)):
            if len(self.elements) > first:
                self._together[len(self.elements)] = first
            self._add(Kind.TABLE, text, caption, description, box)

    def figure(
        self, shown: Picture, caption: str = "", alt: str = "", box: Box | None = None
    ) -> None:
        """Adds a figure; an `alt` that says more than the caption describes it."""
        alt = " ".join(alt.split())
        caption = " ".join(caption.split()) or alt
        description = alt if alt != caption else ""
        self._add(Kind.FIGURE, shown.words.text, caption, description, box, shown.png, shown.words)

    def finish(self) -> Iterator[Element]:
        """The elements, with caption paragraphs moved to the figures and tables beside them."""
        self._close_list()
        if self._bare:
            self._keep_bare_heading()
            self._bare = False
        taken: dict[int, str] = {}  # position of a figure or table: its caption
        used: set[int] = set()
        for at, element in enumerate(self.elements):
            if element.kind is Kind.TEXT and self._is_caption(at):
                owners = self._owners(at, taken)
                taken.update(dict.fromkeys(owners, " ".join(element.text.split())))
                used.update([at] if owners else [])
        for at, element in enumerate(self.elements):
            if at not in used:
                yield _captioned(element, taken[at]) if at in taken else element

    def _add(
        self,
        kind: Kind,
        text: str,
        caption: str = "",
        description: str = "",
        box: Box | None = None,
        image: bytes | None = None,
        words: FigureWords | None = None,
    ) -> None:
        self._close_list()
        self._bare = False
        self.elements.append(
            Element(
                id="",
                document_id="",
                kind=kind,
                place=Place(self.page, box),
                text=text,
                headings=self.headings,
                label=normalise_label(caption) if kind is not Kind.TEXT else "",
                caption=caption,
                description=description,
                image=image,
                words=words,
            )
        )

    def _close_list(self) -> None:
        if self._items:
            listed = self.elements[self._list_end]
            text = "\n".join([listed.text, *self._items])
            self.elements[self._list_end] = replace(listed, text=text)
            self._items.clear()

    def _keep_bare_heading(self) -> None:
        """A heading with nothing under it is kept as text, so that its words are not lost."""
        level, title = self._path.pop()
        self._add(Kind.TEXT, title)
        self._path.append((level, title))

    def _is_caption(self, at: int) -> bool:
        text = self.elements[at].text
        if at in self._captions:
            return True
        if len(text.split()) > _MOST_CAPTION:
            return False
        start = label_start(text)
        if start is None:
            return bool(_UNNUMBERED.match(text))
        return bool(_AFTER_LABEL.match(text, start.end))

    def _owners(self, at: int, taken: dict[int, str]) -> list[int]:
        """Positions of what the caption at `at` belongs to: figures above, else what is below."""
        label = normalise_label(self.elements[at].text)
        if label.startswith("Table"):
            return self._run(at, 1, Kind.TABLE, taken) or self._run(at, -1, Kind.TABLE, taken)
        owners = self._run(at, -1, Kind.FIGURE, taken) or self._run(at, 1, Kind.FIGURE, taken)
        if owners or label:
            return owners
        return self._run(at, 1, Kind.TABLE, taken) or self._run(at, -1, Kind.TABLE, taken)

    def _run(self, at: int, step: int, kind: Kind, taken: dict[int, str]) -> list[int]:
        """Unlabelled neighbours of one kind: all panels above a caption, one thing below it."""
        run: list[int] = []
        near = at + step
        while 0 <= near < len(self.elements):
            element = self.elements[near]
            same = not run or self._belong(run[-1], near) or (kind is Kind.FIGURE and step < 0)
            same = same and element.place.page == self.elements[at].place.page
            if element.kind is not kind or element.label or near in taken or not same:
                break
            run.append(near)
            near += step
        return run

    def _belong(self, a: int, b: int) -> bool:
        return self._together.get(a, a) == self._together.get(b, b)


def _captioned(element: Element, caption: str) -> Element:
    """The element with the document's caption; what it had before (an alt text) describes it."""
    description = element.description or (element.caption if element.caption != caption else "")
    return replace(
        element, caption=caption, label=normalise_label(caption), description=description
    )

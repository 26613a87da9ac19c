"""What stands on a page, in reading order: paragraphs, tables and figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.boxes import centre_in, overlap, union
from ingest.captions import find_captions
from ingest.figure_words import FigureWords, read_words
from ingest.figures import find_figures
from ingest.graphics import Print, repeated_graphics, running_graphics
from ingest.headings import is_deck
from ingest.legends import Mark
from ingest.lookalikes import sides
from ingest.page import Caption, FigureRegion, Line, Page, Style
from ingest.prose import Paragraph, paragraphs
from ingest.reading_order import rows
from ingest.style import document_style
from ingest.tables import find_tables
from ingest.types import Box, Kind

_MARK = 40  # points: the longest side of a mark in a legend
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})?")


@dataclass(frozen=True, slots=True)
class Float:
    """A table or a figure, in its page's own frame."""

    kind: Kind
    box: Box  # without the caption
    caption: Caption | None
    text: str  # a table's Markdown, the words inside a figure
    raster: bool = False  # made of pixels, so that its words may need OCR
    words: FigureWords | None = None  # what the words inside a figure are


@dataclass(frozen=True, slots=True)
class Layout:
    """What has to be known of many pages to read one of them."""

    style: Style
    deck: bool
    captions: dict[int, list[Caption]]  # by page number
    running: frozenset[Box]  # graphics of the page's furniture
    repeated: frozenset[Print]  # looks of small graphics that stand on several pages
    words: frozenset[str]  # lower case; tell whether a hyphen at a line's end belongs to a word

    @classmethod
    def of(cls, pages: Sequence[Page]) -> Layout:
        """The layout that is common to `pages`."""
        style = document_style(pages)
        words = {
            word
            for page in pages
            for line in page.lines
            for word in _WORD.findall(line.text.lower())
        }
        return cls(
            style=style,
            deck=is_deck(pages),
            captions=find_captions(pages, style),
            running=running_graphics(pages),
            repeated=repeated_graphics(pages),
            words=frozenset(words),
        )


def arrange(page: Page, layout: Layout) -> list[Paragraph | Float]:
    """The pieces of a page in reading order; a caption without its float stays a paragraph."""
    captions = layout.captions.get(page.number, [])
    tables = find_tables(page, captions, layout.style)
    regions = find_figures(
        page,
        captions,
        layout.style,
        [table.box for table in tables],
        layout.running,
        layout.repeated,
    )
    used = {line for number, line in layout.style.furniture if number == page.number}
    floats: list[Float] = []
    for table in tables:
        used.update(table.lines)
        floats.append(Float(Kind.TABLE, table.box, table.caption, table.markdown))
    for region in regions:
        labelled = region.caption is not None and region.caption.label
        if not labelled and any(overlap(region.box, t.box) > 0.5 for t in tables):
            continue  # the background of a table's rows
        used.update(region.lines)
        words = _words(page, region)
        floats.append(
            Float(Kind.FIGURE, region.box, region.caption, words.text, region.raster, words)
        )
    places: list[Box] = []
    for item in floats:
        if item.caption:
            used.update(item.caption.lines)
        places.append(union([item.box, item.caption.box]) if item.caption else item.box)
    free = [i for i in range(len(page.lines)) if i not in used]
    sequence = paragraphs(page, free, places, layout.style, layout.words)
    return [floats[item] if isinstance(item, int) else item for item in sequence]


def _words(page: Page, region: FigureRegion) -> FigureWords:
    """The words inside a figure, and what they are."""
    marks = [
        Mark(drawing.box, drawing.fill or drawing.stroke or ())
        for drawing in page.drawings
        if max(sides(drawing.box)) < _MARK and centre_in(drawing.box, region.box)
    ]
    return read_words([page.lines[i] for i in region.lines], _in_rows, marks)


def _in_rows(lines: Sequence[Line]) -> list[str]:
    """Lines row by row; those that run sideways last."""
    boxes = [line.box for line in lines]
    upright = [i for i, line in enumerate(lines) if line.horizontal]
    found = [" ".join(lines[i].text for i in row) for row in rows(upright, boxes)]
    return found + [line.text for line in lines if not line.horizontal]

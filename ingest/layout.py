"""What stands on a page, in reading order: paragraphs, tables and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.boxes import overlap, union
from ingest.captions import find_captions
from ingest.figures import find_figures
from ingest.graphics import Print, repeated_graphics, running_graphics
from ingest.headings import is_deck
from ingest.page import Caption, Page, Style
from ingest.prose import Paragraph, paragraphs
from ingest.reading_order import rows
from ingest.style import document_style
from ingest.tables import find_tables
from ingest.types import Box, Kind

_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})?")


@dataclass(frozen=True, slots=True)
class Float:
    """A table or a figure, in its page's own frame."""

    kind: Kind
    box: Box  # without the caption
    caption: Caption | None
    text: str  # a table's Markdown, the words inside a figure
    raster: bool = False  # made of pixels, so that its words may need OCR


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
        words = _words(page, region.lines)
        floats.append(Float(Kind.FIGURE, region.box, region.caption, words, region.raster))
    places: list[Box] = []
    for item in floats:
        if item.caption:
            used.update(item.caption.lines)
        places.append(union([item.box, item.caption.box]) if item.caption else item.box)
    free = [i for i in range(len(page.lines)) if i not in used]
    sequence = paragraphs(page, free, places, layout.style, layout.words)
    return [floats[item] if isinstance(item, int) else item for item in sequence]


def _words(page: Page, lines: Iterable[int]) -> str:
    """Words inside a figure, row by row; words that run sideways last."""
    boxes = [line.box for line in page.lines]
    upright = [i for i in lines if page.lines[i].horizontal]
    sideways = [i for i in lines if not page.lines[i].horizontal]
    found = [" ".join(page.lines[i].text for i in row) for row in rows(upright, boxes)]
    return "\n".join(found + [page.lines[i].text for i in sideways])

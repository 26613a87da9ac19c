"""Sets two-column pages: text flows, tables stay whole, figures float to the next free top."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pymupdf
from matplotlib.figure import Figure
from matplotlib.pyplot import close

PAGE = pymupdf.Rect(0, 0, 595.28, 841.89)  # A4 in points
LEFT, TOP, BOTTOM, GUTTER = 48.0, 62.0, 786.0, 20.0
COLUMN = (PAGE.width - 2 * LEFT - GUTTER) / 2
FULL = PAGE.width - 2 * LEFT
GAP = 8.0  # between blocks
UNNAMED = {"CreationDate": None, "Producer": None, "Creator": None}

CSS = """
body { margin: 0; font-family: Times; font-size: 10.4px; line-height: 1.28; text-align: justify; }
p { margin: 0 0 5.5px 0; }
h1 { font-family: Helvetica; font-size: 19px; text-align: left; margin: 0 0 8px 0; }
h2 { font-family: Helvetica; font-size: 12px; text-align: left; margin: 8px 0 5px 0; }
.lead { font-size: 11.5px; text-align: left; color: #3b4a5c; margin: 0 0 2px 0; }
.caption { font-family: Helvetica; font-size: 7.8px; line-height: 1.2; text-align: left; }
.formula { text-align: center; margin: 2px 0 6px 0; }
.reference { font-size: 8.8px; text-align: left; margin: 0 0 3px 0; }
"""


@dataclass(frozen=True)
class Text:
    """Paragraphs and headings, as HTML; may be split between columns."""

    html: str
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose cells fit on one line each; the first column is set to the left."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]  # shares of the column's width
    left: Sequence[int] = (0,)  # columns set to the left; the others to the right


@dataclass(frozen=True)
class Picture:
    """A figure that matplotlib draws, kept as vectors, with its caption below."""

    caption: str
    draw: Callable[[], Figure]
    wide: bool = False


Block = Text | Table | Picture


@dataclass
class _Overlay:
    """What is laid over a page once its text is written."""

    pictures: list[tuple[pymupdf.Rect, bytes]] = field(default_factory=list)
    tables: list[tuple[pymupdf.Rect, Table]] = field(default_factory=list)


class Setter:
    """Places blocks one after the other; `finish` gives the PDF's bytes."""

    def __init__(self, running_head: str) -> None:
        self.running_head = running_head
        self.buffer = io.BytesIO()
        self.writer = pymupdf.DocumentWriter(self.buffer)
        self.overlays: list[_Overlay] = []
        self.waiting: list[Picture | Table] = []  # for the next free column
        self.waiting_wide: list[Picture] = []  # for the next page's top
        self.device: pymupdf.DeviceWrapper | None = None
        self._new_page()

    def add(self, block: Block) -> None:
        """Place a block, now or (a figure or table that does not fit) at the next free top."""
        if isinstance(block, Text):
            self._flow(block)
        elif isinstance(block, Picture) and block.wide:
            self.waiting_wide.append(block)
        elif self.waiting or not self._fits(block):
            self.waiting.append(block)
        else:
            self._float(block)

    def finish(self, title: str) -> bytes:
        """Close the last page, lay figures, tables, heads and numbers over the text."""
        while self.waiting or self.waiting_wide:
            self._next_column()
        self.writer.end_page()
        self.writer.close()
        document = pymupdf.open("pdf", self.buffer.getvalue())
        for number, (page, overlay) in enumerate(zip(document, self.overlays, strict=True), 1):
            for rect, pdf in overlay.pictures:
                page.show_pdf_page(rect, pymupdf.open("pdf", pdf), 0)
            for rect, table in overlay.tables:
                _draw_table(page, rect, table)
            self._furniture(page, number)
        document.set_metadata(
            {
                "title": title,
                "author": "The multimodal-rag project",
                "creationDate": "D:20260101000000Z",
                "modDate": "D:20260101000000Z",
            }
        )
        document.subset_fonts()
        return bytes(document.tobytes(garbage=4, deflate=True, no_new_id=True, use_objstms=1))

    def _new_page(self) -> None:
        if self.device is not None:
            self.writer.end_page()
        self.device = self.writer.begin_page(PAGE)
        self.overlays.append(_Overlay())
        self.column, self.top, self.y = 0, TOP, TOP
        if self.waiting_wide:
            self._float(self.waiting_wide.pop(0))
            self.top = self.y
        self._place_waiting()

    def _next_column(self) -> None:
        if self.column == 1:
            self._new_page()
            return
        self.column, self.y = 1, self.top
        self._place_waiting()

    def _place_waiting(self) -> None:
        while self.waiting and self._fits(self.waiting[0]):
            self._float(self.waiting.pop(0))

    def _left(self) -> float:
        return LEFT + self.column * (COLUMN + GUTTER)

    def _flow(self, block: Text) -> None:
        story = pymupdf.Story(block.html, user_css=CSS)
        more = 1
        while more:
            if BOTTOM - self.y < 30:
                self._next_column()
            width = FULL if block.wide else COLUMN
            where = pymupdf.Rect(self._left(), self.y, self._left() + width, BOTTOM)
            more, filled = story.place(where)
            story.draw(self.device)
            self.y = filled[3] + 2
            if block.wide:
                self.top = self.y = self.y + GAP
            if more:
                self._next_column()

    def _height(self, block: Picture | Table, width: float) -> float:
        caption = _caption_height(block.caption, width)
        if isinstance(block, Table):
            return caption + 13.0 * (len(block.rows) + 1) + 2 * GAP + 4
        drawn = block.draw()
        inches = drawn.get_size_inches()
        close(drawn)
        return float(caption + min(width, inches[0] * 72) * inches[1] / inches[0] + 2 * GAP + 4)

    def _fits(self, block: Picture | Table) -> bool:
        return self.y + self._height(block, COLUMN) <= BOTTOM

    def _float(self, block: Picture | Table) -> None:
        width = FULL if isinstance(block, Picture) and block.wide else COLUMN
        left = self._left()
        y = self.y + (GAP if self.y > TOP + 1 else 0)
        if isinstance(block, Table):
            y = self._caption(block.caption, left, y, width) + 3
            rect = pymupdf.Rect(left, y, left + width, y + 13.0 * (len(block.rows) + 1))
            self.overlays[-1].tables.append((rect, block))
        else:
            y = self._picture(block, left, y, width) + 3
            rect = pymupdf.Rect(left, y, left + width, self._caption(block.caption, left, y, width))
        self.y = rect.y1 + GAP + 3

    def _picture(self, block: Picture, left: float, y: float, width: float) -> float:
        drawn = block.draw()
        inches = drawn.get_size_inches()
        out = io.BytesIO()
        drawn.savefig(
            out,
            format="pdf",
            transparent=True,
            metadata={"CreationDate": None, "Producer": None, "Creator": None},
        )
        close(drawn)
        breadth = min(width, inches[0] * 72)
        rect = pymupdf.Rect(0, 0, breadth, breadth * inches[1] / inches[0])
        rect += (left + (width - breadth) / 2, y, left + (width - breadth) / 2, y)
        self.overlays[-1].pictures.append((rect, out.getvalue()))
        return float(rect.y1)

    def _caption(self, caption: str, left: float, y: float, width: float) -> float:
        story = _caption_story(caption)
        _, filled = story.place(pymupdf.Rect(left, y, left + width, y + 200))
        story.draw(self.device)
        return float(filled[3])

    def _furniture(self, page: pymupdf.Page, number: int) -> None:
        style = {"fontsize": 8, "fontname": "helv", "color": (0.42, 0.48, 0.55)}
        page.insert_text((PAGE.width / 2 - 4, 816), str(number), **style)
        if number > 1:
            page.insert_text((LEFT, 42), self.running_head, **style)
            page.draw_line((LEFT, 48), (PAGE.width - LEFT, 48), color=(0.79, 0.83, 0.87), width=0.5)


def _caption_story(caption: str) -> pymupdf.Story:
    label, _, rest = caption.partition(":")
    return pymupdf.Story(f'<p class="caption"><b>{label}:</b>{rest}</p>', user_css=CSS)


def _caption_height(caption: str, width: float) -> float:
    _, filled = _caption_story(caption).place(pymupdf.Rect(0, 0, width, 200))
    return float(filled[3])


def _draw_table(page: pymupdf.Page, rect: pymupdf.Rect, table: Table) -> None:
    """Draw rules above, below and under the header; cells at 8 points."""
    plain, bold = pymupdf.Font("helv"), pymupdf.Font("hebo")
    edges = [rect.x0]
    for share in table.widths:
        edges.append(edges[-1] + share * rect.width / sum(table.widths))
    writer = pymupdf.TextWriter(page.rect)
    for index, row in enumerate([table.header, *table.rows]):
        font = plain if index else bold
        baseline = rect.y0 + 13.0 * index + 9.3
        for column, cell in enumerate(row):
            x = edges[column] + 2
            if column not in table.left:
                x = edges[column + 1] - 5 - font.text_length(cell, 7.6)
            writer.append((x, baseline), cell, font=font, fontsize=7.6)
    writer.write_text(page, color=(0.106, 0.165, 0.227))
    for y, width in ((rect.y0, 0.9), (rect.y0 + 13.0, 0.5), (rect.y1, 0.9)):
        page.draw_line((rect.x0, y), (rect.x1, y), color=(0.2, 0.25, 0.32), width=width)

"""One PDF page as plain data: lines of text, drawings, placed images and rules."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.types import Box

OCR_FONT = "ocr"  # the font of lines that were read from pixels


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, as the PDF sets it."""

    box: Box
    text: str
    size: float  # font size of most of its characters, points
    bold: bool
    italic: bool
    font: str  # font of most of its characters
    block: int  # MuPDF's block number on the page: lines of one paragraph often share it
    horizontal: bool = True  # False for text turned by 90 degrees or at a slant


@dataclass(frozen=True, slots=True)
class Drawing:
    """One vector path."""

    box: Box
    filled: bool
    stroked: bool
    fill: tuple[float, float, float] | None  # RGB, 0 to 1
    stroke: tuple[float, float, float] | None
    width: float  # stroke width, points
    items: int  # path segments
    rectangular: bool  # a single rectangle or a single horizontal or vertical line
    curved: bool  # has Bezier segments


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """One raster, by its box on the page."""

    box: Box
    width: int  # pixels
    height: int  # pixels
    part: bool = False  # a picture within the raster of a scanned page


@dataclass(frozen=True, slots=True)
class Page:
    """The content of one page, in the frame in which it is read.

    That frame is the displayed page, but for a page whose text is all displayed sideways:
    there it is turned so that the text runs from left to right, and `displayed` leads back.
    """

    number: int  # 1-based
    width: float  # points
    height: float  # points
    lines: tuple[Line, ...]
    drawings: tuple[Drawing, ...]
    images: tuple[PlacedImage, ...]
    rules: tuple[Box, ...] = ()  # straight horizontal and vertical lines, thin bars, box edges
    turn: int = 0  # degrees clockwise by which the displayed page is turned from this frame
    drawings_left_out: int = 0  # drawings beyond what page_reader keeps
    unmapped: int = 0  # characters of fonts that do not say which letters they draw

    def displayed(self, box: Box) -> Box:
        """A box of this page in displayed coordinates."""
        x0, y0, x1, y1 = box
        if self.turn == 90:
            return Box(self.height - y1, x0, self.height - y0, x1)
        if self.turn == 180:
            return Box(self.width - x1, self.height - y1, self.width - x0, self.height - y0)
        if self.turn == 270:
            return Box(y0, self.width - x1, y1, self.width - x0)
        return box


@dataclass(frozen=True, slots=True)
class Style:
    """What is usual in a document."""

    body_size: float  # font size of most characters, points
    body_font: str
    line_height: float  # usual distance between two lines' tops, points
    furniture: frozenset[tuple[int, int]]  # (page number, line index): running heads, page numbers


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption of a figure or table, found by its start."""

    label: str  # normalised: "Figure 3", "Table 2"; "" for a title that stands in for a caption
    is_table: bool
    text: str  # label included, lines joined
    box: Box
    lines: tuple[int, ...]  # indexes into Page.lines


@dataclass(frozen=True, slots=True)
class FigureRegion:
    """One figure of a page."""

    box: Box
    caption: Caption | None
    lines: tuple[int, ...]  # Page.lines that are words inside the figure
    raster: bool  # made of pixels, so that its words may need OCR

"""Pages without usable text: which they are, and their lines by OCR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import log

from ingest.boxes import area, centre_in, intersection
from ingest.graphics import background
from ingest.lookalikes import sides
from ingest.ocr import Word
from ingest.page import OCR_FONT, Line, Page, PlacedImage
from ingest.scan_figures import picture_boxes
from ingest.types import Box

OCR_DPI = 150
PICTURE_DPI = 72  # enough to see where pictures are
BLANK = 80  # characters: a page with fewer that one raster fills is nothing but a picture
_NO_TEXT = 30  # characters: a page number and a logo's words
_LITTLE_TEXT = 150
_FEW_DRAWINGS = 3  # on a scan: its frame
_LETTER_HEIGHT = 0.75  # font size by the height of the detector's box
_STEP = 1.12  # sizes are rounded to steps of 12 %: a box's height says no more


def needs_ocr(page: Page) -> bool:
    """Whether next to nothing of what a page shows is text, and it does show something."""
    characters = sum(len(line.text) for line in page.lines)
    if page.unmapped > max(_NO_TEXT, characters):
        return True
    if characters >= _LITTLE_TEXT:
        return False
    whole = Box(0, 0, page.width, page.height)
    covered = max((area(intersection(i.box, whole)) for i in page.images), default=0) / area(whole)
    strips = sum(area(intersection(i.box, whole)) for i in page.images) / area(whole)
    if characters >= _NO_TEXT:
        return covered > 0.7 or strips > 0.9
    letters = sum(d.curved and d.filled for d in page.drawings)  # text turned into outlines
    return strips > 0.2 or letters > 40


def has_text_layer(page: Page) -> bool:
    """Whether a page is a scan whose words somebody's OCR has put over it."""
    return bool(page.lines) and background(page) and len(page.drawings) <= _FEW_DRAWINGS


def with_pictures(page: Page, image: bytes, pixels_per_point: float) -> Page:
    """A scan with a text layer, with the pictures that its render shows beside the words."""
    words = [Box(*(value * pixels_per_point for value in line.box)) for line in page.lines]
    parts = _parts(picture_boxes(image, words, pixels_per_point), pixels_per_point)
    return replace(page, images=(*page.images, *parts))


def with_ocr(page: Page, words: Sequence[Word], image: bytes, pixels_per_point: float) -> Page:
    """The page with the lines that OCR saw added to its own; its own are exact and stay.

    A page whose fonts do not say which letters they draw loses its own lines. `image` is the
    encoded page that OCR saw: the pictures on it are added too, if a raster fills the page. A page
    with hardly any words is one picture, and stays as it is.
    """
    characters = sum(len(line.text) for line in page.lines)
    own = () if page.unmapped > characters else page.lines
    scale = 1 / pixels_per_point
    seen = [line_of(word, scale, number + len(own)) for number, word in enumerate(words)]
    new = [line for line in seen if not any(centre_in(line.box, o.box) for o in own)]
    read = replace(page, lines=(*own, *new))
    if sum(len(line.text) for line in read.lines) < BLANK or not background(page):
        return read
    pictures = picture_boxes(image, [word.box for word in words], pixels_per_point)
    return replace(read, images=(*page.images, *_parts(pictures, pixels_per_point)))


def _parts(boxes: Iterable[Box], pixels_per_point: float) -> Iterator[PlacedImage]:
    for box in boxes:
        width, height = (round(side * pixels_per_point) for side in sides(box))
        yield PlacedImage(box, width, height, part=True)


def line_of(word: Word, scale: float, block: int) -> Line:
    """What OCR saw as a line; `scale` leads from its pixels to the unit of the page."""
    box = Box(*(value * scale for value in word.box))
    upright = box.y1 - box.y0 < 1.5 * (box.x1 - box.x0) or len(word.text) < 3
    height = max(1.0, min(box.y1 - box.y0, box.x1 - box.x0) if not upright else box.y1 - box.y0)
    size = _STEP ** round(log(height * _LETTER_HEIGHT, _STEP))
    return Line(box, word.text, size, False, False, OCR_FONT, block, upright)

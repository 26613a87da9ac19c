"""Pictures found on pages that are pixels; words, rules, panels and thumb tabs are none."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from ingest.boxes import iou
from ingest.graphics import background
from ingest.ocr import Word
from ingest.page import Line, Page, PlacedImage
from ingest.scan_figures import picture_boxes
from ingest.scans import has_text_layer, with_ocr, with_pictures
from ingest.types import Box

ZOOM = 2.0  # pixels a point
SIZE = (600, 800)  # points


class Scan:
    """A page image being drawn, in points."""

    def __init__(self, paper: str = "white") -> None:
        self.image = Image.new("RGB", (int(SIZE[0] * ZOOM), int(SIZE[1] * ZOOM)), paper)
        self.pen = ImageDraw.Draw(self.image)
        self.words: list[Box] = []  # pixels

    def chart(self, box: Box) -> None:
        x0, y0, x1, y1 = (v * ZOOM for v in box)
        self.pen.line([(x0, y0), (x0, y1), (x1, y1)], "black", 3)
        for i in range(5):
            left = x0 + (x1 - x0) * (i + 0.2) / 5
            self.pen.rectangle(
                (left, y0 + (y1 - y0) * i / 6, left + (x1 - x0) / 8, y1), "steelblue"
            )

    def lines(self, top: float, count: int, *, ink: bool = True, x0: float = 60) -> None:
        for row in range(count):
            y = (top + 14 * row) * ZOOM
            box = Box(x0 * ZOOM, y, 540 * ZOOM, y + 10 * ZOOM)
            if ink:
                for x in range(int(box.x0), int(box.x1), 12):
                    self.pen.rectangle((x, y + 4, x + 7, y + 16), "black")
            self.words.append(box)

    def found(self) -> list[Box]:
        return picture_boxes(self.png(), self.words, ZOOM)

    def png(self) -> bytes:
        buffer = io.BytesIO()
        self.image.save(buffer, "PNG")
        return buffer.getvalue()


@pytest.mark.parametrize("paper", ["white", "#f3ecd8", "navy"])
def test_a_chart_among_words_on_any_paper(paper: str) -> None:
    scan = Scan(paper)
    scan.lines(60, 8)
    if paper == "navy":
        scan.pen.ellipse((300, 500, 900, 900), "white")
        truth = Box(150, 250, 450, 450)
    else:
        truth = Box(150, 250, 450, 450)
        scan.chart(truth)
    scan.lines(500, 12)
    (box,) = scan.found()
    assert iou(box, truth) > 0.9


def test_words_rules_and_grids_are_no_pictures() -> None:
    scan = Scan()
    scan.lines(60, 10)
    for y in (300, 330, 360, 390):
        scan.pen.line([(60 * ZOOM, y * ZOOM), (540 * ZOOM, y * ZOOM)], "black", 2)
    for x in (60, 300, 540):
        scan.pen.line([(x * ZOOM, 300 * ZOOM), (x * ZOOM, 390 * ZOOM)], "black", 2)
    assert scan.found() == []


def test_thumb_tabs_and_the_dark_rim_of_a_scan_are_no_pictures() -> None:
    scan = Scan()
    scan.lines(60, 10)
    scan.pen.rectangle((1110, 700, 1170, 1200), "black")
    scan.pen.rectangle((0, 0, 16, 1600), "black")
    assert scan.found() == []


def test_a_rule_across_the_page_does_not_widen_a_picture() -> None:
    scan = Scan()
    scan.chart(Box(350, 260, 500, 380))
    scan.pen.line([(60 * ZOOM, 384 * ZOOM), (540 * ZOOM, 384 * ZOOM)], "black", 4)
    scan.lines(400, 6)
    (box,) = scan.found()
    assert iou(box, Box(350, 260, 500, 380)) > 0.9


def test_a_frame_around_a_picture_and_its_caption_loses_the_caption() -> None:
    scan = Scan()
    scan.pen.rectangle((160, 400, 440 * ZOOM, 1000), outline="black", width=2)
    scan.chart(Box(90, 210, 430, 440))
    for y in (452, 466, 480):
        scan.words.append(Box(90 * ZOOM, y * ZOOM, 430 * ZOOM, (y + 10) * ZOOM))
    (box,) = scan.found()
    assert 438 < box.y1 < 445


def test_a_page_that_is_one_picture_has_none_within() -> None:
    scan = Scan()
    gradient = Image.linear_gradient("L").resize(scan.image.size).convert("RGB")
    scan.image.paste(gradient)
    assert scan.found() == []


def test_bytes_that_are_no_image() -> None:
    with pytest.raises(ValueError, match="no image"):
        picture_boxes(b"nothing", [], 1.0)


def full_page(lines: Sequence[Line] = ()) -> Page:
    raster = PlacedImage(Box(0, 0, *SIZE), 1200, 1600)
    return Page(1, *SIZE, lines=tuple(lines), drawings=(), images=(raster,))


def test_ocr_gives_a_scan_its_pictures_too() -> None:
    scan = Scan()
    scan.chart(Box(150, 250, 450, 450))
    scan.lines(500, 4)
    words = [Word(box, "words that OCR has read there", 0.9) for box in scan.words]
    page = with_ocr(full_page(), words, scan.png(), ZOOM)
    part = page.images[-1]
    assert part.part
    assert iou(part.box, Box(150, 250, 450, 450)) > 0.9
    assert background(page)
    assert len(with_ocr(full_page(), words[:1], scan.png(), ZOOM).images) == 1  # one picture


def test_a_page_is_a_scan_by_bands_of_one_width_and_not_by_pictures_of_several() -> None:
    def page(*boxes: Box) -> Page:
        images = tuple(PlacedImage(box, 800, 600) for box in boxes)
        return Page(1, 720, 540, lines=(), drawings=(), images=images)

    assert background(page(Box(0, 0, 720, 270), Box(0, 270, 720, 540)))
    assert background(page(Box(-40, -40, 760, 600)))
    titles, chart = Box(69, 0, 664, 93), Box(31, 138, 718, 496)
    assert not background(page(titles, Box(63, 49, 660, 146), chart))


def test_a_scan_with_a_text_layer_is_searched_by_its_lines() -> None:
    scan = Scan()
    scan.chart(Box(150, 250, 450, 450))
    scan.lines(500, 4)
    boxes = [Box(*(v / ZOOM for v in box)) for box in scan.words]
    lines = [Line(box, "a line of the layer", 10, False, False, "Serif", 0) for box in boxes]
    page = full_page(lines)
    assert has_text_layer(page)
    assert not has_text_layer(full_page())
    found = with_pictures(page, scan.png(), ZOOM)
    assert [i.part for i in found.images] == [False, True]

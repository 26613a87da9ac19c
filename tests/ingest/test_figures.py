"""Figures of pages that PyMuPDF makes here: boxes, captions, and what is no figure."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.boxes import clusters, iou, painted_area
from ingest.captions import find_captions
from ingest.figures import find_figures
from ingest.graphics import repeated_graphics, running_graphics
from ingest.mupdf import pymupdf
from ingest.page import FigureRegion, Page
from ingest.page_reader import read_page
from ingest.style import document_style
from ingest.types import Box

PROSE = "The measured values fall with every step that the search takes and rise again later. " * 4


@pytest.fixture
def sheet() -> Any:
    """An empty page with a paragraph at its top and one at its foot."""
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    for top in (72, 640):
        page.insert_textbox(pymupdf.Rect(72, top, 540, top + 80), PROSE, fontsize=10)
    return page


def chart(page: Any, x: float, y: float, width: float = 180, height: float = 120) -> Box:
    """A line chart with ticks; returns its box, words included."""
    page.draw_line((x, y), (x, y + height))
    page.draw_line((x, y + height), (x + width, y + height))
    points = [(x + width * i / 9, y + height * (0.5 + 0.45 * (-1) ** i)) for i in range(10)]
    page.draw_polyline(points, color=(1, 0, 0))
    for i in range(4):
        page.insert_text((x + width * i / 4, y + height + 9), str(10 * i), fontsize=7)
    return Box(x, y, x + width, y + height + 10)


def figures(document: Any, number: int = 1) -> list[FigureRegion]:
    pages: list[Page] = [read_page(page) for page in document]
    style = document_style(pages)
    captions = find_captions(pages, style)
    page = pages[number - 1]
    running, repeated = running_graphics(pages), repeated_graphics(pages)
    return find_figures(page, captions.get(number, []), style, (), running, repeated)


def test_a_chart_its_words_and_its_caption(sheet: Any) -> None:
    truth = chart(sheet, 200, 250)
    sheet.insert_text((200, 400), "Figure 1: Values by step.", fontsize=10)
    (found,) = figures(sheet.parent)
    assert iou(found.box, truth) > 0.9
    assert found.caption is not None
    assert (found.caption.label, found.caption.text) == ("Figure 1", "Figure 1: Values by step.")
    assert len(found.lines) == 4
    assert not found.raster


def test_panels_far_apart_are_one_figure(sheet: Any) -> None:
    left, right = chart(sheet, 80, 250), chart(sheet, 350, 250)
    sheet.insert_text((250, 400), "Figure 1: Both.", fontsize=10)
    (found,) = figures(sheet.parent)
    assert iou(found.box, Box(left.x0, left.y0, right.x1, right.y1)) > 0.9


def test_two_figures_side_by_side_have_their_own_captions(sheet: Any) -> None:
    for number, x in ((1, 80), (2, 350)):
        chart(sheet, x, 250)
        sheet.insert_text((x, 400), f"Figure {number}: Values.", fontsize=10)
    found = figures(sheet.parent)
    assert [(f.caption.label, round(f.box.x0 / 10)) for f in found if f.caption] == [
        ("Figure 1", 8),
        ("Figure 2", 35),
    ]


@pytest.mark.parametrize("side", ["above", "right"])
def test_captions_above_and_beside(sheet: Any, side: str) -> None:
    truth = chart(sheet, 80, 250)
    at = (80, 240) if side == "above" else (290, 300)
    sheet.insert_text(at, "Figure 1: Values.", fontsize=10)
    (found,) = figures(sheet.parent)
    assert found.caption is not None
    assert iou(found.box, truth) > 0.9


def test_a_raster_is_a_figure_and_a_repeated_logo_is_not() -> None:
    document = pymupdf.open()
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 40), False)
    pixmap.clear_with(90)
    for _ in range(4):
        page = document.new_page(width=612, height=792)
        page.insert_image(pymupdf.Rect(400, 100, 520, 180), pixmap=pixmap)
        page.insert_textbox(pymupdf.Rect(72, 220, 540, 300), PROSE, fontsize=10)
    document[1].insert_image(pymupdf.Rect(100, 330, 400, 530), pixmap=pixmap)
    (found,) = figures(document, 2)
    assert iou(found.box, Box(100, 330, 400, 530)) > 0.95
    assert found.raster
    assert found.caption is None


def code(seed: int) -> Any:
    """A small raster of random squares, such as a QR code."""
    pixmap = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 29 + seed, 29 + seed), False)
    for x in range(pixmap.width):
        for y in range(pixmap.height):
            pixmap.set_pixel(x, y, (255 * (hash((x, y, seed)) % 2),))
    return pixmap


def test_a_small_picture_that_stands_once_is_a_figure_with_its_name(sheet: Any) -> None:
    sheet.insert_image(pymupdf.Rect(280, 20, 320, 60), pixmap=code(0))  # in the margin
    sheet.insert_text((278, 70), "ACME Ltd.", fontsize=9)
    sheet.insert_image(pymupdf.Rect(100, 300, 112, 312), pixmap=code(1))  # a bullet
    sheet.insert_image(pymupdf.Rect(100, 400, 400, 421), pixmap=code(2))  # an ornament
    (found,) = figures(sheet.parent)
    assert iou(found.box, Box(278, 20, 320, 72)) > 0.8
    assert len(found.lines) == 1


def test_small_pictures_of_several_pages_or_many_of_one_are_none(sheet: Any) -> None:
    document = sheet.parent
    document.new_page(width=612, height=792)
    sheet, other = document
    sheet.insert_image(pymupdf.Rect(100, 200, 140, 240), pixmap=code(0))
    other.insert_image(pymupdf.Rect(300, 500, 340, 540), pixmap=code(0))
    for row in range(4):
        place = pymupdf.Rect(400, 200 + 90 * row, 430 + row, 230 + 90 * row + row)
        other.insert_image(place, pixmap=code(1 + row))
    assert figures(document) == []
    assert figures(document, 2) == []


def test_stripes_are_a_logo_and_ruled_lines_are_not(sheet: Any) -> None:
    for row in range(8):
        inset = 2 if 2 <= row < 6 else 0
        stripe = pymupdf.Rect(500 + inset, 28 + 3.6 * row, 570 - inset, 29.8 + 3.6 * row)
        sheet.draw_rect(stripe, color=None, fill=(0, 0, 0))
        sheet.draw_line((100, 200 + 18 * row), (300, 200 + 18 * row))
    (found,) = figures(sheet.parent)
    assert iou(found.box, Box(500, 28, 570, 55)) > 0.9


def test_a_masthead_is_parted_where_only_a_rule_links_it(sheet: Any) -> None:
    badge, ribbon = pymupdf.Rect(60, 180, 150, 260), pymupdf.Rect(440, 180, 550, 270)
    for place in (badge, ribbon):
        for inset in (0, 12, 24):
            inner = pymupdf.Rect(
                place.x0 + inset, place.y0 + inset, place.x1 - inset, place.y1 - inset
            )
            sheet.draw_oval(inner, fill=(0.1, 0.2, 0.1 if inset else 0.9))
    sheet.draw_line((150, 220), (440, 220), width=0.5)
    assert [[round(v) for v in f.box] for f in figures(sheet.parent)] == [
        [60, 180, 150, 260],
        [440, 180, 550, 270],
    ]


def test_a_coloured_panel_behind_text_is_no_figure(sheet: Any) -> None:
    panel = [(400, 200), (560, 200), (560, 600), (400, 600)]
    sheet.draw_polyline(panel, closePath=True, fill=(1, 0, 0))
    sheet.insert_textbox(pymupdf.Rect(410, 210, 550, 590), PROSE[:340], fontsize=14)
    assert figures(sheet.parent) == []


def test_a_text_that_runs_past_a_drawing_is_none_of_its_words(sheet: Any) -> None:
    for nth in range(30):
        points = [(i * 16, 330 + nth * 9 + (40 if i % 2 else 0)) for i in range(21)]
        sheet.draw_polyline(points, color=(0.5, 0.6, 1))
    sheet.insert_textbox(pymupdf.Rect(150, 400, 480, 480), PROSE, fontsize=10)
    sheet.insert_text((30, 500), "crest", fontsize=7)
    (found,) = figures(sheet.parent)
    assert found.box.x1 < 340
    page = read_page(sheet)
    assert [page.lines[i].text for i in found.lines] == ["crest"]


def test_text_in_boxes_rules_and_tables_are_no_figures(sheet: Any) -> None:
    sheet.draw_rect(pymupdf.Rect(72, 200, 540, 300), color=(0, 0, 1), fill=(0.9, 0.9, 1))
    sheet.insert_textbox(pymupdf.Rect(80, 206, 530, 300), PROSE, fontsize=10)
    sheet.draw_line((72, 320), (540, 320))
    for row in range(5):
        sheet.draw_line((72, 350 + 16 * row), (540, 350 + 16 * row))
        for column in range(3 if row < 4 else 0):
            sheet.insert_text((80 + 150 * column, 362 + 16 * row), f"value {row}", fontsize=9)
    assert figures(sheet.parent) == []


def test_a_framed_prompt_is_a_figure_if_a_caption_says_so(sheet: Any) -> None:
    sheet.draw_rect(pymupdf.Rect(72, 200, 540, 300), color=(0, 0, 1))
    sheet.insert_textbox(pymupdf.Rect(80, 206, 530, 300), PROSE, fontsize=10)
    sheet.insert_text((72, 318), "Figure 1: The prompt.", fontsize=10)
    (found,) = figures(sheet.parent)
    assert iou(found.box, Box(72, 200, 540, 300)) > 0.95


def test_the_title_over_a_chart_stands_in_for_a_caption(sheet: Any) -> None:
    chart(sheet, 200, 250)
    sheet.insert_text((200, 238), "Sales rise in spring", fontsize=14, fontname="hebo")
    (found,) = figures(sheet.parent)
    assert found.caption is not None
    assert (found.caption.label, found.caption.text) == ("", "Sales rise in spring")


def test_a_caption_without_graphics_has_no_region(sheet: Any) -> None:
    sheet.insert_text((72, 400), "Figure 1: Nothing here.", fontsize=10)
    assert figures(sheet.parent) == []


def test_a_page_that_is_one_picture_is_a_figure_and_a_backdrop_is_not() -> None:
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 72, 54), False)
    document = pymupdf.open()
    for _ in range(2):
        page = document.new_page(width=720, height=540)
        page.insert_image(page.rect, pixmap=pixmap)
    document[1].insert_textbox(pymupdf.Rect(80, 80, 600, 300), PROSE, fontsize=16)
    (found,) = figures(document, 1)
    assert found.box == Box(0, 0, 720, 540)
    assert figures(document, 2) == []


def test_clusters_chain_near_boxes_and_part_far_ones() -> None:
    boxes = [Box(10 * i, 0, 10 * i + 6, 5) for i in range(50)] + [Box(0, 40, 5, 45)]
    groups = clusters(boxes, 6.0)
    assert sorted(map(len, groups)) == [1, 50]
    assert clusters([], 3.0) == []


def test_clusters_of_many_boxes_agree_with_the_pairwise_rule() -> None:
    boxes = [Box(x, y, x + 8, y + 8) for x in range(0, 600, 40) for y in range(0, 600, 40)]
    assert len(clusters(boxes, 10.0)) == len(boxes)
    assert len(clusters(boxes, 40.0)) == 1


def test_painted_area_counts_overlaps_once() -> None:
    assert painted_area([Box(0, 0, 99, 99), Box(50, 50, 99, 99)]) == pytest.approx(10_000)

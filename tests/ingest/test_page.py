"""Pages as plain data, in displayed coordinates."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.mupdf import pymupdf
from ingest.page import Page
from ingest.page_reader import read_page
from ingest.types import Box


def new_page(width: float = 400, height: float = 600) -> Any:
    return pymupdf.open().new_page(width=width, height=height)


def test_lines_have_box_size_and_style() -> None:
    page = new_page()
    page.insert_text((50, 100), "Plain words", fontsize=10)
    page.insert_text((50, 150), "Bold words", fontsize=14, fontname="hebo")
    plain, bold = read_page(page).lines
    assert (plain.text, plain.size, plain.bold, plain.horizontal) == (
        "Plain words",
        10,
        False,
        True,
    )
    assert (bold.text, bold.size, bold.bold) == ("Bold words", 14, True)
    assert plain.box.x0 == pytest.approx(50, abs=1)
    assert plain.box.y0 < 100 < plain.box.y1
    assert plain.box.y1 - plain.box.y0 < 14


def test_ligatures_are_expanded_and_spaces_are_plain() -> None:
    page = new_page()
    page.insert_htmlbox((50, 80, 350, 120), "<p>e\ufb03cient\u00a0o\ufb00ice</p>")
    assert read_page(page).lines[0].text == "efficient office"


def test_invisible_text_is_text() -> None:
    page = new_page()
    page.insert_text((50, 100), "from a scanner", render_mode=3)
    assert [line.text for line in read_page(page).lines] == ["from a scanner"]


def test_drawings_rules_and_images() -> None:
    page = new_page()
    page.draw_line((50, 100), (350, 100), width=0.5)
    page.draw_rect((50, 200, 150, 260), color=(1, 0, 0), fill=(0, 0, 1))
    page.draw_circle((200, 400), 30)
    pixels = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 20, 10))
    page.insert_image((220, 300, 320, 350), pixmap=pixels)
    read = read_page(page)
    line, box, circle = read.drawings
    assert line.rectangular
    assert not line.filled
    assert (box.filled, box.stroked, box.fill) == (True, True, (0, 0, 1))
    assert circle.curved
    assert not circle.rectangular
    assert Box(50, 100, 350, 100) in read.rules
    assert len(read.rules) == 5  # the line and the box's four edges
    (image,) = read.images
    assert (image.width, image.height) == (20, 10)
    assert image.box == pytest.approx((220, 300, 320, 350), abs=0.1)


def test_boxes_of_a_rotated_page_are_as_displayed() -> None:
    page = new_page(400, 600)
    page.insert_text((50, 100), "A few words only")
    page.draw_line((50, 100), (250, 100))
    page.set_rotation(90)
    read = read_page(page)
    assert (read.width, read.height) == (600, 400)
    assert read.turn == 0  # too few words to turn a page for
    assert not read.lines[0].horizontal
    assert read.lines[0].box.x0 < 500 < read.lines[0].box.x1
    assert read.rules[0] == pytest.approx((500, 50, 500, 250))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_of_sideways_text_is_read_upright(rotation: int) -> None:
    page = new_page(400, 600)
    for row in range(5):
        page.insert_text((50, 100 + 20 * row), f"Row {row} of a page that a scanner took sideways")
    upright = read_page(page)
    page.set_rotation(rotation)
    read = read_page(page)
    assert read.turn == rotation
    assert [line.text for line in read.lines] == [line.text for line in upright.lines]
    assert all(line.horizontal for line in read.lines)
    assert read.lines[0].box == pytest.approx(upright.lines[0].box, abs=4)
    shown = read.displayed(read.lines[0].box)
    assert shown.x1 <= page.rect.width
    assert shown.y1 <= page.rect.height
    expected = pymupdf.Rect(upright.lines[0].box) * page.rotation_matrix
    assert shown == pytest.approx(tuple(expected), abs=4)


def test_displayed_leaves_an_upright_page_alone() -> None:
    page = Page(1, 100, 200, (), (), ())
    assert page.displayed(Box(1, 2, 3, 4)) == Box(1, 2, 3, 4)


def test_drawings_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.page_reader.MAX_DRAWINGS", 3)
    page = new_page()
    for y in range(100, 160, 10):
        page.draw_line((50, y), (60, y + 5))
    read = read_page(page)
    assert len(read.drawings) == 3
    assert read.drawings_left_out == 3

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

from ingest.types import Box, Kind
from tests.ingest.samples import of_kind, png, reading


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Growth"
    first.placeholders[1].text = "Point one\nPoint two"
    first.placeholders[1].text_frame.paragraphs[1].level = 1
    first.notes_slide.notes_text_frame.text = "Say this aloud"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Numbers"
    picture = second.shapes.add_picture(io.BytesIO(png(90, 60)), Pt(10), Pt(20), Pt(90), Pt(60))
    picture._element.nvPicPr.cNvPr.set("descr", "A navy box")
    table = second.shapes.add_table(2, 2, Pt(0), Pt(100), Pt(200), Pt(40)).table
    for at, text in enumerate(("k", "v", "a", "1")):
        table.cell(at // 2, at % 2).text = text
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Sales", (4.3, 5.5))
    data.add_series("Costs", (2.0, 2.5))
    chart = second.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Pt(0), Pt(200), Pt(200), Pt(100), data
    ).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales and costs"
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    return path


def test_slides_are_pages_and_titles_headings(deck: Path) -> None:
    found = reading(deck)
    assert (found.document.title, found.document.page_count) == ("Growth", 2)
    body, notes = of_kind(found, Kind.TEXT)
    assert (body.text, body.headings) == ("Point one\n  Point two", ("Growth",))
    assert body.place.page == 1
    assert (notes.text, notes.headings) == ("Say this aloud", ("Growth", "Notes"))


def test_pictures_tables_and_charts_carry_their_boxes(deck: Path) -> None:
    found = reading(deck)
    (figure,) = of_kind(found, Kind.FIGURE)
    assert figure.caption == "A navy box"
    assert figure.place.box == Box(10, 20, 100, 80)
    table, chart = of_kind(found, Kind.TABLE)
    assert table.text == "| k | v |\n| --- | --- |\n| a | 1 |"
    assert (table.place.page, table.headings) == (2, ("Numbers",))
    assert chart.caption == "Sales and costs"
    assert chart.description == 'The data of a bar chart titled "Sales and costs".'
    assert chart.text == (
        "|  | Sales | Costs |\n| --- | --- | --- |\n| 2023 | 4.3 | 2 |\n| 2024 | 5.5 | 2.5 |"
    )


def test_a_picture_on_every_slide_is_decoration(tmp_path: Path) -> None:
    deck = Presentation()
    for number in range(5):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_picture(io.BytesIO(png()), 0, 0)
        slide.shapes.add_textbox(0, 0, Pt(50), Pt(20)).text_frame.text = f"text {number}"
    path = tmp_path / "a.pptx"
    deck.save(str(path))
    found = reading(path)
    assert of_kind(found, Kind.FIGURE) == []
    assert len(of_kind(found, Kind.TEXT)) == 5

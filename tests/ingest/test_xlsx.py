from __future__ import annotations

import datetime
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.image import Image as SheetImage

from ingest.types import Kind
from ingest.xlsx import shown
from tests.ingest.samples import of_kind, png, reading


@pytest.fixture
def book(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sales"
    sheet["A1"] = "Sales by region"
    for row in (("Region", "Year", "Share"), ("North", 2023, 0.256), (None, 2024, 0.3)):
        sheet.append(row)
    sheet["C3"].number_format = sheet["C4"].number_format = "0.0%"
    sheet.merge_cells("A3:A4")
    sheet["A7"] = "A remark on its own"
    sheet.add_image(SheetImage(io.BytesIO(png(100, 80))), "F2")
    chart = BarChart()
    chart.title = "Share by year"
    chart.add_data(Reference(sheet, min_col=3, min_row=2, max_row=4), titles_from_data=True)
    sheet.add_chart(chart, "H2")
    second = book.create_sheet("More")
    second["B2"] = "x"
    second["C2"] = "y"
    second["B3"] = 1
    second["C3"] = datetime.date(2024, 5, 1)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_sheets_are_pages_and_their_blocks_tables(book: Path) -> None:
    found = reading(book)
    assert found.document.page_count == 2
    first, second = of_kind(found, Kind.TABLE)
    assert first.caption == "Sales by region"
    assert first.text == (
        "| Region | Year | Share |\n| --- | --- | --- |\n"
        "| North | 2023 | 25.6% |\n| North | 2024 | 30.0% |"
    )
    assert (first.place.page, first.headings) == (1, ("Sales",))
    assert second.text == "| x | y |\n| --- | --- |\n| 1 | 2024-05-01 |"
    assert (second.place.page, second.headings) == (2, ("More",))
    (remark,) = of_kind(found, Kind.TEXT)
    assert remark.text == "A remark on its own"
    (figure,) = of_kind(found, Kind.FIGURE)
    assert figure.place.page == 1


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (None, "General", ""),
        (True, "General", "TRUE"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.125, "0%", "12%"),
        (0.1 + 0.2, "General", "0.3"),
        (3, "General", "3"),
        (-5.5, '"$"#,##0.0;[Red]-"$"#,##0.0', "-5.5"),
        (1e-7, "0.00E+00", "1e-07"),
        (datetime.datetime(2024, 5, 1, 13, 30), "", "2024-05-01 13:30:00"),
        ("=text", "General", "=text"),
    ],
)
def test_values_are_shown_as_excel_does(value: object, number_format: str, expected: str) -> None:
    assert shown(value, number_format) == expected


def test_a_long_sheet_repeats_its_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["n", "twice"])
    for n in range(90):
        book.active.append([n, 2 * n])
    path = tmp_path / "long.xlsx"
    book.save(path)
    tables = of_kind(reading(path), Kind.TABLE)
    assert len(tables) == 3
    assert all(table.text.startswith("| n | twice |") for table in tables)


def test_tables_side_by_side_are_divided(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("a", "b", None, "c", "d"), (1, 2, None, 3, 4)):
        book.active.append(row)
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert [t.text.split("\n")[0] for t in reading(path).elements] == ["| a | b |", "| c | d |"]

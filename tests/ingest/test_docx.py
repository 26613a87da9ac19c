from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.shared import Inches

from ingest.types import Kind
from tests.ingest.samples import of_kind, png, reading

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def report(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_heading("Annual report", 0)
    document.add_heading("Results", 1)
    document.add_paragraph("Sales rose, as Figure 1 shows.")
    document.add_paragraph("an item", style="List Bullet")
    document.add_paragraph("another", style="List Bullet")
    document.add_picture(io.BytesIO(png(200, 100)), width=Inches(2))
    document.inline_shapes[0]._inline.docPr.set("descr", "Bars that grow")
    document.add_paragraph("Figure 1: Sales by year", style="Caption")
    document.add_heading("Numbers", 2)
    document.add_paragraph("Table 1: Two years")
    table = document.add_table(3, 3)
    for row, cells in enumerate((("Year", "Region", "Sales"), ("2023", "N", "5"), ("", "S", "6"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    path = tmp_path / "report.docx"
    document.save(str(path))
    return path


def test_headings_text_figures_and_tables_in_order(report: Path) -> None:
    found = reading(report)
    assert found.document.title == "Annual report"
    text, figure, table = found.elements
    assert text.text == "Sales rose, as Figure 1 shows.\n\n- an item\n- another"
    assert text.headings == ("Annual report", "Results")
    assert (figure.label, figure.caption) == ("Figure 1", "Figure 1: Sales by year")
    assert figure.description == "Bars that grow"
    assert (table.kind, table.label) == (Kind.TABLE, "Table 1")
    assert table.headings == ("Annual report", "Results", "Numbers")
    assert table.text == (
        "| Year | Region | Sales |\n| --- | --- | --- |\n| 2023 | N | 5 |\n| 2023 | S | 6 |"
    )
    assert {e.place.page for e in found.elements} == {None}
    assert found.receipt.missing == ()


def test_deleted_text_is_left_out_and_inserted_text_read(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It is ")._p
    paragraph.append(parse_xml(f"<w:del {W}><w:r><w:delText>not </w:delText></w:r></w:del>"))
    paragraph.append(parse_xml(f"<w:ins {W}><w:r><w:t>true</w:t></w:r></w:ins>"))
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert reading(path).elements[0].text == "It is true"


def test_text_in_content_controls_and_frames_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    control = OxmlElement("w:sdt")
    control.append(
        parse_xml(f"<w:sdtContent {W}><w:p><w:r><w:t>held</w:t></w:r></w:p></w:sdtContent>")
    )
    document.element.body.insert(0, control)
    document.add_table(1, 1).cell(0, 0).text = "framed"
    path = tmp_path / "a.docx"
    document.save(str(path))
    found = reading(path)
    assert found.elements[0].text == "held\n\nframed"
    assert of_kind(found, Kind.TABLE) == []

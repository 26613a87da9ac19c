"""Whole PDFs: elements, boxes, headings, crops, and what can be wrong with a file."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ingest.errors import EncryptedFile, UnreadableFile
from ingest.mupdf import pymupdf
from ingest.pdf import PdfParser
from ingest.types import Document, Element, Kind, ReadOptions

WORDS = "A sentence of the body that says what the page is about and then ends here."


def write_page(pdf: Any, number: int) -> Any:
    page = pdf.new_page(width=500, height=700)
    page.insert_text((50, 30), "The running head", fontsize=9)
    page.insert_text((50, 90), f"{number} Section", fontsize=16)
    for row in range(6):
        page.insert_text((50, 120 + 13 * row), WORDS[:70], fontsize=10)
    page.insert_text((240, 680), str(number), fontsize=9)
    return page


def save(pdf: Any, path: Path, title: str = "A stated title", **options: Any) -> Path:
    pdf.set_metadata({"title": title})
    pdf.save(path, **options)
    return path


def read(path: Path, **options: Any) -> tuple[Document, list[Element], PdfParser]:
    parser = PdfParser(ReadOptions(**{"ocr": "off", **options}))
    document, elements = parser.parse(path)
    return document, list(elements), parser


def test_text_with_headings_pages_and_boxes(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    for number in (1, 2, 3):
        write_page(pdf, number)
    document, elements, parser = read(save(pdf, tmp_path / "a.pdf"))
    assert (document.title, document.page_count) == ("A stated title", 3)
    assert [e.place.page for e in elements] == [1, 2, 3]
    assert [e.headings for e in elements] == [("1 Section",), ("2 Section",), ("3 Section",)]
    assert {e.kind for e in elements} == {Kind.TEXT}
    box = elements[0].place.box
    assert box is not None
    assert box.x0 == pytest.approx(50, abs=1)
    assert 105 < box.y0 < 120
    assert elements[0].text.startswith(WORDS[:60])
    assert parser.skipped == []


def test_a_table_and_a_figure_stand_in_their_place_with_crops(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    page = write_page(pdf, 1)
    page.insert_text((50, 230), "Table 1: Scores", fontsize=9)
    for row, cells in enumerate([("Model", "F1"), ("Ours", "90.1"), ("Theirs", "88.0")]):
        for column, text in enumerate(cells):
            page.insert_text((60 + 120 * column, 254 + 14 * row), text, fontsize=10)
    for y in (242, 258, 288):
        page.draw_line((50, y), (300, y))
    pixels = Image.radial_gradient("L").convert("RGB").resize((300, 200))
    buffer = io.BytesIO()
    pixels.save(buffer, "PNG")
    page.insert_image((50, 320, 350, 520), stream=buffer.getvalue())
    page.insert_text((50, 535), "Figure 1: A picture", fontsize=9)
    page.insert_text((50, 580), "Text after the figure says what it shows.", fontsize=10)
    _, elements, _ = read(save(pdf, tmp_path / "a.pdf"))
    assert [e.kind for e in elements[-4:]] == [Kind.TEXT, Kind.TABLE, Kind.FIGURE, Kind.TEXT]
    _, table, figure, _ = elements[-4:]
    assert (table.label, table.caption) == ("Table 1", "Table 1: Scores")
    assert table.text.splitlines()[2] == "| Ours | 90.1 |"
    assert figure.label == "Figure 1"
    assert figure.place.box == pytest.approx((50, 320, 350, 520), abs=3)
    assert figure.headings == ("1 Section",)
    assert figure.image is not None
    with Image.open(io.BytesIO(figure.image)) as crop:
        assert crop.size == pytest.approx((306 / 72 * 150, 206 / 72 * 150), abs=8)


def test_boxes_and_crops_of_a_rotated_page(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    page = write_page(pdf, 1)
    page.set_rotation(90)
    _, elements, _ = read(save(pdf, tmp_path / "a.pdf"))
    box = elements[-1].place.box
    assert box is not None
    assert box.x1 < 700
    assert box.x1 - box.x0 < box.y1 - box.y0  # six rows, shown sideways
    assert elements[-1].headings == ("1 Section",)


def test_a_heading_that_nothing_follows_is_text(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    write_page(pdf, 1).insert_text((50, 400), "2 Left alone", fontsize=16)
    _, elements, _ = read(save(pdf, tmp_path / "a.pdf"))
    assert elements[-1].text == "2 Left alone"
    assert elements[-1].headings == ()


def test_titles(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    write_page(pdf, 1).insert_text((50, 70), "Largest Words", fontsize=28)
    path = save(pdf, tmp_path / "a.pdf", "Microsoft Word - draft_3.docx")
    assert read(path)[0].title == "Largest Words"
    blank = pymupdf.open()
    blank.new_page()
    assert read(save(blank, tmp_path / "my_notes.pdf", ""))[0].title == "my notes"


def test_encrypted_files(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    write_page(pdf, 1)
    path = tmp_path / "locked.pdf"
    save(pdf, path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="owner")
    with pytest.raises(EncryptedFile, match=r"locked\.pdf.*--password"):
        read(path)
    with pytest.raises(EncryptedFile, match="none of the passwords"):
        read(path, passwords=("wrong",))
    assert read(path, passwords=("wrong", "secret"))[1]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing", b"no PDF at all" * 50])
def test_unreadable_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"broken\.pdf"):
        read(path)


def three_pages(path: Path, spoil: Callable[[Any, int], None]) -> Path:
    """Three pages; `spoil` is given the PDF and the number of the second one's object."""
    pdf = pymupdf.open()
    for number in (1, 2, 3):
        write_page(pdf, number)
    spoil(pdf, pdf[1].xref)
    return save(pdf, path)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda pdf, page: pdf.update_object(page, "null"), "non-page object in page tree"),
        (lambda pdf, page: pdf.update_object(page, "42"), "non-page object in page tree"),
        (lambda pdf, page: pdf.xref_set_key(page, "Contents", f"{page} 0 R"), "not a stream"),
    ],
)
def test_a_page_that_cannot_be_read_is_noted_and_costs_no_other(
    tmp_path: Path, spoil: Callable[[Any, int], None], said: str
) -> None:
    _, elements, parser = read(three_pages(tmp_path / "a.pdf", spoil))
    assert {e.place.page for e in elements} == {1, 3}
    assert parser.unreadable == [2]
    (note,) = parser.skipped
    assert note.startswith("page 2: unreadable: ")
    assert said in note


def test_what_comes_before_a_fault_on_a_page_is_read(tmp_path: Path) -> None:
    def spoil(pdf: Any, page: int) -> None:
        (stream,) = pdf[1].get_contents()[:1]
        pdf.update_stream(stream, b"BT /helv 12 Tf 1 0 0 1 50 300 Tm (before) Tj ET Q Q ((( <<<")

    _, elements, parser = read(three_pages(tmp_path / "a.pdf", spoil))
    assert "before" in " ".join(e.text for e in elements if e.place.page == 2)
    assert parser.unreadable == []


def test_a_blank_page_is_read(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    write_page(pdf, 1)
    pdf.new_page()
    _, _, parser = read(save(pdf, tmp_path / "a.pdf"))
    assert (parser.unreadable, parser.skipped) == ([], [])


def test_a_page_that_fails_is_read_for_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest import pdf as module

    plain = module.read_page

    def fails_on_two(page: Any) -> Any:
        if page.number == 1:
            raise RuntimeError("too many drawings for the memory")
        return plain(page)

    monkeypatch.setattr(module, "read_page", fails_on_two)
    _, elements, parser = read(three_pages(tmp_path / "a.pdf", lambda pdf, page: None))
    assert [e.place.page for e in elements] == [1, 2, 3]
    assert elements[1].text.startswith(WORDS[:60])
    assert parser.unreadable == []
    assert parser.skipped == [
        "page 2: only its words could be read: too many drawings for the memory"
    ]


def scanned(path: Path) -> Path:
    source = pymupdf.open()
    page = source.new_page(width=500, height=300)
    page.insert_text((40, 80), "Quarterly results", fontsize=30)
    page.insert_text((40, 150), "Revenue grew by twelve percent.", fontsize=20)
    page.insert_text((40, 176), "Costs fell in the same three months of the year,", fontsize=20)
    page.insert_text((40, 202), "and the people who work here are pleased.", fontsize=20)
    pixels = page.get_pixmap(dpi=120)
    pdf = pymupdf.open()
    pdf.new_page(width=500, height=300).insert_image((0, 0, 500, 300), pixmap=pixels)
    return save(pdf, path, "")


def test_a_scanned_page_without_ocr_is_noted(tmp_path: Path) -> None:
    _, _, parser = read(scanned(tmp_path / "scan.pdf"))
    assert parser.skipped == ["page 1 has no text; run with --ocr auto"]
    assert parser.ocr_pages == []


def test_a_scanned_page_is_read_by_ocr(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    seen: list[tuple[str, int, int]] = []
    parser = PdfParser(ReadOptions(), lambda *step: seen.append(step))
    document, found = parser.parse(scanned(tmp_path / "scan.pdf"))
    elements = list(found)
    text = " ".join(e.text for e in elements)
    assert document.title == "Quarterly results"
    assert "Revenue grew by twelve percent" in text
    assert parser.ocr_pages == [1]
    assert seen == [("ocr", 1, 1), ("pages", 1, 1)]
    box = next(e.place.box for e in elements if "Revenue" in e.text)
    assert box is not None
    assert box.y0 == pytest.approx(133, abs=8)


def test_a_figure_that_shows_nothing_is_left_out(tmp_path: Path) -> None:
    pdf = pymupdf.open()
    page = write_page(pdf, 1)
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 40), False)
    pixmap.clear_with(250)
    page.insert_image(pymupdf.Rect(100, 300, 400, 450), pixmap=pixmap)
    _, elements, _ = read(save(pdf, tmp_path / "a.pdf"))
    assert {e.kind for e in elements} == {Kind.TEXT}
    page.insert_text((100, 470), "Figure 1: A white field.", fontsize=10)
    _, elements, _ = read(save(pdf, tmp_path / "b.pdf"))
    assert [e.label for e in elements if e.kind is Kind.FIGURE] == ["Figure 1"]


@pytest.mark.parametrize("side", ["14400", "10000000"])
def test_a_page_of_an_absurd_size_is_read_in_time(tmp_path: Path, side: str) -> None:
    def spoil(pdf: Any, page: int) -> None:
        pdf.xref_set_key(page, "MediaBox", f"[0 0 {side} {side}]")
        drawn = b"".join(b"%d 0 m %d 9999999 l S " % (x, x) for x in range(0, 14_000, 700))
        stream = pdf.get_new_xref()
        pdf.update_object(stream, "<<>>")
        pdf.update_stream(stream, b"BT /helv 30 Tf 1 0 0 1 90 90 Tm (far away) Tj ET " + drawn)
        pdf.xref_set_key(page, "Contents", f"[{pdf[1].get_contents()[0]} 0 R {stream} 0 R]")

    path = three_pages(tmp_path / "a.pdf", spoil)
    started = time.process_time()
    _, elements, parser = read(path)
    assert time.process_time() - started < 5
    assert {1, 2, 3} <= {e.place.page for e in elements}
    assert parser.unreadable == []

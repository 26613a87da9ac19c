"""Hostile files: what each parser refuses, with its reason, and what it must still read."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from benchmarks.hostile import archives, markup, pdfs, pictures, texts
from benchmarks.hostile.mutations import mutate
from benchmarks.hostile.types import Made
from ingest.archive import BadPart, declares_entities, xml
from ingest.decode import decode
from ingest.errors import RagError
from ingest.pdf_repair import repaired
from ingest.raster import BadPicture, picture
from ingest.split import words_in
from ingest.vector import svg_picture
from tests.ingest.samples import WITHOUT_OCR, reading, save

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">{}</svg>'
SLOW = {"far-cell.xlsx", "scan.png", "comment.png", "profile.png", "too-much.png"}


SHEETS = {one.name: one.data for one in archives.make(Random("1/archives"), "quick")}


def _files() -> list[Made]:
    made = [
        *archives.make(Random("1/archives"), "quick"),
        *markup.make(Random("1/markup"), "quick"),
        *pictures.make(Random("1/pictures"), "quick"),
        *texts.make(Random("1/texts"), "quick"),
    ]
    return [one for one in made if len(one.data) < 100_000 and one.name not in SLOW]


FILES = {one.name: one for one in _files()}


def _words(path: Path) -> str:
    return " ".join(" ".join(f"{e.text} {e.caption}".split()) for e in reading(path).elements)


@pytest.mark.parametrize("name", [name for name, made in FILES.items() if made.phrase])
def test_phrases_survive(name: str, tmp_path: Path) -> None:
    made = FILES[name]
    assert made.phrase in _words(save(tmp_path / name, made.data))


@pytest.mark.parametrize("name", [name for name, made in FILES.items() if not made.phrase])
def test_other_files_are_read_or_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    made, path = FILES[name], save(tmp_path / name, FILES[name].data)
    said = ""
    with suppress(RagError):
        reading(path)
        said = "ok"
    if not said:
        with pytest.raises(RagError, match=f"^{re.escape(str(path))}: [^\\n]+$"):
            reading(path)
    assert made.expected in ("any", said or "failed")


def test_a_member_that_is_larger_than_it_says_is_not_unpacked(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "a.epub", FILES["size-lies.epub"].data))
    assert found.elements == ()
    assert "chapter book/one.xhtml: is damaged" in found.receipt.skipped[0]


def test_a_damaged_picture_costs_a_document_that_picture_only(tmp_path: Path) -> None:
    damaged = FILES["picture-damaged.docx"]
    found = reading(save(tmp_path / damaged.name, damaged.data))
    assert damaged.phrase in found.elements[0].text
    notes = "\n".join(found.receipt.skipped)
    assert "word/media/absent.png: not in the file" in notes
    assert "image in the text: cannot be decoded" in notes


def test_an_archive_without_its_directory_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = archives.zipped(archives.word(archives.paragraph("The lantern house")))
    found = reading(save(tmp_path / "cut.docx", whole[: whole.index(b"PK\1\2") + 10]))
    assert found.elements[0].text == "The lantern house"
    assert "cut off or damaged" in found.receipt.skipped[0]


def test_malformed_parts_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    parts = archives.word(archives.paragraph("First") + archives.paragraph("Second"))
    parts["word/document.xml"] = parts["word/document.xml"].split(b"</w:body>")[0]
    found = reading(save(tmp_path / "cut.docx", archives.zipped(parts)))
    assert found.elements[0].text == "First\n\nSecond"
    assert "word/document.xml: read as far as it goes" in found.receipt.skipped[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_entities_are_seen_in_every_encoding(encoding: str) -> None:
    data = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x a="&a;"/>'.encode(encoding)
    assert declares_entities(data)
    with pytest.raises(BadPart, match="entities"):
        xml(data)


def test_encodings_that_hide_entities_count_as_entities() -> None:
    assert declares_entities(b'<?xml version="1.0" encoding="UTF-7"?><x/>')
    assert not declares_entities(b'<?xml version="1.0" encoding="windows-1252"?><x/>')


def test_a_workbook_with_a_cell_in_its_last_corner_is_read(tmp_path: Path) -> None:
    found = reading(save(tmp_path / "far.xlsx", SHEETS["far-cell.xlsx"]))
    assert "'One': rows after 20000 left out" in "\n".join(found.receipt.skipped)


def test_merged_cells_are_repeated_downwards(tmp_path: Path) -> None:
    rows = [("city", "year"), ("Oslo", "1"), ("", "2")]
    parts = archives.workbook(b"".join(archives.row(at, *row) for at, row in enumerate(rows, 1)))
    sheet = "xl/worksheets/sheet1.xml"
    merged = b'</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", merged)
    assert "| Oslo | 2 |" in _words(save(tmp_path / "a.xlsx", archives.zipped(parts)))


def test_wide_tables_are_read_side_by_side(tmp_path: Path) -> None:
    head = ",".join(f"c{at}" for at in range(2500))
    body = ",".join(f"v{at}" for at in range(2500))
    found = reading(save(tmp_path / "a.csv", f"{head}\n{body}\n"))
    assert len(found.elements) == 3
    assert "v2499" in found.elements[2].text
    assert "c1000" not in found.elements[0].text


def test_a_long_header_is_repeated_cut_and_a_long_cell_goes_on_below(tmp_path: Path) -> None:
    rows = "".join(f"{at},x\n" for at in range(100))
    found = reading(save(tmp_path / "a.csv", f"{'long ' * 4000},b\n{'y' * 40_000},end\n{rows}"))
    assert "y" * 32_767 in found.elements[0].text
    assert sum(e.text.count("y") for e in found.elements) == 40_000
    assert found.elements[0].text.count("long") == 4000
    assert found.elements[-1].text.count("long") < 1000


def test_svg_reaches_nothing_outside(tmp_path: Path) -> None:
    secret = save(tmp_path / "secret.png", _png(Image.new("RGB", (50, 50), "red")))
    image = f'<image href="{secret}" width="100" height="100"/><rect width="1" height="1"/>'
    shown = Image.open(io.BytesIO(svg_picture(SVG.format(image).encode()).png)).convert("RGB")
    assert (255, 0, 0) not in {colour for _, colour in shown.getcolors(1 << 20) or []}


def test_svg_that_would_never_end_is_refused_or_tamed() -> None:
    uses = "<g id='u0'><rect/></g>"
    for at in range(1, 9):
        uses += f"<g id='u{at}'>" + f"<use href='#u{at - 1}'/>" * 10 + "</g>"
    with pytest.raises(BadPicture, match="too many times"):
        svg_picture(SVG.format(uses).encode())
    with pytest.raises(BadPicture, match="nested too deeply"):
        svg_picture(SVG.format("<g>" * 230 + "<rect/>" + "</g>" * 230).encode())
    slow = "<filter id='f'>" + "<feMorphology radius='900'/>" * 9 + "</filter>"
    drawn = svg_picture(SVG.format(slow + "<rect width='9' height='9' filter='url(#f)'/>").encode())
    assert (drawn.width, drawn.height) == (200, 100)


def test_large_pictures_are_reduced_band_by_band() -> None:
    large = Image.new("L", (9000, 5000), "white")
    large.paste(0, (0, 0, 4500, 2500))
    shown = picture(_png(large), WITHOUT_OCR)
    assert (shown.width, shown.height) == (9000, 5000)
    small = Image.open(io.BytesIO(shown.png))
    assert small.size == (1600, 889)
    assert small.getpixel((100, 100)) == 0
    assert small.getpixel((1500, 800)) == 255


def test_pictures_beyond_all_measure_are_refused_before_their_memory_is_taken() -> None:
    with pytest.raises(BadPicture, match="400000000 pixels"):
        picture(pictures.gradient(20_000, 20_000), WITHOUT_OCR)


def test_no_program_runs_for_postscript() -> None:
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n"
    with pytest.raises(BadPicture, match="unknown type"):
        picture(script, WITHOUT_OCR)


def test_python_only_encodings_are_not_taken_from_a_page() -> None:
    data = b'<meta charset="unicode_escape">\\u0041 caf\xe9'
    assert decode(data).endswith("\\u0041 café")


def test_zeros_in_text_are_not_taken_for_another_encoding() -> None:
    assert decode(b"a,b\n" + b"c\0\0\0,\0\0\n" * 100).startswith("a,b\nc,")
    assert decode("plain words".encode("utf-16-le")) == "plain words"


def test_long_texts_count_the_same_words() -> None:
    part = "ab cd 港口 "
    assert words_in(part * 200_000) == 200_000 * words_in(part)


def test_pages_are_found_without_their_tree(tmp_path: Path) -> None:
    objects = pdfs.page(pdfs.stream(pdfs.shows("The lantern house. It is old.")))
    objects[2] = b"<</Type/Pages/Kids[2 0 R]/Count 0>>"
    found = repaired(save(tmp_path / "a.pdf", pdfs.pdf(objects)))
    assert found is not None
    assert found[0].get_text().split()[:3] == ["The", "lantern", "house"]


def test_pages_are_found_without_the_table_of_objects(tmp_path: Path) -> None:
    whole = pdfs.pdf(pdfs.page(pdfs.stream(pdfs.shows("The lantern house. It is old."))))
    loop = whole.replace(b"/Root 1 0 R", b"/Root 9 0 R/Size 1")
    found = repaired(save(tmp_path / "a.pdf", loop))
    assert found is not None
    assert found.page_count == 1
    assert repaired(save(tmp_path / "b.pdf", b"%PDF-1.7\nnothing")) is None


def test_mutations_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    source = save(tmp_path / "a.txt", "1 2 3 words " * 100)
    kinds = {mutate(source, tmp_path / "b.txt", seed) for seed in range(60)}
    assert len(kinds) == 7
    mutate(source, tmp_path / "c.txt", 59)
    assert (tmp_path / "b.txt").read_bytes() == (tmp_path / "c.txt").read_bytes()


def _png(image: Image.Image) -> bytes:
    packed = io.BytesIO()
    image.save(packed, "PNG", compress_level=1)
    return packed.getvalue()

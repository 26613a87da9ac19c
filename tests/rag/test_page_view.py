from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ingest.errors import EncryptedFile, NotFound
from ingest.mupdf import pymupdf
from ingest.types import Box, Place
from rag.page_view import page_with_box

PLACE = Place(2, Box(72, 36, 144, 72))


def write_pdf(path: Path, *, rotation: int = 0, **options: object) -> Path:
    with pymupdf.open() as pdf:
        pdf.new_page(width=360, height=288)
        pdf.new_page(width=360, height=288).set_rotation(rotation)
        pdf.save(path, **options)
    return path


def is_red(image: Image.Image, x: float, y: float) -> bool:
    red, green, blue = image.getpixel((round(x), round(y)))  # type: ignore[misc]
    return red > 150 and green < 100 and blue < 100


@pytest.mark.parametrize(("rotation", "size"), [(0, (720, 576)), (90, (576, 720))])
def test_the_box_is_drawn_where_it_is_displayed(
    tmp_path: Path, rotation: int, size: tuple[int, int]
) -> None:
    path = write_pdf(tmp_path / "a.pdf", rotation=rotation)
    image = Image.open(BytesIO(page_with_box(path, PLACE, dpi=144)))
    assert image.size == size
    for x, y in [(143, 110), (289, 110), (200, 71), (200, 145)]:  # 2 pixels a point
        assert is_red(image, x, y)
    assert not is_red(image, 200, 110)
    assert not is_red(image, 320, 110)


def test_a_picture_file_is_its_own_page(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (300, 150), "white").save(path, dpi=(144, 144))
    image = Image.open(BytesIO(page_with_box(path, Place(1, Box(0, 0, 150, 75)))))
    assert image.size == (300, 150)
    assert is_red(image, 0, 75)
    assert not is_red(image, 150, 75)


def test_what_cannot_be_drawn(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="has no page"):
        page_with_box(tmp_path / "a.pdf", Place())
    path = write_pdf(tmp_path / "a.pdf")
    with pytest.raises(NotFound, match="has 2 pages, so no page 3"):
        page_with_box(path, Place(3))
    (tmp_path / "a.md").write_text("text")
    with pytest.raises(NotFound, match="only PDFs and pictures do"):
        page_with_box(tmp_path / "a.md", Place(1))


def test_an_encrypted_pdf(tmp_path: Path) -> None:
    path = write_pdf(
        tmp_path / "a.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u", owner_pw="o"
    )
    with pytest.raises(EncryptedFile, match="--password"):
        page_with_box(path, PLACE)
    assert page_with_box(path, PLACE, password="u").startswith(b"\x89PNG")

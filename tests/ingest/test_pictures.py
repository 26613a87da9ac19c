from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest.errors import UnreadableFile
from ingest.flow import read
from ingest.types import Box, Kind, ReadOptions
from tests.ingest.samples import picture_of, png, reading, save

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="300" height="100"><text x="10" y="50" font-family="Nowhere" font-size="30">Growth'
    '</text><image xlink:href="/etc/picture.png" width="10" height="10"/></svg>'
)


def pixels(image: bytes | None) -> np.ndarray:  # type: ignore[type-arg]
    assert image is not None
    return np.asarray(Image.open(io.BytesIO(image)).convert("L"))


def test_a_picture_is_one_figure_with_its_words(tmp_path: Path) -> None:
    path = tmp_path / "Sales_2024.png"
    picture_of("Total sales\n4711").save(path, dpi=(144, 144))
    found = read(path, ReadOptions(ocr="auto"))
    (figure,) = found.elements
    width, height = Image.open(path).size
    assert figure.kind is Kind.FIGURE
    assert figure.text == "Total sales\n4711"
    assert figure.place.page == 1
    assert figure.place.box is not None
    assert figure.place.box == pytest.approx((0, 0, width / 2, height / 2), rel=0.01)
    assert (figure.caption, found.document.title) == ("", "Sales 2024")
    assert found.receipt.ocr_pages == (1,)
    assert read(path, ReadOptions(ocr="off")).elements[0].text == ""


def test_large_pictures_are_scaled_down_and_keep_their_box(tmp_path: Path) -> None:
    (figure,) = reading(save(tmp_path / "wide.png", png(4000, 1000))).elements
    assert pixels(figure.image).shape == (400, 1600)
    assert figure.place.box == Box(0, 0, 4000, 1000)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_of_pixels_is_shown(tmp_path: Path, mode: str) -> None:
    image = Image.new("L", (80, 60), 0)
    image.paste(255, (40, 0, 80, 60))
    path = tmp_path / "a.tiff"
    (image if mode == "L" else image.convert("I" if mode == "I;16" else mode)).save(path)
    (figure,) = reading(path).elements
    shown = pixels(figure.image)
    assert shown[30, 10] < 20
    assert shown[30, 70] > 235


def test_transparent_pixels_are_white(tmp_path: Path) -> None:
    packed = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(packed, "PNG")
    (figure,) = reading(save(tmp_path / "clear.png", packed.getvalue())).elements
    assert pixels(figure.image).min() == 255


def test_pages_of_a_tiff_and_the_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("L", (60, 60), shade) for shade in (0, 100, 200)]
    for name in ("a.tiff", "a.gif"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
    pages = reading(tmp_path / "a.tiff")
    assert [e.place.page for e in pages.elements] == [1, 2, 3]
    assert [int(pixels(e.image)[5, 5]) for e in pages.elements] == [0, 100, 200]
    assert pages.document.page_count == 3
    assert len(reading(tmp_path / "a.gif").elements) == 1


def test_svg_is_drawn_with_its_text_and_loads_nothing(tmp_path: Path) -> None:
    for name, data in (("a.svg", SVG.encode()), ("b.svgz", gzip.compress(SVG.encode()))):
        (figure,) = reading(save(tmp_path / name, data)).elements
        assert figure.text == "Growth"
        assert figure.place.box == Box(0, 0, 300, 100)
        shown = pixels(figure.image)
        assert shown.shape == (200, 600)
        assert 500 < (shown < 128).sum() < 20_000  # the letters, though no such font exists


def test_bad_pictures_name_the_file_and_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadableFile, match=r"cut\.png: the picture cannot be read"):
        reading(save(tmp_path / "cut.png", png(300, 300)[:60]))
    with pytest.raises(UnreadableFile, match=r"x\.svg"):
        reading(save(tmp_path / "x.svg", "<svg"))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(UnreadableFile, match=r"bomb\.png.*(?:limit|exceeds)"):
        reading(save(tmp_path / "bomb.png", png(100, 100)))

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ingest.chat_models.bitmaps import bitmap, blank
from ingest.chat_models.types import Picture
from ingest.errors import UnreadableFile


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> Picture:
    packed = io.BytesIO()
    image.save(packed, kind, **options)
    return Picture(packed.getvalue())


def test_transparency_is_white() -> None:
    clear = Image.new("RGBA", (4, 2), (255, 0, 0, 0))
    clear.putpixel((1, 0), (0, 0, 255, 255))
    shown = np.asarray(bitmap(encoded(clear)))
    assert shown.shape == (2, 4, 3)
    assert shown[0, 1].tolist() == [0, 0, 255]
    assert shown[1].tolist() == [[255, 255, 255]] * 4
    palette = Image.new("P", (4, 2), 0)
    palette.putpalette([200, 0, 0])
    assert bitmap(encoded(palette, transparency=0)).getpixel((0, 0)) == (255, 255, 255)
    assert bitmap(encoded(palette)).getpixel((0, 0)) == (200, 0, 0)


def test_a_photograph_is_upright() -> None:
    lying = Image.new("RGB", (40, 20), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert bitmap(encoded(lying, "JPEG", exif=exif.tobytes())).size == (20, 40)


def test_a_rule_gets_a_margin() -> None:
    shown = bitmap(encoded(Image.new("RGB", (1000, 3), "black")))
    assert shown.size == (1000, 20)
    assert shown.getpixel((500, 2)) == (0, 0, 0)
    assert shown.getpixel((500, 3)) == (255, 255, 255)
    assert bitmap(encoded(Image.new("RGB", (3, 1000)))).size == (20, 1000)


def test_blank() -> None:
    shown = np.asarray(bitmap(blank(7, 5)))
    assert shown.shape == (5, 7, 3)
    assert (shown == 255).all()


def test_what_cannot_be_decoded() -> None:
    whole = encoded(Image.effect_noise((64, 64), 50)).data
    for data in (b"", b"no picture", whole[: len(whole) // 2]):
        with pytest.raises(UnreadableFile, match="cannot be decoded"):
            bitmap(Picture(data))

"""Crops that show nothing."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from ingest.blank import is_blank


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_one_colour_and_pale_ornaments_are_blank(form: str) -> None:
    waves = Image.new("RGB", (600, 400), "white")
    pen = ImageDraw.Draw(waves)
    for y in range(20, 400, 20):
        pen.arc((-100, y, 700, y + 120), 0, 180, (225, 235, 255), 2)
    assert is_blank(encoded(Image.new("RGB", (600, 400), "teal"), form))
    assert is_blank(encoded(waves, form))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_curve_and_a_photograph_are_not(form: str) -> None:
    chart = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(chart).line([(20, 380), (200, 100), (400, 300), (580, 40)], "navy", 4)
    assert not is_blank(encoded(chart, form))
    assert not is_blank(encoded(Image.effect_mandelbrot((600, 400), (-2, -1.5, 1, 1.5), 60), form))

"""Charts of one layout are told apart by a bar; copies of one chart are one picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.captioners.same_picture import KnownPictures, same_picture, words_of

HEIGHTS = (120, 200, 75, 250, 160, 95)


def chart(heights: tuple[int, ...] = HEIGHTS, colour: str = "steelblue", width: int = 5) -> bytes:
    """Bars with axes, ticks and words, and a line above them."""
    image = Image.new("RGB", (640, 400), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(14)
    draw.rectangle((60, 30, 610, 350), outline="black")
    for tick in range(6):
        draw.line((54, 350 - 60 * tick, 60, 350 - 60 * tick), "black")
        draw.text((25, 342 - 60 * tick), str(50 * tick), "black", font)
    points = []
    for n, height in enumerate(heights):
        draw.rectangle((85 + 90 * n, 350 - height, 140 + 90 * n, 350), colour)
        draw.text((95 + 90 * n, 358), str(2015 + n), "black", font)
        points.append((112 + 90 * n, 340 - height))
    draw.line(points, "firebrick", width)
    return encoded(image)


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    packed = io.BytesIO()
    image.save(packed, form, **options)
    return packed.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def scaled(data: bytes, factor: float) -> bytes:
    image = opened(data)
    return encoded(image.resize((round(image.width * factor), round(image.height * factor))))


@pytest.mark.parametrize("quality", [60, 75, 90])
def test_a_jpeg_of_it_is_the_same(quality: int) -> None:
    jpeg = encoded(opened(chart()), "JPEG", quality=quality)
    assert same_picture(chart(), jpeg)
    assert same_picture(jpeg, chart())


@pytest.mark.parametrize("factor", [0.5, 0.8, 0.93, 1.1, 1.7])
def test_scaled_a_little_it_is_the_same(factor: float) -> None:
    assert same_picture(chart(), scaled(chart(), factor))
    assert same_picture(chart(), encoded(opened(scaled(chart(), factor)), "JPEG", quality=80))


def test_on_transparent_ground_it_is_the_same() -> None:
    pixels = np.array(opened(chart()).convert("RGBA"))
    pixels[(pixels[..., :3] == 255).all(axis=2)] = 0  # transparent black
    assert same_picture(chart(), encoded(Image.fromarray(pixels)))


@pytest.mark.parametrize("change", [3, 5, -4, 40])
@pytest.mark.parametrize("copy", ["png", "jpeg", "scaled"])
def test_another_height_of_one_bar_is_another_chart(change: int, copy: str) -> None:
    other = chart((*HEIGHTS[:2], HEIGHTS[2] + change, *HEIGHTS[3:]))
    if copy == "jpeg":
        other = encoded(opened(other), "JPEG", quality=75)
    if copy == "scaled":
        other = scaled(other, 0.9)
    assert not same_picture(chart(), other)
    assert not same_picture(other, chart())


def test_other_colours_lines_and_sizes_are_other_charts() -> None:
    assert not same_picture(chart(), chart(colour="seagreen"))
    assert not same_picture(chart(), chart(width=1))
    assert not same_picture(chart(), scaled(chart(), 0.2))
    assert not same_picture(chart(), encoded(opened(chart()).crop((0, 0, 640, 300))))
    assert not same_picture(chart(), encoded(opened(chart()).convert("L").convert("RGB")))


def test_what_is_no_picture_is_like_nothing() -> None:
    assert not same_picture(b"no picture", chart())
    assert not same_picture(chart(), chart()[:200])


def test_words_are_those_of_the_figure_in_any_order() -> None:
    assert words_of("North 2019\nSOUTH") == words_of("south  north, 2019")
    assert words_of("2019 2020") != words_of("2019 2021")


def test_known_pictures_are_found_by_words_and_pixels() -> None:
    loads: list[str] = []

    def load(name: str, data: bytes) -> bytes:
        loads.append(name)
        return data

    other = chart((*HEIGHTS[:5], 100))
    known = KnownPictures()
    known.add("a", "2015 2016", lambda: load("a", chart()))
    known.add("b", "2015 2016", lambda: load("b", other))
    known.add("c", "2015 2017", lambda: load("c", chart()))
    assert loads == []
    jpeg = encoded(opened(other), "JPEG", quality=75)
    assert known.original("d", "2016, 2015", lambda: jpeg) == "b"
    assert known.original("e", "2016", lambda: jpeg) == "e"
    assert known.original("f", "2016", lambda: jpeg) == "e"  # which was remembered
    assert "c" not in loads  # other words: not even looked at


def test_a_crop_that_is_gone_is_like_nothing() -> None:
    def gone() -> bytes:
        raise FileNotFoundError("crop")

    known = KnownPictures()
    known.add("a", "", gone)
    assert known.original("b", "", chart) == "b"
    assert known.original("c", "", gone) == "c"

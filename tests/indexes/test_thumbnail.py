from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from indexes.embedders.thumbnail import ThumbnailEmbedder
from ingest.errors import UnreadableFile

embedder = ThumbnailEmbedder()


def axes() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (480, 320), "white")
    draw = ImageDraw.Draw(picture)
    draw.line([(40, 20), (40, 290), (460, 290)], fill="black", width=2)
    return picture, draw


def bars(*heights: int, fill: str = "steelblue") -> Image.Image:
    picture, draw = axes()
    width = 400 // len(heights)
    for number, height in enumerate(heights):
        left = 50 + number * width
        draw.rectangle([left, 290 - height, left + width * 2 // 3, 290], fill=fill)
    return picture


def line(phase: float) -> Image.Image:
    picture, draw = axes()
    points = [(x, 150 + 100 * math.sin(x / 60 + phase)) for x in range(45, 455, 5)]
    draw.line(points, fill="firebrick", width=4)
    return picture


def pie() -> Image.Image:
    picture = Image.new("RGB", (480, 320), "white")
    draw = ImageDraw.Draw(picture)
    for start, end, fill in ((0, 140, "navy"), (140, 250, "orange"), (250, 360, "green")):
        draw.pieslice([110, 30, 370, 290], start, end, fill=fill)
    return picture


PICTURES = {
    "rising bars": bars(40, 90, 140, 190, 240),
    "falling bars": bars(240, 190, 140, 90, 40, fill="darkorange"),
    "line": line(0),
    "other line": line(2),
    "pie": pie(),
}


def encoded(picture: Image.Image, form: str = "PNG", **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def half(picture: Image.Image) -> bytes:
    return encoded(picture.resize((picture.width // 2, picture.height // 2)))


def jpeg(picture: Image.Image) -> bytes:
    return encoded(picture, "JPEG", quality=50)


def with_margins(picture: Image.Image) -> bytes:
    page = Image.new("RGB", (picture.width + 120, picture.height + 60), "white")
    page.paste(picture, (80, 20))
    return encoded(page)


def cropped(picture: Image.Image) -> bytes:
    return encoded(picture.crop((8, 6, picture.width - 8, picture.height - 6)))


def transparent(picture: Image.Image) -> bytes:
    clear = picture.convert("RGBA")
    white = np.asarray(picture).min(axis=2) == 255
    clear.putalpha(Image.fromarray(np.where(white, 0, 255).astype(np.uint8)))
    return encoded(clear)


@pytest.mark.parametrize("change", [half, jpeg, with_margins, cropped, transparent])
@pytest.mark.parametrize("name", PICTURES)
def test_a_changed_copy_is_nearest_to_its_original(
    name: str, change: Callable[[Image.Image], bytes]
) -> None:
    originals = embedder.embed_images([encoded(picture) for picture in PICTURES.values()])
    scores = originals @ embedder.embed_images([change(PICTURES[name])])[0]
    own = list(PICTURES).index(name)
    assert scores[own] > 0.95
    assert scores[own] > np.delete(scores, own).max() + 0.05


def test_different_charts_are_apart() -> None:
    vectors = embedder.embed_images([encoded(picture) for picture in PICTURES.values()])
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, 0)
    assert scores.max() < 0.9


def test_rows_are_unit_float32_of_the_space() -> None:
    blank = encoded(Image.new("RGB", (30, 20), "white"))
    pixel = encoded(Image.new("L", (1, 1), 0))
    vectors = embedder.embed_images([blank, pixel, encoded(pie())])
    assert vectors.shape == (3, embedder.space.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_pictures_give_no_rows() -> None:
    assert embedder.embed_images([]).shape == (0, embedder.space.dim)


@pytest.mark.parametrize("data", [b"", b"not a picture", encoded(pie())[:200]])
def test_bytes_that_are_no_picture_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        embedder.embed_images([data])

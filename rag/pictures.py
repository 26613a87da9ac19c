"""Encoded pictures made smaller or cut into quarters for a model."""

from __future__ import annotations

import io
from dataclasses import dataclass

_OVERLAP = 0.05  # of a side: what a cut would part is whole in one quarter


@dataclass(frozen=True, slots=True)
class Sized:
    """An encoded picture and its size in pixels."""

    data: bytes
    width: int
    height: int


def sized(data: bytes) -> Sized:
    """A picture's size. Raises OSError or ValueError when it cannot be read."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return Sized(data, *image.size)


def readable(data: bytes) -> Sized:
    """The picture and its size, decoded to the end once. Raises UnreadableFile."""
    from indexes.embedders.pictures import open_rgb

    open_rgb(data)  # a header alone says nothing: the file may be cut off
    return sized(data)


def scaled(picture: Sized, scale: float) -> Sized:
    """The picture at another scale, as PNG."""
    from PIL import Image

    width = max(1, round(picture.width * scale))
    height = max(1, round(picture.height * scale))
    with Image.open(io.BytesIO(picture.data)) as image:
        return _encoded(image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS))


def tiles(picture: Sized) -> list[Sized]:
    """Its four quarters, row by row, each a little larger than a quarter."""
    from PIL import Image

    with Image.open(io.BytesIO(picture.data)) as opened:
        image = opened.convert("RGB")
        width, height = image.size
        columns = ((0, round(width * (0.5 + _OVERLAP))), (round(width * (0.5 - _OVERLAP)), width))
        rows = ((0, round(height * (0.5 + _OVERLAP))), (round(height * (0.5 - _OVERLAP)), height))
        return [_encoded(image.crop((x0, y0, x1, y1))) for y0, y1 in rows for x0, x1 in columns]


def _encoded(image: object) -> Sized:
    from PIL import Image

    assert isinstance(image, Image.Image)
    out = io.BytesIO()
    image.save(out, "PNG")
    return Sized(out.getvalue(), *image.size)

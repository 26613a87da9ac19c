"""Encoded pictures as a reader sees them."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageOps

from ingest.errors import UnreadableFile


def open_rgb(data: bytes, side: int = 0) -> Image.Image:
    """The picture (PNG, JPEG, … bytes) upright as its EXIF says, in RGB, on white.

    With a `side` a large JPEG is decoded at a lower scale, at which both sides have at least so
    many pixels. Raises UnreadableFile when it cannot be decoded.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if side:
                picture.draft("RGB", (side, side))
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
            return _on_white(picture)
    except (
        *(OSError, ValueError, SyntaxError, EOFError, struct.error),  # what Pillow's decoders raise
        Image.DecompressionBombError,
    ) as error:
        raise UnreadableFile(f"the picture cannot be read: {error}") from error


def squeeze(picture: Image.Image, size: int, margin: float) -> Image.Image:
    """The picture brought to a square, its proportions given up, with a margin on all sides.

    The margin is a share of the picture's side, in the colour of its upper left corner.
    """
    inner = round(size / (1 + 2 * margin))
    square = picture.resize((inner, inner), Image.Resampling.BICUBIC, reducing_gap=3.0)
    if inner == size:
        return square
    framed = Image.new("RGB", (size, size), picture.getpixel((0, 0)))
    framed.paste(square, ((size - inner) // 2, (size - inner) // 2))
    return framed


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):  # Pillow would clip it at 255
        return picture.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")

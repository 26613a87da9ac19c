"""Encoded pictures as what a model's processor takes: RGB of a shape that it accepts."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from ingest.chat_models.types import Picture
from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_ELONGATED = 50  # times as long as wide: some processors fail at a few hundred


def bitmap(picture: Picture) -> Image:
    """The picture in RGB, upright, transparency on white; raises UnreadableFile.

    A picture as thin as a rule gets a white margin at its right or lower side.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures and of odd metadata
            with Image.open(io.BytesIO(picture.data)) as opened:
                upright = ImageOps.exif_transpose(opened)
                clear = upright.has_transparency_data
                shown = upright.convert("RGBA" if clear else "RGB")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreadableFile(f"a picture for the model cannot be decoded: {reason}") from error
    least = -(-max(shown.size) // _MOST_ELONGATED)
    size = max(shown.width, least), max(shown.height, least)
    if not clear and shown.size == size:
        return shown
    canvas = Image.new("RGB", size, "white")
    canvas.paste(shown, (0, 0), shown if clear else None)
    return canvas


def blank(width: int, height: int) -> Picture:
    """A white picture of so many pixels."""
    from PIL import Image

    packed = io.BytesIO()
    Image.new("L", (width, height), 255).save(packed, "BMP")  # the quickest to write and read
    return Picture(packed.getvalue())

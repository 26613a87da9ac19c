"""Pictures as the APIs of models take them: of bounded size, with a media type, in base64."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.chat_models.bitmaps import bitmap
from ingest.chat_models.types import Picture
from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from PIL.Image import Image

_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}


@dataclass(frozen=True, slots=True)
class PictureFile:
    """An encoded picture and what it is."""

    data: bytes
    media_type: str  # one of _MEDIA_TYPES

    @property
    def base64(self) -> str:
        """The bytes as ASCII text."""
        return base64.b64encode(self.data).decode("ascii")

    @property
    def data_url(self) -> str:
        """The picture as a URL that holds all of it."""
        return f"data:{self.media_type};base64,{self.base64}"


def picture_file(picture: Picture, most_side: int, most_bytes: int) -> PictureFile:
    """The picture as it is where it keeps to both limits, else scaled down and encoded anew.

    `most_side` is of the longest side, in pixels. Raises UnreadableFile for what is no picture.
    """
    header = _opened(picture)
    fits = max(header.size) <= most_side and len(picture.data) <= most_bytes
    if fits and header.format in _MEDIA_TYPES:
        return PictureFile(picture.data, _MEDIA_TYPES[header.format])
    image = bitmap(picture)
    image.thumbnail((most_side, most_side))
    if header.format != "JPEG" and len((png := _encoded(image, "PNG")).data) <= most_bytes:
        return png
    while len((jpeg := _encoded(image, "JPEG")).data) > most_bytes:
        image.thumbnail((image.width * 3 // 4, image.height * 3 // 4))
    return jpeg


def picture_size(picture: Picture) -> tuple[int, int]:
    """Width and height in pixels, read from the header alone; raises UnreadableFile."""
    return _opened(picture).size


def size_within(width: int, height: int, most_side: int) -> tuple[int, int]:
    """The size in pixels once the longest side is at most `most_side`."""
    scale = min(1.0, most_side / max(width, height, 1))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _opened(picture: Picture) -> Image:
    from PIL import Image

    try:
        return Image.open(io.BytesIO(picture.data))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        reason = str(error).split(" <", 1)[0]  # without the address of the buffer
        raise UnreadableFile(f"a picture for the model cannot be read: {reason}") from error


def _encoded(image: Image, kind: str) -> PictureFile:
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=90)
    return PictureFile(buffer.getvalue(), _MEDIA_TYPES[kind])

"""Pages as pictures with the boxes of evidence on them, each with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from ingest.types import Box, Place
from rag.page_view import page_with_box

DPI = 110  # small print can be read, and a page has some 200 kB

_COLOUR = (220, 30, 30)


@dataclass(frozen=True, slots=True)
class Marked:
    """A box of a page, and the number that it is drawn with."""

    number: int
    box: Box | None


def page_with_boxes(path: Path, page: int, marked: Sequence[Marked]) -> bytes:
    """PNG of a page (from 1) of a PDF or a picture file, each box outlined and numbered.

    Raises NotFound for files of other types, UnreadableFile, EncryptedFile.
    """
    from PIL import Image, ImageDraw, ImageFont

    data = page_with_box(path, Place(page), dpi=DPI)
    boxes = [(one.number, one.box) for one in marked if one.box is not None]
    if not boxes:
        return data
    with Image.open(BytesIO(data)) as opened:
        image = opened.convert("RGB")
    pixels = DPI / 72 if path.suffix.lower() == ".pdf" else image.width / boxes[0][1].x1
    thick = max(2, round(image.width / 400))
    font = ImageFont.load_default(max(14, round(image.width / 55)))
    draw = ImageDraw.Draw(image)
    for number, box in boxes:
        x0, y0, x1, y1 = (side * pixels for side in box)
        frame = (
            max(0.0, x0 - thick),
            max(0.0, y0 - thick),
            min(image.width - 1.0, x1 + thick),
            min(image.height - 1.0, y1 + thick),
        )
        draw.rectangle(frame, outline=_COLOUR, width=thick)
        draw.text((frame[0] + 2 * thick, frame[1] + thick), f"[{number}]", _COLOUR, font)
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()

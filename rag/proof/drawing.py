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
    # The box of a picture file is all of it.
    pixels = DPI / 72 if path.suffix.lower() == ".pdf" else image.width / max(1.0, boxes[0][1].x1)
    thick = max(2, round(image.width / 400))
    font = ImageFont.load_default(max(14, round(image.width / 55)))
    draw = ImageDraw.Draw(image)
    for number, box in boxes:
        frame = _frame(Box(*(side * pixels for side in box)), thick, image.size)
        draw.rectangle(frame, outline=_COLOUR, width=thick)
        draw.text((frame.x0 + 2 * thick, frame.y0 + thick), f"[{number}]", _COLOUR, font)
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _frame(box: Box, thick: int, size: tuple[int, int]) -> Box:
    """A frame around a box, in pixels, on the page; a line at its edge for a box that is not."""
    right, bottom = size[0] - 1.0, size[1] - 1.0
    x0, y0 = min(max(0.0, box.x0 - thick), right), min(max(0.0, box.y0 - thick), bottom)
    return Box(x0, y0, max(x0, min(right, box.x1 + thick)), max(y0, min(bottom, box.y1 + thick)))

"""Small files that tests make for themselves."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ingest.flow import read
from ingest.types import Element, Kind, Reading, ReadOptions

WITHOUT_OCR = ReadOptions(ocr="off")


def png(width: int = 60, height: int = 40, colour: str = "navy") -> bytes:
    """A plain picture."""
    packed = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(packed, "PNG")
    return packed.getvalue()


def picture_of(text: str, size: int = 28) -> Image.Image:
    """Black words on white, a line each."""
    lines = text.split("\n")
    image = Image.new(
        "RGB", (40 + size * max(map(len, lines)), 40 + 2 * size * len(lines)), "white"
    )
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((20, 20 + 2 * size * number), line, "black", ImageFont.load_default(size))
    return image


def save(path: Path, content: str | bytes) -> Path:
    """Writes a file and gives its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def reading(path: Path) -> Reading:
    """The file as flow.read gives it, without OCR."""
    return read(path, WITHOUT_OCR)


def of_kind(found: Reading, kind: Kind) -> list[Element]:
    """The elements of one kind, in order."""
    return [element for element in found.elements if element.kind is kind]

"""Parts of a page as PNG."""

from __future__ import annotations

import io
from typing import Any

from ingest.mupdf import pymupdf
from ingest.types import Box

LONGEST_SIDE = 1600  # pixels
_MARGIN = 3.0  # points around a crop: strokes and letters reach over their boxes


def render(
    displaylist: Any, box: Box | None, dpi: float, *, turn: int = 0, photo: bool = True
) -> tuple[bytes, float]:
    """A PNG of `box` (displayed coordinates, points; None for the page), and its pixels a point.

    Coarser than `dpi` where a side would be longer than LONGEST_SIDE. `turn` is the angle at
    which the page's text runs, which is turned upright. What is no photo gets at most 256
    colours: drawings and tables look the same, in half the time and a third of the bytes.
    """
    from PIL import Image

    rect = displaylist.rect
    if box is not None:
        rect = rect & pymupdf.Rect(
            box.x0 - _MARGIN, box.y0 - _MARGIN, box.x1 + _MARGIN, box.y1 + _MARGIN
        )
    zoom = min(dpi / 72, LONGEST_SIDE / max(rect.width, rect.height, 1.0))
    pixmap = displaylist.get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csRGB, alpha=0, clip=rect
    )
    image = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples_mv)
    if turn:
        image = image.rotate(turn, expand=True)  # anticlockwise, as the text runs clockwise
    if not photo:
        image = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=2)
    return buffer.getvalue(), zoom

"""Parts of a page as pictures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ingest.mupdf import pymupdf
from ingest.types import Box

if TYPE_CHECKING:
    from PIL import Image

LONGEST_CROP = 1280  # pixels
LONGEST_PAGE = 1600  # pixels, for OCR
_MARGIN = 3.0  # points around a crop: strokes and letters reach over their boxes


def crop(displaylist: Any, box: Box, dpi: float, *, turn: int = 0, photo: bool) -> bytes:
    """The part of a page in `box` (displayed coordinates, points), as JPEG or PNG.

    Coarser than `dpi` where a side would be longer than LONGEST_CROP. `turn` is the angle at
    which the page's text runs, which is turned upright. A photo is a JPEG: a tenth of a PNG's
    time and a third of its bytes. Anything else is a PNG of at most 256 colours.
    """
    from PIL import Image

    rect = displaylist.rect & pymupdf.Rect(
        box.x0 - _MARGIN, box.y0 - _MARGIN, box.x1 + _MARGIN, box.y1 + _MARGIN
    )
    image, _ = _pixels(displaylist, rect, dpi, LONGEST_CROP, turn)
    if photo:
        return _encoded(image, "JPEG", quality=90)
    image = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return _encoded(image, "PNG", compress_level=2)


def render(displaylist: Any, dpi: float, *, turn: int = 0) -> tuple[bytes, float]:
    """A PNG of the whole page, and its pixels a point: see `crop`."""
    image, zoom = _pixels(displaylist, displaylist.rect, dpi, LONGEST_PAGE, turn)
    return _encoded(image, "PNG", compress_level=1), zoom


def _pixels(
    displaylist: Any, rect: Any, dpi: float, longest: int, turn: int
) -> tuple[Image.Image, float]:
    from PIL import Image

    zoom = min(dpi / 72, longest / max(rect.width, rect.height, 1.0))
    pixmap = displaylist.get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csRGB, alpha=0, clip=rect
    )
    image = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples_mv)
    if turn:
        image = image.rotate(turn, expand=True)  # anticlockwise, as the text runs clockwise
    return image, zoom


def _encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()

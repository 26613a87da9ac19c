"""A page as a picture, with a box drawn on it: for a reader to check a citation."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import EncryptedFile, NotFound, UnreadableFile
from ingest.types import Box, Place

if TYPE_CHECKING:
    from PIL import Image

_LINE = (220, 30, 30)


def page_with_box(path: Path, place: Place, *, dpi: int = 150, password: str = "") -> bytes:
    """PNG of the place's page with its box outlined.

    PDFs and picture files have pages to draw. Raises NotFound for other types and for a place
    without a page, UnreadableFile, EncryptedFile.
    """
    if place.page is None:
        raise NotFound(f"{path}: this element has no page to draw")
    if path.suffix.lower() == ".pdf":
        page, points = _pdf_page(path, place.page, dpi, password), 72 / dpi
    else:
        page, points = _picture(path, place.page)
        if place.box is not None:
            points = place.box.x1 / page.width  # the box of a picture file is all of it
    drawn = _outlined(page, place.box, points) if place.box is not None else page
    buffer = BytesIO()
    drawn.save(buffer, "PNG")
    return buffer.getvalue()


def _pdf_page(path: Path, number: int, dpi: int, password: str) -> Image.Image:
    from PIL import Image

    from ingest.mupdf import pymupdf

    try:
        with pymupdf.open(path) as document:
            if document.needs_pass and not document.authenticate(password):
                raise EncryptedFile(f"{path}: is encrypted; give its password with --password")
            if not 1 <= number <= document.page_count:
                raise NotFound(f"{path}: has {document.page_count} pages, so no page {number}")
            pixmap = document[number - 1].get_pixmap(dpi=dpi, alpha=False)
            return Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)
    except RuntimeError as error:  # MuPDF's own errors
        raise UnreadableFile(f"{path}: page {number} cannot be drawn ({error})") from error


def _picture(path: Path, number: int) -> tuple[Image.Image, float]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            image.seek(number - 1)
            return image.convert("RGB"), 1.0
    except (UnidentifiedImageError, OSError, EOFError, ValueError) as error:
        raise NotFound(
            f"{path}: files of this type have no pages to draw; only PDFs and pictures do"
        ) from error


def _outlined(page: Image.Image, box: Box, points: float) -> Image.Image:
    """`points` is the size of a pixel."""
    from PIL import ImageDraw

    thick = max(2, round(page.width / 400))
    sides = (
        max(0.0, box.x0 / points - thick),
        max(0.0, box.y0 / points - thick),
        min(page.width - 1.0, box.x1 / points + thick),
        min(page.height - 1.0, box.y1 / points + thick),
    )
    ImageDraw.Draw(page).rectangle(sides, outline=_LINE, width=thick)
    return page

"""Picture files: one figure each, or one a page of a TIFF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.files import fingerprint
from ingest.raster import BadPicture, Picture, frame_count, frames
from ingest.types import Box, Document, Element, Kind, Place, ReadOptions, Report
from ingest.vector import svg_picture


class PictureParser:
    """Reads rasters. Boxes are in points: 72/dpi a pixel where the file says its dpi, else 1."""

    suffixes = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.options = options
        self.report = report
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its figures; raises UnreadableFile."""
        try:
            count = frame_count(path)
        except BadPicture as error:
            raise _unreadable(path, error) from error
        document = Document(fingerprint(path), path, title_of(path), count)
        return document, self._figures(path, count)

    def _figures(self, path: Path, count: int) -> Iterator[Element]:
        done = 0
        try:
            for done, shown in enumerate(frames(path, self.options, count), start=1):
                if shown.words.text:
                    self.ocr_pages.append(done)
                yield _figure(shown, done)
                if self.report:
                    self.report("pages", done, count)
        except BadPicture as error:
            if not done:
                raise _unreadable(path, error) from error
            self.skipped.append(f"pages {done + 1} to {count}: cannot be decoded ({error})")


class SvgParser:
    """Reads SVG; its words are its own text, so that no OCR is needed."""

    suffixes = frozenset({".svg", ".svgz"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its one figure; raises UnreadableFile."""
        try:
            drawn = svg_picture(path.read_bytes())
        except BadPicture as error:
            raise _unreadable(path, error) from error
        document = Document(fingerprint(path), path, title_of(path), 1)
        return document, iter([_figure(drawn, 1)])


def title_of(path: Path) -> str:
    """A title from a file's name: "sales_2024-q1.png" gives "sales 2024-q1"."""
    return " ".join(path.stem.replace("_", " ").split()) or path.name


def named_title(title: str | None) -> str:
    """The title in a file's properties; "" where the program filled it in by itself."""
    clean = " ".join((title or "").split())
    generic = {"word document", "powerpoint presentation", "presentation", "untitled", "document"}
    return "" if clean.lower() in generic else clean


def _figure(shown: Picture, page: int) -> Element:
    box = Box(0.0, 0.0, *shown.size)
    return Element(
        id="",
        document_id="",
        kind=Kind.FIGURE,
        place=Place(page, box),
        text=shown.words.text,
        image=shown.png,
        words=shown.words,
    )


def _unreadable(path: Path, error: BadPicture) -> UnreadableFile:
    return UnreadableFile(f"{path}: the picture cannot be read ({error}); save it again")

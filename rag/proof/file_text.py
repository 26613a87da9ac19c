"""What a source file says, by place: a PDF's lines by page and box, other files' elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ingest.errors import EncryptedFile, UnreadableFile
from ingest.types import Box, Element, Place, ReadOptions

_SLACK = 2.0  # points around a box: a line's box may reach over it
_CLOSE = 1.0  # points by which the sides of one box may differ

Lines = Sequence[str]


class FileText(Protocol):
    """The words that a file itself holds; words in pixels are not among them."""

    def at(self, place: Place) -> list[Lines]: ...  # what may be meant by the place
    def around(self, place: Place) -> list[Lines]: ...  # the same, with captions near it
    def everywhere(self) -> Iterator[tuple[str, Lines]]: ...  # each place's name, "page 3"
    def pictures(self, place: Place, dpi: int, *, photo: bool) -> list[bytes]: ...  # crops there


def open_text(path: Path, passwords: Sequence[str] = ()) -> FileText:
    """A file's words. Raises UnsupportedFile, UnreadableFile, EncryptedFile, PathMissing."""
    from ingest.formats import format_of

    if format_of(path) == "pdf":
        return PdfText(path, passwords)
    return ElementText(path, passwords)


class PdfText:
    """The lines of a PDF, read as they are read into an index."""

    def __init__(self, path: Path, passwords: Sequence[str] = ()) -> None:
        self._path = path
        self._pdf = _opened(path, passwords)
        self._pages: dict[int, list[tuple[Box, str]]] = {}

    def at(self, place: Place) -> list[Lines]:
        """The lines that lie in the place's box."""
        lines = self._lines(place.page)
        box = place.box
        return [[text for own, text in lines if box is None or _inside(own, box)]]

    def around(self, place: Place) -> list[Lines]:
        """All lines of the place's page: a caption lies outside of its figure's box."""
        return [[text for _, text in self._lines(place.page)]]

    def everywhere(self) -> Iterator[tuple[str, Lines]]:
        """The lines of each page."""
        for number in range(1, self._pdf.page_count + 1):
            yield f"page {number}", [text for _, text in self._lines(number)]

    def pictures(self, place: Place, dpi: int, *, photo: bool) -> list[bytes]:
        """The place's box, cut out as it is when files are read."""
        from ingest.crops import crop
        from ingest.page_reader import read_page

        if place.box is None or place.page is None or place.page > self._pdf.page_count:
            return []
        with _reading(self._path, place.page):
            page = self._pdf[place.page - 1]
            turn = read_page(page).turn
            return [crop(page.get_displaylist(), place.box, dpi, turn=turn, photo=photo)]

    def _lines(self, number: int | None) -> list[tuple[Box, str]]:
        """Lines with their displayed boxes; [] of a page that there is not."""
        from ingest.page_reader import read_page

        if number is None or not 1 <= number <= self._pdf.page_count:
            return []
        if number not in self._pages:
            with _reading(self._path, number):
                page = read_page(self._pdf[number - 1])
            self._pages[number] = [(page.displayed(line.box), line.text) for line in page.lines]
        return self._pages[number]


class ElementText:
    """The elements of a file of another type: parsed again, without character recognition."""

    def __init__(self, path: Path, passwords: Sequence[str] = ()) -> None:
        from ingest.flow import read

        self._elements = read(path, ReadOptions(ocr="off", passwords=tuple(passwords))).elements

    def at(self, place: Place) -> list[Lines]:
        """The elements with this page and this box, if it has one."""
        return [_lines_of(e) for e in self._elements if _same(e.place, place)]

    around = at

    def pictures(self, place: Place, dpi: int, *, photo: bool) -> list[bytes]:
        """The pictures of the elements at the place, as the parser gives them."""
        return [e.image for e in self._elements if e.image and _same(e.place, place)]

    def everywhere(self) -> Iterator[tuple[str, Lines]]:
        """Each element, under the name of its page, else of its section."""
        for element in self._elements:
            page = element.place.page
            section = f"section {element.headings[-1]}" if element.headings else "another place"
            lines = [*element.headings, *_lines_of(element)]
            yield (section if page is None else f"page {page}"), lines


@contextmanager
def _reading(path: Path, page: int) -> Iterator[None]:
    """Whatever MuPDF raises over a page as UnreadableFile."""
    try:
        yield
    except Exception as error:  # MuPDF raises many types; the page is reported
        raise UnreadableFile(f"{path}: page {page} is damaged ({error})") from error


def _opened(path: Path, passwords: Sequence[str]) -> Any:
    from ingest.mupdf import pymupdf

    try:
        pdf = pymupdf.open(path, filetype="pdf")
    except Exception as error:  # MuPDF raises many types; the file is reported
        raise UnreadableFile(f"{path}: not a readable PDF ({error})") from error
    if pdf.needs_pass and not any(pdf.authenticate(password) for password in passwords):
        raise EncryptedFile(f"{path}: encrypted; give --password")
    return pdf


def _lines_of(element: Element) -> Lines:
    return [element.caption, *element.text.splitlines()]


def _inside(line: Box, box: Box) -> bool:
    middle = (line.y0 + line.y1) / 2
    return (
        box.y0 - _SLACK <= middle <= box.y1 + _SLACK
        and line.x1 > box.x0 - _SLACK
        and line.x0 < box.x1 + _SLACK
    )


def _same(one: Place, other: Place) -> bool:
    if one.page != other.page or (one.box is None) != (other.box is None):
        return False
    if one.box is None or other.box is None:
        return True
    return all(abs(a - b) <= _CLOSE for a, b in zip(one.box, other.box, strict=True))

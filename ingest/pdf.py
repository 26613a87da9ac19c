"""PDF files: pages to text, tables and figures, with what each is called and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest import ocr
from ingest.blank import is_blank
from ingest.crops import crop, render
from ingest.errors import EncryptedFile, UnreadableFile
from ingest.figure_words import FigureWords
from ingest.files import fingerprint
from ingest.headings import Headings
from ingest.layout import Float, Layout, arrange
from ingest.mupdf import pymupdf
from ingest.page import Page
from ingest.page_labels import own_labels, page_labels, with_labels
from ingest.page_numbers import Printed, numbers_in
from ingest.page_reader import read_page
from ingest.picture_words import words_in
from ingest.prose import Paragraph, paragraphs
from ingest.scans import (
    OCR_DPI,
    PICTURE_DPI,
    has_text_layer,
    needs_ocr,
    with_ocr,
    with_pictures,
)
from ingest.style import document_style
from ingest.types import Box, Document, Element, Kind, Place, ReadOptions, Report

_WINDOW = 200  # pages whose lines are in memory at once; style and captions are judged over these
_SHRINK_EVERY = 8  # pages after which MuPDF gives back what it keeps for reuse


class PdfParser:
    """Reads PDFs. `ocr_pages` and `skipped` fill while the elements are iterated."""

    suffixes = frozenset({".pdf"})

    def __init__(self, options: ReadOptions | None = None, report: Report | None = None) -> None:
        self.options = options or ReadOptions()
        self.report = report or (lambda stage, done, total: None)
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []
        self._numbers: list[Printed] = []  # in the margins of the pages read

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document, and its elements page by page in reading order.

        Boxes are in displayed coordinates (points, origin top left). An error on one page is
        noted in `skipped` and costs no other page. Raises EncryptedFile and UnreadableFile.
        """
        pdf = _open(path, self.options.passwords)
        first = self._recognised(pdf, self._read(pdf, range(1)))
        title = _title(pdf, first, path)
        document = Document(fingerprint(path), path, title, pdf.page_count)
        return document, self._elements(pdf, document, first)

    def _elements(self, pdf: Any, document: Document, first: list[Page]) -> Iterator[Element]:
        """The elements, each with its page's own number: what those are, all pages tell."""
        found = list(self._of_pages(pdf, document, first))
        labels = page_labels(own_labels(pdf), self._numbers)
        pdf.close()
        pymupdf.TOOLS.store_shrink(100)
        yield from with_labels(found, labels)

    def _of_pages(self, pdf: Any, document: Document, first: list[Page]) -> Iterator[Element]:
        total = pdf.page_count
        headings: Headings | None = None
        for start in range(0, total, _WINDOW):
            stop = min(start + _WINDOW, total)
            pages = self._recognised(pdf, self._read(pdf, range(max(start, 1), stop)))
            if start == 0:
                pages = first + pages
            layout = Layout.of(pages)
            if headings is None:
                headings = Headings(layout.style, layout.deck, document.title, _bookmarks(pdf))
            headings.style = layout.style
            for page in pages:
                self._numbers += numbers_in(page, layout.style.body_size)
                yield from self._page(pdf, page, layout, headings)
                self.report("pages", page.number, total)
                _give_back(page.number)

    def _read(self, pdf: Any, indexes: range) -> list[Page]:
        """Pages by their 0-based index; those that cannot be read are noted and left out."""
        pages: list[Page] = []
        for index in indexes:
            try:
                page = read_page(pdf[index])
            except Exception as error:  # MuPDF raises many types; the page is reported
                self.skipped.append(f"page {index + 1}: unreadable: {_reason(error)}")
                continue
            if page.drawings_left_out:
                self.skipped.append(
                    f"page {page.number}: {page.drawings_left_out} of its drawings left out of "
                    "the search for figures: too many"
                )
            pages.append(page)
            _give_back(index)
        return pages

    def _recognised(self, pdf: Any, pages: list[Page]) -> list[Page]:
        """The pages, those without usable text read by OCR if the options allow it.

        Of scans that came with their text, the pictures are found.
        """
        everything = self.options.ocr == "all"
        wanted = [page.number for page in pages if everything or needs_ocr(page)]
        off = self.options.ocr == "off"
        if off:
            self.skipped += [f"page {n} has no text; run with --ocr auto" for n in wanted]
        done = 0
        read: list[Page] = []
        for page in pages:
            if page.number in wanted and not off:
                page = self._recognise(pdf, page)
                done += 1
                self.report("ocr", done, len(wanted))
            elif page.number not in wanted and has_text_layer(page):
                page = self._with_pictures(pdf, page)
            read.append(page)
        return read

    def _recognise(self, pdf: Any, page: Page) -> Page:
        try:
            shown = pdf[page.number - 1].get_displaylist()
            image, zoom = render(shown, OCR_DPI, turn=page.turn)
            words = ocr.recognise(image, threads=self.options.threads)
        except Exception as error:  # an engine's failure costs the words of one page
            self.skipped.append(f"page {page.number}: OCR failed: {_reason(error)}")
            return page
        self.ocr_pages.append(page.number)
        return with_ocr(page, words, image, zoom)

    def _with_pictures(self, pdf: Any, page: Page) -> Page:
        try:
            shown = pdf[page.number - 1].get_displaylist()
            return with_pictures(page, *render(shown, PICTURE_DPI, turn=page.turn))
        except Exception as error:  # a picture less; the page's words are there
            self.skipped.append(f"page {page.number}: not searched for pictures: {_reason(error)}")
            return page

    def _page(self, pdf: Any, page: Page, layout: Layout, headings: Headings) -> list[Element]:
        """The elements of one page; its bare text if its layout cannot be made out."""
        try:
            return self._placed(pdf, page, arrange(page, layout), headings)
        except Exception as error:  # one page's layout must not cost the document
            self.skipped.append(f"page {page.number}: read as bare text: {_reason(error)}")
            text = "\n".join(line.text for line in page.lines)
            return [_text(page, text, Box(0, 0, page.width, page.height), ())] if text else []

    def _placed(
        self, pdf: Any, page: Page, pieces: Sequence[Paragraph | Float], headings: Headings
    ) -> list[Element]:
        """Elements with their headings. A heading that nothing stands under becomes text itself."""
        is_heading = headings.enter_page(page, pieces)
        elements: list[Element] = []
        waiting: list[tuple[Paragraph, tuple[str, ...]]] = []
        shown = None
        for index, piece in enumerate(pieces):
            if isinstance(piece, Float):
                waiting.clear()
                shown = shown or pdf[page.number - 1].get_displaylist()
                elements += self._float(page, piece, headings.path, shown)
            elif index not in is_heading:
                waiting.clear()
                elements.append(_text(page, piece.text, piece.box, headings.path))
            else:
                headings.push(piece, page.number)
                above = tuple(text for text in headings.path if text != piece.text)
                waiting.append((piece, above))
                bare = [w for w in waiting if w[0].text not in headings.path]
                waiting = [w for w in waiting if w[0].text in headings.path]
                elements += [_text(page, w.text, w.box, path) for w, path in bare]
        return elements + [_text(page, w.text, w.box, path) for w, path in waiting]

    def _float(
        self, page: Page, piece: Float, headings: tuple[str, ...], shown: Any
    ) -> list[Element]:
        """A table or figure; the bare words of a figure that shows nothing and has no caption."""
        box = page.displayed(piece.box)
        image = None
        if piece.kind is Kind.FIGURE:  # a table is its text; its page can be rendered when needed
            image = crop(shown, box, self.options.crop_dpi, turn=page.turn, photo=piece.raster)
        words = piece.words
        if image and piece.caption is None and is_blank(image):
            return [_text(page, piece.text, piece.box, headings)] if piece.text else []
        read = self.options.ocr == "off" or page.number in self.ocr_pages
        if image and piece.raster and not read:
            words = self._words_in(image, page) or words
        caption = piece.caption
        element = Element(
            id="",
            document_id="",
            kind=piece.kind,
            place=Place(page.number, box),
            text=words.text if words else piece.text,
            headings=headings,
            label=caption.label if caption else "",
            caption=caption.text if caption else "",
            image=image,
            words=words,
        )
        return [element]

    def _words_in(self, image: bytes, page: Page) -> FigureWords | None:
        """The words that OCR sees in a figure's crop; None if there are none or it is not tried."""
        if not ocr.worth_reading(image):
            return None
        try:
            words = words_in(image, self.options.threads)
        except Exception as error:  # an engine's failure costs the words of one figure
            self.skipped.append(f"page {page.number}: OCR of a figure failed: {_reason(error)}")
            return None
        return words if words.text else None


def _text(page: Page, text: str, box: Box, headings: tuple[str, ...]) -> Element:
    place = Place(page.number, page.displayed(box))
    return Element("", "", Kind.TEXT, place, text, headings)


def _open(path: Path, passwords: Sequence[str]) -> Any:
    """The opened PDF; raises EncryptedFile or UnreadableFile."""
    try:
        pdf = pymupdf.open(path, filetype="pdf")
    except Exception as error:  # MuPDF raises many types
        raise UnreadableFile(
            f"{path}: not a readable PDF ({_reason(error)}); open it in a viewer and save it again"
        ) from error
    if pdf.needs_pass and not any(pdf.authenticate(password) for password in passwords):
        wrong = "none of the passwords given opens it" if passwords else "it needs a password"
        raise EncryptedFile(f"{path}: encrypted, and {wrong}; give --password")
    if pdf.page_count == 0:
        raise UnreadableFile(f"{path}: has no pages; is the file complete?")
    return pdf


def _bookmarks(pdf: Any) -> list[tuple[int, str, int]]:
    """The PDF's outline as (level, title, 1-based page); [] when it has none or a broken one."""
    try:
        return [(level, title, page) for level, title, page in pdf.get_toc(simple=True)]
    except Exception:  # a broken outline: headings are recognised by their looks instead
        return []


_NO_TITLE = re.compile(
    r"untitled.*|slide \d*|powerpoint.*|presentation\d*|document\d*|.*\.(?:docx?|pptx?|pdf|indd|"
    r"qxd|tex|dvi|ps|xlsx?|rtf|odt|pub|cdr|ai)|(?=\S*[\d_-])\S+|[\W\d_]*",
    re.IGNORECASE,
)


def _title(pdf: Any, first: Sequence[Page], path: Path) -> str:
    """The title that the file states if it is one, else the largest words of page 1."""
    stated = " ".join(((pdf.metadata or {}).get("title") or "").split())
    stated = re.sub(r"^Microsoft (?:Word|PowerPoint) - ", "", stated)
    if 4 <= len(stated) <= 200 and not _NO_TITLE.fullmatch(stated):
        return stated
    shown = _largest_words(first[0]) if first else ""
    return shown or " ".join(path.stem.replace("_", " ").split()) or path.name


def _largest_words(page: Page) -> str:
    """The largest words of a page, over as many paragraphs of that size as follow each other."""
    found = [
        item
        for item in paragraphs(page, range(len(page.lines)), [], document_style([page]))
        if isinstance(item, Paragraph) and sum(map(str.isalpha, item.text)) >= 4
    ]
    largest = max((item.size for item in found), default=0.0)
    title: list[str] = []
    for item in found:
        if item.size > 0.93 * largest:
            title.append(item.text)
        elif title:
            break
    text = " ".join(title)
    return text if largest and len(text) <= 200 else ""


def _reason(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200]


def _give_back(page_number: int) -> None:
    """Empty MuPDF's store now and then: left alone it grows to 256 MB in every process."""
    if page_number % _SHRINK_EVERY == 0:
        pymupdf.TOOLS.store_shrink(100)

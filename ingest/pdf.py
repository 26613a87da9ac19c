"""PDF files: pages to text, tables and figures, with what each is called and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest import ocr
from ingest.blank import is_blank
from ingest.crops import crop, render
from ingest.figure_words import FigureWords
from ingest.files import fingerprint
from ingest.headings import Headings
from ingest.layout import Float, Layout, arrange
from ingest.mupdf import pymupdf
from ingest.page import Page
from ingest.page_labels import own_labels, page_labels
from ingest.page_numbers import Printed, numbers_in
from ingest.page_reader import read_page, read_words
from ingest.pdf_file import bookmarks, open_pdf, reason_of, title_of
from ingest.picture_words import words_in
from ingest.prose import Paragraph
from ingest.scans import (
    OCR_DPI,
    PICTURE_DPI,
    has_text_layer,
    needs_ocr,
    with_ocr,
    with_pictures,
)
from ingest.types import Box, Document, Element, Kind, Place, ReadOptions, Report

_WINDOW = 200  # pages whose lines are in memory at once; style and captions are judged over these
_MOST_PIECES = 300_000  # lines and drawings: some 100 MB, after which fewer pages must do
_SHRINK_EVERY = 8  # pages after which MuPDF gives back what it keeps for reuse


class PdfParser:
    """Reads PDFs. The notes, and what the pages call themselves, fill while elements are iterated.

    `labels` is () when no page calls itself otherwise than by its number.
    """

    suffixes = frozenset({".pdf"})

    def __init__(self, options: ReadOptions | None = None, report: Report | None = None) -> None:
        self.options = options or ReadOptions()
        self.report = report or (lambda stage, done, total: None)
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []
        self.unreadable: list[int] = []  # pages, from 1, of which nothing could be read
        self.labels: tuple[str, ...] = ()  # by page, complete once all elements are taken
        self._numbers: list[Printed] = []  # in the margins of the pages read

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document, and its elements page by page in reading order.

        Boxes are in displayed coordinates (points, origin top left). An error on one page is
        noted in `skipped` and costs no other page. Raises EncryptedFile and UnreadableFile.
        """
        pdf = open_pdf(path, self.options.passwords)
        first = self._recognised(pdf, self._read(pdf, 0))
        title = title_of(pdf, first, path)
        document = Document(fingerprint(path), path, title, pdf.page_count)
        return document, self._elements(pdf, document, first)

    def _elements(self, pdf: Any, document: Document, first: list[Page]) -> Iterator[Element]:
        try:
            yield from self._of_pages(pdf, document, first)
            self.labels = page_labels(own_labels(pdf), self._numbers)
        finally:
            pdf.close()
            pymupdf.TOOLS.store_shrink(100)

    def _of_pages(self, pdf: Any, document: Document, first: list[Page]) -> Iterator[Element]:
        headings: Headings | None = None
        for pages in filter(None, self._windows(pdf, first)):
            layout = Layout.of(pages)
            if headings is None:
                headings = Headings(layout.style, layout.deck, document.title, bookmarks(pdf))
            headings.style = layout.style
            for page in pages:
                self._numbers += numbers_in(page, layout.style.body_size)
                yield from self._page(pdf, page, layout, headings)
                self.report("pages", page.number, pdf.page_count)
                _give_back(page.number)

    def _windows(self, pdf: Any, first: list[Page]) -> Iterator[list[Page]]:
        """All pages, so many at a time as fit into memory; `first`, which is read, among them."""
        total = pdf.page_count
        window: list[Page] = []
        pieces = given = 0
        for index in range(1, total):
            for page in self._read(pdf, index):
                window.append(page)
                pieces += len(page.lines) + len(page.drawings) + len(page.rules)
            self.report("pages", given, total)  # nothing new, but a sign of life
            if (index + 1) % _WINDOW == 0 or pieces > _MOST_PIECES:
                yield first + self._recognised(pdf, window)
                first, window, pieces, given = [], [], 0, index + 1
        yield first + self._recognised(pdf, window)

    def _read(self, pdf: Any, index: int) -> list[Page]:
        """The page of a 0-based index; [], and a note, when nothing of it can be read."""
        pymupdf.TOOLS.reset_mupdf_warnings()  # they are kept, and grow
        try:
            page = read_page(pdf[index])
        except Exception as error:  # MuPDF raises many types; the page is reported
            return self._read_words(pdf, index, reason_of(error))
        warnings = pymupdf.TOOLS.mupdf_warnings()
        if warnings and not (page.lines or page.drawings or page.images):
            self._note_unreadable(page.number, warnings.splitlines()[0][:200])
            return []
        if page.drawings_left_out:
            self.skipped.append(
                f"page {page.number}: {page.drawings_left_out} of its drawings left out of "
                "the search for figures: too many"
            )
        _give_back(index)
        return [page]

    def _read_words(self, pdf: Any, index: int, reason: str) -> list[Page]:
        """The page with its words alone, if so much of it can be read."""
        pymupdf.TOOLS.store_shrink(100)  # memory may have been what was missing
        try:
            page = read_words(pdf[index])
        except Exception:  # what MuPDF said of the whole page is told
            page = None
        if page is None or not page.lines:
            self._note_unreadable(index + 1, reason)
            return []
        self.skipped.append(f"page {page.number}: only its words could be read: {reason}")
        return [page]

    def _note_unreadable(self, number: int, reason: str) -> None:
        self.unreadable.append(number)
        self.skipped.append(f"page {number}: unreadable: {reason}")

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
            self.skipped.append(f"page {page.number}: OCR failed: {reason_of(error)}")
            return page
        self.ocr_pages.append(page.number)
        return with_ocr(page, words, image, zoom)

    def _with_pictures(self, pdf: Any, page: Page) -> Page:
        try:
            shown = pdf[page.number - 1].get_displaylist()
            return with_pictures(page, *render(shown, PICTURE_DPI, turn=page.turn))
        except Exception as error:  # a picture less; the page's words are there
            self.skipped.append(
                f"page {page.number}: not searched for pictures: {reason_of(error)}"
            )
            return page

    def _page(self, pdf: Any, page: Page, layout: Layout, headings: Headings) -> list[Element]:
        """The elements of one page; its bare text if its layout cannot be made out."""
        try:
            return self._placed(pdf, page, arrange(page, layout), headings)
        except Exception as error:  # one page's layout must not cost the document
            text = "\n".join(line.text for line in page.lines)
            if not text:
                self._note_unreadable(page.number, reason_of(error))
                return []
            self.skipped.append(f"page {page.number}: read as bare text: {reason_of(error)}")
            return [_text(page, text, Box(0, 0, page.width, page.height), ())]

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
            self.skipped.append(f"page {page.number}: OCR of a figure failed: {reason_of(error)}")
            return None
        return words if words.text else None


def _text(page: Page, text: str, box: Box, headings: tuple[str, ...]) -> Element:
    place = Place(page.number, page.displayed(box))
    return Element("", "", Kind.TEXT, place, text, headings)


def _give_back(page_number: int) -> None:
    """Empty MuPDF's store now and then: left alone it grows to 256 MB in every process."""
    if page_number % _SHRINK_EVERY == 0:
        pymupdf.TOOLS.store_shrink(100)

"""Whether an answer's quotes stand where its citations say: in the element, and in the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import NotFound
from ingest.types import Box, Element, Kind
from rag.evaluation.measures import Score
from rag.markdown_tables import cells
from rag.types import Answer, Evidence

if TYPE_CHECKING:
    from rag.app import Rag

MARGIN = 2.0  # points by which words may stand out of their box

_RUN = re.compile(r"((?:\s*\[\d+\])+)")  # "[1]", "[1][2]"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A stretch of an answer's text, and what it cites."""

    text: str
    sources: tuple[Evidence, ...]


def quotes_of(answer: Answer) -> list[Quoted]:
    """The stretches of an answer before each run of citations; [] when it is refused."""
    if answer.refused:
        return []
    by_number = {item.number: item for item in answer.evidence}
    parts = _RUN.split(answer.text)
    return [
        Quoted(text.strip(), tuple(by_number[n] for n in numbers if n in by_number))
        for text, run in zip(parts[::2], parts[1::2], strict=False)
        if text.strip() and (numbers := [int(n) for n in _NUMBER.findall(run)])
    ]


def is_verbatim(quote: str, element: Element) -> bool:
    """Whether an element's text or caption has the quote, white space aside.

    A table's row may be told as "heading: cell; heading: cell": then each of them.
    """
    squashed = _squashed(quote)
    if squashed in _squashed(element.text) or squashed in _squashed(element.caption):
        return True
    if element.kind is not Kind.TABLE:
        return False
    held = {_squashed(cell) for row in cells(element.text) for cell in row}
    return _is_row(quote.split("; "), held)


def _is_row(parts: Sequence[str], held: set[str]) -> bool:
    """Whether the parts, some of them joined again, are cells or "heading: cell"."""
    if not parts:
        return True
    pieces = ("; ".join(parts[:n]) for n in range(1, len(parts) + 1))
    return any(
        _is_cell(piece, held) and _is_row(parts[n:], held) for n, piece in enumerate(pieces, 1)
    )


def _is_cell(piece: str, held: set[str]) -> bool:
    if _squashed(piece) in held:
        return True
    colons = (match.start() for match in re.finditer(": ", piece))
    return any(_squashed(piece[:at]) in held and _is_cell(piece[at + 2 :], held) for at in colons)


def _squashed(text: str) -> str:
    return "".join(text.split())


class Prover:
    """Checks answers against the index and the files. Opens each file once; to be closed."""

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
        self._paths: dict[str, Path | None] = {}  # by document id: the file, if it is intact
        self._files: dict[str, Any] = {}  # open PDFs
        self._pages: dict[tuple[str, int], _PageText] = {}

    def scores(self, answer: Answer) -> dict[str, Score]:
        """An answer's part in "verbatim", "verbatim_in_file" and "citations_resolve"."""
        pairs = [(quote.text, one) for quote in quotes_of(answer) for one in quote.sources]
        in_file = [found for pair in pairs if (found := self.in_file(*pair)) is not None]
        return {
            **_share("verbatim", [is_verbatim(text, one.element) for text, one in pairs]),
            **_share("verbatim_in_file", in_file),
            **_share("citations_resolve", [self.resolves(one) for one in answer.cited]),
        }

    def resolves(self, evidence: Evidence) -> bool:
        """Whether the element is in the index, its file unchanged, its page and box in there."""
        try:
            element, document = self._rag.element(evidence.element.id)
        except NotFound:
            return False
        if self._path(evidence) is None:
            return False
        page, box = element.place.page, element.place.box
        if page is None:
            return True
        if not 1 <= page <= max(document.page_count, 1):
            return False
        return box is None or _is_inside(box, self._size(evidence))

    def in_file(self, quote: str, evidence: Evidence) -> bool | None:
        """Whether the file's own text in the element's box has the quote's words.

        None where the file has no text there: other types than PDF, and words read from pixels,
        which for a figure are those that its page lacks too. A caption may stand outside of its
        figure's box: it is sought on the whole page.
        """
        element, page = evidence.element, self._page(evidence)
        if page is None or element.place.box is None:
            return None
        is_caption = _squashed(quote) in _squashed(element.caption)
        there = page.words_in(page.size if is_caption else element.place.box)
        if element.kind is Kind.FIGURE and not _has_words(page.words_in(page.size), quote):
            return None
        return _has_words(there, quote) if there else None

    def close(self) -> None:
        """Closes the files."""
        for file in self._files.values():
            if file is not None:
                file.close()
        self._files.clear()

    def _path(self, evidence: Evidence) -> Path | None:
        document = evidence.document
        if document.id not in self._paths:
            self._paths[document.id] = self._rag.intact(document)
        return self._paths[document.id]

    def _size(self, evidence: Evidence) -> Box | None:
        page = self._page(evidence)
        return None if page is None else page.size

    def _page(self, evidence: Evidence) -> _PageText | None:
        """The page's text as the file has it; None when it is not a page of a PDF."""
        path, number = self._path(evidence), evidence.element.place.page
        if path is None or number is None or path.suffix.lower() != ".pdf":
            return None
        key = (evidence.document.id, number)
        if key not in self._pages:
            from ingest.mupdf import pymupdf

            if key[0] not in self._files:
                self._files[key[0]] = pymupdf.open(path)
            file = self._files[key[0]]
            if file.needs_pass or not 1 <= number <= file.page_count:
                return None
            self._pages[key] = _read(file[number - 1])
        return self._pages[key]


@dataclass(frozen=True, slots=True)
class _PageText:
    """A page's words in the file's order, in displayed coordinates."""

    size: Box
    words: tuple[tuple[float, float, str], ...]  # middle (x, y) and word

    def words_in(self, box: Box) -> str:
        """The words whose middle is in a box, without spaces between them."""
        return "".join(
            word
            for x, y, word in self.words
            if box.x0 - MARGIN <= x <= box.x1 + MARGIN and box.y0 - MARGIN <= y <= box.y1 + MARGIN
        )


def _read(page: Any) -> _PageText:
    # By way of the display list, which is in displayed coordinates whatever the page's /Rotate.
    from ingest.mupdf import pymupdf

    found = pymupdf.TextPage(page.get_displaylist(annots=True).get_textpage(0)).extractWORDS()
    words = tuple(
        ((x0 + x1) / 2, (y0 + y1) / 2, letters)
        for x0, y0, x1, y1, word, *_ in found
        if (letters := _letters(word))
    )
    return _PageText(Box(0.0, 0.0, page.rect.width, page.rect.height), words)


def _has_words(there: str, quote: str) -> bool:
    """Whether letters and digits of the quote are there: in one stretch, or word by word."""
    return _letters(quote) in there or all(_letters(word) in there for word in quote.split())


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _is_inside(box: Box, page: Box | None) -> bool:
    if page is None:
        return min(box) >= -MARGIN
    return (
        box.x0 >= page.x0 - MARGIN
        and box.y0 >= page.y0 - MARGIN
        and box.x1 <= page.x1 + MARGIN
        and box.y1 <= page.y1 + MARGIN
    )


def _share(name: str, found: Sequence[bool]) -> dict[str, Score]:
    """The share of what was found, weighing as many as there are; {} of nothing."""
    return {name: Score(sum(found) / len(found), float(len(found)))} if found else {}

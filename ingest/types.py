"""The types that reading a file gives: documents, their elements, and a receipt.

Coordinates are PDF points (1/72 inch) with the origin at the page's top left; pages count
from 1, as a reader cites them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from ingest.figure_words import FigureWords


class Kind(StrEnum):
    """What an element is."""

    TEXT = "text"
    TABLE = "table"
    FIGURE = "figure"


class Box(NamedTuple):
    """A rectangle on a page: points, origin at the page's top left, x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader looks: a page and a box on it, or a span of time in a recording."""

    page: int | None = None  # 1-based; a slide's or a sheet's number counts as its page
    box: Box | None = None
    seconds: tuple[float, float] | None = None
    printed: str = ""  # what the page calls itself: "iv", "9"; "" where that is not known

    @property
    def page_name(self) -> str:
        """The page as people find it: "12", or "12 (printed 9)"; "" without a page."""
        if self.page is None:
            return ""
        same = self.printed in ("", str(self.page))
        return str(self.page) if same else f"{self.page} (printed {self.printed})"


@dataclass(frozen=True, slots=True)
class Document:
    """One file, known by its bytes: two paths with the same bytes are one document."""

    id: str  # SHA-256 of the bytes, hexadecimal
    path: Path  # where it was first seen
    title: str
    page_count: int
    copies: tuple[Path, ...] = ()  # other paths that hold the same bytes


@dataclass(frozen=True, slots=True)
class Element:
    """One retrievable, citable piece of a document."""

    id: str  # SHA-256 of document id, place, order and content; "" until flow.read gives it
    document_id: str
    kind: Kind
    place: Place
    text: str  # prose; a table as Markdown; the words inside a figure
    headings: tuple[str, ...] = ()  # heading path, outermost first
    label: str = ""  # normalised: "Figure 3", "Table 2"
    caption: str = ""  # the document's own caption, its label included
    description: str = ""  # a Captioner's words: steers retrieval, never quoted as the document's
    described_by: str = ""  # the model whose words they are; "" when no model was asked
    unverified: tuple[
        str, ...
    ] = ()  # what in the description the figure's own words do not bear out
    figure_type: str = ""  # "pie chart": judged by a figure's pixels; "" when unsure, or no figure
    mentions: tuple[str, ...] = ()  # labels this text refers to: "see Fig. 3" gives "Figure 3"
    image: bytes | None = None  # a figure's crop as parsed, PNG (JPEG if a photo); None once stored
    image_path: Path | None = None  # the crop's file, once stored or put aside (ingest.spool)
    words: FigureWords | None = None  # which of a figure's words are axes, legend, …; not stored


@dataclass(frozen=True, slots=True)
class Mention:
    """A label that the text refers to, and the first page (1-based) where it does."""

    label: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read of one document, and what was not."""

    document_id: str
    pages: int
    passages: int
    tables: int
    figures: int
    captions_linked: int  # figures and tables that carry the document's own caption
    missing: tuple[Mention, ...] = ()  # mentioned or captioned, but no such element was found
    ocr_pages: tuple[int, ...] = ()  # pages whose words came from OCR
    skipped: tuple[str, ...] = ()  # what was left out and why, one line each
    unreadable: tuple[int, ...] = ()  # pages of which nothing could be read


OcrMode = Literal["auto", "off", "all"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is to be read. Picklable: it travels to worker processes."""

    ocr: OcrMode = "auto"
    passwords: tuple[str, ...] = ()
    crop_dpi: int = 150
    threads: int = 1  # for native libraries inside one worker
    roots: tuple[Path, ...] = ()  # folders that pictures beside a document may come from
    spool: Path | None = None  # folder for the crops of a file that has many; else in memory


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one file gave."""

    document: Document
    elements: tuple[Element, ...]  # in reading order, ids given, tables and figures in their place
    receipt: Receipt


Report = Callable[[str, int, int], None]
"""Progress of one file: (stage, done, total), e.g. ("pages", 12, 80) or ("ocr", 3, 9)."""


class Parser(Protocol):
    """Reads files of some suffixes (lower case, with the dot)."""

    suffixes: frozenset[str]

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]: ...


class Captioner(Protocol):
    """Describes figures: one text for each figure given, in order."""

    def describe(self, figures: Sequence[Element]) -> list[str]: ...

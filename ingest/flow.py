"""One file in, its elements out: parse, pack into passages, link mentions, write the receipt."""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from ingest.errors import PathMissing, RagError, UnreadableFile
from ingest.formats import format_of
from ingest.labels import mentions
from ingest.page_labels import with_labels
from ingest.runs import without_runs
from ingest.split import pack
from ingest.spool import Spool
from ingest.types import (
    Document,
    Element,
    Kind,
    Mention,
    Parser,
    Reading,
    ReadOptions,
    Receipt,
    Report,
)

_PARSERS = {  # format: module and class, imported when the first such file is read
    "pdf": ("ingest.pdf", "PdfParser"),
    "markdown": ("ingest.markup", "MarkdownParser"),
    "html": ("ingest.markup", "HtmlParser"),
    "text": ("ingest.markup", "TextParser"),
    "csv": ("ingest.tabular", "CsvParser"),
    "docx": ("ingest.docx", "DocxParser"),
    "pptx": ("ingest.pptx", "PptxParser"),
    "xlsx": ("ingest.xlsx", "XlsxParser"),
    "epub": ("ingest.epub", "EpubParser"),
    "image": ("ingest.pictures", "PictureParser"),
    "svg": ("ingest.pictures", "SvgParser"),
}

_ELSEWHERE = re.compile(  # a label of another work: "Figure 3 of [12]", "[12, Fig. 3]"
    r"\b(?i:fig(?:ure)?s?|tab(?:le)?s?)\.?\s*\d+[\w.\-]*\s*(?:\([a-z]\)\s*)?"
    r"(?:of|in|from)\s+(?:\[|(?i:refs?|reference)\b|[A-Z][\w'’\-]+(?:\s+et\s+al\b|\s*[\[(]\d))"
    r"|\[\d+,[^\]]*\]"
)


class FileParser(Parser, Protocol):
    """A Parser with notes for the receipt, filled while its elements are iterated.

    It may also have `unreadable`, pages (1-based) of which nothing could be read, and `labels`,
    what each page calls itself.
    """

    ocr_pages: list[int]  # 1-based
    skipped: list[str]  # what was left out and why, one line each


def read(path: Path, options: ReadOptions, report: Report | None = None) -> Reading:
    """Reads one file whole. The one door to all parsers.

    The result's elements are in reading order, TEXT packed into passages, ids given.

    Raises PathMissing, UnsupportedFile, EncryptedFile, UnreadableFile; a parser's own failure of
    any kind becomes UnreadableFile with its reason.
    """
    path = Path(path)
    if not path.exists():
        raise PathMissing(f"{path}: no such file; check the spelling")
    if path.is_dir():
        raise UnreadableFile(f"{path}: is a folder; give it to discover() for its files")
    try:
        parser = parser_for(path, options, report)
        document, parsed = parser.parse(path)
        spool = Spool(options.spool)
        packed = (without_runs(element, parser.skipped) for element in pack(parsed))
        found = [spool.keep(element) for element in _finished(document, packed)]
        elements = tuple(with_labels(found, getattr(parser, "labels", ())))
    except RagError:
        raise
    except (MemoryError, RecursionError) as error:
        raise UnreadableFile(
            f"{path}: too large or too deeply nested to read ({type(error).__name__}); "
            "split the file into parts"
        ) from error
    except Exception as error:  # the boundary: whatever a parser's library raises is reported
        reason = " ".join(str(error).split()) or "no reason given"
        raise UnreadableFile(
            f"{path}: cannot be read as {path.suffix.lower() or 'its type'} "
            f"({type(error).__name__}: {reason[:200]}); open it in its program and save it again"
        ) from error
    return Reading(document, elements, _receipt(document, elements, parser))


def parser_for(path: Path, options: ReadOptions, report: Report | None = None) -> FileParser:
    """The parser for a file; raises UnsupportedFile, EncryptedFile, UnreadableFile."""
    module, name = _PARSERS[format_of(path)]
    parser: FileParser = getattr(importlib.import_module(module), name)(options, report)
    return parser


def _finished(document: Document, elements: Iterable[Element]) -> Iterable[Element]:
    """Gives each element its document, its mentions and its id."""
    for order, element in enumerate(elements):
        found = _mentions(element.text) if element.kind is Kind.TEXT else element.mentions
        element = replace(element, document_id=document.id, mentions=found)
        yield replace(element, id=_identity(element, order))


def _mentions(text: str) -> tuple[str, ...]:
    return mentions(_ELSEWHERE.sub(" ", text))


def _identity(element: Element, order: int) -> str:
    digest = hashlib.sha256()
    place = element.place
    head = (element.document_id, place.page, place.box, place.seconds, order, element.kind.value)
    for part in (repr(head), element.text, element.label, element.caption):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    digest.update(element.image or b"")
    return digest.hexdigest()


def _receipt(document: Document, elements: Sequence[Element], parser: FileParser) -> Receipt:
    def count(kind: Kind) -> int:
        return sum(element.kind is kind for element in elements)

    return Receipt(
        document_id=document.id,
        pages=document.page_count,
        passages=count(Kind.TEXT),
        tables=count(Kind.TABLE),
        figures=count(Kind.FIGURE),
        captions_linked=sum(e.kind is not Kind.TEXT and bool(e.caption) for e in elements),
        missing=tuple(_missing(elements)),
        ocr_pages=tuple(sorted(set(parser.ocr_pages))),
        skipped=tuple(parser.skipped),
        unreadable=tuple(sorted(set(getattr(parser, "unreadable", ())))),
    )


def _missing(elements: Sequence[Element]) -> Iterable[Mention]:
    """Labels that the text refers to and no element carries.

    A kind of label counts only when this document numbers it itself: an element carries one, or
    its number 1 is mentioned. Otherwise a paper that discusses another's "Figure 3" would miss it.
    """
    found = {element.label for element in elements if element.label}
    first: dict[str, int | None] = {}
    for element in elements:
        if element.kind is Kind.TEXT:
            for label in element.mentions:
                first.setdefault(label, element.place.page)
    numbered = {_kind_of(label) for label in found}
    numbered |= {
        _kind_of(label) for label in first if _number_of(label) in {"1", "1.1", "A1", "S1"}
    }
    for label, page in first.items():
        if label not in found and _kind_of(label) in numbered:
            yield Mention(label, page)


def _kind_of(label: str) -> str:
    return label.rpartition(" ")[0]


def _number_of(label: str) -> str:
    return label.rpartition(" ")[2]

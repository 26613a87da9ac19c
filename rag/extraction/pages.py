"""Which pages of a document are asked for, and what on a page is not the document's text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ingest.errors import InputError
from ingest.types import Document, Element, Kind

_LONE = re.compile(r"[-–—]?\s*(\d{1,4})\s*[-–—]?")
_IN_STEP = 3  # pages on which lone numbers rise with the pages: no chance
_PART = re.compile(r"\s*(\d{1,6})\s*(?:[-–]\s*(\d{1,6})?\s*)?")


def page_set(text: str) -> frozenset[range]:
    """The pages that "1-3,7" or "12-" names, as ranges. Raises InputError."""
    found = []
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None or int(match[1]) < 1:
            raise InputError(f"pages {text!r}: write them like 3, 1-3 or 1-3,7 (from 1)")
        first = int(match[1])
        open_ended = "-" in part or "–" in part
        last = int(match[2]) if match[2] else 10**6 if open_ended else first
        if last < first:
            raise InputError(f"pages {text!r}: {part.strip()} runs backwards")
        found.append(range(first, last + 1))
    return frozenset(found)


def on_pages(document: Document, elements: Sequence[Element], pages: str | None) -> list[Element]:
    """The elements on some of a document's pages, all for None. Raises InputError."""
    if pages is None:
        return list(elements)
    wanted = page_set(pages)
    if elements and all(element.place.page is None for element in elements):
        raise InputError(f"{document.path}: files of its type have no pages; leave --pages away")
    if not any(span.start <= document.page_count for span in wanted):
        raise InputError(f"{document.path}: has {document.page_count} pages, so none of {pages}")
    return [e for e in elements if any((e.place.page or 0) in span for span in wanted)]


def without_page_numbers(elements: Sequence[Element]) -> list[Element]:
    """The elements but for the numbers that pages carry: alone, and rising with the pages."""
    lone = list(_lone_numbers(elements))
    often = Counter(number.offset for number in lone)
    dropped = {(n.element, n.paragraph) for n in lone if often[n.offset] >= _IN_STEP}
    kept = []
    for at, element in enumerate(elements):
        if any(where[0] == at for where in dropped):
            paragraphs = element.text.split("\n\n")
            text = "\n\n".join(p for i, p in enumerate(paragraphs) if (at, i) not in dropped)
            element = replace(element, text=text)
        if element.text or element.kind is not Kind.TEXT:
            kept.append(element)
    return kept


class _Lone(NamedTuple):
    element: int
    paragraph: int
    offset: int  # of the page from the number


def _lone_numbers(elements: Sequence[Element]) -> Iterator[_Lone]:
    for at, element in enumerate(elements):
        if element.kind is Kind.TEXT and element.place.page is not None:
            for number, paragraph in enumerate(element.text.split("\n\n")):
                if match := _LONE.fullmatch(paragraph):
                    yield _Lone(at, number, element.place.page - int(match[1]))

"""A document's text in reading order, as Markdown, and its headings as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.types import Element, Kind
from rag.extraction.tables import TableData, blocks, to_markdown


@dataclass(frozen=True, slots=True)
class PageText:
    """The Markdown of one page; of the whole document where it has no pages."""

    page: int | None  # 1-based
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A section: its title, the page of its first text, and the sections within it."""

    title: str
    page: int | None  # 1-based
    sections: tuple[Heading, ...] = ()


def page_texts(elements: Sequence[Element]) -> list[PageText]:
    """Headings, passages, tables, and figures' captions and words, page by page.

    A heading stands where its section starts; a figure's words are a block quote.
    """
    path: tuple[str, ...] = ()
    parts: list[tuple[int | None, str]] = []
    for block in blocks(elements):
        page = block.page if isinstance(block, TableData) else block.place.page
        lines = [*_new_headings(path, block.headings), *_lines(block)]
        parts.append((page, "\n\n".join(line for line in lines if line)))
        path = block.headings
    pages = groupby((part for part in parts if part[1]), key=lambda part: part[0])
    return [PageText(page, "\n\n".join(text for _, text in group)) for page, group in pages]


def heading_tree(elements: Sequence[Element]) -> tuple[Heading, ...]:
    """The document's headings, in order, with those below them."""
    paths = [(element.headings, element.place.page) for element in elements]
    return tuple(_sections([(path, page) for path, page in paths if path]))


def _sections(paths: Sequence[tuple[tuple[str, ...], int | None]]) -> Iterator[Heading]:
    for title, group in groupby(paths, key=lambda pair: pair[0][0]):
        inside = list(group)
        below = [(path[1:], page) for path, page in inside if path[1:]]
        yield Heading(title, inside[0][1], tuple(_sections(below)))


def _new_headings(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    for level, title in enumerate(after[same:], start=same + 1):
        yield f"{'#' * min(level, 6)} {title}"


def _lines(block: Element | TableData) -> Iterator[str]:
    if isinstance(block, TableData):
        yield f"*{block.caption}*" if block.caption else ""
        yield f"({block.note})" if block.note else ""
        markdown = block.header or any(len(row) > 1 for row in block.rows)
        yield to_markdown(block) if markdown else "\n".join("".join(row) for row in block.rows)
    elif block.kind is Kind.TEXT:
        yield block.text
    else:
        yield f"*{block.caption}*" if block.caption else ""
        words = [f"> {line}" for line in block.text.splitlines() if line.strip()]
        yield "  \n".join(words)

"""What a question names outright: "Figure 3", "page 12", "the last table", "the pie chart"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.types import Kind
from rag.question import Ordinal, Question
from rag.statements import LINE_ITEMS

if TYPE_CHECKING:
    from indexes.store import Store
    from ingest.types import Document

CLOSE = 0.8  # of the best page's score, for another page to be taken as the statement, too
LENT = 3  # elements of its page


def look_up(
    store: Store, asked: Question, documents: Sequence[Document]
) -> dict[str, list[list[int]]]:
    """Keys of the elements that a question names, by channel: "label", "page", "section", "type".

    Each channel holds one list for each of `documents` (the likeliest first), in its order:
    "Figure 3" names a figure of every document, but rather of the one the question is about.
    """
    found: dict[str, list[list[int]]] = {}
    for document in documents:
        named = {
            "label": list(_labelled(store, asked, document)),
            "page": list(_on_pages(store, asked, document)),
            "section": list(_in_sections(store, asked.sections, document)),
            "type": list(_of_types(store, asked.figure_types, document)),
            "statement": list(_of_statements(store, asked, document)),
            "front": _front(store, document) if asked.front else [],
            "every": [int(k) for kind in asked.counted for k in store.select([document.id], kind)],
        }
        for channel, keys in named.items():
            found.setdefault(channel, []).append(keys)
    return {channel: lists for channel, lists in found.items() if any(lists)}


def _labelled(store: Store, asked: Question, document: Document) -> Iterator[int]:
    for keys in store.labelled([(document.id, label) for label in asked.labels]).values():
        yield from keys
    for ordinal in asked.ordinals:
        yield from _nth(store, ordinal, document)


def _nth(store: Store, ordinal: Ordinal, document: Document) -> Iterator[int]:
    keys = store.select([document.id], ordinal.kind)
    index = ordinal.position - 1 if ordinal.position > 0 else len(keys) + ordinal.position
    if 0 <= index < len(keys):
        yield int(keys[index])


def _on_pages(store: Store, asked: Question, document: Document) -> Iterator[int]:
    pages = [page if page > 0 else document.page_count + 1 + page for page in asked.pages]
    for keys in store.on_pages([(document.id, page) for page in pages]).values():
        yield from keys


def _of_types(store: Store, names: Sequence[str], document: Document) -> Iterator[int]:
    for name in names:
        yield from map(int, store.select([document.id], figure_type=name))


def _front(store: Store, document: Document) -> list[int]:
    return store.on_pages([(document.id, 1)])[document.id, 1]


def _of_statements(store: Store, asked: Question, document: Document) -> Iterator[int]:
    """The first elements, tables before others, of the page that each statement is likeliest on."""
    for statement in asked.statements:
        best = store.search_phrases(LINE_ITEMS[statement], 2, [document.id])
        for place in [page[:2] for page in best if page[2] > CLOSE * best[0][2]]:
            keys = store.on_pages([place])[place]
            tables = set(store.select([document.id], Kind.TABLE).tolist())
            yield from sorted(keys, key=lambda key: key not in tables)[:LENT]


def _in_sections(store: Store, sections: Sequence[str], document: Document) -> Iterator[int]:
    if not sections:
        return
    starts = re.compile(
        r"(?:section|chapter|appendix|annex|part)?\s*(?:"
        + "|".join(re.escape(section) for section in sections)
        + r")(?!\w|\.\d)",
        re.IGNORECASE,
    )
    for key, element in store.elements(document.id):
        if any(starts.match(heading) for heading in element.headings):
            yield key

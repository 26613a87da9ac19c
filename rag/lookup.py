"""What a question names outright: "Figure 3", "page 12", "the last table", "the pie chart"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ingest.types import Kind
from rag.question import Ordinal, Question
from rag.statements import LINE_ITEMS

if TYPE_CHECKING:
    from indexes.store import Store
    from ingest.types import Document

Page = tuple[str, int]  # document id, page from 1

PAGES = 8  # for each document, that are searched for a statement
CLOSE, MOST = 0.8, 2  # further pages taken as the statement: of the best one's score; in all
LENT = 3  # elements of its page


def look_up(
    store: Store, asked: Question, documents: Sequence[Document]
) -> dict[str, list[list[int]]]:
    """Keys of the elements that a question names, by channel: "label", "page" and so on.

    Each channel holds one list for each of `documents` (the likeliest first), in its order:
    "Figure 3" names a figure of every document, but rather of the one the question is about.
    """
    found: dict[str, list[list[int]]] = {}
    statements = _statement_pages(store, asked, documents)
    for document in documents:
        named = {
            "label": list(_labelled(store, asked, document)),
            **_on_pages(store, asked, document),
            "section": list(_in_sections(store, asked.sections, document)),
            "type": list(_of_types(store, asked.figure_types, document)),
            "statement": list(_of_statements(store, statements[document.id])),
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


def _on_pages(store: Store, asked: Question, document: Document) -> dict[str, list[int]]:
    """What stands on the pages asked for: those that are printed with their number, channel "page".

    Where another page is printed with it, the page of that number in the file is less likely
    meant: channel "position".
    """
    if not asked.pages and not asked.page_names:
        return {}
    spellings = {name: _spellings(name) for name in asked.page_names}
    printed = store.printed(
        [(document.id, label) for labels in spellings.values() for label in labels]
    )
    called = {
        name: [key for label in labels for key in printed[document.id, label]]
        for name, labels in spellings.items()
    }
    numbered = store.on_pages([(document.id, page) for page in _physical(asked, document)])
    found: dict[str, list[int]] = {"page": list(chain(*called.values())), "position": []}
    for (_, page), keys in numbered.items():
        other = called.get(str(page))
        found["position" if other else "page"] += [k for k in keys if k not in found["page"]]
    return found


def _physical(asked: Question, document: Document) -> list[int]:
    """The pages asked for, by their place in the file, from 1."""
    return [page if page > 0 else document.page_count + 1 + page for page in asked.pages]


def _spellings(name: str) -> list[str]:
    """The labels of pages that may be called so: "iv" and "IV", "8–9" of a sheet with two pages."""
    if not name.isdigit():
        return list(dict.fromkeys((name, name.lower(), name.upper())))
    number = int(name)
    return [str(number), f"{number - 1}–{number}", f"{number}–{number + 1}"]


def _of_types(store: Store, names: Sequence[str], document: Document) -> Iterator[int]:
    for name in names:
        yield from map(int, store.select([document.id], figure_type=name))


def _front(store: Store, document: Document) -> list[int]:
    return store.on_pages([(document.id, 1)])[document.id, 1]


def _statement_pages(
    store: Store, asked: Question, documents: Sequence[Document]
) -> dict[str, list[Page]]:
    """By document: the pages that the statements asked about are likeliest on."""
    ids = [document.id for document in documents]
    found: dict[str, list[Page]] = {name: [] for name in ids}
    for statement in asked.statements:
        best: dict[str, list[tuple[Page, float]]] = {}
        for name, page, score in store.search_phrases(LINE_ITEMS[statement], PAGES * len(ids), ids):
            best.setdefault(name, []).append(((name, page), score))
        for name, pages in best.items():
            close = [page for page, score in pages if score > CLOSE * pages[0][1]]
            found[name] += close[:MOST]
    return found


def _of_statements(store: Store, pages: Sequence[Page]) -> Iterator[int]:
    """The first elements of each page, tables before others."""
    for keys in store.on_pages(pages).values():
        kinds = store.owners(keys)
        yield from sorted(keys, key=lambda key: kinds[key][1] is not Kind.TABLE)[:LENT]


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

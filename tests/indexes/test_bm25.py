"""BM25 against a plain implementation that counts words one by one."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexes.bm25 import K1, WEIGHTS, B
from indexes.lexical import query_terms
from indexes.store import Store
from indexes.texts import COLUMNS, text_to_index
from ingest.types import Document, Element, Kind, Place, Reading, Receipt

VOCABULARY = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
CHANCE = random.Random(5)


def some(count: int) -> str:
    weights = [1 / rank for rank in range(1, len(VOCABULARY) + 1)]
    return " ".join(CHANCE.choices(VOCABULARY, weights, k=count))


def random_reading(number: int) -> Reading:
    document = Document(f"{number:064x}", Path(f"/d/{number}.pdf"), some(2), 4)
    elements = tuple(
        Element(
            id=f"{number}/{position}",
            document_id=document.id,
            kind=list(Kind)[CHANCE.randrange(3)],
            place=Place(None if number == 2 else 1 + position // 4),
            text=some(CHANCE.randrange(30)),
            headings=(some(2),) * CHANCE.randrange(2),
            caption=some(CHANCE.randrange(5)),
        )
        for position in range(15)
    )
    return Reading(document, elements, Receipt(document.id, 4, 15, 0, 0, 0))


READINGS = [random_reading(number) for number in range(6)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.create(tmp_path_factory.mktemp("index"), [])
    with store.writing() as writer:
        for reading in READINGS:
            writer.put(reading, [])
    return store


def bm25(units: Sequence[tuple[dict[str, float], float]], question: str) -> list[float]:
    """Scores of units, each its weighted term counts and its length."""
    mean = sum(length for _, length in units) / len(units)
    scores = [0.0] * len(units)
    for term in query_terms(question):
        holders = sum(counts.get(term, 0) > 0 for counts, _ in units)
        idf = math.log(1 + (len(units) - holders + 0.5) / (holders + 0.5))
        for at, (counts, length) in enumerate(units):
            count = counts.get(term, 0)
            scores[at] += idf * count * (K1 + 1) / (count + K1 * (1 - B + B * length / mean))
    return scores


def element_unit(document: Document, element: Element) -> tuple[dict[str, float], float]:
    columns = text_to_index(document, element)
    counts: Counter[str] = Counter()
    for column, weight in zip(COLUMNS, WEIGHTS.tolist(), strict=True):
        for term in columns[column]:
            counts[term] += weight
    return dict(counts), sum(counts.values())


@pytest.mark.parametrize("question", ["wordb", "worda wordz wordq", some(12), "wordb absent"])
@pytest.mark.parametrize("within", [None, [1], [0, 3, 4], []])
@pytest.mark.parametrize("kind", [None, Kind.TABLE])
def test_elements(store: Store, question: str, within: list[int] | None, kind: Kind | None) -> None:
    chosen = READINGS if within is None else [READINGS[number] for number in within]
    pairs = [
        (reading.document, element)
        for reading in chosen
        for element in reading.elements
        if kind in (None, element.kind)
    ]
    scores = bm25([element_unit(*pair) for pair in pairs], question) if pairs else []
    wanted = {pair[1].id: score for pair, score in zip(pairs, scores, strict=True) if score}
    ids = None if within is None else [reading.document.id for reading in chosen]
    hits = store.search_words(question, 1000, ids, kind)
    found = store.fetch([hit.key for hit in hits])
    assert {found[hit.key][0].id: hit.score for hit in hits} == pytest.approx(wanted, rel=1e-4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.channel for hit in hits} <= {"words"}
    assert store.search_words(question, 3, ids, kind) == hits[:3]


@pytest.mark.parametrize("question", ["wordb", some(12)])
@pytest.mark.parametrize("within", [None, [1], [0, 2, 4]])
def test_pages(store: Store, question: str, within: list[int] | None) -> None:
    pages: dict[tuple[str, int], tuple[dict[str, float], float]] = {}
    chosen = READINGS if within is None else [READINGS[number] for number in within]
    for reading in chosen:
        for page in {element.place.page for element in reading.elements} - {None}:
            assert page is not None
            own: Counter[str] = Counter()
            title: set[str] = set()
            headings: set[str] = set()
            for element in reading.elements:
                if element.place.page == page:
                    columns = text_to_index(reading.document, element)
                    own.update([*columns["caption"], *columns["body"]])
                    title |= set(columns["title"])
                    headings |= set(columns["headings"])
            counts = {
                term: own[term] + 0.5 * (term in title) + (term in headings)
                for term in {*own, *title, *headings}
            }
            pages[reading.document.id, page] = counts, sum(own.values())
    wanted = {
        page: score
        for page, score in zip(pages, bm25(list(pages.values()), question), strict=True)
        if score
    }
    ids = None if within is None else [reading.document.id for reading in chosen]
    found = store.search_pages(question, 1000, ids)
    assert {(document, page): score for document, page, score in found} == pytest.approx(
        wanted, rel=1e-4
    )
    assert [score for *_, score in found] == sorted((score for *_, score in found), reverse=True)


def test_what_a_user_writes_is_never_syntax(store: Store) -> None:
    for question in ('"', "NEAR(", "wordb AND", "*", "title:x", "'; DROP TABLE elements; --", "\0"):
        store.search_words(question, 5)
        store.search_pages(question, 5)
    assert store.search_words("", 5) == []
    assert store.search_pages("?", 5) == []


def test_a_removed_document_leaves_no_words(tmp_path: Path) -> None:
    store = Store.create(tmp_path / ".rag", [])
    with store.writing() as writer:
        writer.put(READINGS[0], [])
        alone = store.search_words("worda wordb", 100)
        writer.put(READINGS[1], [])
        assert len(store.search_words("worda wordb", 100)) > len(alone)
        writer.remove_document(READINGS[1].document.id)
    assert store.search_words("worda wordb", 100) == alone


def test_counts_beyond_a_byte_are_capped(tmp_path: Path) -> None:
    store = Store.create(tmp_path / ".rag", [])
    reading = READINGS[0]
    loud = replace(reading.elements[0], text="loud " * 1000)
    with store.writing() as writer:
        writer.put(replace(reading, elements=(loud, *reading.elements[1:])), [])
    assert len(store.search_words("loud", 5)) == 1

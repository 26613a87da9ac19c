"""Search by words against a plain implementation of FTS5's formula that counts one by one."""

from __future__ import annotations

import math
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexes import catalog
from indexes.lexical import query_terms, terms
from indexes.store import Store
from indexes.texts import COLUMNS, text_to_index
from ingest.types import Document, Element, Kind, Place, Reading, Receipt

K1, B = 1.2, 0.75
WEIGHTS = dict(zip(COLUMNS, (0.5, 1.5, 2.0, 1.0), strict=True))
VOCABULARY = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
CHANCE = random.Random(5)
PLAIN = 2  # the number of a document without pages

Unit = tuple[dict[str, float], int]  # weighted counts of terms, and how many terms it has


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
            place=Place(None if number == PLAIN else 1 + position // 4),
            text=some(CHANCE.randrange(30)),
            headings=(some(2),) * CHANCE.randrange(2),
            caption=some(CHANCE.randrange(5)),
        )
        for position in range(12)
    )
    return Reading(document, elements, Receipt(document.id, 4, 12, 0, 0, 0))


READINGS = [random_reading(number) for number in range(20)]


def passage(text: str, number: int = 0) -> Reading:
    """A document of one passage on page 1."""
    document = Document(f"{number:064x}", Path(f"/d/{number}.pdf"), "", 1)
    element = Element(f"{number}", document.id, Kind.TEXT, Place(1), text)
    return Reading(document, (element,), Receipt(document.id, 1, 1, 0, 0, 0))


def filled(folder: Path, readings: Sequence[Reading]) -> Store:
    store = Store.create(folder, [])
    with store.writing() as writer:
        for reading in readings:
            writer.put(reading, [])
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = filled(tmp_path_factory.mktemp("index"), READINGS)
    yield store
    store.close()


def bm25(units: Sequence[Unit], question: str) -> list[float]:
    mean = sum(length for _, length in units) / len(units)
    scores = [0.0] * len(units)
    for term in query_terms(question):
        holders = sum(counts.get(term, 0) > 0 for counts, _ in units)
        idf = max(1e-6, math.log((len(units) - holders + 0.5) / (holders + 0.5)))
        for at, (counts, length) in enumerate(units):
            count = counts.get(term, 0)
            scores[at] += idf * count * (K1 + 1) / (count + K1 * (1 - B + B * length / mean))
    return scores


def unit(columns: Sequence[tuple[str, float]], scope: int) -> Unit:
    """From texts and their weights; FTS5 counts the terms of the scope as words of the row."""
    counts: Counter[str] = Counter()
    length = scope
    for text, weight in columns:
        length += len(text.split())
        for term in text.split():
            counts[term] += weight  # type: ignore[assignment]
    return dict(counts), length


def element_scores(question: str) -> dict[str, float]:
    """The score of every element that shares a word with the question, by id."""
    units = {}
    for reading in READINGS:
        for element in reading.elements:
            columns = text_to_index(reading.document, element)
            units[element.id] = unit([(columns[name], WEIGHTS[name]) for name in COLUMNS], 2)
    scores = bm25(list(units.values()), question)
    return {name: score for name, score in zip(units, scores, strict=True) if score}


def page_scores(question: str) -> dict[tuple[str, int], float]:
    units = {}
    for reading in READINGS:
        for page in (pages := {e.place.page for e in reading.elements if e.place.page}):
            first = page == min(pages)
            title = reading.document.title + f" {reading.document.path.stem}" * first
            held = [element for element in reading.elements if element.place.page == page]
            headings = dict.fromkeys(heading for element in held for heading in element.headings)
            texts = [text_to_index(reading.document, element) for element in held]
            own = [columns[name] for columns in texts for name in ("caption", "body")]
            units[reading.document.id, page] = unit(
                [
                    (" ".join(terms(title)), 0.5),
                    (" ".join(terms(" ".join(headings))), 1.0),
                    (" ".join(own), 1.0),
                ],
                1 + first,
            )
    scores = bm25(list(units.values()), question)
    return {page: score for page, score in zip(units, scores, strict=True) if score}


@pytest.mark.parametrize("question", ["wordq", "worda wordz wordq", some(12), "wordb absent"])
@pytest.mark.parametrize("within", [None, [1], [0, 3, 4], [], range(1, 19)])
@pytest.mark.parametrize("kind", [None, Kind.TABLE])
def test_elements(
    store: Store, question: str, within: Sequence[int] | None, kind: Kind | None
) -> None:
    chosen = READINGS if within is None else [READINGS[number] for number in within]
    kept = {e.id for reading in chosen for e in reading.elements if kind in (None, e.kind)}
    wanted = {name: score for name, score in element_scores(question).items() if name in kept}
    ids = None if within is None else [reading.document.id for reading in chosen]
    hits = store.search_words(question, 1000, ids, kind)
    found = store.fetch([hit.key for hit in hits])
    assert {found[hit.key][0].id: hit.score for hit in hits} == pytest.approx(wanted)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.key))
    assert {hit.channel for hit in hits} <= {"words"}
    assert store.search_words(question, 3, ids, kind) == hits[:3]
    assert store.search_words(question, 0, ids, kind) == []


@pytest.mark.parametrize("question", ["wordq", some(12)])
@pytest.mark.parametrize("within", [None, [1], [0, 2, 4], [], range(1, 19)])
def test_pages(store: Store, question: str, within: Sequence[int] | None) -> None:
    chosen = READINGS if within is None else [READINGS[number] for number in within]
    ids = [reading.document.id for reading in chosen]
    wanted = {page: score for page, score in page_scores(question).items() if page[0] in ids}
    found = store.search_pages(question, 1000, None if within is None else ids)
    assert {(name, page): score for name, page, score in found} == pytest.approx(wanted)
    assert found == sorted(found, key=lambda row: (-row[2], row[0], row[1]))
    assert store.search_pages(question, 3, None if within is None else ids) == found[:3]
    assert READINGS[PLAIN].document.id not in {document for document, *_ in found}


def test_equal_scores_come_in_the_order_of_their_keys(tmp_path: Path) -> None:
    store = filled(tmp_path, [passage("same words", number) for number in range(9)])
    assert [hit.key for hit in store.search_words("words", 5)] == [1, 2, 3, 4, 5]
    assert [int(found[0], 16) for found in store.search_pages("words", 5)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "term",
    [
        "$4.5", "45%", "c++", "c#", "2019-03-04", "10:30", "v1.2.3", "1234567.89", "€5", "gpt4",
        "日本", "हिन्दी", "한국", "janedoe@mail", "\U00020000\U00020001", "i̇",
    ],
)  # fmt: skip
def test_a_term_survives_the_tokenizer_whole(tmp_path: Path, term: str) -> None:
    store = filled(tmp_path, [])
    store.close()
    with sqlite3.connect(store.folder / catalog.FILE_NAME) as connection:
        connection.execute("INSERT INTO page_words (body) VALUES (?)", (f"a {term} b",))
        connection.execute("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, page_words, row)")
        found = {row[0] for row in connection.execute("SELECT term FROM v")}
    connection.close()
    assert found == {"a", "b", term}


@pytest.mark.parametrize(
    ("text", "question", "others"),
    [
        ("It cost $4.5 in all.", "$4.5", ["It cost 4.8 in all."]),
        ("Due on 2019-03-04.", "2019-03-04", ["2019", "the 4th of 2020-03-05"]),
        ("Written in C++", "c++", ["Written in C"]),
        ("東京都の人口", "人口", ["東京都"]),
        ('He said "AND" twice', '"AND"', ["He said OR twice"]),
    ],
)
def test_signs_count(tmp_path: Path, text: str, question: str, others: list[str]) -> None:
    filling = [f"filler {number}" for number in range(5)]
    texts = [*others, text, *filling]
    store = filled(tmp_path, [passage(text, number) for number, text in enumerate(texts)])
    best = store.search_words(question, 1)[0].key
    assert store.fetch([best])[best][0].text == text
    assert int(store.search_pages(question, 1)[0][0], 16) == len(others)


def test_what_a_user_writes_is_never_syntax(store: Store) -> None:
    for question in (
        '"', 'a" OR "worda', "NEAR(", "wordb AND", "*", "title:x", "{title}: worda", "^worda",
        "'; DROP TABLE elements; --", "\0", "-worda", "worda + wordb", "\ud800",
    ):  # fmt: skip
        store.search_words(question, 5)
        store.search_pages(question, 5)
    assert store.search_words("", 5) == []
    assert store.search_pages("?", 5) == []


def test_the_scope_cannot_be_searched(store: Store) -> None:
    for question in ("#99", "#table", "table", "#text", "text", "#first", "first", "scope"):
        assert store.search_words(question, 5) == []
        assert store.search_pages(question, 5) == []


def test_a_document_is_found_by_its_file_name_and_its_first_page(tmp_path: Path) -> None:
    readings = [
        replace(one, document=replace(one.document, path=Path(f"/{name}.pdf")))
        for one, name in zip(READINGS[3:6], ("budget_2015", "minutes", "budget_2016"), strict=True)
    ]
    store = filled(tmp_path, readings)
    found = store.search_first_pages("the budget of 2016", 5)
    assert [name for name, *_ in found] == [readings[2].document.id, readings[0].document.id]
    assert {page for _, page, _ in found} == {1}
    assert store.search_first_pages("budget", 5, [readings[1].document.id]) == []
    assert store.search_first_pages("the", 0) == []


def test_pages_are_found_by_phrases(tmp_path: Path) -> None:
    store = filled(tmp_path, [passage("total assets of all", 1), passage("assets in total", 2)])
    ((found, page, score),) = store.search_phrases(["Total assets", "net debts"], 5)
    assert (found, page) == (passage("", 1).document.id, 1)
    assert score > 0
    assert store.search_phrases([], 5) == store.search_phrases(["?"], 5) == []


def test_a_removed_document_leaves_no_words(tmp_path: Path) -> None:
    store = filled(tmp_path, READINGS[:1])
    alone = store.search_words("wordq wordz", 100), store.search_pages("wordq wordz", 100)
    with store.writing() as writer:
        writer.put(READINGS[1], [])
        assert len(store.search_words("wordq wordz", 100)) > len(alone[0])
        writer.remove_document(READINGS[1].document.id)
        writer.save()
    found = store.search_words("wordq wordz", 100), store.search_pages("wordq wordz", 100)
    assert found == alone
    assert store.check() == []


def test_a_document_read_again_is_found_by_its_new_words_only(tmp_path: Path) -> None:
    store = filled(tmp_path, [passage("apple tree"), passage("pear tree")])
    assert store.search_words("apple", 5) == []
    assert store.search_pages("apple", 5) == []
    assert len(store.search_words("pear", 5)) == len(store.search_pages("pear", 5)) == 1
    assert store.check() == []


def test_a_document_without_elements(tmp_path: Path) -> None:
    store = filled(tmp_path, [replace(passage("nothing"), elements=())])
    assert store.search_words("nothing", 5) == []
    assert store.check() == []

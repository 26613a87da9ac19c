"""The Store's contract for readers."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.errors import (
    IndexCorrupt,
    IndexMismatch,
    IndexMissing,
    IndexVersion,
    NotFound,
    StoreError,
)
from ingest.types import Box, Kind, Place, Reading

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]
Spaces = tuple[Space, Space]


@pytest.fixture
def alpha(make_reading: MakeReading) -> Reading:
    return make_reading("a.pdf", "alpha")


@pytest.fixture
def beta(make_reading: MakeReading) -> Reading:
    return make_reading("b.pdf", "beta", "losses")


@pytest.fixture
def filled(
    store: Store, alpha: Reading, beta: Reading, make_embedding: MakeEmbedding, spaces: Spaces
) -> Store:
    pixels = make_embedding(spaces[1], 1)
    with store.writing() as writer:
        for seed, reading in enumerate((alpha, beta)):
            figure = replace(pixels, owners=np.array([2]))
            writer.put(reading, [make_embedding(seed=seed), figure])
        writer.save()
    return store


def test_create_makes_a_private_folder_and_may_be_repeated(tmp_path: Path, spaces: Spaces) -> None:
    folder = tmp_path / "deep" / ".rag"
    for _ in range(2):
        store = Store.create(folder, spaces)
        assert store.folder == folder
        assert store.spaces == spaces
        store.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_open_needs_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="rag ingest"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_is_of_one_moment(store: Store, alpha: Reading, beta: Reading) -> None:
    with store.writing() as writer:
        writer.put(alpha, [])
        with store.snapshot():
            before = store.search_words("alpha beta", 10)
            writer.put(beta, [])
            with store.snapshot():
                assert [document.title for document in store.documents()] == [alpha.document.title]
            assert store.search_words("alpha beta", 10) == before
    assert len(store.documents()) == 2


def test_other_models_are_refused(store: Store, spaces: Spaces) -> None:
    other = replace(spaces[0], model="test-model@2")
    for asked in ([other], [other, spaces[1]], [Space("clip", "x", 3)]):
        with pytest.raises(IndexMismatch, match=r"test-model@1 \(text\)"):
            Store.open(store.folder, asked)
        with pytest.raises(IndexMismatch):
            Store.create(store.folder, asked)
    assert Store.open(store.folder).spaces == spaces
    assert Store.open(store.folder, spaces[::-1]).spaces == spaces
    assert Store.open(store.folder, spaces[:1]).spaces == spaces
    with pytest.raises(IndexMismatch):
        Store.create(store.folder, spaces[:1])


def test_another_version_is_refused(store: Store) -> None:
    store.close()
    with sqlite3.connect(store.folder / "catalog.sqlite") as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE name = 'schema'")
    with pytest.raises(IndexVersion, match="format 99"):
        Store.open(store.folder)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE meta SET value = '[1]' WHERE name = 'schema'",
        "UPDATE meta SET value = 'true' WHERE name = 'schema'",
        "DELETE FROM meta WHERE name = 'schema'",
        "DELETE FROM meta WHERE name = 'index'",
        "UPDATE meta SET value = '7' WHERE name = 'index'",
        "UPDATE meta SET value = x'ff' WHERE name = 'index'",
        "DELETE FROM meta WHERE name = 'spaces'",
        """UPDATE meta SET value = '[["../../evil","m",8]]' WHERE name = 'spaces'""",
        """UPDATE meta SET value = '[["text","m",8],["text","n",8]]' WHERE name = 'spaces'""",
        """UPDATE meta SET value = '[["text","m",1e999]]' WHERE name = 'spaces'""",
        "UPDATE meta SET value = '3' WHERE name = 'spaces'",
    ],
)
def test_odd_notes_are_named(store: Store, change: str) -> None:
    store.close()
    with sqlite3.connect(store.folder / "catalog.sqlite") as connection:
        connection.execute(change)
    with pytest.raises(IndexCorrupt, match="run: rag doctor --repair"):
        Store.open(store.folder)


def test_an_interrupted_repair_is_not_taken_for_no_index(store: Store, spaces: Spaces) -> None:
    """The damaged catalogue was put aside, the new one was not yet in its place."""
    store.close()
    aside = store.folder / "damaged-2026-01-01"
    aside.mkdir()
    path = store.folder / "catalog.sqlite"
    aside.joinpath("catalog.sqlite").write_bytes(path.read_bytes())
    Store.create(store.folder, spaces).close()  # a repair that was finished
    path.unlink()
    with pytest.raises(IndexCorrupt, match="was interrupted; run: rag doctor --repair"):
        Store.create(store.folder, spaces)
    assert not path.exists()


def test_damage_is_named(tmp_path: Path, filled: Store) -> None:
    filled.close()
    path = filled.folder / "catalog.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(IndexCorrupt, match="rag doctor"):
        Store.open(filled.folder)
    sqlite3.connect(tmp_path / "catalog.sqlite").execute("CREATE TABLE x (y)").connection.close()
    with pytest.raises(IndexCorrupt, match="no catalogue"):
        Store.open(tmp_path)


def test_documents_come_back_as_stored(filled: Store, alpha: Reading, beta: Reading) -> None:
    assert filled.documents() == [alpha.document, beta.document]
    assert filled.receipts() == {reading.document.id: reading.receipt for reading in (alpha, beta)}
    assert list(filled.files()) == [alpha.document.path, beta.document.path]
    record = filled.files()[alpha.document.path]
    state = alpha.document.path.stat()
    assert (record.document_id, record.size) == (alpha.document.id, state.st_size)
    assert (record.mtime_ns, record.root) == (-1, None)  # written a moment ago: looked at again


def test_elements_come_back_as_stored(filled: Store, alpha: Reading) -> None:
    stored = filled.elements(alpha.document.id)
    assert [key for key, _ in stored] == [1, 2, 3, 4, 5, 6]
    for (_, element), original in zip(stored, alpha.elements, strict=True):
        assert replace(element, image_path=None) == replace(original, image=None)
    figure = stored[2][1]
    assert figure.place == Place(2, Box(10, 40, 110.5, 55))
    assert figure.image_path is not None
    assert figure.image_path.read_bytes() == b"PNG alpha"
    assert filled.elements("0" * 64) == []


def test_counts(filled: Store) -> None:
    counts = filled.counts()
    assert (counts.documents, counts.paths, counts.pages) == (2, 2, 6)
    assert (counts.passages, counts.tables, counts.figures) == (8, 2, 2)
    assert counts.vectors == {"text": 12, "pixels": 2}
    assert counts.bytes_on_disk > 10_000


def test_find_documents(
    filled: Store, alpha: Reading, beta: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, monkey = alpha.document.path, monkeypatch
    monkey.chdir(path.parent)
    assert path.name == "a.pdf"
    for pattern in ("a.pdf", "./a.pdf", str(path), alpha.document.id, alpha.document.id[:6]):
        assert filled.find_documents(pattern) == [alpha.document], pattern
    for pattern in ("*.pdf", "[ab].pdf", f"{path.parent}/*", str(path.parent), "."):
        assert filled.find_documents(pattern) == [alpha.document, beta.document], pattern
    for pattern in ("c.pdf", alpha.document.id[:5], "*.txt", ""):
        assert filled.find_documents(pattern) == [] or pattern == "", pattern


def test_element_by_id_or_its_start(filled: Store, alpha: Reading) -> None:
    wanted = alpha.elements[3]
    for prefix in (wanted.id, wanted.id[:12], wanted.id[:12].upper()):
        key, element, document = filled.element(prefix)
        assert (key, element, document) == (4, wanted, alpha.document)
    for missing in ("zzzz", "", "%", wanted.id + "0"):
        with pytest.raises(NotFound, match="no element"):
            filled.element(missing)


def test_an_ambiguous_start_is_refused(
    store: Store, alpha: Reading, make_embedding: MakeEmbedding
) -> None:
    named = [replace(e, id=f"abc{at}") for at, e in enumerate(alpha.elements)]
    with store.writing() as writer:
        writer.put(replace(alpha, elements=tuple(named)), [make_embedding()])
    with pytest.raises(NotFound, match="several"):
        store.element("abc")
    assert store.element("abc1")[0] == 2


def test_fetch_keeps_the_order_and_leaves_out_what_is_gone(filled: Store, beta: Reading) -> None:
    found = filled.fetch([9, 2, 9, 777])
    assert list(found) == [9, 2]
    assert found[9][1] == beta.document
    assert found[9][0].text == "2019 2020"
    assert filled.fetch([]) == {}
    assert list(filled.fetch(np.array([3, 1]))) == [3, 1]  # type: ignore[arg-type]


def test_select(filled: Store, alpha: Reading, beta: Reading) -> None:
    assert filled.select().tolist() == list(range(1, 13))
    assert filled.select([beta.document.id]).tolist() == [7, 8, 9, 10, 11, 12]
    assert filled.select(kind=Kind.FIGURE).tolist() == [3, 9]
    assert filled.select([alpha.document.id], Kind.TABLE).tolist() == [4]
    assert filled.select(figure_type="line chart").tolist() == [3, 9]
    assert filled.select([beta.document.id], figure_type="line chart").tolist() == [9]
    assert filled.select(figure_type="map").tolist() == []
    assert filled.figure_types() == {"line chart": 2}
    assert filled.select([]).tolist() == []
    assert filled.select().dtype == np.int64


def test_search_vectors(filled: Store, make_embedding: MakeEmbedding) -> None:
    query = make_embedding(seed=1).vectors[2:3]
    hits = filled.search_vectors("text", query, 4)
    both = np.concatenate([make_embedding(seed=seed).vectors for seed in (0, 1)])
    order = np.argsort(-(both @ query[0]))[:4]
    assert [hit.key for hit in hits] == (order + 1).tolist()
    assert [hit.score for hit in hits] == pytest.approx((both @ query[0])[order], abs=1e-6)
    assert {hit.channel for hit in hits} == {"text"}
    among = filled.search_vectors("text", query, 4, np.array([1, 2]))
    assert {hit.key for hit in among} == {1, 2}
    assert filled.search_vectors("text", query, 4, np.empty(0, np.int64)) == []
    assert len(filled.search_vectors("text", both, 50)) == 12
    with pytest.raises(IndexMismatch, match="clip"):
        filled.search_vectors("clip", query, 4)


def test_search_words_and_pages(filled: Store, alpha: Reading, beta: Reading) -> None:
    assert [hit.key for hit in filled.search_words("Revenues?", 5)] == [1]
    assert [hit.key for hit in filled.search_words("alpha", 5, [beta.document.id])] == []
    assert [hit.key for hit in filled.search_words("growth", 5, kind=Kind.FIGURE)] == [3, 9]
    ids = [alpha.document.id, *(f"{number:064x}" for number in range(20))]  # too many to name
    for documents, keys in ((None, [3, 9]), (ids[:1], [3]), (ids, [3])):
        found = filled.search_words("growth", 5, documents, figure_type="line chart")
        assert [hit.key for hit in found] == keys
        assert filled.search_words("growth", 5, documents, figure_type="map") == []
    pages = filled.search_pages("losses", 5)
    assert [(document, page) for document, page, _ in pages] == [(beta.document.id, 1)]
    assert filled.search_pages("losses", 5, [alpha.document.id]) == []


def test_places_and_references(filled: Store, alpha: Reading, beta: Reading) -> None:
    a, b = alpha.document.id, beta.document.id
    assert filled.on_pages([(b, 2), (b, 9)]) == {(b, 2): [9, 10], (b, 9): []}
    labels = [(a, "Figure 1"), (b, "Figure 1"), (a, "Figure 9"), ("unknown", "Figure 1")]
    assert list(filled.labelled(labels).values()) == [[3], [9], [], []]
    assert filled.mentioning([(a, "Figure 1"), (a, "Table 1")]) == {
        (a, "Figure 1"): [2],
        (a, "Table 1"): [],
    }
    assert filled.labelled([]) == {}


def test_neighbours_stay_in_the_document(filled: Store) -> None:
    assert filled.neighbours(3) == [2, 4]
    assert filled.neighbours(3, 2) == [1, 2, 4, 5]
    assert filled.neighbours(6) == [5]
    assert filled.neighbours(7) == [8]
    assert filled.neighbours(999) == []


def test_a_healthy_index_has_no_problems(filled: Store, store: Store) -> None:
    assert filled.check() == []


def test_check_names_what_is_wrong(filled: Store) -> None:
    crop = filled.elements(filled.documents()[0].id)[2][1].image_path
    assert crop is not None
    crop.unlink()
    (filled.folder / "vectors" / "pixels.faiss").write_bytes(b"junk")
    with sqlite3.connect(filled.folder / "catalog.sqlite") as connection:
        connection.execute("UPDATE vectors SET element = 555 WHERE element = 8 AND space = 'text'")
        connection.execute("DELETE FROM element_words WHERE rowid > 6")
        connection.execute("DELETE FROM page_words WHERE rowid = 2")
    problems = "\n".join(filled.check())
    assert "1 crops are missing" in problems
    assert "pixels.faiss" in problems
    assert "1 vectors belong to no element" in problems
    assert "6 elements differ" in problems
    assert "1 pages differ" in problems
    assert "1 elements have no vector in space 'text'" in problems


@pytest.mark.parametrize("table", ["element_words", "page_words"])
def test_check_sees_words_that_are_indexed_wrongly(filled: Store, table: str) -> None:
    with sqlite3.connect(filled.folder / "catalog.sqlite") as connection:
        connection.execute(f"UPDATE {table}_content SET c1 = 'other' WHERE id = 3")
    assert filled.check() == ["the word index is damaged; rag doctor --repair makes it again"]


def test_check_leaves_a_writer_alone(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexes.connections.BUSY_SECONDS", 0.05)
    store = Store.open(filled.folder)
    with sqlite3.connect(store.folder / "catalog.sqlite", isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert store.check() == []
    store.close()


def test_check_sees_a_cache_that_is_behind(
    filled: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    with filled.writing() as writer:
        writer.put(make_reading("c.pdf", "gamma"), [make_embedding(seed=5)])
        assert any("behind" in problem for problem in filled.check())
        writer.save()
    assert filled.check() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path: Path, spaces: Spaces) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="permission"):
        Store.create(tmp_path / ".rag", spaces)

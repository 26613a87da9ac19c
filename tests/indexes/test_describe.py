"""A stored figure gets another description, and is found by it at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.errors import NotFound
from ingest.types import Reading

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]
TEXT = Space("text", "test-model@1", 8)
WORDS = (
    "A steep purple staircase climbs beside nine lanterns while fishermen watch quietly below; "
    "its peak is 4711 or so."
)


@pytest.fixture
def stored(store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding) -> Store:
    with store.writing() as writer:
        writer.put(make_reading(), [make_embedding()])
        writer.save()
    return store


def figure_key(store: Store) -> int:
    return store.figures()[0][0]


def described(store: Store) -> tuple[int, Embedding]:
    vector = np.eye(1, 8, 3, dtype=np.float32)
    changed = Embedding(TEXT, np.zeros(1, np.int64), vector)
    with store.writing() as writer:
        key = writer.describe(
            figure_key(store), WORDS, [changed], described_by="vlm@1", unverified=["4711"]
        )
        writer.save()
    return key, changed


def test_it_is_found_by_its_new_words_and_vector(stored: Store) -> None:
    before = figure_key(stored)
    key, changed = described(stored)
    assert key > before
    assert [hit.key for hit in stored.search_words("purple staircase", 5)][:1] == [key]
    assert stored.search_pages("purple staircase", 5)[0][1] == 2
    (nearest,) = stored.search_vectors("text", changed.vectors, 1)
    assert nearest.key == key
    assert nearest.score == pytest.approx(1.0)
    assert stored.check() == []


def test_it_keeps_its_place_in_reading_order(stored: Store) -> None:
    key, _ = described(stored)
    [document] = stored.documents()
    in_order = [own for own, _ in stored.elements(document.id)]
    assert in_order[2] == key == max(in_order)
    assert stored.select([document.id]).tolist() == stored.select().tolist() == in_order


def test_what_is_unverified_is_no_word_to_find_it_by(stored: Store) -> None:
    described(stored)
    assert stored.search_words("4711", 5) == []
    assert stored.search_pages("4711", 5) == []


def test_the_rest_of_it_stays(stored: Store) -> None:
    ((_, before, _),) = stored.figures()
    key, _ = described(stored)
    ((now, after, _),) = stored.figures()
    assert now == key
    assert (after.description, after.described_by, after.unverified) == (
        WORDS,
        "vlm@1",
        ("4711",),
    )
    assert (after.id, after.caption, after.image_path) == (
        before.id,
        before.caption,
        before.image_path,
    )
    assert [e.id for _, e in stored.elements(before.document_id)].index(before.id) == 2
    assert stored.labelled([(before.document_id, "Figure 1")]) == {
        (before.document_id, "Figure 1"): [key]
    }
    assert stored.counts().vectors == {"text": 6}


def test_the_next_document_gets_a_key_of_its_own(
    stored: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    key, _ = described(stored)
    with stored.writing() as writer:
        writer.put(make_reading("b.pdf", "beta"), [make_embedding(seed=2)])
    assert min(int(k) for k in stored.select() if k > key) == key + 1
    assert stored.check()[1:] == []  # the cache file is behind, and nothing else


def test_an_open_reader_and_a_fresh_one_agree(stored: Store) -> None:
    reader = Store.open(stored.folder)
    query = np.eye(1, 8, 3, dtype=np.float32)
    reader.search_vectors("text", query, 3)
    key, _ = described(stored)
    assert reader.search_vectors("text", query, 1)[0].key == key
    assert Store.open(stored.folder).search_vectors("text", query, 1)[0].key == key


def test_an_element_that_is_gone(stored: Store, tmp_path: Path) -> None:
    with stored.writing() as writer, pytest.raises(NotFound, match="replaced"):
        writer.describe(999, "words", [])


def test_captions_outlive_their_documents(stored: Store, make_reading: MakeReading) -> None:
    with stored.writing() as writer:
        writer.keep_caption("f1", "vlm@1", "p", "A chart.", 1.5)
        writer.keep_caption("f1", "vlm@1", "p", "A better chart.", 2.0)
        writer.keep_caption("f1", "vlm@2", "p", "Another.", 2.0)
        writer.remove_path(make_reading().document.path)
    assert stored.captions("vlm@1", "p") == {"f1": ("A better chart.", 2.0)}
    assert stored.captions("vlm@1", "q") == {}

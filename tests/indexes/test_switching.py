"""An index is given other models: nothing is lost on the way, and nothing is mixed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.errors import IndexMismatch, StoreError
from ingest.types import Reading

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]
TEXT = Space("text", "test-model@1", 8)
PIXELS = Space("pixels", "test-pixels", 4)
OTHER = Space("text", "other-model@1", 16)
CLIP = Space("clip", "clip@1", 8)


@pytest.fixture
def filled(store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding) -> Store:
    with store.writing() as writer:
        for seed in range(3):
            writer.put(make_reading(f"{seed}.pdf", f"text {seed}"), [make_embedding(seed=seed)])
        writer.save()
    return store


def switch(store: Store, spaces: tuple[Space, ...], make: MakeEmbedding) -> Store:
    new = [space for space in spaces if space not in store.spaces]
    with store.writing() as writer:
        for seed, document in enumerate(store.unfinished(spaces)):
            writer.put_coming(document, [make(space, seed=40 + seed) for space in new])
        writer.switch(spaces)
    store.close()
    return Store.open(store.folder, spaces)


def test_the_old_vectors_answer_until_the_switch(
    filled: Store, make_embedding: MakeEmbedding
) -> None:
    query = make_embedding(seed=1).vectors[:1]
    wanted = filled.search_vectors("text", query, 5)
    first, *_ = filled.unfinished([OTHER])
    with filled.writing() as writer:
        writer.put_coming(first, [make_embedding(OTHER)])
        writer.save()
    assert filled.search_vectors("text", query, 5) == wanted
    assert Store.open(filled.folder).search_vectors("text", query, 5) == wanted
    assert len(filled.unfinished([OTHER])) == 2  # it carries on from here


def test_figure_types_hold_at_once(filled: Store, make_embedding: MakeEmbedding) -> None:
    first, second, _ = filled.unfinished([CLIP])
    with filled.writing() as writer:
        writer.put_coming(first, [make_embedding(CLIP)], {2: "map"})
        writer.put_coming(second, [make_embedding(CLIP)], {2: ""})
    assert filled.figure_types() == {"map": 1, "line chart": 1}
    assert [element.figure_type for _, element in filled.elements(first)][2] == "map"


def test_after_it_the_new_ones_do(filled: Store, make_embedding: MakeEmbedding) -> None:
    spaces = (OTHER, PIXELS, CLIP)
    store = switch(filled, spaces, make_embedding)
    assert store.spaces == spaces
    query = make_embedding(OTHER, seed=41).vectors[2:3]
    (hit,) = store.search_vectors("text", query, 1)
    assert hit.score == pytest.approx(1.0)
    assert hit.key == store.select()[6 + 2]
    assert store.counts().vectors == {"text": 18, "clip": 18}
    with store.writing() as writer:
        writer.save()
    assert store.check() == []
    assert store.unfinished([OTHER, CLIP]) == []


def test_an_open_reader_is_told(filled: Store, make_embedding: MakeEmbedding) -> None:
    reader = Store.open(filled.folder)
    query = make_embedding(seed=1).vectors[:1]
    reader.search_vectors("text", query, 1)
    switch(filled, (OTHER, PIXELS), make_embedding)
    with pytest.raises(IndexMismatch, match="open it again"):
        reader.search_vectors("text", query, 1)


def test_no_switch_before_the_last_document(filled: Store, make_embedding: MakeEmbedding) -> None:
    first, *_ = filled.unfinished([OTHER])
    with filled.writing() as writer:
        writer.put_coming(first, [make_embedding(OTHER)])
        with pytest.raises(StoreError, match="2 documents lack vectors"):
            writer.switch((OTHER, PIXELS))


def test_a_document_edited_meanwhile_is_done_again(
    filled: Store, make_embedding: MakeEmbedding, make_reading: MakeReading
) -> None:
    with filled.writing() as writer:
        for document in filled.unfinished([OTHER]):
            writer.put_coming(document, [make_embedding(OTHER)])
        writer.put(make_reading("0.pdf", "text 0"), [make_embedding(seed=7)])  # read again
        writer.put(make_reading("1.pdf", "edited"), [make_embedding(seed=8)])
    lacking = filled.unfinished([OTHER])
    assert len(lacking) == 2
    assert switch(filled, (OTHER, PIXELS), make_embedding).counts().vectors == {"text": 18}


def test_a_model_that_was_begun_and_given_up_leaves_nothing(
    filled: Store, make_embedding: MakeEmbedding
) -> None:
    with filled.writing() as writer:
        first, *_ = filled.unfinished([OTHER])
        writer.put_coming(first, [make_embedding(OTHER)])
    store = switch(filled, (TEXT, CLIP), make_embedding)
    assert store.counts().vectors == {"text": 18, "clip": 18}


def test_vectors_of_the_wrong_size_are_refused(
    filled: Store, make_embedding: MakeEmbedding
) -> None:
    first, *_ = filled.unfinished([OTHER])
    wrong = Embedding(OTHER, np.arange(6), make_embedding().vectors)
    with filled.writing() as writer, pytest.raises(StoreError, match="not usable"):
        writer.put_coming(first, [wrong])


def test_who_opened_it_before_may_neither_write_nor_read_afterwards(
    filled: Store, make_embedding: MakeEmbedding, make_reading: MakeReading
) -> None:
    same_dim = Space("text", "other-model@1", 8)
    never_searched = Store.open(filled.folder)
    switch(filled, (same_dim, PIXELS), make_embedding)
    assert not never_searched.is_current()
    with pytest.raises(IndexMismatch, match="open it again"):
        never_searched.search_vectors("text", make_embedding(seed=1).vectors[:1], 1)
    with pytest.raises(IndexMismatch, match="open it again"), never_searched.writing() as writer:
        writer.put(make_reading("9.pdf", "nine"), [make_embedding()])
    fresh = Store.open(filled.folder)
    assert fresh.is_current()
    assert len(fresh.documents()) == 3


def test_a_model_more_after_a_stop_does_what_is_lacking(
    filled: Store, make_embedding: MakeEmbedding
) -> None:
    first, *_ = filled.unfinished([CLIP])
    with filled.writing() as writer:
        writer.put_coming(first, [make_embedding(CLIP, seed=3)])
    store = switch(filled, (OTHER, PIXELS, CLIP), make_embedding)
    assert store.counts().vectors == {"text": 18, "clip": 18}
    with store.writing() as writer:
        writer.save()
    assert store.check() == []


def test_a_description_that_changes_meanwhile_is_embedded_again(
    filled: Store, make_embedding: MakeEmbedding
) -> None:
    with filled.writing() as writer:
        for document in filled.unfinished([OTHER]):
            writer.put_coming(document, [make_embedding(OTHER)])
    key, figure, document = filled.figures()[0]
    changed = Embedding(TEXT, np.zeros(1, np.int64), np.eye(1, 8, dtype=np.float32))
    with filled.writing() as writer:
        writer.describe(key, "Another description.", [changed], described_by="vlm@1")
    assert filled.unfinished([OTHER]) == [figure.document_id]
    assert switch(filled, (OTHER, PIXELS), make_embedding).counts().vectors == {"text": 18}

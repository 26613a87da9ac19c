"""The modality gap: planted here, seen by raw cosine, closed by centring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from indexes import catalog
from indexes.centring import PRIOR, QUERY, centred, distance, read_centres
from indexes.store import Store
from indexes.types import Embedding, Keys, Modality, Space, Vectors
from ingest.types import Reading

MakeReading = Callable[..., Reading]

DIM, DOCUMENTS, EACH = 32, 8, 6
CLIP = Space("clip", "test-clip@1", DIM)
FIGURE = 4  # its position in a reading


def unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class Gap:
    """Meanings, each with a text vector and a pixel vector far apart: two cones around two axes."""

    def __init__(self, count: int) -> None:
        random = np.random.default_rng(5)
        self.meanings = unit(random.normal(size=(count, DIM)))
        self.axes = unit(random.normal(size=(2, DIM)))

    def texts(self, meanings: Vectors) -> Vectors:
        return unit(meanings + 3.0 * self.axes[0])

    def pixels(self, meanings: Vectors) -> Vectors:
        return unit(meanings + 3.0 * self.axes[1])


def embedding(vectors: Vectors, owners: Keys, modality: Modality) -> Embedding:
    return Embedding(CLIP, owners, vectors, modality)


@pytest.fixture
def gap() -> Gap:
    return Gap(DOCUMENTS * EACH)


@pytest.fixture
def store(tmp_path: Path, make_reading: MakeReading, gap: Gap) -> Store:
    """Eight documents of six elements; each element has a text vector and a pixel vector."""
    store = Store.create(tmp_path / ".rag", (CLIP,))
    with store.writing() as writer:
        for number in range(DOCUMENTS):
            put(writer, make_reading, gap, number)
        writer.save()
    return store


def put(writer: object, make_reading: MakeReading, gap: Gap, number: int, name: str = "") -> None:
    reading = make_reading(name or f"{number}.pdf", f"text {number}")
    own = gap.meanings[EACH * number : EACH * (number + 1)]
    # Texts of even elements, pixels of odd ones: partners are in different modalities.
    even, odd = np.arange(0, EACH, 2), np.arange(1, EACH, 2)
    writer.put(  # type: ignore[attr-defined]
        reading,
        [
            embedding(gap.texts(own[even]), even, "text"),
            embedding(gap.pixels(own[odd]), odd, "pixels"),
        ],
    )


def test_raw_cosine_ranks_one_modality_above_the_other(gap: Gap) -> None:
    meanings = gap.meanings
    query = gap.texts(meanings[1:2])
    stored = np.concatenate([gap.texts(meanings[0::2]), gap.pixels(meanings[1::2])])
    order = np.argsort(-(stored @ query.T)[:, 0])
    assert set(order[: len(stored) // 2]) == set(range(len(stored) // 2))  # texts all come first


def test_a_text_finds_its_picture_and_a_picture_its_text(store: Store, gap: Gap) -> None:
    keys = store.select()
    found = 0
    for at in range(1, len(gap.meanings), 2):
        hits = store.search_vectors("clip", gap.texts(gap.meanings[at : at + 1]), 1)
        found += hits[0].key == keys[at]
    for at in range(0, len(gap.meanings), 2):
        query = gap.pixels(gap.meanings[at : at + 1])
        hits = store.search_vectors("clip", query, 1, modality="pixels")
        found += hits[0].key == keys[at]
    assert found >= 0.95 * len(gap.meanings)


def test_scores_are_cosines_of_centred_vectors(store: Store, gap: Gap) -> None:
    centres = centres_of(store)
    query = centred(gap.texts(gap.meanings[3:4]), centres[QUERY])
    pictures = centred(gap.pixels(gap.meanings[1::2]), centres["pixels"])
    texts = centred(gap.texts(gap.meanings[0::2]), centres["text"])
    best = float(np.concatenate([pictures, texts]).dot(query[0]).max())
    (hit,) = store.search_vectors("clip", gap.texts(gap.meanings[3:4]), 1)
    assert hit.score == pytest.approx(best, abs=1e-5)


def test_sums_follow_what_is_stored_edited_and_removed(
    store: Store, make_reading: MakeReading, gap: Gap
) -> None:
    with store.writing() as writer:
        writer.remove_path(make_reading("3.pdf", "text 3").document.path)
        reading = make_reading("2.pdf", "other bytes")
        writer.put(reading, [embedding(gap.texts(gap.meanings[:1]), np.zeros(1, int), "text")])
        writer.save()
    with store._reading() as connection:
        rows = connection.execute(select(catalog.vectors.c.modality, catalog.vectors.c.data)).all()
        centres = read_centres(connection, "clip")
    for modality in ("text", "pixels"):
        own = [np.frombuffer(data, np.float32) for name, data in rows if name == modality]
        wanted = np.sum(own, axis=0, dtype=np.float64) / (len(own) + PRIOR)
        np.testing.assert_allclose(centres[modality], wanted, atol=1e-6)


def test_a_fresh_reader_finds_what_the_writer_finds(store: Store, gap: Gap) -> None:
    query = gap.texts(gap.meanings[5:6])
    wanted = [(hit.key, hit.score) for hit in store.search_vectors("clip", query, 9)]
    fresh = Store.open(store.folder)
    assert [(h.key, h.score) for h in fresh.search_vectors("clip", query, 9)] == wanted
    (store.folder / "vectors" / "clip.faiss").unlink()
    again = Store.open(store.folder)
    remade = [(h.key, h.score) for h in again.search_vectors("clip", query, 9)]
    assert [key for key, _ in remade] == [key for key, _ in wanted]
    np.testing.assert_allclose([s for _, s in remade], [s for _, s in wanted], atol=1e-5)


def test_one_modality_is_left_as_it_is(tmp_path: Path, make_reading: MakeReading, gap: Gap) -> None:
    store = Store.create(tmp_path / "one" / ".rag", (CLIP,))
    with store.writing() as writer:
        vectors = gap.texts(gap.meanings[:EACH])
        writer.put(make_reading("a.pdf"), [embedding(vectors, np.arange(EACH), "text")])
    (hit,) = store.search_vectors("clip", vectors[2:3], 1)
    assert hit.score == pytest.approx(1.0, abs=1e-5)
    assert not centres_of(store)


def test_a_lone_picture_keeps_its_direction(gap: Gap) -> None:
    alone = gap.pixels(gap.meanings[:1])
    centre = alone[0] / (1 + PRIOR)
    np.testing.assert_allclose(centred(alone, centre), alone, atol=1e-6)


def test_distance_of_centres() -> None:
    left = {"text": np.array([0.0, 0.0], np.float32), "pixels": np.array([1.0, 0.0], np.float32)}
    right = {"text": np.array([0.3, 0.4], np.float32), "pixels": np.array([1.0, 0.0], np.float32)}
    assert distance(left, left) == 0.0
    assert distance(left, right) == pytest.approx(0.5)
    assert distance(left, {}) == float("inf")


def centres_of(store: Store) -> dict[str, Vectors]:
    with store._reading() as connection:
        return read_centres(connection, "clip")


# The text channel's space holds the texts, the other space only pixels.

TEXT = Space("text", "test-text@1", DIM)


@pytest.fixture
def apart(tmp_path: Path, make_reading: MakeReading, gap: Gap) -> Store:
    """Even elements have a vector in the space of texts, odd ones in that of pixels."""
    store = Store.create(tmp_path / ".apart", (TEXT, CLIP))
    with store.writing() as writer:
        for number in range(DOCUMENTS):
            own = gap.meanings[EACH * number : EACH * (number + 1)]
            even, odd = np.arange(0, EACH, 2), np.arange(1, EACH, 2)
            texts = Embedding(TEXT, even, gap.texts(own[even]))
            pixels = embedding(gap.pixels(own[odd]), odd, "pixels")
            writer.put(make_reading(f"{number}.pdf", f"text {number}"), [texts, pixels])
        writer.save()
    return store


@pytest.mark.parametrize(
    ("made_from", "home", "searched"), [("text", TEXT, CLIP), ("pixels", CLIP, TEXT)]
)
def test_a_query_from_another_space_is_freed_of_its_mean(
    apart: Store, gap: Gap, made_from: Modality, home: Space, searched: Space
) -> None:
    cone = gap.texts if made_from == "text" else gap.pixels
    held = np.arange(1, len(gap.meanings), 2) if searched == CLIP else np.arange(0, 48, 2)
    keys = apart.select().tolist()
    # What each element means, with a fifth of noise: its partner is to come first.
    noise = np.random.default_rng(3).normal(size=gap.meanings.shape) / np.sqrt(DIM)
    queries = cone(unit(gap.meanings + 0.2 * noise))

    def right(of: str | None) -> int:
        return sum(
            apart.search_vectors(searched.name, queries[at : at + 1], 1, None, made_from, of)[0].key
            == keys[at]
            for at in held.tolist()
        )

    assert right(home.name) == len(held) > right(None) + 5
    mean = shrunk_mean(gap, cone, home)
    (hit,) = apart.search_vectors(searched.name, queries[held[:1]], 1, None, made_from, home.name)
    stored = (gap.pixels if searched == CLIP else gap.texts)(gap.meanings[held[:1]])
    assert hit.score == pytest.approx(
        float((centred(queries[held[:1]], mean) @ stored.T)[0, 0]), abs=1e-5
    )


def shrunk_mean(gap: Gap, cone: Callable[[Vectors], Vectors], home: Space) -> Vectors:
    """The shrunk mean of what a space holds."""
    own = gap.meanings[np.arange(0 if home == TEXT else 1, len(gap.meanings), 2)]
    held = cone(own)
    return np.asarray(held.sum(axis=0) / (len(held) + PRIOR), np.float32)


def test_the_own_space_of_one_modality_is_left_as_it_is(apart: Store, gap: Gap) -> None:
    query = gap.pixels(gap.meanings[1:2])
    (hit,) = apart.search_vectors("clip", query, 1, None, "pixels", "clip")
    assert hit.score == pytest.approx(1.0, abs=1e-5)


def test_the_means_follow_what_is_removed(apart: Store) -> None:
    with apart.writing() as writer:
        for document in apart.documents():
            writer.remove_document(document.id)
    with apart._engine.connect() as connection:
        assert connection.execute(select(catalog.modalities)).all() == []

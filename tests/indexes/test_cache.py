"""The vector cache follows the catalogue, and no bad file can mislead it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexes.faiss_kinds import KINDS
from indexes.store import Store
from indexes.types import Embedding, Space, Vectors
from ingest.types import Reading

TEXT = Space("text", "test-model@1", 8)

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]


@pytest.fixture
def query(make_embedding: MakeEmbedding) -> Vectors:
    return make_embedding(seed=9).vectors[:1]


@pytest.fixture
def saved(store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding) -> Path:
    with store.writing() as writer:
        for seed in range(4):
            writer.put(make_reading(f"{seed}.pdf", f"text {seed}"), [make_embedding(seed=seed)])
        writer.save()
    return store.folder / "vectors" / "text.faiss"


def found(folder: Path, query: Vectors) -> list[tuple[int, float]]:
    """What a reader that has just opened the index finds."""
    store = Store.open(folder)
    hits = store.search_vectors("text", query, 7)
    store.close()
    return [(hit.key, hit.score) for hit in hits]


def same(left: list[tuple[int, float]], right: list[tuple[int, float]]) -> bool:
    return [key for key, _ in left] == [key for key, _ in right] and np.allclose(
        [score for _, score in left], [score for _, score in right]
    )


def test_the_file_gives_what_the_catalogue_gives(store: Store, saved: Path, query: Vectors) -> None:
    from_file = found(store.folder, query)
    saved.unlink()
    assert same(found(store.folder, query), from_file)
    assert same([(h.key, h.score) for h in store.search_vectors("text", query, 7)], from_file)


@pytest.mark.parametrize("damage", [b"", b"junk", b"rag vectors 1\n{}\n"])
def test_a_damaged_file_is_made_again(
    store: Store, saved: Path, query: Vectors, damage: bytes
) -> None:
    wanted = found(store.folder, query)
    saved.write_bytes(damage)
    assert same(found(store.folder, query), wanted)
    with store.writing() as writer:
        writer.save()
    assert store.check() == []


def test_the_file_of_another_index_is_not_used(
    store: Store,
    saved: Path,
    query: Vectors,
    tmp_path: Path,
    spaces: tuple[Space, Space],
    make_reading: MakeReading,
    make_embedding: MakeEmbedding,
) -> None:
    wanted = found(store.folder, query)
    other = Store.create(tmp_path / "other", spaces)
    with other.writing() as writer:
        for seed in range(4):
            writer.put(
                make_reading(f"{seed}.pdf", f"text {seed}"), [make_embedding(seed=seed + 50)]
            )
        writer.save()
    shutil.copy(tmp_path / "other" / "vectors" / "text.faiss", saved)
    assert any("another index" in problem for problem in store.check())
    assert same(found(store.folder, query), wanted)


@pytest.mark.parametrize("save_between", [False, True])
def test_an_old_file_is_brought_up_to_date(
    store: Store,
    saved: Path,
    query: Vectors,
    make_reading: MakeReading,
    make_embedding: MakeEmbedding,
    save_between: bool,
) -> None:
    old, reader = saved.read_bytes(), Store.open(store.folder)
    reader.search_vectors("text", query, 7)
    with store.writing() as writer:
        writer.remove_path(make_reading("1.pdf", "text 1").document.path)
        writer.put(make_reading("0.pdf", "edited"), [make_embedding(seed=20)])
        if save_between:  # what was removed is not remembered any longer: a full rebuild
            writer.save()
        writer.put(make_reading("9.pdf", "new"), [make_embedding(seed=21)])
    saved.unlink()
    wanted = found(store.folder, query)
    assert same([(h.key, h.score) for h in reader.search_vectors("text", query, 7)], wanted)
    saved.write_bytes(old)
    assert same(found(store.folder, query), wanted)


def test_a_file_ahead_of_the_catalogue_is_not_used(
    store: Store,
    saved: Path,
    query: Vectors,
    make_reading: MakeReading,
    make_embedding: MakeEmbedding,
    tmp_path: Path,
) -> None:
    """As when the catalogue comes back from a backup and the caches do not."""
    store.close()
    backup = tmp_path / "backup.sqlite"
    shutil.copy(store.folder / "catalog.sqlite", backup)
    wanted = found(store.folder, query)
    with store.writing() as writer:
        writer.put(make_reading("0.pdf", "edited"), [make_embedding(seed=20)])
        writer.save()
    store.close()
    shutil.copy(backup, store.folder / "catalog.sqlite")
    assert same(found(store.folder, query), wanted)


def many(space: Space, seed: int, per_element: int) -> Embedding:
    """So many vectors of each of six elements."""
    vectors = np.random.default_rng(seed).standard_normal((6 * per_element, space.dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Embedding(space, np.arange(6).repeat(per_element), vectors.astype(np.float32))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_finds_the_same(
    store: Store, query: Vectors, make_reading: MakeReading, kind: str
) -> None:
    """12,000 vectors, from which on "ivf" and "ivfpq" are approximate; then a few changes."""
    with store.writing() as writer:
        for seed in range(20):
            writer.put(make_reading(f"{seed}.pdf", f"text {seed}"), [many(TEXT, seed, 100)])
    among = np.array([hit.key for hit in store.search_vectors("text", query, 40)][20:])
    reader = Store.open(store.folder, kind=kind)

    def compare() -> None:
        for keys in (None, among):
            wanted = store.search_vectors("text", query, 10, keys)
            hits = reader.search_vectors("text", query, 10, keys)
            true = {hit.key: hit.score for hit in wanted}
            scores = {hit.key: hit.score for hit in hits if hit.key in true}
            assert len(scores) >= (10 if kind in ("auto", "flat") else 8)
            assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
            tolerance = 2e-3 if kind == "flat16" else 1e-6  # codes' scores are computed again
            assert scores == pytest.approx({key: true[key] for key in scores}, abs=tolerance)

    compare()
    with store.writing() as writer:
        writer.remove_path(make_reading("3.pdf", "text 3").document.path)
        writer.put(make_reading("5.pdf", "edited"), [many(TEXT, 50, 1)])
        writer.put(make_reading("new.pdf", "new"), [many(TEXT, 51, 2)])
    compare()
    reader.close()


def test_the_file_of_another_kind_is_not_used(store: Store, saved: Path, query: Vectors) -> None:
    wanted, kept = found(store.folder, query), saved.read_bytes()
    other = Store.open(store.folder, kind="flat16")
    assert any("another kind" in problem for problem in other.check())
    hits = [(hit.key, hit.score) for hit in other.search_vectors("text", query, 7)]
    assert [key for key, _ in hits] == [key for key, _ in wanted]
    assert saved.read_bytes() == kept
    with other.writing() as writer:
        writer.save()
    assert other.check() == []
    assert any("another kind" in problem for problem in store.check())
    other.close()


@pytest.mark.parametrize("kind", ["ivf", "ivfpq"])
def test_an_index_that_has_grown_is_made_anew(
    store: Store, query: Vectors, make_reading: MakeReading, kind: str
) -> None:
    growing = Store.open(store.folder, kind=kind)
    for seed, per_element in enumerate((2_000, 10_000, 1)):
        with growing.writing() as writer:
            writer.put(make_reading(f"{seed}.pdf", f"{seed}"), [many(TEXT, seed, per_element)])
            writer.save()
    assert growing._caches["text"]._index.lists == 1024  # type: ignore[union-attr]
    wanted = store.search_vectors("text", query, 10)
    hits = growing.search_vectors("text", query, 10)
    assert [hit.key for hit in hits] == [hit.key for hit in wanted]
    growing.close()

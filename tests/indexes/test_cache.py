"""The vector cache follows the catalogue, and no bad file can mislead it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexes.store import Store
from indexes.types import Embedding, Space, Vectors
from ingest.types import Reading

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

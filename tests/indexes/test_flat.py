"""One contract for every vector index, with values from plain loops over the vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from indexes.faiss_index import FaissIndex
from indexes.flat import FlatIndex, best_per_key
from indexes.types import Keys, Space, VectorIndex, Vectors

SPACE = Space("text", "test-model", 16)
Loaded = Callable[[Path], VectorIndex]


@pytest.fixture(params=["flat", "faiss"])
def index(request: pytest.FixtureRequest) -> VectorIndex:
    return FlatIndex(SPACE) if request.param == "flat" else FaissIndex(SPACE)


def unit(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, SPACE.dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def expected(
    query: Vectors, keys: Sequence[int], vectors: Vectors, k: int, among: Sequence[int] | None
) -> list[tuple[int, float]]:
    """The oracle's oracle: best score of each key, one dot product at a time."""
    best: dict[int, float] = {}
    for key, vector in zip(keys, vectors, strict=True):
        score = float(sum(a * b for a, b in zip(query.tolist(), vector.tolist(), strict=True)))
        if among is None or key in among:
            best[key] = max(best.get(key, -2.0), score)
    return sorted(best.items(), key=lambda item: -item[1])[:k]


def assert_same(found: tuple[Vectors, Keys], wanted: list[list[tuple[int, float]]], k: int) -> None:
    scores, keys = found
    assert scores.shape == keys.shape == (len(wanted), k)
    assert scores.dtype == np.float32
    assert keys.dtype == np.int64
    for row_scores, row_keys, row in zip(scores, keys, wanted, strict=True):
        assert row_keys.tolist() == [key for key, _ in row] + [-1] * (k - len(row))
        assert row_scores[: len(row)] == pytest.approx([score for _, score in row], abs=1e-6)
        assert np.isneginf(row_scores[len(row) :]).all()


@pytest.mark.parametrize("k", [1, 7, 90, 400])
def test_search_finds_the_closest(index: VectorIndex, k: int) -> None:
    keys, vectors, queries = np.arange(300) * 7 + 3, unit(300), unit(3, seed=1)
    index.add(keys, vectors)
    assert len(index) == 300
    wanted = [expected(query, keys.tolist(), vectors, k, None) for query in queries]
    assert_same(index.search(queries, k), wanted, k)


@pytest.mark.parametrize("k", [1, 5, 40])
def test_a_key_with_several_vectors_counts_once_by_its_best(index: VectorIndex, k: int) -> None:
    keys = np.random.default_rng(2).integers(0, 30, 200)
    keys[:90] = 5  # one long table: more vectors than any search asks for
    vectors, queries = unit(200), unit(4, seed=1)
    index.add(keys[:120], vectors[:120])
    index.add(keys[120:], vectors[120:])
    wanted = [expected(query, keys.tolist(), vectors, k, None) for query in queries]
    assert_same(index.search(queries, k), wanted, k)


@pytest.mark.parametrize("chosen", [[], [4], [4, 9, 10_000], list(range(0, 100, 3)), [1 << 40]])
def test_search_among_some_keys(index: VectorIndex, chosen: list[int]) -> None:
    keys, vectors, queries = np.arange(100) % 60, unit(100), unit(2, seed=1)
    index.add(keys, vectors)
    index.add(np.array([1 << 40]), unit(1, seed=3))
    all_keys, all_vectors = [*keys.tolist(), 1 << 40], np.concatenate([vectors, unit(1, seed=3)])
    wanted = [expected(query, all_keys, all_vectors, 10, chosen) for query in queries]
    assert_same(index.search(queries, 10, np.array(chosen, np.int64)), wanted, 10)


def test_removed_keys_are_gone_with_all_their_vectors(index: VectorIndex) -> None:
    keys, vectors, queries = np.arange(100) % 40, unit(100), unit(2, seed=1)
    index.add(keys, vectors)
    index.remove(np.array([3, 17, 39, 555]))
    kept = ~np.isin(keys, [3, 17, 39])
    assert len(index) == kept.sum()
    wanted = [expected(query, keys[kept].tolist(), vectors[kept], 8, None) for query in queries]
    assert_same(index.search(queries, 8), wanted, 8)
    index.remove(np.empty(0, np.int64))
    index.add(np.array([3]), queries[:1])
    assert index.search(queries[:1], 1)[1].tolist() == [[3]]


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert_same(index.search(unit(2), 3), [[], []], 3)
    assert_same(index.search(unit(2), 3, np.array([1, 2])), [[], []], 3)
    index.add(np.array([1]), unit(1))
    index.remove(np.array([1]))
    assert_same(index.search(unit(1), 3), [[]], 3)


def test_wrong_shapes_are_refused(index: VectorIndex) -> None:
    with pytest.raises(ValueError, match="wants"):
        index.add(np.arange(2), unit(3))
    with pytest.raises(ValueError, match="wants"):
        index.add(np.arange(3), unit(3)[:, :4])


def test_saved_and_loaded_it_finds_the_same(index: VectorIndex, tmp_path: Path) -> None:
    keys, vectors, queries = np.arange(50) % 20, unit(50), unit(3, seed=1)
    index.add(keys, vectors)
    before = index.search(queries, 5)
    path = tmp_path / "saved"
    index.save(path)
    loaded: VectorIndex
    if isinstance(index, FaissIndex):
        loaded, _ = FaissIndex.load(path, SPACE)
    else:
        loaded = FlatIndex.load(path, SPACE)
    assert len(loaded) == 50
    after = loaded.search(queries, 5)
    assert np.array_equal(after[0], before[0])
    assert np.array_equal(after[1], before[1])
    loaded.remove(np.arange(19))
    assert loaded.search(queries, 5)[1][:, 0].tolist() == [19, 19, 19]


def test_best_per_key_orders_equal_scores_by_key() -> None:
    scores, keys = np.array([0.5, 0.9, 0.5, 0.1], np.float32), np.array([8, 2, 4, 2])
    best, best_keys = best_per_key(scores, keys, 3)
    assert best_keys.tolist() == [2, 4, 8]
    assert best.tolist() == pytest.approx([0.9, 0.5, 0.5])

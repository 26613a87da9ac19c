"""Every kind of FAISS index on GPUs, beside the exact oracle. Skipped where FAISS sees no GPU."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from indexes.faiss_index import FaissIndex
from indexes.faiss_kinds import KINDS
from indexes.flat import FlatIndex
from indexes.types import Keys, Space, Vectors

pytestmark = pytest.mark.gpu

SPACE = Space("text", "test-model", 32)
COUNT, K = 20_000, 10
RECALL = {"auto": 0.998, "flat": 0.998, "flat16": 0.97, "ivf": 0.93, "ivfpq": 0.6}
SCORES = {"auto": 1e-4, "flat": 1e-4, "flat16": 2e-3, "ivf": 1e-4, "ivfpq": 0.5}


@pytest.fixture(autouse=True, scope="module")
def _gpu() -> None:
    faiss = pytest.importorskip("faiss")
    if not hasattr(faiss, "StandardGpuResources") or not faiss.get_num_gpus():
        pytest.skip("FAISS sees no GPU")


def clustered(count: int, seed: int) -> Vectors:
    centres = np.random.default_rng(0).standard_normal((400, SPACE.dim))
    random = np.random.default_rng(seed)
    spread = random.uniform(0.5, 1.5, (count, 1))
    noise = random.standard_normal((count, SPACE.dim))
    vectors = centres[random.integers(0, 400, count)] + spread * noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


KEYS = np.random.default_rng(3).permutation(COUNT) % 15_000 * 3
VECTORS = clustered(COUNT, seed=1)
QUERIES = clustered(50, seed=2)


def recall(found: Keys, wanted: Keys) -> float:
    pairs = zip(found, wanted, strict=True)
    return float(np.mean([len(set(row) & set(best)) / len(best) for row, best in pairs]))


def assert_alike(kind: str, index: FaissIndex, oracle: FlatIndex, queries: Vectors) -> None:
    assert len(index) == len(oracle)
    (scores, keys), (best, best_keys) = (each.search(queries, K) for each in (index, oracle))
    assert recall(keys, best_keys) >= RECALL[kind]
    if kind in ("auto", "flat", "flat16"):
        assert scores == pytest.approx(best, abs=SCORES[kind])
    for row, row_keys, row_best, row_best_keys in zip(scores, keys, best, best_keys, strict=True):
        same, where, where_best = np.intersect1d(row_keys, row_best_keys, return_indices=True)
        assert len(same)
        assert row[where] == pytest.approx(row_best[where_best], abs=SCORES[kind])


@pytest.mark.parametrize("device", ["cuda", "cuda:all"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_gpu_keeps_up_with_the_changes(kind: str, device: str) -> None:
    index, oracle = FaissIndex(SPACE, device, kind), FlatIndex(SPACE)
    for start in range(0, COUNT, 4_000):  # flat, with lists, and added to a copy that is there
        part = slice(start, start + 4_000)
        for each in (index, oracle):
            each.add(KEYS[part], VECTORS[part])
        assert_alike(kind, index, oracle, QUERIES)
    gone = np.unique(oracle.search(QUERIES, 3)[1])
    for each in (index, oracle):
        each.remove(gone)
    assert not np.isin(index.search(QUERIES, K)[1], gone).any()
    assert_alike(kind, index, oracle, QUERIES)
    for each in (index, oracle):
        each.add(gone, VECTORS[: len(gone)])
    assert_alike(kind, index, oracle, QUERIES)


@pytest.mark.parametrize("kind", ["flat", "flat16", "ivf"])
def test_what_a_gpu_cannot_do_the_cpu_does(kind: str) -> None:
    index, oracle = FaissIndex(SPACE, "cuda", kind), FlatIndex(SPACE)
    for each in (index, oracle):
        each.add(KEYS, VECTORS)
    among = np.unique(KEYS)[::7]
    got, wanted = index.search(QUERIES, K, among), oracle.search(QUERIES, K, among)
    assert recall(got[1], wanted[1]) >= RECALL[kind]
    assert set(index.search(QUERIES[:1], 15_001)[1][0]) == {*np.unique(KEYS), -1}
    assert index.search(QUERIES[:1], 2_000)[0] == pytest.approx(
        oracle.search(QUERIES[:1], 2_000)[0], abs=0.05 if kind == "ivf" else SCORES[kind]
    )


def test_empty_on_a_gpu() -> None:
    index = FaissIndex(SPACE, "cuda")
    assert (index.search(QUERIES, K)[1] == -1).all()
    index.add(KEYS[:3], VECTORS[:3])
    assert (index.search(QUERIES[:1], K)[1][0] >= 0).sum() == 3
    index.remove(KEYS[:3])
    assert (index.search(QUERIES, K)[1] == -1).all()


def test_threads_share_a_gpu() -> None:
    first, second = FaissIndex(SPACE, "cuda"), FaissIndex(SPACE, "cuda", "flat16")
    for index in (first, second):
        index.add(KEYS, VECTORS)
    wanted = [index.search(QUERIES, K)[1] for index in (first, second)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda index: index.search(QUERIES, K)[1], [first, second] * 40))
    assert all(np.array_equal(keys, wanted[n % 2]) for n, keys in enumerate(found))


def test_many_vectors_go_to_the_gpu_by_themselves() -> None:
    index, oracle = FaissIndex(SPACE, "auto", "flat"), FlatIndex(SPACE)
    vectors = clustered(100_000, seed=4)
    for each in (index, oracle):
        each.add(np.arange(100_000), vectors)
    wanted = oracle.search(QUERIES[:1], K)
    for _ in range(12):  # the CPU, then the GPU
        scores, keys = index.search(QUERIES[:1], K)
        assert np.array_equal(keys, wanted[1])
        assert scores == pytest.approx(wanted[0], abs=1e-4)

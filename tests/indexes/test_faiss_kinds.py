"""Every kind of FAISS index beside the exact oracle, on the CPU."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from indexes import faiss_kinds
from indexes.faiss_index import FaissIndex
from indexes.flat import FlatIndex
from indexes.types import Keys, Space, Vectors
from ingest.errors import ConfigError, IndexCorrupt

SPACE = Space("text", "test-model", 32)
COUNT, K = 20_000, 10
EXACT = ("auto", "flat")
RECALL = {"auto": 1.0, "flat": 1.0, "flat16": 0.97, "ivf": 0.95, "ivfpq": 0.6}
SCORES = {"auto": 1e-6, "flat": 1e-6, "flat16": 2e-3, "ivf": 1e-6, "ivfpq": 0.5}

Fresh = Callable[[], FaissIndex]


def clustered(count: int, seed: int, dim: int = SPACE.dim) -> Vectors:
    """Unit vectors around 400 centres, some closely, some loosely."""
    centres = np.random.default_rng(0).standard_normal((400, dim))
    random = np.random.default_rng(seed)
    spread = random.uniform(0.5, 1.5, (count, 1))
    vectors = centres[random.integers(0, 400, count)] + spread * random.standard_normal(
        (count, dim)
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


KEYS = np.random.default_rng(3).permutation(COUNT) % 15_000 * 3  # every third key owns two vectors
VECTORS = clustered(COUNT, seed=1)
QUERIES = clustered(50, seed=2)


@pytest.fixture(params=faiss_kinds.KINDS, scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def fresh(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Gives an index of the kind, made once, and read from its file at each call."""
    path = tmp_path_factory.mktemp(kind) / "index"
    index = FaissIndex(SPACE, kind=kind)
    index.add(KEYS, VECTORS)
    index.save(path)
    return lambda: FaissIndex.load(path, SPACE, kind=kind)[0]


@pytest.fixture
def oracle() -> FlatIndex:
    index = FlatIndex(SPACE)
    index.add(KEYS, VECTORS)
    return index


def recall(found: Keys, wanted: Keys) -> float:
    pairs = zip(found, wanted, strict=True)
    return float(np.mean([len(set(row) & set(best)) / len(best) for row, best in pairs]))


def assert_alike(
    kind: str, got: tuple[Vectors, Keys], wanted: tuple[Vectors, Keys], least: float = 0.0
) -> None:
    """The keys of exact kinds are the oracle's; scores of others are true for the keys found."""
    assert recall(got[1], wanted[1]) >= (least or RECALL[kind])
    assert (np.diff(got[0], axis=1) <= 0).all()
    if kind in EXACT:
        assert np.array_equal(got[1], wanted[1])
    shared = [
        (scores[keys == key][0], best[best_keys == key][0])
        for scores, keys, best, best_keys in zip(*got, *wanted, strict=True)
        for key in keys[np.isin(keys, best_keys)]
    ]
    values = np.array(shared)
    assert np.abs(values[:, 0] - values[:, 1]).max() <= SCORES[kind]


def test_kinds_are_made_as_documented() -> None:
    lists = {kind: faiss_kinds.lists_for(kind, 9_999) for kind in faiss_kinds.KINDS}
    assert lists == dict.fromkeys(faiss_kinds.KINDS, 1)
    lists = {kind: faiss_kinds.lists_for(kind, 999_999) for kind in faiss_kinds.KINDS}
    assert lists == {"auto": 1, "flat": 1, "flat16": 1, "ivf": 2048, "ivfpq": 2048}
    assert faiss_kinds.lists_for("auto", 1_000_000) == 2048
    assert faiss_kinds.lists_for("auto", 10_000_000) == 8192
    for count in (10_000, 16_384, 20_000, 70_000, 1 << 20):
        lists_now, sample = (
            faiss_kinds.lists_for("ivf", count),
            faiss_kinds.sample_for("ivf", count),
        )
        assert 39 * lists_now <= sample <= count
    assert faiss_kinds.sample_for("auto", 999_999) == 0
    with pytest.raises(ConfigError, match=r"'hnsw'.*ivfpq"):
        FaissIndex(SPACE, kind="hnsw")


def test_search_finds_what_the_oracle_finds(kind: str, fresh: Fresh, oracle: FlatIndex) -> None:
    index = fresh()
    assert len(index) == COUNT
    assert index.lists == (512 if kind.startswith("ivf") else 1)
    assert_alike(kind, index.search(QUERIES, K), oracle.search(QUERIES, K))


def test_rough_scores_name_the_right_candidates(kind: str, fresh: Fresh, oracle: FlatIndex) -> None:
    """The cache computes the scores of "ivfpq" again, of four times as many keys."""
    index = fresh()
    assert index.scores_are_rough == (kind == "ivfpq")
    candidates, wanted = index.search(QUERIES, 4 * K)[1], oracle.search(QUERIES, K)[1]
    kept = [np.isin(best, row).mean() for best, row in zip(wanted, candidates, strict=True)]
    assert np.mean(kept) >= 0.95


@pytest.mark.parametrize("share", [2, 10, 100])
def test_a_filter_leaves_the_closest_of_the_rest(
    kind: str, fresh: Fresh, oracle: FlatIndex, share: int
) -> None:
    among = np.unique(KEYS)[::share]
    got, wanted = fresh().search(QUERIES, K, among), oracle.search(QUERIES, K, among)
    assert np.isin(got[1], among).all()
    assert_alike(kind, got, wanted)
    if kind == "ivf":
        assert np.array_equal(got[1], wanted[1])


@pytest.mark.parametrize("size", [1, 7, 300])
def test_few_keys_are_all_found_however_far(
    kind: str, fresh: Fresh, oracle: FlatIndex, size: int
) -> None:
    """None of them is in the lists near the query."""
    query = QUERIES[:1]
    _, by_distance = oracle.search(query, 15_000)
    among = by_distance[0, -size:]
    got, wanted = fresh().search(query, size + 2, among), oracle.search(query, size + 2, among)
    assert sorted(got[1][0, :size]) == sorted(among)
    assert got[1][0, size:].tolist() == [-1, -1]
    assert np.isneginf(got[0][0, size:]).all()
    if kind != "ivfpq":
        assert got[0][0, :size] == pytest.approx(wanted[0][0, :size], abs=SCORES[kind])


def test_a_filter_far_from_the_query_changes_nothing(
    kind: str, fresh: Fresh, oracle: FlatIndex
) -> None:
    """Half the keys; those in the lists near the query are not the closest of them."""
    query = QUERIES[:1]
    among = oracle.search(query, 15_000)[1][0, -7_000:]
    got, wanted = fresh().search(query, K, among), oracle.search(query, K, among)
    if kind == "ivfpq":
        assert np.isin(got[1], among).all()
    else:
        assert got[0] == pytest.approx(wanted[0], abs=SCORES[kind])


def test_a_filter_of_very_many_keys_is_approximate_too() -> None:
    space, vectors, keys = Space("text", "m", 8), clustered(150_000, 5, 8), np.arange(150_000)
    index, exact = FaissIndex(space, kind="ivf"), FlatIndex(space)
    for each in (index, exact):
        each.add(keys, vectors)
    queries = clustered(20, 6, 8)
    among = keys[np.random.default_rng(0).permutation(150_000)[:110_000]]
    assert recall(index.search(queries, K, among)[1], exact.search(queries, K, among)[1]) >= 0.95
    far = np.argsort(vectors @ queries[0])[:110_000]
    assert np.isin(index.search(queries[:1], K, far)[1], far).all()  # K of them, all the same


def test_no_key_is_chosen(fresh: Fresh) -> None:
    for among in (np.empty(0, np.int64), np.array([1, 1 << 40])):
        scores, keys = fresh().search(QUERIES, K, among)
        assert (keys == -1).all()
        assert np.isneginf(scores).all()


def test_removed_keys_are_gone(kind: str, fresh: Fresh, oracle: FlatIndex) -> None:
    index, gone = fresh(), np.unique(oracle.search(QUERIES, 3)[1])
    for each in (index, oracle):
        each.remove(np.append(gone, 1_000_001))
    assert len(index) == len(oracle) < COUNT - len(gone)
    got = index.search(QUERIES, K)
    assert not np.isin(got[1], gone).any()
    assert_alike(kind, got, oracle.search(QUERIES, K))
    index.add(gone, np.repeat(QUERIES[:1], len(gone), axis=0))
    assert set(index.search(QUERIES[:1], len(gone))[1][0]) == set(gone)
    index.remove(np.unique(KEYS))
    assert len(index) == 0
    assert (index.search(QUERIES, K)[1] == -1).all()


def test_more_neighbours_than_keys(kind: str, fresh: Fresh) -> None:
    scores, keys = fresh().search(QUERIES[:2], 15_003)
    for row, row_scores in zip(keys, scores, strict=True):
        assert sorted(row[:15_000]) == np.unique(KEYS).tolist()
        assert row[15_000:].tolist() == [-1] * 3
        assert np.isneginf(row_scores[15_000:]).all()
    small = FaissIndex(SPACE, kind=kind)
    small.add(np.arange(50), VECTORS[:50])
    assert (small.search(QUERIES[:1], 80)[1][0] >= 0).sum() == 50


def test_threads_find_the_same(fresh: Fresh) -> None:
    index, among = fresh(), np.unique(KEYS)[::50]
    searches = [partial(index.search, QUERIES, K), partial(index.search, QUERIES, K, among)] * 8
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda search: search()[1], searches))
    for several in (found[::2], found[1::2]):
        assert all(np.array_equal(keys, several[0]) for keys in several)


def test_the_same_vectors_make_the_same_index(kind: str, fresh: Fresh) -> None:
    again = FaissIndex(SPACE, kind=kind)
    again.add(KEYS, VECTORS)
    if again.lists == 1:
        samples = [faiss_kinds.picked(index._index, 500) for index in (again, fresh())]
        assert np.array_equal(*samples)
        assert len(np.unique(samples[0], axis=0)) == 500
    for left, right in zip(again.search(QUERIES, K), fresh().search(QUERIES, K), strict=True):
        assert np.array_equal(left, right)


def test_a_flat_index_gets_lists_when_it_has_grown(oracle: FlatIndex) -> None:
    index = FaissIndex(SPACE, kind="ivf")
    lists = []
    for start in range(0, COUNT, 2_500):
        index.add(KEYS[start : start + 2_500], VECTORS[start : start + 2_500])
        lists.append(index.lists)
    assert lists == [1] * 3 + [256] * 5
    assert len(index) == COUNT
    assert_alike("ivf", index.search(QUERIES, K), oracle.search(QUERIES, K))
    assert not index.is_outgrown


def test_an_index_can_be_made_ready_for_many(oracle: FlatIndex) -> None:
    index = FaissIndex(SPACE, kind="ivf")
    index.add(KEYS[:100], VECTORS[:100])
    index.train(VECTORS[:15_000], COUNT)  # too few for 512 lists
    assert index.lists == 1
    index.train(VECTORS[:15_000], 9_999)  # too few vectors to come
    assert index.lists == 1
    index.train(VECTORS, COUNT)
    assert index.lists == 512
    index.add(KEYS[100:], VECTORS[100:])
    assert_alike("ivf", index.search(QUERIES, K), oracle.search(QUERIES, K))
    flat = FaissIndex(SPACE, kind="flat")
    flat.train(VECTORS, 10_000_000)
    assert flat.lists == 1


def test_an_index_notices_that_it_is_outgrown() -> None:
    space, vectors = Space("text", "test-model", 4), clustered(70_000, seed=5, dim=4)
    index = FaissIndex(space, kind="ivf")
    index.add(np.arange(10_000), vectors[:10_000])
    index.add(np.arange(10_000, 50_000), vectors[10_000:50_000])
    assert (index.lists, index.is_outgrown) == (256, False)
    index.add(np.arange(50_000, 70_000), vectors[50_000:])
    assert (index.lists, index.is_outgrown) == (256, True)


@pytest.mark.parametrize("dim", [1, 7, 8, 30])
def test_any_dimension_can_be_coded(dim: int) -> None:
    space, vectors = Space("text", "test-model", dim), clustered(10_000, seed=5, dim=dim)
    index = FaissIndex(space, kind="ivfpq")
    index.add(np.arange(10_000), vectors)
    assert index.lists == 256
    assert (index.search(vectors[:3], K)[1] >= 0).all()


@pytest.mark.parametrize("count", [1, 3, 8])
def test_parts_hold_the_whole(fresh: Fresh, count: int) -> None:
    """As they are given to several GPUs."""
    index = fresh()
    found = [
        part.search(QUERIES, K) for part in faiss_kinds.parts(index._index, count) if part.ntotal
    ]
    assert len(found) == count
    best = np.sort(np.concatenate([scores for scores, _ in found], axis=1), axis=1)[:, ::-1][:, :K]
    assert best == pytest.approx(index._index.search(QUERIES, K)[0], abs=1e-6)


def test_a_file_of_another_kind_is_noticed(kind: str, fresh: Fresh, tmp_path: Path) -> None:
    fresh().save_stamped(tmp_path / "index", {"generation": 1})
    for other in set(faiss_kinds.KINDS) - {kind}:
        with pytest.raises(IndexCorrupt, match="of another kind"):
            FaissIndex.load(tmp_path / "index", SPACE, kind=other)
    assert FaissIndex.load(tmp_path / "index", SPACE, kind=kind)[1] == {"generation": 1}


def test_a_file_cut_short_is_noticed(kind: str, fresh: Fresh, tmp_path: Path) -> None:
    path = tmp_path / "index"
    fresh().save(path)
    whole = path.read_bytes()
    for size in (100, 300, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(IndexCorrupt, match="index"):
            FaissIndex.load(path, SPACE, kind=kind)

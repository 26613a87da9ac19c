"""What each kind of FAISS index is made of, and from how many vectors on.

    flat     every vector in float32: exact
    flat16   every vector in float16, half the memory: scores to about three digits
    ivf      float32 in lists around centroids; a search looks into the nearest lists (IVF-Flat)
    ivfpq    as ivf, a vector as 1 to 96 bytes of codes (IVF-PQ, Jégou et al. 2011): scores are
             rough, whoever has the vectors should score again what it finds
    auto     flat below 1,000,000 vectors, ivf from there on

"ivf" and "ivfpq" have centroids to learn, and so begin as "flat" below 10,000 vectors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from indexes.types import Keys, Vectors
from ingest.errors import ConfigError

KINDS = ("auto", "flat", "flat16", "ivf", "ivfpq")

LISTS_FROM = {"auto": 1_000_000, "ivf": 10_000, "ivfpq": 10_000}  # vectors

TO_LEARN = 39  # vectors that a centroid is learnt from: FAISS complains of fewer
_ENOUGH = 64  # more of them change little
_ENOUGH_FOR_CODES = 32_768  # vectors that the 256 codes of each byte are learnt from
_CODE_BYTES = (
    96,
    64,
    56,
    48,
    40,
    32,
    28,
    24,
    20,
    16,
    12,
    8,
    4,
    3,
    2,
    1,
)  # that FAISS's GPU code has
_BLOCK = 65_536  # vectors that are moved at a time


def check_kind(kind: str) -> None:
    """Raise ConfigError unless there is such a kind."""
    if kind not in KINDS:
        raise ConfigError(f"kind of index {kind!r}: use one of {', '.join(KINDS)}")


def lists_for(kind: str, count: int) -> int:
    """How many lists an index of so many vectors should have; 1: it should be flat.

    A power of two up to 4 sqrt(count): finding the lists and scanning them then take alike long.
    """
    if count < LISTS_FROM.get(kind, count + 1):
        return 1
    return int(2 ** math.floor(math.log2(min(4 * math.sqrt(count), count / TO_LEARN))))


def sample_for(kind: str, count: int) -> int:
    """How many of `count` vectors an index of so many learns from; 0: it has nothing to learn."""
    lists = lists_for(kind, count)
    most = max(_ENOUGH * lists, _ENOUGH_FOR_CODES if kind == "ivfpq" else 0)
    return min(count, most) if lists > 1 else 0


def empty(kind: str, dim: int) -> Any:
    """The flat index that every kind begins as."""
    import faiss

    if kind == "flat16":
        half = faiss.ScalarQuantizer.QT_fp16
        flat = faiss.IndexScalarQuantizer(dim, half, faiss.METRIC_INNER_PRODUCT)
    else:
        flat = faiss.IndexFlatIP(dim)
    return faiss.IndexIDMap(flat)


def trained(kind: str, sample: Vectors, lists: int) -> Any:
    """An empty index with so many lists, that learnt its centroids from a sample (n, dim).

    The same sample gives the same index.
    """
    import faiss

    dim = sample.shape[1]
    centroids = faiss.IndexFlatIP(dim)
    if kind == "ivfpq":
        size = next(
            size for size in _CODE_BYTES if dim % size == 0 and (size * 4 <= dim or size == 1)
        )
        index = faiss.IndexIVFPQ(centroids, dim, lists, size, 8, faiss.METRIC_INNER_PRODUCT)
        index.pq.cp.niter = 10  # instead of 25, for a third of the time and the same recall
    else:
        index = faiss.IndexIVFFlat(centroids, dim, lists, faiss.METRIC_INNER_PRODUCT)
    index.train(np.ascontiguousarray(sample, np.float32))
    index.nprobe = min(lists, max(32, round(math.sqrt(2 * lists))))
    return index


def lists_of(index: Any) -> tuple[int, int]:
    """How many lists an index has and how many a search looks into; (1, 1): it is flat."""
    return int(getattr(index, "nlist", 1)), int(getattr(index, "nprobe", 1))


def picked(index: Any, size: int) -> Vectors:
    """Vectors of a flat index for it to learn from: (size, dim), the same at each call."""
    import faiss

    rows = np.random.default_rng(0).choice(index.ntotal, size, replace=False)
    found: Vectors = faiss.downcast_index(index.index).reconstruct_batch(np.sort(rows))
    return found


def contents(index: Any) -> Iterator[tuple[Keys, Vectors]]:
    """Keys (n,) and vectors (n, dim) of a flat index, some at a time, in the order of adding."""
    import faiss

    flat, keys = faiss.downcast_index(index.index), faiss.vector_to_array(index.id_map)
    for start in range(0, len(keys), _BLOCK):
        part = keys[start : start + _BLOCK]
        yield part, flat.reconstruct_n(start, len(part))


def parts(index: Any, count: int) -> Iterator[Any]:
    """An index as so many smaller ones of its kind, which hold about alike many vectors."""
    import faiss

    if isinstance(index, faiss.IndexIVF):
        share = faiss.InvertedLists.SUBSET_TYPE_ELEMENT_RANGE  # of every list
        bounds = [int(index.ntotal) * number // count for number in range(count + 1)]
        for start, end in pairwise(bounds):
            part = _like(index)
            index.copy_subset_to(part, share, start, end)
            yield part
        return
    flat, keys = faiss.downcast_index(index.index), faiss.vector_to_array(index.id_map)
    kind = "flat16" if isinstance(flat, faiss.IndexScalarQuantizer) else "flat"
    start = 0
    for part_keys in np.array_split(keys, count):
        part = empty(kind, index.d)
        if len(part_keys):
            part.add_with_ids(flat.reconstruct_n(start, len(part_keys)), part_keys)
        start += len(part_keys)
        yield part


def _like(index: Any) -> Any:
    """An empty index with the lists and codes of another, which must outlive it."""
    import faiss

    metric = faiss.METRIC_INNER_PRODUCT
    if isinstance(index, faiss.IndexIVFPQ):
        other = faiss.IndexIVFPQ(index.quantizer, index.d, index.nlist, index.pq.M, 8, metric)
        other.pq = index.pq
        other.is_trained = True
    else:
        other = faiss.IndexIVFFlat(index.quantizer, index.d, index.nlist, metric)
    other.nprobe = index.nprobe
    return other

"""Search with FAISS: exact or approximate, on the CPU or on GPUs.

What kinds there are is in `faiss_kinds`. FAISS itself is imported when the first index is made:
it takes longer to load than NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from indexes import faiss_files as files
from indexes import faiss_kinds as kinds
from indexes.faiss_gpu import MOST_NEIGHBOURS, GpuCopy, gpus_of
from indexes.flat import best_per_key, check_vectors
from indexes.types import Keys, Space, Vectors
from ingest.errors import ConfigError

_PARALLEL_FROM = 400_000  # vectors times queries; below, waking FAISS's threads costs more
_BITMAP_UP_TO = 1 << 26  # largest key for which a filter is a bitmap (8 MiB)
_SCAN_UP_TO = 100_000  # keys of a filter that are all compared, as a flat index does
_AUTO_GPU_FROM = 100_000  # vectors from which "auto" prefers a GPU
_AUTO_GPU_AFTER = 8  # searches: a GPU takes a second or more to start, a question in between none
_OUTGROWN = 4  # an index should have so many times its lists: it has grown fourfold at the least


class FaissIndex:
    """A FAISS index with the catalogue's keys. Implements VectorIndex.

    `kind` is one of faiss_kinds.KINDS. `device` is "cpu", "cuda", "cuda:N", "cuda:all" (each GPU
    holds a part) or "auto": the first GPU for an index of 100,000 vectors that is searched again
    and again and fits there, the CPU for any other. GPUs search a copy, made at the first search
    and after removals, and extended by what is added; searches restricted to some keys stay on
    the CPU. Threads may search beside each other, but not while another changes the index.
    Raises ConfigError for a kind or a device that is not there.
    """

    lists: int  # that the vectors are in; 1: the index is flat

    def __init__(self, space: Space, device: str = "cpu", kind: str = "auto") -> None:
        import faiss

        kinds.check_kind(kind)
        self._faiss = faiss
        self.space = space
        self.kind = kind
        self._hold(kinds.empty(kind, space.dim))
        self._is_auto = device == "auto"
        self._until_gpu = _AUTO_GPU_AFTER if self._is_auto else 0
        numbers = () if self._is_auto else gpus_of(device)
        self._gpu = GpuCopy(numbers) if numbers else None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def scores_are_rough(self) -> bool:
        """Whether scores are worth computing again from the vectors."""
        return self.kind == "ivfpq" and self.lists > 1

    @property
    def is_outgrown(self) -> bool:
        """Whether an index made anew for so many vectors would be searched much faster."""
        return kinds.lists_for(self.kind, len(self)) >= _OUTGROWN * self.lists

    def train(self, sample: Vectors, count: int) -> None:
        """Get ready for about `count` vectors, of which a sample (n, dim) is at hand.

        An index that nobody trains learns from its own vectors once it has enough; but then it
        holds them twice for a moment, and is made for that many. Nothing happens when so many
        vectors need no training, when the sample is too small for them, and a second time.
        """
        lists = kinds.lists_for(self.kind, count)
        if self.lists > 1 or lists == 1 or len(sample) < kinds.TO_LEARN * lists:
            return
        self._forget_gpu()
        flat = self._index
        self._hold(kinds.trained(self.kind, sample, lists))
        for keys, vectors in kinds.contents(flat):
            self._index.add_with_ids(vectors, keys)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors (n, dim), owned by keys (n,). A key may come several times."""
        check_vectors(self.space, keys, vectors)
        vectors = np.ascontiguousarray(vectors, np.float32)
        keys = np.ascontiguousarray(keys, np.int64)
        self._index.add_with_ids(vectors, keys)
        if self._gpu is not None:
            self._gpu.add(keys, vectors)
        sample = kinds.sample_for(self.kind, len(self))
        if sample and self.lists == 1:
            self.train(kinds.picked(self._index, sample), len(self))

    def remove(self, keys: Keys) -> None:
        """Remove all vectors of these keys; unknown keys are ignored."""
        if len(keys) and self._index.remove_ids(np.ascontiguousarray(keys, np.int64)):
            self._forget_gpu()

    def search(self, queries: Vectors, k: int, among: Keys | None = None) -> tuple[Vectors, Keys]:
        """The k keys whose best vector is closest, for each query (n, dim): scores and keys (n, k).

        Best first, equal scores by key; places that nothing fills hold -inf and -1. An index with
        lists may miss some of the closest, but finds k keys where there are k.
        """
        scores = np.full((len(queries), k), -np.inf, np.float32)
        found = np.full((len(queries), k), -1, np.int64)
        queries = np.ascontiguousarray(queries, np.float32)
        candidates = min(k + 16, len(self))  # some keys own several vectors
        probes = self._probes_for(among)
        pending = np.arange(len(queries))
        while candidates and len(pending):
            short = []
            values, keys = self._nearest(queries[pending], candidates, among, probes)
            for row, row_values, row_keys in zip(pending, values, keys, strict=True):
                real = row_keys >= 0
                best, best_keys = best_per_key(row_values[real], row_keys[real], k)
                scores[row, : len(best)], found[row, : len(best)] = best, best_keys
                cut_off = real.all() and candidates < len(self)
                if len(best) < k and (cut_off or probes < self.lists):
                    short.append(row)
            pending = np.array(short, np.intp)
            candidates, probes = min(4 * candidates, len(self)), self.lists
        return scores, found

    def save(self, path: Path) -> None:
        """Write the index to a file that `load` reads."""
        self.save_stamped(path, {})

    def save_stamped(self, path: Path, stamp: Mapping[str, Any]) -> None:
        """Write the index and a stamp (JSON values), atomically. Raises OSError."""
        files.write(path, self._index, self.space, self.kind, stamp)

    @classmethod
    def load(
        cls, path: Path, space: Space, device: str = "cpu", kind: str = "auto"
    ) -> tuple[FaissIndex, Any]:
        """Read what `save_stamped` wrote: the index and its stamp.

        Raises IndexCorrupt when the file is missing, cut short, foreign, or of another space or
        kind.
        """
        index = cls(space, device, kind)
        held, stamp = files.read(path, space, kind)
        index._hold(held)
        return index, stamp

    def _hold(self, index: Any) -> None:
        self._index = index
        self.lists, self._probes = kinds.lists_of(index)

    def _probes_for(self, among: Keys | None) -> int:
        """How many lists to look into: all for few keys, and the more, the fewer a filter leaves.

        What a filter leaves may lie far from the query, in lists that nobody else looks into.
        """
        if among is None or len(among) >= len(self):
            return self._probes
        if len(among) <= _SCAN_UP_TO:
            return self.lists
        return min(self.lists, math.ceil(self._probes * len(self) / len(among)))

    def _nearest(
        self, queries: Vectors, k: int, among: Keys | None, probes: int
    ) -> tuple[Vectors, Keys]:
        """Scores and keys (n, k) of the closest vectors; keys may repeat, -1 where none is left."""
        usual = among is None and probes == self._probes
        gpu = self._gpu_for(len(queries)) if usual and k <= MOST_NEIGHBOURS else None
        if gpu is not None:
            try:
                return gpu.search(self._index, queries, k)
            except ConfigError:  # no room on it
                if not self._is_auto:
                    raise
                self._gpu = None
        with self._threads(len(self) * len(queries) * probes / self.lists):
            scores, keys = self._index.search(queries, k, params=self._parameters(among, probes))
        return scores, keys

    def _gpu_for(self, queries: int) -> GpuCopy | None:
        if self._until_gpu > 0 and len(self) >= _AUTO_GPU_FROM:
            self._until_gpu -= queries
            if self._until_gpu <= 0 and (numbers := gpus_of("auto")):
                self._gpu = GpuCopy(numbers)
        return self._gpu

    def _forget_gpu(self) -> None:
        if self._gpu is not None:
            self._gpu.forget()

    def _parameters(self, among: Keys | None, probes: int) -> Any:
        chosen = {} if among is None else {"sel": self._selector(among)}
        if self.lists > 1:
            return self._faiss.SearchParametersIVF(nprobe=probes, **chosen)
        return self._faiss.SearchParameters(**chosen) if chosen else None

    def _selector(self, among: Keys) -> Any:
        highest = int(among.max(initial=0))
        if highest > _BITMAP_UP_TO:
            return self._faiss.IDSelectorBatch(np.ascontiguousarray(among, np.int64))
        chosen = np.zeros(highest + 1, bool)
        chosen[among] = True
        return self._faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))

    @contextmanager
    def _threads(self, work: float) -> Iterator[None]:
        """OpenMP's thread count belongs to the calling thread: lower it for small work."""
        before = self._faiss.omp_get_max_threads()
        if work < _PARALLEL_FROM:
            self._faiss.omp_set_num_threads(1)
        try:
            yield
        finally:
            self._faiss.omp_set_num_threads(before)

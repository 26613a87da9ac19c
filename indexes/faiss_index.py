"""Exact search with FAISS, on the CPU or on a GPU.

FAISS itself is imported when the first index is made: it takes longer to load than NumPy.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from indexes.flat import best_per_key, check_vectors
from indexes.types import Keys, Space, Vectors
from ingest.errors import ConfigError, IndexCorrupt

_MAGIC = b"rag vectors 1\n"
_PARALLEL_FROM = 400_000  # vectors times queries; below, waking FAISS's threads costs more
_BITMAP_UP_TO = 1 << 26  # largest key for which a filter is a bitmap (8 MiB)


class FaissIndex:
    """IndexFlatIP with the catalogue's keys. Implements VectorIndex.

    `device` is "cpu", "cuda" or "cuda:N". A GPU searches a copy of the vectors, made again at
    the first search after a change; searches restricted to some keys stay on the CPU, because
    FAISS's GPU indexes take no selector.
    """

    def __init__(self, space: Space, device: str = "cpu") -> None:
        import faiss

        self._faiss = faiss
        self.space = space
        self._device = _gpu_number(device)
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(space.dim))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors (n, dim), owned by keys (n,). A key may come several times."""
        check_vectors(self.space, keys, vectors)
        self._forget_gpu()
        self._index.add_with_ids(
            np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(keys, np.int64)
        )

    def remove(self, keys: Keys) -> None:
        """Remove all vectors of these keys; unknown keys are ignored."""
        self._forget_gpu()
        if len(keys):
            self._index.remove_ids(np.ascontiguousarray(keys, np.int64))

    def search(self, queries: Vectors, k: int, among: Keys | None = None) -> tuple[Vectors, Keys]:
        """The k keys whose best vector is closest, for each query (n, dim): scores and keys (n, k).

        Best first, equal scores by key; places that nothing fills hold -inf and -1.
        """
        scores = np.full((len(queries), k), -np.inf, np.float32)
        found = np.full((len(queries), k), -1, np.int64)
        queries = np.ascontiguousarray(queries, np.float32)
        candidates = min(k + 16, len(self))  # some keys own several vectors
        pending = np.arange(len(queries))
        while candidates and len(pending):
            short = []
            values, keys = self._nearest(queries[pending], candidates, among)
            for row, row_values, row_keys in zip(pending, values, keys, strict=True):
                real = row_keys >= 0
                best, best_keys = best_per_key(row_values[real], row_keys[real], k)
                scores[row, : len(best)], found[row, : len(best)] = best, best_keys
                if len(best) < k and real.all() and candidates < len(self):
                    short.append(row)
            pending = np.array(short, np.intp)
            candidates = min(4 * candidates, len(self))
        return scores, found

    def save(self, path: Path) -> None:
        """Write the index to a file that `load` reads."""
        self.save_stamped(path, {})

    def save_stamped(self, path: Path, stamp: Mapping[str, Any]) -> None:
        """Write the index and a stamp (JSON values), atomically. Raises OSError."""
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        header = {"space": _describe(self.space), "count": len(self), "stamp": dict(stamp)}
        try:
            with partial.open("wb") as file:
                file.write(_MAGIC + json.dumps(header).encode() + b"\n")
                writer = self._faiss.PyCallbackIOWriter(file.write)
                self._faiss.write_index(self._index, writer)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path, space: Space, device: str = "cpu") -> tuple[FaissIndex, Any]:
        """Read what `save_stamped` wrote: the index and its stamp.

        Raises IndexCorrupt when the file is missing, cut short, foreign, or of another space.
        """
        index = cls(space, device)
        try:
            with path.open("rb") as file:
                header = _read_header(file)
                if header["space"] != _describe(space):
                    raise IndexCorrupt(f"{path}: holds vectors of another model")
                reader = index._faiss.PyCallbackIOReader(file.read, 1 << 24)
                index._index = index._faiss.read_index(reader)
            if index._index.d != space.dim or len(index) != header["count"]:
                raise IndexCorrupt(f"{path}: does not hold what its header says")
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise IndexCorrupt(f"{path}: is not a whole vector file ({error})") from error
        return index, header["stamp"]

    def _nearest(self, queries: Vectors, k: int, among: Keys | None) -> tuple[Vectors, Keys]:
        """Scores and keys (n, k) of the closest vectors; keys may repeat, -1 where none is left."""
        with self._threads(len(self) * len(queries)):
            if among is None:
                index = self._index if self._device is None else self._gpu
                scores, keys = index.search(queries, k)
            else:
                params = self._faiss.SearchParameters(sel=self._selector(among))
                scores, keys = self._index.search(queries, k, params=params)
        return scores, keys

    def _selector(self, among: Keys) -> Any:
        highest = int(among.max(initial=0))
        if highest > _BITMAP_UP_TO:
            return self._faiss.IDSelectorBatch(np.ascontiguousarray(among, np.int64))
        chosen = np.zeros(highest + 1, bool)
        chosen[among] = True
        return self._faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))

    @contextmanager
    def _threads(self, work: int) -> Iterator[None]:
        """OpenMP's thread count belongs to the calling thread: lower it for small work."""
        before = self._faiss.omp_get_max_threads()
        if work < _PARALLEL_FROM:
            self._faiss.omp_set_num_threads(1)
        try:
            yield
        finally:
            self._faiss.omp_set_num_threads(before)

    @cached_property
    def _gpu(self) -> Any:
        resources = self._faiss.StandardGpuResources()
        copy = self._faiss.index_cpu_to_gpu(resources, self._device, self._index)
        copy.resources = resources  # must live as long as the index
        return copy

    def _forget_gpu(self) -> None:
        self.__dict__.pop("_gpu", None)


def _gpu_number(device: str) -> int | None:
    """Which GPU a device names, None for the CPU. Raises ConfigError for one FAISS cannot use."""
    if device == "cpu":
        return None
    import faiss

    kind, _, number = device.partition(":")
    if kind != "cuda" or not (number or "0").isdigit():
        raise ConfigError(f"device {device!r}: use cpu, cuda or cuda:N")
    count = faiss.get_num_gpus() if hasattr(faiss, "StandardGpuResources") else 0
    if int(number or 0) >= count:
        raise ConfigError(f"device {device!r}: FAISS sees {count} GPUs; use cpu")
    return int(number or 0)


def _describe(space: Space) -> list[Any]:
    return [space.name, space.model, space.dim]


def _read_header(file: BinaryIO) -> dict[str, Any]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("no header")
    header = json.loads(file.readline(1 << 20))
    if not isinstance(header, dict):
        raise ValueError("no header")
    return header

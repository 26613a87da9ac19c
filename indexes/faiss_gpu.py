"""Searching on GPUs: a copy of an index that lives in their memory.

FAISS's GPU indexes take no selector, remove nothing and find at most 2,048 neighbours: for that
there is the index on the CPU, which stays the truth.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any

from indexes import faiss_kinds as kinds
from indexes.types import Keys, Vectors
from ingest.errors import ConfigError

MOST_NEIGHBOURS = 2_048


def gpus_of(device: str) -> tuple[int, ...]:
    """The GPUs that a device names: "cpu" none, "cuda" and "cuda:N" one, "cuda:all" all.

    "auto" is the first, if FAISS sees one. Raises ConfigError for one that FAISS cannot use.
    """
    if device == "cpu":
        return ()
    import faiss

    kind, _, number = device.partition(":")
    if device != "auto" and (kind != "cuda" or not (number in ("", "all") or number.isdigit())):
        raise ConfigError(f"device {device!r}: use auto, cpu, cuda, cuda:N or cuda:all")
    seen = range(faiss.get_num_gpus() if hasattr(faiss, "StandardGpuResources") else 0)
    if device == "auto":
        return tuple(seen[:1])
    wanted = tuple(seen) if number == "all" else (int(number or 0),)
    if not wanted or wanted[-1] not in seen:
        raise ConfigError(f"device {device!r}: FAISS sees {len(seen)} GPUs; use cpu")
    return wanted


class _Gpu:
    """One GPU's streams and work space (FAISS takes 1.5 GiB), which serve one call at a time."""

    def __init__(self, number: int) -> None:
        import faiss

        self.number = number
        self.resources = faiss.StandardGpuResources()
        self.lock = threading.Lock()


_gpu = lru_cache(maxsize=None)(_Gpu)  # shared by all indexes of the process


class GpuCopy:
    """What some GPUs hold of an index, each a part: made when first searched. Safe for threads."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        self._gpus = tuple(_gpu(number) for number in sorted(numbers))
        self._copy: Any = None

    def search(self, index: Any, queries: Vectors, k: int) -> tuple[Vectors, Keys]:
        """What `index`, of which this is the copy, finds: scores and keys (n, k), k <= 2048.

        Raises ConfigError when the GPUs have no room for it.
        """
        with self._held():
            try:
                if self._copy is None:
                    self._copy = self._made(index)
                scores, keys = self._copy.search(queries, k)
            except RuntimeError as error:
                self._copy = None
                raise ConfigError(
                    f"GPU {self._gpus[0].number}: cannot hold and search {index.ntotal} vectors; "
                    f"use device cpu, or kind flat16 or ivfpq ({error})"
                ) from error
        return scores, keys

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add what was added to the index, if there is a copy of it yet."""
        with self._held():
            if self._copy is not None:
                try:
                    self._copy.add_with_ids(vectors, keys)
                except RuntimeError:  # growing takes twice the memory: make it anew
                    self._copy = None

    def forget(self) -> None:
        """Free the copy; the next search makes another."""
        with self._held():
            self._copy = None

    @contextmanager
    def _held(self) -> Iterator[None]:
        with ExitStack() as stack:
            for gpu in self._gpus:  # in ascending order: two copies cannot block each other
                stack.enter_context(gpu.lock)
            yield

    def _made(self, index: Any) -> Any:
        import faiss

        options = faiss.GpuClonerOptions()
        options.use_cuvs = False
        options.useFloat16 = isinstance(index, faiss.IndexIVFPQ)  # tables of codes, not vectors
        if len(self._gpus) == 1:
            gpu = self._gpus[0]
            return faiss.index_cpu_to_gpu(gpu.resources, gpu.number, index, options)
        shards = faiss.IndexShards(index.d, True, False)  # in threads, with the keys as they are
        for gpu, part in zip(self._gpus, kinds.parts(index, len(self._gpus)), strict=True):
            shards.add_shard(faiss.index_cpu_to_gpu(gpu.resources, gpu.number, part, options))
        return shards

"""Exact search with NumPy: what every other index is tested against."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indexes.types import Keys, Space, Vectors


class FlatIndex:
    """All vectors in one array; search is one matrix product. Implements VectorIndex."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._keys: Keys = np.empty(0, np.int64)
        self._vectors: Vectors = np.empty((0, space.dim), np.float32)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors (n, dim), owned by keys (n,). A key may come several times."""
        check_vectors(self.space, keys, vectors)
        self._keys = np.concatenate([self._keys, keys])
        self._vectors = np.concatenate([self._vectors, vectors])

    def remove(self, keys: Keys) -> None:
        """Remove all vectors of these keys; unknown keys are ignored."""
        kept = ~np.isin(self._keys, keys)
        self._keys, self._vectors = self._keys[kept], self._vectors[kept]

    def search(self, queries: Vectors, k: int, among: Keys | None = None) -> tuple[Vectors, Keys]:
        """The k keys whose best vector is closest, for each query (n, dim): scores and keys (n, k).

        Best first, equal scores by key; places that nothing fills hold -inf and -1.
        """
        kept = slice(None) if among is None else np.isin(self._keys, among)
        keys, similarity = self._keys[kept], queries @ self._vectors[kept].T
        scores = np.full((len(queries), k), -np.inf, np.float32)
        found = np.full((len(queries), k), -1, np.int64)
        for row, values in enumerate(similarity):
            best, best_keys = best_per_key(values, keys, k)
            scores[row, : len(best)], found[row, : len(best)] = best, best_keys
        return scores, found

    def save(self, path: Path) -> None:
        """Write the index to a NumPy archive."""
        with path.open("wb") as file:
            np.savez(file, keys=self._keys, vectors=self._vectors)

    @classmethod
    def load(cls, path: Path, space: Space) -> FlatIndex:
        """Read what `save` wrote."""
        index = cls(space)
        with np.load(path) as archive:
            index.add(archive["keys"], archive["vectors"])
        return index


def best_per_key(scores: Vectors, keys: Keys, k: int) -> tuple[Vectors, Keys]:
    """The k best different keys of scored candidates (both (n,)): scores and keys, best first."""
    order = np.lexsort((keys, -scores))
    _, first = np.unique(keys[order], return_index=True)
    chosen = order[np.sort(first)[:k]]
    return scores[chosen], keys[chosen]


def check_vectors(space: Space, keys: Keys, vectors: Vectors) -> None:
    """Raise ValueError unless there is one vector of the space's dimension for each key."""
    if vectors.shape != (len(keys), space.dim):
        raise ValueError(
            f"space {space.name!r} wants ({len(keys)}, {space.dim}) vectors, not {vectors.shape}"
        )

"""The vectors of one space in memory, kept level with the catalogue.

The catalogue is the truth. This is a cache of it: read from a FAISS file when that is of the
right index and not too old, made from the catalogue otherwise, and then brought up to date from
what changed since. Element keys only grow, so what is new has a higher key than all that is
known; what is gone is in the table `removals`.

Vectors of a shared space are kept centred, see `centring`. While an ingest runs, its searches
make do with centres that have drifted a little; `save` makes them exact. An index that keeps its
vectors in short codes (kind "ivfpq") only names candidates: the catalogue's vectors score them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, bindparam, func, select

from indexes import catalog
from indexes.centring import QUERY, Centres, centred, distance, read_centres
from indexes.faiss_index import FaissIndex
from indexes.faiss_kinds import sample_for
from indexes.flat import FlatIndex
from indexes.switching import changed
from indexes.types import Keys, Modality, Space, Vectors
from ingest.errors import IndexCorrupt

_BATCH = 20_000  # rows of vectors in memory at a time
_DRIFT = 0.02  # how far centres may move before all vectors are centred anew
_CANDIDATES = 4  # times the hits wanted, for the catalogue's vectors to choose from


@dataclass(frozen=True, slots=True)
class State:
    """How far a cache has followed which catalogue."""

    index: str  # the catalogue's own identity
    generation: int
    last_key: int  # the highest element key seen


_NOTHING = State("", 0, 0)

_STATE = select(catalog.meta.c.name, catalog.meta.c.value).where(
    catalog.meta.c.name.in_(["index", "generation", "horizon"])
)
_GENERATION = "SELECT value FROM meta WHERE name = 'generation'"
_VECTORS = select(
    catalog.vectors.c.element, catalog.vectors.c.modality, catalog.vectors.c.data
).where(catalog.vectors.c.space == bindparam("space"))
_NEW = _VECTORS.where(catalog.vectors.c.element > bindparam("after")).order_by(
    catalog.vectors.c.element, catalog.vectors.c.modality, catalog.vectors.c.window
)
_OF = _VECTORS.where(catalog.vectors.c.element.in_(bindparam("elements", expanding=True)))
# Fibonacci hashing (Knuth, volume 3, 6.4) spreads keys evenly over 32 bits.
_SAMPLE = _VECTORS.where(
    (catalog.vectors.c.element * 2_654_435_769) % (1 << 32) < bindparam("share") * (1 << 32)
)
_GONE = select(catalog.removals.c.key).where(
    catalog.removals.c.generation > bindparam("generation")
)
_COUNT = select(func.count()).where(catalog.vectors.c.space == bindparam("space"))


def current_generation(connection: Connection) -> int:
    """How often the catalogue has changed, as far as the connection sees."""
    return int(connection.exec_driver_sql(_GENERATION).scalar_one())


class VectorCache:
    """One space's FaissIndex. Safe to use from threads: searches run beside each other."""

    def __init__(
        self, folder: Path, space: Space, index: str, device: str = "cpu", kind: str = "auto"
    ) -> None:
        """`index` is the identity of the catalogue whose vectors these are."""
        self.space = space
        self.path = folder / "vectors" / f"{space.name}.faiss"
        self._identity = index
        self._device = device
        self.kind = kind
        self._index: FaissIndex | None = None
        self._state = _NOTHING
        self._centres: Centres = {}
        self._lock = _ReadWriteLock()

    def search(
        self,
        connection: Connection,
        queries: Vectors,
        k: int,
        among: Keys | None,
        modality: Modality = "text",
    ) -> tuple[Vectors, Keys]:
        """Search what is committed by now: scores and keys (n, k) as VectorIndex gives them.

        `modality` is what the queries were made from.
        """
        if self._index is None or self._state.generation < current_generation(connection):
            self.update(connection)
        with self._lock.reading():
            assert self._index is not None
            queries = centred(
                queries, self._centres.get(modality if modality == "pixels" else QUERY)
            )
            if not self._index.scores_are_rough:
                return self._index.search(queries, k, among)
            _, keys = self._index.search(queries, _CANDIDATES * k, among)
            return self._chosen(connection, queries, k, keys)

    def update(self, connection: Connection, *, exact: bool = False) -> None:
        """Bring the index level with what the connection sees, from the cache file if it helps.

        `exact`: centre all vectors anew if the centres moved at all. Raises IndexMismatch when
        the index was given other models while it was open.
        """
        with self._lock.writing():
            meta = {row.name: row.value for row in connection.execute(_STATE)}
            if meta["index"] != self._identity:
                raise changed(self.path.parent.parent)
            centres = read_centres(connection, self.space.name)
            if self._index is None:
                self._load(meta)
            elif self._state.generation >= meta["generation"] and not exact:
                return  # another thread has seen a newer commit already
            moved = distance(self._centres, centres) > (0.0 if exact else _DRIFT)
            forgotten = self._state.generation < meta["horizon"]
            if self._index is None or moved or forgotten or self._index.is_outgrown:
                self._centres = centres
                self._index = self._empty(connection)
                self._state = State(meta["index"], 0, 0)
            if self._state.last_key:
                gone = connection.scalars(_GONE, {"generation": self._state.generation}).all()
                self._index.remove(np.array(gone, np.int64))
            last_key = self._append(connection, self._state.last_key)
            self._state = State(meta["index"], meta["generation"], last_key)

    def save(self, connection: Connection) -> None:
        """Bring the index up to date and write its file. Raises OSError."""
        self.update(connection, exact=True)
        with self._lock.reading():
            assert self._index is not None
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            state = self._state
            stamp = {
                "index": state.index,
                "generation": state.generation,
                "last_key": state.last_key,
                "centres": {name: centre.tolist() for name, centre in self._centres.items()},
            }
            self._index.save_stamped(self.path, stamp)

    def _load(self, meta: dict[str, Any]) -> None:
        """Take the cache file, if it is whole, of this catalogue and not ahead of it."""
        try:
            index, stamp = FaissIndex.load(self.path, self.space, self._device, self.kind)
            centres = {
                str(name): np.array(centre, np.float32).reshape(self.space.dim)
                for name, centre in stamp.pop("centres").items()
            }
            state = State(**stamp)
        except (IndexCorrupt, TypeError, ValueError, KeyError, AttributeError):
            return
        if state.index == meta["index"] and state.generation <= meta["generation"]:
            self._index, self._state, self._centres = index, state, centres

    def _empty(self, connection: Connection) -> FaissIndex:
        """An index that is ready for as many vectors as the catalogue holds."""
        index = FaissIndex(self.space, self._device, self.kind)
        count = connection.execute(_COUNT, {"space": self.space.name}).scalar_one()
        if size := sample_for(self.kind, count):
            sampled = self._read(connection, _SAMPLE, share=size / count)
            nothing = np.empty((0, self.space.dim), np.float32)
            index.train(np.concatenate([nothing, *(vectors for _, vectors in sampled)]), count)
        return index

    def _append(self, connection: Connection, last_key: int) -> int:
        assert self._index is not None
        for keys, vectors in self._read(connection, _NEW, after=last_key):
            self._index.add(keys, vectors)
            last_key = int(keys[-1])
        return last_key

    def _chosen(
        self, connection: Connection, queries: Vectors, k: int, keys: Keys
    ) -> tuple[Vectors, Keys]:
        """The best k of the keys found (n, any) by their own vectors: scores and keys (n, k)."""
        exact = FlatIndex(self.space)
        elements = np.unique(keys[keys >= 0]).tolist()
        for start in range(0, len(elements), _BATCH):  # SQLite takes 32,766 values at a time
            some = elements[start : start + _BATCH]
            for owners, vectors in self._read(connection, _OF, elements=some):
                exact.add(owners, vectors)
        return exact.search(queries, k)

    def _read(
        self, connection: Connection, statement: Select[Any], **values: Any
    ) -> Iterator[tuple[Keys, Vectors]]:
        """The catalogue's vectors, centred, some at a time: keys (n,) and vectors (n, dim)."""
        rows = connection.execution_options(yield_per=_BATCH).execute(
            statement, {"space": self.space.name, **values}
        )
        for batch in rows.partitions(_BATCH):
            keys = np.fromiter((row[0] for row in batch), np.int64, len(batch))
            data = np.frombuffer(b"".join(row[2] for row in batch), np.float32)
            data = data.reshape(len(batch), self.space.dim)
            if self._centres:
                made_from = np.array([row[1] for row in batch])
                data = data.copy()
                for modality in set(made_from.tolist()):
                    own = made_from == modality
                    data[own] = centred(data[own], self._centres.get(modality))
            yield keys, data


class _ReadWriteLock:
    """Many readers or one writer; a waiting writer goes first."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._readers = 0
        self._writers = 0  # waiting or writing
        self._writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._writers)
            self._readers += 1
        try:
            yield
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._turn:
            self._writers += 1
            self._turn.wait_for(lambda: not self._readers and not self._writing)
            self._writing = True
        try:
            yield
        finally:
            with self._turn:
                self._writing = False
                self._writers -= 1
                self._turn.notify_all()

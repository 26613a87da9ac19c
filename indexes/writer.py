"""Storing and removing documents: each in one transaction, so that readers see all or nothing."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from sqlalchemy import Engine, delete, insert, select, update

from indexes import catalog, quarantine, runs, seals, switching
from indexes.cache import VectorCache
from indexes.catalog import elements, meta, paths, removals
from indexes.change import Change, absolute, size_and_time
from indexes.connections import DURABLE, WRITE, checkpoint
from indexes.crops import remove_crops, save_crops, stored_crops
from indexes.durable import INCOMING, remove_partial
from indexes.types import Embedding, Space
from ingest.errors import IndexMismatch, NotFound, StoreError
from ingest.types import Reading

_RACY = 2_000_000_000  # nanoseconds: the coarsest clock of a file system


class Writer:
    """Changes an index; made by Store.writing(), which holds the lock. For one thread.

    Paths are stored absolute.
    """

    def __init__(
        self, folder: Path, engine: Engine, spaces: Sequence[Space], caches: Sequence[VectorCache]
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._spaces = {space.name: space for space in spaces}
        self._caches = caches
        self._sure = time.time_ns() - _RACY  # files that changed later are looked at again

    def put(
        self,
        reading: Reading,
        embeddings: Sequence[Embedding],
        *,
        root: Path | None = None,
        stat: os.stat_result | None = None,
    ) -> None:
        """Store what was read of a file, in place of what its path held before.

        A document that is stored already under another path only gains the path; under the same
        path it is replaced (it was read again, with other options). `stat` is the file's state
        when it was read; without it, its state now. Raises StoreError when the disk is full or
        the reading contradicts itself; the index is then as it was before.
        """
        document = reading.document
        self._check(reading, embeddings)
        with self._transaction(document.path) as change:
            held = change.holder(document.path)
            number = change.number(document.id)
            if number is None or number == held:
                # Crops first: a crop that nothing names is waste, a name without crop is damage.
                crops = save_crops(self._folder, reading.elements)
                number = change.store_document(number, document, reading.receipt)
                change.store_elements(number, reading, crops, embeddings)
            change.place(document.path, number, root, self._state(document.path, stat))
            change.drop_if_pathless(held)

    def add_path(
        self,
        document_id: str,
        path: Path,
        root: Path | None,
        stat: os.stat_result | None = None,
    ) -> None:
        """Note that a path holds a stored document; `stat` as for `put`.

        Raises NotFound if there is no such document.
        """
        with self._transaction(path) as change:
            number = change.number(document_id)
            if number is None:
                raise NotFound(f"no document {document_id}")
            held = change.holder(path)
            change.place(path, number, root, self._state(path, stat))
            change.drop_if_pathless(held)

    def touch(self, path: Path, stat: os.stat_result | None = None) -> None:
        """Note a path's new size and time, its bytes being the same; `stat` as for `put`."""
        with self._transaction(path) as change:
            own = update(paths).where(paths.c.path == absolute(path))
            change.execute(own, self._state(path, stat))

    def remove_path(self, path: Path) -> bool:
        """Forget a path, and its document with the last path. False when it was not known."""
        with self._transaction(path) as change:
            held = change.holder(path)
            change.execute(delete(paths).where(paths.c.path == absolute(path)))
            change.drop_if_pathless(held)
        return held is not None

    def remove_document(self, document_id: str) -> bool:
        """Forget a document and all its paths. False when it was not known."""
        with self._transaction(self._folder) as change:
            number = change.number(document_id)
            if number is not None:
                change.drop(number)
        return number is not None

    def describe(
        self,
        key: int,
        description: str,
        embeddings: Sequence[Embedding],
        *,
        described_by: str = "",
        unverified: Sequence[str] = (),
    ) -> int:
        """Give a stored element another description; its key changes, and is given back.

        `embeddings` are the vectors that change with it: all owned by position 0, each in place
        of those of its space and modality. Raises NotFound.
        """
        self._check_vectors(self._folder, embeddings, 1)
        with self._transaction(self._folder) as change, change.resealing(key):
            new = change.new_key(key)
            change.execute(
                update(elements)
                .where(elements.c.key == new)
                .values(
                    description=description,
                    described_by=described_by,
                    unverified=list(unverified),
                )
            )
            change.replace_vectors(new, embeddings)
            change.unmark_switched(new)
            change.index_words_again(key, new)
        return new

    def keep_caption(self, figure: str, model: str, prompt: str, text: str, seconds: float) -> None:
        """Cache what a model (its identity) wrote about a figure (SHA-256 of its crop)."""
        row = {"figure": figure, "model": model, "prompt": prompt, "text": text, "seconds": seconds}
        with self._transaction(self._folder, changes_index=False, begin=DURABLE) as change:
            change.execute(insert(catalog.captions).prefix_with("OR REPLACE"), row)

    def put_coming(
        self,
        document_id: str,
        embeddings: Sequence[Embedding],
        figure_types: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        """Store a document's vectors of spaces to come, in place of any that it has of them.

        One Embedding or more of each space: those without vectors count as done too.
        `figure_types`, by position, hold at once.
        """
        with self._transaction(self._folder) as change:
            number = change.number(document_id)
            if number is None:
                raise NotFound(f"no document {document_id}")
            keys = change.keys(number)
            self._check_vectors(self._folder, embeddings, len(keys), known=False)
            spaces = list(dict.fromkeys(embedding.space for embedding in embeddings))
            renamed = [replace(e, space=switching.coming(e.space)) for e in embeddings]
            with seals.resealing(change.connection, number):
                change.remove_vectors(number, [switching.coming(space) for space in spaces])
                change.store_vectors(renamed, keys)
                change.set_figure_types(keys, figure_types)
            switching.mark(change.connection, number, spaces)

    def switch(self, spaces: Sequence[Space]) -> None:
        """Make these the index's spaces; all vectors of the new ones have been `put_coming`.

        Raises StoreError when some are lacking. The store must be opened again afterwards.
        """
        with self._transaction(self._folder) as change:
            old = tuple(self._spaces.values())
            new = [space for space in spaces if space not in old]
            if lacking := switching.unfinished(change.connection, new):
                raise StoreError(f"{len(lacking)} documents lack vectors of the new models")
            with ExitStack() as resealing:  # vectors go, or get other names
                for number in change.numbers():
                    resealing.enter_context(seals.resealing(change.connection, number))
                switching.complete(change.connection, old, spaces, change.generation())

    def quarantine(self, path: Path, stat: os.stat_result, reason: str) -> None:
        """Have a file passed over until it changes: it killed its worker. `stat`: as it was then.

        What the index holds of it stays.
        """
        with self._transaction(path, changes_index=False, begin=DURABLE) as change:
            quarantine.add(change.connection, absolute(path), stat, reason)

    def release(self, path: Path) -> None:
        """Let a quarantined file be tried again."""
        with self._transaction(path, changes_index=False) as change:
            quarantine.release(change.connection, absolute(path))

    def begin_run(self, command: str) -> int:
        """Note that a run begins, at once: one that dies is seen. Gives its number."""
        with self._transaction(self._folder, changes_index=False) as change:
            return runs.begin(change.connection, command)

    def end_run(self, number: int, outcome: str, summary: Mapping[str, Any]) -> None:
        """Note how a run ended: "done", "interrupted" or "failed", and what it did (JSON).

        All that was stored before is then on the disk.
        """
        with self._transaction(self._folder, changes_index=False, begin=DURABLE) as change:
            runs.end(change.connection, number, outcome, summary)

    def save(self) -> None:
        """Put what was done on the disk, write the vector caches, and tidy up.

        Goes: crops that nothing names and no reader may still ask for, old removals, what a
        writer that died left half written. Raises StoreError.
        """
        with self._transaction(self._folder, changes_index=False, begin=DURABLE) as change:
            change.execute(update(meta).where(meta.c.name == "horizon").values(value=meta.c.value))
        try:
            with self._engine.connect() as connection:
                for cache in self._caches:  # the catalogue first: no cache is ever ahead of it
                    cache.save(connection)
        except OSError as error:
            raise catalog.store_error(self._folder, error) from error
        with self._transaction(self._folder, changes_index=False) as change:
            generation = change.generation()
            change.execute(delete(removals).where(removals.c.generation <= generation))
            change.execute(update(meta).where(meta.c.name == "horizon"), {"value": generation})
            change.merge_words()
        self._tidy()

    def _tidy(self) -> None:
        """Remove the files that nothing names, while no reader sees a moment that named them."""
        unread = checkpoint(self._folder)
        with self._engine.connect() as connection:
            named = set(connection.scalars(select(elements.c.crop).distinct()))
        try:
            if unread:
                remove_crops(self._folder, stored_crops(self._folder).keys() - named)
            for folder in (self._folder, self._folder / "crops", self._folder / "vectors"):
                remove_partial(folder)
            shutil.rmtree(self._folder / INCOMING, ignore_errors=True)
        except OSError as error:
            raise catalog.store_error(self._folder, error) from error

    def _state(self, path: Path, stat: os.stat_result | None = None) -> dict[str, int]:
        return size_and_time(path, stat, self._sure)

    @contextmanager
    def _transaction(
        self, path: Path, *, changes_index: bool = True, begin: str = WRITE
    ) -> Iterator[Change]:
        """One transaction; what goes wrong is a StoreError that names the path."""
        try:
            with self._engine.execution_options(begin=begin).begin() as connection:
                change = Change(connection)
                if changes_index:
                    change.next_generation()
                yield change
        except StoreError as error:
            raise type(error)(f"{path}: not stored: {error}") from error
        except OSError as error:
            raise catalog.store_error(self._folder, error) from error

    def _check(self, reading: Reading, embeddings: Sequence[Embedding]) -> None:
        path, size = reading.document.path, len(reading.elements)
        if any(element.document_id != reading.document.id for element in reading.elements):
            raise StoreError(f"{path}: has elements of another document")
        self._check_vectors(path, embeddings, size)

    def _check_vectors(
        self, path: Path, embeddings: Sequence[Embedding], size: int, *, known: bool = True
    ) -> None:
        """Raises StoreError and IndexMismatch; `known`: of spaces that the index has."""
        for embedding in embeddings:
            space = embedding.space
            if known and self._spaces.get(space.name) != space:
                raise IndexMismatch(
                    f"{self._folder}: has no space {space.name!r} of model {space.model}"
                )
            owners, data = embedding.owners, embedding.vectors
            if data.shape != (len(owners), space.dim) or not np.isfinite(data).all():
                raise StoreError(f"{path}: the vectors of space {space.name!r} are not usable")
            if len(owners) and not (owners.min() >= 0 and owners.max() < size):
                raise StoreError(f"{path}: vectors of space {space.name!r} belong to no element")

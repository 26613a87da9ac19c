"""Storing and removing documents: each in one transaction, so that readers see all or nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from sqlalchemy import Engine, delete, insert, select, update

from indexes import catalog, switching
from indexes.cache import VectorCache
from indexes.catalog import elements, meta, paths, removals
from indexes.change import Change, absolute, size_and_time
from indexes.crops import remove_crops, remove_partial, save_crop, stored_crops
from indexes.types import Embedding, Space
from ingest.errors import IndexMismatch, NotFound, StoreError
from ingest.types import Reading


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
                images = [element.image for element in reading.elements]
                crops = [save_crop(self._folder, image) if image else None for image in images]
                number = change.store_document(number, document, reading.receipt)
                change.store_elements(number, reading, crops, embeddings)
            change.place(document.path, number, root, stat)
            change.drop_if_pathless(held)

    def add_path(self, document_id: str, path: Path, root: Path | None) -> None:
        """Note that a path holds a stored document. Raises NotFound if there is no such one."""
        with self._transaction(path) as change:
            number = change.number(document_id)
            if number is None:
                raise NotFound(f"no document {document_id}")
            held = change.holder(path)
            change.place(path, number, root, None)
            change.drop_if_pathless(held)

    def touch(self, path: Path) -> None:
        """Note a path's new size and time of change: its bytes are the same."""
        with self._transaction(path) as change:
            change.execute(
                update(paths).where(paths.c.path == absolute(path)), size_and_time(path, None)
            )

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
        with self._transaction(self._folder) as change:
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
        with self._transaction(self._folder, changes_index=False) as change:
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
            change.remove_vectors(number, [switching.coming(space) for space in spaces])
            renamed = [replace(e, space=switching.coming(e.space)) for e in embeddings]
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
            switching.complete(change.connection, old, spaces, change.generation())

    def record_run(self, summary: Mapping[str, Any]) -> None:
        """Keep the summary of a run (JSON values; others are stored as text)."""
        body = json.loads(json.dumps(dict(summary), default=str))
        finished = datetime.now(UTC).isoformat(timespec="seconds")
        with self._transaction(self._folder, changes_index=False) as change:
            change.execute(insert(catalog.runs), {"finished": finished, "summary": body})

    def save(self) -> None:
        """Write the vector caches, and tidy up: crops that nothing names, old removals, words."""
        with self._engine.execution_options(begin="").connect() as connection:
            # Flushes every commit to the disk, so that no cache is ever ahead of the catalogue.
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").all()
        try:
            with self._engine.connect() as connection:
                for cache in self._caches:
                    cache.save(connection)
                named = set(connection.scalars(select(elements.c.crop).distinct()))
            remove_crops(self._folder, stored_crops(self._folder).keys() - named)
            remove_partial(self._folder)
        except OSError as error:
            raise catalog.store_error(self._folder, error) from error
        with self._transaction(self._folder, changes_index=False) as change:
            generation = change.generation()
            change.execute(delete(removals).where(removals.c.generation <= generation))
            change.execute(update(meta).where(meta.c.name == "horizon"), {"value": generation})
            change.merge_words()

    @contextmanager
    def _transaction(self, path: Path, changes_index: bool = True) -> Iterator[Change]:
        """One transaction; what goes wrong is a StoreError that names the path."""
        try:
            with self._engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
                change = Change(connection)
                if changes_index:
                    change.next_generation()
                yield change
                unnamed = change.unnamed_crops()
            remove_crops(self._folder, unnamed)  # after the commit: it may yet fail
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

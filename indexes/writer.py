"""Storing and removing documents: each in one transaction, so that readers see all or nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, text, update

from indexes import bm25, catalog
from indexes.cache import VectorCache
from indexes.catalog import (
    documents,
    elements,
    lengths,
    mentions,
    meta,
    paths,
    postings,
    removals,
    vectors,
)
from indexes.crops import remove_crops, remove_partial, save_crop, stored_crops
from indexes.texts import text_to_index
from indexes.types import Embedding, Space
from ingest.errors import IndexMismatch, NotFound, StoreError
from ingest.types import Document, Element, Reading, Receipt

_LAST_KEY = text("SELECT seq FROM sqlite_sequence WHERE name = 'elements'")


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
                crops = [save_crop(self._folder, e.image) if e.image else None
                         for e in reading.elements]  # fmt: skip
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
                update(paths).where(paths.c.path == _absolute(path)), _size_and_time(path, None)
            )

    def remove_path(self, path: Path) -> bool:
        """Forget a path, and its document with the last path. False when it was not known."""
        with self._transaction(path) as change:
            held = change.holder(path)
            change.execute(delete(paths).where(paths.c.path == _absolute(path)))
            change.drop_if_pathless(held)
        return held is not None

    def remove_document(self, document_id: str) -> bool:
        """Forget a document and all its paths. False when it was not known."""
        with self._transaction(self._folder) as change:
            number = change.number(document_id)
            if number is not None:
                change.drop(number)
        return number is not None

    def record_run(self, summary: Mapping[str, Any]) -> None:
        """Keep the summary of a run (JSON values; others are stored as text)."""
        body = json.loads(json.dumps(dict(summary), default=str))
        finished = datetime.now(UTC).isoformat(timespec="seconds")
        with self._transaction(self._folder, changes_index=False) as change:
            change.execute(insert(catalog.runs), {"finished": finished, "summary": body})

    def save(self) -> None:
        """Write the vector caches, and tidy up: crops that nothing names, old removals."""
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

    @contextmanager
    def _transaction(self, path: Path, changes_index: bool = True) -> Iterator[_Change]:
        """One transaction; what goes wrong is a StoreError that names the path."""
        try:
            with self._engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
                change = _Change(connection)
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
        for embedding in embeddings:
            space = embedding.space
            if self._spaces.get(space.name) != space:
                raise IndexMismatch(
                    f"{self._folder}: has no space {space.name!r} of model {space.model}"
                )
            owners, data = embedding.owners, embedding.vectors
            if data.shape != (len(owners), space.dim) or not np.isfinite(data).all():
                raise StoreError(f"{path}: the vectors of space {space.name!r} are not usable")
            if len(owners) and not (owners.min() >= 0 and owners.max() < size):
                raise StoreError(f"{path}: vectors of space {space.name!r} belong to no element")


class _Change:
    """The steps of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.execute = connection.execute
        self._dropped_crops: set[str] = set()

    def generation(self) -> int:
        return int(
            self._connection.scalars(select(meta.c.value).where(meta.c.name == "generation")).one()
        )

    def next_generation(self) -> None:
        self._generation = self.generation() + 1
        self.execute(update(meta).where(meta.c.name == "generation"), {"value": self._generation})

    def number(self, document_id: str) -> int | None:
        return self._connection.scalar(
            select(documents.c.number).where(documents.c.id == document_id)
        )

    def holder(self, path: Path) -> int | None:
        """Number of the document that a path holds."""
        return self._connection.scalar(
            select(paths.c.document).where(paths.c.path == _absolute(path))
        )

    def place(
        self, path: Path, number: int, root: Path | None, stat: os.stat_result | None
    ) -> None:
        row = {
            "path": _absolute(path),
            "document": number,
            "root": None if root is None else _absolute(root),
            **_size_and_time(path, stat),
        }
        if self.holder(path) is None:
            self.execute(insert(paths), row)
        else:
            self.execute(update(paths).where(paths.c.path == row["path"]), row)

    def drop_if_pathless(self, number: int | None) -> None:
        if number is None:
            return
        held = select(func.count()).where(paths.c.document == number)
        if not self._connection.scalar(held):
            self.drop(number)

    def drop(self, number: int) -> None:
        self._clear(number)
        self.execute(delete(documents).where(documents.c.number == number))

    def store_document(self, number: int | None, document: Document, receipt: Receipt) -> int:
        """Insert a document, or empty and rewrite the one of this number. Gives its number."""
        row = {
            "id": document.id,
            "title": document.title,
            "page_count": document.page_count,
            "receipt": receipt_to_json(receipt),
        }
        if number is None:
            inserted = self.execute(insert(documents), row).inserted_primary_key
            assert inserted is not None
            return int(inserted[0])
        self._clear(number)
        self.execute(update(documents).where(documents.c.number == number), row)
        return number

    def store_elements(
        self,
        number: int,
        reading: Reading,
        crops: Sequence[str | None],
        embeddings: Sequence[Embedding],
    ) -> None:
        """Insert a document's elements and all that is found through them."""
        document, found = reading.document, reading.elements
        first = (self._connection.scalar(_LAST_KEY) or 0) + 1
        self._insert(
            insert(elements),
            [
                _element_row(element, first + position, number, position, crop)
                for position, (element, crop) in enumerate(zip(found, crops, strict=True))
            ],
        )
        self._insert(
            insert(mentions),
            [
                {"element": first + position, "label": label}
                for position, element in enumerate(found)
                for label in dict.fromkeys(element.mentions)
            ],
        )
        words = [text_to_index(document, element) for element in found]
        if rows := bm25.posting_rows(number, words):
            self._connection.exec_driver_sql(bm25.INSERT_POSTINGS, rows)
        packed = bm25.pack_lengths(first, found, words)
        self.execute(insert(lengths), {"document": number, "data": packed})
        self._insert(
            insert(vectors),
            [row for embedding in embeddings for row in _vector_rows(embedding, first)],
        )

    def unnamed_crops(self) -> set[str]:
        """The crops of what was removed that no element names any more."""
        named = select(elements.c.crop).where(elements.c.crop.in_(self._dropped_crops)).distinct()
        return self._dropped_crops - set(self._connection.scalars(named))

    def _insert(self, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.execute(statement, rows)

    def _clear(self, number: int) -> None:
        """Remove all that a document holds: elements, words, vectors, pages."""
        own = elements.c.document == number
        crops = set(self._connection.scalars(select(elements.c.crop).where(own).distinct()))
        self.execute(
            insert(removals).from_select(
                ["key", "generation"], select(elements.c.key, bindparam("generation")).where(own)
            ),
            {"generation": self._generation},
        )
        self.execute(delete(elements).where(own))
        self.execute(delete(postings).where(postings.c.document == number))
        self.execute(delete(lengths).where(lengths.c.document == number))
        self._dropped_crops |= crops - {None}


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _size_and_time(path: Path, stat: os.stat_result | None) -> dict[str, int]:
    try:
        stat = stat or os.stat(path)
    except OSError:  # it vanished after it was read: remember it as a file that has changed
        return {"size": 0, "mtime_ns": 0}
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _element_row(
    element: Element, key: int, number: int, position: int, crop: str | None
) -> dict[str, Any]:
    return {
        "key": key,
        "document": number,
        "position": position,
        "kind": element.kind.value,
        "page": element.place.page,
        "id": element.id,
        "box": element.place.box,
        "seconds": element.place.seconds,
        "headings": element.headings,
        "mentions": element.mentions,
        "label": element.label,
        "caption": element.caption,
        "description": element.description,
        "crop": crop,
        "text": element.text,
    }


def _vector_rows(embedding: Embedding, first_key: int) -> Iterator[dict[str, Any]]:
    windows: dict[int, int] = {}
    data = np.ascontiguousarray(embedding.vectors, np.float32)
    for owner, vector in zip(embedding.owners.tolist(), data, strict=True):
        window = windows.get(owner, 0)
        windows[owner] = window + 1
        yield {
            "space": embedding.space.name,
            "element": first_key + owner,
            "window": window,
            "data": vector.tobytes(),
        }


def receipt_to_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON values; the document's id is not repeated."""
    return {
        "pages": receipt.pages,
        "passages": receipt.passages,
        "tables": receipt.tables,
        "figures": receipt.figures,
        "captions_linked": receipt.captions_linked,
        "missing": [[mention.label, mention.page] for mention in receipt.missing],
        "ocr_pages": list(receipt.ocr_pages),
        "skipped": list(receipt.skipped),
    }

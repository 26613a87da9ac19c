"""The steps of one transaction that changes the catalogue."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from indexes import seals, switching, words
from indexes.catalog import (
    documents,
    elements,
    mentions,
    meta,
    paths,
    removals,
    vectors,
)
from indexes.centring import count_in
from indexes.reader import UNSURE, document_elements, list_documents
from indexes.receipts import receipt_to_json
from indexes.types import Embedding, Keys, Modality, Space
from ingest.errors import NotFound
from ingest.types import Document, Element, Reading, Receipt

_SET_LAST_KEY = "UPDATE sqlite_sequence SET seq = ? WHERE name = 'elements'"
_LAST_KEY = text("SELECT seq FROM sqlite_sequence WHERE name = 'elements'")


class Change:
    """The steps of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.execute = connection.execute

    def generation(self) -> int:
        return int(
            self.connection.scalars(select(meta.c.value).where(meta.c.name == "generation")).one()
        )

    def next_generation(self) -> None:
        self._generation = self.generation() + 1
        self.execute(update(meta).where(meta.c.name == "generation"), {"value": self._generation})

    def number(self, document_id: str) -> int | None:
        return self.connection.scalar(
            select(documents.c.number).where(documents.c.id == document_id)
        )

    def numbers(self) -> Sequence[int]:
        """The numbers of all documents."""
        return self.connection.scalars(select(documents.c.number)).all()

    def holder(self, path: Path) -> int | None:
        """Number of the document that a path holds."""
        return self.connection.scalar(
            select(paths.c.document).where(paths.c.path == absolute(path))
        )

    def place(self, path: Path, number: int, root: Path | None, state: Mapping[str, int]) -> None:
        """Note which document a path holds; `state` as `size_and_time` gives it."""
        row = {
            "path": absolute(path),
            "document": number,
            "root": None if root is None else absolute(root),
            **state,
        }
        if self.holder(path) is None:
            self.execute(insert(paths), row)
        else:
            self.execute(update(paths).where(paths.c.path == row["path"]), row)

    def drop_if_pathless(self, number: int | None) -> None:
        if number is None:
            return
        held = select(func.count()).where(paths.c.document == number)
        if not self.connection.scalar(held):
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
        first = (self.connection.scalar(_LAST_KEY) or 0) + 1
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
        keys = range(first, first + len(found))
        words.store(self.connection, number, document, keys, found)
        self.store_vectors(embeddings, first + np.arange(len(found)))
        seals.seal(self.connection, number)

    def store_vectors(self, embeddings: Sequence[Embedding], keys: Keys) -> None:
        """Insert vectors; `keys` (n,) are those of the elements that owners are positions of."""
        for embedding in embeddings:
            self._insert(insert(vectors), list(_vector_rows(embedding, keys)))
            name, modality = embedding.space.name, embedding.modality
            count_in(self.connection, name, modality, embedding.vectors)

    def keys(self, number: int) -> Keys:
        """The keys of a document's elements, in reading order: (n,)."""
        own = select(elements.c.key).where(elements.c.document == number)
        found = self.connection.scalars(own.order_by(elements.c.position)).all()
        return np.array(found, np.int64)

    def new_key(self, key: int) -> int:
        """Give an element a key that no cache has seen, for it is about to change."""
        new = int(self.connection.scalar(_LAST_KEY) or 0) + 1
        self.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        self.execute(insert(removals), {"key": key, "generation": self._generation})
        self.execute(update(elements).where(elements.c.key == key).values(key=new))
        for table in (mentions, vectors):
            self.execute(update(table).where(table.c.element == key).values(element=new))
        self.connection.exec_driver_sql(_SET_LAST_KEY, (new,))
        return new

    def replace_vectors(self, key: int, embeddings: Sequence[Embedding]) -> None:
        """Put an element's vectors in place of those of the same spaces and modalities."""
        kinds = {(e.space.name, e.modality) for e in embeddings}
        own = vectors.c.element == key
        tagged = tuple_(vectors.c.space, vectors.c.modality).in_(kinds)
        self._remove_vectors(own & tagged)
        self.store_vectors(embeddings, np.array([key], np.int64))

    def set_figure_types(self, keys: Keys, types: Mapping[int, str]) -> None:
        """Give elements other figure types; `types` by position in `keys` (n,)."""
        for position, name in types.items():
            own = elements.c.key == int(keys[position])
            self.execute(update(elements).where(own).values(figure_type=name))

    def remove_vectors(self, number: int, spaces: Sequence[Space]) -> None:
        """Remove a document's vectors of some spaces."""
        own = vectors.c.element.in_(select(elements.c.key).where(elements.c.document == number))
        named = vectors.c.space.in_([space.name for space in spaces])
        self._remove_vectors(own & named)

    def unmark_switched(self, key: int) -> None:
        """Have an element's document embedded again for the models of a switch under way."""
        own = select(elements.c.document).where(elements.c.key == key)
        switching.unmark(self.connection, self.execute(own).scalar_one())

    def index_words_again(self, old: int, new: int) -> None:
        """The words of a changed element and of its page, from the catalogue."""
        row = self.execute(select(elements).where(elements.c.key == new)).one()
        document = list_documents(self.connection, [row.document])[0]
        found = document_elements(self.connection, Path(), document.id)
        words.replace_element(self.connection, row.document, document, found, old, new)

    def resealing(self, key: int) -> AbstractContextManager[None]:
        """Within, the rows of an element may change; its document is sealed anew."""
        own = select(elements.c.document, elements.c.position).where(elements.c.key == key)
        place = self.execute(own).one_or_none()
        if place is None:
            raise NotFound(f"no element {key}; it was replaced meanwhile")
        return seals.resealing(self.connection, *place)

    def merge_words(self) -> None:
        words.merge(self.connection)

    def _insert(self, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.execute(statement, rows)

    def _clear(self, number: int) -> None:
        """Remove all that a document holds: elements, words, pages, vectors."""
        own = elements.c.document == number
        self.execute(
            insert(removals).from_select(
                ["key", "generation"], select(elements.c.key, bindparam("generation")).where(own)
            ),
            {"generation": self._generation},
        )
        words.remove(self.connection, number)
        self._count_out(vectors.c.element.in_(select(elements.c.key).where(own)))
        switching.unmark(self.connection, number)
        self.execute(delete(elements).where(own))

    def _remove_vectors(self, going: ColumnElement[bool]) -> None:
        self._count_out(going)
        self.execute(delete(vectors).where(going))

    def _count_out(self, going: ColumnElement[bool]) -> None:
        """Take the vectors that are about to go out of their modalities' sums."""
        columns = (vectors.c.space, vectors.c.modality, vectors.c.data)
        leaving: dict[tuple[str, Modality], list[bytes]] = {}
        for space, modality, data in self.execute(
            select(*columns).where(going).order_by(vectors.c.number)
        ):
            leaving.setdefault((space, modality), []).append(data)
        for (space, modality), rows in leaving.items():
            data = np.frombuffer(b"".join(rows), np.float32).reshape(len(rows), -1)
            count_in(self.connection, space, modality, data, sign=-1)


def absolute(path: Path) -> Path:
    """A path as the catalogue stores it. Links are not followed: a user knows the link's name."""
    return Path(os.path.abspath(path))


def size_and_time(path: Path, stat: os.stat_result | None, since: int) -> dict[str, int]:
    """A file's columns in `paths`: from its state when it was read, or from its state now.

    A file that changed after `since` (nanoseconds of the epoch), before it was read or later, may
    have changed again with neither size nor time telling; it gets a time that no file has, so
    that the next ingest looks at its bytes.
    """
    try:
        stat = stat or os.stat(path)
    except OSError:  # it vanished after it was read: remember it as a file that has changed
        return {"size": 0, "mtime_ns": UNSURE}
    return {
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns if stat.st_mtime_ns < since else UNSURE,
    }


def _element_row(
    element: Element, key: int, number: int, position: int, crop: str | None
) -> dict[str, Any]:
    return {
        "key": key,
        "document": number,
        "position": position,
        "kind": element.kind.value,
        "page": element.place.page,
        "printed": element.place.printed,
        "id": element.id,
        "box": element.place.box,
        "seconds": element.place.seconds,
        "headings": element.headings,
        "mentions": element.mentions,
        "label": element.label,
        "caption": element.caption,
        "description": element.description,
        "described_by": element.described_by,
        "unverified": element.unverified,
        "figure_type": element.figure_type,
        "crop": crop,
        "text": element.text,
    }


def _vector_rows(embedding: Embedding, keys: Keys) -> Iterator[dict[str, Any]]:
    windows: dict[int, int] = {}
    data = np.ascontiguousarray(embedding.vectors, np.float32)
    for owner, vector in zip(embedding.owners.tolist(), data, strict=True):
        window = windows.get(owner, 0)
        windows[owner] = window + 1
        yield {
            "space": embedding.space.name,
            "element": int(keys[owner]),
            "modality": embedding.modality,
            "window": window,
            "data": vector.tobytes(),
        }

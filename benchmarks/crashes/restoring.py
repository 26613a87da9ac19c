"""An index whose documents are another's, stored in an order that is given."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexes.catalog import FILE_NAME
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.types import Document, Element, Reading

_VECTORS = (
    "SELECT space, modality, position, data FROM vectors JOIN elements"
    " ON elements.key = vectors.element JOIN documents ON documents.number = elements.document"
    " WHERE documents.id = ? ORDER BY space, modality, position, window"
)


def restore(clean: Path, folder: Path, like: Path) -> None:
    """Make in `folder` an index of the clean one's documents, stored in the order of another's.

    Documents that the other one stored anew after others keep their place among the documents, and
    have later keys: so here.
    """
    with closing(Store.open(like)) as store:
        stored = [document.id for document in store.documents()]
        keys = {identity: store.elements(identity) for identity in stored}
    with_keys = [identity for identity in stored if keys[identity]]
    by_key = sorted(with_keys, key=lambda identity: keys[identity][0][0])
    with closing(Store.open(clean)) as old:
        readings = _readings(old)
        spaces = old.spaces
    new = Store.create(folder, spaces)
    with closing(new), new.writing() as writer:
        for identity in [*stored, *(by_key if by_key != with_keys else ())]:
            reading = readings[identity]
            writer.put(reading, _embeddings(clean, reading.document, spaces))
        for identity in stored:
            for path in readings[identity].document.copies:
                writer.add_path(identity, path, None)
        writer.save()


def _readings(store: Store) -> dict[str, Reading]:
    receipts = store.receipts()
    return {
        document.id: Reading(
            document,
            tuple(_with_image(element) for _, element in store.elements(document.id)),
            receipts[document.id],
        )
        for document in store.documents()
    }


def _with_image(element: Element) -> Element:
    path = element.image_path
    return replace(element, image_path=None, image=path.read_bytes() if path else None)


def _embeddings(clean: Path, document: Document, spaces: Sequence[Space]) -> list[Embedding]:
    by_name = {space.name: space for space in spaces}
    rows: dict[tuple[str, str], list[tuple[int, bytes]]] = {}
    with closing(sqlite3.connect(clean / FILE_NAME)) as connection:
        for space, modality, position, data in connection.execute(_VECTORS, (document.id,)):
            rows.setdefault((space, modality), []).append((position, data))
    return [
        Embedding(
            by_name[space],
            np.array([position for position, _ in held], np.int64),
            np.frombuffer(b"".join(data for _, data in held), np.float32).reshape(len(held), -1),
            modality,  # type: ignore[arg-type]  # it was stored as one
        )
        for (space, modality), held in rows.items()
    ]

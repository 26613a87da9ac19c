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


def restore(clean: Path, folder: Path, order: Sequence[str]) -> None:
    """Make in `folder` an index of the clean one's documents, in the order of these ids."""
    old = Store.open(clean)
    new = Store.create(folder, old.spaces)
    documents = {document.id: document for document in old.documents()}
    receipts = old.receipts()
    with closing(old), closing(new), new.writing() as writer:
        for identity in order:
            document = documents[identity]
            elements = tuple(_with_image(element) for _, element in old.elements(identity))
            reading = Reading(document, elements, receipts[identity])
            writer.put(reading, _embeddings(clean, document, old.spaces))
            for path in document.copies:
                writer.add_path(identity, path, None)
        writer.save()


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

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexes.seals import broken_seals
from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.types import Reading

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]


def broken(store: Store) -> list[int]:
    with store._engine.connect() as connection:
        return broken_seals(connection)


def seals(store: Store) -> dict[str, str]:
    with store._engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, checksum FROM documents").all()
    return dict(map(tuple, rows))


def test_every_change_is_sealed(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding, tmp_path: Path
) -> None:
    alpha, beta = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "beta")
    new = Space("text", "another-model", 8)
    pixels = store.spaces[1]
    seen = set()

    def sealed() -> None:
        assert broken(store) == []
        seen.add(seals(store)[alpha.document.id])

    with store.writing() as writer:
        writer.put(alpha, [make_embedding()])
        writer.put(beta, [make_embedding(seed=1)])
        sealed()
        writer.put(alpha, [make_embedding(seed=2)])  # again, with other vectors
        sealed()
        figure = store.labelled([(alpha.document.id, "Figure 1")]).popitem()[1][0]
        writer.describe(figure, "Bars.", [make_embedding(count=1)], described_by="m")
        sealed()
        made = make_embedding(new)
        writer.put_coming(alpha.document.id, [made], {2: "bar chart"})
        sealed()
        writer.put_coming(beta.document.id, [made])
        writer.switch([new, pixels])
        sealed()
        assert len(seen) == 5
        writer.add_path(alpha.document.id, tmp_path / "copy.pdf", None)
        writer.remove_path(alpha.document.path)
        writer.remove_document(beta.document.id)
        assert broken(store) == []
        assert len(seals(store)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE elements SET text = 'As Figure 1 shows, alpha shrank' WHERE key = 2",
        "UPDATE elements SET page = page + 1 WHERE key = 2",
        "UPDATE elements SET text = CAST(text AS BLOB) WHERE key = 2",
        "UPDATE elements SET text = CAST(X'ff00' AS TEXT) WHERE key = 2",
        "UPDATE vectors SET data = zeroblob(32) WHERE number = 2",
        "UPDATE vectors SET modality = 'pixels' WHERE number = 2",
        "DELETE FROM vectors WHERE number = 2",
        "DELETE FROM mentions",
        "UPDATE documents SET title = 'Omega' WHERE number = 1",
        "UPDATE documents SET checksum = '' WHERE number = 1",
    ],
)
def test_what_changes_unseen_breaks_the_seal(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding, change: str
) -> None:
    alpha = make_reading("a.pdf", "alpha")
    plain = tuple(replace(e, mentions=()) for e in make_reading("b.pdf", "beta").elements)
    beta = replace(make_reading("b.pdf", "beta"), elements=plain)
    with store.writing() as writer:
        writer.put(alpha, [make_embedding()])
        writer.put(beta, [make_embedding()])
    store.close()
    with closing(sqlite3.connect(store.folder / "catalog.sqlite")) as connection:
        connection.execute(change)
        connection.commit()
    assert broken(store) == [1]


def test_a_change_does_not_heal_what_was_damaged(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding
) -> None:
    alpha = make_reading("a.pdf", "alpha")
    with store.writing() as writer:
        writer.put(alpha, [make_embedding()])
        with store._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE elements SET text = 'else' WHERE key = 2")
        writer.describe(3, "Bars.", [make_embedding(count=1)])
        assert broken(store) == [1]
        writer.put_coming(alpha.document.id, [make_embedding(Space("text", "another", 8))])
        assert broken(store) == [1]
        writer.put(alpha, [make_embedding()])
        assert broken(store) == []


def test_equal_documents_have_equal_seals_in_every_index(
    store: Store, make_reading: MakeReading, make_embedding: MakeEmbedding, tmp_path: Path
) -> None:
    alpha, beta = make_reading("a.pdf", "alpha"), make_reading("b.pdf", "beta")
    other = Store.create(tmp_path / "other", store.spaces)
    pictures = replace(make_embedding(store.spaces[1], 1), owners=np.array([2]))
    with store.writing() as one, other.writing() as two:
        for reading in (alpha, beta):
            one.put(reading, [make_embedding(), pictures])
        for reading in (beta, alpha, beta):
            two.put(reading, [pictures, make_embedding()])
    assert seals(store) == seals(other)
    other.close()

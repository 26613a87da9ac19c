from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from indexes import catalog
from ingest.errors import IndexBusy, IndexCorrupt, StoreError


def test_connections_read_while_another_writes(tmp_path: Path) -> None:
    engine = catalog.connect(tmp_path)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}
    catalog.metadata.create_all(engine)
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as writer:
        writer.execute(insert(catalog.meta), {"name": "x", "value": 1})
        with engine.connect() as reader:
            assert reader.execute(select(catalog.meta)).all() == []


def test_paths_that_are_not_utf8_come_back(tmp_path: Path) -> None:
    engine = catalog.connect(tmp_path)
    catalog.metadata.create_all(engine)
    odd = Path(os.fsdecode(b"/tmp/caf\xe9 \xff.pdf"))
    with engine.begin() as connection:
        row = {"id": "d", "title": "", "page_count": 1, "receipt": {}}
        connection.execute(insert(catalog.documents), row)
        place = {"path": odd, "document": 1, "size": 1, "mtime_ns": 1, "root": None}
        connection.execute(insert(catalog.paths), place)
        assert connection.scalars(select(catalog.paths.c.path)).all() == [odd]
        assert connection.scalars(select(catalog.paths.c.root)).all() == [None]


def test_keys_are_never_used_again(tmp_path: Path) -> None:
    engine = catalog.connect(tmp_path)
    catalog.metadata.create_all(engine)
    with engine.connect() as connection:
        sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'elements'")
        assert "AUTOINCREMENT" in sql.scalar_one()


@pytest.mark.parametrize(
    ("reason", "kind", "words"),
    [
        ("database is locked", IndexBusy, "another program"),
        ("database disk image is malformed", IndexCorrupt, "rag doctor --repair"),
        ("file is not a database", IndexCorrupt, "damaged"),
        ("database or disk is full", StoreError, "disk is full"),
        ("attempt to write a readonly database", StoreError, "permissions"),
        ("something new", StoreError, "something new"),
    ],
)
def test_complaints_of_sqlite_in_words(reason: str, kind: type[StoreError], words: str) -> None:
    error = catalog.store_error(Path("/x/.rag"), sqlite3.OperationalError(reason))
    assert type(error) is kind
    assert str(error).startswith("/x/.rag: ")
    assert words in str(error)

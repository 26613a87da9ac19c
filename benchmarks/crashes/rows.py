"""Rows of a catalogue as sqlite3 gives them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE_NAME = "catalog.sqlite"
CLOSE = 1e-4  # vectors of a text differ by some 1e-6 with what is embedded beside it

Row = dict[str, Any]


def connected(index: Path) -> sqlite3.Connection:
    """A connection to an index's catalogue."""
    connection = sqlite3.connect(index / FILE_NAME, timeout=10)
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    return connection


def rows_of(connection: sqlite3.Connection, statement: str) -> Iterator[Row]:
    """The rows of a statement, each by the names of its columns. Raises sqlite3.Error."""
    cursor = connection.execute(statement)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(zip(names, values, strict=True))

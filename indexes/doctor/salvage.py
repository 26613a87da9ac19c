"""A new catalogue from what can still be read of a damaged one.

Every table is walked by its row numbers; where SQLite finds damage, the walk goes on behind it.
What is copied may be half a document or nonsense: seals tell, and `mending` takes those out.
Derived rows (mentions, words, sums) are not copied but made again.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from indexes import catalog, seals
from indexes.connections import WRITE
from indexes.durable import sync

_NEEDED = ("documents", "paths", "elements", "vectors")
_COPIED = (*_NEEDED, "switched", "captions", "runs", "quarantine")
_BATCH = 500  # rows
_STEPS = 64  # rows to try one by one behind a damaged place, before leaping
_FARTHEST = 1 << 40  # no row number is as high
_PAGE = 4096  # bytes, SQLite's default
_HEADER = 100  # bytes of the file, before its first page's tree
_SUFFIXES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Copied:
    """What a salvage could read."""

    documents: int  # rows; whether they are whole is another question
    complete: bool  # False: paths may be missing that nothing names any more


def copy_readable(damaged: Path, fresh: Path) -> Copied:
    """Copy what can be read of a damaged catalogue file into a fresh one, which has no rows yet.

    A scratch file is written beside the fresh one. Raises sqlite3.Error, OSError when that one
    cannot be written.
    """
    patched = fresh.with_name("patched.sqlite")
    with closing(sqlite3.connect(fresh)) as into:
        into.execute("PRAGMA foreign_keys = OFF")
        source = _best_source(damaged, fresh, patched)
        if source is None:
            return Copied(0, False)
        with closing(source):
            whole = {table: _copy(source, into, table) for table in _COPIED}
        _mentions_again(into)
        into.commit()
        count = into.execute("SELECT count(*) FROM documents").fetchone()[0]
    return Copied(count, whole["paths"])


def has_seals(damaged: Path) -> bool:
    """Whether a catalogue that can be opened is of a format that has checksums."""
    with closing(_opened(damaged)) as connection:
        return "checksum" in _columns(connection, "documents")


def seal_again(folder: Path) -> None:
    """Seal every document of a catalogue whose source had no seals."""
    engine = catalog.connect(folder)
    try:
        with engine.execution_options(begin=WRITE).begin() as connection:
            seals.seal_all(connection)
    finally:
        engine.dispose()


def noted_spaces(damaged: Path) -> list[list[object]]:
    """The spaces that a damaged catalogue notes, as [name, model, dim]; [] when unreadable."""
    try:
        with closing(_opened(damaged)) as connection:
            statement = "SELECT value FROM meta WHERE name = 'spaces'"
            found = json.loads(connection.execute(statement).fetchone()[0])
            return [[name, model, int(dim)] for name, model, dim in found]
    except (sqlite3.Error, ValueError, TypeError):
        return []


def swap(folder: Path, fresh: Path, aside: Path) -> bool:
    """Put a fresh catalogue file in the place of the folder's, which goes into `aside`.

    Gives whether there was anything to put aside. Raises OSError. When it is stopped halfway, the
    damaged one lies in `aside` and the folder has no catalogue: a repair then starts from there.
    """
    present = [folder / f"{catalog.FILE_NAME}{suffix}" for suffix in _SUFFIXES]
    present = [path for path in present if path.exists()]
    sync(fresh)
    if any(path.stat().st_size for path in present):
        aside.mkdir(mode=0o700)
        for path in present:
            path.rename(aside / path.name)
        sync(aside)
    else:
        for path in present:
            path.unlink()
    fresh.rename(folder / catalog.FILE_NAME)
    sync(folder)
    return aside.is_dir()


def finish_moving(folder: Path, aside: Path) -> None:
    """Move the log of a catalogue after it, where a `swap` was stopped between the two."""
    logs = [f"{catalog.FILE_NAME}{suffix}" for suffix in _SUFFIXES[1:]]
    if not any((aside / name).exists() for name in logs):
        for name in logs:
            with suppress(FileNotFoundError):
                (folder / name).rename(aside / name)
        sync(aside)


def _best_source(damaged: Path, fresh: Path, patched: Path) -> sqlite3.Connection | None:
    """A connection through which tables can be read; None when there is no way to."""
    best: tuple[int, sqlite3.Connection] | None = None
    for patching in (False, True):
        try:
            connection = _opened(_patch(damaged, fresh, patched) if patching else damaged)
            readable = sum(bool(_columns(connection, table)) for table in _NEEDED)
        except (sqlite3.Error, OSError, ValueError):
            continue
        if best is None or readable > best[0]:
            best = readable, connection
        if readable == len(_NEEDED):
            break
    return best[1] if best else None


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True)
    # Texts that are no UTF-8 come out changed: their seal is broken then.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    # With this, SQLite also opens a file that is shorter than it should be.
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _patch(damaged: Path, fresh: Path, patched: Path) -> Path:
    """A copy whose first page, and the rest of its table of tables, is a fresh catalogue's.

    Tables are made in the same order everywhere, so their pages are the same. Raises OSError and
    ValueError.
    """
    shutil.copyfile(damaged, patched)
    template = fresh.read_bytes()
    size = patched.stat().st_size // _PAGE
    if size < 2:
        raise ValueError("nothing behind the first page")
    with patched.open("r+b") as file:
        for number in _schema_pages(template):
            file.seek(number * _PAGE)
            file.write(template[number * _PAGE : (number + 1) * _PAGE])
        file.seek(28)  # the header's count of pages; then: no free ones
        file.write(size.to_bytes(4, "big") + bytes(8))
    return patched


def _schema_pages(data: bytes) -> Iterator[int]:
    """Pages (from 0) of the table of tables in a catalogue; see SQLite's file format, 1.6."""
    yield 0
    if data[_HEADER] != 5:  # not an interior page: it holds everything
        return
    count = int.from_bytes(data[_HEADER + 3 : _HEADER + 5], "big")
    for at in range(count):
        pointer = _HEADER + 12 + 2 * at
        cell = int.from_bytes(data[pointer : pointer + 2], "big")
        yield int.from_bytes(data[cell : cell + 4], "big") - 1
    yield int.from_bytes(data[_HEADER + 8 : _HEADER + 12], "big") - 1


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Names of a table's columns; [] when there is no such table."""
    try:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    except sqlite3.Error:
        return []


def _copy(source: sqlite3.Connection, into: sqlite3.Connection, table: str) -> bool:
    """Copy a table's readable rows; whether these were all, as far as one can see."""
    wanted = [column.name for column in catalog.metadata.tables[table].columns]
    present = _columns(source, table)
    columns = [name for name in wanted if name in present]
    if not columns:
        return False
    listed = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    names = f"{table} ({listed})"
    insert = f"INSERT OR IGNORE INTO {names} VALUES ({marks})"  # noqa: S608 - of the schema's names
    walk = _Walk(source, table, listed)
    batch: list[Sequence[Any]] = []
    blobs = [at for at, name in enumerate(columns) if name == "path"]
    for row in walk.rows():
        if any(not isinstance(row[at], bytes) or b"\0" in row[at] for at in blobs):
            walk.whole = False
            continue
        batch.append(row)
        if len(batch) == _BATCH:
            into.executemany(insert, batch)
            batch = []
    into.executemany(insert, batch)
    return walk.whole


class _Walk:
    """A table's rows by row number, past damaged places."""

    def __init__(self, connection: sqlite3.Connection, table: str, columns: str) -> None:
        self._connection = connection
        behind = f"FROM {table} NOT INDEXED WHERE rowid > ? ORDER BY rowid"
        self._rows = f"SELECT rowid, {columns} {behind}"
        self._next = f"SELECT rowid {behind} LIMIT 1"
        self.whole = True

    def rows(self) -> Iterator[Sequence[Any]]:
        last: int | None = -1
        while last is not None:
            try:
                for number, *values in self._connection.execute(self._rows, (last,)):
                    if number <= last:
                        raise sqlite3.DatabaseError("rows are out of order")
                    last = number
                    yield values
                return
            except (sqlite3.Error, OverflowError):
                self.whole = False
                last = self._behind(last)

    def _behind(self, last: int) -> int | None:
        """After which row number to go on; None when nothing more can be read."""
        reached, number = self._try(last)
        if reached:
            return number  # this row alone cannot be read
        step, failed = 1, last
        while step < _FARTHEST:
            reached, number = self._try(last + step)
            if reached:
                return self._first(failed, last + step)
            failed = last + step
            step = step + 1 if step < _STEPS else 2 * step
        return None

    def _first(self, failed: int, reached: int) -> int:
        """The lowest place from which rows can be read, between one that fails and one that not."""
        while reached - failed > 1:
            middle = (failed + reached) // 2
            if self._try(middle)[0]:
                reached = middle
            else:
                failed = middle
        return reached

    def _try(self, after: int) -> tuple[bool, int | None]:
        """Whether the place behind a row number can be reached; the number of the row there."""
        try:
            row = self._connection.execute(self._next, (after,)).fetchone()
        except (sqlite3.Error, OverflowError):
            return False, None
        if row is not None and row[0] <= after:
            return False, None
        return True, None if row is None else row[0]


def _mentions_again(into: sqlite3.Connection) -> None:
    """Fill the table of mentions from the elements."""
    found = []
    for key, listed in into.execute("SELECT key, mentions FROM elements"):
        try:
            found += [(key, str(label)) for label in json.loads(listed)]
        except (ValueError, TypeError):
            continue
    into.executemany("INSERT OR IGNORE INTO mentions (element, label) VALUES (?, ?)", found)

"""Bringing an index that an older version made to this version's format, in place.

The catalogue is copied first; the copy stays beside it, for the user to remove. All changes are
one transaction under the write lock: a process that dies leaves the old format or the new one,
and whoever opens the index next goes on from there.
"""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection

from indexes import connections
from indexes.catalog import SCHEMA_VERSION
from indexes.durable import PARTIAL, make_private, sync
from indexes.lock import write_lock
from indexes.seals import seal_all
from ingest.errors import IndexBusy, IndexCorrupt, IndexVersion, StoreError

_log = logging.getLogger(__name__)

_SCHEMA = "SELECT value FROM meta WHERE name = 'schema'"
_MOMENT = "SELECT name, value FROM meta WHERE name IN ('index', 'generation') ORDER BY name"
_SPARE = 1 << 24  # bytes beyond twice the catalogue: its log, and the file system's own


def migrate(folder: Path, schema: int) -> None:
    """Bring the index in a folder, of this older format, to this version's.

    Raises IndexVersion, naming the command that helps, when that cannot be done: the format is
    newer, or too old, the folder is read-only, or another process is writing; StoreError when the
    disk has no room for the copy.
    """
    if schema > SCHEMA_VERSION:
        raise IndexVersion(
            f"{folder}: made by a newer version (format {schema}, this one reads "
            f"{SCHEMA_VERSION}); run: pip install -U multimodal-rag"
        )
    if schema not in _STEPS:
        raise IndexVersion(_too_old(folder, schema))
    told = f"{folder}: made by an older version (format {schema}, this one reads {SCHEMA_VERSION})"
    again = f"rag status --index {shlex.quote(str(folder))}"
    if not connections.can_write(folder):
        raise IndexVersion(f"{told}, and cannot be written; where it can, run: {again}")
    try:
        with write_lock(folder):
            try:
                make_private(folder)
            except OSError as error:
                raise connections.store_error(folder, error) from error
            _migrate(folder)
    except IndexBusy as error:
        raise IndexVersion(f"{told}, and it is in use ({error}); then run: {again}") from error


def _migrate(folder: Path) -> None:
    engine = connections.connect(folder)
    try:
        with engine.connect() as connection:
            schema = _schema(connection)
            if schema not in _STEPS:  # another process was quicker
                return
            damage = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if damage != "ok":
            raise IndexCorrupt(
                f"{folder}: the catalogue is damaged ({damage}); run: rag doctor --repair"
            )
        backup = _back_up(folder, schema)
        with engine.execution_options(begin=connections.DURABLE).begin() as connection:
            for step in range(schema, SCHEMA_VERSION):
                _STEPS[step](connection)
            seal_all(connection)
            connection.exec_driver_sql(
                "UPDATE meta SET value = ? WHERE name = 'schema'", (SCHEMA_VERSION,)
            )
    finally:
        engine.dispose()
    _log.warning(
        "%s: brought from format %d to %d; %s is the catalogue as it was, yours to remove",
        *(folder, schema, SCHEMA_VERSION, backup.name),
    )


def _from_4(connection: Connection) -> None:
    """Checksums of documents, files in quarantine, runs that have a beginning."""
    for statement in (
        "ALTER TABLE documents ADD COLUMN checksum VARCHAR DEFAULT '' NOT NULL",
        "CREATE TABLE quarantine (path BLOB NOT NULL, size INTEGER NOT NULL,"
        " mtime_ns INTEGER NOT NULL, reason VARCHAR NOT NULL, since VARCHAR NOT NULL,"
        " PRIMARY KEY (path))",
        "ALTER TABLE runs RENAME TO runs_4",
        "CREATE TABLE runs (number INTEGER NOT NULL, command VARCHAR DEFAULT 'ingest' NOT NULL,"
        " version VARCHAR DEFAULT '' NOT NULL, process INTEGER, started VARCHAR, finished VARCHAR,"
        " outcome VARCHAR, summary JSON NOT NULL, PRIMARY KEY (number))",
        "INSERT INTO runs (number, finished, outcome, summary)"
        " SELECT number, finished, 'done', summary FROM runs_4",
        "DROP TABLE runs_4",
    ):
        connection.exec_driver_sql(statement)


_STEPS: dict[int, Callable[[Connection], None]] = {4: _from_4}  # from each format to the next


def _back_up(folder: Path, schema: int) -> Path:
    """Copy the catalogue, unless an attempt that died has copied this very state already."""
    source = folder / connections.FILE_NAME
    target, number = folder / f"catalog.format-{schema}.sqlite", 1
    while target.exists():
        if _moment(target) == _moment(source):
            return target
        number += 1
        target = folder / f"catalog.format-{schema}.{number}.sqlite"
    size = sum(path.stat().st_size for path in folder.glob(f"{connections.FILE_NAME}*"))
    free = shutil.disk_usage(folder).free
    if free < 2 * size + _SPARE:
        raise StoreError(
            f"{folder}: to bring it to this version's format takes {2 * size + _SPARE:,} bytes of "
            f"free disk, and {free:,} are there; free some space"
        )
    partial = target.with_name(target.name + PARTIAL)
    try:
        _copy(source, partial)
        partial.replace(target)
        sync(folder)
    except sqlite3.Error as error:
        raise connections.store_error(folder, error) from error
    except OSError as error:
        raise connections.store_error(folder, error) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _copy(source: Path, target: Path) -> None:
    """Write one whole file, without a log beside it; SQLite flushes it to the disk."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE").fetchall()


def _moment(path: Path) -> object:
    """Of which index and when a catalogue is; None for what is none."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        return connection.execute(_MOMENT).fetchall()
    return None


def _schema(connection: Connection) -> int:
    return int(connection.exec_driver_sql(_SCHEMA).scalar_one())


def _too_old(folder: Path, schema: int) -> str:
    index = shlex.quote(str(folder))
    sources = " ".join(shlex.quote(str(root)) for root in _roots(folder)) or "PATH"
    return (
        f"{folder}: made by a version that is too old (format {schema}, this one reads "
        f"{min(map(str, _STEPS))} to {SCHEMA_VERSION}); make it again: "
        f"mv {index} {index}.format-{schema} && rag ingest {sources} --index {index}"
    )


def _roots(folder: Path) -> list[Path]:
    """What an index of a format that is not read any more was made from, if it tells."""
    statement = "SELECT DISTINCT coalesce(root, path) FROM paths ORDER BY number"
    found: list[Path] = []
    with suppress(sqlite3.Error), closing(sqlite3.connect(folder / connections.FILE_NAME)) as old:
        found = [Path(os.fsdecode(name)) for (name,) in old.execute(statement)]
    return found if len(found) <= 20 else []

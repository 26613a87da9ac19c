"""Connections to a folder's catalogue: how they behave, and what SQLite's complaints mean.

Connections use write-ahead logging: readers see the last commit and never wait for the writer.
A commit is there as a whole or not at all. With `synchronous=NORMAL` a power cut may take the
newest of them, which `ingest` makes again; a transaction begun with DURABLE is on the disk when
it returns, and with it all that were committed before. See docs/reliability.md.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext

from ingest.errors import IndexBusy, IndexCorrupt, StoreError

FILE_NAME = "catalog.sqlite"
BUSY_SECONDS = 10.0
LARGEST_LOG = 1 << 26  # bytes that the write-ahead log keeps once it is emptied

# How a transaction begins: the engine's execution option "begin".
WRITE = "PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE"
DURABLE = "PRAGMA synchronous=FULL; BEGIN IMMEDIATE"

_SHARED = ("foreign_keys=ON", "cache_size=-32000", "mmap_size=1073741824", "temp_store=MEMORY")
_WRITABLE = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "wal_autocheckpoint=4000",  # pages: a flush every 16 MB
    f"journal_size_limit={LARGEST_LOG}",
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def connect(folder: Path, name: str = FILE_NAME) -> Engine:
    """Engine on a folder's catalogue. SQLite's errors come out as StoreError and its kind.

    In a folder that cannot be written, the engine only reads.
    """
    path = folder / name
    if can_write(folder):
        engine = create_engine(
            "sqlite://",
            creator=lambda: _open(os.fspath(path), _WRITABLE),
            poolclass=QueuePool,
            pool_size=16,
            max_overflow=-1,
        )
    else:  # each connection looks anew: someone may write who may
        engine = create_engine(
            "sqlite://", creator=lambda: _open(_read_only(path)), poolclass=NullPool
        )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _translate(folder))
    return engine


def can_write(folder: Path) -> bool:
    """Whether this user may change the index in a folder, as far as permissions say."""
    path = folder / FILE_NAME
    return os.access(folder, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def checkpoint(folder: Path, wait: float = 1.0) -> bool:
    """Move what was committed from the write-ahead log into the catalogue, and empty the log.

    Waits so many seconds for readers. Whether it was done: then no reader is left who sees an
    older moment. Otherwise the log stays until another time. Raises StoreError.
    """
    try:
        connection = sqlite3.connect(folder / FILE_NAME, timeout=wait, isolation_level=None)
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise store_error(folder, error) from error
    return not busy


def _open(path: str, pragmas: tuple[str, ...] = ()) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin where SQLAlchemy says, see _begin
        check_same_thread=False,
        uri=path.startswith("file:"),
    )
    try:
        for pragma in (*pragmas, *_SHARED):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _read_only(path: Path) -> str:
    """The URI under which a catalogue can be read where nothing can be written.

    Without a log the file is all there is; with one, SQLite also needs its index beside it.
    """
    log, index = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    at_rest = not log.exists() or log.stat().st_size == 0
    if not at_rest and not index.exists():
        raise StoreError(
            f"{path.parent}: was not closed, and this folder cannot be written to finish it: "
            "copy it to one that can"
        )
    return f"file:{quote(os.fsencode(path))}?{'immutable=1' if at_rest else 'mode=ro'}"


def _begin(connection: Connection) -> None:
    """Begin as the engine's option `begin` says: with WRITE, DURABLE, or to read."""
    for statement in connection.get_execution_options().get("begin", "BEGIN").split("; "):
        connection.exec_driver_sql(statement)


def _translate(folder: Path) -> Any:
    def raise_store_error(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, sqlite3.Error):
            raise store_error(folder, error) from error

    return raise_store_error


def store_error(folder: Path, error: Exception) -> StoreError:
    """What SQLite's or the file system's complaint about an index means to a user."""
    code = error.errno if isinstance(error, OSError) else None
    reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
    if "locked" in reason:
        return IndexBusy(f"{folder}: another program holds the catalogue; try again later")
    if "malformed" in reason or "not a database" in reason:
        return IndexCorrupt(
            f"{folder}: the catalogue is damaged ({reason}); run: rag doctor --repair"
        )
    if "disk is full" in reason or code in _FULL:
        return StoreError(f"{folder}: the disk is full; free some space and ingest again")
    if "disk I/O" in reason:
        name = getattr(error, "sqlite_errorname", reason)
        return StoreError(
            f"{folder}: the disk refused ({name}): it is full, at a limit, or failing; free some "
            "space and ingest again"
        )
    if "readonly" in reason or "unable to open" in reason or code in _FORBIDDEN:
        return StoreError(f"{folder}: cannot be opened or written ({reason}); check permissions")
    return StoreError(f"{folder}: the catalogue refused ({reason})")

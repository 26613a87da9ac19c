"""Putting a catalogue's rows right, in one transaction: what is derived is made again.

A document that is not whole stays until its file has been read again, and goes when there is no
file: never half a document, and none that could still be had.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from indexes import catalog, words
from indexes.catalog import documents, elements, meta, pages, paths, switched, vectors
from indexes.doctor import folder as lying
from indexes.doctor import rows, statistics
from indexes.doctor.checking import missing_indexes
from indexes.doctor.problems import Repair
from indexes.durable import LOST
from indexes.meta import read_meta
from indexes.reader import UNSURE, document_elements, list_documents
from indexes.types import Space
from ingest.errors import StoreError

FindPaths = Callable[[Collection[str]], Mapping[str, Path]]
"""Given documents' ids (SHA-256 of a file), the files that have them, as far as there are any."""

_NOT_NOW = "is there, but cannot be read now: ingest it when it can"
_CHANGED = {"size": -1, "mtime_ns": UNSURE}  # as no file is: whoever ingests it reads it again


@dataclass(slots=True)
class Mending:
    """What a mending did, and what is left for others to do."""

    repairs: list[Repair] = field(default_factory=list)
    again: dict[Path, None] = field(default_factory=dict)  # files to be read again
    lost: list[Path] = field(default_factory=list)  # documents that had to go
    waiting: int = 0  # documents that stay, but are to be read again
    unneeded: set[str] = field(default_factory=set)  # crops that may go after the commit
    changed: bool = False  # rows went or came: keys and caches must not be trusted

    def did(self, message: str, documents: Iterable[Path] = ()) -> None:
        """Note something that was done."""
        self.repairs.append(Repair(message, True, tuple(documents)))

    def cannot(self, message: str, documents: Iterable[Path] = ()) -> None:
        """Note something that could not be done."""
        self.repairs.append(Repair(message, False, tuple(documents)))


def mend(
    connection: Connection,
    folder: Path,
    spaces: Sequence[Space],
    find: FindPaths,
    *,
    final: bool,
    words_too: bool,
) -> Mending:
    """Put everything right that rows tell. The connection must be writing.

    `final`: what was to be read again was, or never will be; `words_too`: the word index is not
    to be trusted. Raises StoreError's kinds, ValueError and TypeError when the rows are worse than
    that: salvage then.
    """
    done = Mending()
    _nonsense(connection, done)
    _strays(connection, spaces, done)
    _logs(connection, done)
    _indexes(connection, done)
    _pathless(connection, folder, find, done)
    _found_again(connection, folder)
    waiting = _broken(connection, spaces, done, final=final)
    _crops(connection, folder, waiting, done, final=final)
    if words_too or done.changed or any(words.problems(connection)):
        index_words_again(connection, waiting)
        done.did("made the word index again")
    if done.changed or statistics.wrong_statistics(connection, deep=True):
        statistics.count_again(connection)
        done.did("counted the sums again that vectors are centred by")
        done.changed = True
    if any(rows.wrong_numbers(connection)):
        _number_again(connection)
        done.did("corrected the count of changes")
        done.changed = True
    if done.changed:
        _new_identity(connection)
    return done


def index_words_again(connection: Connection, without: Collection[int] = ()) -> None:
    """Make both word tables anew, but for the documents of these numbers."""
    for table in catalog.WORD_TABLES:
        sql = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_schema WHERE name = ?", (table,)
        ).scalar_one()
        connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql(sql)
    connection.execute(delete(pages))
    for number in connection.scalars(select(documents.c.number).order_by(documents.c.number)).all():
        if number in without:
            continue
        (document,) = list_documents(connection, [number])
        found = document_elements(connection, Path(), document.id)
        keys = [key for key, _ in found]
        words.store(connection, number, document, keys, [element for _, element in found])


def _nonsense(connection: Connection, done: Mending) -> None:
    """Takes out what is no path; a folder, size or time that is none only makes a file unsure."""
    count = connection.execute(delete(paths).where(rows.NO_PATH)).rowcount
    done.changed |= count > 0
    count += connection.execute(update(paths).where(rows.NO_ROOT).values(root=None)).rowcount
    count += connection.execute(update(paths).where(rows.NO_STATE).values(_CHANGED)).rowcount
    if count:
        done.did(f"put {count} paths right that could not be read")


def _strays(connection: Connection, spaces: Sequence[Space], done: Mending) -> None:
    homeless = connection.scalars(
        select(paths.c.path).where(~exists().where(documents.c.number == paths.c.document))
    ).all()
    for meaning, (table, owned) in rows.STRAYS.items():
        if count := connection.execute(delete(table).where(~exists().where(owned))).rowcount:
            done.did(f"removed: {count} {meaning}")
            done.changed = True
    for path in homeless:
        if _is_there(path):
            done.again[path] = None
        else:
            done.lost.append(path)
    if count := connection.execute(delete(vectors).where(rows.foreign_vectors(spaces))).rowcount:
        done.did(f"removed {count} vectors of no space of the index")
        done.changed = True


def _logs(connection: Connection, done: Mending) -> None:
    """Takes rows that cannot be read out of the tables that are logs and caches."""
    for name in rows.unreadable_logs(connection):
        table = catalog.metadata.tables[name]
        count = 0
        for number in connection.scalars(select(rows.ROW).select_from(table)).all():
            own = rows.ROW.in_([number])
            try:
                connection.execute(select(table).where(own)).all()
            except (StoreError, ValueError, TypeError):
                count += connection.execute(delete(table).where(own)).rowcount
        done.did(f"removed {count} rows of the table {name} that could not be read")


def _indexes(connection: Connection, done: Mending) -> None:
    for name in missing_indexes(connection):
        for table in catalog.metadata.tables.values():
            for index in table.indexes:
                if index.name == name:
                    index.create(connection)
                    done.did(f"made the index {name} again")


def _pathless(connection: Connection, folder: Path, find: FindPaths, done: Mending) -> None:
    """Gives documents that lost their paths those of files with their bytes, or one in LOST."""
    homeless = connection.execute(
        select(documents.c.number, documents.c.id).where(rows.PATHLESS).order_by(documents.c.number)
    ).all()
    if not homeless:
        return
    found = find([row.id for row in homeless])
    taken = set(connection.scalars(select(paths.c.path)))
    for row in homeless:
        there = found.get(row.id)
        path = folder / LOST / row.id[:12] if there is None or there in taken else there
        while path in taken:
            path = path.with_name(f"{path.name}_")
        taken.add(path)
        try:
            stat = path.stat()
            size, time = stat.st_size, stat.st_mtime_ns
        except OSError:
            size, time = 0, UNSURE
        place = {"path": path, "document": row.number, "size": size, "mtime_ns": time}
        connection.execute(insert(paths), place)
        if path == there:
            done.did("found the file of a document that had lost its path", [path])
        elif there:  # the index has other bytes for it
            done.again[there] = None
        else:
            done.cannot("a document's path is lost, and no file has its bytes; kept as", [path])
    done.changed = True


def _found_again(connection: Connection, folder: Path) -> None:
    """Forgets the places in LOST of documents that have a file again."""
    listed = connection.execute(select(paths.c.number, paths.c.document, paths.c.path)).all()
    lost = {row.number for row in listed if row.path.parent == folder / LOST}
    known = {row.document for row in listed if row.number not in lost}
    numbers = [row.number for row in listed if row.number in lost and row.document in known]
    if numbers:
        connection.execute(delete(paths).where(paths.c.number.in_(numbers)))


def _broken(
    connection: Connection, spaces: Sequence[Space], done: Mending, *, final: bool
) -> set[int]:
    """Documents that are to be read again; the others that are not whole are removed."""
    numbers: set[int] = set()
    for broken in rows.broken_documents(connection, spaces, deep=True):
        numbers |= broken.numbers
    waiting = set()
    for number, own in rows.paths_of(connection, numbers).items():
        files = [path for path in own if _is_there(path)]
        if files and not final:
            waiting.add(number)
            done.again |= dict.fromkeys(files)
        else:
            connection.execute(delete(documents).where(documents.c.number == number))
            if files:
                done.cannot(f"damaged, and removed: its file {_NOT_NOW}", files[:1])
            else:
                done.lost += own[:1]
        done.changed = True
    done.waiting = len(waiting)
    _mark_changed(connection, waiting)
    # Their vectors may be too short to be counted out, when what was read takes their place.
    keys = select(elements.c.key).where(elements.c.document.in_(waiting))
    connection.execute(delete(vectors).where(vectors.c.element.in_(keys)))
    connection.execute(delete(switched).where(switched.c.document.in_(waiting)))
    return waiting


def _crops(
    connection: Connection, folder: Path, waiting: set[int], done: Mending, *, final: bool
) -> None:
    """Notes crops that are not what their name says, or that nothing names, and who lacks some."""
    named = rows.crops_of(connection)
    altered = lying.altered_crops(folder, named.keys())
    done.unneeded = altered | lying.unnamed_crops(folder, named.keys())
    missing = lying.missing_crops(folder, named.keys()) | altered
    short = {number for name in missing for number in named[name]} - waiting
    for number, own in rows.paths_of(connection, short).items():
        files = [path for path in own if _is_there(path)]
        if files and not final:
            done.again |= dict.fromkeys(files)
            _mark_changed(connection, [number])
        else:
            why = f"its file {_NOT_NOW}" if files else "so is the file"
            done.cannot(f"crops are gone, and {why}; its text and tables are kept", own[:1])


def _is_there(path: Path) -> bool:
    """Whether a file is not gone: one in a folder that may not be entered may be there."""
    try:
        return path.is_file()
    except OSError:
        return True


def _mark_changed(connection: Connection, numbers: Collection[int]) -> None:
    """Has the next ingest read documents again, should this repair end before it does."""
    connection.execute(update(paths).where(paths.c.document.in_(numbers)).values(_CHANGED))


def _number_again(connection: Connection) -> None:
    highest = connection.exec_driver_sql("SELECT coalesce(max(key), 0) FROM elements").scalar_one()
    last = max(highest, rows.last_key(connection))
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'elements'")
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES ('elements', ?)", (last,))


def _new_identity(connection: Connection) -> None:
    """No cache file and no open reader takes the index for what it was before."""
    connection.execute(delete(catalog.removals))
    noted = read_meta(connection).get("generation")
    generation = (noted if isinstance(noted, int) and noted >= 0 else 0) + 1
    values: dict[str, Any] = {
        "generation": generation,
        "horizon": generation,
        "index": uuid.uuid4().hex,
    }
    for name, value in values.items():
        if not connection.execute(
            update(meta).where(meta.c.name == name), {"value": value}
        ).rowcount:
            connection.execute(insert(meta), {"name": name, "value": value})

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
from indexes.crops import crop_path
from indexes.doctor import folder as lying
from indexes.doctor import rows, statistics
from indexes.doctor.checking import missing_indexes
from indexes.doctor.problems import Repair
from indexes.reader import UNSURE, document_elements, list_documents
from indexes.types import Space
from ingest.errors import StoreError

FindPaths = Callable[[Collection[str]], Mapping[str, Path]]
"""Given documents' ids (SHA-256 of a file), the files that have them, as far as there are any."""

LOST = "lost"  # a folder that does not exist, for documents whose file nobody knows


@dataclass(slots=True)
class Mending:
    """What a mending did, and what is left for others to do."""

    repairs: list[Repair] = field(default_factory=list)
    again: dict[Path, None] = field(default_factory=dict)  # files to be read again
    lost: list[Path] = field(default_factory=list)  # documents that had to go
    waiting: int = 0  # documents that stay, but are to be read again
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
    _strays(connection, spaces, done)
    _logs(connection, done)
    _indexes(connection, done)
    _pathless(connection, folder, find, done)
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


def _strays(connection: Connection, spaces: Sequence[Space], done: Mending) -> None:
    homeless = connection.scalars(
        select(paths.c.path).where(~exists().where(documents.c.number == paths.c.document))
    ).all()
    for meaning, (table, owned) in rows.STRAYS.items():
        if count := connection.execute(delete(table).where(~exists().where(owned))).rowcount:
            done.did(f"removed: {count} {meaning}")
            done.changed = True
    for path in homeless:
        if path.is_file():
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
    for row in homeless:
        path = found.get(row.id) or folder / LOST / row.id[:12]
        try:
            stat = path.stat()
            size, time = stat.st_size, stat.st_mtime_ns
        except OSError:
            size, time = 0, UNSURE
        place = {"path": path, "document": row.number, "size": size, "mtime_ns": time}
        connection.execute(insert(paths), place)
        if row.id in found:
            done.did("found the file of a document that had lost its path", [path])
        else:
            done.cannot("a document's path is lost, and no file has its bytes; kept as", [path])
    done.changed = True


def _broken(
    connection: Connection, spaces: Sequence[Space], done: Mending, *, final: bool
) -> set[int]:
    """Documents that are to be read again; the others that are not whole are removed."""
    numbers: set[int] = set()
    for broken in rows.broken_documents(connection, spaces, deep=True):
        numbers |= broken.numbers
    waiting = set()
    for number, own in rows.paths_of(connection, numbers).items():
        files = [] if final else [path for path in own if path.is_file()]
        if files:
            waiting.add(number)
            done.again |= dict.fromkeys(files)
        else:
            connection.execute(delete(documents).where(documents.c.number == number))
            done.lost += own[:1]
        done.changed = True
    done.waiting = len(waiting)
    # Their vectors may be too short to be counted out, when what was read takes their place.
    keys = select(elements.c.key).where(elements.c.document.in_(waiting))
    connection.execute(delete(vectors).where(vectors.c.element.in_(keys)))
    connection.execute(delete(switched).where(switched.c.document.in_(waiting)))
    return waiting


def _crops(
    connection: Connection, folder: Path, waiting: set[int], done: Mending, *, final: bool
) -> None:
    """Removes crops that are not what their name says, or that nothing names."""
    named = rows.crops_of(connection)
    altered = lying.altered_crops(folder, named.keys())
    unnamed = lying.unnamed_crops(folder, named.keys())
    for name in altered | unnamed:
        crop_path(folder, name).unlink(missing_ok=True)
    if unnamed:
        done.did(f"removed {len(unnamed)} crops that nothing named")
    if altered:
        done.did(f"removed {len(altered)} crops that were not the pictures they had been")
    missing = lying.missing_crops(folder, named.keys())
    short = {number for name in missing for number in named[name]} - waiting
    for _, own in rows.paths_of(connection, short).items():
        files = [] if final else [path for path in own if path.is_file()]
        if files:
            done.again |= dict.fromkeys(files)
        else:
            done.cannot("crops are gone, and so is the file; its text and tables are kept", own[:1])


def _number_again(connection: Connection) -> None:
    highest = connection.exec_driver_sql("SELECT coalesce(max(key), 0) FROM elements").scalar_one()
    last = max(highest, rows.last_key(connection))
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'elements'")
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES ('elements', ?)", (last,))


def _new_identity(connection: Connection) -> None:
    """No cache file and no open reader takes the index for what it was before."""
    connection.execute(delete(catalog.removals))
    noted = rows.read_meta(connection).get("generation")
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

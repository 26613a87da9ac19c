"""Is an index whole? Compares the catalogue with itself, with the crops and with the caches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, exists, func, select

from indexes import words
from indexes.cache import VectorCache
from indexes.catalog import documents, elements, mentions, paths, vectors
from indexes.crops import stored_crops
from ingest.errors import IndexCorrupt, StoreError

_TEXT_SPACE = "text"
_REPAIR = "remove its documents and ingest them again"


def problems(engine: Engine, folder: Path, caches: Iterable[VectorCache]) -> list[str]:
    """What is wrong with an index, in words; nothing when it is healthy."""
    with engine.connect() as connection:
        damage = [
            f"the catalogue is damaged: {line}"
            for line in connection.exec_driver_sql("PRAGMA quick_check(10)").scalars()
            if line != "ok"
        ]
        if damage:
            return damage
        stale = [problem for cache in caches for problem in cache.problems(connection)]
        spaces = {cache.space.name for cache in caches}
        found = [
            *_stray_rows(connection),
            *(f"{problem}; {_REPAIR}" for problem in words.problems(connection)),
            *(_without_vectors(connection) if _TEXT_SPACE in spaces else ()),
            *_crops(connection, folder),
            *stale,
        ]
    return [*found, *_damaged_words(engine)]


def _stray_rows(connection: Connection) -> Iterator[str]:
    strays = {
        "vectors belong to no element": (vectors, elements.c.key == vectors.c.element),
        "mentions belong to no element": (mentions, elements.c.key == mentions.c.element),
        "elements belong to no document": (elements, documents.c.number == elements.c.document),
        "documents have no path": (documents, paths.c.document == documents.c.number),
    }
    for meaning, (table, owned) in strays.items():
        statement = select(func.count()).select_from(table).where(~exists().where(owned))
        if count := connection.scalar(statement):
            yield f"{count} {meaning}; {_REPAIR}"


def _damaged_words(engine: Engine) -> Iterator[str]:
    # SQLite takes FTS5's check for a change, so it needs the catalogue to itself.
    try:
        with engine.execution_options(begin="BEGIN IMMEDIATE").connect() as connection:
            words.verify(connection)
    except IndexCorrupt:
        yield "the word index is damaged; delete the folder and ingest again"
    except StoreError:
        pass  # someone is writing, or the folder is read-only: no damage


def _without_vectors(connection: Connection) -> Iterator[str]:
    own = exists().where(vectors.c.element == elements.c.key, vectors.c.space == _TEXT_SPACE)
    if count := connection.scalar(select(func.count()).select_from(elements).where(~own)):
        yield f"{count} elements have no vector in space {_TEXT_SPACE!r}; {_REPAIR}"


def _crops(connection: Connection, folder: Path) -> Iterator[str]:
    stored = stored_crops(folder)
    named = connection.scalars(
        select(elements.c.crop).where(elements.c.crop.is_not(None)).distinct()
    )
    missing = sorted(digest for digest in named if not stored.get(digest))
    if missing:
        yield f"{len(missing)} crops are missing or empty, the first is {missing[0]}; {_REPAIR}"

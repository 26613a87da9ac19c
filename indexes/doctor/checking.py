"""All checks of an index folder. They work also where the index cannot be opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from indexes import catalog, words
from indexes.cache import VectorCache
from indexes.catalog import quarantine, runs
from indexes.connections import WRITE
from indexes.doctor import caches, rows, statistics
from indexes.doctor import folder as lying
from indexes.doctor.folder import DOCTOR
from indexes.doctor.problems import Problem
from indexes.lock import is_alive
from indexes.meta import read_meta, stored_spaces
from indexes.types import Space
from ingest.errors import IndexBusy, IndexCorrupt, StoreError

_AGAIN = f"{DOCTOR} reads their files again"
_CLOSED = ("permission", "disk is full", "it is full", "cannot be written")  # see connections
_FTS = "FTS5"  # in what newer versions of SQLite say of word tables


class Condition(Enum):
    """Whether a folder's catalogue can be used at all."""

    SOUND = "sound"
    ABSENT = "absent"
    EMPTY = "empty"  # a creation that was interrupted, or a file that was emptied
    DAMAGED = "damaged"
    OLDER = "older"
    NEWER = "newer"
    CLOSED = "closed"  # no permission, or another holds it: says nothing about its health


def check(folder: Path, *, kind: str = "auto", deep: bool = False) -> list[Problem]:
    """Everything that is wrong with the index in a folder, and what is good to know about it.

    `kind` is how its vectors are searched. `deep` also reads every crop and compares every vector
    with the files of vectors. Changes nothing; raises nothing but OSError of a folder that cannot
    even be listed.
    """
    found = list(lying.problems(folder))
    condition, reason = examine(folder, deep=deep)
    if condition is not Condition.SOUND:
        return [_unusable(condition, reason), *found]
    engine = catalog.connect(folder)
    try:
        return [*found, *_within(engine, folder, _caches(engine, folder, kind), deep=deep)]
    except StoreError as error:
        return [*found, _unusable(*_condition_of(folder, error))]
    except (ValueError, TypeError) as error:  # values that are no JSON, no number, no text
        return [*found, _unusable(Condition.DAMAGED, f"it holds nonsense ({error})")]
    finally:
        engine.dispose()


def examine(folder: Path, *, deep: bool = False) -> tuple[Condition, str]:
    """Can the catalogue be used, and if not, why. `deep`: compare tables with their indexes."""
    path = folder / catalog.FILE_NAME
    try:
        if not path.is_file():
            return Condition.ABSENT, "there is no catalogue"
        if not path.stat().st_size:
            return Condition.EMPTY, "the catalogue is an empty file"
    except OSError as error:
        return Condition.CLOSED, str(error)
    engine = catalog.connect(folder)
    try:
        with engine.connect() as connection:
            return _examine(connection, deep)
    except StoreError as error:
        return _condition_of(folder, error)
    except (ValueError, TypeError) as error:
        return Condition.DAMAGED, f"it holds nonsense ({error})"
    finally:
        engine.dispose()


def problems(engine: Engine, folder: Path, held: Sequence[VectorCache]) -> list[str]:
    """What is wrong with an index that is open, in words; its crops are not read."""
    with engine.connect() as connection:
        condition, reason = _examine(connection, deep=False)
    if condition is not Condition.SOUND:
        return [_unusable(condition, reason).message]
    found = [*lying.problems(folder), *_within(engine, folder, held, deep=False)]
    return [_in_words(problem) for problem in found if problem.is_damage]


def _in_words(problem: Problem) -> str:
    return f"{problem.message}; {problem.repair}" if problem.repair else problem.message


def _within(
    engine: Engine, folder: Path, held: Sequence[VectorCache], *, deep: bool
) -> Iterator[Problem]:
    """What is wrong in a catalogue that can be used, and between it and the files beside it."""
    spaces = [cache.space for cache in held]
    with engine.connect() as connection:
        yield from _rows(connection, spaces)
        yield from _documents(connection, spaces, deep)
        yield from _crops(connection, folder, deep)
        if statistics.wrong_statistics(connection, deep):
            message = "the sums that vectors are centred by are not theirs"
            yield Problem("statistics", message, f"{DOCTOR} counts them again")
        yield from caches.problems(connection, held, deep)
        if strange := caches.strange_files(folder, spaces):
            yield Problem(
                "waste", f"{strange[0]}: of no space of this index", f"{DOCTOR} removes it"
            )
        yield from _log(connection)
    yield from _words(engine)


def has_damaged_words(engine: Engine) -> bool:
    """Whether FTS5 finds its own tables damaged."""
    # SQLite takes FTS5's check for a change, so it needs the catalogue to itself.
    try:
        with engine.execution_options(begin=WRITE).connect() as connection:
            words.verify(connection)
    except IndexCorrupt:
        return True
    except StoreError as error:
        # Someone is writing, or the folder is read-only: no damage. But a table that is not whole
        # cannot even be used.
        told = str(error.__cause__)  # SQLite's words: no name of a folder is in them
        return "vtable" in told or "fts5" in told
    return False


def missing_indexes(connection: Connection) -> list[str]:
    """Names of SQLite indexes that should be there."""
    present = _names(connection)
    wanted = [index.name for table in catalog.metadata.tables.values() for index in table.indexes]
    return [str(name) for name in wanted if name not in present]


def _examine(connection: Connection, deep: bool) -> tuple[Condition, str]:
    present = _names(connection)
    if not present:
        return Condition.EMPTY, "the catalogue has no tables"
    pragma = "integrity_check(100)" if deep else "quick_check(10)"
    lines = connection.exec_driver_sql(f"PRAGMA {pragma}").scalars().all()
    damage = [line for line in lines if line != "ok" and _FTS not in line]
    if damage:
        return Condition.DAMAGED, f"SQLite finds it damaged: {damage[0]}"
    if "meta" in present:
        version = read_meta(connection).get("schema")
        if isinstance(version, int) and version != catalog.SCHEMA_VERSION:
            older = version < catalog.SCHEMA_VERSION
            reason = f"made by another version (format {version})"
            return (Condition.OLDER if older else Condition.NEWER), reason
    wanted = [*catalog.metadata.tables, *catalog.WORD_TABLES]
    if missing := [name for name in wanted if name not in present]:
        return Condition.DAMAGED, f"the catalogue lacks the table {missing[0]}"
    noted = read_meta(connection)
    if stored_spaces(connection) is None or not isinstance(noted.get("index"), str):
        return Condition.DAMAGED, "the catalogue does not say with which models it was made"
    if noted.get("schema") != catalog.SCHEMA_VERSION:
        return Condition.DAMAGED, "the catalogue does not say which format it has"
    return Condition.SOUND, ""


def _names(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql("SELECT name FROM sqlite_schema").scalars())


def _condition_of(folder: Path, error: StoreError) -> tuple[Condition, str]:
    """What an error says of the catalogue, and its words without the folder's name."""
    told = str(error).removeprefix(f"{folder}: ")
    closed = isinstance(error, IndexBusy) or any(words in told for words in _CLOSED)
    corrupt = isinstance(error, IndexCorrupt)
    return Condition.CLOSED if closed and not corrupt else Condition.DAMAGED, told


def _unusable(condition: Condition, reason: str) -> Problem:
    if condition in (Condition.ABSENT, Condition.EMPTY):
        return Problem("missing", reason, f"{DOCTOR} makes it again from its sources")
    if condition is Condition.NEWER:
        return Problem("version", reason, "use a newer version of this software")
    if condition is Condition.OLDER:
        return Problem("version", reason, f"{DOCTOR}, or any ingest, brings it up to date")
    if condition is Condition.CLOSED:
        return Problem("unwritable", reason, "check the permissions, or try again later")
    what = reason.partition("; run: ")[0]  # without the same advice
    return Problem("catalogue", what, f"{DOCTOR} saves what can be read and reads the rest again")


def _rows(connection: Connection, spaces: Sequence[Space]) -> Iterator[Problem]:
    for line in (*rows.stray_counts(connection), *rows.wrong_numbers(connection)):
        yield Problem("rows", line, f"{DOCTOR} puts it right")
    if odd := rows.nonsense_paths(connection):
        yield Problem("rows", f"{odd} paths cannot be read", f"{DOCTOR} looks for their files")
    foreign = select(func.count()).where(rows.foreign_vectors(spaces))
    if count := connection.scalar(foreign):
        yield Problem(
            "rows", f"{count} vectors are of no space of the index", f"{DOCTOR} removes them"
        )
    if names := missing_indexes(connection):
        yield Problem("rows", f"the index {names[0]} is missing", f"{DOCTOR} makes it again")
    for name in rows.unreadable_logs(connection):
        yield Problem("rows", f"rows of the table {name} cannot be read", f"{DOCTOR} removes them")


def _documents(connection: Connection, spaces: Sequence[Space], deep: bool) -> Iterator[Problem]:
    for broken in rows.broken_documents(connection, spaces, deep):
        yield Problem("document", broken.message, _AGAIN, _paths(connection, broken.numbers))
    pathless = select(func.count()).select_from(catalog.documents).where(rows.PATHLESS)
    if count := connection.scalar(pathless):
        yield Problem("path", f"{count} documents have no path", f"{DOCTOR} looks for their files")


def _crops(connection: Connection, folder: Path, deep: bool) -> Iterator[Problem]:
    named = rows.crops_of(connection)
    missing = sorted(lying.missing_crops(folder, named.keys()))
    if missing:
        message = f"{len(missing)} crops are missing or empty, the first is {missing[0]}"
        yield Problem("crops", message, _AGAIN, _paths(connection, _owners(named, missing)))
    altered = sorted(lying.altered_crops(folder, named.keys())) if deep else []
    if altered:
        message = f"{len(altered)} crops are not the pictures they were, the first is {altered[0]}"
        yield Problem("crops", message, _AGAIN, _paths(connection, _owners(named, altered)))
    unnamed = lying.unnamed_crops(folder, named.keys())
    if unnamed and not lying.writer(folder):  # who writes stores crops before what names them
        yield Problem("waste", f"nothing names {len(unnamed)} crops", f"{DOCTOR} removes them")


def _words(engine: Engine) -> Iterator[Problem]:
    if has_damaged_words(engine):
        yield Problem("words", "the word index is damaged", f"{DOCTOR} makes it again")
        return
    with engine.connect() as connection:
        for line in words.problems(connection):
            yield Problem("words", line, f"{DOCTOR} makes the word index again")


def _log(connection: Connection) -> Iterator[Problem]:
    try:
        last = connection.execute(select(runs).order_by(runs.c.number.desc()).limit(1)).first()
        if last and not last.finished and not (last.process and is_alive(last.process)):
            yield Problem(
                "run",
                f"the last run, rag {last.command} of {last.started}, did not finish; what it had "
                "stored is kept, the next ingest reads the rest",
            )
        held = connection.scalars(select(quarantine.c.path).order_by(quarantine.c.path)).all()
        if held:
            message = f"{len(held)} files stopped their reader, and wait until they change"
            yield Problem("quarantine", message, "", tuple(held))
    except StoreError:
        return  # told as unreadable rows


def _caches(engine: Engine, folder: Path, kind: str) -> list[VectorCache]:
    with engine.connect() as connection:
        return caches.of(connection, folder, kind)


def _owners(named: dict[str, set[int]], names: Iterable[str]) -> set[int]:
    return {number for name in names for number in named[name]}


def _paths(connection: Connection, numbers: Iterable[int]) -> tuple[Path, ...]:
    """One path of each document."""
    return tuple(own[0] for own in rows.paths_of(connection, numbers).values() if own)

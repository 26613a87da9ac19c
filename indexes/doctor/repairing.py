"""Mends an index folder from the truth: first the catalogue, what it lacks from the files.

This part does what needs no reading of documents; what is to be read again it gives to its
caller, who comes back with `final` afterwards.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from indexes import catalog
from indexes.connections import WRITE, checkpoint
from indexes.crops import remove_crops
from indexes.doctor import caches, checking, salvage
from indexes.doctor import folder as lying
from indexes.doctor.checking import Condition
from indexes.doctor.mending import FindPaths, Mending, mend
from indexes.doctor.problems import Repair
from indexes.durable import ASIDE, REBUILDING, make_private
from indexes.lock import write_lock
from indexes.meta import stored_spaces
from indexes.types import Space
from ingest.errors import IndexBusy, IndexCorrupt, IndexVersion, StoreError

Spaces = Callable[[], Sequence[Space]]
Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Mended:
    """What a repair did."""

    repairs: tuple[Repair, ...] = ()
    again: tuple[Path, ...] = ()  # files that the caller has to read again
    lost: tuple[Path, ...] = ()  # documents that had to go: damaged, and without their file
    salvaged: int = 0  # documents that were taken over from a damaged catalogue
    from_sources: bool = False  # documents may be gone that nothing names: read the sources


def repair(
    folder: Path,
    *,
    spaces: Spaces,
    find: FindPaths,
    kind: str = "auto",
    final: bool = False,
    tell: Tell = lambda stage: None,
) -> Mended:
    """Put right what can be put right without reading documents, under the write lock.

    `spaces` are asked for when the index cannot say which it has; `find` gives the files of
    documents whose path is lost; `kind` is how vectors are searched; `final`: what was to be read
    again has been, or cannot be: documents that are still not whole go. `tell` hears the stages.

    Raises IndexBusy when someone is writing, StoreError when the disk is full or the folder is
    read-only.
    """
    brought = _brought_up_to_date(folder)
    try:
        with write_lock(folder):
            done = Mending(repairs=brought)
            return _repair(folder, spaces, find, kind, final, tell, done)
    except (OSError, sqlite3.Error) as error:
        raise catalog.store_error(folder, error) from error


def _repair(
    folder: Path,
    spaces: Spaces,
    find: FindPaths,
    kind: str,
    final: bool,
    tell: Tell,
    done: Mending,
) -> Mended:
    tell("looking")
    _tidy(folder, done)
    condition, reason = checking.examine(folder, deep=True)
    if condition in (Condition.NEWER, Condition.CLOSED, Condition.OLDER):
        done.cannot(reason)
        return _mended(done)
    if condition is Condition.SOUND:
        try:
            return _mend_in_place(folder, find, kind, final, tell, done)
        except (IndexCorrupt, ValueError, TypeError, KeyError, IndexError):
            pass  # worse than it looked
        except StoreError as error:
            if isinstance(error, IndexBusy) or not _is_nonsense(folder, error):
                raise
    tell("salvaging")
    return _salvage(folder, condition, spaces, find, kind, final, tell, done)


def _brought_up_to_date(folder: Path) -> list[Repair]:
    """Migrates an index of an older format; what came of it. Needs the lock to be free."""
    from indexes.store import Store

    condition, reason = checking.examine(folder)
    if condition is not Condition.OLDER:
        return []
    try:
        Store.open(folder).close()
    except IndexVersion as error:
        return [Repair(str(error), False)]
    return [Repair(f"brought up to date ({reason})")]


def _mend_in_place(
    folder: Path, find: FindPaths, kind: str, final: bool, tell: Tell, done: Mending
) -> Mended:
    engine = catalog.connect(folder)
    try:
        tell("checking rows")
        damaged_words = checking.has_damaged_words(engine)
        made = _mend_rows(engine, folder, find, final=final, words_too=damaged_words)
        made.repairs[:0] = done.repairs
        _remove_crops(folder, made)
        tell("vectors")
        _make_caches(engine, folder, kind, made)
    finally:
        engine.dispose()
    return _mended(made)


def _salvage(
    folder: Path,
    condition: Condition,
    spaces: Spaces,
    find: FindPaths,
    kind: str,
    final: bool,
    tell: Tell,
    done: Mending,
) -> Mended:
    """A new catalogue in the place of one that cannot be used."""
    from indexes.store import Store

    work = folder / REBUILDING
    damaged = _source(folder, condition)
    try:
        Store.create(work, _spaces(folder, damaged, spaces)).close()
        copied = salvage.Copied(0, False)
        if damaged is not None:
            copied = salvage.copy_readable(damaged, work / catalog.FILE_NAME)
            with suppress(sqlite3.Error):
                if copied.documents and not salvage.has_seals(damaged):
                    salvage.seal_again(work)
        tell("checking what was saved")
        engine = catalog.connect(work)
        try:
            made = _mend_rows(engine, folder, find, final=final, words_too=True)
            kept = _count(engine) - made.waiting
        finally:
            engine.dispose()
        aside = folder / f"{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        if salvage.swap(folder, work / catalog.FILE_NAME, aside):
            made.did(f"moved the damaged catalogue to {aside.name}, and made a new one")
        else:
            made.did("made a new catalogue")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    made.repairs[:0] = done.repairs
    _remove_crops(folder, made)
    tell("vectors")
    engine = catalog.connect(folder)
    try:
        _make_caches(engine, folder, kind, made)
    finally:
        engine.dispose()
    return _mended(made, kept, not copied.complete)


def _mend_rows(
    engine: Engine, folder: Path, find: FindPaths, *, final: bool, words_too: bool
) -> Mending:
    with engine.execution_options(begin=WRITE).begin() as connection:
        spaces = stored_spaces(connection) or ()
        return mend(connection, folder, spaces, find, final=final, words_too=words_too)


def _remove_crops(folder: Path, done: Mending) -> None:
    """Removes the crops that are not needed, while no reader sees a moment that named them."""
    count = len(done.unneeded)
    if not count:
        return
    if checkpoint(folder):
        remove_crops(folder, done.unneeded)
        done.did(f"removed {count} crops that nothing named, or that were other pictures")
    else:
        done.cannot(f"{count} crops are kept that nothing needs, for someone is reading the index")


def _make_caches(engine: Engine, folder: Path, kind: str, done: Mending) -> None:
    """Writes the vector files that are not what they should be."""
    with engine.connect() as connection:
        held = caches.of(connection, folder, kind)
        for path in caches.strange_files(folder, [cache.space for cache in held]):
            path.unlink()
            done.did(f"removed {path.name}, of no space of this index")
        wrong = list(caches.problems(connection, held, deep=True))
        if not wrong and not done.changed:
            return
        for cache in held:
            cache.path.unlink(missing_ok=True)
            cache.save(connection)
        done.did("made the vector files again")


def _tidy(folder: Path, done: Mending) -> None:
    if sys.platform != "win32" and (found := lying.open_to_others(folder)):
        try:
            make_private(folder)
            done.did(f"made {len(found)} files and folders private")
        except OSError as error:
            done.cannot(f"the folder cannot be made private ({error.strerror})")
    if count := lying.remove_partial_files(folder):
        done.did(f"removed {count} files that were left half written")


def _source(folder: Path, condition: Condition) -> Path | None:
    """The damaged catalogue to save from: the folder's, or one that a repair left halfway."""
    if condition in (Condition.DAMAGED, Condition.SOUND):
        return folder / catalog.FILE_NAME
    aside = [path / catalog.FILE_NAME for path in sorted(folder.glob(f"{ASIDE}*"))]
    present = [path for path in aside if path.is_file()]
    if present and condition is Condition.ABSENT:
        salvage.finish_moving(folder, present[-1].parent)
    return present[-1] if present else None


def _spaces(folder: Path, damaged: Path | None, spaces: Spaces) -> Sequence[Space]:
    """The index's spaces: as the damaged catalogue has them, as its vector files, as the models."""
    noted = salvage.noted_spaces(damaged) if damaged else []
    found = [Space(str(name), str(model), int(str(dim))) for name, model, dim in noted]
    if found and all(space.name.isidentifier() for space in found):
        return found
    known, wanted = caches.spaces_named(folder), spaces()
    return wanted if set(known) <= set(wanted) else known  # the models' order, as new indexes have


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM documents").scalar_one())


def _is_nonsense(folder: Path, error: StoreError) -> bool:
    """Whether SQLite complained of what is stored; not of the disk or of permissions."""
    return type(error) is StoreError and str(error).startswith(f"{folder}: the catalogue refused")


def _mended(done: Mending, salvaged: int = 0, from_sources: bool = False) -> Mended:
    return Mended(tuple(done.repairs), tuple(done.again), tuple(done.lost), salvaged, from_sources)

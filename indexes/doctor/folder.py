"""What lies in an index folder: permissions, room, crops, leftovers. Needs no catalogue."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator, Set
from pathlib import Path

from indexes import catalog
from indexes.crops import stored_crops
from indexes.doctor.problems import Problem
from indexes.durable import ASIDE, INCOMING, REBUILDING, exposed
from indexes.durable import partial_files as partial_in
from indexes.lock import write_lock
from indexes.sources import FILE_NAME as SOURCES
from ingest.errors import IndexBusy, StoreError

DOCTOR = "rag doctor --repair"
LEAST_FREE = 100_000_000  # bytes
_DAY = 86_400  # seconds
_BLOCK = 1 << 20


def problems(folder: Path) -> Iterator[Problem]:
    """What is wrong around the catalogue."""
    busy = writer(folder)
    yield from _permissions(folder)
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        yield Problem(
            "disk", f"only {free / 1e6:.0f} MB are free on the disk", "free some space, or move it"
        )
    if busy:
        yield Problem("writer", busy)
    elif left := partial_files(folder):
        yield Problem(
            "waste", f"{len(left)} files were left half written", f"{DOCTOR} removes them"
        )
    for path in copies(folder):
        yield Problem(
            "backup",
            f"{path.name} is a copy of the catalogue, {_size(path) / 1e6:.1f} MB; "
            "remove it when nothing is missed",
        )
    if not (folder / SOURCES).is_file():
        yield Problem("sources", f"{SOURCES} is missing; the next ingest writes it")
    if ahead := _from_the_future(folder):
        yield Problem(
            "clock",
            f"{ahead.name} is of tomorrow or later; the clock was set back, which does no harm",
        )


def writer(folder: Path) -> str:
    """Who holds the write lock, in words; "" when nobody does."""
    try:
        with write_lock(folder):
            return ""
    except IndexBusy as error:
        return str(error)
    except StoreError:  # a folder that is read-only: nobody writes
        return ""


def open_to_others(folder: Path) -> list[Path]:
    """What of the index others than its owner may use.

    What is inside a folder that nobody else may enter is safe; so that is [].
    """
    if sys.platform == "win32" or not folder.lstat().st_mode & 0o077:
        return []
    return exposed(folder)


def partial_files(folder: Path) -> list[Path]:
    """What writers that died left half written. Only meant when nobody writes."""
    places = (folder, folder / "crops", folder / "vectors")
    found = {path for place in places for path in partial_in(place)}
    return sorted([*found, *folder.glob(REBUILDING), *folder.glob(INCOMING)])


def remove_partial_files(folder: Path) -> int:
    """Remove them; how many there were. Only for who holds the write lock."""
    found = partial_files(folder)
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def copies(folder: Path) -> list[Path]:
    """Damaged catalogues put aside, and backups that migrations made."""
    return sorted([*folder.glob(f"{ASIDE}*"), *folder.glob("catalog.format-*.sqlite")])


def unnamed_crops(folder: Path, named: Set[str]) -> set[str]:
    """Names of stored crops that nothing names."""
    return stored_crops(folder).keys() - named


def missing_crops(folder: Path, named: Set[str]) -> set[str]:
    """Names of crops that are not there, or empty."""
    stored = stored_crops(folder)
    return {name for name in named if not stored.get(name)}


def altered_crops(folder: Path, named: Set[str]) -> set[str]:
    """Names of stored crops whose bytes are not those that their name tells. Reads them all."""
    stored = stored_crops(folder)
    return {name for name in named if stored.get(name) and not _is_itself(folder / "crops" / name)}


def _is_itself(path: Path) -> bool:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return False
    return digest.hexdigest() == path.stem


def _permissions(folder: Path) -> Iterator[Problem]:
    if found := open_to_others(folder):
        yield Problem(
            "permissions",
            f"others than its owner may look into {len(found)} of its files and folders",
            f"{DOCTOR} makes it private",
        )
    inside = [folder, folder / "crops", folder / "vectors", folder / catalog.FILE_NAME]
    closed = [path.name for path in inside if path.exists() and not os.access(path, os.W_OK)]
    if closed:
        yield Problem(
            "unwritable", f"cannot be written: {', '.join(closed)}", "chmod -R u+w the folder"
        )


def _from_the_future(folder: Path) -> Path | None:
    tomorrow = time.time() + _DAY
    return next((path for path in folder.iterdir() if _stat(path)[1] > tomorrow), None)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(_stat(file)[0] for file in files if file.is_file())


def _stat(path: Path) -> tuple[int, float]:
    """Bytes and time of a file; zeros when it has gone since it was listed."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return 0, 0.0
    return found.st_size, found.st_mtime

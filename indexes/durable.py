"""Files of an index: the user's alone, there as a whole or not at all, also after a power cut."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

# Only an index has these names: its folder may hold other things too, which are the user's.
INCOMING = "catalog.incoming"  # folder in which crops of documents wait that are not stored yet
REBUILDING = "catalog.rebuilding"  # folder that is there while a catalogue is made again
LOST = "lost"  # what stands for the folder of a document whose path was lost
ASIDE = "damaged-"  # a folder that a damaged catalogue was moved to; its time follows
PARTIAL = ".partial"  # what a half-written file's name ends in
LEFT = (  # half-written files: of `write_partial`, of a catalogue with its logs, of vectors
    f"rag-*{PARTIAL}",
    f"catalog.sqlite{PARTIAL}*",
    f"catalog.format-*.sqlite{PARTIAL}*",
    f"*.faiss.*{PARTIAL}",
)
_OURS = (
    "catalog.sqlite*",
    "catalog.format-*.sqlite*",
    "write.lock",
    "sources.json",
    "calibration.json",
    "wanted.log",
    "crops",
    "vectors",
    f"{ASIDE}[0-9]*Z",
    INCOMING,
    REBUILDING,
    *LEFT,
)


def write_durably(path: Path, data: bytes) -> None:
    """Put a file in its place at once; it is on the disk when this returns. Raises OSError."""
    partial = write_partial(path.parent, data)
    try:
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_partial(folder: Path, data: bytes) -> Path:
    """Write a new file of a passing name, for this user only, to the disk. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix="rag-", suffix=PARTIAL, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def sync(folder: Path) -> None:
    """Have the disk hold a folder's names as they are now. Raises OSError."""
    if sys.platform == "win32":
        return  # a folder cannot be opened there; NTFS journals its names
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_partial(folder: Path) -> None:
    """Remove what a writer that died left half written. Only for who holds the write lock."""
    for path in list(partial_files(folder)):
        path.unlink(missing_ok=True)


def partial_files(folder: Path) -> Iterator[Path]:
    """What an index has left half written in a folder, not in those inside it."""
    for pattern in LEFT:
        yield from folder.glob(pattern)


def private(path: str, flags: int) -> int:
    """An opener for `open`: the file is for this user only."""
    return os.open(path, flags, 0o600)


def make_private(folder: Path) -> None:
    """Take everyone's permissions on an index away but its owner's. Raises OSError."""
    for path in exposed(folder):
        with suppress(FileNotFoundError):  # a log goes when the last connection is closed
            path.chmod(path.lstat().st_mode & 0o700)


def exposed(folder: Path) -> list[Path]:
    """The index's folder and files that others than its owner may use.

    Not a folder that holds other things too, for it may be a place for all, as /tmp; and not what
    belongs to another user.
    """
    if sys.platform == "win32":
        return []
    inside = list(folder.iterdir())
    ours = [path for path in inside if any(fnmatch(path.name, name) for name in _OURS)]
    places = [*([folder] if ours == inside else []), *ours, *folder.glob("vectors/*.faiss*")]
    return [path for path in places if _is_exposed(path)]


def _is_exposed(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:  # gone since it was listed
        return False
    shared = found.st_mode & 0o077 and not stat.S_ISLNK(found.st_mode)
    return bool(shared) and found.st_uid == os.geteuid()

"""Files of an index: the user's alone, there as a whole or not at all, also after a power cut."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

INCOMING = "incoming"  # folder in which crops of documents wait that are not stored yet
PARTIAL = ".partial"  # what a half-written file's name ends in
_OURS = (
    "catalog.*",
    "write.lock",
    "*.json",
    "*.log",
    "crops",
    "vectors",
    "damaged-*",
    "lost",
    INCOMING,
    "rebuilding",
    f"*{PARTIAL}",
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
    handle, name = tempfile.mkstemp(suffix=PARTIAL, dir=folder)
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
    for path in folder.glob(f"*{PARTIAL}"):
        path.unlink(missing_ok=True)


def private(path: str, flags: int) -> int:
    """An opener for `open`: the file is for this user only."""
    return os.open(path, flags, 0o600)


def make_private(folder: Path) -> None:
    """Take everyone's permissions on an index away but its owner's. Raises OSError."""
    for path in exposed(folder):
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
    places = [*([folder] if ours == inside else []), *ours, *folder.glob("vectors/*")]
    return [path for path in places if _is_exposed(path.lstat())]


def _is_exposed(found: os.stat_result) -> bool:
    shared = found.st_mode & 0o077 and not stat.S_ISLNK(found.st_mode)
    return bool(shared) and found.st_uid == os.geteuid()

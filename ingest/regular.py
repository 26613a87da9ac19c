"""Regular files only: opening a FIFO waits for ever, and a device may have no end."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from ingest.errors import UnreadableFile

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


def open_regular(path: Path) -> io.BufferedReader:
    """The file, opened for reading bytes.

    Raises UnreadableFile when it cannot be opened or is no regular file.
    """
    try:
        # Not waiting for a FIFO's other end; and what was opened is looked at, not its name, which
        # may stand for something else by now.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(
            f"{path}: cannot be opened ({reason}); check that it is there and its permissions"
        ) from error
    special = special_kind(os.fstat(handle).st_mode)
    if special:
        os.close(handle)
        raise UnreadableFile(f"{path}: is {special} and no file; name a file")
    return os.fdopen(handle, "rb")


def special_kind(mode: int) -> str:
    """What a path is when it is no regular file, in words: "a FIFO"; "" for a regular file."""
    if stat.S_ISREG(mode):
        return ""
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "a special file")


_BINARY = getattr(os, "O_BINARY", 0)  # Windows

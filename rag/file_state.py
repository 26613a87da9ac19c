"""A file's bytes and its state, taken together: so that a fingerprint is that of one state."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.regular import open_regular

_PIECE = 1 << 20  # bytes


class Stopped(Exception):
    """`hashed` was told to stop."""


def hashed(path: Path, go_on: Callable[[], bool]) -> tuple[str, os.stat_result | None]:
    """SHA-256 of the file's bytes (as `ingest.files.fingerprint`), and its state that has them.

    No state when the file changed meanwhile. `go_on` is asked for each megabyte; Stopped is raised
    when it says no. Raises UnreadableFile.
    """
    digest = hashlib.sha256()
    with open_regular(path) as file:
        before = os.fstat(file.fileno())
        try:
            while piece := file.read(_PIECE):
                if not go_on():
                    raise Stopped
                digest.update(piece)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnreadableFile(f"{path}: cannot be read ({reason})") from error
        after = os.fstat(file.fileno())
    return digest.hexdigest(), after if same_state(before, after) else None


def same_state(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether size and time of change are the same."""
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)

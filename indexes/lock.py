"""One writer at a time: an operating-system lock on a file in the index folder.

The lock belongs to the process: it is gone when the process is, however it died. POSIX record
locks are used because forked children do not inherit them, so a worker that outlives a killed
parent does not keep the index locked.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ingest.errors import IndexBusy

FILE_NAME = "write.lock"

_held: set[Path] = set()  # record locks do not exclude threads of one process; this does
_held_guard = threading.Lock()
_LOCK_OFFSET = 1 << 30  # on Windows locked bytes cannot be read: lock one beyond the text


@contextmanager
def write_lock(folder: Path) -> Iterator[None]:
    """Hold the folder's write lock. Raises IndexBusy, naming the holder, when it is taken."""
    path = (folder / FILE_NAME).resolve()
    with _held_guard:
        # Opening and closing the file again would drop this process's own lock: look here first.
        if path in _held:
            raise IndexBusy(f"{folder}: this process is already writing to the index")
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _lock(file):
            holder = _holder(file)
            os.close(file)
            raise IndexBusy(f"{folder}: {holder} is writing to the index; wait until it is done")
        _held.add(path)
    try:
        _sign(file)
        yield
    finally:
        with _held_guard:
            os.ftruncate(file, 0)
            os.close(file)
            _held.discard(path)


def _sign(file: int) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, json.dumps(holder).encode())


def _holder(file: int) -> str:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        holder = json.loads(os.read(file, 4096))
        return f"process {holder['pid']} on {holder['host']} (since {holder['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        os.lseek(file, _LOCK_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True

"""One writer at a time: an operating-system lock on a file in the index folder.

The lock belongs to the process: it is gone when the process is, however it died. POSIX record
locks are used because forked children do not inherit them, so a worker that outlives a killed
parent does not keep the index locked.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from indexes.connections import store_error
from ingest.errors import IndexBusy, StoreError

FILE_NAME = "write.lock"

_POLL = 0.1  # seconds between attempts
_held: set[Path] = set()  # record locks do not exclude threads of one process; this does
_held_guard = threading.Lock()
_LOCK_OFFSET = 1 << 30  # on Windows locked bytes cannot be read: lock one beyond the text
_PROBE = 0.2  # seconds: who only looks whether the lock is held has it for an instant
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_held.clear)  # a child does not inherit the lock


@contextmanager
def write_lock(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the folder's write lock; `wait` at most so many seconds for it.

    Raises IndexBusy, naming the holder, when another process or thread has it, and StoreError
    when there can be no lock in this folder.
    """
    path = folder.resolve() / FILE_NAME
    deadline = time.monotonic() + max(wait, _PROBE)
    while True:
        try:
            file = _acquire(folder, path)
            break
        except IndexBusy:
            left = deadline - time.monotonic()
            if left <= 0:
                raise
        time.sleep(min(_POLL, left))
    try:
        _sign(file)
        yield
    finally:
        with _held_guard:
            with suppress(OSError):
                os.ftruncate(file, 0)
            os.close(file)
            _held.discard(path)


def _acquire(folder: Path, path: Path) -> int:
    with _held_guard:
        # Opening and closing the file again would drop this process's own lock: look here first.
        if path in _held:
            raise IndexBusy(f"{folder}: this process is already writing to the index")
        file = _open(folder, path)
        try:
            locked = _lock(file)
        except OSError as error:  # a network disk without locks
            os.close(file)
            raise StoreError(
                f"{folder}: its disk has no locks ({error.strerror}); keep the index on another"
            ) from error
        if not locked:
            holder = _holder(file)
            os.close(file)
            raise IndexBusy(f"{folder}: {holder} is writing to the index; wait until it is done")
        _held.add(path)
        return file


def _open(folder: Path, path: Path) -> int:
    """Open the lock file, never one that a link leads to: what it points at would be emptied."""
    try:
        file = os.open(path, _FLAGS, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StoreError(f"{path}: is a link; remove it") from error
        raise store_error(folder, error) from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise StoreError(f"{path}: is not a file; remove it")
    return file


def _sign(file: int) -> None:
    """Say who holds the lock. It is held all the same where that cannot be written: a full disk."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    with suppress(OSError):
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, json.dumps(holder).encode())


def _holder(file: int) -> str:
    """Who holds the lock: what was signed, unless by one who has died since."""
    try:
        os.lseek(file, 0, os.SEEK_SET)
        holder = json.loads(os.read(file, 4096))
        pid, host, since = int(holder["pid"]), str(holder["host"]), str(holder["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
    if host == socket.gethostname() and not is_alive(pid):
        return "another process"  # which has not signed yet
    return f"process {pid} on {host} (since {since})"


def is_alive(pid: int) -> bool:
    """Whether a process of this id runs on this machine."""
    if sys.platform == "win32":
        return True  # a signal would end it
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # another user's
    return True


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

"""Temporary folders of workers: gone when the work is done, also when a worker was killed.

And the environment that names them.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

_PREFIX = "rag-workers-"
_NAME = re.compile(re.escape(_PREFIX) + r"(\d+)-\w+")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_THREAD_LIMIT")
_SECRET = re.compile(  # how names of variables end, or go on with "_": PGPASSWORD, RAG_BASE_URL
    r"(?:KEY|TOKEN|SECRET|PASS(?:WORD|WD|PHRASE)?|PWD|CREDENTIALS?)(?:_|$)|_(?:URL|URI|PROXY)$"
)
_NO_SECRETS = ("PWD", "OLDPWD")


class Folders:
    """One folder for this process's workers, made when the first one needs its own."""

    def __init__(self) -> None:
        self._parent: Path | None = None

    def make(self) -> Path:
        """A new empty folder that only this user can use."""
        if self._parent is None:
            remove_leftovers()
            self._parent = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        return Path(tempfile.mkdtemp(dir=self._parent))

    def remove(self) -> None:
        """Removes all of them."""
        if self._parent is not None:
            discard(self._parent)
            self._parent = None


def environment(folder: Path) -> dict[str, str]:
    """This process's, without keys and passwords; temporary files go to the folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _NO_SECRETS or not _SECRET.search(name.upper())
    }
    return kept | dict.fromkeys(_ONE_THREAD, "1") | {"TMPDIR": str(folder)}


def discard(folder: Path) -> None:
    """Removes a folder with what is in it, as far as that is possible."""
    shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers() -> None:
    """Removes this user's folders of processes that ended without doing so."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        named = _NAME.fullmatch(folder.name)
        if named and not _lives(int(named[1])) and _is_ours(folder):
            discard(folder)


def _is_ours(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return not folder.is_symlink() and folder.lstat().st_uid == os.getuid()
    return False


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # another user's; no process number
        return True
    return True

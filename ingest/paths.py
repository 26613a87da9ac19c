"""Paths as people write them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ingest.errors import InputError


def expanded(path: str | Path) -> Path:
    """The path with "~" and "~user" as the home folders that they mean.

    Raises InputError when there is no such user or home folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise InputError(f"{path}: no such home folder; a name as such is ./{path}") from error


def is_gone(path: Path) -> bool:
    """Whether there is nothing at a path: not whether it cannot be reached now."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        return error.errno == errno.ELOOP  # a link that leads to itself
    except ValueError:  # no name that a file can have
        return True
    return False

"""Paths as people write them."""

from __future__ import annotations

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

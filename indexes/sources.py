"""What was ever ingested, in a file beside the catalogue: an index can be made again from it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from indexes import catalog
from indexes.durable import write_durably
from ingest.errors import StoreError

FILE_NAME = "sources.json"


def write_sources(folder: Path, paths: Iterable[Path]) -> None:
    """Add folders and files (absolute) to those that the index in `folder` was made from.

    Raises StoreError when the file cannot be written; it is then as it was.
    """
    before = read_sources(folder)
    now = list(dict.fromkeys([*before, *map(Path, paths)]))
    if now != before:
        _write(folder, now)


def forget_sources(folder: Path, paths: Iterable[Path]) -> None:
    """Take files, or folders, out of what the index was made from. Raises StoreError."""
    before = read_sources(folder)
    gone = set(paths)
    now = [path for path in before if path not in gone]
    if now != before:
        _write(folder, now)


def read_sources(folder: Path) -> list[Path]:
    """The folders and files that were ever ingested, oldest first; [] when nothing says so."""
    try:
        record = json.loads((folder / FILE_NAME).read_bytes())
        return [Path(name) for name in record["paths"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _write(folder: Path, paths: list[Path]) -> None:
    # Names that are not UTF-8 survive: JSON escapes the surrogates that stand for their bytes.
    record = {"version": 1, "paths": [os.fspath(path) for path in paths]}
    try:
        write_durably(folder / FILE_NAME, json.dumps(record, indent=1).encode("ascii"))
    except OSError as error:
        raise StoreError(str(catalog.store_error(folder, error))) from error

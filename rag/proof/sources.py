"""Where the files of a bundle are now: at their paths, or below a folder, changed or not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.files import fingerprint
from rag.proof.manifest import Source

_MOST_FILES = 200_000  # below a folder that is searched


class SourceState(StrEnum):
    """What has become of a file."""

    INTACT = "intact"
    CHANGED = "changed"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """A source file, looked for again."""

    name: str
    recorded: Path  # where it was
    sha256: str  # that it had
    state: SourceState
    found: Path | None  # where it is now; None when it is missing
    note: str = ""

    @property
    def intact(self) -> bool:
        """Whether it has the bytes that it had."""
        return self.state is SourceState.INTACT


def find_source(source: Source, root: Path | None) -> SourceCheck:
    """Look for a source at its paths; with a `root` below that folder instead.

    Below a folder a file is known by the end of its path, by its name, or by its bytes under
    another name. A file with the same bytes comes before one that has changed.
    """
    candidates = source.paths if root is None else _below(root, source)
    changed: Path | None = None
    unreadable: tuple[Path, str] | None = None
    for path in dict.fromkeys(candidates):
        if not path.is_file():
            continue
        try:
            digest = fingerprint(path)
        except UnreadableFile as error:
            unreadable = unreadable or (path, str(error))
            continue
        if digest == source.sha256:
            return _check(source, SourceState.INTACT, path, _moved(path, source, root))
        changed = changed or path
    if changed is not None:
        return _check(source, SourceState.CHANGED, changed)
    if unreadable is not None:
        return _check(source, SourceState.UNREADABLE, *unreadable)
    return _check(source, SourceState.MISSING, None)


def _check(source: Source, state: SourceState, found: Path | None, note: str = "") -> SourceCheck:
    recorded = source.paths[0] if source.paths else Path(source.name)
    return SourceCheck(source.name, recorded, source.sha256, state, found, note)


def _moved(path: Path, source: Source, root: Path | None) -> str:
    if root is not None:
        return "" if path.name == source.name else "under another name"
    return "" if path == source.paths[0] else "the copy; not at its first path any more"


def _below(root: Path, source: Source) -> Iterator[Path]:
    """Files below a folder that may be the source, the likeliest first."""
    for path in source.paths:
        parts = [part for part in path.parts if part not in (path.anchor, "..")]
        yield from (root.joinpath(*parts[start:]) for start in range(len(parts)))
    alike: list[Path] = []
    for path in _files(root):
        if path.name == source.name:
            yield path
        elif source.size is not None and _size(path) == source.size:
            alike.append(path)
    yield from (path for path in alike if _is(path, source.sha256))


def _files(root: Path) -> Iterator[Path]:
    count = 0
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > _MOST_FILES:
                return
            yield Path(folder, name)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _is(path: Path, sha256: str) -> bool:
    try:
        return fingerprint(path) == sha256
    except UnreadableFile:
        return False

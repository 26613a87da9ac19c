"""Which files to read, and the fingerprint that a file is known by."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import EncryptedFile, PathMissing, UnreadableFile, UnsupportedFile
from ingest.formats import SUFFIXES, format_of

__all__ = ["SUFFIXES", "Discovery", "discover", "fingerprint"]

_IGNORED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})
_IGNORED_FILES = ("~$", "._")  # what Office and macOS leave beside a document


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found below some paths."""

    files: tuple[Path, ...]  # absolute, each once; the order of the arguments, then by name
    skipped: tuple[tuple[Path, str], ...]  # path and reason


def discover(paths: Iterable[str | Path], *, exclude: Iterable[Path] = ()) -> Discovery:
    """The files to read below `paths`: files as given, folders recursively.

    Hidden files and folders, Python and Node environments, indexes, and `exclude` are passed over
    in silence; other files of an unsupported type are listed in `skipped`. A file given by name
    may carry a wrong suffix or none: its first bytes decide.

    Raises PathMissing when a path does not exist.
    """
    excluded = frozenset(_resolved(path) for path in exclude)
    files: dict[Path, None] = {}
    skipped: dict[Path, str] = {}
    seen: set[Path] = set()  # folders, by their real paths
    for given in paths:
        path = Path(given).expanduser()
        if not path.exists():
            raise PathMissing(f"{path}: no such file or folder; check the spelling")
        if path.is_dir():
            for found in _walk(path, excluded, seen, skipped):
                if found.suffix.lower() in SUFFIXES:
                    files.setdefault(found)
                else:
                    skipped.setdefault(found, _unsupported(found))
        else:
            _take(_absolute(path), files, skipped)
    for found in files:
        skipped.pop(found, None)
    return Discovery(tuple(files), tuple(skipped.items()))


def fingerprint(path: Path) -> str:
    """SHA-256 of the file's bytes in hexadecimal; raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFile(f"{path}: cannot be read ({reason}); check its permissions") from error


def _take(path: Path, files: dict[Path, None], skipped: dict[Path, str]) -> None:
    """Adds a file that was given by name to one of the two."""
    if path.suffix.lower() not in SUFFIXES:
        try:
            format_of(path)
        except UnsupportedFile:
            skipped.setdefault(path, _unsupported(path))
            return
        except (EncryptedFile, UnreadableFile) as error:
            skipped.setdefault(path, str(error).removeprefix(f"{path}: "))
            return
    files.setdefault(path)


def _walk(
    root: Path, excluded: frozenset[Path], seen: set[Path], skipped: dict[Path, str]
) -> Iterator[Path]:
    """Files below `root`, by name; a folder reached twice, as by symbolic links, is read once."""
    pending = [_absolute(root)]
    while pending:
        folder = pending.pop()
        real = _resolved(folder)
        if real in seen or real in excluded:
            continue
        seen.add(real)
        try:
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            skipped.setdefault(folder, f"the folder cannot be listed ({error.strerror})")
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith((".", *_IGNORED_FILES)):
                continue
            if entry.is_dir():
                if not _is_ignored_folder(entry):
                    folders.append(entry)
            elif entry.is_file():
                if not (entry.is_symlink() or excluded) or _resolved(entry) not in excluded:
                    yield entry
            elif entry.is_symlink():
                skipped.setdefault(entry, "a symbolic link to nothing")
        pending.extend(reversed(folders))


def _is_ignored_folder(folder: Path) -> bool:
    """Environments and indexes under any name: they mark themselves with a file."""
    if folder.name in _IGNORED_FOLDERS:
        return True
    return (folder / "pyvenv.cfg").exists() or (folder / "catalog.sqlite").exists()


def _unsupported(path: Path) -> str:
    return f"files of type {path.suffix.lower() or 'unknown'!r} are not supported"


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return _absolute(path)

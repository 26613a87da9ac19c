"""Which files to read, and the fingerprint that a file is known by."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import EncryptedFile, PathMissing, UnreadableFile, UnsupportedFile
from ingest.formats import OLD_OFFICE, SUFFIXES, format_of
from ingest.paths import expanded
from ingest.regular import open_regular, special_kind

__all__ = ["SUFFIXES", "Discovery", "discover", "fingerprint"]

_IGNORED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})
_MARKS = ("pyvenv.cfg", "catalog.sqlite")
_IGNORED_FILES = ("~$", "._")  # what Office and macOS leave beside a document


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found below some paths."""

    files: tuple[Path, ...]  # absolute, each once; the order of the arguments, then by name
    skipped: tuple[tuple[Path, str], ...]  # path and reason


def discover(paths: Iterable[str | Path], *, exclude: Iterable[Path] = ()) -> Discovery:
    """The files to read below `paths`: files as given, folders recursively.

    Hidden files and folders, Python and Node environments, indexes, and `exclude` are passed over
    in silence. Listed in `skipped` are files of an unsupported type, what is no regular file, and
    symbolic links that lead out of the folders given: nothing is read that was not asked for. A
    path that was given may itself be a link. A file given by name may carry a wrong suffix or
    none, and any file one of Office before 2007 (.doc): its first bytes decide.

    Raises PathMissing when a path does not exist.
    """
    given = [expanded(path) for path in paths]
    for path in given:
        if not os.path.exists(path):
            raise PathMissing(f"{path}: no such file or folder; check the spelling")
    walk = _Walk(
        excluded=frozenset(_resolved(path) for path in exclude),
        roots=tuple(_resolved(path) for path in given if os.path.isdir(path)),
    )
    files: dict[Path, None] = {}
    for path in given:
        if not os.path.isdir(path):
            _take(_absolute(path), files, walk.skipped)
            continue
        for found in walk.files(path):
            if found.suffix.lower() in SUFFIXES:
                files.setdefault(found)
            elif found.suffix.lower() in OLD_OFFICE:
                _take(found, files, walk.skipped)
            else:
                walk.skipped.setdefault(found, _unsupported(found))
    for found in files:
        walk.skipped.pop(found, None)
    return Discovery(tuple(files), tuple(walk.skipped.items()))


def fingerprint(path: Path) -> str:
    """SHA-256 of the file's bytes in hexadecimal; raises UnreadableFile."""
    with open_regular(path) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnreadableFile(f"{path}: cannot be read ({reason})") from error


def _take(path: Path, files: dict[Path, None], skipped: dict[Path, str]) -> None:
    """Adds a file to one of the two: its first bytes decide when its suffix does not."""
    try:
        special = special_kind(os.stat(path).st_mode)
    except OSError:  # it has just vanished: reading it says so
        special = ""
    if special:
        skipped.setdefault(path, f"{special} and no file")
        return
    if path.suffix.lower() not in SUFFIXES:
        try:
            format_of(path)
        except (UnsupportedFile, EncryptedFile, UnreadableFile) as error:
            skipped.setdefault(path, str(error).removeprefix(f"{path}: "))
            return
    files.setdefault(path)


class _Walk:
    """Folders below which files are looked for; what is passed over with a reason."""

    def __init__(self, excluded: frozenset[Path], roots: tuple[Path, ...]) -> None:
        self._excluded = excluded
        self._roots = roots  # real paths of the folders given
        self._seen: set[Path] = set()  # folders, by their real paths
        self.skipped: dict[Path, str] = {}

    def files(self, root: Path) -> Iterator[Path]:
        """Files below `root`, by name; a folder reached twice, as by links, is read once."""
        pending = [_absolute(root)]
        while pending:
            folder = pending.pop()
            real = _resolved(folder)
            if real in self._seen or real in self._excluded:
                continue
            self._seen.add(real)
            folders = []
            for entry in self._entries(folder):
                if entry.name.startswith((".", *_IGNORED_FILES)):
                    continue
                path = folder / entry.name
                kind = self._kind(entry, path)
                if kind == "folder" and not _is_ignored_folder(path):
                    folders.append(path)
                elif kind == "file":
                    yield path
            pending.extend(reversed(folders))

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.skipped.setdefault(folder, f"the folder cannot be listed ({error.strerror})")
            return []

    def _kind(self, entry: os.DirEntry[str], path: Path) -> str:
        """What an entry is: "folder", "file", or "" for what is passed over."""
        try:
            mode = entry.stat().st_mode  # of what a link leads to
        except OSError as error:
            broken = "a symbolic link to nothing" if entry.is_symlink() else ""
            self.skipped.setdefault(path, broken or f"cannot be read ({error.strerror})")
            return ""
        if entry.is_symlink() or self._excluded:
            real = _resolved(path)
            if real in self._excluded:
                return ""
            if not any(real.is_relative_to(root) for root in self._roots):
                self.skipped.setdefault(path, "a symbolic link out of the folders given")
                return ""
        if stat.S_ISDIR(mode):
            return "folder"
        if special := special_kind(mode):
            self.skipped.setdefault(path, f"{special} and no file")
            return ""
        return "file"


def _is_ignored_folder(folder: Path) -> bool:
    """Environments and indexes under any name: a file in them marks them."""
    if folder.name in _IGNORED_FOLDERS:
        return True
    return any(os.path.exists(folder / name) for name in _MARKS)


def _unsupported(path: Path) -> str:
    return f"files of type {path.suffix.lower() or 'unknown'!r} are not supported"


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return _absolute(path)

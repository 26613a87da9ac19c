"""What an ingest has to do: which files are new, changed, unchanged or gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from indexes.reader import UNSURE
from ingest.errors import InputError, UnsupportedFile
from ingest.files import discover, fingerprint
from ingest.paths import expanded, is_gone


class Known(Protocol):
    """What the catalogue knows of a path."""

    @property
    def document_id(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths are absolute."""

    changed: Mapping[Path, os.stat_result]  # new or changed files as they are now, largest first
    unchanged: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...]  # with the reason
    failed: tuple[tuple[Path, str], ...]  # cannot even be looked at
    vanished: tuple[Path, ...]  # in the index, below one of the folders given, and gone
    roots: tuple[Path, ...]  # the folders given, now and before

    def root_of(self, path: Path) -> Path | None:
        """The innermost folder given that holds `path`; None for a file given by its name."""
        return max(self.roots_of(path), key=lambda root: len(root.parts), default=None)

    def roots_of(self, path: Path) -> tuple[Path, ...]:
        """The folders given that hold `path`: pictures that it shows may come from them."""
        return tuple(root for root in self.roots if path.is_relative_to(root))


def plan(
    paths: Sequence[str | Path],
    known: Mapping[Path, Known],
    *,
    exclude: Iterable[Path] = (),
    again: bool = False,
) -> Plan:
    """Compares the files below `paths` with the catalogue, by size and modification time.

    Only files whose time tells nothing, see FileRecord, are read for it.

    `again` takes unchanged files for changed. Raises PathMissing for a path that does not exist,
    UnsupportedFile when there is nothing that can be read and nothing that was.
    """
    found = discover(paths, exclude=exclude)
    roots = tuple(p for p in map(absolute, paths) if os.path.isdir(p))
    changed: dict[Path, os.stat_result] = {}
    unchanged: list[Path] = []
    failed: list[tuple[Path, str]] = []
    for path in found.files:
        try:
            stat = path.stat()
        except OSError as error:
            failed.append((path, f"cannot be read ({error.strerror})"))
            continue
        record = known.get(path)
        if record and not again and _is_as_known(path, stat, record):
            unchanged.append(path)
        else:
            changed[path] = stat
    vanished = [p for p in known if any(p.is_relative_to(r) for r in roots) and is_gone(p)]
    if not (found.files or vanished):
        raise UnsupportedFile(_nothing(paths, found.skipped))
    return Plan(
        changed=dict(sorted(changed.items(), key=lambda item: -item[1].st_size)),
        unchanged=tuple(unchanged),
        skipped=found.skipped,
        failed=tuple(failed),
        vanished=tuple(sorted(vanished)),
        roots=roots,
    )


def _is_as_known(path: Path, stat: os.stat_result, record: Known) -> bool:
    if record.mtime_ns == UNSURE:  # the time of a file that had just changed tells nothing
        try:
            return record.size == stat.st_size and fingerprint(path) == record.document_id
        except InputError:
            return False  # its reader says why
    return (record.size, record.mtime_ns) == (stat.st_size, stat.st_mtime_ns)


def absolute(path: str | Path) -> Path:
    """The path as the catalogue has it: absolute, `~` and `..` resolved, links kept."""
    return Path(os.path.abspath(expanded(path)))


def _nothing(paths: Sequence[str | Path], skipped: Sequence[tuple[Path, str]]) -> str:
    if len(paths) == 1 and len(skipped) == 1 and skipped[0][0] == absolute(paths[0]):
        return f"{paths[0]}: {skipped[0][1]}"
    where = ", ".join(str(path) for path in paths)
    found = f"{len(skipped)} files of other types are there" if skipped else "it is empty"
    return (
        f"{where}: no file that can be read ({found}); readable are PDF, Markdown, HTML, text, "
        "CSV, .docx, .pptx, .xlsx, .epub and images"
    )

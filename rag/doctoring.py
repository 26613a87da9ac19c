"""What is wrong with an index, and its repair: from the catalogue, then from the documents' files.

`indexes.doctor` does all that needs no reading of documents; here files are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexes import doctor as index_doctor
from indexes.doctor import Problem, Repair
from indexes.reader import UNSURE
from indexes.sources import forget_sources, read_sources
from ingest.errors import IndexMissing, InputError, RagError
from ingest.files import discover, fingerprint

if TYPE_CHECKING:
    from indexes.store import FileRecord
    from indexes.types import Space
    from rag.app import Rag

Tell = Callable[[str], object]

_MOST_NAMED = 1000  # files that are read again in one go


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What was found in an index folder, what was done about it, and what is left."""

    index: Path
    found: tuple[Problem, ...]  # damage, before any repair
    repairs: tuple[Repair, ...]  # what was done, and what could not be
    salvaged: int  # documents taken over from a damaged catalogue
    read_again: tuple[Path, ...]  # files
    lost: tuple[Path, ...]  # documents that had to go: damaged, and no file is there any more
    problems: tuple[Problem, ...]  # damage that is left
    notes: tuple[Problem, ...]  # no damage, but good to know


def doctor(
    rag: Rag,
    repair: bool,
    *,
    spaces: Callable[[], Sequence[Space]],
    deep: bool = False,
    passwords: Sequence[str] = (),
    tell: Tell = lambda stage: None,
) -> DoctorReport:
    """Check an index, and with `repair` mend it. `spaces` are those of the settings' models.

    `deep` also reads every crop and compares every vector; a repair always does. `passwords` are
    tried on encrypted files that have to be read again; `tell` hears the stages. Raises
    IndexMissing when there is nothing to look at; with `repair` IndexBusy and StoreError.
    """
    folder, kind = rag.index, rag.settings.vector_index
    if not folder.is_dir():
        raise IndexMissing(f"no index at {folder}; make one with: rag ingest PATH")
    tell("checking")
    rag.close()  # whoever repairs has the catalogue to itself
    checked = index_doctor.check(folder, kind=kind, deep=deep or repair)
    found = _damage(checked)
    if not repair or not found:
        notes = (*_notes(checked), *_sources_now(rag))
        rag.close()
        return DoctorReport(folder, found, (), 0, (), (), found, notes)
    mended = index_doctor.repair(
        folder, spaces=spaces, find=lambda ids: _find(folder, ids), kind=kind, tell=tell
    )
    reading = _Reading(rag, passwords)
    if mended.again:
        tell("reading again")
        reading.read(mended.again, again=True)
    if mended.from_sources:
        tell("reading the sources")
        reading.read_sources(read_sources(folder))
    rag.close()
    repairs, lost = [*mended.repairs, *reading.repairs], list(mended.lost)
    if mended.again and not reading.stopped:
        tell("finishing")
        last = index_doctor.repair(
            folder, spaces=spaces, find=lambda ids: {}, kind=kind, final=True, tell=tell
        )
        repairs += last.repairs
        lost += last.lost
    tell("checking again")
    checked = index_doctor.check(folder, kind=kind, deep=True)
    held = _held(rag)
    notes = (*_notes(checked), *_sources_now(rag))
    rag.close()
    return DoctorReport(
        folder,
        found,
        tuple(dict.fromkeys(repairs)),
        mended.salvaged,
        tuple(dict.fromkeys(reading.done)),
        tuple(path for path in dict.fromkeys(lost) if path not in held),
        _damage(checked),
        notes,
    )


class _Reading:
    """Reads files again through the ordinary ingest, and keeps account."""

    def __init__(self, rag: Rag, passwords: Sequence[str]) -> None:
        self._rag = rag
        self._passwords = tuple(passwords)
        self.done: list[Path] = []
        self.repairs: list[Repair] = []
        self.stopped = False  # by something that is no fault of the files: models, disk, lock

    def read_sources(self, sources: Iterable[Path]) -> None:
        """Read what the index was made from, as far as it is there."""
        present = [path for path in sources if path.exists()]
        if present:
            self.read(present, again=False)
        else:
            message = "nothing says what the index was made from, or it is gone: ingest it again"
            self.repairs.append(Repair(message, False))

    def read(self, paths: Sequence[Path], *, again: bool) -> None:
        """Read files and folders; unchanged files only with `again`."""
        for start in range(0, len(paths), _MOST_NAMED):
            self._read(paths[start : start + _MOST_NAMED], again)

    def _read(self, paths: Sequence[Path], again: bool) -> None:
        before = read_sources(self._rag.index)
        try:
            summary = self._rag.ingest(*paths, again=again, passwords=self._passwords)
            forget_sources(self._rag.index, set(paths) - set(before))  # nobody asked for these
        except (InputError, OSError) as error:  # vanished, out of reach, or none is a document
            if len(paths) > 1:  # one must not cost the others
                for half in (paths[: len(paths) // 2], paths[len(paths) // 2 :]):
                    self._read(half, again)
                return
            self.repairs.append(Repair(f"cannot be read again: {error}", False, tuple(paths)))
            return
        except RagError as error:
            self.stopped = True
            self.repairs.append(Repair(f"nothing can be read again: {error}", False))
            return
        done = [*summary.added, *summary.updated]
        self.done += done
        if done:
            self.repairs.append(Repair(f"read {len(done)} files again", True, tuple(done)))
        for path, reason in summary.failed:
            self.repairs.append(Repair(f"cannot be read again: {reason}", False, (path,)))


def _find(folder: Path, ids: Collection[str]) -> Mapping[str, Path]:
    """Files that the index may have been made from, by their fingerprint; only the ids asked."""
    wanted, found = set(ids), dict[str, Path]()
    present = [path for path in read_sources(folder) if path.exists()]
    for path in discover(present, exclude=[folder]).files:
        if len(found) == len(wanted):
            break
        try:
            identity = fingerprint(path)
        except InputError:
            continue
        if identity in wanted:
            found.setdefault(identity, path)
    return found


def _sources_now(rag: Rag) -> list[Problem]:
    """Files of the index that are gone from the disk, or have changed since they were read."""
    try:
        store = rag._existing()
        known = store.files() if store else {}
    except RagError:
        return []
    gone = tuple(sorted(path for path in known if not path.exists()))
    changed = tuple(sorted(path for path, record in known.items() if _differs(path, record)))
    found = []
    if gone:
        found.append(Problem("source", f"{len(gone)} files are no longer on the disk", "", gone))
    if changed:
        message = f"{len(changed)} files changed since they were read; rag ingest reads them"
        found.append(Problem("source", message, "", changed))
    return found


def _differs(path: Path, record: FileRecord) -> bool:
    try:
        stat = path.stat()
    except OSError:
        return False
    if record.mtime_ns == UNSURE:  # it had just changed when it was read: the time tells nothing
        return stat.st_size != record.size
    return (stat.st_size, stat.st_mtime_ns) != (record.size, record.mtime_ns)


def _held(rag: Rag) -> set[Path]:
    try:
        store = rag._existing()
        return set(store.files()) if store else set()
    except RagError:
        return set()


def _damage(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in found if problem.is_damage)


def _notes(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in found if not problem.is_damage)

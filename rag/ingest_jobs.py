"""Which of an ingest's changed files are to be read: those whose bytes are not known already."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.errors import RagError, UnreadableFile
from ingest.types import ReadOptions
from rag.config import Settings
from rag.file_state import Stopped, hashed
from rag.ingest_types import Request
from rag.outcomes import ENCRYPTED, FATAL, Outcomes
from rag.parsing import ParseRequest
from rag.planning import Known, Plan, absolute
from rag.workers import Job

_WITH_PICTURES = (".md", ".markdown", ".html", ".htm", ".xhtml")  # of files beside them
_MOST_BYTES = 64 << 30  # a sparse file can say that it has exabytes, and is hashed first
_SHARED_FATE = FATAL | {ENCRYPTED}  # kinds of failures that a copy of the bytes would only repeat


class Intake:
    """Looks at the bytes of changed files, and makes jobs of those that are new."""

    def __init__(
        self,
        request: Request,
        settings: Settings,
        work: Plan,
        known: Mapping[Path, Known],
        spool: Path,
        go_on: Callable[[], bool],
    ) -> None:
        self._spool = spool  # a folder for the crops of large files
        self._request = request
        self._settings = settings
        self._work = work
        self._known = known
        self._go_on = go_on
        self._staying = {r.document_id for p, r in known.items() if p not in work.changed}
        self._alone: set[Path] = set()  # copies of a file that could not be read: each is read
        self._first: dict[str, Path] = {}  # fingerprint: the path that is read for it
        self.states: dict[Path, os.stat_result] = dict(work.changed)  # when bytes were looked at
        self.same: dict[Path, str] = {}  # files with bytes that are known, or are being read: id
        self.unreadable: list[tuple[Path, RagError]] = []

    def jobs(self, paths: Sequence[Path], threads: int) -> Iterator[Job]:
        """The files whose bytes are new, each a job; runs in the workers' threads."""
        options = ReadOptions(
            ocr=self._settings.ocr,
            passwords=self._request.passwords,
            crop_dpi=self._settings.crop_dpi,
            threads=threads,
            spool=self._spool,
        )
        keyless = replace(self._settings, base_url="")  # which may hold a key
        for path in paths:
            if self._work.changed[path].st_size > _MOST_BYTES:
                self.unreadable.append((path, UnreadableFile(f"{path}: is larger than 64 GB")))
                continue
            try:
                identity, state = hashed(path, self._go_on)
            except Stopped:
                return
            except RagError as error:
                self.unreadable.append((path, error))
                continue
            if state is None:  # it changes just now: whatever it holds when it is at rest
                identity = ""
            elif not self._is_new(path, identity, state):
                continue
            own = replace(options, roots=self._work.roots_of(path))
            yield Job(path, ParseRequest(path, own, keyless, identity))

    def readable(self) -> list[Path]:
        """The files and folders that workers may read: those given, and pictures beside a page."""
        given = [absolute(path) for path in self._request.paths]
        pages = [path for path in given if path.suffix.lower() in _WITH_PICTURES]
        beside = [path.parent for path in pages if not os.path.isdir(path)]
        return [*given, *beside, *self._work.roots]

    def first(self, path: Path) -> Path | None:
        """The path that was read in this run for the bytes of one in `same`."""
        return self._first.get(self.same[path])

    def forsaken(self, outcomes: Outcomes, stored: set[str]) -> list[Path]:
        """Copies of a file that could not be read, or held other bytes when it was: to be read.

        `stored` are the ids of the documents that were stored. They leave `same`.
        """
        lost = {}
        for path, identity in self.same.items():
            first = self._first.get(identity)
            outcome = outcomes.of(first) if first else None
            shared = outcome is not None and outcome.kind in _SHARED_FATE
            if first and identity not in stored and not shared:
                lost[path] = identity
        for path, identity in lost.items():
            self._alone.add(path)
            del self.same[path]
            self._first.pop(identity, None)
        return list(lost)

    def _is_new(self, path: Path, identity: str, state: os.stat_result) -> bool:
        self.states[path] = state
        record = self._known.get(path)
        touched = record is not None and (record.document_id, record.size) == (
            identity,
            state.st_size,  # no size at all: a repair left it to be read again
        )
        known = not self._request.again and (touched or identity in self._staying)
        if known or (identity in self._first and path not in self._alone):
            self.same[path] = identity
            return False
        self._first[identity] = path
        return True

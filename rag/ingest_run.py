"""One ingest under way: the plan's files through workers and embedder into the writer."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indexes.connections import store_error
from indexes.durable import INCOMING
from indexes.store import Store, Writer
from indexes.types import Embedding
from ingest.errors import InputError, RagError, StoreError
from ingest.spool import discard
from ingest.types import Reading, Receipt
from rag.build import Models, figure_clip_folder
from rag.config import Settings
from rag.embedding import embed_readings, embed_shared, warm
from rag.ingest_jobs import Intake
from rag.ingest_types import IngestSummary, Request
from rag.interruption import Interruption
from rag.os_process import cores, peak_memory
from rag.outcomes import (
    ENCRYPTED,
    FATAL,
    UNCHANGED,
    VANISHED,
    FileStatus,
    Outcomes,
    by_path,
    password_reason,
    status_of,
    with_status,
)
from rag.planning import Plan
from rag.progress import Meter
from rag.recall import recaptioner
from rag.sandbox.surroundings import sandbox_for
from rag.workers import Job, Outcome, Workers

BATCH = 256  # elements that are embedded at a time, across documents
MANY = 200  # elements from which on the embedder is made ready for many

_Embedded = tuple[Outcome, Reading, list[Embedding]]


class Run:
    """One ingest under way; what was planned before it has its outcomes in `outcomes`."""

    def __init__(
        self,
        request: Request,
        settings: Settings,
        work: Plan,
        outcomes: Outcomes,
        store: Store,
        writer: Writer,
        models: Models,
        interrupted: Interruption,
        meter: Meter,
    ) -> None:
        self._request = request
        self._settings = settings
        self._work = work
        self._outcomes = outcomes
        self._known = store.files()
        self._quarantined = store.quarantined()
        self._writer = writer
        self._models = models
        self._recaption = recaptioner(store)
        self._interrupted = interrupted
        self._meter = meter
        self._spool = store.folder / INCOMING
        self._intake = Intake(request, settings, work, self._known, self._spool, self._go_on)
        self._stored: dict[Path, Receipt] = {}
        self._copies: list[Path] = []
        self._touched: list[Path] = []
        self.removed: list[Path] = []  # vanished files that were taken out of the index
        self._elements = 0  # that were given to the embedder
        self._pixels_here = figure_clip_folder(settings) is None  # else the workers embed them
        self._worker_peak = 0
        self.timings: dict[str, float] = {"embed": 0.0, "store": 0.0}

    def read(self) -> None:
        """Reads, embeds and stores every changed file, or as many as are done on Ctrl-C."""
        started = time.perf_counter()
        try:
            self._read()
        finally:
            shutil.rmtree(self._spool, ignore_errors=True)
            self.timings["read"] = time.perf_counter() - started

    def finish(self) -> None:
        """Copies, touched and vanished files; then the caches."""
        started = time.perf_counter()
        if self._go_on():
            for path, document_id in self._intake.same.items():
                self._link(path, document_id)
            if self._request.prune:
                self.removed = [p for p in self._work.vanished if self._writer.remove_path(p)]
            for path in self._quarantined:
                if not os.path.lexists(path):
                    self._writer.release(path)
        self._meter.tell("saving", interval=0.0)
        self._writer.save()
        self._meter.tell("done", interval=0.0)
        self.timings["save"] = time.perf_counter() - started

    def summary(self) -> IngestSummary:
        """What was done so far; a file without an outcome was not reached."""
        for path in self._work.changed:
            if path not in self._outcomes:
                self._outcomes.not_reached(path)
        stored, outcomes = by_path(self._stored), self._outcomes.all()
        return IngestSummary(
            added=tuple(path for path in stored if path not in self._known),
            updated=tuple(path for path in stored if path in self._known),
            unchanged=tuple(by_path([*self._work.unchanged, *self._touched])),
            copies=tuple(by_path(self._copies)),
            removed=tuple(self.removed),
            vanished=tuple(by_path(set(self._work.vanished) - set(self.removed))),
            failed=with_status(outcomes, FileStatus.FAILED),
            skipped=with_status(outcomes, FileStatus.SKIPPED),
            receipts=tuple((path, self._stored[path]) for path in stored),
            outcomes=outcomes,
            timings=dict(self.timings),
            peak_memory={"main": peak_memory(), "worker": self._worker_peak},
        )

    def _read(self) -> None:
        waiting = list(self._work.changed)
        while waiting and self._go_on():
            _make_empty(self._spool)
            count = min(self._settings.workers or cores(), len(waiting))
            with self._workers(count) as workers:
                self._drain(workers, self._intake.jobs(waiting, max(1, cores() // count)))
            while self._intake.unreadable:
                path, error = self._intake.unreadable.pop()
                self._lose(path, str(error), type(error).__name__)
            stored = {receipt.document_id for receipt in self._stored.values()}
            waiting = self._intake.forsaken(self._outcomes, stored)

    def _go_on(self) -> bool:
        return not self._interrupted.is_set()

    def _workers(self, count: int) -> Workers:
        settings = self._settings
        return Workers(
            self._request.task,
            count,
            patience=float(settings.patience),
            file_seconds=60.0 * settings.file_minutes,
            file_memory=settings.file_memory << 20,
            sandbox=sandbox_for(settings, self._intake.readable(), writes=[self._spool]),
        )

    def _drain(self, workers: Workers, jobs: Iterator[Job]) -> None:
        waiting: list[Outcome] = []
        for outcome in workers.outcomes(jobs):
            if not self._go_on():
                return
            self._meter.tell("reading", workers.activities())
            if outcome is not None:
                self._worker_peak = max(self._worker_peak, outcome.peak_memory)
                if outcome.reason:
                    self._lose_job(outcome)
                else:
                    waiting.append(outcome)
                    self._meter.read(outcome.result.reading.receipt)
            elements = sum(len(one.result.reading.elements) for one in waiting)
            if waiting and (outcome is None or elements >= BATCH):
                self._store(waiting, workers)
                waiting = []
        self._store(waiting, workers)

    def _store(self, read: Sequence[Outcome], workers: Workers) -> None:
        """Embeds some documents' texts together, then stores each."""

        def go_on() -> bool:
            self._meter.tell("reading", workers.activities())
            return self._go_on()

        started = time.perf_counter()
        embedded = self._embedded(read, go_on)
        self.timings["embed"] += time.perf_counter() - started
        started = time.perf_counter()
        for outcome, reading, embeddings in embedded:
            if not go_on():
                break
            self._put(outcome, reading, embeddings)
        self.timings["store"] += time.perf_counter() - started

    def _embedded(self, read: Sequence[Outcome], go_on: Callable[[], bool]) -> list[_Embedded]:
        """Documents with their vectors; fewer when interrupted."""
        try:
            return self._embed(read, go_on)
        except Exception as error:  # a boundary: one document's texts must not cost the others
            if isinstance(error, RagError) and not isinstance(error, InputError):
                raise  # the model is at fault
            if len(read) == 1:
                reason = f"its text cannot be embedded ({type(error).__name__}: {error})"
                self._lose(read[0].job.key, reason, "unexpected", read[0])
                return []
        return [made for one in read for made in self._embedded([one], go_on)]

    def _embed(self, read: Sequence[Outcome], go_on: Callable[[], bool]) -> list[_Embedded]:
        embedder = self._models.text()
        self._elements += sum(len(one.result.reading.elements) for one in read)
        if self._elements > MANY:
            warm(embedder)
        readings = [self._recaption(one.result.reading) for one in read]
        texts = embed_readings(embedder, readings, go_on)
        shared = embed_shared(self._models.clip(), readings, go_on, pixels=self._pixels_here)
        return [
            (one, reading, [text, *pictures, *one.result.embeddings])
            for one, reading, text, pictures in zip(read, readings, texts, shared, strict=False)
        ]

    def _put(self, outcome: Outcome, reading: Reading, embeddings: Sequence[Embedding]) -> None:
        path: Path = outcome.job.key
        receipt = reading.receipt
        try:
            self._writer.put(
                reading,
                embeddings,
                root=self._work.root_of(path),
                stat=self._intake.states[path],
            )
        except StoreError as error:
            if not _is_of_document(error):
                raise
            self._lose(path, str(error), type(error).__name__, outcome)
            return
        discard(outcome.result.reading.elements)
        self._stored[path] = receipt
        status, reason = status_of(receipt)
        size = {"pages": receipt.pages, "elements": len(reading.elements)}
        self._note(path, status, reason, "", outcome, **size)

    def _link(self, path: Path, document_id: str) -> None:
        """A path whose bytes are known, or were read in this run at another path."""
        record, state = self._known.get(path), self._intake.states[path]
        first = self._intake.first(path)
        read = self._outcomes.of(first) if first else None
        if record and record.document_id == document_id:
            self._writer.touch(path, state)
            self._touched.append(path)
            self._note(path, FileStatus.OK, UNCHANGED)
        elif read and first not in self._stored:
            self._note(path, read.status, read.reason, read.kind)
        else:
            self._writer.add_path(document_id, path, self._work.root_of(path), state)
            self._copies.append(path)
            status = read.status if read else FileStatus.OK
            self._note(path, status, self._same_as(first, document_id, read.reason if read else ""))

    def _same_as(self, first: Path | None, document_id: str, reason: str) -> str:
        other = first or next(p for p, r in self._known.items() if r.document_id == document_id)
        return f"same bytes as {other}" + (f": {reason}" if reason else "")

    def _lose_job(self, outcome: Outcome) -> None:
        if outcome.job.key is None:  # the source of jobs failed, which is a bug
            raise RuntimeError(outcome.reason)
        self._lose(outcome.job.key, outcome.reason, outcome.kind, outcome)

    def _lose(self, path: Path, message: str, kind: str, outcome: Outcome | None = None) -> None:
        """Notes a file that could not be read."""
        reason, status = message.removeprefix(f"{path}: "), FileStatus.FAILED
        if kind == VANISHED or not os.path.lexists(path):
            reason, kind = "vanished", VANISHED
        elif kind == ENCRYPTED:
            given = bool(self._request.passwords)
            reason, status = password_reason(reason, given), FileStatus.SKIPPED
        self._note(path, status, reason, kind, outcome)

    def _note(
        self,
        path: Path,
        status: FileStatus,
        reason: str,
        kind: str = "",
        outcome: Outcome | None = None,
        **told: int,
    ) -> None:
        """A file's outcome; one that killed its worker twice is quarantined, others are not."""
        if kind in FATAL:
            self._writer.quarantine(path, self._intake.states[path], reason)
        elif path in self._quarantined and kind != "unstarted":
            self._writer.release(path)
        if outcome is not None:
            told["peak_memory"] = outcome.peak_memory
        seconds = outcome.seconds if outcome else 0.0
        self._outcomes.note(path, status, reason, kind=kind, seconds=seconds, **told)
        if status is FileStatus.FAILED:
            self._meter.failed(path)
        else:
            self._meter.finished(path)


def _make_empty(folder: Path) -> None:
    """Makes a folder for this user only, without what a run that died left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise store_error(folder.parent, error) from error


def _is_of_document(error: BaseException) -> bool:
    """Whether a document cannot be stored, and not the index that cannot be written."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, sqlite3.Error):
        return isinstance(error, sqlite3.DataError | sqlite3.IntegrityError)
    return type(error) is StoreError  # it contradicts itself

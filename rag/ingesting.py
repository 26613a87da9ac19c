"""The ingest: worker processes parse, this process embeds and stores, both at the same time.

Largest files first, so that no long one is left for the end. Each document is one transaction of
the store; what is done when something stops the run stays done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexes.store import Store, Writer
from ingest.errors import InputError
from ingest.files import fingerprint
from ingest.types import ReadOptions, Receipt
from rag.build import Models, figure_clip_folder
from rag.config import Settings
from rag.embedding import embed_readings, embed_shared, warm
from rag.os_process import cores, interruptible
from rag.parsing import Parsed, ParseRequest
from rag.planning import Plan, plan
from rag.progress import Meter, Progress, ProgressCallback
from rag.recall import recaptioner
from rag.workers import Job, Workers

__all__ = ["IngestInterrupted", "IngestSummary", "Progress", "Request", "ingest"]

BATCH = 256  # elements that are embedded at a time, across documents
MANY = 200  # elements from which on the embedder is made ready for many
TASK = "rag.parsing:parse"


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller asks for."""

    paths: tuple[str | Path, ...]
    passwords: tuple[str, ...] = ()
    prune: bool = False  # remove what vanished from the folders given
    again: bool = False  # read unchanged files too
    task: str = TASK


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What an ingest did. Paths are absolute."""

    added: tuple[Path, ...] = ()
    updated: tuple[Path, ...] = ()  # other bytes than before at the same path
    unchanged: tuple[Path, ...] = ()
    copies: tuple[Path, ...] = ()  # new paths whose bytes were in the index already
    removed: tuple[Path, ...] = ()  # vanished, and taken out of the index (prune)
    vanished: tuple[Path, ...] = ()  # vanished, and still in the index
    failed: tuple[tuple[Path, str], ...] = ()  # with the reason
    skipped: tuple[tuple[Path, str], ...] = ()  # with the reason
    receipts: tuple[tuple[Path, Receipt], ...] = ()  # of the files that were read, by path
    timings: Mapping[str, float] = field(default_factory=dict)  # seconds per stage

    @property
    def changed(self) -> bool:
        """Whether the index is another than before."""
        return bool(self.added or self.updated or self.copies or self.removed)


class IngestInterrupted(KeyboardInterrupt):
    """Ctrl-C during an ingest. Finished documents are in the index; `summary` lists them."""

    def __init__(self, summary: IngestSummary, message: str = "interrupted") -> None:
        super().__init__(message)
        self.summary = summary


def ingest(
    request: Request,
    *,
    settings: Settings,
    folder: Path,
    existing: Callable[[], Store | None],
    create: Callable[[], Store],
    models: Models,
    progress: ProgressCallback | None = None,
) -> IngestSummary:
    """Brings the index up to date with the request's paths.

    `existing` gives the store if there is one, `create` makes or opens it for writing; that is
    not called, and no model loaded, when there is nothing to do.

    Raises PathMissing, UnsupportedFile (nothing that can be read), IndexBusy, IndexMismatch, and
    IngestInterrupted on Ctrl-C. A file that cannot be read is no error: see `failed`.
    """
    started = time.perf_counter()
    store = existing()
    work = _plan(request, folder, store)
    if not work.changed and not (request.prune and work.vanished):
        return IngestSummary(
            unchanged=work.unchanged,
            vanished=work.vanished,
            failed=work.failed,
            skipped=work.skipped,
            timings={"total": time.perf_counter() - started},
        )
    store = create()
    with interruptible() as interrupted, store.writing() as writer:
        work = _plan(request, folder, store)  # another run may have just ended
        run = _Run(request, settings, work, store, writer, models, interrupted, progress)
        run.timings["plan"] = time.perf_counter() - started
        run.read()
        run.finish()
        run.timings["total"] = time.perf_counter() - started
        summary = run.summary()
        writer.record_run(_counted(summary))
    if interrupted.is_set():
        raise IngestInterrupted(summary)
    return summary


def _plan(request: Request, folder: Path, store: Store | None) -> Plan:
    known = store.files() if store else {}
    return plan(request.paths, known, exclude=[folder], again=request.again)


class _Run:
    """One ingest under way: the plan's files through workers and embedder into the writer."""

    def __init__(
        self,
        request: Request,
        settings: Settings,
        work: Plan,
        store: Store,
        writer: Writer,
        models: Models,
        interrupted: threading.Event,
        progress: ProgressCallback | None,
    ) -> None:
        self._request = request
        self._settings = settings
        self._work = work
        self._known = store.files()
        self._writer = writer
        self._models = models
        self._recaption = recaptioner(store)
        self._interrupted = interrupted
        self._meter = Meter(progress, {path: stat.st_size for path, stat in work.changed.items()})
        self._ids: dict[str, Path] = {}  # fingerprint: the path that is parsed for it
        self._same: list[tuple[Path, str]] = []  # bytes that are known: path and document id
        self._unreadable: list[tuple[Path, str]] = []
        self._stored: dict[Path, Receipt] = {}
        self._failed: dict[Path, str] = dict(work.failed)
        self._copies: list[Path] = []
        self._elements = 0  # that were given to the embedder
        self._pixels_here = figure_clip_folder(settings) is None  # else the workers embed them
        self._touched: list[Path] = []
        self._removed: list[Path] = []
        self.timings: dict[str, float] = {"embed": 0.0, "store": 0.0}

    def read(self) -> None:
        """Reads, embeds and stores every changed file, or as many as are done on Ctrl-C."""
        started = time.perf_counter()
        count = min(self._settings.workers or cores(), len(self._work.changed))
        if count:
            patience = float(self._settings.patience)
            with Workers(self._request.task, count, patience=patience) as workers:
                self._drain(workers, self._jobs(max(1, cores() // count)))
        self.timings["read"] = time.perf_counter() - started

    def finish(self) -> None:
        """Copies, touched and vanished files; then the caches."""
        for path, reason in self._unreadable:
            self._fail(path, reason)
        if not self._interrupted.is_set():
            for path, document_id in self._same:
                self._link(path, document_id)
            if self._request.prune:
                self._removed = [p for p in self._work.vanished if self._writer.remove_path(p)]
        self._meter.tell("saving", interval=0.0)
        self._writer.save()
        self._meter.tell("done", interval=0.0)

    def summary(self) -> IngestSummary:
        stored = sorted(self._stored)
        return IngestSummary(
            added=tuple(path for path in stored if path not in self._known),
            updated=tuple(path for path in stored if path in self._known),
            unchanged=tuple(sorted([*self._work.unchanged, *self._touched])),
            copies=tuple(sorted(self._copies)),
            removed=tuple(self._removed),
            vanished=tuple(path for path in self._work.vanished if path not in self._removed),
            failed=tuple(sorted(self._failed.items())),
            skipped=self._work.skipped,
            receipts=tuple((path, self._stored[path]) for path in stored),
            timings=dict(self.timings),
        )

    def _jobs(self, threads: int) -> Iterator[Job]:
        """The files whose bytes are new, each a job; runs in the workers' threads."""
        options = ReadOptions(
            ocr=self._settings.ocr,
            passwords=self._request.passwords,
            crop_dpi=self._settings.crop_dpi,
            threads=threads,
        )
        staying = {r.document_id for p, r in self._known.items() if p not in self._work.changed}
        for path in self._work.changed:
            try:
                identity = fingerprint(path)
            except InputError as error:
                self._unreadable.append((path, _reason(path, str(error))))
                continue
            record = self._known.get(path)
            touched = record is not None and record.document_id == identity
            known = not self._request.again and (touched or identity in staying)
            if known or identity in self._ids:
                self._same.append((path, identity))
            else:
                self._ids[identity] = path
                yield Job(path, ParseRequest(path, options, self._settings))

    def _drain(self, workers: Workers, jobs: Iterator[Job]) -> None:
        waiting: list[Parsed] = []
        for outcome in workers.outcomes(jobs):
            if self._interrupted.is_set():
                return
            self._meter.tell("reading", workers.activities())
            if outcome and outcome.reason:
                self._fail(outcome.job.key, outcome.reason)
            elif outcome:
                waiting.append(outcome.result)
                self._meter.read(outcome.result.reading.receipt)
            elements = sum(len(parsed.reading.elements) for parsed in waiting)
            if waiting and (outcome is None or elements >= BATCH):
                self._store(waiting, workers)
                waiting = []
        self._store(waiting, workers)

    def _store(self, parsed: Sequence[Parsed], workers: Workers) -> None:
        """Embeds some documents' texts together, then stores each."""
        started = time.perf_counter()
        embedder = self._models.text()
        self._elements += sum(len(p.reading.elements) for p in parsed)
        if self._elements > MANY:
            warm(embedder)
        readings = [self._recaption(p.reading) for p in parsed]
        pulse = self._pulse(workers)
        texts = embed_readings(embedder, readings, pulse)
        shared = embed_shared(self._models.clip(), readings, pulse, pixels=self._pixels_here)
        embedded = time.perf_counter()
        self.timings["embed"] += embedded - started
        made = zip(parsed, readings, texts, shared, strict=False)  # fewer when interrupted
        for one, reading, text, pictures in made:
            if self._interrupted.is_set():
                break
            path = reading.document.path
            self._writer.put(
                reading,
                [text, *pictures, *one.embeddings],
                root=self._work.root_of(path),
                stat=self._work.changed[path],
            )
            self._stored[path] = reading.receipt
            self._meter.finished(path)
            self._meter.tell("reading", workers.activities())
        self.timings["store"] += time.perf_counter() - embedded

    def _pulse(self, workers: Workers) -> Callable[[], bool]:
        """Called between batches of texts: tells the progress; False to stop."""

        def pulse() -> bool:
            self._meter.tell("reading", workers.activities())
            return not self._interrupted.is_set()

        return pulse

    def _link(self, path: Path, document_id: str) -> None:
        """A path whose bytes are known."""
        record = self._known.get(path)
        first = self._ids.get(document_id)
        if record and record.document_id == document_id:
            self._writer.touch(path)
            self._touched.append(path)
        elif first in self._failed:
            self._fail(path, self._failed[first])
            return
        else:
            self._writer.add_path(document_id, path, self._work.root_of(path))
            self._copies.append(path)
        self._meter.finished(path)

    def _fail(self, path: Path, reason: str) -> None:
        self._failed[path] = _reason(path, reason)
        self._meter.failed(path)


def _reason(path: Path, message: str) -> str:
    """The message without the path that it begins with: the path stands beside it."""
    return message.removeprefix(f"{path}: ")


def _counted(summary: IngestSummary) -> dict[str, object]:
    """For the log of runs: numbers in place of lists."""
    names = ("added", "updated", "unchanged", "copies", "removed", "vanished", "failed", "skipped")
    return {
        **{name: len(getattr(summary, name)) for name in names},
        "timings": dict(summary.timings),
    }

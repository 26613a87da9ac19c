"""The ingest: worker processes parse, this process embeds and stores, both at the same time.

Largest files first, so that no long one is left for the end. Each document is one transaction of
the store; what is done when something stops the run stays done.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexes.sources import forget_sources, read_sources, write_sources
from indexes.store import Store, Writer
from ingest.errors import IndexBusy, StoreError
from rag import events
from rag.build import Models
from rag.config import Settings
from rag.ingest_run import Run
from rag.ingest_types import IngestInterrupted, IngestSummary, Request
from rag.interruption import Interruption, interruptible
from rag.outcomes import (
    INTERRUPTED,
    QUARANTINED,
    UNCHANGED,
    FileStatus,
    Outcomes,
    counted,
    quarantine_reason,
    with_status,
)
from rag.planning import Plan, absolute, plan
from rag.progress import Meter, Progress, ProgressCallback
from rag.runs import recorded

__all__ = ["IngestInterrupted", "IngestSummary", "Progress", "Request", "ingest"]

MOST_RECORDED = 1_000  # outcomes in the record of a run
_POLL = 0.2  # seconds between two looks at whether another process still writes


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
    IngestInterrupted on Ctrl-C or SIGTERM. A file that cannot be read is no error: see `outcomes`.
    """
    started = time.perf_counter()
    try:
        store = existing()
        work, passed_over = _plan(request, folder, store)
        if not work.changed and not (request.prune and work.vanished):
            return _idle(request, store, work, passed_over, started)
        meter = Meter(progress, _sizes(work))
        with (
            interruptible() as interrupted,
            _writing(request.wait, create, interrupted, meter) as (store, writer),
            recorded(writer, "ingest") as record,
        ):
            work, passed_over = _plan(request, folder, store)  # another run may have just ended
            outcomes = _planned(work, passed_over)
            meter = Meter(progress, _sizes(work))
            run = Run(request, settings, work, outcomes, store, writer, models, interrupted, meter)
            run.timings["plan"] = time.perf_counter() - started
            try:
                _run(run, request, folder)
                stopped = interrupted.is_set()
            except KeyboardInterrupt:  # a step was broken off
                stopped = True
            finally:
                run.timings["total"] = time.perf_counter() - started
                for stage, seconds in run.timings.items():
                    events.log("stage", name=stage, seconds=seconds)
                summary = run.summary()
                record.update(_record(request, summary))
            if stopped:
                raise IngestInterrupted(summary)
            return summary
    except IngestInterrupted:
        raise
    except KeyboardInterrupt:  # before there was anything to keep
        raise IngestInterrupted(IngestSummary()) from None


def _run(run: Run, request: Request, folder: Path) -> None:
    write_sources(folder, map(absolute, request.paths))  # first: it may be all that is left
    run.read()
    run.finish()
    forget_sources(folder, run.removed)


def _plan(request: Request, folder: Path, store: Store | None) -> tuple[Plan, dict[Path, str]]:
    """What there is to do, and the files in quarantine that it leaves out, with the reason."""
    known = store.files() if store else {}
    work = plan(request.paths, known, exclude=[folder], again=request.again)
    named = {absolute(path) for path in request.paths}
    passed_over = {}
    held = store.quarantined() if store and not request.again else {}
    for path in held.keys() & work.changed.keys() - named:
        was, now = held[path], work.changed[path]
        if (was.size, was.mtime_ns) == (now.st_size, now.st_mtime_ns):
            passed_over[path] = quarantine_reason(was.since, was.reason)
    left = {path: stat for path, stat in work.changed.items() if path not in passed_over}
    # A file is read alike whether it or its folder is named: pictures may come from that folder.
    folders = [path for path in read_sources(folder) if os.path.isdir(path)]
    roots = tuple(dict.fromkeys([*work.roots, *folders]))
    return replace(work, changed=left, roots=roots), passed_over


def _planned(work: Plan, passed_over: Mapping[Path, str]) -> Outcomes:
    """The outcomes of the files that need no reading."""
    outcomes = Outcomes()
    for path in work.unchanged:
        outcomes.note(path, FileStatus.OK, UNCHANGED)
    for path, reason in work.skipped:
        outcomes.note(path, FileStatus.SKIPPED, reason)
    for path, reason in work.failed:
        outcomes.note(path, FileStatus.FAILED, reason)
    for path, reason in passed_over.items():
        outcomes.note(path, FileStatus.SKIPPED, reason, kind=QUARANTINED)
    return outcomes


def _idle(
    request: Request,
    store: Store | None,
    work: Plan,
    passed_over: Mapping[Path, str],
    started: float,
) -> IngestSummary:
    """The summary when there is nothing to do. The run is recorded if nobody else is writing."""
    found = _planned(work, passed_over).all()
    summary = IngestSummary(
        unchanged=work.unchanged,
        vanished=work.vanished,
        failed=with_status(found, FileStatus.FAILED),
        skipped=with_status(found, FileStatus.SKIPPED),
        outcomes=found,
        timings={"total": time.perf_counter() - started},
    )
    if store:
        with (
            suppress(StoreError),
            store.writing() as writer,
        ):
            before = store.runs(1)
            with recorded(writer, "ingest") as record:
                record.update(_record(request, summary))
                if before and before[0].outcome != "done":
                    writer.save()  # that run may have left the caches behind
    return summary


@contextmanager
def _writing(
    wait: float, create: Callable[[], Store], interrupted: Interruption, meter: Meter
) -> Iterator[tuple[Store, Writer]]:
    """The store and its writer, as soon as no other process is writing, or IndexBusy."""
    until, holder = time.monotonic() + wait, ""
    with ExitStack() as stack:
        while True:
            try:
                store = create()
                writer = stack.enter_context(store.writing())
                break
            except IndexBusy as error:
                if time.monotonic() >= until:
                    raise
                holder, before = str(error).partition(";")[0], holder
                if holder != before:
                    events.log("waiting", holder=holder)
                meter.wait_for(holder)
            time.sleep(_POLL)
            if interrupted.is_set():
                raise KeyboardInterrupt
        yield store, writer


def _sizes(work: Plan) -> dict[Path, int]:
    return {path: stat.st_size for path, stat in work.changed.items()}


def _record(request: Request, summary: IngestSummary) -> dict[str, Any]:
    """A summary for the record of runs: numbers in place of lists, and what is not ok."""
    names = ("added", "updated", "unchanged", "copies", "removed", "vanished")
    wrong = [
        {"path": str(one.path), "status": one.status, "reason": one.reason, "kind": one.kind}
        for one in summary.outcomes
        if one.status is not FileStatus.OK and one.kind != INTERRUPTED
    ]
    return {
        "paths": [str(absolute(path)) for path in request.paths],
        "files": counted(summary.outcomes),
        **{name: len(getattr(summary, name)) for name in names},
        "pages": summary.pages,
        "timings": dict(summary.timings),
        "peak_memory": dict(summary.peak_memory),
        "not_ok": wrong[:MOST_RECORDED],
        "not_ok_more": max(0, len(wrong) - MOST_RECORDED),
    }

"""How far an ingest is: snapshots that a caller's callback gets, about ten a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest.types import Receipt
from rag.workers import Activity

OCR_SECONDS = 2.0  # for one page, until this run has measured its own

Stage = Literal["waiting", "reading", "saving", "done"]


@dataclass(frozen=True, slots=True)
class FileProgress:
    """One file that is being read."""

    path: Path
    stage: str  # "pages", "ocr", …; "" at the very start
    done: int
    total: int
    seconds: float  # in this stage so far
    remaining: float | None  # seconds this stage will still take


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot of a running ingest."""

    stage: Stage
    files: int  # finished, failed ones included
    files_total: int
    failed: int
    pages: int  # read so far, those of unfinished files included
    passages: int
    tables: int
    figures: int
    seconds: float  # since the start
    remaining: float | None  # seconds, estimated; None when too early to say
    reading: tuple[FileProgress, ...]  # what each busy worker is at
    waiting_for: str = ""  # the stage "waiting": who is writing to the index

    @property
    def rate(self) -> float:
        """Pages per second so far."""
        return self.pages / self.seconds if self.seconds > 0 else 0.0


ProgressCallback = Callable[[Progress], None]


class Meter:
    """Counts what is done, and tells the callback at most every `interval` seconds."""

    def __init__(self, callback: ProgressCallback | None, sizes: dict[Path, int]) -> None:
        self._callback = callback
        self._sizes = sizes
        self._bytes_done = 0
        self._started = time.monotonic()
        self._last = 0.0
        self._finished: set[Path] = set()
        self._failed = self._most_pages = 0
        self._pages = self._passages = self._tables = self._figures = 0

    def read(self, receipt: Receipt) -> None:
        """Counts what a file held: it is read, and waits to be embedded and stored."""
        self._pages += receipt.pages
        self._passages += receipt.passages
        self._tables += receipt.tables
        self._figures += receipt.figures

    def finished(self, path: Path) -> None:
        """Counts a file as done."""
        if path not in self._finished:
            self._finished.add(path)
            self._bytes_done += self._sizes.get(path, 0)

    def failed(self, path: Path) -> None:
        """Counts a file as failed, which is also done."""
        self.finished(path)
        self._failed += 1

    def wait_for(self, holder: str) -> None:
        """Tells who is writing to the index meanwhile."""
        if self._callback is not None:
            snapshot = self._snapshot("waiting", [], time.monotonic())
            self._callback(replace(snapshot, waiting_for=holder))

    def tell(
        self, stage: Stage, activities: Iterable[Activity] = (), *, interval: float = 0.1
    ) -> None:
        """Gives the callback a snapshot, unless the last one is younger than `interval`."""
        now = time.monotonic()
        if self._callback is None or now - self._last < interval:
            return
        self._last = now
        self._callback(self._snapshot(stage, [_file_progress(a, now) for a in activities], now))

    def _snapshot(self, stage: Stage, reading: list[FileProgress], now: float) -> Progress:
        seconds = now - self._started
        pages = self._pages + sum(f.done for f in reading if f.stage == "pages")
        self._most_pages = max(self._most_pages, pages)  # some are between worker and parent
        return Progress(
            stage=stage,
            files=len(self._finished),
            files_total=len(self._sizes),
            failed=self._failed,
            pages=self._most_pages,
            passages=self._passages,
            tables=self._tables,
            figures=self._figures,
            seconds=seconds,
            remaining=self._remaining(reading, seconds),
            reading=tuple(reading),
        )

    def _remaining(self, reading: list[FileProgress], seconds: float) -> float | None:
        """By bytes, as if all bytes cost the same; OCR in progress is a lower bound."""
        waits = [f.remaining for f in reading if f.stage == "ocr" and f.remaining is not None]
        partly = sum(self._sizes.get(f.path, 0) * f.done / f.total for f in reading if f.total > 0)
        done, total = self._bytes_done + partly, sum(self._sizes.values())
        if seconds > 1.0 and done > 0:
            waits.append(seconds * (total - done) / done)
        return max(waits, default=None)


def _file_progress(activity: Activity, now: float) -> FileProgress:
    seconds = now - activity.since
    done, total = activity.done, activity.total
    remaining: float | None = None
    if total > 0:
        if done > 0:
            remaining = seconds * (total - done) / done
        elif activity.stage == "ocr":
            remaining = OCR_SECONDS * total
    return FileProgress(activity.key, activity.stage, done, total, seconds, remaining)

"""Worker processes that each do one job at a time, and cost one job when they die.

A worker is a fresh Python (`subprocess`, not `fork`: nothing is shared, and a script that uses
this needs no `if __name__ == "__main__"`). Parent and worker talk in typed frames, `rag.wire`; the
worker is confined before its first job, `rag.sandbox`, and has a temporary folder of its own.

One thread of the parent serves each worker, `rag.worker_handle`, so the parent knows which job
each is at. A worker that crashes, or is killed because its job is beyond a limit of time or memory,
is replaced, and its job tried once more when no other runs. So is a job whose worker ended before
it was given one ("unstarted"), for which no document is at fault.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ingest.types import Report
from rag import events
from rag.sandbox import Sandbox
from rag.worker_folders import Folders
from rag.worker_handle import Activity, Limits, Server, task_answers

__all__ = ["Activity", "Job", "Outcome", "Task", "Workers"]

Task = Callable[[Any, Report], Any]
"""What a worker runs: payload and report in, result out. Named as "module:function".

Its annotations state the types of payload and result, which are what is decoded on either side. A
payload may have a method `refusal(result)` that says why a result cannot be the answer to it, ""
if it can: a worker may have been taken over by the document that it reads.
"""

_TRIED_AGAIN = ("crashed", "timeout", "memory", "unstarted")
_WATCH_EVERY = 0.1  # seconds
_PAUSE = 1.0  # seconds between two looks from which on this process was itself stopped
_STOP_WITHIN = 0.8  # seconds, whatever the threads are at


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; `key` is the caller's name for it."""

    key: Any
    payload: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: a result, or the reason why there is none."""

    job: Job
    result: Any = None
    reason: str = ""  # one line; "" when it worked
    # A RagError's class, "crashed", "timeout", "memory", "unstarted", "unexpected"; "" = worked.
    kind: str = ""
    seconds: float = 0.0  # in the worker
    peak_memory: int = 0  # bytes the worker held at most; 0 where that is not known


class Workers:
    """Up to `count` processes running one task; use as a context manager.

    `patience` is how many seconds a job may stay silent before its worker is killed,
    `file_seconds` how many it may take in all, and `file_memory` how many bytes of memory its
    worker may hold (both 0: no limit). With a `sandbox`, workers can touch nothing else.
    """

    def __init__(
        self,
        task: str,
        count: int,
        *,
        patience: float = 120.0,
        file_seconds: float = 0.0,
        file_memory: int = 0,
        sandbox: Sandbox | None = None,
    ) -> None:
        self.task = task
        self.limits = Limits(patience, file_seconds, file_memory)
        self.sandbox = sandbox
        self.answers = task_answers(task)
        self._folders = Folders()
        self._jobs: Iterator[Job] = iter(())
        self._taking = threading.Lock()
        self._outcomes: queue.Queue[Outcome | None] = queue.Queue(maxsize=2 * count)
        self._stopped = threading.Event()
        self._servers = [Server(self) for _ in range(count)]
        self._again: list[Job] | None = []  # jobs to try alone; None while they are

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends all workers at once; jobs not yet given out stay undone."""
        self._stopped.set()
        for server in self._servers:
            server.kill()
        end = time.monotonic() + _STOP_WITHIN
        for server in self._servers:
            server.join(max(0.0, end - time.monotonic()))
        self._folders.remove()

    def activities(self) -> list[Activity]:
        """What each busy worker is at."""
        return [a for server in self._servers if (a := server.activity) is not None]

    def outcomes(self, jobs: Iterable[Job], tick: float = 0.1) -> Iterator[Outcome | None]:
        """Does the jobs and yields their outcomes as they come, None when `tick` s passed without.

        Jobs are taken from the iterable when a worker is free, by another thread, one at a time.
        At most 2 × count outcomes wait; then the workers wait too, so that memory stays flat.
        """
        done = threading.Event()
        threading.Thread(target=self._watch, args=(done,), name="rag-watch", daemon=True).start()
        try:
            self._jobs, self._again = iter(jobs), []
            yield from self._run(self._servers, tick)
            alone, self._again = self._again, None
            for job in alone:  # memory may have been short, or another job at fault
                self._jobs = iter([job])
                yield from self._run(self._servers[:1], tick)
        finally:
            done.set()

    # For the servers

    @property
    def stopped(self) -> bool:
        """Whether no more is to be done."""
        return self._stopped.is_set()

    def next_job(self) -> Job | None:
        """The next job, which the caller then does; None when there is no more."""
        with self._taking:
            job = None if self.stopped else next(self._jobs, None)
            return None if self.stopped else job  # to have it can take long

    def new_folder(self) -> Path:
        """A temporary folder for one worker."""
        with self._taking:
            return self._folders.make()

    def outcome(self, job: Job, **given: Any) -> Outcome:
        """What became of a job."""
        return Outcome(job, **given)

    def fail(self, reason: str) -> None:
        """Delivers that the jobs could not be had."""
        self.deliver(Outcome(Job(None, None), reason=reason, kind="unexpected"))

    def deliver(self, outcome: Outcome | None) -> None:
        """Hands over an outcome, or keeps its job to be tried again; None: a server is done."""
        if outcome and outcome.kind in _TRIED_AGAIN and self._again is not None:
            path, kind, reason = str(outcome.job.key), outcome.kind, outcome.reason
            events.log("worker", level="warning", path=path, kind=kind, reason=reason)
            self._again.append(outcome.job)
            return
        while not self.stopped:
            with contextlib.suppress(queue.Full):
                self._outcomes.put(outcome, timeout=0.1)
                return

    def _run(self, servers: list[Server], tick: float) -> Iterator[Outcome | None]:
        for server in servers:
            server.begin()
        running = len(servers)
        while running:
            try:
                outcome = self._outcomes.get(timeout=tick)
            except queue.Empty:
                if self.stopped:
                    return
                yield None
                continue
            if outcome is None:
                running -= 1
            else:
                yield outcome
        for server in servers:
            server.join()

    def _watch(self, done: threading.Event) -> None:
        """Ends workers whose jobs are beyond a limit, until `done`."""
        last = time.monotonic()
        while not done.wait(_WATCH_EVERY) and not self.stopped:
            now = time.monotonic()
            gap, last = now - last, now
            for server in self._servers:
                server.check(paused=gap if gap > _PAUSE else 0.0)

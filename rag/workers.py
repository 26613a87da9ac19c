"""Worker processes that each do one job at a time, and cost one job when they die.

A worker is a fresh Python (`subprocess`, not `fork`: nothing is shared, and a script that uses
this needs no `if __name__ == "__main__"`). It reads pickled jobs from its standard input and
writes pickled messages to its standard output:

    parent → worker    the function "module:name", then one payload after another
    worker → parent    ("report", stage, done, total), then ("done", result) or ("failed", reason)

One thread of the parent serves each worker, so the parent knows which job each is at: a worker
that is killed or crashes is replaced, and its job tried once more when no other runs.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from ingest.errors import RagError
from ingest.types import Report

Task = Callable[[Any, Report], Any]
"""What a worker runs: payload and report in, result out. Named as "module:function"."""

_BOOT = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from rag.workers import serve; serve()"
)
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_THREAD_LIMIT")
_REPORT_EVERY = 0.1  # seconds
_LARGE = 700 << 20  # bytes of memory beyond which a worker retires after its job


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
    reason: str = ""  # "" when it worked


@dataclass(frozen=True, slots=True)
class Activity:
    """What a worker is at."""

    key: Any
    stage: str  # as reported; "" before the first report
    done: int
    total: int
    since: float  # time.monotonic() when the stage began
    heard: float  # time.monotonic() of the last sign of life


class Workers:
    """Up to `count` processes running one task; use as a context manager.

    `patience` is how many seconds a job may stay silent before its worker is killed.
    """

    def __init__(self, task: str, count: int, *, patience: float = 600.0) -> None:
        self._task = task
        self._patience = patience
        self._jobs: Iterator[Job] = iter(())
        self._taking = threading.Lock()
        self._outcomes: queue.Queue[Outcome | None] = queue.Queue(maxsize=2 * count)
        self._stopped = threading.Event()
        self._servers = [_Server(self) for _ in range(count)]
        self._crashed: list[Outcome] = []

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
        for server in self._servers:
            server.join()

    def activities(self) -> list[Activity]:
        """What each busy worker is at."""
        return [a for server in self._servers if (a := server.activity) is not None]

    def outcomes(self, jobs: Iterable[Job], tick: float = 0.1) -> Iterator[Outcome | None]:
        """Does the jobs and yields their outcomes as they come, None when `tick` s passed without.

        Jobs are taken from the iterable when a worker is free, by another thread, one at a time.
        At most 2 × count outcomes wait; then the workers wait too, so that memory stays flat.
        """
        self._jobs = iter(jobs)
        yield from self._run(self._servers, tick)
        crashed, self._crashed = self._crashed, []
        for outcome in crashed:  # alone: memory may have been short, or another job at fault
            self._jobs = iter([outcome.job])
            yield from self._run(self._servers[:1], tick)
            yield from self._crashed
            self._crashed = []

    def _run(self, servers: list[_Server], tick: float) -> Iterator[Outcome | None]:
        for server in servers:
            server.begin()
        running = len(servers)
        while running:
            try:
                outcome = self._outcomes.get(timeout=tick)
            except queue.Empty:
                self._give_up_silent()
                yield None
                continue
            if outcome is None:
                running -= 1
            else:
                yield outcome
        for server in servers:
            server.join()

    def _give_up_silent(self) -> None:
        for server in self._servers:
            activity = server.activity
            if activity and time.monotonic() - activity.heard > self._patience:
                server.kill(f"no progress for {self._patience:.0f} s (setting: patience)")

    def _next(self) -> Job | None:
        with self._taking:
            return None if self._stopped.is_set() else next(self._jobs, None)

    def _deliver(self, outcome: Outcome | None) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(queue.Full):
                self._outcomes.put(outcome, timeout=0.2)
                return


class _Server:
    """The parent's end of one worker: a thread, and a process that is started when needed."""

    def __init__(self, pool: Workers) -> None:
        self._pool = pool
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._killed_for = ""
        self.activity: Activity | None = None

    def begin(self) -> None:
        self._thread = threading.Thread(target=self._serve, name="rag-worker", daemon=True)
        self._thread.start()

    def join(self) -> None:
        if self._thread:
            self._thread.join()

    def kill(self, reason: str = "") -> None:
        """Ends the process; from any thread."""
        self._killed_for = reason
        if process := self._process:
            process.kill()

    def _serve(self) -> None:
        try:
            while job := self._pool._next():
                self._do(job)
        except Exception as error:  # the job source failed; the boundary of this thread
            self._pool._deliver(Outcome(Job(None, None), reason=f"{type(error).__name__}: {error}"))
        finally:
            self._end()
            self._pool._deliver(None)

    def _do(self, job: Job) -> None:
        now = time.monotonic()
        self.activity = Activity(job.key, "", 0, 0, now, now)
        try:
            self._pool._deliver(self._ask(job))
        except (EOFError, OSError, pickle.UnpicklingError):
            if not self._pool._stopped.is_set():
                self._died(job)
        finally:
            self.activity = None

    def _ask(self, job: Job) -> Outcome:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        _send(process.stdin, job.payload)
        while True:
            kind, *rest = pickle.load(process.stdout)
            if kind == "report":
                self._heard(*rest)
            elif kind == "failed":
                return Outcome(job, reason=rest[0])
            else:
                result, retires = rest
                if retires:
                    self._end()
                return Outcome(job, result)

    def _heard(self, stage: str, done: int, total: int) -> None:
        last, now = self.activity, time.monotonic()
        if last is not None:
            since = last.since if last.stage == stage else now
            self.activity = Activity(last.key, stage, done, total, since, now)

    def _died(self, job: Job) -> None:
        assert self._process is not None
        code = self._process.wait()
        given_up, self._killed_for = self._killed_for, ""
        self._end()
        if given_up:
            self._pool._deliver(Outcome(job, reason=given_up))
        else:
            self._pool._crashed.append(Outcome(job, reason=_cause(code)))

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _BOOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("RAG_DEBUG") else subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1")},
            )
            if self._pool._stopped.is_set():  # stop() may have looked before there was a process
                self._process.kill()
            assert self._process.stdin is not None
            _send(self._process.stdin, [path or os.getcwd() for path in sys.path])
            _send(self._process.stdin, self._pool._task)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):  # what it has not read is of no use any more
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1.0)
            return
        process.kill()
        process.wait()


def _send(pipe: IO[bytes], message: Any) -> None:
    pickle.dump(message, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _cause(code: int) -> str:
    """A worker's exit status in words."""
    if code == -9:
        return "its worker process was killed, probably because memory ran out"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"its worker process crashed ({name})"
    return f"its worker process ended unexpectedly (exit status {code})"


# The worker's side


def serve() -> None:
    """The life of a worker process: jobs from stdin, messages to stdout, until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends us
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the messages
    with contextlib.suppress(OSError):  # Linux: when memory runs out, end us and not the parent
        Path("/proc/self/oom_score_adj").write_text("500")
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    source = sys.stdin.buffer
    with contextlib.suppress(EOFError, BrokenPipeError):
        task = _load(pickle.load(source))
        while True:
            _send(channel, _done(task, pickle.load(source), channel))


def _done(task: Task, payload: Any, channel: IO[bytes]) -> tuple[Any, ...]:
    last, last_stage = 0.0, ""

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last, last_stage
        now = time.monotonic()
        if stage != last_stage or now - last >= _REPORT_EVERY:
            last, last_stage = now, stage
            _send(channel, ("report", stage, done, total))

    try:
        return ("done", task(payload, report), _memory() > _LARGE)
    except RagError as error:
        return ("failed", str(error))
    except BrokenPipeError:
        raise
    except MemoryError:
        return ("failed", "memory ran out")
    except Exception as error:  # the boundary: a bug costs one job, and is reported
        if os.environ.get("RAG_DEBUG"):
            import traceback

            traceback.print_exc()
        return ("failed", f"unexpected {type(error).__name__}: {error} (RAG_DEBUG=1 shows where)")


def _load(name: str) -> Task:
    from importlib import import_module

    module, _, function = name.partition(":")
    return cast(Task, getattr(import_module(module), function))


def _memory() -> int:
    """Bytes of memory that this process holds; 0 where that is not known."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)

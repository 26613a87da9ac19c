"""The parent's end of one worker: a thread that gives it jobs, and what its process may use."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import errors
from rag import wire
from rag.worker_folders import discard, environment
from rag.worker_process import load

if TYPE_CHECKING:
    from rag.workers import Job, Outcome, Workers

_BOOT = (
    "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]; "
    "from rag.worker_process import serve; serve()"
)
_ITS = "its worker process"
_LONGEST_REASON = 1000  # letters
_GRACE = 1.0  # seconds for a worker that closed its pipe to end by itself
_NEAR = 0.75  # of the memory limit: a crash from there on counts as a lack of memory
_KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
_KINDS |= {"memory", "unexpected"}


@dataclass(frozen=True, slots=True)
class Activity:
    """What a worker is at. Times are of time.monotonic()."""

    key: Any
    stage: str  # as reported; "" before the first report
    done: int
    total: int
    since: float  # when the stage began
    heard: float  # when the last sign of life came
    began: float = 0.0  # when the job began


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use."""

    patience: float  # seconds without a sign of life
    seconds: float  # in all; 0 = no limit
    memory: int  # bytes; 0 = no limit

    @property
    def memory_reason(self) -> str:
        """Why a job that needed more failed."""
        if not self.memory:
            return "memory ran out"
        return f"needs more than {self.memory >> 20} MB of memory (setting: file_memory)"

    def exceeded(self, activity: Activity, memory: int, now: float) -> tuple[str, str] | None:
        """Kind and reason of the limit that a worker at `activity` is beyond, if any."""
        if self.memory and memory > self.memory:
            return "memory", self.memory_reason
        if self.seconds and now - activity.began > self.seconds:
            took = f"took longer than {self.seconds / 60:g} minutes"
            return "timeout", f"{took} (setting: file_minutes)"
        if now - activity.heard > self.patience:
            return "timeout", f"no progress for {self.patience:.0f} s (setting: patience)"
        return None


class Server:
    """Does a pool's jobs, one at a time, in a thread and a process that is started when needed."""

    def __init__(self, pool: Workers) -> None:
        self._pool = pool
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()  # of the activity, and of what the process was ended for
        self._verdict: tuple[str, str] | None = None  # kind and reason
        self._is_ready = False  # the process, for its first job
        self._most = self._most_data = 0  # bytes that were seen while at this job
        self.activity: Activity | None = None

    def begin(self) -> None:
        """Takes jobs from the pool until there are no more."""
        self._thread = threading.Thread(target=self._serve, name="rag-worker", daemon=True)
        self._thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Waits until it has done its jobs."""
        if self._thread:
            self._thread.join(timeout)

    def kill(self) -> None:
        """Ends the process; from any thread."""
        if process := self._process:
            process.kill()

    def check(self, *, paused: float) -> None:
        """Ends the process if its job is beyond a limit.

        `paused` is how many seconds the parent was just stopped (Ctrl-Z): what workers said is not
        yet heard, and the time does not count.
        """
        with self._guard:
            process, activity = self._process, self.activity
            if activity is None or process is None or self._verdict:
                return
            if paused:
                heard, began = time.monotonic(), activity.began + paused
                self.activity = replace(activity, heard=heard, began=began)
                return
            resident, data = _memory_of(process.pid)
            self._most, self._most_data = max(self._most, resident), max(self._most_data, data)
            self._verdict = self._pool.limits.exceeded(activity, resident, time.monotonic())
            if self._verdict:
                process.kill()

    def _serve(self) -> None:
        try:
            while job := self._pool.next_job():
                self._pool.deliver(self._do(job))
        except Exception as error:  # the job source failed; the boundary of this thread
            self._pool.fail(f"{type(error).__name__}: {error}")
        finally:
            self._end()
            self._pool.deliver(None)

    def _do(self, job: Job) -> Outcome:
        now = time.monotonic()
        with self._guard:
            self.activity = Activity(job.key, "", 0, 0, now, now, now)
            self._most = self._most_data = 0
        try:
            outcome = self._ask(job)
        except (EOFError, OSError, wire.Undecodable) as error:
            kind, reason = self._died(error)
            outcome = self._pool.outcome(job, kind=kind, reason=reason)
        with self._guard:
            self.activity = None
            ended, self._verdict = self._verdict is not None, None
        if ended:
            self._end()
        peak = max(self._most, outcome.peak_memory)
        return replace(outcome, seconds=time.monotonic() - now, peak_memory=peak)

    def _ask(self, job: Job) -> Outcome:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        wire.send(process.stdin, job.payload, exact=True)
        while True:
            answer = wire.receive(process.stdout, self._pool.answers)
            if isinstance(answer, wire.Heard):
                self._heard(answer)
                continue
            if answer.retires:
                self._end()
            if isinstance(answer, wire.Done):
                self._accept(job, answer.result)
                return self._pool.outcome(job, result=answer.result, peak_memory=answer.peak)
            kind = answer.kind if answer.kind in _KINDS else "unexpected"
            reason = self._pool.limits.memory_reason if kind == "memory" else _line(answer.reason)
            return self._pool.outcome(job, kind=kind, reason=reason, peak_memory=answer.peak)

    def _accept(self, job: Job, result: Any) -> None:
        refusal = getattr(job.payload, "refusal", None)
        if refusal is not None and (reason := refusal(result)):
            raise wire.Undecodable(reason)

    def _heard(self, report: wire.Heard) -> None:
        now = time.monotonic()
        with self._guard:
            if (last := self.activity) is not None:
                since = last.since if last.stage == report.stage else now
                self.activity = Activity(
                    last.key, report.stage, report.done, report.total, since, now, last.began
                )

    def _died(self, error: Exception) -> tuple[str, str]:
        """Kind and reason of a job whose worker ended, could not start, or sent nonsense."""
        process = self._process
        if process is None:
            return _unstarted(_line(str(error)))
        kind, reason = self._ended(process, error)
        return (kind, reason) if self._is_ready else _unstarted(reason.removeprefix(f"{_ITS} "))

    def _ended(self, process: subprocess.Popen[bytes], error: Exception) -> tuple[str, str]:
        """Kind and reason of the end of a process, which it is brought to if need be."""
        if isinstance(error, wire.Undecodable):
            process.kill()
        try:
            code = process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        self._end()
        with self._guard:
            verdict, self._verdict = self._verdict, None
        if verdict:
            return verdict
        if isinstance(error, wire.Undecodable):
            return "crashed", f"{_ITS} sent what was not asked for ({_line(str(error))})"
        limit = self._pool.limits.memory
        if limit and code in (-signal.SIGABRT, -signal.SIGSEGV) and self._most_data > _NEAR * limit:
            return "memory", self._pool.limits.memory_reason  # libraries that cannot go without
        return "crashed", f"{_ITS} {_cause(code)}"

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            return self._process
        pool = self._pool
        self._is_ready = False
        folder = self._folder = pool.new_folder()
        process = subprocess.Popen(  # noqa: S603 - Python itself, and nothing of a document's
            [sys.executable, "-c", _BOOT, *_search_path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("RAG_DEBUG") else subprocess.DEVNULL,
            env=environment(folder),
        )
        with self._guard:
            self._process = process
        if pool.stopped:  # stop() may have looked before there was a process
            process.kill()
        assert process.stdin is not None
        assert process.stdout is not None
        memory, sandbox = pool.limits.memory, pool.sandbox
        wire.send(process.stdin, wire.Start(pool.task, os.getpid(), memory, sandbox), exact=True)
        if not isinstance(wire.receive(process.stdout, pool.answers), wire.Heard):
            raise wire.Undecodable("an answer to no question")
        self._is_ready = True
        return process

    def _end(self) -> None:
        """Ends the process, whatever it does: nothing of what it has is needed any more."""
        with self._guard:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):  # what it has not read is of no use
                        pipe.close()
            process.wait()
        folder, self._folder = self._folder, None
        if folder is not None:
            discard(folder)


def task_answers(task: str) -> Any:
    """What decodes the answers of workers that do a task."""
    return wire.answer_decoder(wire.result_type(load(task)))


def _search_path() -> Iterator[str]:
    """Where workers find modules: as this process, whose current folder may be gone."""
    for path in sys.path:
        with contextlib.suppress(FileNotFoundError):
            yield path or os.getcwd()


def _memory_of(process: int) -> tuple[int, int]:
    """Bytes that are resident, and bytes of data that it asked for; 0 where that is not known."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = Path(f"/proc/{process}/statm").read_text().split()
        size = os.sysconf("SC_PAGE_SIZE")
        return int(pages[1]) * size, int(pages[5]) * size
    return 0, 0


def _line(text: str) -> str:
    """One line of what a worker said, of letters that a terminal can be given."""
    line = " ".join(text.split())[:_LONGEST_REASON]
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def _unstarted(cause: str) -> tuple[str, str]:
    """Kind and reason of a job that no worker was given: its document has no part in that."""
    return "unstarted", f"{_ITS} could not be started: {cause}"


def _cause(code: int) -> str:
    """What became of a worker, by its exit status."""
    if code == -9:
        return "was killed, probably because memory ran out"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"crashed ({name})"
    return f"ended unexpectedly (exit status {code})"

"""The worker's side: a process that does jobs one after another, confined, until it is ended."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

from ingest.errors import RagError
from rag import wire
from rag.sandbox import confine

_REPORT_EVERY = 0.1  # seconds
_LARGE = 700 << 20  # bytes of memory beyond which a worker retires after its job
_DIE_WITH_PARENT = 1  # prctl
_NO_MEMORY = re.compile(
    r"\b[mc]alloc\b|\brealloc\b|\bbad[ _]alloc|out of memory|fail\w* to allocate"
    r"|(?:cannot|could not|unable to) allocate",
    re.IGNORECASE,
)


def serve() -> None:
    """The life of a worker: frames of `rag.wire` from standard input, answers to the output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends us
    source, channel = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # whatever a library prints must not get between the messages
    start: wire.Start = wire.receive(source, wire.decoder(wire.Start), exact=True)
    _tie_to(start.parent)
    _limit(start.memory)
    for package in ("rag", "indexes", "ingest"):  # a folder that holds them may not be listed then
        import_module(package)
    if start.sandbox is not None:
        confine(start.sandbox)  # before there is a second thread
    threading.Thread(target=_end_with, args=(start.parent,), daemon=True).start()
    task = load(start.task)
    payloads = wire.decoder(wire.payload_type(task))
    with contextlib.suppress(EOFError, BrokenPipeError):
        wire.send(channel, wire.Heard("", 0, 0))  # ready: what goes wrong from here on is a job's
        while True:
            payload = wire.receive(source, payloads, exact=True)
            wire.send(channel, _done(task, payload, channel))


def load(name: str) -> Callable[..., Any]:
    """The function that a task's name, "module:function", stands for."""
    module, _, function = name.partition(":")
    return cast("Callable[..., Any]", getattr(import_module(module), function))


def _done(
    task: Callable[..., Any], payload: Any, channel: IO[bytes]
) -> wire.Done[Any] | wire.Failed:
    last, last_stage, before = 0.0, "", _peak()

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last, last_stage
        now = time.monotonic()
        if stage != last_stage or now - last >= _REPORT_EVERY:
            last, last_stage = now, stage
            wire.send(channel, wire.Heard(stage, done, total))

    def failed(kind: str, reason: str, retires: bool = False) -> wire.Failed:
        return wire.Failed(kind, reason, _grown(before), retires)

    try:
        result = task(payload, report)
        return wire.Done(result, _grown(before), _memory() > _LARGE)
    except BrokenPipeError:
        raise
    except Exception as error:  # the boundary: a bug costs one job, and is reported
        if any(map(_is_short_of_memory, _chain(error))):
            return failed("memory", "", retires=True)
        if isinstance(error, RagError):
            return failed(type(error).__name__, str(error))
        if os.environ.get("RAG_DEBUG"):
            import traceback

            traceback.print_exc()
        reason = f"unexpected {type(error).__name__}: {error} (RAG_DEBUG=1 shows where)"
        return failed("unexpected", reason)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_short_of_memory(error: BaseException) -> bool:
    """Whether memory ran out; native libraries say so in words only."""
    if isinstance(error, MemoryError):
        return True
    return not isinstance(error, RagError) and bool(_NO_MEMORY.search(str(error)))


def _grown(before: int) -> int:
    """The most bytes held since `before`, or what is held now if it was more earlier."""
    peak = _peak()
    return peak if peak > before else _memory()


def _peak() -> int:
    """The most bytes of memory that this process ever held; 0 where that is not known."""
    with contextlib.suppress(OSError, ValueError):
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) << 10
    return 0


def _memory() -> int:
    """Bytes of memory that this process holds; 0 where that is not known."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _limit(memory: int) -> None:
    """No core files, and no more data than `memory` bytes (0: any): asking for more fails."""
    import resource

    limits = {resource.RLIMIT_CORE: 0} | ({resource.RLIMIT_DATA: memory} if memory else {})
    for name, most in limits.items():
        with contextlib.suppress(OSError, ValueError):  # a lower one holds already
            resource.setrlimit(name, (most, most))


def _tie_to(parent: int) -> None:
    """When memory runs out, the system ends us and not the parent; when that ends, so do we."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
    if sys.platform == "linux":
        from rag.sandbox.libc import process_control

        process_control(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)

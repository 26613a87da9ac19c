"""What a command does, as JSON lines for machines: `log` is silent unless `--log-json` is given.

Every line has time (ISO 8601, UTC), level, event, command, process and run (the number of the run
in the index's table of runs, once it has one), and what the event tells:

start, end (exit_code, seconds)        of the command
file (path, status, reason, kind, …)   what became of each file of an ingest
worker (path, kind, reason)            a reading process ended; it is replaced, its file retried
stage (name, seconds)                  of an ingest
waiting (holder)                       for another process that is writing to the index
ask, search (timings)                  seconds per stage
error (message, kind)

Texts of questions and documents are not logged; keys and passwords are blotted out.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, Literal

from ingest.errors import ConfigError
from rag.secrets import hidden, known

Level = Literal["info", "warning", "error"]

STDERR = "-"


class _Log:
    """Where events go."""

    def __init__(self, target: str, command: str) -> None:
        self.on_stderr = target == STDERR
        self.fields: dict[str, Any] = {"command": command, "process": os.getpid()}
        self.started = time.perf_counter()
        self._lock = threading.Lock()
        self._file = None if self.on_stderr else _opened(target)

    def write(self, line: str) -> None:
        with self._lock:
            try:
                if self._file is None:
                    print(line, file=sys.stderr, flush=True)
                else:
                    os.write(self._file, line.encode() + b"\n")  # whole: others append as well
            except OSError:  # a full disk or a closed pipe costs the log, not the work
                return

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)


_log: _Log | None = None


def with_target(arguments: Sequence[str]) -> list[str]:
    """A command's arguments with a target after each `--log-json`: "-" where no file follows.

    The next argument may be the command's own, a question say. It is the log's when its name says
    so (.log, .jsonl, .ndjson) and it is no file yet, an empty one, or a log; `--log-json=FILE`
    takes any name.
    """
    found: list[str] = []
    for argument, following in zip_longest(arguments, arguments[1:]):
        if argument == "--":
            return [*found, *arguments[len(found) :]]
        bare = argument == "--log-json" and not (following and _may_be_log(following))
        found.append(f"--log-json={STDERR}" if bare else argument)
    return found


def begin(target: str, command: str) -> None:
    """Log from now on to a file, or to standard error for "-". Raises ConfigError."""
    global _log
    _log = _Log(target, command)
    log("start")


def end(exit_code: int) -> None:
    """Log the end of the command, and no more."""
    global _log
    if _log is not None:
        level: Level = "info" if exit_code == 0 else "error"
        seconds = time.perf_counter() - _log.started
        log("end", level=level, exit_code=exit_code, seconds=seconds)
        _log.close()
        _log = None


def log(event: str, *, level: Level = "info", **fields: Any) -> None:
    """One line, if there is a log. `fields` as `rag.jsonable` takes them; times in seconds."""
    if _log is None:
        return
    from rag.jsonable import jsonable

    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    record = {"time": now, "level": level, "event": event, **_log.fields, **fields}
    _log.write(json.dumps(_safe(jsonable(record), known()), allow_nan=False))


def bind(**fields: Any) -> None:
    """Have these in every line from now on."""
    if _log is not None:
        _log.fields.update(fields)


def on_stderr() -> bool:
    """Whether standard error is for events: then nothing else belongs there."""
    return _log is not None and _log.on_stderr


def _safe(value: Any, secrets: Sequence[str]) -> Any:
    """JSON values without secrets, and times rounded to microseconds."""
    match value:
        case str():
            return hidden(value, secrets)
        case float():
            return round(value, 6)
        case dict():
            return {name: _safe(item, secrets) for name, item in value.items()}
        case list():
            return [_safe(item, secrets) for item in value]
    return value


def _opened(target: str) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(os.path.expanduser(target), flags | getattr(os, "O_NONBLOCK", 0), 0o600)
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({error.strerror})") from error


def _may_be_log(name: str) -> bool:
    if not name.endswith((".log", ".jsonl", ".ndjson")):
        return False
    try:
        with open(os.path.expanduser(name), "rb") as file:
            return file.read(len(_BEGINS)) in (b"", _BEGINS)
    except FileNotFoundError:
        return True
    except OSError:
        return False


_BEGINS = b'{"time": "'

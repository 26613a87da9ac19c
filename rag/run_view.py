"""A run of the index's record, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rag.runs import state_of
from rag.terminal import duration, name, one_line, plural, size

if TYPE_CHECKING:
    from indexes.store import RunRecord

head = ("run", "command", "began", "state", "files", "seconds")

_STAGES = ("plan", "read", "embed", "store", "save")
_MOST_NAMED = 20  # files that were not read whole


def row(run: RunRecord) -> tuple[str, ...]:
    """A run in the columns of `head`."""
    seconds = _mapping(run.summary, "timings").get("total")
    return (
        str(run.number),
        run.command,
        _local(run.started),
        state_of(run),
        _files(run.summary),
        f"{seconds:.1f}" if isinstance(seconds, float) else "",
    )


def lines_of(run: RunRecord) -> list[str]:
    """All that is known of a run."""
    summary, state = run.summary, str(state_of(run))
    if state == "did not finish":
        state += f": process {run.process} was killed; what it had stored is kept"
    lines = [
        f"{'run':10} {run.number}, rag {one_line(run.command)} ({one_line(run.version)})",
        f"{'began':10} {_local(run.started)}",
        f"{'state':10} {state}",
    ]
    if error := summary.get("error"):
        lines.append(f"{'error':10} {one_line(str(error))}")
    if files := _files(summary):
        lines.append(f"{'files':10} {files}")
    counts = {what: n for what, n in summary.items() if type(n) is int and n}
    if counts:
        told = ", ".join(f"{n:,} {one_line(what).replace('_', ' ')}" for what, n in counts.items())
        lines.append(f"{'counts':10} {told}")
    timings = _mapping(summary, "timings")
    if timings:
        spent = [f"{stage} {duration(timings[stage])}" for stage in _STAGES if stage in timings]
        whole = duration(timings.get("total", 0.0))
        lines.append(f"{'time':10} {whole}" + (f" ({', '.join(spent)})" if spent else ""))
    memory = _mapping(summary, "peak_memory")
    if memory:
        told = ", ".join(f"{one_line(who)} {size(most)}" for who, most in memory.items() if most)
        lines.append(f"{'memory':10} {told} at most")
    return lines + _not_ok(summary)


def _not_ok(summary: Mapping[str, Any]) -> list[str]:
    wrong = summary.get("not_ok") or []
    lines = [
        f"{one['status']:10} {name(one['path'])}: {one_line(one['reason'])}"
        for one in wrong[:_MOST_NAMED]
    ]
    more = max(0, len(wrong) - _MOST_NAMED) + int(summary.get("not_ok_more") or 0)
    return [*lines, f"{'':10} and {plural(more, 'more file')}: --json"] if more else lines


def _files(summary: Mapping[str, Any]) -> str:
    files = _mapping(summary, "files")
    return ", ".join(f"{count:,} {one_line(status)}" for status, count in files.items())


def _mapping(summary: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = summary.get(key)
    return found if isinstance(found, dict) else {}


def _local(time: str | None) -> str:
    """A moment in this machine's time zone, to the second."""
    try:
        return datetime.fromisoformat(time or "").astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OSError, OverflowError):
        return "unknown"

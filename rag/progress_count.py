"""A count that grows, on stderr: a bar with the time left for a terminal, lines for a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rag import events
from rag.progress_log import logged
from rag.terminal import duration


@contextmanager
def shown_count(noun: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A callback that is told how many are done and how many there are: "documents"."""
    if quiet or events.on_stderr():
        yield lambda done, total: None
        return
    if not sys.stderr.isatty():
        yield logged(_line(noun))
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (noun, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(noun, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _line(noun: str) -> Callable[[int, int], str]:
    started = time.monotonic()

    def line(done: int, total: int) -> str:
        left = (time.monotonic() - started) / max(done, 1) * (total - done)
        return f"{done:,} of {total:,} {noun}, {duration(left)} left"

    return line

"""A count that grows, on stderr: a bar with the time left for a terminal, lines for a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rag.terminal import duration

_LINE_EVERY = 10.0  # seconds, in a log


@contextmanager
def shown_count(noun: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A callback that is told how many are done and how many there are: "documents"."""
    if quiet:
        yield lambda done, total: None
        return
    if not sys.stderr.isatty():
        yield _lines(noun)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (noun, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(noun, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _lines(noun: str) -> Callable[[int, int], None]:
    started = last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _LINE_EVERY:
            return
        last = now
        left = (now - started) / max(done, 1) * (total - done)
        print(f"{done:,} of {total:,} {noun}, {duration(left)} left", file=sys.stderr, flush=True)

    return tell

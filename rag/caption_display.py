"""The progress of captioning on stderr: a bar for a terminal, a line now and then for a log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rag.caption_types import CaptionProgress, ProgressCallback
from rag.progress_log import logged
from rag.terminal import duration, plural, shortened


@contextmanager
def shown_captioning() -> Iterator[ProgressCallback]:
    """A callback for `Rag.caption` that shows what it is told."""
    if not sys.stderr.isatty():
        yield logged(summary_line)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    columns = (SpinnerColumn(), BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking the model", total=None)

        def tell(progress: CaptionProgress) -> None:
            if progress.latest:
                bar.console.print(Text(f"  {shortened(progress.latest, 160)}", style="dim"))
            bar.update(
                task,
                completed=progress.calls,
                total=progress.calls_total,
                description=summary_line(progress),
            )

        yield tell


def summary_line(progress: CaptionProgress) -> str:
    """All of a snapshot's numbers in one line."""
    parts = [f"{progress.calls:,}/{plural(progress.calls_total, 'call')}"]
    parts.append(f"{plural(progress.described, 'figure')} described")
    if progress.calls and progress.seconds > 1:
        parts.append(f"{progress.rate:.0f} a minute")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    if progress.remaining is not None and progress.calls < progress.calls_total:
        parts.append(f"about {duration(progress.remaining)} left")
    return " · ".join(parts)

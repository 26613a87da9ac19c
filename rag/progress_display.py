"""An ingest's progress on stderr: bars for a terminal, a line now and then for a log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag import events
from rag.progress import FileProgress, Progress, ProgressCallback
from rag.progress_log import logged
from rag.terminal import duration, name, one_line, plural

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDTH = 40  # of the bar


@contextmanager
def shown_progress() -> Iterator[ProgressCallback]:
    """A callback for `Rag.ingest` that shows what it is told; nothing where events are logged."""
    if events.on_stderr():
        yield lambda progress: None
        return
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), transient=True, refresh_per_second=8) as live:
        yield lambda progress: live.update(bars(progress))


def _lines() -> ProgressCallback:
    """A line now and then, and one at once when another process is waited for."""
    now_and_then = logged(summary_line)
    said = ""

    def tell(progress: Progress) -> None:
        nonlocal said
        if progress.waiting_for != said:
            said = progress.waiting_for
            if said:
                print(summary_line(progress), file=sys.stderr, flush=True)
        now_and_then(progress)

    return tell


def summary_line(progress: Progress) -> str:
    """All of a snapshot's numbers in one line."""
    if progress.waiting_for:
        return f"waiting: {one_line(progress.waiting_for)}"
    parts = [f"{progress.files}/{plural(progress.files_total, 'file')}"]
    parts.append(plural(progress.pages, "page"))
    parts.append(plural(progress.figures, "figure"))
    if progress.seconds > 1:
        parts.append(f"{progress.rate:.0f} pages/s")
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    if progress.stage == "saving":
        parts.append("saving")
    elif progress.seconds > 1 and not progress.reading:
        parts.append("embedding")
    elif progress.remaining is not None:
        parts.append(f"about {duration(progress.remaining)} left")
    return " · ".join(parts)


def file_line(file: FileProgress) -> str:
    """What one worker is at."""
    line = name(file.path.name)
    if file.total:
        stage = "OCR" if file.stage == "ocr" else file.stage
        line += f"  {stage} {file.done}/{file.total}"
    if file.stage == "ocr" and file.remaining is not None:
        line += f", about {duration(file.remaining)}"
    return line


def bars(progress: Progress) -> RenderableType:
    """The counts, a bar of the files, and what each worker is at."""
    from rich.console import Group
    from rich.text import Text

    filled = _WIDTH * progress.files // max(1, progress.files_total)
    bar = Text.assemble(("━" * filled, "green"), ("━" * (_WIDTH - filled), "dim"))
    head = Text(summary_line(progress), style="bold", no_wrap=True, overflow="ellipsis")
    busy = sorted(progress.reading, key=lambda file: str(file.path))
    lines = [
        Text(f"  {file_line(file)}", style="dim", no_wrap=True, overflow="ellipsis")
        for file in busy[:8]
    ]
    return Group(head, bar, *lines)

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path

from ingest.types import Receipt
from rag.progress import FileProgress, Meter, Progress
from rag.progress_display import bars, file_line, summary_line
from rag.workers import Activity

A, B = Path("/docs/a.pdf"), Path("/docs/b.pdf")
RECEIPT = Receipt("id", pages=10, passages=50, tables=2, figures=3, captions_linked=4)


def snapshot(meter_sizes: dict[Path, int], *activities: Activity) -> Progress:
    told: list[Progress] = []
    meter = Meter(told.append, meter_sizes)
    meter.read(RECEIPT)
    meter.finished(A)
    meter.finished(A)  # counts once
    meter.failed(Path("/docs/c.pdf"))
    meter.tell("reading", activities)
    meter.tell("reading", activities)  # too soon
    assert len(told) == 1
    return told[0]


def test_counts() -> None:
    now = time.monotonic()
    progress = snapshot({A: 100, B: 100}, Activity(B, "pages", 5, 20, now - 2, now))
    assert (progress.files, progress.files_total, progress.failed) == (2, 2, 1)
    assert (progress.pages, progress.passages, progress.tables, progress.figures) == (15, 50, 2, 3)


def test_ocr_tells_its_time() -> None:
    now = time.monotonic()
    running = snapshot({A: 1, B: 1}, Activity(B, "ocr", 2, 8, now - 6, now))
    assert 17 < (running.remaining or 0) < 19
    assert file_line(running.reading[0]) == "b.pdf  OCR 2/8, about 18 s"
    waiting = snapshot({A: 1, B: 1}, Activity(B, "ocr", 0, 8, now, now))
    assert file_line(waiting.reading[0]) == "b.pdf  OCR 0/8, about 16 s"


def test_summary_line() -> None:
    progress = Progress(
        "reading", 2, 9, 1, 100, 40, 2, 7, 10.0, 65.0, (FileProgress(A, "", 0, 0, 0.0, None),)
    )
    assert summary_line(progress) == (
        "2/9 files · 100 pages · 7 figures · 10 pages/s · 1 failed · about 1 min 05 s left"
    )


def test_bars_show_the_counts_and_the_busy_files() -> None:
    from rich.console import Console

    reading = (
        FileProgress(A, "ocr", 2, 8, 6.0, 18.0),
        FileProgress(Path("/docs/evil\x1b[31m.pdf"), "pages", 1, 9, 1.0, None),
    )
    progress = Progress("reading", 1, 4, 0, 30, 100, 2, 7, 10.0, 20.0, reading)
    console = Console(width=100, record=True, file=StringIO())
    console.print(bars(progress))
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert lines[0] == "1/4 files · 30 pages · 7 figures · 3 pages/s · about 20 s left"
    assert lines[2:] == ["  a.pdf  OCR 2/8, about 18 s", r"  evil\x1b[31m.pdf  pages 1/9"]

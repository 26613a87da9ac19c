"""Memory, time, handles, and how soon an ingest ends: what `rag ingest` takes and gives back.

    python benchmarks/resources.py pages       10,000 pages of many PDFs: is memory flat?
    python benchmarks/resources.py long        one PDF of 3,000 pages: the peak
    python benchmarks/resources.py small       20,000 small files: files/s, memory
    python benchmarks/resources.py handles     20 times ingest, ask, close: what is left over
    python benchmarks/resources.py interrupts  Ctrl-C and SIGTERM: seconds until it is gone

`--data` names a folder with questions/docs/*.pdf (see benchmarks/README.md); without it PDFs are
made. `--count` and `--workers` change the scale, `--seed` what is made and when signals are sent.
Memory is resident, in MB (2^20 bytes). OCR is off but for `--ocr auto`. `pages --write` writes
docs/data/memory.csv, from which docs/make_figures.py draws docs/figures/memory.svg; any
experiment's `--plot FILE` draws its own samples (SVG or PNG).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import psutil
from resource_corpora import long_file, many_pages, small_files, sources
from resource_watch import Held, Sample, Watched, slope, watched

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "docs" / "data" / "memory.csv"
COUNTS = {"pages": 10_000, "long": 3_000, "small": 20_000, "handles": 20, "interrupts": 20}
WARM = 0.1  # of the pages: what is finished before memory is judged
SOON = 2.0  # seconds


def main() -> None:
    """Run one experiment; print what it measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--count", type=int, help="pages, files or rounds")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--ocr", choices=["auto", "off"], default="off")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write docs/data/memory.csv")
    parser.add_argument("--plot", type=Path, help="draw the memory over time or pages")
    args = parser.parse_args()
    args.count = args.count or COUNTS[args.experiment]
    with tempfile.TemporaryDirectory(prefix="resources-") as name:
        print(json.dumps(EXPERIMENTS[args.experiment](args, Path(name)), indent=1))


def pages(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Memory over many pages of many files."""
    made = many_pages(_sources(args, folder), folder / "docs", args.count)
    index = folder / "index"
    seen = watched(_ingest(args, index, folder / "docs"), lambda: _finished_pages(index))
    if args.write:
        _write(MEASURED, seen.samples)
    after = WARM * made
    grown = {name: slope(seen.samples, name, after) for name in ("parent", "worker", "total")}
    return {
        **_told(args, seen),
        "pages": made,
        "pages/s": round(made / seen.seconds, 1),
        "MB per 1,000 pages after warm-up": {name: round(mb, 2) for name, mb in grown.items()},
    }


def long(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Memory over one PDF of many pages."""
    path = folder / "long.pdf"
    made = long_file(_sources(args, folder), path, args.count)
    size = path.stat().st_size
    seen = watched(_ingest(args, folder / "index", path))
    return {**_told(args, seen), "pages": made, "file MB": size >> 20}


def small(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Time and memory over many small files; then again, when nothing has changed."""
    small_files(folder / "docs", args.count, args.seed)
    command = _ingest(args, folder / "index", folder / "docs")
    seen = watched(command)
    again = watched(command)
    return {
        **_told(args, seen),
        "files": args.count,
        "files/s": round(args.count / seen.seconds, 1),
        "seconds when nothing has changed": round(again.seconds, 2),
    }


def handles(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    """What this process holds before and after many rounds of ingest, ask and close."""
    from rag import Rag

    small_files(folder / "docs", 5, args.seed)
    (folder / "tmp").mkdir()
    tempfile.tempdir = str(folder / "tmp")
    held: list[Held] = []
    for number in range(args.count + 1):
        with Rag.open(folder / f"index-{number}") as rag:
            rag.ingest(folder / "docs", workers=2, ocr="off")
            rag.ask("What is the reading of station 3?")
        held.append(Held.now())
    first, last = held[0], held[-1]  # the first round loads libraries, which stay
    fields = Held.__slots__
    return {
        "rounds": args.count,
        "after the first": {name: getattr(first, name) for name in fields},
        "after the last": {name: getattr(last, name) for name in fields},
        "left over": {name: getattr(last, name) - getattr(first, name) for name in fields},
    }


def interrupts(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Seconds from a signal to the end, signals at random moments of a long and of many files."""
    random_ = random.Random(args.seed)
    small_files(folder / "docs", 2_000, args.seed)
    long_file(_sources(args, folder), folder / "long.pdf", 600)
    taken: dict[str, list[float]] = {"SIGINT": [], "SIGTERM": []}
    codes: set[int] = set()
    left = 0
    for number in range(args.count):
        name = ("SIGINT", "SIGTERM")[number % 2]
        what = folder / ("docs" if number % 4 < 2 else "long.pdf")
        stopper = _Stopper(random_.uniform(0.3, 20.0), getattr(signal, name))
        seen = watched(_ingest(args, folder / f"index-{number}", what), stop=stopper)
        if stopper.sent is None:
            continue  # it was done before
        taken[name].append(seen.seconds - stopper.sent)
        codes.add(seen.code)
        left += sum(process.is_running() for process in stopper.children)
    every = [seconds for found in taken.values() for seconds in found]
    return {
        "signals": len(every),
        "seconds, most": {name: round(max(found), 2) for name, found in taken.items() if found},
        "seconds, median": round(median(every), 2) if every else None,
        f"later than {SOON} s": sum(seconds > SOON for seconds in every),
        "exit codes": sorted(codes),
        "processes left": left,
    }


class _Stopper:
    """Sends a process a signal after so many seconds."""

    def __init__(self, after: float, number: int) -> None:
        self._after, self._number = after, number
        self.sent: float | None = None  # seconds
        self.children: list[psutil.Process] = []

    def __call__(self, seconds: float, process: psutil.Process) -> bool:
        if self.sent is None and seconds >= self._after:
            self.children = process.children(recursive=True)
            self.sent = seconds
            process.send_signal(self._number)
            return True
        return False


def _sources(args: argparse.Namespace, folder: Path) -> list[Path]:
    return sources(args.data, folder / "made", args.seed)


def _ingest(args: argparse.Namespace, index: Path, what: Path) -> list[str]:
    options = ["--index", str(index), "--ocr", args.ocr, "--workers", str(args.workers), "--quiet"]
    return [sys.executable, "-m", "rag", "ingest", *options, str(what)]


def _finished_pages(index: Path) -> float:
    """The pages of the documents that an index holds; 0 before there is one."""
    try:
        uri = f"file:{index / 'catalog.sqlite'}?mode=ro"
        connection = sqlite3.connect(uri, uri=True)
        try:
            (count,) = connection.execute("SELECT sum(page_count) FROM documents").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return 0.0
    return float(count or 0)


def _told(args: argparse.Namespace, seen: Watched) -> dict[str, object]:
    if args.plot:
        _plot(args.plot, seen.samples)
    names = ("parent", "worker", "total")
    return {
        "exit code": seen.code,
        "seconds": round(seen.seconds, 1),
        "workers": args.workers,
        "cores": os.cpu_count(),
        "peak MB": {name: round(seen.peak(name)) for name in names},
        "last words": seen.output.strip().splitlines()[-1:],
    }


def _write(path: Path, samples: Sequence[Sample]) -> None:
    """A few hundred of the samples as CSV, for the figure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    step = max(1, len(samples) // 400)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(Sample._fields)
        rows.writerows([[f"{value:.1f}" for value in sample] for sample in samples[::step]])


def _plot(path: Path, samples: Sequence[Sample]) -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    from sources.memory_chart import drawn

    drawn([sample._asdict() for sample in samples]).savefig(path, dpi=160)


EXPERIMENTS: dict[str, Callable[[argparse.Namespace, Path], dict[str, object]]] = {
    "pages": pages,
    "long": long,
    "small": small,
    "handles": handles,
    "interrupts": interrupts,
}

if __name__ == "__main__":
    main()

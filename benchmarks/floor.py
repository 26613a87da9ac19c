"""The floor: PyMuPDF's raw text of every page with four processes, nothing kept."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from ingest.mupdf import pymupdf

PROCESSES, PAGES_AT_ONCE = 4, 8

Task = tuple[str, int, int]  # path, first page, page after the last


def read(task: Task) -> int:
    """Extract the text of some pages; the number of pages."""
    path, first, end = task
    with pymupdf.open(path) as document:
        for number in range(first, end):
            document[number].get_text()
    return end - first


def tasks(paths: list[str]) -> list[Task]:
    """Split documents into runs of a few pages."""
    found = []
    for path in paths:
        with pymupdf.open(path) as document:
            count = len(document)
        found += [(path, n, min(n + PAGES_AT_ONCE, count)) for n in range(0, count, PAGES_AT_ONCE)]
    return found


def main() -> None:
    """Read the PDFs that a JSON list names; print pages and seconds, start of workers excluded."""
    paths = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    work = tasks(paths)
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(read, work[:PROCESSES]))  # start the workers
        start = time.perf_counter()
        pages = sum(pool.map(read, work))
        seconds = time.perf_counter() - start
    print(json.dumps({"pages": pages, "seconds": seconds}))


if __name__ == "__main__":
    main()

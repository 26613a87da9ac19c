"""What isolation and durability cost: pages per second of the whole ingest, by turns.

    python benchmarks/overhead.py --data ../shared/data [--before TREE] [--pages 300] [--rounds 3]

Each round ingests the same PDFs of <data>/questions/docs, without OCR, into a new index, once a
way: with workers confined by the kernel and watched ("confined", as delivered), with isolation =
"off" ("unconfined"), and with the code of another checkout ("before": git worktree add TREE
REVISION). Ways take turns within a round, so that what else the machine does meets all alike.
Prints each way's pages/s, and the ratio to the way "confined" as the median over the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
_RUN = "import sys; from rag.cli import main; sys.exit(main())"


def main() -> None:
    """Prints pages/s and ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with questions/docs")
    parser.add_argument("--before", type=Path, help="another checkout of this repository")
    parser.add_argument("--pages", type=int, default=300, help="PDFs are taken up to so many pages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    pdfs = chosen(options.data.resolve() / "questions" / "docs", options.pages)
    ways = {"confined": (HERE, "auto"), "unconfined": (HERE, "off")}
    if options.before:
        ways["before"] = (options.before.resolve(), "")
    rates: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(options.rounds):
        names = list(ways)
        for way in names[number % len(names) :] + names[: number % len(names)]:
            rates[way].append(rate(pdfs, *ways[way]))
            print(f"round {number + 1}: {way} {rates[way][-1]:.1f} pages/s", file=sys.stderr)
    report(rates, as_json=options.json)


def chosen(folder: Path, pages: int) -> list[Path]:
    """PDFs by name, as many as have about so many pages together."""
    from ingest.mupdf import pymupdf

    found: list[Path] = []
    for path in sorted(folder.glob("*.pdf")):
        if pages <= 0:
            break
        found.append(path)
        with pymupdf.open(path) as pdf:
            pages -= pdf.page_count
    return found


def rate(pdfs: list[Path], tree: Path, isolation: str) -> float:
    """Pages per second of one ingest in a process of its own, imports included."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        if isolation:
            environment["RAG_ISOLATION"] = isolation
        command = [sys.executable, "-P", "-c", _RUN, "ingest", *map(str, pdfs)]
        command += ["--index", f"{folder}/.rag", "--ocr", "off", "--json"]
        started = time.perf_counter()
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=True)
        seconds = time.perf_counter() - started
    receipts = json.loads(done.stdout)["receipts"]
    return sum(int(receipt["pages"]) for _, receipt in receipts) / seconds


def report(rates: dict[str, list[float]], *, as_json: bool) -> None:
    """The ways' rates, and how many times as fast as "confined" each is."""
    ratios = {
        way: statistics.median(r / c for r, c in zip(own, rates["confined"], strict=True))
        for way, own in rates.items()
    }
    if as_json:
        print(json.dumps({"pages_per_second": rates, "ratio_to_confined": ratios}, indent=2))
        return
    for way, own in rates.items():
        each = ", ".join(f"{one:.1f}" for one in own)
        print(f"{way:11} {statistics.median(own):6.1f} pages/s  x{ratios[way]:.3f}  ({each})")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()

"""Speed and memory beside LangChain, LlamaIndex and txtai: same PDFs, same MiniLM weights.

    python benchmarks/peers.py --data ../shared/data --peers-python PEERS/bin/python

Each system ingests, answers one cold search and answers all questions warm, each in a process of
its own. Times include Python's start and all imports, except for warm searches. Memory is the
highest sum of PSS over the process tree, sampled four times a second: PSS shares out the pages that
processes have in common, so that workers are not counted twice.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
OURS = "multimodal-rag"
SCRIPTS = {
    OURS: "peer_ours.py",
    "LangChain": "peer_langchain.py",
    "LlamaIndex": "peer_llamaindex.py",
    "txtai": "peer_txtai.py",
}
COLD_RUNS = 5
SAMPLED_EVERY = 0.25  # seconds; reading a process's pages stops it for a moment


@dataclass(frozen=True)
class Run:
    """One process that ended well."""

    seconds: float
    peak_bytes: int
    result: dict[str, Any]


@dataclass(frozen=True)
class Row:
    """What was measured of one system."""

    system: str
    pages_per_second: float
    cold_seconds: float
    warm_p50_ms: float
    warm_p99_ms: float
    peak_mb: float
    pages: int
    chunks: int


def proportional_size(process: psutil.Process) -> int:
    """Sum the PSS of a process and its descendants, in bytes; those that just ended count 0."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def run(command: Sequence[str], *, watch_memory: bool = True) -> Run:
    """Run a command to its end; its last line must be JSON."""
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "true",
        "PYTHONPATH": str(HERE.parent),
        "PYTHONWARNINGS": "ignore",
    }
    start = time.perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    peak, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        process = psutil.Process(child.pid)
        while not ended.wait(SAMPLED_EVERY):
            peak = max(peak, proportional_size(process))

    watcher = threading.Thread(target=watch, daemon=True)
    if watch_memory:
        watcher.start()
    output, errors = child.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    if child.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {child.returncode}:\n{errors[-3000:]}")
    return Run(seconds, peak, json.loads(output.strip().splitlines()[-1]))


def measure(system: str, python: str, pdfs: Path, questions: Path, work: Path) -> Row:
    """Ingest, cold searches, warm searches."""
    script, index = str(HERE / SCRIPTS[system]), str(work / system)
    ingested = run([python, script, "ingest", index, str(pdfs)])
    print(f"{system}: ingested in {ingested.seconds:.1f} s", file=sys.stderr)
    question = json.loads(questions.read_text(encoding="utf-8"))[0]
    cold_command = [python, script, "cold", index, str(questions)]
    if system == OURS:  # the whole command, answer included: the others only retrieve
        cold_command = [python, "-m", "rag", "ask", "--index", index, "--json", question]
    cold = [run_cold(cold_command) for _ in range(COLD_RUNS)]
    warm = run([python, script, "warm", index, str(questions)])
    times = sorted(1000 * seconds for seconds in warm.result["seconds"])
    return Row(
        system=system,
        pages_per_second=ingested.result["pages"] / ingested.seconds,
        cold_seconds=statistics.median(cold),
        warm_p50_ms=statistics.median(times),
        warm_p99_ms=times[min(len(times) - 1, round(0.99 * len(times)))],
        peak_mb=max(ingested.peak_bytes, warm.peak_bytes) / 1e6,
        pages=ingested.result["pages"],
        chunks=ingested.result["chunks"],
    )


def run_cold(command: Sequence[str]) -> float:
    """Time one whole process, in seconds; memory is not watched, which would slow it."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(HERE.parent)},
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr}")
    return seconds


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out as Markdown."""
    lines = [
        "| system | pages/s | cold start, s | warm p50, ms | warm p99, ms | peak memory, MB | "
        "pages | chunks |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.system} | {row.pages_per_second:.1f} | {row.cold_seconds:.2f} | "
        f"{row.warm_p50_ms:.1f} | {row.warm_p99_ms:.1f} | {row.peak_mb:,.0f} | "
        f"{row.pages:,} | {row.chunks:,} |"
        for row in rows
    ]
    return "\n".join(lines)


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write the rows for docs/make_figures.py."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(asdict(rows[0])), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            values = asdict(row).items()
            writer.writerow({key: f"{v:.4g}" if isinstance(v, float) else v for key, v in values})


def main() -> None:
    """Measure the systems asked for, then the floor; print one table."""
    parser = argparse.ArgumentParser(description="Speed and memory beside other RAG libraries.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds questions/")
    parser.add_argument("--peers-python", help="interpreter that has the peers installed")
    parser.add_argument("--systems", nargs="+", choices=SCRIPTS, default=list(SCRIPTS))
    parser.add_argument("--limit", type=int, help="only the first N PDFs")
    parser.add_argument("--questions", type=int, help="only the first N questions")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="e.g. docs/data/peers.csv")
    arguments = parser.parse_args()
    if set(arguments.systems) != {OURS} and not arguments.peers_python:
        parser.error("--peers-python is needed for the peers; see benchmarks/README.md")

    folder = arguments.data.resolve() / "questions"
    pdfs = sorted(str(path) for path in (folder / "docs").rglob("*.pdf"))[: arguments.limit]
    lines = (folder / "qa.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[: arguments.questions]]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "pdfs.json").write_text(json.dumps(pdfs), encoding="utf-8")
        (work / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
        inputs = work / "pdfs.json", work / "questions.json"
        floor = run([sys.executable, str(HERE / "floor.py"), str(inputs[0])]).result
        rows = []
        for system in arguments.systems:
            python = sys.executable if system == OURS else arguments.peers_python
            rows.append(measure(system, python, *inputs, work))
    rate = floor["pages"] / floor["seconds"]
    print(table(rows))
    print(f"\nFloor: PyMuPDF's text alone, four processes: {rate:,.0f} pages/s")
    if arguments.json:
        report = {"floor_pages_per_second": rate, "systems": [asdict(row) for row in rows]}
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if arguments.csv:
        write_csv(rows, arguments.csv)


if __name__ == "__main__":
    main()

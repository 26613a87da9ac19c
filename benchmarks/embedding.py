"""Texts per second of the built-in MiniLM beside sentence-transformers, same weights and texts.

    python benchmarks/embedding.py [--count 64] [--rounds 4] [--threads N] [FILE.txt …]

Each runs in its own process; rounds alternate between them, so that whatever else the machine
does falls on both, and the best round counts. Texts are 160-word passages of the files given,
or made up of the words of this repository's documentation.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "What does the figure about renewable energy show?"


def passages(files: Sequence[Path], count: int) -> list[str]:
    """`count` passages of 160 words, shuffled the same way every time."""
    sources = files or sorted((ROOT / "docs").glob("**/*.md"))
    words = [word for file in sources for word in file.read_text(errors="replace").split()]
    starts = random.Random(0).choices(range(max(1, len(words) - 160)), k=count)
    return [" ".join(words[start : start + 160]) for start in starts]


def load(name: str, threads: int | None) -> Any:
    """The embedder `name`, ready for its first text: (embed query, embed texts)."""
    from indexes.embedders.minilm import MiniLM, model_folder

    if name == "ours":
        embedder = MiniLM(threads)
        return embedder.embed_query, embedder.embed_texts
    import torch
    from sentence_transformers import SentenceTransformer

    if threads:
        torch.set_num_threads(threads)
    model = SentenceTransformer(str(model_folder()), device="cpu")

    def embed(texts: Sequence[str] | str) -> Any:
        return model.encode(
            [texts] if isinstance(texts, str) else list(texts),
            batch_size=32,
            normalize_embeddings=True,
            show_progress_bar=False,
        )

    return embed, embed


def work(name: str, threads: int | None) -> None:
    """A child process: answers each line of JSON on its input with one on its output."""
    import resource

    start = time.perf_counter()
    query, embed = load(name, threads)
    query(QUESTION)
    print(json.dumps({"cold": time.perf_counter() - start}), flush=True)
    for line in sys.stdin:
        texts = json.loads(line)
        start, cpu = time.perf_counter(), time.process_time()
        vectors = embed(texts)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        start = time.perf_counter()
        query(QUESTION)
        result = {
            "seconds": seconds,
            "cpu": cpu,
            "query": time.perf_counter() - start,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "vectors": vectors.tolist(),
        }
        print(json.dumps(result), flush=True)


class Child:
    """One of the embedders in its own process."""

    def __init__(self, name: str, options: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--work", name, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdin
        assert self._process.stdout
        self._to, self._from = self._process.stdin, self._process.stdout

    def ask(self, line: str) -> dict[str, Any]:
        self._to.write(line + "\n")
        self._to.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._from.readline())
        return answer

    def close(self) -> None:
        self._to.close()
        self._process.wait()


def main() -> None:
    """Runs both and prints a table."""
    import numpy as np

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        return work(options.work, options.threads)

    texts = json.dumps(passages(options.files, options.count))
    threads = ["--threads", str(options.threads)] if options.threads else []
    children, cold = {}, {}
    for name in ("ours", "sentence-transformers"):  # one after the other: a cold start is timed
        children[name] = Child(name, threads)
        cold[name] = children[name].answer()["cold"]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in children}
    for _ in range(options.rounds):
        for name, child in children.items():
            runs[name].append(child.ask(texts))
    for child in children.values():
        child.close()

    print(f"{'':24}{'texts/s':>9}{'CPU ms/text':>13}{'query ms':>10}{'cold s':>8}{'peak MB':>9}")
    rate = {}
    for name, rounds in runs.items():
        rate[name] = options.count / min(run["seconds"] for run in rounds)
        cpu = 1000 * min(run["cpu"] for run in rounds) / options.count
        query = 1000 * min(run["query"] for run in rounds)
        peak = rounds[-1]["peak_mb"]
        print(f"{name:24}{rate[name]:9.1f}{cpu:13.1f}{query:10.1f}{cold[name]:8.2f}{peak:9.0f}")
    ours, theirs = (np.array(rounds[0]["vectors"]) for rounds in runs.values())
    cosine = (ours * theirs).sum(axis=1).min()
    factor = rate["ours"] / rate["sentence-transformers"]
    print(f"{factor:.1f} times as many texts/s; lowest cosine between them {cosine:.6f}")


if __name__ == "__main__":
    main()

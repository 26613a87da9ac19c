"""How fast each kind of index is searched, on GPUs or on the CPU, beside torch's matmul and top-k.

    python benchmarks/faiss_gpu.py [--vectors 1000000 10000000] [--dim 512] [--device auto]

`--device` is "cpu", "cuda", "cuda:N", "cuda:all" (torch takes the first GPU then) or "auto". The
vectors are made: unit, around 4,000 centres, some closely, some loosely. All that is timed takes
NumPy arrays and gives NumPy arrays. Memory is what a build adds to the process and to the GPU.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch

from indexes.faiss_gpu import gpus_of
from indexes.faiss_index import FaissIndex
from indexes.faiss_kinds import KINDS, sample_for
from indexes.types import Keys, Space, Vectors

CENTRES, BLOCK, QUERIES = 4_000, 100_000, 1_024
AT_ONCE = 1 << 28  # scores that the matmul makes at a time: 1 GiB
MIB = 1 << 20

Search = Callable[[Vectors, int], Keys]  # queries (n, dim), k -> keys (n, k)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one way to search."""

    vectors: int
    dim: int
    search: str
    device: str
    build_seconds: float
    host_mib: float
    gpu_mib: float
    queries_per_second: dict[int, float]  # by batch
    recall: float


def main() -> None:
    """Measure, print a Markdown table, write --json."""
    options = arguments()
    device = options.device
    if device == "auto":
        device = "cuda" if gpus_of("auto") and torch.cuda.is_available() else "cpu"
    rows = []
    for count in options.vectors:
        vectors, queries = made(count, options.dim, 1), made(QUERIES, options.dim, 2)
        for row in measured(vectors, queries, device, options):
            rows.append(row)
            print(f"{row.vectors:,} {row.search}: {row.build_seconds:.1f} s", flush=True)
    print("\n" + table(rows, options))
    if options.json:
        found = {"machine": machine(device), "rows": [asdict(row) for row in rows]}
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vectors", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS[1:]))
    parser.add_argument("--batches", type=int, nargs="+", default=[1, QUERIES])
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=3.0, help="least time of each measure")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    return parser.parse_args()


def measured(
    vectors: Vectors, queries: Vectors, device: str, options: argparse.Namespace
) -> Iterator[Row]:
    """A row for torch and for each kind of index; torch in float32 is the truth."""
    count, dim = vectors.shape
    where = device.replace(":all", "")
    ways: dict[str, Callable[[], Search]] = {"torch": lambda: by_torch(vectors, where)}
    if where != "cpu":
        ways["torch, float16"] = lambda: by_torch(vectors, where, torch.float16)
        FaissIndex(Space("", "", dim), device).search(queries, 1)  # FAISS takes its work space
    ways |= {
        f"FAISS {kind}": lambda kind=kind: by_faiss(vectors, device, kind) for kind in options.kinds
    }
    exact: Keys | None = None
    for name, build in ways.items():
        host, gpu = memory(device)
        start = time.perf_counter()
        search = build()
        search(queries[:1], options.k)  # the copy on the GPU is made now
        seconds = time.perf_counter() - start
        host_now, gpu_now = memory(device)
        keys = search(queries, options.k)
        exact = keys if exact is None else exact
        yield Row(
            count,
            dim,
            name,
            device,
            round(seconds, 2),
            round((host_now - host) / MIB, 1),
            round((gpu - gpu_now) / MIB, 1),
            {size: speed(search, queries, size, options) for size in options.batches},
            round(
                float(np.mean([np.isin(*pair).mean() for pair in zip(exact, keys, strict=True)])), 4
            ),
        )
        del search
        gc.collect()
        if where != "cpu":
            torch.cuda.empty_cache()


def by_torch(vectors: Vectors, device: str, precision: torch.dtype = torch.float32) -> Search:
    """Exact search, nothing but a matrix product and top-k, in pieces that fit."""
    held = torch.from_numpy(vectors).to(device, precision)

    def search(queries: Vectors, k: int) -> Keys:
        asked = torch.from_numpy(queries).to(device, precision)
        rows = max(AT_ONCE // len(queries), k)
        best = [torch.topk(asked @ part.T, min(k, len(part))) for part in held.split(rows)]
        values = torch.cat([found.values for found in best], dim=1)
        places = torch.cat([found.indices + n * rows for n, found in enumerate(best)], dim=1)
        chosen = torch.topk(values, k, dim=1).indices
        keys: Keys = torch.gather(places, 1, chosen).cpu().numpy()
        return keys

    return search


def by_faiss(vectors: Vectors, device: str, kind: str) -> Search:
    """An index of ours, built as the cache builds it: trained on a sample, then filled."""
    count, dim = vectors.shape
    index = FaissIndex(Space("benchmark", "made", dim), device, kind)
    if size := sample_for(kind, count):
        rows = np.random.default_rng(0).choice(count, size, replace=False)
        index.train(vectors[np.sort(rows)], count)
    for start in range(0, count, BLOCK):
        part = vectors[start : start + BLOCK]
        index.add(np.arange(start, start + len(part)), part)
    return lambda queries, k: index.search(queries, k)[1]


def speed(search: Search, queries: Vectors, size: int, options: argparse.Namespace) -> float:
    """Queries per second in batches of a size."""
    batches = [queries[n : n + size] for n in range(0, len(queries) - size + 1, size)]
    search(batches[0], options.k)
    done, start = 0, time.perf_counter()
    while (taken := time.perf_counter() - start) < options.seconds or not done:
        search(batches[done % len(batches)], options.k)
        done += 1
    return round(done * size / taken, 1)


def made(count: int, dim: int, seed: int) -> Vectors:
    """Unit vectors (count, dim); the same seed gives the same."""
    centres = np.random.default_rng(0).standard_normal((CENTRES, dim), np.float32)
    random = np.random.default_rng(seed)
    vectors = np.empty((count, dim), np.float32)
    for start in range(0, count, BLOCK):
        part = vectors[start : start + BLOCK]
        random.standard_normal(dtype=np.float32, out=part)
        part *= random.uniform(0.5, 1.5, (len(part), 1)).astype(np.float32)
        part += centres[random.integers(0, CENTRES, len(part))]
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return vectors


def memory(device: str) -> tuple[int, int]:
    """Bytes that this process holds, and that are free on the GPUs."""
    gc.collect()
    with suppress(OSError, AttributeError):  # glibc keeps what was freed, and would hand it out
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    free = 0
    if device != "cpu":
        free = sum(torch.cuda.mem_get_info(number)[0] for number in gpus_of(device))
    return psutil.Process().memory_info().rss, free


def machine(device: str) -> dict[str, Any]:
    """What the numbers were measured on."""
    import faiss

    gpus = [torch.cuda.get_device_name(number) for number in gpus_of(device)]
    return {
        "cores": psutil.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "gpus": gpus,
        "faiss": faiss.__version__,
        "torch": torch.__version__,
    }


def table(rows: Sequence[Row], options: argparse.Namespace) -> str:
    """The rows as one Markdown table."""
    speeds = [f"queries/s, {size} at a time" for size in options.batches]
    head = ["vectors", "search", "device", "build, s", "memory, MiB", "GPU, MiB", *speeds]
    lines = [[*head, f"recall@{options.k}"], ["---:", "---", "---", *["---:"] * (len(speeds) + 4)]]
    for row in rows:
        fast = [f"{row.queries_per_second[size]:,.0f}" for size in options.batches]
        numbers = [f"{row.build_seconds:,.1f}", f"{row.host_mib:,.0f}", f"{row.gpu_mib:,.0f}"]
        lines.append(
            [f"{row.vectors:,}", row.search, row.device, *numbers, *fast, f"{row.recall:.3f}"]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()

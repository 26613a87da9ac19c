"""The image tower of the built-in CLIP without torch, beside the same model in torch.

    python benchmarks/clip_speed.py [--pictures 512] [--rounds 3]

Random pixels, ready to be read by the model. Both use all cores: torch in its own way, batches of
64 on the model as open_clip makes it; ours as `rag ingest` does, small batches of one thread each,
side by side. Then one core, and one picture at a time. Prints the best of the rounds, which take
turns, and the cosine between the two.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import onnxruntime
import torch

from indexes.clip import export
from indexes.clip import model as models
from indexes.clip.files import IMAGE_TOWER, WEIGHTS
from indexes.types import Vectors

BATCH, TORCH_BATCH = 4, 64


def session() -> Any:
    """The graph on one thread; several threads may run it at once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(WEIGHTS / IMAGE_TOWER), options, providers=["CPUExecutionProvider"]
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    rng = np.random.default_rng(0)
    pixels = rng.normal(0, 0.5, (options.pictures, 3, models.IMAGE_SIZE, models.IMAGE_SIZE))
    pixels = pixels.astype(np.float32)
    model, ours = models.create(export.load(WEIGHTS)), session()

    def in_torch(batch: int, count: int) -> Vectors:
        with torch.inference_mode():
            made = [
                model.encode_image(torch.from_numpy(part), normalize=True)
                for part in np.split(pixels[:count], range(batch, count, batch))
            ]
            return np.asarray(torch.cat(made).numpy())

    def in_ours(batch: int, count: int, threads: int) -> Vectors:
        starts = range(0, count, batch)
        with ThreadPoolExecutor(threads) as pool:
            made = pool.map(
                lambda at: ours.run(None, {"pixels": pixels[at : at + batch]})[0], starts
            )
            return np.concatenate(list(made))

    some = min(64, options.pictures)
    runs: dict[str, tuple[int, int, Callable[[], Vectors], Callable[[], Vectors]]] = {
        f"{options.pictures} pictures, {cores} cores": (
            cores,
            options.pictures,
            lambda: in_ours(BATCH, options.pictures, cores),
            lambda: in_torch(TORCH_BATCH, options.pictures),
        ),
        f"{some} pictures, one core": (
            1,
            some,
            lambda: in_ours(BATCH, some, 1),
            lambda: in_torch(TORCH_BATCH, some),
        ),
        "one picture at a time, one core": (
            1,
            some,
            lambda: in_ours(1, some, 1),
            lambda: in_torch(1, some),
        ),
    }
    report: dict[str, Any] = {}
    for name, (threads, count, without, with_torch) in runs.items():
        torch.set_num_threads(threads)
        rates = {"ours": 0.0, "torch": 0.0}
        for _ in range(options.rounds):
            for system, work in (("ours", without), ("torch", with_torch)):
                began = time.perf_counter()
                work()
                rates[system] = max(rates[system], count / (time.perf_counter() - began))
        report[name] = {
            **{system: round(rate, 1) for system, rate in rates.items()},
            "ratio": round(rates["ours"] / rates["torch"], 2),
        }
    cosines = (in_ours(BATCH, some, cores) * in_torch(TORCH_BATCH, some)).sum(1)
    report["least cosine"] = round(float(cosines.min()), 6)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()

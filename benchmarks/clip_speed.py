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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from indexes.clip import export
from indexes.clip import model as models
from indexes.clip.files import WEIGHTS
from indexes.embedders.figure_clip import session
from indexes.types import Vectors

BATCH, TORCH_BATCH = 4, 64


@dataclass(frozen=True, slots=True, eq=False)
class Systems:
    """Both, loaded, and the pixels that they read: (n, 3, size, size), normalised."""

    ours: Any
    torch: Any
    pixels: Vectors

    def in_ours(self, count: int, batch: int, threads: int) -> Vectors:
        """Vectors of the first `count` pictures."""

        def run(start: int) -> Vectors:
            part = self.pixels[start : min(start + batch, count)]
            return np.asarray(self.ours.run(None, {"pixels": part})[0])

        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(run, range(0, count, batch))))

    def in_torch(self, count: int, batch: int, threads: int) -> Vectors:
        """Vectors of the first `count` pictures."""
        torch.set_num_threads(threads)
        with torch.inference_mode():
            made = [
                self.torch.encode_image(torch.from_numpy(part), normalize=True)
                for part in np.split(self.pixels[:count], range(batch, count, batch))
            ]
            return np.asarray(torch.cat(made).numpy())

    def rates(self, count: int, batches: tuple[int, int], threads: int, rounds: int) -> Any:
        """Pictures a second of both, the best of the rounds; `batches`: ours, and torch's."""
        systems = {"ours": (self.in_ours, batches[0]), "torch": (self.in_torch, batches[1])}
        best = dict.fromkeys(systems, 0.0)
        for _ in range(rounds):
            for name, (embed, batch) in systems.items():
                began = time.perf_counter()
                embed(count, batch, threads)
                best[name] = max(best[name], count / (time.perf_counter() - began))
        ratio = round(best["ours"] / best["torch"], 2)
        return {**{name: round(rate, 1) for name, rate in best.items()}, "ratio": ratio}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    count, cores = options.pictures, len(os.sched_getaffinity(0))
    some, side = min(64, count), models.IMAGE_SIZE
    pixels = np.random.default_rng(0).normal(0, 0.5, (count, 3, side, side)).astype(np.float32)
    systems = Systems(session(WEIGHTS), models.create(export.load(WEIGHTS)), pixels)
    usual = (BATCH, TORCH_BATCH)
    report = {
        f"{count} pictures, {cores} cores": systems.rates(count, usual, cores, options.rounds),
        f"{some} pictures, one core": systems.rates(some, usual, 1, options.rounds),
        "one picture at a time, one core": systems.rates(some, (1, 1), 1, options.rounds),
    }
    cosines = systems.in_ours(some, BATCH, cores) * systems.in_torch(some, TORCH_BATCH, cores)
    report["least cosine"] = round(float(cosines.sum(1).min()), 6)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()

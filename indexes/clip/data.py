"""The training data: figures drawn from a seed, in shards on disk.

    python -m indexes.clip.data POOL --count 60000 --seed 0

A shard holds SHARD figures: `00012.npy`, uint8 (SHARD, SIDE, SIDE, 3), and `00012.json`, what is
said of each. The n-th figure depends on the seed and on n alone: shards are drawn in any order, by
any number of processes, and one that is there is not drawn again.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from indexes.clip.drawing import wording
from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.wear import worn
from indexes.clip.figure_types import FIGURE_TYPES

SHARD = 500
SIDE = 208  # pixels: training cuts the model's 192 out of them
CAPTIONS = 2  # of each figure

FAMILIES: Mapping[str, tuple[str, ...]] = {  # modules of indexes.clip.drawing, by how they draw
    "mpl": (
        "areas", "bars", "bars_more", "distributions", "fields", "heatmaps", "lines", "lines_more",
        "panels", "points", "rounds",
    ),
    "svg": ("areas", "bars", "boxes", "cells", "curves", "lines", "points", "slices"),
    "diagram": (
        "block", "circuit", "flow", "gantt", "network", "timeline", "tree", "venn",
    ),
    "map": ("places", "regions"),
    "page": ("code", "equation", "screen", "table", "text"),
    "picture": ("drawing", "photos", "sketch"),
}  # fmt: skip
WEIGHTS: Mapping[str, float] = {  # how often a type is drawn; 1 unless told
    "bar chart": 3,
    "line chart": 3,
    "scatter plot": 2.5,
    "curve diagram": 2,
    "area chart": 1.5,
    "pie chart": 1.5,
    "table": 1.5,
    "flow chart": 1.5,
    "block diagram": 1.5,
    "photograph": 2.5,
    "drawing": 1.5,
    "map": 1.5,
    "violin plot": 0.7,
    "contour plot": 0.7,
    "surface plot": 0.7,
    "Gantt chart": 0.7,
    "Venn diagram": 0.7,
    "circuit diagram": 0.7,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one figure."""

    figure_type: str
    captions: tuple[str, ...]  # true of it
    question: str  # that it answers
    wrong: str  # a caption that is false


@cache
def renderers() -> Mapping[str, tuple[tuple[Renderer, ...], ...]]:
    """All that can be drawn, by figure type and then by family."""
    found: dict[str, list[tuple[Renderer, ...]]] = {t.name: [] for t in FIGURE_TYPES}
    for family, names in FAMILIES.items():
        of_family: dict[str, list[Renderer]] = {}
        for name in names:
            module = importlib.import_module(f"indexes.clip.drawing.{family}_{name}")
            for figure_type, drawn_by in module.RENDERERS.items():
                of_family.setdefault(figure_type, []).extend(drawn_by)
        for figure_type, drawn in of_family.items():
            found[figure_type].append(tuple(drawn))
    return {name: tuple(families) for name, families in found.items() if families}


def draw(seed: int, number: int) -> tuple[Drawing, Said]:
    """The seed's figure of that number (from 0), as it may be found in a document."""
    random_ = random.Random(f"{seed}/{number}")
    types = list(renderers())
    name = random_.choices(types, [WEIGHTS.get(t, 1) for t in types])[0]
    drawing = random_.choice(random_.choice(renderers()[name]))(random_)
    drawing = Drawing(worn(random_, drawing.image), drawing.facts)
    return drawing, Said(
        name,
        tuple(wording.captions(random_, drawing.facts, CAPTIONS)),
        wording.question(random_, drawing.facts),
        wording.wrong_caption(random_, drawing.facts),
    )


def draw_shard(folder: Path, seed: int, shard: int) -> Path:
    """Draws a shard unless it is there; its path without a suffix."""
    path = folder / f"{shard:05d}"
    if path.with_suffix(".json").exists():
        return path
    pixels = np.empty((SHARD, SIDE, SIDE, 3), np.uint8)
    said = []
    for at in range(SHARD):
        drawing, words = draw(seed, shard * SHARD + at)
        pixels[at] = np.asarray(
            drawing.image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=3.0)
        )
        said.append(asdict(words))
    np.save(path.with_suffix(".npy"), pixels)
    path.with_suffix(".json").write_text(json.dumps(said))  # last: it says that all is there
    return path


@dataclass(frozen=True, slots=True)
class Pool:
    """Figures on disk, mapped into memory a shard at a time."""

    pixels: tuple[npt.NDArray[np.uint8], ...]  # of each shard, (SHARD, SIDE, SIDE, 3)
    said: tuple[Said, ...]

    def __len__(self) -> int:
        return len(self.said)

    def cut(self, rows: npt.NDArray[np.int64], margin: int = 0) -> Pixels:
        """Pictures (len(rows), side, side, 3), without a margin of so many pixels on all sides."""
        kept = slice(margin, SIDE - margin)
        places = (divmod(int(row), SHARD) for row in rows)
        return np.stack([self.pixels[shard][place, kept, kept] for shard, place in places])


Pixels = npt.NDArray[np.uint8]


def shard_files(folder: Path) -> list[Path]:
    """What is said of the figures of each shard that is drawn, in order."""
    return sorted(folder.glob("*.json"))


def load_pool(folder: Path) -> Pool:
    """The figures of a folder."""
    shards = shard_files(folder)
    return Pool(
        tuple(np.load(shard.with_suffix(".npy"), mmap_mode="r") for shard in shards),
        tuple(
            Said(row["figure_type"], tuple(row["captions"]), row["question"], row["wrong"])
            for shard in shards
            for row in json.loads(shard.read_text())
        ),
    )


def draw_pool(folder: Path, seed: int, count: int, workers: int) -> None:
    """Draws `count` figures, whole shards, and says how fast."""
    folder.mkdir(parents=True, exist_ok=True)
    shards = range(-(-count // SHARD))
    began = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(draw_shard, folder, seed, shard) for shard in shards]
        for done, job in enumerate(jobs, 1):
            job.result()
            rate = done * SHARD / (time.perf_counter() - began)
            print(f"{done}/{len(shards)} shards, {rate:.0f} figures/s", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m indexes.clip.data", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    draw_pool(options.folder, options.seed, options.count, options.workers)


if __name__ == "__main__":
    main()

"""How good the CLIP is: zero-shot types, recall between pictures and texts, look-alikes of a type.

    python -m indexes.clip.evaluate POOL [--model FOLDER]

scores it on figures drawn from a seed that was not trained on:
`python -m indexes.clip.data POOL --count 2000 --seed 1`. On real figures: `benchmarks/clip.py`.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from indexes.clip.files import WEIGHTS
from indexes.clip.zero_shot import FigureTyper
from indexes.types import Vectors

Likeness = npt.NDArray[np.floating[Any]]  # (queries, things), higher is more alike
AT = (1, 5, 10)


def recall(likeness: Likeness, wanted: Sequence[int] | None = None) -> dict[str, float]:
    """Share of queries whose own thing is among the k likeliest, for k in AT.

    `wanted` gives each query's thing, the i-th's being the i-th unless told. Ties count against.
    """
    own = np.arange(len(likeness)) if wanted is None else np.asarray(wanted)
    mine = likeness[np.arange(len(likeness)), own]
    ahead = (likeness >= mine[:, None]).sum(1) - 1
    return {f"@{k}": float((ahead < k).mean()) for k in AT}


def accuracy(
    predicted: Sequence[str], accepted: Sequence[Collection[str]]
) -> tuple[float, dict[str, tuple[int, int]]]:
    """Share of predictions that are accepted; and by accepted types: right and all.

    Raises ValueError without predictions.
    """
    if not predicted:
        raise ValueError("no predictions to score")
    by_type: dict[str, tuple[int, int]] = {}
    for name, good in zip(predicted, accepted, strict=True):
        key = " / ".join(sorted(good))
        right, all_ = by_type.get(key, (0, 0))
        by_type[key] = (right + (name in good), all_ + 1)
    return sum(right for right, _ in by_type.values()) / len(predicted), by_type


def neighbour_agreement(vectors: Vectors, types: Sequence[Collection[str]]) -> float:
    """Share of pictures whose nearest other one has a type in common with them."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = likeness.argmax(1)
    return float(np.mean([bool(set(types[i]) & set(types[j])) for i, j in enumerate(nearest)]))


def predicted_types(
    vectors: Vectors, typer: FigureTyper, among: Collection[str] | None = None
) -> list[str]:
    """The likeliest type of each picture, of all or of those `among`."""
    kept = [i for i, name in enumerate(typer.names) if among is None or name in among]
    logits = typer.temperature * vectors @ typer.vectors[kept].T + typer.bias[kept]
    return [typer.names[kept[i]] for i in logits.argmax(1)]


def main() -> None:
    """The command line."""
    from indexes.clip.data import load_pool
    from indexes.clip.texts import pool_vectors
    from indexes.embedders.figure_clip import ImageTower
    from indexes.embedders.minilm import MiniLM

    parser = argparse.ArgumentParser(prog="python -m indexes.clip.evaluate", description=__doc__)
    parser.add_argument("pool", type=Path)
    parser.add_argument("--model", type=Path, default=WEIGHTS, help="the package's unless told")
    options = parser.parse_args()
    tower, typer = ImageTower(options.model), FigureTyper.load(options.model)
    pool = load_pool(options.pool)
    captions = pool_vectors(options.pool, pool, MiniLM())[:, 0].astype(np.float32)
    vectors = np.concatenate([tower.embed_images(_encoded(pixels)) for pixels in pool.pixels])
    own = [{said.figure_type} for said in pool.said]
    score, by_type = accuracy(predicted_types(vectors, typer), own)
    report = {
        "figures": len(pool),
        "type accuracy": score,
        "by type": {name: right / count for name, (right, count) in sorted(by_type.items())},
        "text to image": recall(captions @ vectors.T),
        "image to text": recall(vectors @ captions.T),
        "nearest figure has the type": neighbour_agreement(vectors, own),
    }
    print(json.dumps(report, indent=1))


def _encoded(pixels: npt.NDArray[np.uint8]) -> list[bytes]:
    """Pictures (n, side, side, 3) as PNG files."""
    files = []
    for one in pixels:
        data = io.BytesIO()
        Image.fromarray(one).save(data, "PNG", compress_level=0)
        files.append(data.getvalue())
    return files


if __name__ == "__main__":
    main()

"""The files of a figure CLIP: a folder that holds an image tower and the types that it tells.

image_tower.onnx         pixels (n, 3, size, size) float32, normalised, to vectors (n, 384), unit
                         rows; for its weights it may refer to a file beside it
image_tower.safetensors  that file, where the package made the folder: float16, the one copy of them
types.npz                names (T,), unit vectors (T, 384) of their prompts, bias (T,) added to the
                         logits
config.json              how pictures are made ready, and how sure a type must be: see Config
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import ConfigError

WEIGHTS = Path(__file__).parent / "weights"  # those that the package brings
IMAGE_TOWER = "image_tower.onnx"
IMAGE_WEIGHTS = "image_tower.safetensors"
TYPES = "types.npz"
CONFIG = "config.json"


@dataclass(frozen=True, slots=True)
class Config:
    """What config.json says."""

    name: str
    size: int  # pixels: pictures are brought to a square of this side
    mean: tuple[float, float, float]  # of red, green and blue, from 0 to 1
    std: tuple[float, float, float]
    digest: str  # of the weights, hexadecimal
    temperature: float  # what cosines are multiplied with before the softmax over types
    margin: float = 0.0  # around a picture, a share of its side
    unsure_below: float = 0.5  # the probability that the best type must have


def is_figure_clip(folder: Path) -> bool:
    """Whether a folder holds a figure CLIP."""
    return (folder / IMAGE_TOWER).is_file()


def read_config(folder: Path) -> Config:
    """The folder's config.json. Raises ConfigError, naming the file, when it is not usable."""
    path = folder / CONFIG
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Config(
            **{name: read(values[name]) for name, read in _READ.items() if name in values}
        )
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{path}: not a figure CLIP's configuration ({error})") from error


def _channels(row: Any) -> tuple[float, float, float]:
    red, green, blue = map(float, row)
    return red, green, blue


_READ: Mapping[str, Callable[[Any], Any]] = {
    "name": str,
    "size": int,
    "mean": _channels,
    "std": _channels,
    "digest": str,
    "temperature": float,
    "margin": float,
    "unsure_below": float,
}

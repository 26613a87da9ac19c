"""Values with a known trend."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

TRENDS: Mapping[str, tuple[float, ...]] = {  # levels from 0 to 1 at evenly spaced places
    "rises": (0.0, 0.33, 0.67, 1.0),
    "rises faster and faster": (0.0, 0.06, 0.25, 1.0),
    "rises and levels off": (0.0, 0.7, 0.95, 1.0),
    "falls": (1.0, 0.67, 0.33, 0.0),
    "falls and levels off": (1.0, 0.3, 0.06, 0.0),
    "rises and then falls": (0.0, 0.8, 1.0, 0.7, 0.05),
    "falls and then rises": (1.0, 0.25, 0.0, 0.3, 0.95),
    "stays flat": (0.5, 0.5, 0.5),
    "goes up and down": (0.2, 0.9, 0.1, 0.85, 0.15, 0.8),
    "drops suddenly": (0.9, 0.95, 0.9, 0.15, 0.1, 0.12),
    "jumps": (0.1, 0.12, 0.1, 0.85, 0.9, 0.88),
}


def trend(random_: random.Random) -> str:
    """A trend's name."""
    return random_.choice(list(TRENDS))


def values(
    random_: random.Random,
    count: int,
    low: float,
    high: float,
    name: str,
    noise: float | None = None,
) -> Values:
    """So many values between `low` and `high` that follow a trend of TRENDS, with some noise."""
    levels = TRENDS[name]
    curve = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(levels)), levels)
    spread = random_.choice([0.0, 0.01, 0.03, 0.06]) if noise is None else noise
    rng = np.random.default_rng(random_.getrandbits(32))
    return low + (high - low) * np.clip(curve + rng.normal(0, spread, count), -0.1, 1.1)


def scattered(random_: random.Random, count: int) -> tuple[Values, Values, str]:
    """Points (count,) and (count,) from 0 to 1, and how they hang together, in words."""
    rng = np.random.default_rng(random_.getrandbits(32))
    x = rng.uniform(0, 1, count) if random_.random() < 0.5 else rng.beta(2, 3, count)
    name, level = random_.choice(
        [
            ("a positive correlation", x),
            ("a negative correlation", 1 - x),
            ("no clear relation", np.full(count, 0.5)),
            ("a curved relation", 4 * (x - 0.5) ** 2),
            ("a falling curve", 1 / (1 + 8 * x)),
            ("separate clusters", rng.integers(0, 3, count) / 2),
        ]
    )
    spread = 0.25 if name == "no clear relation" else random_.choice([0.03, 0.07, 0.12])
    return x, np.clip(level + rng.normal(0, spread, count), -0.3, 1.3), name


def shares(random_: random.Random, count: int) -> Values:
    """So many parts of a whole, (count,), that add to 1; none vanishes."""
    rng = np.random.default_rng(random_.getrandbits(32))
    parts = rng.dirichlet(np.full(count, random_.choice([1.0, 2.0, 6.0]))) + 0.03
    return np.asarray(parts / parts.sum(), np.float64)

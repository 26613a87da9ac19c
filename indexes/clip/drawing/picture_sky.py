"""Sky, hills and trees in continuous tones: what scenes outdoors share."""

from __future__ import annotations

import random

import numpy as np

from .picture_pixels import (
    Colour,
    Generator,
    Pixels,
    blurred,
    clouds,
    ellipse,
    grid,
    paint,
    polygon,
    relief,
    smooth,
    tinted,
)

Scene = tuple[Pixels, str, tuple[str, ...]]


_SKIES: tuple[tuple[Colour, Colour, Colour], ...] = (  # top, horizon, clouds
    ((0.2, 0.42, 0.75), (0.72, 0.84, 0.95), (0.98, 0.98, 1.0)),
    ((0.35, 0.6, 0.88), (0.85, 0.9, 0.95), (1.0, 1.0, 1.0)),
    ((0.62, 0.66, 0.7), (0.85, 0.86, 0.87), (0.95, 0.95, 0.95)),
    ((0.25, 0.25, 0.45), (0.98, 0.65, 0.35), (0.95, 0.5, 0.4)),
    ((0.1, 0.12, 0.25), (0.5, 0.4, 0.5), (0.3, 0.28, 0.35)),
    ((0.5, 0.7, 0.9), (0.96, 0.93, 0.85), (1.0, 0.98, 0.95)),
    ((0.3, 0.33, 0.38), (0.6, 0.62, 0.64), (0.45, 0.47, 0.5)),
)


GREENS: tuple[Colour, ...] = (
    (0.2, 0.32, 0.12), (0.3, 0.42, 0.15), (0.15, 0.26, 0.14), (0.42, 0.42, 0.2),
    (0.5, 0.42, 0.25), (0.55, 0.5, 0.32), (0.35, 0.3, 0.22), (0.24, 0.38, 0.22),
)  # fmt: skip


def sky(random_: random.Random, rng: Generator, height: int, width: int) -> tuple[Pixels, Colour]:
    """A sky over the whole picture, and its colour at the horizon."""
    top, low, cloud = random_.choice(_SKIES)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None] ** random_.uniform(0.6, 1.4)
    pixels = tinted(np.repeat(down, width, axis=1), top, low)
    if random_.random() < 0.75:
        noise = clouds(
            rng, height, width, 0.55, random_.choice([2, 3, 5]), random_.choice([1, 2, 4])
        )
        start = random_.uniform(0.4, 0.7)
        mask = smooth(start, start + random_.uniform(0.15, 0.4), noise)
        shade = 0.75 + 0.25 * relief(blurred(noise, 2), 6, 1.2)
        paint(pixels, mask * random_.uniform(0.5, 1), tinted(shade, (0, 0, 0), cloud))
    return pixels, low


def ridge(rng: Generator, width: int, level: float, span: float, rough: float) -> Pixels:
    """The height of a hill's edge at every column."""
    line = clouds(rng, 8, width, rough, 2)[4]
    return np.asarray(level - span * (line - 0.5) * 2, np.float32)


def below(height: int, edge: Pixels, soft: float = 1.0) -> Pixels:
    """A mask of all that lies under an edge."""
    down = np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(np.clip((down - edge[None, :]) / soft + 0.5, 0, 1), np.float32)


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """A colour between two."""
    r, g, u = (x + (y - x) * share for x, y in zip(a, b, strict=True))
    return r, g, u


def tree(
    random_: random.Random, rng: Generator, pixels: Pixels, x: float, foot: float, size: float
) -> None:
    """A tree with a crown of leaves, or a fir, that stands at (x, foot) and is `size` high."""
    height, width = pixels.shape[:2]
    green = random_.choice(GREENS[:5])
    trunk = [(x - size * 0.03, foot), (x + size * 0.03, foot), (x, foot - size * 0.6)]
    paint(pixels, polygon(height, width, trunk), (0.2, 0.15, 0.1))
    noise = clouds(rng, height, width, 0.75, 10)
    if random_.random() < 0.35:
        outline = [
            (x, foot - size),
            (x + size * 0.2, foot - size * 0.1),
            (x - size * 0.2, foot - size * 0.1),
        ]
        mask = polygon(height, width, outline)
        mask = np.asarray(
            smooth(0.35, 0.5, blurred(mask, size * 0.02) * 0.6 + (noise - 0.3) * 0.6), np.float32
        )
    else:
        reach = ellipse(
            height,
            width,
            x,
            foot - size * 0.65,
            size * random_.uniform(0.28, 0.42),
            size * 0.38,
            size * 0.25,
        )
        mask = smooth(0.5, 0.62, reach * 0.8 + (noise - 0.5) * 0.7)
    across, down = grid(height, width)
    light = np.clip(
        0.6 - (down - foot + size * 0.6) / size * 0.6 - (across - x) / size * 0.5, 0.15, 1.2
    )
    shade = light * (0.45 + 0.9 * clouds(rng, height, width, 0.85, 24))
    paint(
        pixels, mask, np.asarray(shade[..., None] * np.asarray(green, np.float32) * 1.5, np.float32)
    )

"""Photograph-like scenes of many small things."""

from __future__ import annotations

import random

import numpy as np

from .picture_objects import COLOURS
from .picture_pixels import (
    Generator,
    ball,
    clouds,
    ellipse,
    paint,
    relief,
    tinted,
)
from .picture_sky import Scene, mixed


def pile(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Many things over each other: pebbles, leaves, fruit; seen from above."""
    colour = random_.choice(COLOURS)
    pixels = tinted(
        clouds(rng, height, width, 0.7, 6), (0.03, 0.03, 0.02), mixed(colour, (0.3, 0.3, 0.3), 0.5)
    )
    count = random_.randint(40, 110)
    largest = min(height, width) * random_.uniform(0.06, 0.22)
    noise = clouds(rng, height, width, 0.75, 12)
    bump = relief(noise, 5, 0.7)
    spread = random_.uniform(0.05, 0.5)
    for _ in range(count):
        r = max(4.0, largest * float(rng.power(2.0)))
        x, y, flat = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.5, 1)
        x0, x1 = max(0, int(x - 2 * r)), min(width, int(x + 2 * r) + 1)
        y0, y1 = max(0, int(y - 2 * r)), min(height, int(y + 2 * r) + 1)
        if x1 - x0 < 3 or y1 - y0 < 3:
            continue
        part = pixels[y0:y1, x0:x1]
        h, w = part.shape[:2]
        paint(
            part,
            ellipse(h, w, x - x0 + r * 0.2, y - y0 + r * 0.25, r * 1.1, r * flat * 1.1, r * 0.5),
            (0, 0, 0),
            0.6,
        )
        mask, lit = ball(h, w, x - x0, y - y0, r, r * flat, (-0.5, -0.5, 0.7))
        tone = mixed(colour, (rng.random(), rng.random(), rng.random()), spread)
        body = ((0.25 + 0.8 * lit) * (0.5 + bump[y0:y1, x0:x1]))[..., None] * np.asarray(
            tone, np.float32
        )
        paint(part, mask, np.asarray(body, np.float32))
    return pixels, "close-up photograph", ("of many small things",)

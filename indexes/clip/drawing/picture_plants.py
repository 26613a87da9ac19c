"""Photograph-like scenes of plants."""

from __future__ import annotations

import math
import random

import numpy as np

from .picture_pixels import (
    Generator,
    blurred,
    clouds,
    ellipse,
    paint,
    plane,
    polygon,
    smooth,
    strokes,
    tinted,
)
from .picture_sky import GREENS, Scene, mixed


def forest(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Trunks, one behind the other, under leaves."""
    green = random_.choice(GREENS[:4])
    noise = clouds(rng, height, width, 0.8, 6)
    pixels = tinted(
        np.clip(noise * 1.5 - 0.2, 0, 1),
        mixed(green, (0, 0, 0), 0.6),
        mixed(green, (0.9, 1, 0.8), random_.uniform(0.2, 0.7)),
    )
    floor = plane(rng, height, width, height * 0.55, 8, 0.85)
    down = np.arange(height, dtype=np.float32)[:, None]
    ground = tinted(
        floor, (0.08, 0.06, 0.03), random_.choice([(0.5, 0.38, 0.2), (0.35, 0.45, 0.2)])
    )
    paint(pixels, np.repeat(smooth(height * 0.55, height * 0.68, down), width, axis=1), ground)
    count = random_.randint(6, 22)
    bark = clouds(rng, height, width, 0.8, 20)
    for i in range(count):
        near = (i + 1) / count
        thick = width * 0.008 + width * 0.05 * near**2 * random_.uniform(0.5, 1.5)
        x, lean = random_.uniform(0, width), random_.uniform(-0.06, 0.06) * height
        foot = height * (0.6 + 0.38 * near**1.5)
        trunk = polygon(
            height,
            width,
            [
                (x - thick, foot),
                (x + thick, foot),
                (x + lean + thick * 0.7, -5),
                (x + lean - thick * 0.7, -5),
            ],
        )
        across = np.arange(width, dtype=np.float32)[None, :]
        round_ = np.clip(0.9 - 0.5 * np.abs((across - x) / thick + 0.3), 0.1, 1)
        tone = np.asarray(
            mixed((0.28, 0.22, 0.17), mixed(green, (1, 1, 1), 0.5), (1 - near) * 0.7), np.float32
        )
        body = np.asarray((round_ * (0.4 + bark))[..., None] * tone, np.float32)
        paint(pixels, trunk, body)
    high = np.asarray(clouds(rng, height, width, 0.85, 9) - down / height * 0.8 + 0.3, np.float32)
    canopy = smooth(0.5, 0.65, high)
    leaf = tinted(
        clouds(rng, height, width, 0.9, 30),
        mixed(green, (0, 0, 0), 0.7),
        mixed(green, (0.9, 1, 0.4), 0.4),
    )
    paint(pixels, np.asarray(canopy, np.float32), leaf)
    return pixels, "photograph of a forest", ()


def flower(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """A flower close by, before a ground that is out of focus."""
    green = random_.choice(GREENS[:4])
    pixels = blurred(
        tinted(
            clouds(rng, height, width, 0.6, 4),
            mixed(green, (0, 0, 0), 0.6),
            mixed(green, (0.9, 1, 0.5), 0.4),
        ),
        6,
    )
    for _ in range(random_.randint(0, 25)):
        x, y, r = random_.uniform(0, width), random_.uniform(0, height), random_.uniform(5, 22)
        spot = ellipse(height, width, x, y, r, r, 3)
        paint(
            pixels,
            spot,
            mixed(green, (1, 1, 0.9), random_.uniform(0.1, 0.7)),
            random_.uniform(0.1, 0.5),
        )
    hue = random_.choice(
        [
            (0.9, 0.75, 0.1),
            (0.85, 0.2, 0.3),
            (0.95, 0.95, 0.95),
            (0.6, 0.35, 0.8),
            (0.95, 0.55, 0.7),
            (0.9, 0.4, 0.1),
        ]
    )
    for _ in range(random_.choice([1, 1, 2, 4])):
        size = min(height, width) * random_.uniform(0.12, 0.38)
        x, y = random_.uniform(0.25, 0.75) * width, random_.uniform(0.25, 0.65) * height
        stem = strokes(
            height,
            width,
            [[(x, y), (x + size * 0.2, y + size), (x + size * 0.1, height + 9)]],
            max(2, int(size * 0.07)),
        )
        paint(pixels, stem, mixed(green, (0.5, 0.8, 0.3), 0.4))
        petals, turn = random_.randint(5, 18), random_.random()
        fibres = clouds(rng, height, width, 0.8, 16)
        for i in range(petals):
            angle = (i + turn) * 2 * math.pi / petals
            tip, side = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
            broad = size * 2.2 / petals
            outline = [
                (
                    x + tip[0] * size * t + side[0] * broad * s,
                    y + (tip[1] * size * t + side[1] * broad * s) * 0.85,
                )
                for t, s in ((0, 0), (0.5, 0.8), (0.85, 0.7), (1, 0), (0.85, -0.7), (0.5, -0.8))
            ]
            tone = mixed(hue, (0, 0, 0), random_.uniform(0, 0.4))
            paint(
                pixels,
                blurred(polygon(height, width, outline), 0.8),
                tinted(0.6 + 0.5 * fibres, (0, 0, 0), tone),
            )
        centre = ellipse(height, width, x, y, size * 0.22, size * 0.2, 2)
        paint(
            pixels,
            centre,
            tinted(clouds(rng, height, width, 0.9, 60), (0.2, 0.12, 0.02), (0.9, 0.7, 0.15)),
        )
    return pixels, "close-up photograph of a flower", ("with a blurred background",)

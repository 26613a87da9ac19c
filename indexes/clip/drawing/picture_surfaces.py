"""Photograph-like pictures of surfaces close by, and of an animal."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .picture_pixels import (
    Colour,
    Generator,
    Pixels,
    ball,
    blurred,
    clouds,
    ellipse,
    grid,
    normal,
    paint,
    polygon,
    relief,
    smooth,
    strokes,
    tinted,
)
from .picture_sky import Scene, mixed


def texture(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """A surface: stone, grass, wood, fabric, bricks, sand, water, metal."""
    kind = random_.choice(["stone", "grass", "wood", "fabric", "bricks", "sand", "water", "metal"])
    across, down = grid(height, width)
    noise = clouds(rng, height, width, 0.7, 4)
    tone: Colour
    if kind == "stone":
        tone = random_.choice([(0.6, 0.58, 0.55), (0.5, 0.42, 0.35), (0.7, 0.7, 0.72)])
        field = relief(
            clouds(rng, height, width, random_.uniform(0.55, 0.8), 5), random_.uniform(5, 16)
        )
    elif kind == "grass":
        tone = (0.4, 0.55, 0.2)
        mask = np.zeros((height, width), np.float32)
        for level in (0.35, 0.55, 0.8, 1.0):
            blades = []
            for _ in range(280):
                x, y, lean = rng.uniform(0, width), rng.uniform(0, height + 20), rng.normal(0, 7)
                blades.append(
                    [(x, y), (x + lean * 0.4, y - 12), (x + lean, y - rng.uniform(16, 34))]
                )
            stroke = strokes(height, width, blades, 1)
            mask += (level - mask) * stroke
        field = mask * (0.7 + 0.3 * noise)
    elif kind == "wood":
        tone = random_.choice([(0.6, 0.4, 0.22), (0.75, 0.6, 0.4), (0.4, 0.26, 0.16)])
        bend = clouds(rng, height, width, 0.5, 2, 0.4)
        rings = 0.5 + 0.5 * np.sin((down * 0.05 + bend * random_.uniform(8, 30)) * 3)
        field = normal(0.5 * rings.astype(np.float32) + 0.6 * clouds(rng, height, width, 0.8, 4, 8))
    elif kind == "fabric":
        tone = (rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.9))
        step = random_.uniform(0.7, 1.6)
        weave = np.sin(across * step) * np.sin(down * step)
        fold = relief(clouds(rng, height, width, 0.4, 2), 30)
        field = normal(fold + 0.15 * weave.astype(np.float32) + 0.1 * noise)
    elif kind == "bricks":
        tone = random_.choice([(0.62, 0.32, 0.24), (0.7, 0.6, 0.5)])
        row = np.floor(down / 16)
        column = np.floor((across + 16 * (row % 2)) / 32)
        tint = np.mod(np.sin(row * 12.9 + column * 78.2) * 437.5, 1)
        joint = (np.mod(down, 16) < 2) | (np.mod(across + 16 * (row % 2), 32) < 2)
        field = np.where(joint, 0.95, 0.35 + 0.3 * tint).astype(np.float32) * (
            0.6 + 0.5 * relief(noise, 10)
        )
    elif kind == "sand":
        tone = (0.82, 0.7, 0.5)
        wave = np.sin((down + 40 * noise + across * 0.2) * random_.uniform(0.15, 0.5))
        field = normal(
            relief(np.asarray(wave + noise, np.float32), 0.6)
            + 0.2 * rng.random((height, width), np.float32)
        )
    elif kind == "water":
        tone = (0.3, 0.5, 0.58)
        field = normal(1 - np.abs(clouds(rng, height, width, 0.55, 6, 3) - 0.5) * 2) ** 3
    else:
        tone = (0.7, 0.7, 0.72)
        lines = np.repeat(rng.random((height, 1), np.float32), width, axis=1) * 0.5
        field = normal(np.asarray(lines + noise + across / width, np.float32))
    pixels = tinted(
        np.asarray(field, np.float32), mixed(tone, (0, 0, 0), 0.75), mixed(tone, (1, 1, 1), 0.25)
    )
    return pixels, f"close-up photograph of {kind}", ()


@dataclass(frozen=True, slots=True, eq=False)
class _Coat:
    """Fur, painted over the parts of an animal."""

    pixels: Pixels
    colour: Colour
    hair: Pixels  # (height, width)
    light: float

    def over(self, mask: Pixels, lit: Pixels, dim: float) -> None:
        """Over a part, whose rim it makes rough."""
        rough = smooth(0.3, 0.6, blurred(mask, 2) + 0.35 * (self.hair - 0.5))
        shade = np.asarray(lit, np.float32) * (0.45 + 0.9 * self.hair) * dim * self.light
        tone = shade[..., None] * np.asarray(self.colour, np.float32)
        paint(self.pixels, rough, np.asarray(tone, np.float32))

    def flat(self, corners: Sequence[tuple[float, float]], dim: float) -> None:
        """Over a part with straight edges, evenly lit."""
        height, width = self.hair.shape
        mask = polygon(height, width, corners)
        self.over(mask, np.ones((height, width), np.float32), dim)


def beast(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """An animal with fur before a ground out of focus."""
    green = random_.choice(
        [(0.35, 0.42, 0.2), (0.6, 0.52, 0.35), (0.4, 0.42, 0.45), (0.75, 0.75, 0.72)]
    )
    pixels = blurred(
        tinted(
            clouds(rng, height, width, 0.6, 4),
            mixed(green, (0, 0, 0), 0.5),
            mixed(green, (1, 1, 0.8), 0.3),
        ),
        5,
    )
    fur = random_.choice(
        [
            (0.5, 0.35, 0.2),
            (0.25, 0.2, 0.17),
            (0.8, 0.75, 0.68),
            (0.6, 0.55, 0.5),
            (0.7, 0.45, 0.22),
        ]
    )
    x, foot, s = (
        width * random_.uniform(0.4, 0.6),
        height * random_.uniform(0.85, 1.0),
        min(height, width) * random_.uniform(0.55, 0.85),
    )
    side = random_.choice([-1, 1])
    hair = clouds(rng, height, width, 0.9, 24, random_.choice([0.5, 1, 2]))
    coat = _Coat(pixels, fur, hair, random_.uniform(0.6, 1.2))
    for at in (-0.3, -0.2, 0.22, 0.32):
        hip, knee = (x + at * s - s * 0.04, foot - s * 0.4), (x + at * s + s * 0.05, foot - s * 0.4)
        coat.flat([hip, knee, (x + at * s + s * 0.03, foot), (x + at * s - s * 0.03, foot)], 0.7)
    mask, lit = ball(height, width, x, foot - s * 0.45, s * 0.42, s * 0.2, (0.3, -0.7, 0.6))
    coat.over(mask, 0.35 + 0.75 * lit, 1)
    hx, hy = x + side * s * 0.4, foot - s * random_.uniform(0.6, 0.8)
    neck = [
        (x + side * s * 0.2, foot - s * 0.6),
        (hx - side * s * 0.05, hy - s * 0.06),
        (hx + side * s * 0.05, hy + s * 0.1),
        (x + side * s * 0.38, foot - s * 0.35),
    ]
    coat.flat(neck, 0.85)
    _head(coat, hx, hy, s, side)
    return pixels, "photograph of an animal", ("with a blurred background",)


def _head(coat: _Coat, hx: float, hy: float, s: float, side: int) -> None:
    """Ears, skull, muzzle, eye and nose, around (hx, hy)."""
    height, width = coat.hair.shape
    for ear in (-1, 1):
        foot, inner = (hx + ear * s * 0.09, hy - s * 0.05), (hx + ear * s * 0.02, hy - s * 0.1)
        coat.flat([foot, (hx + ear * s * 0.1, hy - s * 0.22), inner], 0.8)
    mask, lit = ball(height, width, hx, hy, s * 0.14, s * 0.13, (0.2, -0.6, 0.7))
    coat.over(mask, 0.4 + 0.7 * lit, 1.05)
    mask, lit = ball(
        height, width, hx + side * s * 0.1, hy + s * 0.05, s * 0.1, s * 0.065, (0.2, -0.6, 0.7)
    )
    coat.over(mask, 0.4 + 0.7 * lit, 1)
    for spot, r in (
        ((hx + side * s * 0.03, hy - s * 0.03), 0.02),
        ((hx + side * s * 0.18, hy + s * 0.03), 0.025),
    ):
        eye = ellipse(height, width, *spot, s * r, s * r, 1.5)
        paint(coat.pixels, eye, (0.03, 0.02, 0.02))

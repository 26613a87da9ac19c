"""Photograph-like pictures that instruments take."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

import numpy as np

from .map_land import edges, regions
from .picture_pixels import (
    Generator,
    Pixels,
    ball,
    blurred,
    clouds,
    ellipse,
    grid,
    paint,
    relief,
    smooth,
    strokes,
    tinted,
)
from .picture_sky import Scene


def micrograph(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """What a microscope shows: stained tissue, glowing cells, grains, surfaces in grey."""
    kind = random_.choice(["tissue", "fluorescence", "grains", "electron", "spheres"])
    if kind == "tissue":
        pixels = tinted(clouds(rng, height, width, 0.7, 8), (0.75, 0.4, 0.62), (0.98, 0.86, 0.92))
        gaps = smooth(0.66, 0.7, clouds(rng, height, width, 0.5, 5))
        paint(pixels, gaps, (0.96, 0.94, 0.95))
        mask = np.zeros((height, width), np.float32)
        for _ in range(random_.randint(40, 110)):
            x, y, r = int(rng.uniform(0, width)), int(rng.uniform(0, height)), rng.uniform(2.5, 6)
            part = mask[max(0, y - 12) : y + 12, max(0, x - 12) : x + 12]
            h, w = part.shape
            np.maximum(
                part,
                ellipse(h, w, min(x, 12), min(y, 12), r, r * rng.uniform(0.6, 1.2), 2),
                out=part,
            )
        paint(
            pixels,
            mask * (1 - gaps),
            tinted(clouds(rng, height, width, 0.9, 40), (0.2, 0.08, 0.35), (0.5, 0.3, 0.65)),
        )
        return pixels, "light micrograph", ("of stained tissue",)
    if kind == "fluorescence":
        pixels = np.zeros((height, width, 3), np.float32) + 0.02
        hue = random_.choice([(0.1, 1, 0.2), (1, 0.15, 0.1), (0.2, 0.5, 1), (1, 0.2, 0.9)])
        for _ in range(random_.randint(5, 22)):
            left, top, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(10, 34)
            body = ellipse(height, width, left, top, r, r * rng.uniform(0.5, 1), r * 0.8)
            pixels += (body * clouds(rng, height, width, 0.8, 14) * 0.9)[..., None] * np.asarray(
                hue, np.float32
            )
            core = ellipse(height, width, left, top, r * 0.35, r * 0.3, 4)
            pixels += core[..., None] * np.asarray((0.15, 0.3, 0.95), np.float32)
        return pixels, "fluorescence micrograph", ("of cells on black",)
    if kind == "grains":
        labels = regions(random_, rng, height, width, random_.randint(30, 70))
        tones = rng.uniform(0.3, 0.9, 80).astype(np.float32)
        field = tones[labels] * (0.85 + 0.3 * clouds(rng, height, width, 0.8, 8))
        field[edges(labels)] *= 0.3
        return (
            tinted(
                np.asarray(field, np.float32), (0, 0, 0), random_.choice([(1, 1, 1), (1, 0.9, 0.7)])
            ),
            "micrograph of grains",
            (),
        )
    grey = np.zeros((height, width, 3), np.float32) + 0.12
    if kind == "electron":
        surface = clouds(rng, height, width, random_.uniform(0.6, 0.85), random_.choice([4, 8, 14]))
        field = relief(surface, 9, 1.5) * 0.7 + 0.3 * surface
        grey = tinted(np.asarray(field, np.float32), (0.02, 0.02, 0.02), (1, 1, 1))
    else:
        for _ in range(random_.randint(20, 60)):
            r = rng.uniform(8, 26)
            mask, lit = ball(
                height, width, rng.uniform(0, width), rng.uniform(0, height), r, r, (0, 0, 1)
            )
            shade = np.asarray(0.95 - 0.55 * lit**0.7, np.float32)  # edges shine under electrons
            paint(grey, mask, shade)
    bar = height - round(height * 0.1)
    if random_.random() < 0.6:
        grey[bar:] = 0.02
        grey[bar + 6 : bar + 9, round(width * 0.7) : round(width * 0.9)] = 1
        return grey, "electron micrograph", ("with a scale bar",)
    return grey, "electron micrograph", ()


def xray(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """A chest, a hand, a slice through a body, or an ultrasound fan."""
    kind = random_.choice(list(_SCANS))
    noise = clouds(rng, height, width, 0.6, 5)
    name, scan = _SCANS[kind]
    field = scan(random_, rng, noise)
    pixels = np.repeat((field * (0.85 + 0.3 * noise))[..., None], 3, axis=2)
    return np.asarray(pixels, np.float32), name, ()


def _chest(random_: random.Random, rng: Generator, noise: Pixels) -> Pixels:
    height, width = noise.shape
    x, y, s = width / 2, height / 2, min(height, width)
    field = np.full((height, width), 0.03, np.float32)
    field += 0.6 * ellipse(height, width, x, y + s * 0.1, s * 0.5, s * 0.6, s * 0.2)
    for side in (-1, 1):
        lung = x + side * s * 0.2
        field -= 0.58 * ellipse(height, width, lung, y, s * 0.15, s * 0.32, s * 0.1)
        for i in range(8):
            top = y - s * 0.33 + i * s * 0.085
            rib = [
                (
                    x + side * s * (0.03 + 0.36 * t),
                    top + s * 0.14 * (t * t) - s * 0.05 * math.sin(3 * t),
                )
                for t in np.linspace(0, 1, 12)
            ]
            field += 0.13 * blurred(strokes(height, width, [rib], max(2, round(s * 0.02))), 1.2)
    heart = (x + s * 0.07, y + s * 0.13)
    field += 0.25 * ellipse(height, width, *heart, s * 0.15, s * 0.17, s * 0.08)
    field += 0.22 * ellipse(height, width, x, y, s * 0.035, s * 0.5, s * 0.03)
    return field


def _hand(random_: random.Random, rng: Generator, noise: Pixels) -> Pixels:
    height, width = noise.shape
    x, y, s = width / 2, height / 2, min(height, width)
    field = np.full((height, width), 0.03, np.float32)
    for finger in range(5):
        tilt = (finger - 2) * 0.22
        at = (x + s * 0.04 * (finger - 2), y + s * 0.3)
        for joint in range(4):
            reach = s * (0.16, 0.16, 0.12, 0.09)[joint] * (0.75 if finger == 0 else 1)
            to = (at[0] + reach * math.sin(tilt), at[1] - reach * math.cos(tilt))
            flesh = strokes(height, width, [[at, to]], round(s * 0.085))
            end = (at[0] * 0.08 + to[0] * 0.92, at[1] * 0.08 + to[1] * 0.92)
            bone = strokes(height, width, [[at, end]], round(s * 0.035))
            field = np.maximum(field, 0.3 * blurred(flesh, 3))
            field = np.maximum(field, 0.8 * blurred(bone, 1.5))
            at = to
    palm = ellipse(height, width, x, y + s * 0.3, s * 0.2, s * 0.2, 8)
    return np.asarray(np.maximum(field, 0.33 * palm), np.float32)


def _slice(random_: random.Random, rng: Generator, noise: Pixels) -> Pixels:
    height, width = noise.shape
    x, y, s = width / 2, height / 2, min(height, width)
    field = np.full((height, width), 0.03, np.float32)
    field += 0.75 * ellipse(height, width, x, y, s * 0.46, s * 0.38, 3)
    field -= 0.4 * ellipse(height, width, x, y, s * 0.43, s * 0.35, 3)
    for _ in range(random_.randint(5, 14)):
        turn, far = rng.uniform(0, 2 * math.pi), rng.uniform(0.03, 0.28) * s
        r = rng.uniform(0.03, 0.13) * s
        level = rng.choice([-0.2, 0.15, 0.25])
        place = (x + far * math.cos(turn), y + 0.8 * far * math.sin(turn))
        field += level * ellipse(height, width, *place, r, r * rng.uniform(0.6, 1), 3)
    return field


def _ultrasound(random_: random.Random, rng: Generator, noise: Pixels) -> Pixels:
    height, width = noise.shape
    x, y, s = width / 2, height / 2, min(height, width)
    across, down = grid(height, width)
    turn, reach = np.arctan2(across - x, down + s * 0.1), np.hypot(across - x, down + s * 0.1)
    fan = ((np.abs(turn) < 0.7) & (reach > s * 0.15) & (reach < s * 1.0)).astype(np.float32)
    speckle = rng.rayleigh(0.4, (height, width)).astype(np.float32)
    field = fan * blurred(speckle, 0.8) * (0.15 + noise)
    hollow = ellipse(height, width, x, y, s * 0.18, s * 0.13, s * 0.05)
    return np.asarray(field * (1 - 0.85 * hollow), np.float32)


_SCANS: Mapping[str, tuple[str, Callable[[random.Random, Generator, Pixels], Pixels]]] = {
    "chest": ("X-ray of a chest", _chest),
    "hand": ("X-ray of a hand", _hand),
    "slice": ("CT scan", _slice),
    "ultrasound": ("ultrasound image", _ultrasound),
}


def heavens(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Stars with a galaxy, a nebula or a planet."""
    kind = random_.choice(["galaxy", "nebula", "planet", "stars"])
    pixels = np.zeros((height, width, 3), np.float32) + 0.015
    stars = np.zeros((height, width), np.float32)
    count = random_.randint(80, 500)
    stars[rng.integers(0, height, count), rng.integers(0, width, count)] = rng.power(0.5, count)
    pixels += (stars + 3 * blurred(stars, 0.9))[..., None] * np.asarray((1, 0.96, 0.92), np.float32)
    across, down = grid(height, width)
    x, y, s = (
        width * random_.uniform(0.35, 0.65),
        height * random_.uniform(0.35, 0.65),
        min(height, width),
    )
    noise = clouds(rng, height, width, 0.65, 4)
    if kind == "galaxy":
        tilt, flat = random_.uniform(0, math.pi), random_.uniform(0.25, 0.9)
        u = (across - x) * math.cos(tilt) + (down - y) * math.sin(tilt)
        v = (-(across - x) * math.sin(tilt) + (down - y) * math.cos(tilt)) / flat
        reach = np.hypot(u, v) / s
        arms = 0.5 + 0.5 * np.cos(2 * np.arctan2(v, u) - 9 * np.log(reach + 0.03))
        glow = np.exp(-reach * 7) * (0.25 + arms * (0.4 + noise)) + np.exp(-((reach / 0.05) ** 2))
        pixels += np.asarray(glow, np.float32)[..., None] * np.asarray(
            random_.choice([(1, 0.85, 0.7), (0.7, 0.8, 1)]), np.float32
        )
    elif kind == "nebula":
        for _ in range(3):
            hue = np.asarray(
                [random_.uniform(0.1, 1), random_.uniform(0.1, 0.6), random_.uniform(0.2, 1)],
                np.float32,
            )
            pixels += (
                (smooth(0.45, 0.95, clouds(rng, height, width, 0.6, 3)) * noise)[..., None]
                * hue
                * 1.2
            )
    elif kind == "planet":
        r = s * random_.uniform(0.25, 0.45)
        mask, lit = ball(height, width, x, y, r, r, (random_.choice([-0.7, 0.7]), -0.2, 0.5))
        bands = random_.random() < 0.5
        skin = (
            clouds(rng, height, width, 0.6, 3, 8)
            if bands
            else relief(clouds(rng, height, width, 0.75, 8), 9)
        )
        tone = random_.choice(
            [(0.85, 0.7, 0.5), (0.75, 0.75, 0.75), (0.8, 0.45, 0.3), (0.4, 0.6, 0.85)]
        )
        paint(
            pixels,
            mask,
            np.asarray(
                (lit * (0.4 + 0.8 * skin))[..., None] * np.asarray(tone, np.float32), np.float32
            ),
        )
    names = {
        "galaxy": "photograph of a galaxy",
        "nebula": "photograph of a nebula",
        "planet": "photograph of a planet",
        "stars": "photograph of the night sky",
    }
    return pixels, names[kind], ()

"""Photograph-like scenes of land, water and sky."""

from __future__ import annotations

import random

import cv2
import numpy as np

from .picture_pixels import (
    Generator,
    Pixels,
    blurred,
    clouds,
    ellipse,
    grid,
    paint,
    plane,
    polygon,
    relief,
    smooth,
    tinted,
)
from .picture_sky import GREENS, Scene, below, mixed, ridge, sky, tree


def landscape(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Hills or mountains, with or without water, trees, fog."""
    pixels, haze = sky(random_, rng, height, width)
    horizon = height * random_.uniform(0.3, 0.65)
    mountains = random_.random() < 0.5
    kind = "landscape photograph"
    details: list[str] = []
    layers = random_.randint(1, 4)
    if random_.random() < 0.3:
        spot = ellipse(
            height, width, random_.uniform(0, width), horizon * random_.uniform(0.2, 1), 12, 12, 3
        )
        paint(pixels, np.clip(spot + blurred(spot, 25) * 5, 0, 1), (1.0, 0.95, 0.8))
    for i in range(layers):
        far = 1 - (i + 1) / (layers + 0.5)
        span = height * (random_.uniform(0.1, 0.22) if mountains else random_.uniform(0.02, 0.08))
        level = horizon - span * far * 0.6 + i * height * 0.03
        edge = ridge(rng, width, level, span, 0.55 if mountains else 0.35)
        mask = below(height, edge)
        noise = clouds(rng, height, width, 0.65, 6)
        colour = random_.choice(GREENS)
        if mountains and i < 2:
            colour = random_.choice([(0.4, 0.38, 0.36), (0.35, 0.38, 0.45), (0.5, 0.42, 0.35)])
        bump = relief(noise, random_.uniform(4, 14), random_.uniform(-1, 2))
        body = tinted(bump, mixed(colour, (0, 0, 0), 0.6), mixed(colour, (1, 1, 1), 0.25))
        if mountains and i < 2 and random_.random() < 0.6:
            tops = smooth(
                0.0,
                0.1,
                (level + span * 0.2 - np.arange(height, dtype=np.float32)[:, None]) / height
                + (noise - 0.5) * 0.3,
            )
            paint(body, tops, tinted(bump, (0.55, 0.6, 0.7), (1, 1, 1)))
            details = ["with snow on mountains"]
        body += (np.asarray(haze, np.float32) - body) * np.float32(far * random_.uniform(0.5, 0.9))
        paint(pixels, mask, body)
    if mountains:
        kind = "photograph of mountains"
    foot = horizon + height * random_.uniform(0.05, 0.2)
    wet = random_.random() < 0.4
    if wet:
        _water(random_, rng, pixels, foot)
        details.append("with water in front")
        kind = "photograph of a lake" if mountains else "landscape photograph"
    else:
        _meadow(random_, rng, pixels, foot)
    for _ in range(0 if wet else random_.choice([0, 0, 1, 2, 4])):
        tree(
            random_,
            rng,
            pixels,
            random_.uniform(0, width),
            foot + random_.uniform(0, 0.3) * height,
            height * random_.uniform(0.15, 0.6),
        )
    if random_.random() < 0.2:
        down = np.arange(height, dtype=np.float32)[:, None]
        fog = np.exp(-(((down - foot) / (0.15 * height)) ** 2)) * clouds(
            rng, height, width, 0.4, 2, 3
        )
        paint(pixels, np.asarray(fog, np.float32), haze)
        details.append("in fog")
    return pixels, kind, tuple(details)


def _meadow(random_: random.Random, rng: Generator, pixels: Pixels, foot: float) -> None:
    height, width = pixels.shape[:2]
    colour = random_.choice(GREENS)
    noise = plane(rng, height, width, foot - 6, random_.uniform(3, 12), 0.8)
    fine = rng.random((height, width), np.float32)
    shade = np.clip(0.2 + 0.65 * noise + 0.25 * fine, 0, 1)
    body = tinted(shade, mixed(colour, (0, 0, 0), 0.7), mixed(colour, (0.9, 0.9, 0.6), 0.35))
    paint(pixels, below(height, ridge(rng, width, foot, height * 0.01, 0.5), 2), body)
    if random_.random() < 0.3:  # a road or a path
        x, spread = width * random_.uniform(0.3, 0.7), width * random_.uniform(0.1, 0.4)
        road = polygon(
            height,
            width,
            [(x - 2, foot), (x + 2, foot), (x + spread, height), (x - spread, height)],
        )
        grey = random_.uniform(0.3, 0.7)
        paint(pixels, road, tinted(0.6 + 0.4 * noise, (0, 0, 0), (grey, grey * 0.97, grey * 0.92)))


def _water(random_: random.Random, rng: Generator, pixels: Pixels, foot: float) -> None:
    height, width = pixels.shape[:2]
    line = int(min(foot, height - 8))
    across, down = grid(height, width)
    ripple = plane(rng, height, width, foot - 4, 10, 0.6) - 0.5
    swing = ripple * (down - line) * random_.uniform(0.1, 0.6)
    mirror = cv2.remap(
        pixels,
        np.asarray(across + 0.3 * swing, np.float32),
        np.asarray(np.clip(2 * line - down + swing, 0, line), np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    body = np.asarray(mirror, np.float32) * np.float32(random_.uniform(0.6, 0.9))
    body += (ripple * 0.25)[..., None]
    body += (np.asarray([0.1, 0.25, 0.35], np.float32) - body) * np.float32(
        random_.uniform(0.1, 0.5)
    )
    paint(pixels, np.repeat((down >= line).astype(np.float32), width, axis=1), body)


def seaside(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Sea, sky, and sometimes a beach with waves, or a ship."""
    pixels, haze = sky(random_, rng, height, width)
    horizon = height * random_.uniform(0.3, 0.6)
    colour = random_.choice(
        [(0.1, 0.3, 0.42), (0.15, 0.42, 0.5), (0.3, 0.38, 0.42), (0.12, 0.2, 0.3)]
    )
    waves = plane(rng, height, width, horizon - 3, random_.uniform(4, 14), 0.75)
    body = tinted(
        np.clip(0.1 + waves, 0, 1.2), mixed(colour, (0, 0, 0), 0.4), mixed(colour, haze, 0.6)
    )
    across, down = grid(height, width)
    paint(pixels, np.repeat(smooth(horizon - 1, horizon + 1, down), width, axis=1), body)
    details: list[str] = []
    if random_.random() < 0.5:
        slope = random_.uniform(-0.5, 0.5)
        level = height * random_.uniform(0.65, 0.85)
        edge = ridge(rng, width, level, height * 0.03, 0.4) + slope * (across[0] - width / 2) * 0.6
        sand = tinted(
            0.7 + 0.3 * plane(rng, height, width, horizon, 8, 0.9),
            (0.1, 0.1, 0.1),
            (0.82, 0.73, 0.58),
        )
        foam = np.exp(-(((down - edge[None, :] + 5) / 5) ** 2)) * smooth(
            0.3, 0.6, clouds(rng, height, width, 0.7, 12)
        )
        paint(pixels, below(height, edge, 8), sand)
        paint(pixels, np.asarray(foam, np.float32), (0.97, 0.97, 0.97))
        details.append("with a beach")
    if random_.random() < 0.4:
        x, size = random_.uniform(0.2, 0.8) * width, random_.uniform(0.1, 0.35) * width
        hull = [
            (x - size / 2, horizon - size * 0.05),
            (x + size / 2, horizon - size * 0.07),
            (x + size * 0.42, horizon + size * 0.07),
            (x - size * 0.44, horizon + size * 0.07),
        ]
        paint(
            pixels,
            polygon(height, width, hull),
            random_.choice([(0.15, 0.15, 0.2), (0.6, 0.15, 0.1), (0.9, 0.9, 0.9)]),
        )
        up = [
            (x - size * 0.2, horizon - size * 0.05),
            (x - size * 0.2, horizon - size * 0.2),
            (x + size * 0.2, horizon - size * 0.2),
            (x + size * 0.2, horizon - size * 0.05),
        ]
        if random_.random() < 0.4:
            up = [
                (x - size * 0.05, horizon - size * 0.05),
                (x, horizon - size * 0.9),
                (x + size * 0.4, horizon - size * 0.05),
            ]
        paint(pixels, polygon(height, width, up), (0.88, 0.88, 0.86))
        details.append("with a ship")
    return pixels, "photograph of the sea", tuple(details)

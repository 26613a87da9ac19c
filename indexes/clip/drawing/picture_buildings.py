"""Photograph-like scenes of towns: fronts, skylines, streets."""

from __future__ import annotations

import random

import numpy as np

from .picture_pixels import (
    Colour,
    Generator,
    Pixels,
    clouds,
    ellipse,
    grid,
    paint,
    plane,
    polygon,
    resized,
    smooth,
    tinted,
    warped,
)
from .picture_sky import Scene, below, mixed, ridge, sky, tree

_WALLS: tuple[Colour, ...] = (
    (0.6, 0.35, 0.28), (0.8, 0.75, 0.65), (0.55, 0.57, 0.6), (0.85, 0.83, 0.8), (0.45, 0.4, 0.38),
    (0.7, 0.6, 0.4), (0.3, 0.38, 0.45), (0.75, 0.7, 0.72),
)  # fmt: skip


def front(
    random_: random.Random, rng: Generator, rows: int, columns: int, night: bool = False
) -> Pixels:
    """The flat front of a building with windows in a grid."""
    cell = 16
    height, width = rows * cell, columns * cell
    wall = random_.choice(_WALLS)
    pixels = tinted(
        clouds(rng, height, width, 0.75, 4),
        mixed(wall, (0, 0, 0), 0.35),
        mixed(wall, (1, 1, 1), 0.1),
    )
    if random_.random() < 0.3:
        pixels[::3] *= 0.88
    tall, wide = random_.randint(6, 13), random_.randint(5, 13)
    up, left = (cell - tall) // 2, (cell - wide) // 2
    glass = rng.uniform(0.08, 0.35, (rows, columns)).astype(np.float32)
    lit = rng.random((rows, columns)) < (0.4 if night else 0.04)
    for i in range(rows):
        for j in range(columns):
            box = pixels[
                i * cell + up : i * cell + up + tall, j * cell + left : j * cell + left + wide
            ]
            box[:] = (
                (0.95, 0.8, 0.5)
                if lit[i, j]
                else (glass[i, j], glass[i, j] * 1.08, glass[i, j] * 1.2)
            )
            box[:1] *= 0.5
            if not lit[i, j] and random_.random() < 0.3:
                box[: tall // 2] += 0.3
    if random_.random() < 0.3:
        pixels[(up + tall) :: cell] = mixed(wall, (1, 1, 1), 0.4)
    return np.asarray(
        pixels * (0.25 if night else 1.0)
        + (lit.repeat(cell, 0).repeat(cell, 1)[..., None] * 0.3 * (pixels > 0.7) if night else 0),
        np.float32,
    )


def building(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """One building from the ground, seen at an angle."""
    pixels, _ = sky(random_, rng, height, width)
    level = height * random_.uniform(0.75, 0.9)
    edge = width * random_.uniform(0.3, 0.7)
    top, drop = height * random_.uniform(0.02, 0.25), height * random_.uniform(0.05, 0.3)
    far_left, far_right = width * random_.uniform(-0.1, 0.2), width * random_.uniform(0.8, 1.1)
    rows = random_.randint(3, 14)
    one, two = (
        front(random_, rng, rows, random_.randint(3, 10)),
        front(random_, rng, rows, random_.randint(3, 10)),
    )
    if random_.random() < 0.75:
        two = one
    seen, mask = warped(
        one,
        [(far_left, top + drop), (edge, top), (edge, level), (far_left, level - drop * 0.2)],
        height,
        width,
    )
    paint(pixels, mask, seen * np.float32(random_.uniform(0.8, 1.1)))
    seen, mask = warped(
        two,
        [(edge, top), (far_right, top + drop), (far_right, level - drop * 0.2), (edge, level)],
        height,
        width,
    )
    paint(pixels, mask, seen * np.float32(random_.uniform(0.4, 0.75)))
    noise = plane(rng, height, width, level - height * 0.2, 6)
    ground = random_.choice([(0.5, 0.5, 0.5), (0.3, 0.42, 0.18), (0.65, 0.6, 0.52)])
    _, down = grid(height, width)
    paint(
        pixels,
        np.repeat(smooth(level - 3, level, down), width, axis=1),
        tinted(noise, mixed(ground, (0, 0, 0), 0.5), ground),
    )
    for _ in range(random_.choice([0, 1, 3])):
        tree(
            random_,
            rng,
            pixels,
            random_.uniform(0, width),
            level + random_.uniform(0, 12),
            height * random_.uniform(0.2, 0.45),
        )
    return pixels, "photograph of a building", ()


def skyline(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Towers of a town, by day or at night."""
    pixels, haze = sky(random_, rng, height, width)
    night = random_.random() < 0.25
    if night:
        pixels *= 0.18
        haze = mixed(haze, (0, 0, 0), 0.8)
    level = height * random_.uniform(0.65, 0.95)
    layers = random_.randint(2, 4)
    for layer in range(layers):
        far = 1 - (layer + 1) / layers
        for _ in range(random_.randint(5, 11)):
            x, wide = rng.uniform(-20, width), width * rng.uniform(0.04, 0.13)
            tall = height * rng.uniform(0.1, 0.55) * (0.5 + 0.5 * far)
            wall = front(random_, rng, max(2, int(tall / 9)), max(2, int(wide / 8)), night)
            x0, x1, y0, y1 = (
                max(0, int(x)),
                min(width, int(x + wide)),
                max(0, int(level - tall)),
                int(level),
            )
            if x1 - x0 < 3 or y1 - y0 < 3:
                continue
            body = (
                resized(wall, y1 - y0, x1 - x0)
                * np.linspace(1.05, 0.7, x1 - x0, dtype=np.float32)[None, :, None]
            )
            pixels[y0:y1, x0:x1] = body + (np.asarray(haze, np.float32) - body) * np.float32(
                far * 0.6
            )
    noise = plane(rng, height, width, level - 5, 6)
    low = random_.choice([(0.2, 0.3, 0.38), (0.3, 0.3, 0.3), (0.25, 0.35, 0.15)])
    body = tinted(noise, mixed(low, (0, 0, 0), 0.5), mixed(low, haze, 0.4)) * np.float32(
        0.35 if night else 1
    )
    paint(pixels, below(height, ridge(rng, width, level, 1, 0.3)), body)
    return pixels, "photograph of a city skyline", (("at night",) if night else ())


def street(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """A street that runs away from us between houses, with cars and people."""
    pixels, haze = sky(random_, rng, height, width)
    x, y = width * random_.uniform(0.35, 0.65), height * random_.uniform(0.45, 0.6)
    noise = plane(rng, height, width, y, 6)
    across, down = grid(height, width)
    paint(
        pixels,
        np.repeat(smooth(y, y + 2, down), width, axis=1),
        tinted(noise, (0.2, 0.2, 0.2), (0.55, 0.54, 0.53)),
    )
    for side in (-1, 1):
        outer, parts = (-60.0 if side < 0 else width + 60.0), random_.randint(2, 4)
        for i in range(parts):
            a, b = 1 - 0.9 * (i / parts) ** 0.6, 1 - 0.9 * ((i + 1) / parts) ** 0.6
            near, far = x + (outer - x) * a, x + (outer - x) * b
            roof = random_.uniform(0.5, 1.1) * height
            wall = front(random_, rng, random_.randint(3, 6), random_.randint(3, 6))
            corners = [
                (near, y - roof * a),
                (far, y - roof * b),
                (far, y + height * 0.35 * b),
                (near, y + height * 0.35 * a),
            ]
            if side > 0:
                corners = [corners[1], corners[0], corners[3], corners[2]]
            seen, mask = warped(wall, corners, height, width)
            body = seen * np.float32(0.9 if side > 0 else 0.6)
            body += (np.asarray(haze, np.float32) - body) * np.float32(0.5 * (1 - b))
            paint(pixels, mask, body)
    line = [(x - 1, y + 2), (x + 1, y + 2), (x + width * 0.02, height), (x - width * 0.02, height)]
    dashes = (np.sin(600 / np.maximum(down - y, 1)) > 0).astype(np.float32) + 0 * across
    paint(pixels, polygon(height, width, line) * dashes, (0.85, 0.85, 0.8))
    for depth in sorted(random_.uniform(0.05, 0.8) for _ in range(random_.randint(1, 8))):
        foot, spot = (
            y + depth * (height - y),
            x + random_.uniform(-1.1, 1.1) * width * 0.5 * (0.1 + depth),
        )
        (_car if random_.random() < 0.6 else _walker)(
            random_, pixels, spot, foot, height * 0.35 * (0.1 + depth)
        )
    return pixels, "photograph of a street", ()


def _car(random_: random.Random, pixels: Pixels, x: float, foot: float, s: float) -> None:
    height, width = pixels.shape[:2]
    colour = random_.choice(
        [(0.7, 0.1, 0.1), (0.85, 0.85, 0.86), (0.1, 0.1, 0.12), (0.2, 0.3, 0.55), (0.5, 0.5, 0.52)]
    )

    def oval(across: float, up: float, rx: float, ry: float, soft: float) -> Pixels:
        return ellipse(height, width, x + across * s, foot - up * s, s * rx, s * ry, soft)

    def outline(*half: tuple[float, float]) -> Pixels:
        """From the left side's corners, from below, (away from the middle, up), in units of s."""
        left = [(x - s * away, foot - s * up) for away, up in half]
        right = [(x + s * away, foot - s * up) for away, up in reversed(half)]
        return polygon(height, width, [*left, *right])

    paint(pixels, oval(0, 0, 0.75, 0.12, s * 0.15), (0.02, 0.02, 0.02), 0.7)
    down = np.broadcast_to(grid(height, width)[1], (height, width))
    shade = np.clip(1.25 - (down - foot + s * 0.7) / (s * 0.8), 0.3, 1.3)
    body = np.asarray(shade[..., None] * np.asarray(colour, np.float32), np.float32)
    paint(pixels, outline((0.7, 0.1), (0.68, 0.4), (0.42, 0.45), (0.3, 0.72)), body)
    paint(pixels, outline((0.36, 0.46), (0.26, 0.67)), (0.15, 0.2, 0.25))
    for side in (-1, 1):
        paint(pixels, oval(side * 0.45, 0.08, 0.13, 0.14, 1.5), (0.05, 0.05, 0.05))
        paint(pixels, oval(side * 0.58, 0.3, 0.07, 0.05, 1.5), (0.95, 0.9, 0.75))


def _walker(random_: random.Random, pixels: Pixels, x: float, foot: float, s: float) -> None:
    height, width = pixels.shape[:2]
    tone = (random_.uniform(0.05, 0.7), random_.uniform(0.05, 0.5), random_.uniform(0.05, 0.6))
    paint(pixels, ellipse(height, width, x, foot, s * 0.2, s * 0.05, 3), (0, 0, 0), 0.5)
    for side in (-1, 1):
        paint(
            pixels,
            polygon(
                height,
                width,
                [
                    (x, foot - s * 0.5),
                    (x + side * s * 0.13, foot - s * 0.5),
                    (x + side * s * 0.12, foot),
                    (x + side * s * 0.04, foot),
                ],
            ),
            (0.1, 0.1, 0.14),
        )
    paint(pixels, ellipse(height, width, x, foot - s * 0.68, s * 0.15, s * 0.24, 2), tone)
    paint(pixels, ellipse(height, width, x, foot - s, s * 0.08, s * 0.1, 2), (0.6, 0.45, 0.36))

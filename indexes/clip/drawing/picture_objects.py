"""Photograph-like scenes of things on a table, and of rooms."""

from __future__ import annotations

import random

import numpy as np

from .picture_people import backdrop
from .picture_pixels import (
    Colour,
    Generator,
    Pixels,
    ball,
    blurred,
    clouds,
    ellipse,
    grid,
    paint,
    plane,
    polygon,
    smooth,
    tinted,
    warped,
)
from .picture_sky import Scene, mixed

COLOURS: tuple[Colour, ...] = (
    (0.75, 0.15, 0.12), (0.2, 0.45, 0.2), (0.85, 0.65, 0.15), (0.2, 0.3, 0.6), (0.85, 0.85, 0.82),
    (0.3, 0.3, 0.32), (0.6, 0.4, 0.25), (0.15, 0.15, 0.17), (0.8, 0.45, 0.2), (0.55, 0.65, 0.7),
)  # fmt: skip


_PROFILES = (  # half widths at places from the top to the foot
    ((0.2, 0.2, 0.22, 0.6, 0.9, 1.0, 1.0, 1.0, 1.0, 0.95), 0.28),  # bottle
    ((0.9, 1.0, 1.0, 0.98, 0.95, 0.9, 0.85, 0.75), 0.45),  # cup
    ((0.6, 0.4, 0.45, 0.8, 1.0, 0.95, 0.7, 0.5, 0.55), 0.4),  # vase
    ((1.0, 1.0, 1.0, 1.0, 1.0, 1.0), 0.35),  # can
    ((1.0, 0.98, 0.9, 0.7, 0.4, 0.2), 1.0),  # bowl
    ((0.9, 1.0, 0.9, 0.6, 0.1, 0.08, 0.08, 0.1, 0.7), 0.4),  # glass
    ((0.5, 0.7, 0.85, 1.0, 0.1, 0.1, 0.1, 0.12, 0.6), 0.5),  # lamp
)


def turned(
    random_: random.Random, rng: Generator, pixels: Pixels, x: float, foot: float, s: float
) -> None:
    """A round thing as from a lathe: a bottle, a cup, a vase, `s` high."""
    height, width = pixels.shape[:2]
    profile, broad = random_.choice(_PROFILES)
    across, down = grid(height, width)
    place = (down - (foot - s)) / s
    half = (
        np.interp(place[:, 0], np.linspace(0, 1, len(profile)), profile).astype(np.float32)[:, None]
        * s
        * broad
    )
    inside = ((place >= 0) & (place <= 1)).astype(np.float32)
    nx = (across - x) / np.maximum(half, 0.5)
    mask = np.clip((1 - np.abs(nx)) * half + 0.5, 0, 1) * inside
    mask = np.maximum(
        mask,
        ellipse(height, width, x, foot, profile[-1] * s * broad, profile[-1] * s * broad * 0.2),
    )
    side = random_.uniform(-0.6, 0.6)
    lit = np.clip(1 - (nx - side) ** 2 * 0.8, 0.08, 1)
    colour = random_.choice(COLOURS)
    grain = 0.85 + 0.3 * clouds(rng, height, width, 0.6, 6)
    tone = (lit * grain)[..., None] * np.asarray(colour, np.float32)
    gleam = np.exp(-(((nx - side * 0.9) / 0.12) ** 2)) * random_.uniform(0, 0.7)
    body = np.asarray(tone + gleam[..., None], np.float32)
    if random_.random() < 0.4:
        band = smooth(0.45, 0.46, place) * (1 - smooth(0.8, 0.81, place))
        label = np.asarray(random_.choice(COLOURS), np.float32)
        body += (lit[..., None] * label - body) * band[..., None]
    shadow(pixels, x + side * -s * 0.25, foot, s * broad * 1.2, s * 0.12)
    paint(pixels, np.asarray(mask, np.float32), body)
    rim = ellipse(height, width, x, foot - s, profile[0] * s * broad, profile[0] * s * broad * 0.2)
    paint(pixels, rim, mixed(colour, (0, 0, 0), random_.uniform(0.2, 0.7)))


def shadow(pixels: Pixels, x: float, y: float, rx: float, ry: float) -> None:
    """A soft shadow on the ground."""
    height, width = pixels.shape[:2]
    paint(
        pixels, ellipse(height, width, x, y, rx * 1.3, ry * 1.3, ry * 1.6), (0.03, 0.03, 0.04), 0.55
    )


def round_(
    random_: random.Random, rng: Generator, pixels: Pixels, x: float, foot: float, s: float
) -> None:
    """A ball or a fruit."""
    height, width = pixels.shape[:2]
    side = random_.uniform(-0.7, 0.7)
    ry = s * random_.uniform(0.42, 0.5)
    shadow(pixels, x - side * s * 0.4, foot, s * 0.5, s * 0.1)
    mask, lit = ball(height, width, x, foot - ry, s * 0.5, ry, (side, -0.6, 0.6))
    colour = random_.choice(COLOURS)
    noise = clouds(rng, height, width, 0.7, 8)
    other = mixed(colour, random_.choice(COLOURS), random_.choice([0, 0.3]))
    tone = (0.15 + 0.9 * lit)[..., None] * tinted(noise, colour, other)
    gleam = smooth(0.93, 1.0, lit)[..., None] * random_.uniform(0, 0.8)
    paint(pixels, mask, np.asarray(tone + gleam, np.float32))


def block(
    random_: random.Random, rng: Generator, pixels: Pixels, x: float, foot: float, s: float
) -> None:
    """A box in perspective: a book, a device, a parcel."""
    height, width = pixels.shape[:2]
    w, h, d = (
        s * random_.uniform(0.4, 0.9),
        s * random_.uniform(0.15, 0.9),
        s * random_.uniform(0.15, 0.4),
    )
    colour, skew = random_.choice(COLOURS), random_.choice([-1, 1]) * random_.uniform(0.3, 1)
    grain = 0.8 + 0.4 * clouds(rng, height, width, 0.75, 5)
    shadow(pixels, x, foot, w * 0.8, s * 0.12)
    left, right, top = x - w / 2, x + w / 2, foot - h
    edge = right if skew > 0 else left
    faces = [
        ([(left, top), (right, top), (right, foot), (left, foot)], 0.75),
        (
            [
                (left, top),
                (right, top),
                (right + d * skew, top - d * 0.5),
                (left + d * skew, top - d * 0.5),
            ],
            1.05,
        ),
        (
            [
                (edge, top),
                (edge + d * skew, top - d * 0.5),
                (edge + d * skew, foot - d * 0.5),
                (edge, foot),
            ],
            0.4,
        ),
    ]
    for corners, light in faces:
        body = (light * grain)[..., None] * np.asarray(colour, np.float32)
        paint(pixels, polygon(height, width, corners), np.asarray(body, np.float32))
    for _ in range(random_.randint(0, 6)):  # knobs, windows, print
        a, b = random_.uniform(left, right), random_.uniform(top, foot)
        paint(
            pixels,
            ellipse(height, width, a, b, w * 0.06, w * 0.05) * polygon(height, width, faces[0][0]),
            random_.choice(COLOURS),
        )


def still(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Some things on a table."""
    pixels, _ = backdrop(random_, rng, height, width)
    level = height * random_.uniform(0.4, 0.65)
    wood = random_.random() < 0.5
    texture = plane(rng, height, width, level - height * 0.3, 8, 0.7)
    if wood:
        texture = np.asarray(
            0.5 * texture + 0.5 * clouds(rng, height, width, 0.6, 3, 6), np.float32
        )
    tone = random_.choice(
        [
            (0.5, 0.33, 0.2),
            (0.85, 0.83, 0.8),
            (0.35, 0.35, 0.37),
            (0.7, 0.6, 0.45),
            (0.25, 0.18, 0.14),
        ]
    )
    _, down = grid(height, width)
    table = np.repeat(smooth(level - 2, level + 2, down), width, axis=1)
    paint(
        pixels, table, tinted(texture, mixed(tone, (0, 0, 0), 0.45), mixed(tone, (1, 1, 1), 0.15))
    )
    count = random_.randint(1, 6)
    for depth in sorted(random_.uniform(0.1, 0.9) for _ in range(count)):
        make = random_.choice([turned, turned, round_, block])
        size = height * (0.22 + 0.25 * depth) * (1.4 if count < 3 else 1)
        make(
            random_,
            rng,
            pixels,
            width * random_.uniform(0.12, 0.88),
            level + depth * (height - level),
            size,
        )
    return pixels, "still life photograph", ("of things on a table",)


def product(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """One thing on white or grey, with a soft shadow."""
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    white = random_.uniform(0.8, 1.0)
    pixels = np.repeat(
        np.repeat((white - 0.12 * random_.random() * down)[..., None], width, axis=1), 3, axis=2
    ).astype(np.float32)
    make = random_.choice([turned, block, round_, block])
    size = min(height, width) * random_.uniform(0.55, 0.8)
    make(random_, rng, pixels, width * 0.5, height * 0.5 + size * 0.45, size)
    return pixels, "photograph of an object", ("on a plain background",)


def room(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """A room with a floor, walls, windows and furniture."""
    wall = random_.choice(
        [
            (0.85, 0.82, 0.76),
            (0.75, 0.78, 0.8),
            (0.9, 0.9, 0.88),
            (0.6, 0.65, 0.58),
            (0.7, 0.6, 0.5),
        ]
    )
    left, right = width * random_.uniform(0.1, 0.35), width * random_.uniform(0.65, 0.9)
    top, low = height * random_.uniform(0.1, 0.25), height * random_.uniform(0.55, 0.7)
    across, down = grid(height, width)
    noise = clouds(rng, height, width, 0.5, 3)
    glow = np.exp(
        -(
            ((across - random_.uniform(0, width)) / width) ** 2
            + ((down - height * 0.4) / height) ** 2
        )
        * 2.5
    )
    light = 0.35 + 0.65 * glow + 0.12 * (noise - 0.5)

    def side(corners: list[tuple[float, float]], level: float, colour: Colour) -> None:
        body = np.asarray((level * light)[..., None] * np.asarray(colour, np.float32), np.float32)
        paint(pixels, polygon(height, width, corners), body)

    pixels = np.zeros((height, width, 3), np.float32)
    side([(-1, -1), (width, -1), (right, top), (left, top)], 1.0, (0.95, 0.94, 0.92))
    side([(left, top), (right, top), (right, low), (left, low)], 0.9, wall)
    side([(-1, -1), (left, top), (left, low), (-1, height)], 0.7, wall)
    side([(width, -1), (right, top), (right, low), (width, height)], 1.1, wall)
    boards = np.repeat(clouds(rng, 40, 1, 0.7, 20), 120, axis=1) * 0.5 + 0.5 * clouds(
        rng, 40, 120, 0.7, 6
    )
    floor = tinted(
        np.asarray(boards, np.float32),
        (0.15, 0.1, 0.06),
        random_.choice([(0.7, 0.5, 0.32), (0.6, 0.58, 0.55), (0.45, 0.3, 0.2)]),
    )
    seen, mask = warped(
        floor, [(left, low), (right, low), (width + 80, height), (-80, height)], height, width
    )
    paint(pixels, mask, np.asarray(seen * light[..., None], np.float32))
    for _ in range(random_.randint(1, 3)):  # windows and pictures
        x, y = random_.uniform(left, right - 30), top + (low - top) * random_.uniform(0.1, 0.3)
        w, h = (right - left) * random_.uniform(0.12, 0.3), (low - top) * random_.uniform(0.3, 0.5)
        pane = polygon(height, width, [(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
        if random_.random() < 0.6:
            paint(pixels, np.clip(pane + blurred(pane, 14) * 0.7, 0, 1), (1.0, 1.0, 0.97), 0.95)
            cross = [
                (x + w / 2 - 1, y),
                (x + w / 2 + 1, y),
                (x + w / 2 + 1, y + h),
                (x + w / 2 - 1, y + h),
            ]
            paint(pixels, polygon(height, width, cross), (0.5, 0.5, 0.5))
        else:
            paint(pixels, pane, tinted(noise, (0.1, 0.1, 0.15), random_.choice(COLOURS)))
    for depth in sorted(random_.uniform(0, 1) for _ in range(random_.randint(2, 6))):
        make = random_.choice([block, block, block, turned])
        size = height * (0.22 + 0.35 * depth)
        make(
            random_,
            rng,
            pixels,
            random_.uniform(0.08, 0.92) * width,
            low + depth * (height - low) * 0.95 + 4,
            size,
        )
    return pixels, "photograph of a room", ()

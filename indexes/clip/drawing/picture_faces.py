"""Heads and shoulders in continuous tones."""

from __future__ import annotations

import math
import random

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
    paint,
    polygon,
    relief,
    smooth,
    strokes,
    tinted,
)
from .picture_sky import mixed

SKINS: tuple[Colour, ...] = (
    (0.93, 0.76, 0.66), (0.88, 0.68, 0.55), (0.78, 0.57, 0.43), (0.6, 0.42, 0.3), (0.42, 0.28, 0.2),
    (0.95, 0.8, 0.72), (0.85, 0.66, 0.5),
)  # fmt: skip


HAIRS: tuple[Colour, ...] = (
    (0.08, 0.06, 0.05), (0.22, 0.14, 0.08), (0.4, 0.27, 0.14), (0.7, 0.55, 0.3), (0.75, 0.74, 0.72),
    (0.5, 0.5, 0.5), (0.45, 0.2, 0.1),
)  # fmt: skip


CLOTHES: tuple[Colour, ...] = (
    (0.1, 0.12, 0.18), (0.08, 0.08, 0.09), (0.25, 0.27, 0.3), (0.15, 0.22, 0.4), (0.5, 0.12, 0.14),
    (0.85, 0.85, 0.84), (0.4, 0.5, 0.35), (0.75, 0.65, 0.5), (0.2, 0.4, 0.45), (0.6, 0.6, 0.65),
    (0.8, 0.5, 0.2),
)  # fmt: skip


def bust(
    random_: random.Random, rng: Generator, pixels: Pixels, x: float, y: float, s: float
) -> None:
    """Head and shoulders; the head's middle at (x, y), `s` from chin to crown."""
    height, width = pixels.shape[:2]
    skin, hair = random_.choice(SKINS), random_.choice(HAIRS)
    side = random_.choice([-1, 1])
    light = (side * 0.55, -0.35, 0.75)
    turn = random_.uniform(-0.06, 0.06) * s
    long_hair = random_.random() < 0.4
    strands = clouds(rng, height, width, 0.8, 30, 0.25)
    locks = tinted(0.25 + 0.75 * strands, mixed(hair, (0, 0, 0), 0.7), mixed(hair, (1, 1, 1), 0.25))
    if long_hair:
        back = ellipse(
            height, width, x, y + s * 0.12, s * 0.46, s * random_.uniform(0.55, 0.8), s * 0.08
        )
        paint(pixels, back, locks)
    _torso(random_, rng, pixels, x, y, s, skin, side)
    neck = polygon(
        height,
        width,
        [
            (x - s * 0.19, y + s * 0.2),
            (x + s * 0.19, y + s * 0.2),
            (x + s * 0.22, y + s * 0.66),
            (x - s * 0.22, y + s * 0.66),
        ],
    )
    across, down = grid(height, width)
    shade = np.clip(
        0.75
        - side * (x - across) / s * 0.9 * -1
        - np.exp(-(((down - y - s * 0.42) / (s * 0.1)) ** 2)) * 0.3,
        0.25,
        1,
    )
    paint(
        pixels,
        blurred(neck, 1),
        np.asarray(shade[..., None] * np.asarray(skin, np.float32) * 0.85, np.float32),
    )
    for ear in (-1, 1):
        paint(
            pixels,
            ellipse(height, width, x + ear * s * 0.37, y + s * 0.03, s * 0.06, s * 0.11, 2),
            mixed(skin, (0.3, 0.1, 0.05), 0.3),
        )
    face, lit = ball(height, width, x, y, s * 0.38, s * 0.5, light)
    jaw = smooth(
        0.0, 0.06, 1 - np.abs(across - x) / (s * (0.4 - 0.16 * smooth(0.1, 0.55, (down - y) / s)))
    )
    noise = clouds(rng, height, width, 0.6, 20)
    tone = (0.42 + 0.62 * lit + 0.06 * (noise - 0.5))[..., None] * np.asarray(skin, np.float32)
    paint(pixels, face * jaw, np.asarray(tone, np.float32))
    _features(random_, pixels, x + turn, y, s, skin, side)
    if random_.random() < 0.2 and not long_hair:
        beard = ellipse(height, width, x, y + s * 0.3, s * 0.3, s * 0.22, s * 0.12) - ellipse(
            height, width, x + turn, y + s * 0.27, s * 0.13, s * 0.05, 3
        )
        paint(pixels, np.clip(beard, 0, 1) * face, locks, 0.85)
    if random_.random() < 0.9:
        line = y - s * random_.uniform(0.2, 0.36)
        part = x + random_.uniform(-0.2, 0.2) * s
        edge = line + ((across - part) / s) ** 2 * s * random_.uniform(0.6, 1.6)
        cap = ellipse(height, width, x, y - s * 0.04, s * 0.42, s * 0.55, s * 0.03)
        mask = cap * smooth(-0.03, 0.05, (edge - down) / s + 0.05 * (strands - 0.5))
        shine = (0.55 + 0.8 * np.clip(lit, 0, 1) * strands)[..., None]
        paint(pixels, np.asarray(mask, np.float32), np.asarray(locks * shine, np.float32))


def _torso(
    random_: random.Random,
    rng: Generator,
    pixels: Pixels,
    x: float,
    y: float,
    s: float,
    skin: Colour,
    side: int,
) -> None:
    height, width = pixels.shape[:2]
    cloth = random_.choice(CLOTHES)
    top, wide = y + s * 0.55, s * random_.uniform(0.85, 1.1)
    outline = [
        (x - s * 0.2, top),
        (x + s * 0.2, top),
        (x + wide * 0.65, top + s * 0.2),
        (x + wide * 0.95, top + s * 0.5),
        (x + wide * 1.05, height + 9),
        (x - wide * 1.05, height + 9),
        (x - wide * 0.95, top + s * 0.5),
        (x - wide * 0.65, top + s * 0.2),
    ]
    mask = blurred(polygon(height, width, outline), max(1, s * 0.02))
    across, _ = grid(height, width)
    folds = relief(clouds(rng, height, width, 0.4, 5), 7, 0.3)
    light = np.clip(0.75 + side * (across - x) / s * 0.35, 0.3, 1.1) * (0.55 + 0.8 * folds)
    weave = rng.random((height, width), np.float32) * 0.12 + 0.94
    paint(
        pixels,
        mask,
        np.asarray((light * weave)[..., None] * np.asarray(cloth, np.float32), np.float32),
    )
    if random_.random() < 0.6:
        _suit(random_, pixels, x, top, s, folds, cloth, side)
    else:
        collar = ellipse(height, width, x, top, s * 0.24, s * random_.uniform(0.1, 0.3), 2)
        paint(pixels, collar, mixed(skin, (0, 0, 0), 0.2))


def _suit(
    random_: random.Random, pixels: Pixels, x: float, top: float, s: float, folds: Pixels,
    cloth: Colour, side: int,
) -> None:  # fmt: skip
    """Shirt, tie and lapels."""
    height, width = folds.shape

    def worn(corners: list[tuple[float, float]], light: Pixels, colour: Colour) -> None:
        lit = np.asarray(light[..., None] * np.asarray(colour, np.float32), np.float32)
        paint(pixels, polygon(height, width, corners), lit)

    deep = top + s * random_.uniform(0.7, 1.0)
    shirt = [(x - s * 0.2, top - s * 0.02), (x + s * 0.2, top - s * 0.02), (x, deep)]
    tone = random_.choice([(0.93, 0.93, 0.94), (0.75, 0.82, 0.93), (0.9, 0.85, 0.85)])
    worn(shirt, 0.6 + 0.5 * folds, tone)
    if random_.random() < 0.7:
        knot = [
            (x - s * 0.05, top + s * 0.06),
            (x + s * 0.05, top + s * 0.06),
            (x + s * 0.06, deep),
            (x, deep + s * 0.1),
            (x - s * 0.06, deep),
        ]
        ties = [(0.55, 0.08, 0.1), (0.1, 0.15, 0.4), (0.25, 0.2, 0.35), (0.1, 0.1, 0.1)]
        worn(knot, 0.5 + 0.7 * folds, random_.choice(ties))
    for way in (-1, 1):
        lapel = [
            (x + way * s * 0.2, top),
            (x + way * s * 0.36, top + s * 0.35),
            (x + way * s * 0.25, top + s * 0.4),
            (x, deep),
            (x + way * s * 0.1, top + s * 0.3),
        ]
        shade = mixed(cloth, (0, 0, 0) if way == side else (0.6, 0.6, 0.6), 0.25)
        paint(pixels, blurred(polygon(height, width, lapel), 0.8), shade, 0.7)


def _features(
    random_: random.Random, pixels: Pixels, x: float, y: float, s: float, skin: Colour, side: int
) -> None:
    dark = mixed(skin, (0.15, 0.05, 0.02), 0.65)
    glasses = random_.random() < 0.3
    for eye in (-1, 1):
        _eye(pixels, x + eye * s * 0.165, y - s * 0.05, s, dark)
        cheek = (x + eye * s * 0.2, y + s * 0.14)
        _spot(pixels, *cheek, (s * 0.1, s * 0.08, s * 0.12), (0.85, 0.4, 0.33), 0.18)
        if glasses:
            _rim(pixels, x + eye * s * 0.165, y - s * 0.05, s)
    _nose(pixels, x, y, s, side, dark, skin)
    _mouth(pixels, x, y, s, random_.uniform(-0.01, 0.04) * s, skin)
    _spot(pixels, x, y + s * 0.36, (s * 0.1, s * 0.03, s * 0.05), dark, 0.3)


def _spot(
    pixels: Pixels, x: float, y: float, size: tuple[float, float, float], colour: Colour,
    opacity: float = 1.0,
) -> None:  # fmt: skip
    """An ellipse; its size: both radii, and how soft its rim is."""
    height, width = pixels.shape[:2]
    paint(pixels, ellipse(height, width, x, y, *size), colour, opacity)


def _eye(pixels: Pixels, x: float, y: float, s: float, dark: Colour) -> None:
    """With its shadow and its brow."""
    _spot(pixels, x, y - s * 0.02, (s * 0.12, s * 0.075, s * 0.09), dark, 0.55)
    _spot(pixels, x, y, (s * 0.062, s * 0.027, 1.5), (0.85, 0.83, 0.8), 0.9)
    _spot(pixels, x, y, (s * 0.03, s * 0.03, 1.5), (0.1, 0.07, 0.05))
    brow = [(x - s * 0.1, y - s * 0.085), (x, y - s * 0.115), (x + s * 0.1, y - s * 0.085)]
    height, width = pixels.shape[:2]
    hairs = strokes(height, width, [brow], max(1, round(s * 0.03)))
    paint(pixels, blurred(hairs, 0.8), (0.15, 0.1, 0.07), 0.75)


def _rim(pixels: Pixels, x: float, y: float, s: float) -> None:
    """Of glasses, around an eye."""
    turns = np.linspace(0, 2 * math.pi, 20)
    ring = [(x + s * 0.13 * math.cos(t), y + s * 0.09 * math.sin(t)) for t in turns]
    height, width = pixels.shape[:2]
    wire = strokes(height, width, [ring], max(1, round(s * 0.018)))
    paint(pixels, wire, (0.08, 0.08, 0.08), 0.85)


def _nose(
    pixels: Pixels, x: float, y: float, s: float, side: int, dark: Colour, skin: Colour
) -> None:
    shadow = [
        (x - side * s * 0.02, y - s * 0.05),
        (x - side * s * 0.075, y + s * 0.16),
        (x - side * s * 0.01, y + s * 0.17),
    ]
    height, width = pixels.shape[:2]
    paint(pixels, blurred(polygon(height, width, shadow), max(1, s * 0.02)), dark, 0.5)
    ridge = (x + side * s * 0.01, y + s * 0.1)
    _spot(pixels, *ridge, (s * 0.03, s * 0.06, s * 0.05), mixed(skin, (1, 1, 1), 0.5), 0.5)
    for nostril in (-1, 1):
        place = (x + nostril * s * 0.04, y + s * 0.165)
        _spot(pixels, *place, (s * 0.02, s * 0.012, 2), (0.2, 0.08, 0.06), 0.7)


def _mouth(pixels: Pixels, x: float, y: float, s: float, smile: float, skin: Colour) -> None:
    lips = mixed(skin, (0.65, 0.2, 0.2), 0.5)
    _spot(pixels, x, y + s * 0.28, (s * 0.13, s * 0.04, s * 0.03), lips, 0.8)
    corner = y + s * 0.275 - smile
    line = [(x - s * 0.13, corner), (x, y + s * 0.28), (x + s * 0.13, corner)]
    height, width = pixels.shape[:2]
    drawn = strokes(height, width, [line], max(1, round(s * 0.015)))
    paint(pixels, blurred(drawn, 0.6), (0.25, 0.08, 0.07), 0.8)

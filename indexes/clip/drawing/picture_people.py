"""Photograph-like scenes of people: portraits, speakers, groups, crowds."""

from __future__ import annotations

import random

import cv2
import numpy as np

from .picture_faces import CLOTHES, HAIRS, SKINS, bust
from .picture_pixels import (
    Generator,
    Pixels,
    blurred,
    clouds,
    ellipse,
    grid,
    paint,
    polygon,
    relief,
    strokes,
    tinted,
)
from .picture_sky import Scene, mixed, sky


def backdrop(random_: random.Random, rng: Generator, height: int, width: int) -> tuple[Pixels, str]:
    """What is behind a person, out of focus, and what it is called."""
    kind = random_.choice(
        ["plain", "plain", "curtain", "flags", "shelves", "office", "garden", "lights"]
    )
    if kind in ("curtain", "flags"):
        pixels = _curtain(random_, rng, height, width, kind == "flags")
        named = "a curtain" if kind == "curtain" else "flags"
        return blurred(pixels, random_.uniform(0.5, 3)), f"before {named}"
    if kind in ("shelves", "office"):
        pixels = _boxes(random_, rng, height, width, kind == "shelves")
        named = "before shelves" if kind == "shelves" else "in an office"
        return blurred(pixels, random_.uniform(2, 8)), named
    if kind == "garden":
        pixels = tinted(clouds(rng, height, width, 0.75, 5), (0.05, 0.12, 0.03), (0.75, 0.85, 0.5))
        return blurred(pixels, random_.uniform(2, 7)), "outdoors"
    pixels = _wall(random_, rng, height, width, kind == "lights")
    return pixels, "before blurred lights" if kind == "lights" else "before a plain background"


def _curtain(
    random_: random.Random, rng: Generator, height: int, width: int, flags: bool
) -> Pixels:
    """Cloth in folds, with two flags before it."""
    across, down = grid(height, width)
    noise = clouds(rng, 8, width, 0.5, 5)[4][None, :]
    fold = 0.6 + 0.4 * np.sin(across * random_.uniform(0.08, 0.25) + 9 * noise + down * 0.01)
    colour = random_.choice(
        [(0.12, 0.2, 0.45), (0.5, 0.1, 0.12), (0.6, 0.55, 0.45), (0.3, 0.32, 0.36)]
    )
    pixels = tinted(np.asarray(fold, np.float32), mixed(colour, (0, 0, 0), 0.7), colour)
    if not flags:
        return pixels
    for x in (width * random_.uniform(0.02, 0.2), width * random_.uniform(0.72, 0.9)):
        band = 0.5 + 0.5 * np.sign(np.sin((down + 25 * noise) * random_.uniform(0.12, 0.3)))
        corners = [(x, -2), (x + width * 0.16, -2), (x + width * 0.2, height), (x - 5, height)]
        dark = random_.choice([(0.7, 0.1, 0.15), (0.1, 0.25, 0.6), (0.05, 0.4, 0.2)])
        flag = tinted(np.asarray(band, np.float32), dark, (0.92, 0.9, 0.88))
        mask = polygon(height, width, corners)
        paint(pixels, mask, np.asarray(flag * fold[..., None], np.float32))
    return pixels


def _boxes(random_: random.Random, rng: Generator, height: int, width: int, books: bool) -> Pixels:
    """Books in five rows, or the things of an office."""
    shade = rng.uniform(0.5, 1.6, 3).astype(np.float32)
    pixels = np.full((height, width, 3), 0.45, np.float32) * shade
    for _ in range(random_.randint(25, 70)):
        x, y = rng.uniform(0, width), int(rng.uniform(0, 5)) * height / 5
        wide = rng.uniform(4, 14) if books else rng.uniform(15, 80)
        tall = height * 0.16 if books else rng.uniform(15, 120)
        box = (slice(int(y), int(y + tall)), slice(int(x), int(x + wide)))
        pixels[box] = rng.uniform(0.08, 0.95) * rng.uniform(0.6, 1, 3).astype(np.float32)
    return pixels


def _wall(random_: random.Random, rng: Generator, height: int, width: int, lights: bool) -> Pixels:
    """An even wall with a glow in the middle, or lights out of focus."""
    across, down = grid(height, width)
    base = random_.choice(
        [
            (0.75, 0.76, 0.78),
            (0.4, 0.45, 0.5),
            (0.15, 0.15, 0.17),
            (0.6, 0.5, 0.4),
            (0.85, 0.85, 0.83),
            (0.3, 0.4, 0.6),
        ]
    )
    noise = clouds(rng, height, width, 0.35, 2)
    away = ((across - width * 0.5) / width) ** 2 + ((down - height * 0.4) / height) ** 2
    tones = mixed(base, (0, 0, 0), 0.5), mixed(base, (1, 1, 1), 0.25)
    pixels = tinted(np.asarray(0.6 * np.exp(-away * 3) + 0.4 * noise, np.float32), *tones)
    for _ in range(30 if lights else 0):
        r = random_.uniform(4, 16)
        place = random_.uniform(0, width), random_.uniform(0, height)
        spot = ellipse(height, width, *place, r, r, 2)
        paint(pixels, spot, mixed(base, (1, 0.9, 0.6), 0.7), random_.uniform(0.1, 0.6))
    return pixels


def portrait(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """One person, sometimes at a lectern with a microphone."""
    if random_.random() < 0.65 and width > height:
        height, width = width, height
    pixels, behind = backdrop(random_, rng, height, width)
    s = min(height * random_.uniform(0.28, 0.48), width * 0.55)
    x, y = width * random_.uniform(0.4, 0.6), height * random_.uniform(0.2, 0.1) + s * 0.55
    bust(random_, rng, pixels, x, y, s)
    details = [behind]
    if random_.random() < 0.2:
        level = height * random_.uniform(0.75, 0.88)
        desk = [
            (x - s * 1.2, level),
            (x + s * 1.2, level),
            (x + s, height + 5),
            (x - s, height + 5),
        ]
        wood = tinted(clouds(rng, height, width, 0.6, 4, 4), (0.1, 0.06, 0.03), (0.4, 0.25, 0.13))
        paint(pixels, polygon(height, width, desk), wood)
        stick = strokes(
            height,
            width,
            [[(x + s * 0.3, level), (x + s * 0.15, y + s * 0.6)]],
            max(2, round(s * 0.03)),
        )
        paint(pixels, stick, (0.05, 0.05, 0.06))
        details.append("at a lectern")
    return pixels, "portrait photograph", tuple(details)


def group(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Two to five people side by side."""
    height, width = min(height, width), max(height, width)
    pixels, behind = backdrop(random_, rng, height, width)
    count = random_.randint(2, 4)
    s = min(height * 0.38, width / count * 0.52)
    for i in range(count):
        x = width * (i + 0.5) / count + random_.uniform(-0.1, 0.1) * s
        bust(
            random_,
            rng,
            pixels,
            x,
            height * random_.uniform(0.3, 0.45),
            s * random_.uniform(0.85, 1.05),
        )
    return pixels, "photograph of a group of people", (behind,)


def crowd(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Rows of people, nearer ones larger, before a hall or under a sky."""
    if random_.random() < 0.5:
        pixels, _ = sky(random_, rng, height, width)
    else:
        pixels, _ = backdrop(random_, rng, height, width)
    start = random_.uniform(0.2, 0.5)
    rows = random_.randint(4, 8)
    base = np.ascontiguousarray(np.clip(pixels * 255, 0, 255).astype(np.uint8))
    for row in range(rows):
        near = (row + 1) / rows
        s = height * (0.03 + 0.13 * near**1.3)
        y = height * (start + (1.05 - start) * near**1.2)
        for x in np.arange(-s, width + s, s * random_.uniform(1.1, 1.6)):
            a, b = float(x) + random_.uniform(-0.3, 0.3) * s, y + random_.uniform(-0.3, 0.3) * s
            dim = random_.uniform(0.5, 1.0)
            cloth, skin, hair = (
                tuple(255 * dim * c for c in random_.choice(tones))
                for tones in (CLOTHES, SKINS, HAIRS)
            )
            cv2.ellipse(
                base,
                (round(a), round(b + s * 1.4)),
                (round(s * 0.75), round(s * 1.0)),
                0,
                0,
                360,
                cloth,
                -1,
                cv2.LINE_AA,
            )
            cv2.ellipse(
                base,
                (round(a), round(b - s * 0.08)),
                (round(s * 0.36), round(s * 0.46)),
                0,
                0,
                360,
                hair,
                -1,
                cv2.LINE_AA,
            )
            if random_.random() < 0.75:
                cv2.ellipse(
                    base,
                    (round(a), round(b + s * 0.08)),
                    (round(s * 0.28), round(s * 0.36)),
                    0,
                    0,
                    360,
                    skin,
                    -1,
                    cv2.LINE_AA,
                )
    people = base.astype(np.float32) / np.float32(255)
    drawn = (np.abs(people - np.clip(pixels, 0, 1)).max(axis=2) > 0.02).astype(np.float32)
    shade = 0.6 + 0.8 * relief(clouds(rng, height, width, 0.8, 14), 5, 0.5)
    paint(pixels, drawn, np.asarray(people * shade[..., None], np.float32))
    return blurred(pixels, 0.9), "photograph of a crowd", ()

"""The country from above."""

from __future__ import annotations

import random

import cv2
import numpy as np

from .picture_pixels import (
    Generator,
    blurred,
    clouds,
    paint,
    smooth,
    strokes,
    tinted,
)
from .picture_sky import GREENS, Scene, ridge


def aerial(random_: random.Random, rng: Generator, height: int, width: int) -> Scene:
    """Fields, roads, woods and roofs from above."""
    size = 480
    canvas = np.zeros((size, size, 3), np.float32)
    town = random_.random() < 0.4
    stack = [(0, 0, size, size)]
    smallest = random_.choice([22, 40]) if town else random_.choice([50, 90])
    while stack:
        x, y, w, h = stack.pop()
        if max(w, h) > smallest and (max(w, h) > 2.5 * smallest or random_.random() < 0.75):
            cut = random_.uniform(0.3, 0.7)
            if w > h:
                stack += [(x, y, int(w * cut), h), (x + int(w * cut), y, w - int(w * cut), h)]
            else:
                stack += [(x, y, w, int(h * cut)), (x, y + int(h * cut), w, h - int(h * cut))]
            continue
        tone = (
            random_.choice(GREENS)
            if not town
            else random_.choice([(0.45, 0.44, 0.42), (0.28, 0.36, 0.18)])
        )
        field = canvas[y : y + h, x : x + w]
        field[:] = np.asarray(tone, np.float32) * random_.uniform(0.7, 1.3)
        if not town and random_.random() < 0.5:
            field += (0.05 * np.sin(np.arange(h) * random_.uniform(0.4, 1.5)))[:, None, None]
        if town and min(w, h) > 10:
            roof = random_.choice(
                [(0.55, 0.3, 0.22), (0.6, 0.6, 0.6), (0.4, 0.38, 0.36), (0.75, 0.73, 0.7)]
            )
            field[5:-2, 5:-2] *= 0.35
            field[3:-4, 3:-4] = np.asarray(roof, np.float32) * random_.uniform(0.7, 1.2)
            field[3 : h // 2, 3:-4] *= 0.75
        field[:1] *= 0.6
        field[:, :1] *= 0.6
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), random_.uniform(0, 90), 1.0)
    turned = np.asarray(
        cv2.warpAffine(canvas, turn, (size, size), borderMode=cv2.BORDER_REFLECT), np.float32
    )
    top, left = (size - height) // 2, (size - width) // 2
    pixels = turned[top : top + height, left : left + width].copy()
    noise = clouds(rng, height, width, 0.85, 6)
    pixels *= (0.65 + 0.7 * noise)[..., None]
    woods = smooth(0.6, 0.66, clouds(rng, height, width, 0.6, 3))
    if not town:
        paint(
            pixels,
            woods,
            tinted(clouds(rng, height, width, 0.95, 40), (0.03, 0.07, 0.02), (0.22, 0.32, 0.14)),
        )
    line = ridge(rng, width, height * random_.uniform(0.3, 0.7), height * 0.3, 0.4)
    path = [[(float(i), float(line[i])) for i in range(0, width, 6)]]
    river = random_.random() < 0.5
    paint(
        pixels,
        strokes(height, width, path, random_.randint(6, 22) if river else 3),
        (0.18, 0.27, 0.3) if river else (0.75, 0.73, 0.68),
    )
    if random_.random() < 0.25:
        mist = smooth(0.55, 0.8, clouds(rng, height, width, 0.55, 3))
        paint(pixels, mist, (0.97, 0.97, 0.97), 0.9)
    if random_.random() < 0.4:
        pixels = blurred(pixels, 0.8)
    return (
        pixels,
        random_.choice(["aerial photograph", "satellite photograph"]),
        (("of a town",) if town else ("of fields",)),
    )

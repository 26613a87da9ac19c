"""What a camera, a film and a print do to a scene."""

from __future__ import annotations

import random

import cv2
import numpy as np
from PIL import Image

from .picture_pixels import Generator, Pixels, blurred, grid, resized


def frame(random_: random.Random) -> tuple[int, int]:
    """The height and width to compose a picture at."""
    longest = random_.randint(240, 340)
    ratio = random_.choice([1.0, 4 / 3, 4 / 3, 3 / 2, 3 / 2, 16 / 9, 5 / 4, 3 / 4, 2 / 3, 2.2])
    if ratio >= 1:
        return round(longest / ratio), longest
    return longest, round(longest * ratio)


def taken(
    random_: random.Random, rng: Generator, pixels: Pixels, plain: bool = False
) -> tuple[Image.Image, tuple[str, ...]]:
    """The picture as it is printed, and what to say of it. `plain`: its colours are left alone."""
    details: list[str] = []
    height, width = pixels.shape[:2]
    if random_.random() < 0.3:
        pixels = blurred(pixels, random_.uniform(0.4, 1.1))
    if not plain:
        pixels = _lens(random_, pixels)
    pixels = np.clip(pixels, 0, 1)
    pixels = _curve(random_, pixels)
    mono = 0.25 if not plain else 0.1
    chance = random_.random()
    if chance < mono:
        grey = pixels @ np.asarray([0.3, 0.59, 0.11], np.float32)
        pixels = np.repeat(np.asarray(grey, np.float32)[..., None], 3, axis=2)
        details.append("in black and white")
    elif chance < mono + 0.04 and not plain:
        grey = pixels @ np.asarray([0.3, 0.59, 0.11], np.float32)
        pixels = np.asarray(grey[..., None] * np.asarray([1.05, 0.9, 0.68], np.float32), np.float32)
        details.append("in sepia tones")
    pixels = _noise(random_, rng, pixels)
    scale = random_.choice([1.0, 1.0, 1.25, 1.6, 2.0])
    if scale > 1:
        pixels = resized(pixels, round(height * scale), round(width * scale))
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8), "RGB"), tuple(details)


def _lens(random_: random.Random, pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    cast = np.asarray([random_.uniform(0.9, 1.1), 1.0, random_.uniform(0.88, 1.1)], np.float32)
    across, down = grid(height, width)
    x, y = across / width - 0.5, down / height - 0.5
    fall = random_.choice([0, 0.2, 0.5, 0.9])
    tilt_x, tilt_y = random_.uniform(-0.3, 0.3), random_.uniform(-0.3, 0.3)
    light = (1 - fall * (x * x + y * y)) * (1 + tilt_x * x + tilt_y * y)
    return np.asarray(pixels * cast * light[..., None].astype(np.float32), np.float32)


def _curve(random_: random.Random, pixels: Pixels) -> Pixels:
    gamma = random_.uniform(0.75, 1.3)
    contrast = random_.uniform(0.8, 1.25)
    steps = np.linspace(0, 1, 1024)
    table = np.clip((steps**gamma - 0.5) * contrast + 0.5 + random_.uniform(-0.05, 0.05), 0, 1)
    return np.asarray(table.astype(np.float32)[(pixels * 1023).astype(np.int32)], np.float32)


def _noise(random_: random.Random, rng: Generator, pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    level = random_.choice([0.004, 0.006, 0.01, 0.01, 0.015, 0.015, 0.025, 0.05])
    noise = rng.standard_normal((height, width), np.float32) * np.float32(level)
    if random_.random() < 0.4:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.7), np.float32) * 1.6
    return np.asarray(pixels + noise[..., None], np.float32)

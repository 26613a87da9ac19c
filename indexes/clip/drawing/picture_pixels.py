"""Continuous tones: noise, masks and shading, from which photograph-like pictures are composed.

A picture is float32, (height, width, 3), mostly 0 to 1; a field is one channel, (height, width).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]
Generator = np.random.Generator
Colour = tuple[float, float, float]
_SHIFT = 4  # fractional bits of the corners of polygons


def clouds(
    rng: Generator,
    height: int,
    width: int,
    rough: float = 0.5,
    first: float = 3,
    stretch: float = 1,
) -> Pixels:
    """Fractal noise from 0 to 1; `first` blobs across at the coarsest, `stretch` times wider."""
    total = np.zeros((height, width), np.float32)
    level, across = 1.0, first
    longest = max(height, width)
    while across < longest / 1.5:
        rows = max(2, round(across * height / longest * stretch) + 1)
        columns = max(2, round(across * width / longest) + 1)
        grid = rng.random((min(rows, height), columns), np.float32)
        total += np.float32(level) * resized(grid, height, width)
        level *= rough
        across *= 2
    return normal(total)


def normal(field: Pixels) -> Pixels:
    """Stretched to 0 … 1."""
    low, high = float(field.min()), float(field.max())
    return np.asarray((field - low) / max(high - low, 1e-6), np.float32)


def resized(field: Pixels, height: int, width: int) -> Pixels:
    """At another size."""
    made = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(made, np.float32)


def blurred(field: Pixels, radius: float) -> Pixels:
    """A Gaussian blur; large ones are made at a lower resolution."""
    if radius < 0.3:
        return field
    height, width = field.shape[:2]
    if radius > 6 and min(height, width) > 40:
        small = cv2.resize(field, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), radius / 4)
        return resized(np.asarray(small, np.float32), height, width)
    return np.asarray(cv2.GaussianBlur(field, (0, 0), radius), np.float32)


def polygon(
    height: int, width: int, points: Sequence[tuple[float, float]] | npt.NDArray[np.float64]
) -> Pixels:
    """A mask, 1 within the polygon, with smooth edges."""
    mask = np.zeros((height, width), np.uint8)
    corners = np.round(np.asarray(points, np.float64) * 2**_SHIFT).astype(np.int32)
    cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, _SHIFT)
    return mask.astype(np.float32) / np.float32(255)


def strokes(
    height: int, width: int, lines: Sequence[Sequence[tuple[float, float]]], thick: int
) -> Pixels:
    """A mask of polylines."""
    mask = np.zeros((height, width), np.uint8)
    bent = [np.round(np.asarray(line, np.float64) * 2**_SHIFT).astype(np.int32) for line in lines]
    cv2.polylines(mask, bent, False, 255, max(1, thick), cv2.LINE_AA, _SHIFT)
    return mask.astype(np.float32) / np.float32(255)


def grid(height: int, width: int) -> tuple[Pixels, Pixels]:
    """The x and y of every pixel, as (1, width) and (height, 1)."""
    return (
        np.arange(width, dtype=np.float32)[None, :],
        np.arange(height, dtype=np.float32)[:, None],
    )


def ellipse(
    height: int, width: int, x: float, y: float, rx: float, ry: float, soft: float = 1.0
) -> Pixels:
    """A mask of an ellipse, whose edge is `soft` pixels wide."""
    across, down = grid(height, width)
    reach = np.sqrt(((across - x) / max(rx, 0.5)) ** 2 + ((down - y) / max(ry, 0.5)) ** 2)
    return np.clip((1 - reach) * min(rx, ry) / max(soft, 0.1) + 0.5, 0, 1).astype(np.float32)


def ball(
    height: int, width: int, x: float, y: float, rx: float, ry: float, light: Colour
) -> tuple[Pixels, Pixels]:
    """The mask of an ellipsoid, and how brightly it is lit from `light` (x, y, towards us)."""
    across, down = grid(height, width)
    nx, ny = (across - x) / max(rx, 0.5), (down - y) / max(ry, 0.5)
    reach = nx * nx + ny * ny
    nz = np.sqrt(np.clip(1 - reach, 0, 1))
    lit = np.clip(nx * light[0] + ny * light[1] + nz * light[2], 0, 1)
    mask = np.clip((1 - np.sqrt(reach)) * min(rx, ry) + 0.5, 0, 1)
    return mask.astype(np.float32), lit.astype(np.float32)


def paint(pixels: Pixels, mask: Pixels, colour: Colour | Pixels, strength: float = 1.0) -> None:
    """Lays a colour, or another picture, over the picture where the mask is; in place."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    alpha = (mask[part] * np.float32(strength))[..., None]
    over = np.asarray(colour, np.float32)
    if over.ndim == 2:
        over = over[..., None]
    if over.ndim == 3:
        over = over[part]
    pixels[part] += (over - pixels[part]) * alpha


def tinted(field: Pixels, dark: Colour, bright: Colour) -> Pixels:
    """A field as a picture, from one colour at 0 to another at 1."""
    low = np.asarray(dark, np.float32)
    return np.asarray(low + field[..., None] * (np.asarray(bright, np.float32) - low), np.float32)


def relief(field: Pixels, strength: float = 8.0, angle: float = 0.8) -> Pixels:
    """How a surface of these heights looks when lit from one side; 0.5 where it is level."""
    down, right = np.gradient(field)
    across = right * np.cos(angle) + down * np.sin(angle)
    return np.asarray(np.clip(0.5 + strength * across, 0, 1), np.float32)


def warped(
    picture: Pixels, corners: Sequence[tuple[float, float]], height: int, width: int
) -> tuple[Pixels, Pixels]:
    """The picture in perspective, its corners (clockwise from the upper left) here; a mask."""
    tall, wide = picture.shape[:2]
    start = np.asarray([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32)
    matrix = cv2.getPerspectiveTransform(start, np.asarray(corners, np.float32))
    seen = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(seen, np.float32), polygon(height, width, corners)


def plane(
    rng: Generator, height: int, width: int, horizon: float, near: float = 6, rough: float = 0.7
) -> Pixels:
    """Noise, 0 to 1, on a level ground that runs to the horizon; meaningless above it."""
    tile = clouds(rng, 256, 256, rough, 8)
    across, down = grid(height, width)
    depth = near / np.maximum(down - horizon, 0.6)
    u = (across - width / 2) * depth * 8 + 128 + 0 * down
    v = depth * 900 + 0 * across
    lay = cv2.remap(
        tile, np.asarray(u, np.float32), np.asarray(v, np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )  # fmt: skip
    haze = np.clip((down - horizon) / (0.25 * height), 0.15, 1).astype(np.float32)
    return np.asarray(0.5 + (lay - 0.5) * haze, np.float32)


def smooth(low: float, high: float, field: Pixels) -> Pixels:
    """0 below `low`, 1 above `high`, and smooth between."""
    t = np.clip((field - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)

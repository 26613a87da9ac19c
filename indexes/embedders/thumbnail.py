"""A picture as a thumbnail's worth of numbers: finds the same picture and look-alikes.

Four views of a picture, each made unit length and weighed: its layout (low frequencies of a
small grey version, after the perceptual hash of Zauner 2010), where its colours are (after
MPEG-7's colour layout descriptor, Kasutani and Yamada 2001), and which way its edges run (after
HOG, Dalal and Triggs 2005). It knows nothing of what a picture means; that is for a CLIP.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageOps

from indexes.types import Space, Vectors
from ingest.errors import UnreadableFile

Plane = npt.NDArray[np.float32]

SIDE = 64  # pixels of the square that every picture is brought to
FREQUENCIES = 12  # kept in each direction
COLOUR_CELLS = 6  # a side
EDGE_CELLS = 4  # a side
EDGE_DIRECTIONS = 8
WEIGHTS = {"layout": 0.60, "colour": 0.20, "edges": 0.20}  # shares of the squared length
DIM = FREQUENCIES**2 - 1 + COLOUR_CELLS**2 * 2 + 1 + EDGE_CELLS**2 * EDGE_DIRECTIONS


class ThumbnailEmbedder:
    """Embeds encoded pictures for near-duplicate search; it cannot embed words."""

    space = Space("pixels", "thumbnail-v1", DIM)

    def embed_images(self, images: Sequence[bytes]) -> Vectors:
        """One unit vector for each picture (PNG, JPEG, … bytes), (len(images), dim).

        Raises UnreadableFile when bytes are not a picture.
        """
        if not images:
            return np.empty((0, DIM), np.float32)
        return np.stack([describe(open_picture(image)) for image in images])


def open_picture(data: bytes) -> Image.Image:
    """The picture upright, in RGB on white, reduced to at most a few times SIDE."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", (4 * SIDE, 4 * SIDE))  # a JPEG is decoded at a lower scale
            upright = ImageOps.exif_transpose(picture)
            if "A" in upright.getbands() or "transparency" in upright.info:
                rgba = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
            rgb = upright.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableFile(f"the picture cannot be read: {error}") from error
    rgb.thumbnail((8 * SIDE, 8 * SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    return rgb


def describe(picture: Image.Image) -> Plane:
    """An RGB picture's unit descriptor, (DIM,)."""
    picture = trim(picture)
    aspect = np.log(picture.width / picture.height)
    square = picture.resize((SIDE, SIDE), Image.Resampling.BOX)
    luma, blue, red = (
        np.asarray(channel, np.float32) / np.float32(255)
        for channel in square.convert("YCbCr").split()
    )
    views = {
        "layout": layout(luma),
        "colour": np.append(np.concatenate([_cells(blue), _cells(red)]) - 0.5, 0.02 * aspect),
        "edges": edges(luma),
    }
    parts = [np.sqrt(WEIGHTS[name]) * _unit(view) for name, view in views.items()]
    descriptor = np.concatenate(parts)
    if not descriptor.any():  # a blank page: grey, without edges
        descriptor[0] = 1
    return np.asarray(descriptor / np.linalg.norm(descriptor), np.float32)


def trim(picture: Image.Image) -> Image.Image:
    """Without margins of the colour of its corner."""
    corner = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    difference = ImageChops.difference(picture, corner).convert("L")
    box = difference.point(lambda value: 255 * (value > 24)).getbbox()
    return picture.crop(box) if box else picture


def layout(luma: Plane) -> Plane:
    """Low cosine frequencies without the mean, damped so that no single one rules."""
    basis = _cosines()
    frequencies = basis @ luma @ basis.T
    damped = np.sign(frequencies) * np.sqrt(np.abs(frequencies))
    return np.asarray(damped.reshape(-1)[1:], np.float32)


def edges(luma: Plane) -> Plane:
    """Gradient directions (unsigned) in each cell, weighed by their strength."""
    down, across = np.gradient(luma)
    strength = np.hypot(down, across)
    direction = np.arctan2(down, across) % np.pi * (EDGE_DIRECTIONS / np.pi)
    lower = np.floor(direction).astype(int)
    share = direction - lower
    cell = np.arange(SIDE) * EDGE_CELLS // SIDE
    place = (cell[:, None] * EDGE_CELLS + cell[None, :]) * EDGE_DIRECTIONS
    size = EDGE_CELLS**2 * EDGE_DIRECTIONS
    histogram = np.zeros(size)
    for bins, weight in ((lower, 1 - share), (lower + 1, share)):
        index = (place + bins % EDGE_DIRECTIONS).reshape(-1)
        histogram += np.bincount(index, (strength * weight).reshape(-1), size)
    return np.sqrt(histogram).astype(np.float32)


def _cells(plane: Plane) -> Plane:
    """Means over a coarse grid, row by row."""
    cut = [round(cell * SIDE / COLOUR_CELLS) for cell in range(COLOUR_CELLS)]
    sums = np.add.reduceat(np.add.reduceat(plane, cut, axis=0), cut, axis=1)
    sizes = np.diff([*cut, SIDE])
    return np.asarray(sums / np.outer(sizes, sizes), np.float32).reshape(-1)


def _unit(view: Plane) -> Plane:
    """Unit length; what is all but nothing stays so instead of growing into noise."""
    length = float(np.linalg.norm(view))
    return view / max(length, 0.05)


@cache
def _cosines() -> Plane:
    """The first rows of the orthonormal DCT-II, (FREQUENCIES, SIDE)."""
    position = (np.arange(SIDE) + 0.5) * np.pi / SIDE
    basis = np.cos(np.outer(np.arange(FREQUENCIES), position)) * np.sqrt(2 / SIDE)
    basis[0] /= np.sqrt(2)
    return np.asarray(basis, np.float32)

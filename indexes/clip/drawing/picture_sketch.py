"""Drawings made after a scene: engravings, pencil sketches, stippling, posters."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from . import picture_buildings as buildings
from . import picture_objects as objects
from . import picture_outdoors as outdoors
from . import picture_people as people
from . import picture_plants as plants
from . import picture_surfaces as surfaces
from .facts import Drawing, Facts, Renderer
from .picture_camera import frame
from .picture_pixels import Generator, Pixels, blurred, clouds, grid, normal, resized
from .picture_sky import Scene

_SCENES: tuple[tuple[str, Callable[[random.Random, Generator, int, int], Scene]], ...] = (
    ("a person", people.portrait),
    ("a person", people.portrait),
    ("a person", people.portrait),
    ("a landscape", outdoors.landscape),
    ("a building", buildings.building),
    ("a street", buildings.street),
    ("things on a table", objects.still),
    ("an animal", surfaces.beast),
    ("a flower", plants.flower),
)


def _tones(random_: random.Random, rng: Generator) -> tuple[Pixels, str]:
    """A scene in grey from 0 to 1, twice as large, and what it shows."""
    name, scenery = random_.choice(_SCENES)
    height, width = frame(random_)
    pixels, _, _ = scenery(random_, rng, height, width)
    grey = np.asarray(pixels @ np.asarray([0.3, 0.59, 0.11], np.float32), np.float32)
    low, high = np.quantile(grey, [0.03, 0.97])
    grey = np.clip((blurred(grey, 0.8) - low) / max(high - low, 0.05), 0, 1).astype(np.float32)
    large = resized(grey, 2 * grey.shape[0], 2 * grey.shape[1])
    return np.clip(large, 0, 1).astype(np.float32), name


def _printed(random_: random.Random, grey: Pixels) -> tuple[Image.Image, tuple[str, ...]]:
    """On white paper, or in brown on old paper; and what to say of it."""
    image = Image.fromarray((np.clip(grey, 0, 1) * 255).astype(np.uint8), "L")
    if random_.random() < 0.7:
        return image.convert("RGB"), ("in black and white",)
    paper = Image.new("RGB", image.size, random_.choice(["#f4ead5", "#fbf7ee", "#efe4c8"]))
    ink = Image.new("RGB", image.size, "#2a1f14")
    return Image.composite(paper, ink, image), ("on yellowed paper",)


def engraving(random_: random.Random) -> Drawing:
    """Tones as lines that swell, sometimes crossed, as in old books."""
    rng = np.random.default_rng(random_.getrandbits(32))
    grey, name = _tones(random_, rng)
    height, width = grey.shape
    across, down = grid(height, width)
    bend = 30 * blurred(grey, 6) * random_.uniform(0, 1) + 20 * clouds(rng, height, width, 0.4, 2)
    step, angle = random_.uniform(1.1, 1.9), random_.uniform(0, np.pi)
    lines = np.sin((across * np.cos(angle) + down * np.sin(angle) + bend) * step)
    ink = 0.5 + 0.5 * lines
    if random_.random() < 0.6:
        turned = np.sin((across * np.sin(angle) - down * np.cos(angle) + bend) * step)
        ink = np.minimum(ink, 0.5 + 0.5 * turned + 0.4)
    tone = np.clip(grey * 1.1 + 0.03, 0, 1)
    drawn = np.clip((tone - 1 + ink) * 4 + 0.5, 0, 1).astype(np.float32)
    if random_.random() < 0.5:  # the ground stays white around the middle
        fade = ((across / width - 0.5) ** 2 + (down / height - 0.5) ** 2) * 4
        drawn = np.maximum(drawn, np.clip((fade - 0.7) * 3, 0, 1)).astype(np.float32)
    image, details = _printed(random_, drawn)
    return Drawing(image, Facts("drawing", f"engraving of {name}", details=details))


def pencil(random_: random.Random) -> Drawing:
    """Edges and soft tones on white."""
    rng = np.random.default_rng(random_.getrandbits(32))
    grey, name = _tones(random_, rng)
    light = np.clip((grey + 0.05) / np.maximum(blurred(grey, random_.uniform(2, 7)), 0.05), 0, 1)
    drawn = light ** random_.uniform(1.5, 4) * (0.8 + 0.2 * grey)
    grain = 0.9 + 0.2 * rng.random(grey.shape, np.float32)
    image, details = _printed(random_, np.asarray(drawn * grain, np.float32))
    return Drawing(image, Facts("drawing", f"pencil sketch of {name}", details=details))


def stipple(random_: random.Random) -> Drawing:
    """Tones as dots."""
    rng = np.random.default_rng(random_.getrandbits(32))
    grey, name = _tones(random_, rng)
    dots = (rng.random(grey.shape, np.float32) > 0.45 * (1 - grey)).astype(np.float32)
    drawn = normal(blurred(dots, 0.6))
    image, details = _printed(random_, drawn)
    return Drawing(image, Facts("drawing", f"stippled drawing of {name}", details=details))


def poster(random_: random.Random) -> Drawing:
    """Tones as a few flat colours."""
    rng = np.random.default_rng(random_.getrandbits(32))
    grey, name = _tones(random_, rng)
    steps = random_.randint(3, 5)
    level = np.minimum((blurred(grey, 2.5) * steps).astype(np.int32), steps - 1)
    base = rng.random(3)
    ramp = np.stack(
        [
            np.clip(base * 0.3 + i / max(steps - 1, 1) * (0.7 + 0.3 * base), 0, 1)
            for i in range(steps)
        ]
    )
    image = Image.fromarray((ramp[level] * 255).astype(np.uint8), "RGB").reduce(2)
    facts = Facts("drawing", f"illustration of {name}", details=("in flat colours",))
    return Drawing(image, facts)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "drawing": (engraving, engraving, pencil, stipple, poster)
}

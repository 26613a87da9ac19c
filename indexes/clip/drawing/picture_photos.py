"""Photographs, synthesised: all scenes, taken by a camera."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import numpy as np

from . import picture_buildings as buildings
from . import picture_objects as objects
from . import picture_outdoors as outdoors
from . import picture_people as people
from . import picture_plants as plants
from . import picture_science as science
from . import picture_surfaces as surfaces
from .facts import Drawing, Facts, Renderer
from .picture_aerial import aerial
from .picture_camera import frame, taken
from .picture_piles import pile
from .picture_pixels import Generator
from .picture_sky import Scene

Scenery = Callable[[random.Random, Generator, int, int], Scene]


def photograph(scenery: Scenery, plain: bool = False) -> Renderer:
    """A renderer of photographs of one sort of scene."""

    def render(random_: random.Random) -> Drawing:
        rng = np.random.default_rng(random_.getrandbits(32))
        height, width = frame(random_)
        pixels, kind, details = scenery(random_, rng, height, width)
        image, said = taken(random_, rng, pixels, plain)
        return Drawing(image, Facts("photograph", kind, details=(*details, *said)))

    render.__name__ = scenery.__name__
    return render


_SCENES: tuple[Scenery, ...] = (
    outdoors.landscape, outdoors.seaside, plants.forest, plants.flower, people.portrait,
    people.portrait, people.portrait, people.group, people.crowd, objects.still, objects.product,
    objects.room, pile, buildings.building, buildings.skyline, buildings.street,
    surfaces.texture, surfaces.beast,
)  # fmt: skip
_INSTRUMENTS: tuple[Scenery, ...] = (
    aerial, science.micrograph, science.xray, science.heavens,
)  # fmt: skip

RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "photograph": (
        *(photograph(scene) for scene in _SCENES),
        *(photograph(scene, plain=True) for scene in _INSTRUMENTS),
    )
}

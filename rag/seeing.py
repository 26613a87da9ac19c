"""Figures as the image tower sees them: their vectors, and what type each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from indexes.types import Embedding
from ingest.types import Element
from rag import build
from rag.embedding import crop_of, embed_pictures

if TYPE_CHECKING:
    from indexes.clip.zero_shot import FigureTyper
    from rag.config import Settings


def see(
    elements: Sequence[Element], settings: Settings, threads: int = 1
) -> tuple[tuple[Element, ...], list[Embedding]]:
    """The elements, figures with their types; and their vectors, if the settings' CLIP made them.

    As they are when there is no CLIP. Crops that cannot be read are left out.
    """
    crops = [(at, crop) for at, element in enumerate(elements) if (crop := crop_of(element))]
    tower = build.image_tower(settings, threads) if crops else None
    if tower is None:
        return tuple(elements), []
    readable, vectors = embed_pictures(tower, [crop for _, crop in crops])
    owners = [crops[place][0] for place in readable]
    seen = Embedding(tower.space, np.array(owners, np.int64), vectors, "pixels")
    typed = list(elements)
    for at, name in figure_types(build.figure_typer(settings), seen).items():
        typed[at] = replace(typed[at], figure_type=name)
    return tuple(typed), [seen] if build.figure_clip_folder(settings) is not None else []


def figure_types(typer: FigureTyper, seen: Embedding) -> dict[int, str]:
    """The type of each owner of an image tower's vector, "" where it is not clear."""
    names = typer.sure_types(seen.vectors)
    return dict(zip(seen.owners.tolist(), names, strict=True))

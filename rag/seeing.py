"""Figures as the image tower sees them: their vectors, and what type each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from indexes.types import Embedding
from ingest.types import Element
from rag import build
from rag.embedding import embed_crops, with_crops

if TYPE_CHECKING:
    from indexes.clip.zero_shot import FigureTyper
    from rag.config import Settings


Tell = Callable[[int, int], object]
"""Told how many figures are done, and of how many."""


def see(
    elements: Sequence[Element],
    settings: Settings,
    threads: int = 1,
    tell: Tell = lambda done, total: None,
) -> tuple[tuple[Element, ...], list[Embedding]]:
    """The elements, figures with their types; and their vectors, if the settings' CLIP made them.

    As they are when there is no CLIP. Crops that cannot be read are left out.
    """
    figures = with_crops(elements)
    tower = build.image_tower(settings, threads) if figures else None
    if tower is None:
        return tuple(elements), []
    seen = embed_crops(tower, figures, "pixels", tell)
    typed = list(elements)
    for at, name in figure_types(build.figure_typer(settings), seen).items():
        typed[at] = replace(typed[at], figure_type=name)
    return tuple(typed), [seen] if build.figure_clip_folder(settings) is not None else []


def figure_types(typer: FigureTyper, seen: Embedding) -> dict[int, str]:
    """The type of each owner of an image tower's vector, "" where it is not clear."""
    names = typer.sure_types(seen.vectors)
    return dict(zip(seen.owners.tolist(), names, strict=True))

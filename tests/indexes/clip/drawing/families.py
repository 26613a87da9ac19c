"""What the tests ask of all that draws figures."""

from __future__ import annotations

import random
from importlib import import_module
from typing import Any

from indexes.clip.data import FAMILIES
from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.figure_types import BY_NAME


def renderers_of(*families: str) -> list[tuple[str, Renderer]]:
    """Figure types with what draws them, each once."""
    return [
        (figure_type, renderer)
        for family in families
        for name in FAMILIES[family]
        for figure_type, drawn_by in _table(family, name).items()
        for renderer in dict.fromkeys(drawn_by)
    ]


def id_of(value: Any) -> str:
    """What a test is called by a figure type or by a renderer."""
    return value if isinstance(value, str) else getattr(value, "__name__", "")


def assert_is_a(figure_type: str, drawing: Drawing) -> None:
    """It is a picture, and says that it is of this type."""
    assert drawing.image.mode == "RGB"
    assert drawing.facts.figure_type == figure_type
    assert figure_type in BY_NAME


def assert_draws_the_same_again(renderer: Renderer) -> None:
    """A seed gives its pixels and its facts."""
    one, other = renderer(random.Random(7)), renderer(random.Random(7))
    assert one.image.tobytes() == other.image.tobytes()
    assert one.facts == other.facts


def _table(family: str, name: str) -> Any:
    return import_module(f"indexes.clip.drawing.{family}_{name}").RENDERERS

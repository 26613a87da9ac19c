"""What all screenshots share: their size, and their facts."""

from __future__ import annotations

import random

from .facts import Drawing, Facts
from .page_widgets import Screen


def screen_size(random_: random.Random) -> tuple[int, int]:
    """The width and height of a screen."""
    width = random_.randint(420, 720)
    return width, round(width / random_.choice([1.2, 1.33, 1.6, 1.78]))


def shot(screen: Screen, kind: str, *details: str, title: str = "") -> Drawing:
    """The screen as it is, and its facts."""
    said = [*details, *(["on a dark background"] if screen.skin.dark else [])]
    return Drawing(screen.image, Facts("screenshot", kind, title, bool(title), details=tuple(said)))

"""Schematic diagrams of curves on two axes, as textbooks draw them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from string import ascii_lowercase

from indexes.clip.drawing.facts import Drawing, Facts, Renderer
from indexes.clip.drawing.svg_canvas import Canvas
from indexes.clip.drawing.svg_economy import ECONOMY
from indexes.clip.drawing.svg_markets import Draw, Scene
from indexes.clip.drawing.svg_panel import Panel, Pen, pen
from indexes.clip.drawing.svg_plane import Box
from indexes.clip.drawing.svg_science import SCIENCE, functions


def economy(random_: random.Random) -> Drawing:
    """One diagram of an economics textbook."""
    return _figure(random_, [random_.choice(ECONOMY)])


def science(random_: random.Random) -> Drawing:
    """One diagram of another textbook."""
    return _figure(random_, [random_.choice(SCIENCE)])


def panels(random_: random.Random) -> Drawing:
    """Two diagrams side by side, with a caption below each."""
    first = random_.choice(ECONOMY + SCIENCE)
    return _figure(random_, [first, first if random_.random() < 0.7 else random_.choice(ECONOMY)])


def _figure(random_: random.Random, draws: list[Draw]) -> Drawing:
    count = len(draws)
    side = random_.choice([260, 320, 380, 420, 480, 560])
    shape = random_.choice([1.0, 1.0, 1.15, 1.3, 1.3, 1.5, 0.85])
    height = max(250.0, side / shape**0.5) if count == 1 else max(250.0, 0.75 * side)
    width = max(250.0, min(900.0, side * shape**0.5 if count == 1 else 0.8 * side * 2))
    size = max(
        8.0, min(20.0, min(width / count, height) * random_.choice([0.032, 0.037, 0.042, 0.05]))
    )
    look = pen(random_, size)
    ground = random_.choice(["#ffffff"] * 9 + ["#f4f6fa", "#fffdf5"])
    canvas = Canvas(
        width, height, ground, random_.choice(["sans", "sans", "sans", "times", "serif"]),
        random_.choice([1.0, 0.88, 0.85]),
    )  # fmt: skip
    scenes: list[Scene] = []
    details = ["in two panels"] if count == 2 else []
    lines = 0
    title_drawn = random_.random() < 0.3
    for i, draw in enumerate(draws):
        box = _box(canvas, look, i, count, title_drawn)
        crossed = draw is functions and random_.random() < 0.6
        panel = Panel(random_, canvas, look, box, crossed)
        if random_.random() < 0.06:
            panel.grid()
        scene = draw(panel, random_)
        named = random_.random() > 0.1
        panel.axes(
            scene.x if named else "",
            scene.y if named else "",
            panel.numbered or random_.random() < 0.3,
        )
        if count == 2 and random_.random() < 0.8:
            words = f"({ascii_lowercase[i]}) {scene.title if random_.random() < 0.6 else ''}"
            small = min(size, size * 0.95 * width / count / max(1.0, canvas.length(words, size)))
            canvas.text(box.middle[0], canvas.height - size, words, max(7.0, small), look.ink)
        scenes.append(scene)
        details += [detail for detail in panel.details if detail not in details]
        lines += panel.drawn
    first = scenes[0]
    if title_drawn:
        canvas.text(
            canvas.width / 2, 0.6 * size, first.title, 1.2 * size, look.ink, place="top",
            bold=random_.random() < 0.5,
        )  # fmt: skip
    facts = Facts(
        "curve diagram", first.kind, first.title, title_drawn, first.x, first.y,
        series=first.curves, details=tuple(details), parts=lines, part="curves",
    )  # fmt: skip
    return Drawing(canvas.image(), facts)


def _box(canvas: Canvas, look: Pen, number: int, count: int, titled: bool) -> Box:
    wide = canvas.width / count
    left = wide * number
    size = look.size
    return Box(
        left + max(0.13 * wide, 4.8 * size),
        (2.6 if titled else 1.6) * size + (1.6 * size if look.titles == "ends" else 0),
        left + wide - max(0.09 * wide, 2.8 * size),
        canvas.height - (5.4 if count == 2 else 3.9) * size,
    )


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "curve diagram": (economy, economy, economy, science, science, panels)
}

"""Drawings: single objects, icons, scenes, cartoons, technical drawings."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from . import page_words as words
from .facts import Drawing, Facts, Renderer
from .page_type import SANS, Setter
from .picture_pen import SCALE, Pen
from .picture_things import THINGS


def thing(random_: random.Random) -> Drawing:
    """One object, large."""
    name = random_.choice(list(THINGS))
    width, height = random_.randint(260, 460), random_.randint(240, 420)
    pen = Pen(random_, width, height)
    size = min(width, height) * random_.uniform(0.6, 0.9)
    foot = (height + size) / 2
    if random_.random() < 0.3:
        pen.path([(10, foot), (width - 10, foot)])
    THINGS[name](pen, width / 2, foot, size)
    details = () if name == "stick figure" else (pen.phrase(),)  # it is all lines
    kind = random_.choice(
        [f"drawing of a {name}", f"illustration of a {name}", f"sketch of a {name}"]
    )
    return Drawing(pen.done(), Facts("drawing", kind, title=name.capitalize(), details=details))


def icons(random_: random.Random) -> Drawing:
    """One pictogram in a badge, or several in rows."""
    columns, rows = random_.choice([(1, 1), (1, 1), (3, 1), (4, 1), (2, 2), (4, 3), (5, 3), (6, 2)])
    cell = random_.randint(240, 320) if columns == 1 else random_.randint(80, 120)
    pen = Pen(random_, columns * cell, rows * cell)
    pen.manner = random_.choice(["solid", "solid", "outline", "flat"])
    badge, labelled = random_.random() < 0.4, random_.random() < 0.4 and columns > 1
    names = random_.sample([n for n in THINGS if n not in ("logo", "cell")], columns * rows)
    for i, name in enumerate(names):
        x, y = (i % columns + 0.5) * cell, (i // columns + 0.5) * cell
        size = cell * (0.5 if badge else 0.68)
        if badge:
            r = cell * 0.42 * SCALE
            box = (x * SCALE - r, y * SCALE - r, x * SCALE + r, y * SCALE + r)
            pen.draw.ellipse(box, fill=random_.choice(pen.palette))
        THINGS[name](pen, x, y + size / 2 - (6 if labelled else 0), size)
        if labelled:
            pen.words(x, y + cell * 0.43, name, 10)
    kind = f"icon of a {names[0]}" if len(names) == 1 else "set of icons"
    facts = Facts("drawing", kind, categories=tuple(names), parts=len(names), part="icons",
                  details=(pen.phrase(),))  # fmt: skip
    return Drawing(pen.done(), facts)


def scene(random_: random.Random) -> Drawing:
    """Several things on a ground under a sky."""
    width, height = random_.randint(360, 560), random_.randint(240, 380)
    pen = Pen(random_, width, height)
    level = height * random_.uniform(0.55, 0.75)
    if pen.manner in ("flat", "both"):
        sky, grass = random_.choice(
            [
                ("#cfe8ff", "#a5d6a7"),
                ("#fff3e0", "#d7ccc8"),
                ("#e3f2fd", "#fff59d"),
                ("#1a237e", "#37474f"),
            ]
        )
        pen.draw.rectangle((0, 0, width * SCALE, level * SCALE), fill=sky)
        pen.draw.rectangle((0, level * SCALE, width * SCALE, height * SCALE), fill=grass)
    else:
        pen.path([(0, level), (width, level)])
    pen.oval(
        width * random_.uniform(0.1, 0.9), height * 0.16, height * 0.08, height * 0.08, "#ffeb3b"
    )
    for _ in range(random_.randint(0, 3)):
        x, y, s = (
            random_.uniform(0, width),
            random_.uniform(0.08, 0.3) * height,
            random_.uniform(14, 30),
        )
        for dx in (-1, 0, 1):
            pen.oval(x + dx * s, y, s, s * (0.8 if dx == 0 else 0.5), "#ffffff")
    count = random_.randint(3, 7)
    names = [
        random_.choice(["house", "tree", "tree", "car", "person", "person", "dog", "cat", "bird"])
        for _ in range(count)
    ]
    spots = sorted(random_.uniform(0, 1) for _ in range(count))
    for depth, name in zip(spots, names, strict=True):
        size = height * (0.2 + 0.3 * depth) * (1.5 if name in ("house", "tree") else 1)
        THINGS[name](
            pen, random_.uniform(0.08, 0.92) * width, level + depth * (height - level) * 0.9, size
        )
    bubble = random_.random() < 0.35
    if bubble:
        _bubble(random_, pen)
    kind = "cartoon" if bubble else random_.choice(["illustration of a scene", "clip-art scene"])
    details = (pen.phrase(), *(["with a speech bubble"] if bubble else []))
    return Drawing(
        pen.done(), Facts("drawing", kind, categories=tuple(dict.fromkeys(names)), details=details)
    )


def _bubble(random_: random.Random, pen: Pen) -> None:
    x, y = pen.width * random_.uniform(0.3, 0.7), pen.height * 0.2
    rx, ry = pen.width * 0.24, pen.height * 0.14
    was, pen.manner = pen.manner, "outline"
    ground, pen.ground = pen.ground, "#ffffff"
    tail = [
        (x - 10, y + ry * 0.8),
        (x + 12, y + ry * 0.8),
        (x + random_.uniform(-60, 60), y + ry * 2),
    ]
    pen.oval(x, y, rx, ry)
    pen.draw.polygon([(a * SCALE, b * SCALE) for a, b in tail], fill="#ffffff")
    pen.path([tail[0], tail[2], tail[1]])
    setter = Setter(pen.draw, SANS[0], 11 * SCALE)
    for i, line in enumerate(setter.wrapped(words.sentence(random_), rx * 1.6 * SCALE)[:3]):
        pen.words(x, y - 14 + 14 * i, line, 11)
    pen.manner, pen.ground = was, ground


def comic(random_: random.Random) -> Drawing:
    """Panels in a row with figures who talk."""
    panels = random_.randint(2, 4)
    each, height = random_.randint(150, 200), random_.randint(170, 240)
    pen = Pen(random_, panels * each + 12, height)
    pen.manner = random_.choice(["outline", "both", "outline"])
    for i in range(panels):
        left = 6 + i * each
        pen.box(left + 4, 6, each - 8, height - 12, "#fffde7")
        name = random_.choice(["stick figure", "person", "stick figure", "cat"])
        for at in (0.3, 0.72):
            THINGS[name](pen, left + each * at, height - 14, height * 0.5)
        for j, line in enumerate(words.point(random_).split()[:6:2]):
            pen.words(left + each / 2, 24 + 13 * j, line, 10)
    facts = Facts("drawing", "comic strip", parts=panels, part="panels")
    return Drawing(pen.done(), facts)


def technical(random_: random.Random) -> Drawing:
    """A machine part with centre lines and dimensions."""
    width, height = random_.randint(320, 520), random_.randint(240, 380)
    pen = Pen(random_, width, height)
    pen.manner, pen.rough, pen.line = (
        random_.choice(["outline", "hatch"]),
        0,
        random_.choice([1.5, 2, 2.5]),
    )
    pen.ground = pen.ground if random_.random() < 0.8 else "#ffffff"
    x0, y0, w, h = width * 0.18, height * 0.22, width * 0.6, height * 0.5
    shape = random_.choice(["plate", "shaft", "bracket"])
    if shape == "plate":
        pen.box(x0, y0, w, h)
        holes = random_.randint(1, 4)
        for i in range(holes):
            x, y, r = (
                x0 + w * (i + 0.5) / holes,
                y0 + h / 2,
                min(w / holes, h) * random_.uniform(0.15, 0.35),
            )
            pen.oval(x, y, r, r)
            pen.path([(x - r * 1.4, y), (x + r * 1.4, y)], 0.5)
            pen.path([(x, y - r * 1.4), (x, y + r * 1.4)], 0.5)
            pen.words(x + r, y - r - 8, f"Ø{random_.randint(4, 60)}", 10)
    elif shape == "shaft":
        x = x0
        for _ in range(random_.randint(3, 6)):
            long, half = w / 5, h * random_.uniform(0.15, 0.48)
            pen.box(x, y0 + h / 2 - half, long, 2 * half)
            x += long
        w = x - x0
        pen.path([(x0 - 15, y0 + h / 2), (x0 + w + 15, y0 + h / 2)], 0.5)
    else:
        t = h * random_.uniform(0.2, 0.35)
        pen.poly(
            [
                (x0, y0),
                (x0 + t, y0),
                (x0 + t, y0 + h - t),
                (x0 + w, y0 + h - t),
                (x0 + w, y0 + h),
                (x0, y0 + h),
            ]
        )
        pen.oval(x0 + w * 0.7, y0 + h - t / 2, t * 0.25, t * 0.25)
    _dimension(pen, x0, x0 + w, y0 + h + 26, True, str(random_.randint(20, 400)))
    _dimension(pen, y0, y0 + h, x0 - 26, False, str(random_.randint(10, 200)))
    if random_.random() < 0.4:
        pen.draw.rectangle((2, 2, width * SCALE - 3, height * SCALE - 3), outline=pen.ink, width=2)
        pen.words(width - 60, height - 14, f"Scale 1:{random_.choice([1, 2, 5, 10])}", 10)
    facts = Facts("drawing", "technical drawing", details=("with dimensions",))
    return Drawing(pen.done(), facts)


def _dimension(pen: Pen, start: float, stop: float, level: float, across: bool, text: str) -> None:
    def at(u: float, v: float) -> tuple[float, float]:
        return (u, v) if across else (v, u)

    pen.path([at(start, level), at(stop, level)], 0.8)
    for end, way in ((start, 1), (stop, -1)):
        pen.path([at(end, level - 18), at(end, level + 5)], 0.5)
        pen.path([at(end + way * 8, level - 3), at(end, level), at(end + way * 8, level + 3)], 0.8)
    x, y = at((start + stop) / 2, level - 8)
    pen.words(x, y, text, 11)


def apparatus(random_: random.Random) -> Drawing:
    """Laboratory glass on a bench, joined by a tube, with labels."""
    width, height = random_.randint(320, 500), random_.randint(240, 340)
    pen = Pen(random_, width, height)
    if pen.manner == "solid":
        pen.manner = "outline"
    foot, size = height * 0.78, height * 0.42
    pen.box(8, foot, width - 16, 10, "#8d6e63")
    count = random_.randint(2, 3)
    for i in range(count):
        x = width * (i + 0.5) / count
        THINGS[random_.choice(["flask", "bottle", "flask", "cup"])](pen, x, foot, size)
        if i:
            before = width * (i - 0.5) / count
            pen.path(
                [
                    (before, foot - size * 0.95),
                    (before, foot - size * 1.25),
                    (x, foot - size * 1.25),
                    (x, foot - size * 0.4),
                ],
                3,
            )
        if random_.random() < 0.7:
            pen.path([(x + size * 0.1, foot - size * 0.3), (x + size * 0.5, foot + 22)], 0.8)
            pen.words(x + size * 0.5, foot + 30, words.word(random_), 11)
    return Drawing(
        pen.done(), Facts("drawing", "drawing of a laboratory apparatus", details=(pen.phrase(),))
    )


def solid(random_: random.Random) -> Drawing:
    """A geometric construction: a prism, a cylinder or a triangle with letters."""
    width, height = random_.randint(260, 400), random_.randint(220, 340)
    pen = Pen(random_, width, height)
    if pen.manner == "solid":
        pen.manner = "outline"
    x, y, s = width * 0.25, height * 0.8, min(width, height) * 0.5
    shape = random_.choice(["cuboid", "cylinder", "triangle", "circle"])
    if shape == "cuboid":
        d = s * 0.35
        pen.poly(
            [(x, y - s), (x + d, y - s - d * 0.6), (x + s + d, y - s - d * 0.6), (x + s, y - s)]
        )
        pen.poly(
            [(x + s, y), (x + s + d, y - d * 0.6), (x + s + d, y - s - d * 0.6), (x + s, y - s)]
        )
        pen.box(x, y - s, s, s)
    elif shape == "cylinder":
        pen.oval(x + s / 2, y, s / 2, s * 0.14)
        pen.poly([(x, y), (x, y - s), (x + s, y - s), (x + s, y)])
        pen.oval(x + s / 2, y - s, s / 2, s * 0.14)
    elif shape == "triangle":
        top = (x + s * random_.uniform(0.1, 1.2), y - s * 1.1)
        pen.poly([(x, y), (x + s * 1.2, y), top])
        for name, at in zip(
            "ABC", ((x - 10, y + 8), (x + s * 1.2 + 10, y + 8), (top[0], top[1] - 10)), strict=True
        ):
            pen.words(at[0], at[1], name, 14)
    else:
        pen.oval(width / 2, height / 2, s * 0.7, s * 0.7)
        for i in range(random_.randint(1, 4)):
            t = random_.uniform(0, 2 * math.pi) + i
            end = (width / 2 + s * 0.7 * math.cos(t), height / 2 + s * 0.7 * math.sin(t))
            pen.path([(width / 2, height / 2), end])
            pen.words(end[0] + 12 * math.cos(t), end[1] + 12 * math.sin(t), "PQRST"[i], 13)
    return Drawing(
        pen.done(), Facts("drawing", f"geometric drawing of a {shape}", details=(pen.phrase(),))
    )


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "drawing": (thing, thing, thing, icons, icons, scene, scene, comic, technical, apparatus, solid)
}

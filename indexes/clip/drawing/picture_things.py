"""Things to draw with a pen: each within a square of a size, its foot in the middle at (x, y)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from .page_words import verb
from .picture_beings import bird, cat, cell, dog, face, figure, fish, leaf, person
from .picture_pen import Pen, arc

Thing = Callable[[Pen, float, float, float], None]


def house(p: Pen, x: float, y: float, s: float) -> None:
    """Walls, a roof, a door and windows."""
    p.box(x + s * 0.15, y - s * 0.95, s * 0.1, s * 0.3, "#a05040")
    p.box(x - s * 0.35, y - s * 0.55, s * 0.7, s * 0.55)
    p.poly([(x - s * 0.45, y - s * 0.53), (x, y - s), (x + s * 0.45, y - s * 0.53)], "#a04030")
    if p.manner != "solid":
        p.box(x - s * 0.07, y - s * 0.28, s * 0.15, s * 0.28, "#6d4c41")
        for side in (-0.25, 0.14):
            p.box(x + s * side, y - s * 0.42, s * 0.12, s * 0.13, "#cfe8ff")


def tree(p: Pen, x: float, y: float, s: float) -> None:
    """A trunk with a round crown, or a fir."""
    p.box(x - s * 0.05, y - s * 0.4, s * 0.1, s * 0.4, "#6d4c41")
    if p.random.random() < 0.5:
        for i in range(3):
            half, top = s * (0.32 - 0.07 * i), y - s * (0.5 + 0.2 * i)
            p.poly(
                [(x - half, top + s * 0.25), (x, top - s * 0.08), (x + half, top + s * 0.25)],
                "#3f8f4f",
            )
    else:
        for dx, dy in ((-0.15, 0.55), (0.15, 0.55), (0, 0.75)):
            p.oval(x + s * dx, y - s * dy, s * 0.22, s * 0.2, "#4fa050")


def car(p: Pen, x: float, y: float, s: float) -> None:
    """A car from the side."""
    body = [
        (-0.5, 0.15),
        (-0.48, 0.33),
        (-0.3, 0.36),
        (-0.18, 0.55),
        (0.18, 0.55),
        (0.3, 0.37),
        (0.47, 0.33),
        (0.5, 0.15),
    ]
    p.poly([(x + a * s, y - b * s) for a, b in body])
    if p.manner != "solid":
        for a, b in ((-0.16, 0.0), (0.02, 0.17)):
            p.poly(
                [
                    (x + a * s, y - s * 0.5),
                    (x + b * s, y - s * 0.5),
                    (x + b * s, y - s * 0.38),
                    (x + (a - 0.06 * (a < 0)) * s, y - s * 0.38),
                ],
                "#cfe8ff",
            )
    for side in (-0.28, 0.28):
        p.oval(x + s * side, y - s * 0.12, s * 0.11, s * 0.11, "#333333")
        p.dot(x + s * side, y - s * 0.12, s * 0.04)


def cup(p: Pen, x: float, y: float, s: float) -> None:
    """A cup with a handle."""
    p.path(arc(x + s * 0.28, y - s * 0.33, s * 0.16, -math.pi / 2, math.pi / 2), max(2, s * 0.04))
    p.poly(
        [
            (x - s * 0.3, y - s * 0.6),
            (x + s * 0.3, y - s * 0.6),
            (x + s * 0.22, y),
            (x - s * 0.22, y),
        ]
    )
    p.oval(x, y - s * 0.6, s * 0.3, s * 0.07, "#5d4037")
    for dx in (-0.1, 0.08):
        p.path([(x + s * (dx + 0.03 * math.sin(i)), y - s * (0.7 + 0.05 * i)) for i in range(6)])


def bottle(p: Pen, x: float, y: float, s: float) -> None:
    """A bottle with a label."""
    half = [(0.17, 0), (0.17, 0.55), (0.06, 0.72), (0.06, 0.95)]
    p.poly(
        [(x - a * s, y - b * s) for a, b in half]
        + [(x + a * s, y - b * s) for a, b in reversed(half)],
        "#3f8f4f",
    )
    if p.manner != "solid":
        p.box(x - s * 0.17, y - s * 0.42, s * 0.34, s * 0.22, "#fff8e1")
    p.box(x - s * 0.07, y - s, s * 0.14, s * 0.06, "#8d6e63")


def flask(p: Pen, x: float, y: float, s: float) -> None:
    """A conical flask with a liquid, on a burner or a stand."""
    p.poly(
        [
            (x - s * 0.07, y - s * 0.95),
            (x - s * 0.07, y - s * 0.6),
            (x - s * 0.32, y),
            (x + s * 0.32, y),
            (x + s * 0.07, y - s * 0.6),
            (x + s * 0.07, y - s * 0.95),
        ],
        "#e3f2fd",
    )
    p.poly(
        [
            (x - s * 0.2, y - s * 0.28),
            (x + s * 0.2, y - s * 0.28),
            (x + s * 0.31, y - s * 0.02),
            (x - s * 0.31, y - s * 0.02),
        ],
        p.random.choice(["#e57373", "#64b5f6", "#81c784", "#ffd54f"]),
    )
    for dx, dy in ((-0.05, 0.1), (0.08, 0.17), (0.02, 0.22)):
        p.oval(x + s * dx, y - s * dy, s * 0.025, s * 0.025, "#ffffff")


def gear(p: Pen, x: float, y: float, s: float) -> None:
    """A toothed wheel."""
    teeth, middle = p.random.randint(8, 16), y - s * 0.48
    ring = []
    for i in range(teeth * 4):
        r = s * (0.46 if i % 4 in (1, 2) else 0.37)
        t = 2 * math.pi * i / (teeth * 4)
        ring.append((x + r * math.cos(t), middle + r * math.sin(t)))
    p.poly(ring, "#90a4ae")
    p.oval(x, middle, s * 0.14, s * 0.14, p.ground)


def hammer(p: Pen, x: float, y: float, s: float) -> None:
    """A hammer."""
    p.box(x - s * 0.04, y - s * 0.75, s * 0.08, s * 0.75, "#a1887f")
    p.poly(
        [
            (x - s * 0.25, y - s * 0.95),
            (x + s * 0.2, y - s * 0.95),
            (x + s * 0.3, y - s * 0.8),
            (x + s * 0.2, y - s * 0.72),
            (x - s * 0.25, y - s * 0.72),
        ],
        "#607d8b",
    )


def lamp(p: Pen, x: float, y: float, s: float) -> None:
    """A light bulb."""
    p.box(x - s * 0.1, y - s * 0.3, s * 0.2, s * 0.2, "#90a4ae")
    p.oval(x, y - s * 0.6, s * 0.28, s * 0.3, "#ffeb3b")
    p.path(
        [
            (x - s * 0.06, y - s * 0.32),
            (x - s * 0.1, y - s * 0.55),
            (x, y - s * 0.48),
            (x + s * 0.1, y - s * 0.55),
            (x + s * 0.06, y - s * 0.32),
        ]
    )
    for i in range(7):
        t = math.pi + i * math.pi / 6
        p.path(
            [
                (x + s * 0.34 * math.cos(t), y - s * 0.6 + s * 0.36 * math.sin(t)),
                (x + s * 0.44 * math.cos(t), y - s * 0.58 + s * 0.42 * math.sin(t)),
            ]
        )


def computer(p: Pen, x: float, y: float, s: float) -> None:
    """A screen on a foot, with keys."""
    p.poly(
        [
            (x - s * 0.08, y - s * 0.25),
            (x + s * 0.08, y - s * 0.25),
            (x + s * 0.12, y - s * 0.1),
            (x - s * 0.12, y - s * 0.1),
        ],
        "#90a4ae",
    )
    p.box(x - s * 0.42, y - s * 0.85, s * 0.84, s * 0.6, "#37474f")
    if p.manner != "solid":
        p.box(x - s * 0.36, y - s * 0.79, s * 0.72, s * 0.48, "#cfe8ff")
    p.poly(
        [
            (x - s * 0.35, y - s * 0.1),
            (x + s * 0.35, y - s * 0.1),
            (x + s * 0.42, y),
            (x - s * 0.42, y),
        ],
        "#b0bec5",
    )


def heart(p: Pen, x: float, y: float, s: float) -> None:
    """A heart."""
    points = []
    for i in range(40):
        t = 2 * math.pi * i / 40
        across, up = (
            16 * math.sin(t) ** 3,
            13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t),
        )
        points.append((x + s * across / 36, y - s * 0.48 - s * up / 36))
    p.poly(points, "#e53935")


def book(p: Pen, x: float, y: float, s: float) -> None:
    """An open book."""
    for side in (-1, 1):
        p.poly(
            [
                (x, y - s * 0.1),
                (x + side * s * 0.45, y - s * 0.18),
                (x + side * s * 0.45, y - s * 0.7),
                (x, y - s * 0.6),
            ],
            "#fff8e1",
        )
        for i in range(4):
            p.path(
                [
                    (x + side * s * 0.06, y - s * (0.5 - 0.1 * i)),
                    (x + side * s * 0.38, y - s * (0.56 - 0.1 * i)),
                ],
                1,
            )


def rocket(p: Pen, x: float, y: float, s: float) -> None:
    """A rocket."""
    p.poly([(x - s * 0.12, y - s * 0.2), (x, y), (x + s * 0.12, y - s * 0.2)], "#ff9800")
    for side in (-1, 1):
        p.poly(
            [
                (x + side * s * 0.13, y - s * 0.45),
                (x + side * s * 0.3, y - s * 0.15),
                (x + side * s * 0.13, y - s * 0.2),
            ],
            "#e53935",
        )
    p.poly(
        [
            (x - s * 0.14, y - s * 0.2),
            (x - s * 0.15, y - s * 0.6),
            (x, y - s),
            (x + s * 0.15, y - s * 0.6),
            (x + s * 0.14, y - s * 0.2),
        ],
        "#cfd8dc",
    )
    p.oval(x, y - s * 0.6, s * 0.06, s * 0.06, "#4fc3f7")


def sign(p: Pen, x: float, y: float, s: float) -> None:
    """A logo: a mark with a word."""
    middle, shape = y - s * 0.6, p.random.randrange(4)
    sides = (3, 4, 6, 30)[shape]
    p.poly(
        [
            (
                x + s * 0.3 * math.sin(2 * math.pi * i / sides),
                middle - s * 0.3 * math.cos(2 * math.pi * i / sides),
            )
            for i in range(sides)
        ]
    )
    if p.manner != "solid":
        p.oval(x, middle, s * 0.12, s * 0.12, "#ffffff")
    p.words(x, y - s * 0.12, verb(p.random).upper(), max(9, round(s * 0.13)))


THINGS: Mapping[str, Thing] = {
    "house": house, "tree": tree, "car": car, "person": person, "stick figure": figure,
    "cup": cup, "bottle": bottle, "flask": flask, "cat": cat, "fish": fish, "bird": bird,
    "dog": dog, "gear": gear, "hammer": hammer, "light bulb": lamp, "computer": computer,
    "cell": cell, "heart": heart, "leaf": leaf, "face": face, "book": book, "rocket": rocket,
    "logo": sign,
}  # fmt: skip

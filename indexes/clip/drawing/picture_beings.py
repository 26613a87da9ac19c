"""Living things to draw with a pen: each in a square, its foot in the middle at (x, y)."""

from __future__ import annotations

import math

from .picture_pen import Pen, arc

_SKIN = "#f1c8a0"


def person(p: Pen, x: float, y: float, s: float) -> None:
    """A standing person."""
    wide = p.random.uniform(0.1, 0.15)
    p.box(x - s * wide * 0.8, y - s * 0.42, s * wide * 0.7, s * 0.42, "#37474f")
    p.box(x + s * wide * 0.1, y - s * 0.42, s * wide * 0.7, s * 0.42, "#37474f")
    lift = p.random.uniform(-0.1, 0.3)
    p.poly(
        [
            (x - s * wide, y - s * 0.74),
            (x - s * wide * 2, y - s * (0.45 + lift)),
            (x - s * wide * 1.6, y - s * (0.43 + lift)),
            (x - s * wide, y - s * 0.62),
        ],
        _SKIN,
    )
    p.poly(
        [
            (x + s * wide, y - s * 0.74),
            (x + s * wide * 2, y - s * 0.45),
            (x + s * wide * 1.6, y - s * 0.43),
            (x + s * wide, y - s * 0.62),
        ],
        _SKIN,
    )
    p.poly(
        [
            (x - s * wide, y - s * 0.76),
            (x + s * wide, y - s * 0.76),
            (x + s * wide, y - s * 0.4),
            (x - s * wide, y - s * 0.4),
        ]
    )
    p.oval(x, y - s * 0.88, s * 0.08, s * 0.1, _SKIN)
    if p.manner != "solid":
        p.poly(arc(x, y - s * 0.9, s * 0.085, math.pi, 2 * math.pi), "#4e342e")


def figure(p: Pen, x: float, y: float, s: float) -> None:
    """A stick figure."""
    thick = max(p.line, s * 0.02)
    p.path([*arc(x, y - s * 0.87, s * 0.11, 0, 2 * math.pi)], thick)
    p.path([(x, y - s * 0.76), (x, y - s * 0.38)], thick)
    p.path([(x - s * 0.16, y), (x, y - s * 0.38), (x + s * 0.16, y)], thick)
    lift = p.random.uniform(-0.15, 0.25)
    p.path(
        [(x - s * 0.2, y - s * (0.5 + lift)), (x, y - s * 0.68), (x + s * 0.2, y - s * 0.5)], thick
    )


def cat(p: Pen, x: float, y: float, s: float) -> None:
    """A sitting cat."""
    p.path(
        [(x + s * 0.2, y - s * 0.08), (x + s * 0.4, y - s * 0.1), (x + s * 0.42, y - s * 0.35)],
        max(3, s * 0.05),
    )
    p.oval(x, y - s * 0.27, s * 0.23, s * 0.27, "#ffb74d")
    for side in (-1, 1):
        p.poly(
            [
                (x + side * s * 0.17, y - s * 0.7),
                (x + side * s * 0.17, y - s * 0.95),
                (x + side * s * 0.03, y - s * 0.8),
            ],
            "#ffb74d",
        )
    p.oval(x, y - s * 0.66, s * 0.19, s * 0.17, "#ffb74d")
    for side in (-1, 1):
        p.dot(x + side * s * 0.07, y - s * 0.69, s * 0.022)
        for tilt in (-0.03, 0.03):
            p.path(
                [(x + side * s * 0.06, y - s * 0.6), (x + side * s * 0.27, y - s * (0.6 + tilt))], 1
            )
    p.dot(x, y - s * 0.62, s * 0.018)


def fish(p: Pen, x: float, y: float, s: float) -> None:
    """A fish from the side."""
    middle = y - s * 0.4
    p.poly(
        [(x + s * 0.3, middle), (x + s * 0.5, middle - s * 0.18), (x + s * 0.5, middle + s * 0.18)]
    )
    p.poly(
        [
            (x - s * 0.1, middle - s * 0.15),
            (x + s * 0.05, middle - s * 0.32),
            (x + s * 0.15, middle - s * 0.12),
        ]
    )
    p.oval(x - s * 0.05, middle, s * 0.38, s * 0.2, "#4fc3f7")
    p.dot(x - s * 0.28, middle - s * 0.05, s * 0.025)
    p.path(arc(x - s * 0.3, middle, s * 0.16, -0.9, 0.9))


def bird(p: Pen, x: float, y: float, s: float) -> None:
    """A bird on its feet."""
    p.path([(x, y - s * 0.25), (x, y)])
    p.path([(x + s * 0.08, y - s * 0.25), (x + s * 0.08, y)])
    p.poly([(x + s * 0.2, y - s * 0.4), (x + s * 0.5, y - s * 0.55), (x + s * 0.25, y - s * 0.3)])
    p.oval(x, y - s * 0.42, s * 0.28, s * 0.2)
    p.oval(x - s * 0.22, y - s * 0.65, s * 0.13, s * 0.13)
    p.poly(
        [(x - s * 0.34, y - s * 0.68), (x - s * 0.5, y - s * 0.63), (x - s * 0.34, y - s * 0.6)],
        "#ffa000",
    )
    p.dot(x - s * 0.25, y - s * 0.68, s * 0.02)


def dog(p: Pen, x: float, y: float, s: float) -> None:
    """A four-legged animal."""
    for dx in (-0.25, -0.15, 0.2, 0.3):
        p.box(x + s * dx, y - s * 0.3, s * 0.07, s * 0.3, "#a1887f")
    p.path([(x + s * 0.36, y - s * 0.45), (x + s * 0.5, y - s * 0.65)], max(3, s * 0.04))
    p.oval(x + s * 0.05, y - s * 0.4, s * 0.36, s * 0.17, "#a1887f")
    p.oval(x - s * 0.32, y - s * 0.62, s * 0.17, s * 0.15, "#a1887f")
    p.oval(x - s * 0.43, y - s * 0.57, s * 0.1, s * 0.07, "#a1887f")
    p.oval(x - s * 0.22, y - s * 0.6, s * 0.05, s * 0.13, "#6d4c41")
    p.dot(x - s * 0.36, y - s * 0.66, s * 0.02)


def cell(p: Pen, x: float, y: float, s: float) -> None:
    """A cell with a nucleus and small parts, labelled by lines."""
    middle = y - s * 0.48
    p.oval(x, middle, s * 0.48, s * 0.4, "#ffe0b2")
    p.oval(x, middle, s * 0.45, s * 0.37, "#fff3e0")
    p.oval(x - s * 0.08, middle - s * 0.03, s * 0.15, s * 0.14, "#ce93d8")
    p.oval(x - s * 0.08, middle - s * 0.03, s * 0.05, s * 0.05, "#8e24aa")
    for _ in range(7):
        t, r = p.random.uniform(0, 2 * math.pi), s * p.random.uniform(0.25, 0.34)
        p.oval(x + r * math.cos(t), middle + r * 0.8 * math.sin(t), s * 0.06, s * 0.03, "#ef9a9a")
    if s > 150:
        for name, dx, dy in (
            ("nucleus", -0.08, -0.03),
            ("membrane", 0.4, 0.2),
            ("wall", -0.4, 0.2),
        ):
            end = (x + s * dx + s * 0.3 * (1 if dx > 0 else -1), middle + s * dy - s * 0.2)
            p.path([(x + s * dx, middle + s * dy), end], 1)
            p.words(end[0], end[1] - 7, name, 10)


def leaf(p: Pen, x: float, y: float, s: float) -> None:
    """A leaf with veins."""
    right = [
        (x + s * 0.28 * math.sin(math.pi * t) ** 0.8, y - s * 0.15 - s * 0.8 * t)
        for t in (0, 0.15, 0.3, 0.5, 0.7, 0.85, 1)
    ]
    p.poly(right + [(2 * x - a, b) for a, b in reversed(right)], "#66bb6a")
    p.path([(x, y), (x, y - s * 0.9)])
    for i in range(4):
        up = y - s * (0.28 + 0.15 * i)
        p.path([(x - s * 0.17, up - s * 0.1), (x, up), (x + s * 0.17, up - s * 0.1)])


def face(p: Pen, x: float, y: float, s: float) -> None:
    """A head from the front."""
    middle = y - s * 0.48
    p.oval(x, middle - s * 0.03, s * 0.37, s * 0.46, "#4e342e")
    p.oval(x, middle + s * 0.03, s * 0.32, s * 0.42, _SKIN)
    for side in (-1, 1):
        p.oval(x + side * s * 0.13, middle - s * 0.05, s * 0.05, s * 0.03, "#ffffff")
        p.dot(x + side * s * 0.13, middle - s * 0.05, s * 0.022)
        p.path(
            [(x + side * s * 0.06, middle - s * 0.13), (x + side * s * 0.19, middle - s * 0.14)],
            max(1.5, s * 0.015),
        )
    p.path(
        [
            (x, middle - s * 0.03),
            (x + s * 0.04, middle + s * 0.12),
            (x - s * 0.02, middle + s * 0.12),
        ]
    )
    p.path(arc(x, middle + s * 0.16, s * 0.12, 0.3, math.pi - 0.3), max(1.5, s * 0.015))

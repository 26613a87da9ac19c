"""Parts of circuits: each is drawn between two points, or at a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexes.clip.drawing.diagram_board import Board, arc
from indexes.clip.drawing.svg_canvas import Point

_At = Callable[..., Point]  # a place in a part: along the wire, and beside it


@dataclass(frozen=True, slots=True)
class Ink:
    """What parts are drawn with; `unit` is the length of a part's body."""

    board: Board
    colour: str
    ground: str
    line: float
    unit: float
    size: float  # of letters
    european: bool  # resistors as boxes

    def path(self, points: Sequence[Point], thick: float = 1.0) -> None:
        """An open line."""
        self.board.path(points, self.colour, self.line * thick)

    def ring(self, points: Sequence[Point], filled: bool = False) -> None:
        """A closed outline."""
        fill = self.colour if filled else self.ground
        self.board.polygon(points, fill, self.colour, self.line)


def between(ink: Ink, kind: str, start: Point, end: Point, label: str = "") -> None:
    """A part in the middle of a wire from start to end, upright or across."""
    long = math.dist(start, end)
    ux, uy = (end[0] - start[0]) / long, (end[1] - start[1]) / long
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    u = ink.unit

    def at(along: float, beside: float = 0.0) -> Point:
        """From the part's middle, in units; beside is to the left of the way."""
        a, b = along * u, beside * u
        return middle[0] + a * ux + b * uy, middle[1] + a * uy - b * ux

    half = _half(kind)
    ink.path([start, at(-half)])
    ink.path([at(half), end])
    _body(ink, kind, at)
    if label:
        across = abs(ux) > abs(uy)
        off = 0.75 if kind in ("source", "current", "ac", "lamp", "meter") else 0.5
        x, y = middle
        if across:
            ink.board.word(
                x, y - off * u - ink.size * 0.6, label, ink.size, ink.colour, italic=True
            )
        else:
            ink.board.word(x + off * u + 4, y, label, ink.size, ink.colour, "start", italic=True)


def _half(kind: str) -> float:
    return {"capacitor": 0.1, "battery": 0.1, "cells": 0.35, "switch": 0.5, "polar": 0.1,
            "source": 0.5, "current": 0.5, "ac": 0.5, "lamp": 0.5, "meter": 0.5,
            "diode": 0.3, "led": 0.3}.get(kind, 0.5)  # fmt: skip


def _body(ink: Ink, kind: str, at: _At) -> None:
    u = ink.unit
    match kind:
        case "resistor" if ink.european:
            ink.ring([at(-0.5, -0.2), at(0.5, -0.2), at(0.5, 0.2), at(-0.5, 0.2)])
        case "resistor":
            teeth = [at(-0.5 + (i + 0.5) / 6, 0.22 if i % 2 else -0.22) for i in range(6)]
            ink.path([at(-0.5), *teeth, at(0.5)])
        case "capacitor" | "polar":
            ink.path([at(-0.1, -0.4), at(-0.1, 0.4)])
            ink.path([at(0.1, -0.4), at(0.1, 0.4)])
            if kind == "polar":
                ink.path([at(-0.45, 0.3), at(-0.25, 0.3)])
                ink.path([at(-0.35, 0.2), at(-0.35, 0.4)])
        case "battery":
            ink.path([at(-0.1, -0.4), at(-0.1, 0.4)])
            ink.path([at(0.1, -0.2), at(0.1, 0.2)], 2)
        case "cells":
            for i in range(4):
                high = 0.4 if i % 2 == 0 else 0.2
                along = -0.35 + 0.7 * i / 3
                ink.path([at(along, -high), at(along, high)], 1 + i % 2)
        case "coil":
            bumps: list[Point] = []
            for i in range(4):
                for j in range(9):
                    t = math.pi * j / 8
                    bumps.append(
                        at(-0.5 + 0.25 * i + 0.125 * (1 - math.cos(t)), 0.22 * math.sin(t))
                    )
            ink.path(bumps)
        case "diode" | "led":
            ink.ring([at(-0.3, -0.3), at(-0.3, 0.3), at(0.3)], filled=kind == "diode")
            ink.path([at(0.3, -0.3), at(0.3, 0.3)])
            if kind == "led":
                for shift in (-0.1, 0.15):
                    ink.path([at(shift, 0.35), at(shift + 0.25, 0.65)])
        case "switch":
            ink.path([at(-0.5), at(0.4, 0.4)])
            for along in (-0.5, 0.5):
                ink.ring(arc(*at(along), 0.07 * u, 0.07 * u, steps=10))
        case "fuse":
            ink.ring([at(-0.5, -0.15), at(0.5, -0.15), at(0.5, 0.15), at(-0.5, 0.15)])
            ink.path([at(-0.5), at(0.5)])
        case _:
            _round(ink, kind, at)


def _round(ink: Ink, kind: str, at: _At) -> None:
    """Parts within a circle."""
    u = ink.unit
    x, y = at(0)
    ink.ring(arc(x, y, 0.5 * u, 0.5 * u))
    if kind == "ac":
        wave = [
            (x + (i / 16 - 0.5) * 0.6 * u, y - 0.16 * u * math.sin(i / 16 * math.tau))
            for i in range(17)
        ]
        ink.path(wave)
    elif kind == "current":
        ink.path([at(-0.3), at(0.3)])
        ink.path([at(0.12, 0.14), at(0.3), at(0.12, -0.14)])
    elif kind == "lamp":
        d = 0.5 * u * math.sqrt(0.5)
        ink.path([(x - d, y - d), (x + d, y + d)])
        ink.path([(x - d, y + d), (x + d, y - d)])
    elif kind == "meter":
        ink.board.word(x, y, "V" if round(x) % 2 else "A", ink.size, ink.colour)
    else:
        for along, plus in ((-0.25, True), (0.25, False)):
            px, py = at(along)
            ink.path([(px - 0.1 * u, py), (px + 0.1 * u, py)])
            if plus:
                ink.path([(px, py - 0.1 * u), (px, py + 0.1 * u)])


def ground(ink: Ink, at: Point) -> None:
    """The sign for earth."""
    x, y, u = at[0], at[1], ink.unit
    ink.path([at, (x, y + 0.25 * u)])
    for i, half in enumerate((0.32, 0.2, 0.08)):
        ink.path(
            [(x - half * u, y + (0.25 + 0.13 * i) * u), (x + half * u, y + (0.25 + 0.13 * i) * u)]
        )


def dot(ink: Ink, at: Point) -> None:
    """Where wires are joined."""
    radius = max(0.09 * ink.unit, 1.2 * ink.line)
    ink.board.polygon(arc(*at, radius, radius, steps=12), ink.colour)


def terminal(ink: Ink, at: Point, label: str, side: str) -> None:
    """An open end with its name: side "start" writes to the right, "end" to the left."""
    ink.ring(arc(*at, 0.08 * ink.unit, 0.08 * ink.unit, steps=12))
    off = 0.2 * ink.unit * (1 if side == "start" else -1)
    ink.board.word(at[0] + off, at[1], label, ink.size, ink.colour, side, italic=True)


def transistor(ink: Ink, x: float, y: float, ring: bool) -> dict[str, Point]:
    """A bipolar transistor around (x, y); where its base, collector and emitter end."""
    u = ink.unit
    if ring:
        ink.ring(arc(x + 0.1 * u, y, 0.6 * u, 0.6 * u))
    ends = {"base": (x - 0.8 * u, y), "collector": (x + 0.3 * u, y - 0.9 * u),
            "emitter": (x + 0.3 * u, y + 0.9 * u)}  # fmt: skip
    ink.path([ends["base"], (x - 0.15 * u, y)])
    ink.path([(x - 0.15 * u, y - 0.35 * u), (x - 0.15 * u, y + 0.35 * u)], 2)
    ink.path([(x - 0.15 * u, y - 0.15 * u), (x + 0.3 * u, y - 0.45 * u), ends["collector"]])
    ink.path([(x - 0.15 * u, y + 0.15 * u), (x + 0.3 * u, y + 0.45 * u), ends["emitter"]])
    tip = (x + 0.24 * u, y + 0.41 * u)
    ink.board.polygon(
        [tip, (tip[0] - 0.24 * u, tip[1] - 0.02 * u), (tip[0] - 0.1 * u, tip[1] - 0.22 * u)],
        ink.colour,
    )
    return ends


def amplifier(ink: Ink, x: float, y: float) -> dict[str, Point]:
    """An operational amplifier whose tip is to the right; where its ends are."""
    u = ink.unit
    ink.ring([(x - 0.8 * u, y - u), (x - 0.8 * u, y + u), (x + 0.9 * u, y)])
    ends = {"minus": (x - 1.2 * u, y - 0.5 * u), "plus": (x - 1.2 * u, y + 0.5 * u),
            "out": (x + 1.3 * u, y)}  # fmt: skip
    ink.path([ends["minus"], (x - 0.8 * u, y - 0.5 * u)])
    ink.path([ends["plus"], (x - 0.8 * u, y + 0.5 * u)])
    ink.path([(x + 0.9 * u, y), ends["out"]])
    ink.board.word(x - 0.6 * u, y - 0.5 * u, "−", ink.size, ink.colour)
    ink.board.word(x - 0.6 * u, y + 0.5 * u, "+", ink.size, ink.colour)
    return ends


def gate(ink: Ink, kind: str, x: float, y: float) -> tuple[list[Point], Point]:
    """A logic gate around (x, y): the ends of its inputs, and of its output."""
    u = ink.unit
    low = "NOT" in kind or kind == "BUF"
    inverted = kind in ("NOT", "NAND", "NOR", "XNOR")
    left, right = x - 0.8 * u, x + 0.8 * u
    if ink.european:
        ink.ring(
            [(left, y - 0.7 * u), (right, y - 0.7 * u), (right, y + 0.7 * u), (left, y + 0.7 * u)]
        )
        sign = {"AND": "&", "NAND": "&", "OR": "≥1", "NOR": "≥1"}.get(kind, "1" if low else "=1")
        ink.board.word(x, y, sign, ink.size, ink.colour)
    elif low:
        ink.ring([(left, y - 0.6 * u), (left, y + 0.6 * u), (right, y)])
    elif kind in ("AND", "NAND"):
        ink.ring(
            [
                (left, y - 0.7 * u),
                *arc(x + 0.1 * u, y, 0.7 * u, 0.7 * u, -90, 90),
                (left, y + 0.7 * u),
            ]
        )
    else:
        back = arc(left - 0.35 * u, y, 0.55 * u, 0.7 * u, 90, -90)
        up = arc(left + 0.1 * u, y + 0.7 * u, 1.73 * u, 1.4 * u, -90, -30)
        down = [(px, 2 * y - py) for px, py in reversed(up)]
        ink.ring([*up, *down, *back])
        if "X" in kind:
            ink.path([(px - 0.18 * u, py) for px, py in back])
    if inverted:
        ink.ring(arc(right + 0.12 * u, y, 0.12 * u, 0.12 * u, steps=14))
        right += 0.24 * u
    out = (right + 0.4 * u, y)
    ink.path([(right, y), out])
    inset = 0.0 if ink.european or kind in ("AND", "NAND") or low else 0.12 * u
    ways = [y] if low else [y - 0.35 * u, y + 0.35 * u]
    for way in ways:
        ink.path([(left - 0.4 * u, way), (left + inset, way)])
    return [(left - 0.4 * u, way) for way in ways], out

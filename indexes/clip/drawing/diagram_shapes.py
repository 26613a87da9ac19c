"""Boxes with words, and the arrows between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from indexes.clip.drawing.diagram_board import Board, arc, bent, curve, towards
from indexes.clip.drawing.diagram_style import Paint, Style, mixed
from indexes.clip.drawing.svg_canvas import Point


@dataclass(frozen=True, slots=True)
class Node:
    """A box by its middle and its whole width and height."""

    x: float
    y: float
    width: float
    height: float
    label: str = ""
    shape: str = "box"  # a name in OUTLINES
    sort: int = 0  # boxes of one sort have one colour

    def side(self, name: str) -> Point:
        """The middle of a side: "top", "bottom", "left", "right"."""
        return {
            "top": (self.x, self.y - self.height / 2),
            "bottom": (self.x, self.y + self.height / 2),
            "left": (self.x - self.width / 2, self.y),
            "right": (self.x + self.width / 2, self.y),
        }[name]


def rectangle(x: float, y: float, width: float, height: float, radius: float = 0) -> list[Point]:
    """A rectangle around (x, y), with round corners."""
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    radius = min(radius, width / 2, height / 2)
    if radius <= 0:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [
        *arc(right - radius, top + radius, radius, radius, -90, 0, 6),
        *arc(right - radius, bottom - radius, radius, radius, 0, 90, 6),
        *arc(left + radius, bottom - radius, radius, radius, 90, 180, 6),
        *arc(left + radius, top + radius, radius, radius, 180, 270, 6),
    ]


def outline(node: Node, radius: float) -> list[Point]:
    """The outline of a node."""
    x, y, w, h = node.x, node.y, node.width / 2, node.height / 2
    slant = min(0.35 * h * 2, 0.3 * w)
    match node.shape:
        case "oval":
            return rectangle(x, y, node.width, node.height, h)
        case "ellipse" | "circle":
            return arc(x, y, w, h)[:-1]
        case "diamond":
            return [(x, y - h), (x + w, y), (x, y + h), (x - w, y)]
        case "slanted":
            return [(x - w + slant, y - h), (x + w, y - h), (x + w - slant, y + h), (x - w, y + h)]
        case "hexagon":
            return [(x - w + slant, y - h), (x + w - slant, y - h), (x + w, y),
                    (x + w - slant, y + h), (x - w + slant, y + h), (x - w, y)]  # fmt: skip
        case "chevron":
            return [(x - w, y - h), (x + w - slant, y - h), (x + w, y), (x + w - slant, y + h),
                    (x - w, y + h), (x - w + slant, y)]  # fmt: skip
        case "pentagon":
            return [(x - w, y - h), (x + w - slant, y - h), (x + w, y), (x + w - slant, y + h),
                    (x - w, y + h)]  # fmt: skip
        case "document":
            wave = curve((x + w, y + 0.8 * h), (x, y + 0.3 * h), (x, y + 1.4 * h), (x - w, y + h))
            return [(x - w, y - h), (x + w, y - h), *wave]
        case "cloud":
            return _cloud(x, y, w, h)
        case "cylinder":
            lid = 0.22 * h
            return [*arc(x, y - h + lid, w, lid, 180, 360), *arc(x, y + h - lid, w, lid, 0, 180)]
        case _:
            return rectangle(x, y, node.width, node.height, radius)


def _cloud(x: float, y: float, w: float, h: float) -> list[Point]:
    points: list[Point] = []
    lobes = 8
    for i in range(lobes):
        turn = 2 * math.pi * i / lobes
        cx, cy = x + 0.72 * w * math.cos(turn), y + 0.68 * h * math.sin(turn)
        middle = math.degrees(turn)
        points += arc(cx, cy, 0.3 * w, 0.36 * h, middle - 80, middle + 80, 8)
    return points


def put(board: Board, look: Style, node: Node, paint: Paint | None = None) -> None:
    """Draw a node with its label."""
    colours = paint or look.paint(node.sort)
    points = outline(node, look.radius)
    if look.shadow and colours.stroke != "none":
        board.polygon([(x + 3, y + 3) for x, y in points], "#000000", opacity=0.25)
    bare = look.fill in ("one solid", "solids") and look.line < 1.4
    stroke = "none" if bare or colours.stroke == "none" else colours.stroke
    board.polygon(points, colours.fill, stroke, look.line)
    if look.gloss and node.shape in ("box", "oval") and colours.fill != look.ground:
        light = mixed(colours.fill, "#ffffff", 0.3)
        upper = (node.x, node.y - node.height / 4 + 1, node.width - 4, node.height / 2 - 2)
        board.polygon(rectangle(*upper, min(look.radius, 6)), light)
    if node.shape == "cylinder":
        lid = 0.22 * node.height / 2
        rim = arc(node.x, node.y - node.height / 2 + lid, node.width / 2, lid)
        ink = colours.stroke if stroke == "none" else stroke
        board.polygon(rim, mixed(colours.fill, "#ffffff", 0.25), ink, look.line)
    room = {"diamond": 0.62, "chevron": 0.72, "slanted": 0.8, "ellipse": 0.75, "circle": 0.8,
            "cloud": 0.75, "hexagon": 0.8}.get(node.shape, 0.9)  # fmt: skip
    tall = {"diamond": 0.55, "cylinder": 0.7, "cloud": 0.7}.get(node.shape, 0.9)
    write(
        board, node.label, node.x, node.y + (0.1 * node.height if node.shape == "cylinder" else 0),
        node.width * room, node.height * tall, look.size, colours.text, look.bold,
    )  # fmt: skip


def write(
    board: Board,
    label: str,
    x: float,
    y: float,
    width: float,
    height: float,
    size: float,
    colour: str,
    bold: bool = False,
) -> None:
    """Words around (x, y), in rows, as large as `size` where there is room for that."""
    if not label:
        return
    while True:
        rows = rows_of(board, label, width, size, bold)
        widest = max(board.length(row, size, bold) for row in rows)
        if (widest <= width and len(rows) * 1.2 * size <= height) or size < 6:
            break
        size *= 0.9
    for i, row in enumerate(rows):
        board.word(x, y + (i - (len(rows) - 1) / 2) * 1.2 * size, row, size, colour, bold=bold)


def rows_of(board: Board, label: str, width: float, size: float, bold: bool) -> list[str]:
    """Words in rows that are at most so wide, where words allow it."""
    rows: list[str] = []
    for word in label.split():
        if rows and board.length(f"{rows[-1]} {word}", size, bold) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows or [""]


def arrow(
    board: Board,
    look: Style,
    points: Sequence[Point],
    dash: bool = False,
    both: bool = False,
    head: bool = True,
    colour: str = "",
    line: float = 0.0,
) -> None:
    """A line with an arrowhead at its end (`both`: at its start too)."""
    ink, wide = colour or look.wire_colour, line or look.wire
    size = max(look.head_size, 2.5 * wide)
    path = list(points)
    tips: list[tuple[Point, Point]] = []
    if head:
        tips.append((path[-1], _back(path, size)))
    if both:
        tips.append((path[0], _back(path[::-1], size)))
    if look.head != "open":  # the line ends inside the head
        if head:
            path[-1] = towards(path[-1], _back(path, size), 0.6 * size)
        if both:
            path[0] = towards(path[0], _back(path[::-1], size), 0.6 * size)
    board.path(path, ink, wide, dash)
    for tip, back in tips:
        _head(board, look, tip, back, size, ink, wide)


def _back(path: Sequence[Point], size: float) -> Point:
    """A point of the path that tells from where its end is reached."""
    for point in reversed(path[:-1]):
        if math.dist(point, path[-1]) >= 0.7 * size:
            return point
    return path[0]


def _head(
    board: Board, look: Style, tip: Point, back: Point, size: float, ink: str, wide: float
) -> None:
    angle = math.atan2(back[1] - tip[1], back[0] - tip[0])
    wings = [
        (tip[0] + size * math.cos(angle + a), tip[1] + size * math.sin(angle + a))
        for a in (-0.42, 0.42)
    ]
    if look.head == "open":
        board.path([wings[0], tip, wings[1]], ink, wide)
        return
    notch = [towards(tip, back, 0.65 * size)] if look.head == "stealth" else []
    board.polygon([wings[0], tip, wings[1], *notch], ink)


def joined(look: Style, start: Point, end: Point, upright: bool) -> list[Point]:
    """The way of a connector that leaves and arrives upright, or across."""
    (x1, y1), (x2, y2) = start, end
    if look.route == "straight" or (abs(x1 - x2) < 0.5 if upright else abs(y1 - y2) < 0.5):
        return [start, end]
    if upright:
        middle = (y1 + y2) / 2
        corners = [start, (x1, middle), (x2, middle), end]
    else:
        middle = (x1 + x2) / 2
        corners = [start, (middle, y1), (middle, y2), end]
    if look.route == "curved":
        return curve(*corners)
    return bent(corners, 8) if look.route == "round" else corners


def fat_arrow(start: Point, end: Point, width: float) -> list[Point]:
    """A broad arrow as in offices' slides."""
    long = math.dist(start, end) or 1.0
    ux, uy = (end[0] - start[0]) / long, (end[1] - start[1]) / long
    neck = max(long - width, long * 0.4)
    half, thin = width / 2, width / 4
    outline_ = [(0, -thin), (neck, -thin), (neck, -half), (long, 0), (neck, half), (neck, thin),
                (0, thin)]  # fmt: skip
    return [(start[0] + a * ux - b * uy, start[1] + a * uy + b * ux) for a, b in outline_]

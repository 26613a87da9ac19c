"""What is drawn and yet is no picture: ruled and shaded tables, listings, frames around text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.boxes import area, painted_area
from ingest.types import Box

RULE = 3.0  # points: thinner straight shapes are lines


@dataclass(frozen=True, slots=True)
class Shape:
    """One raster or drawing, with what speaks for its being picture."""

    box: Box
    pixels: bool
    rule: bool  # a straight line
    rectangle: bool
    items: int  # path segments
    text: float  # part of its area that lines of text cover
    frame: bool  # holds running text
    repeated: bool = False  # one like it stands on another page too


def at_edge(part: Box, whole: Box, depth: float = 6.0) -> bool:
    """Whether a part lies along one side of the whole: a piece of its frame."""
    x0, y0, x1, y1 = whole
    return (
        part.x1 < x0 + depth or part.x0 > x1 - depth or part.y1 < y0 + depth or part.y0 > y1 - depth
    )


def striped(rules: Sequence[Box], height: float) -> bool:
    """Whether horizontal rules form stripes (a logo), too close for text of `height` between."""
    levels = sorted(r.y0 for r in rules if r.x1 - r.x0 > r.y1 - r.y0)
    near = [b - a < 0.6 * height for a, b in pairwise(levels)]
    return len(levels) >= 5 and len(levels) == len(rules) and all(near)


def ruled(box: Box, rules: Sequence[Box], inside: Sequence[Box]) -> bool:
    """Whether lines across the box part it into rows of words, as in a table."""
    lengths: Counter[int] = Counter()
    for x0, y0, x1, y1 in rules:
        if y1 - y0 < RULE and box.y0 - 2 <= y0 <= box.y1 + 2:
            lengths[round(y0 / 3)] += int(max(0.0, min(x1, box.x1) - max(x0, box.x0)))
    levels = sorted(3 * y for y, length in lengths.items() if length > 0.7 * (box.x1 - box.x0))
    bands = [(top, bottom) for top, bottom in pairwise(levels) if bottom - top > 2 * RULE]
    full = [
        sum(top < (line.y0 + line.y1) / 2 < bottom for line in inside) >= 2 for top, bottom in bands
    ]
    return len(full) >= 2 and sum(full) >= 0.7 * len(full)


def cells(shapes: Sequence[Shape], box: Box) -> bool:
    """Whether rectangles tile the box without gaps, as the cells of a shaded table do."""
    rectangles = [s.box for s in shapes if s.rectangle]
    if len(rectangles) < max(4, 0.9 * len(shapes)):
        return False
    return painted_area(rectangles) > 0.85 * area(box)


def wordy(box: Box, inside: Sequence[Box]) -> bool:
    """Whether lines of text fill a box: a ruled table, a listing, a form."""
    if len(inside) < 5:
        return False
    width, height = sides(box)
    filled = {
        (column, row)
        for x0, y0, x1, y1 in inside
        for column in range(int(8 * (x0 - box.x0) / width), int(8 * (x1 - box.x0) / width) + 1)
        for row in range(int(12 * (y0 - box.y0) / height), int(12 * (y1 - box.y0) / height) + 1)
    }
    if len(filled) > 0.75 * 8 * 12:
        return True
    lefts = Counter(round((line.x0 - box.x0) / 3) for line in inside)
    flush = sum(count for _, count in lefts.most_common(2))
    rows = {row for _, row in filled}
    mean_width = sum(line.x1 - line.x0 for line in inside) / len(inside)
    return len(rows) > 9 and flush > 0.5 * len(inside) and mean_width > 0.3 * width


def grid(shapes: Sequence[Shape]) -> bool:
    """Whether the shapes are the cells of a table: rectangles whose sides line up both ways.

    The bars of a chart share one side and differ in the other.
    """
    solid = [s for s in shapes if min(sides(s.box)) > 1.5]  # no underlines
    if not solid or not all(s.rectangle for s in solid):
        return False
    across = {(round(s.box.x0 / 2), round(s.box.x1 / 2)) for s in solid}
    down = {(round(s.box.y0 / 2), round(s.box.y1 / 2)) for s in solid}
    return len(across) * len(down) <= 1.4 * len(solid) + 1


def sides(box: Box) -> tuple[float, float]:
    """Width and height, points."""
    return box.x1 - box.x0, box.y1 - box.y0

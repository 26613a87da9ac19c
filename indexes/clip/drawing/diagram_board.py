"""A board for diagrams: shapes and words at free places, then drawn by resvg or by Pillow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageFont

from indexes.clip.drawing.svg_canvas import Canvas, Point
from indexes.clip.drawing.svg_fonts import font, font_file

Box = tuple[float, float, float, float]  # left, top, right, bottom

PILLOW_ONLY = {  # regular, bold, italic
    "roman": ("cmr10", "cmb10", "cmti10"),
    "modern": ("cmss10", "cmss10", "cmss10"),
    "plain": ("", "", ""),  # the sans serif that Pillow brings
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon or a line through points; "none" paints nothing."""

    points: tuple[Point, ...]
    fill: str
    stroke: str
    line: float
    closed: bool
    dash: bool
    opacity: float


@dataclass(frozen=True, slots=True)
class Word:
    """One line of words, its middle at (x, y)."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: str  # "start", "middle", "end"
    bold: bool
    italic: bool
    turned: bool  # reads upwards


_CM_LACKS = frozenset('<>_{}|\\"')  # Computer Modern has other signs in their places


class Board:
    """What is drawn so far, in units of about one pixel; y grows downwards."""

    def __init__(self, family: str, narrow: float = 1.0) -> None:
        """`family`: a name in svg_fonts.FAMILIES or PILLOW_ONLY."""
        self.family = family
        self.narrow = narrow
        self.marks: list[Shape | Word] = []

    def polygon(
        self,
        points: Sequence[Point],
        fill: str = "none",
        stroke: str = "none",
        line: float = 1.0,
        dash: bool = False,
        opacity: float = 1.0,
    ) -> None:
        """A closed shape."""
        self.marks.append(Shape(tuple(points), fill, stroke, line, True, dash, opacity))

    def path(
        self, points: Sequence[Point], stroke: str, line: float = 1.0, dash: bool = False
    ) -> None:
        """An open line."""
        self.marks.append(Shape(tuple(points), "none", stroke, line, False, dash, 1.0))

    def word(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        anchor: str = "middle",
        bold: bool = False,
        italic: bool = False,
        turned: bool = False,
    ) -> None:
        """One line of words."""
        if text:
            self.marks.append(Word(x, y, text, size, colour, anchor, bold, italic, turned))

    def length(self, text: str, size: float, bold: bool = False) -> float:
        """How wide words are."""
        return length(text, self.family, bold) * size * self.narrow

    def bounds(self) -> Box:
        """What the marks cover."""
        boxes = [_bounds(self, mark) for mark in self.marks]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    def image(
        self,
        ground: str,
        margin: float,
        longest: float,
        pillow: bool,
        smooth: bool = True,
        widest: float = 3.0,
    ) -> Image.Image:
        """The picture, RGB, its longer side about `longest` pixels, 1:2.4 to `widest`:1."""
        left, top, right, bottom = self.bounds()
        width, height = right - left + 2 * margin, bottom - top + 2 * margin
        wide, high = max(width, height / 2.4), max(height, width / widest)
        scale = min(longest / max(wide, high), 3.0)
        across = margin - left + (wide - width) / 2
        down = margin - top + (high - height) / 2
        size = (max(120, round(wide * scale)), max(120, round(high * scale)))
        if pillow or self.family in PILLOW_ONLY:
            from indexes.clip.drawing.diagram_pillow import painted

            return painted(self, ground, size, scale, (across, down), smooth)
        return self._resvg(ground, size, scale, (across, down))

    def _resvg(self, ground: str, size: tuple[int, int], scale: float, shift: Point) -> Image.Image:
        canvas = Canvas(size[0], size[1], ground, self.family, self.narrow)
        for mark in self.marks:
            if isinstance(mark, Word):
                canvas.text(
                    (mark.x + shift[0]) * scale, (mark.y + shift[1]) * scale, mark.text,
                    mark.size * scale, mark.colour, mark.anchor,
                    rotate=-90 if mark.turned else 0, bold=mark.bold, italic=mark.italic,
                )  # fmt: skip
                continue
            points = placed(mark.points, scale, shift)
            line = max(mark.line * scale, 0.6)
            dash = f"{4 * line:.1f} {3 * line:.1f}" if mark.dash else ""
            if mark.closed:
                canvas.polygon(points, mark.fill, mark.stroke, line, dash, mark.opacity)
            else:
                canvas.lines(points, mark.stroke, line, dash)
        return canvas.image()


def placed(points: Sequence[Point], scale: float, shift: Point) -> list[Point]:
    """Points of a board in pixels of its picture."""
    return [((x + shift[0]) * scale, (y + shift[1]) * scale) for x, y in points]


@cache
def face(family: str, bold: bool, italic: bool, size: int) -> ImageFont.FreeTypeFont:
    """A font for Pillow; "plain" has neither bold nor italic."""
    if family == "plain":
        plain = ImageFont.load_default(size)
        assert isinstance(plain, ImageFont.FreeTypeFont)
        return plain
    if family in PILLOW_ONLY:
        file = PILLOW_ONLY[family][1 if bold else 2 if italic else 0]
    else:
        file = font(family, bold, italic)[1]
    return ImageFont.truetype(str(font_file(file)), size)


def readable(text: str, family: str) -> str:
    """The family, or one that has all signs of the text."""
    if family not in PILLOW_ONLY or (
        text.isascii() and (family == "plain" or _CM_LACKS.isdisjoint(text))
    ):
        return family
    return "sans" if family == "plain" else "times"


@cache
def length(text: str, family: str, bold: bool) -> float:
    """How wide words are at size 1."""
    return float(face(readable(text, family), bold, False, 50).getlength(text)) / 50


def _bounds(board: Board, mark: Shape | Word) -> Box:
    if isinstance(mark, Shape):
        xs, ys = [p[0] for p in mark.points], [p[1] for p in mark.points]
        half = mark.line / 2 if mark.stroke != "none" else 0
        return min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    wide, high = board.length(mark.text, mark.size, mark.bold), mark.size * 1.2
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * wide
    if mark.turned:
        return mark.x - high / 2, mark.y - wide + before, mark.x + high / 2, mark.y + before
    return mark.x - before, mark.y - high / 2, mark.x - before + wide, mark.y + high / 2


def arc(
    x: float, y: float, rx: float, ry: float, start: float = 0.0, end: float = 360.0, steps: int = 0
) -> list[Point]:
    """Points of an ellipse's arc, in degrees, clockwise from three o'clock."""
    count = steps or max(4, int(abs(end - start) / 360 * 40))
    turns = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns]


def bent(points: Sequence[Point], radius: float) -> list[Point]:
    """A line whose corners are round."""
    result = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(radius, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        one, two = towards(corner, before, room), towards(corner, after, room)
        result += [curve_point(one, corner, corner, two, i / 5) for i in range(6)]
    return [*result, points[-1]]


def curve(one: Point, two: Point, three: Point, four: Point) -> list[Point]:
    """Points of a Bézier curve."""
    return [curve_point(one, two, three, four, i / 20) for i in range(21)]


def curve_point(one: Point, two: Point, three: Point, four: Point, t: float) -> Point:
    """The point of a Bézier curve at t from 0 to 1."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return (
        sum(w * p[0] for w, p in zip(weights, (one, two, three, four), strict=True)),
        sum(w * p[1] for w, p in zip(weights, (one, two, three, four), strict=True)),
    )


def towards(start: Point, end: Point, way: float) -> Point:
    """The point `way` units from start in the direction of end."""
    whole = math.dist(start, end) or 1.0
    part = way / whole
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part

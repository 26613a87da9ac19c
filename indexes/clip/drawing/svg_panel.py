"""A pair of axes for schematic curves: curves with names, points, dashed lines, arrows, areas."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from indexes.clip.drawing.svg_canvas import Canvas, Point
from indexes.clip.drawing.svg_fonts import wrap
from indexes.clip.drawing.svg_plane import Box

Curve = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Pen:
    """How all panels of one figure are drawn."""

    ink: str  # axes and words
    curves: tuple[str, ...]
    dashes: str  # colour of lines down to the axes
    dash: str
    fill: str
    line: float
    axis: float  # width of axis lines
    size: float  # of words
    dot: float  # radius of points
    arrows: bool  # axes end in arrowheads
    bold: bool  # axis titles
    italic: bool  # names of curves and points
    titles: str  # "ends": at the axes' ends, "middle": along them


def pen(random_: random.Random, size: float) -> Pen:
    """Blue, black or many-coloured lines."""
    blue = random_.choice(["#3a66b5", "#2f5fb3", "#1f4e8c", "#4a7fc1"])
    ink = random_.choice([blue, "#000000", "#000000", "#333333"])
    many = ("#c0392b", "#2471a3", "#1e8449", "#8e44ad", "#d68910", "#117a65")
    one = random_.choice([ink, blue, "#000000", "#6c3483"])
    curves = random_.choice(
        [(one,), (one,), many, (blue, "#c0392b"), ("#e46c0a", "#4f81bd", "#9bbb59")]
    )
    return Pen(
        ink=ink,
        curves=curves,
        dashes=random_.choice(["#8a2f8f", "#a3238e", ink, "#777777", one]),
        dash=random_.choice(["4 3", "3 3", "2 2", "6 4", "1 3"]),
        fill=random_.choice(["#9db4d8", "#cccccc", "#f5cba7", "#d2b4de", "#a9dfbf", "#f9e79f"]),
        line=random_.choice([1.0, 1.5, 1.5, 2.0, 2.0, 3.0, 4.0]),
        axis=random_.choice([1.0, 1.0, 1.5, 2.0]),
        size=size,
        dot=random_.choice([0.0, 2.5, 3.0, 3.5, 4.5]),
        arrows=random_.random() < 0.35,
        bold=random_.random() < 0.5,
        italic=random_.random() < 0.25,
        titles=random_.choice(["middle", "middle", "ends"]),
    )


class Panel:
    """Axes from 0 to 10 both ways, or from -10 to 10 with the axes crossing in the middle."""

    def __init__(
        self, random_: random.Random, canvas: Canvas, pen: Pen, box: Box, crossed: bool = False
    ) -> None:
        self.random = random_
        self.canvas = canvas
        self.pen = pen
        self.box = box
        self.low = -10.0 if crossed else 0.0
        self.drawn = 0
        self.details: list[str] = []
        self.numbered = False  # the axes must have numbers

    def at(self, x: float, y: float) -> Point:
        """Pixels."""
        span = 10 - self.low
        across, up = (x - self.low) / span, (y - self.low) / span
        return self.box.left + across * self.box.width, self.box.bottom - up * self.box.height

    def axes(self, x: str, y: str, ticks: bool = False) -> None:
        """Two axis lines, their titles, perhaps numbers."""
        pen, canvas, box = self.pen, self.canvas, self.box
        zero = self.at(0, 0)
        up = (zero[0], box.bottom), (zero[0], box.top)
        across = (box.left, zero[1]), (box.right, zero[1])
        for line in (up, across):
            if pen.arrows or self.low < 0:
                canvas.arrow(line, pen.ink, pen.axis, 5 + 2 * pen.axis, both=self.low < 0)
            else:
                canvas.lines(line, pen.ink, pen.axis)
        if ticks:
            self._numbers()
        size = pen.size
        if self.low < 0:
            canvas.text(box.right, zero[1] - 0.9 * size, x, size, pen.ink, "end", italic=True)
            canvas.text(zero[0] + 0.7 * size, box.top, y, size, pen.ink, "start", italic=True)
        elif pen.titles == "ends":
            canvas.text(
                box.right,
                box.bottom + (2.9 if ticks else 2) * size,
                x,
                size,
                pen.ink,
                "end",
                bold=pen.bold,
            )
            rows = wrap(y, 14)
            for i, row in enumerate(reversed(rows)):
                canvas.text(
                    box.left - 2 * size, box.top - (0.9 + 1.15 * i) * size, row, size, pen.ink,
                    "start", bold=pen.bold,
                )  # fmt: skip
        else:
            middle = box.middle
            low = box.bottom + (3.0 if ticks else 2.3) * size
            canvas.text(middle[0], low, x, size, pen.ink, bold=pen.bold)
            canvas.text(
                box.left - (4.0 if ticks else 2.6) * size, middle[1], y, size, pen.ink,
                rotate=-90, bold=pen.bold,
            )  # fmt: skip

    def grid(self) -> None:
        """Faint lines behind everything."""
        for i in range(1, 11):
            x, y = self.at(i - (0 if self.low == 0 else 5), i - (0 if self.low == 0 else 5))
            self.canvas.line(x, self.box.top, x, self.box.bottom, "#dddddd")
            self.canvas.line(self.box.left, y, self.box.right, y, "#dddddd")

    def curve(
        self,
        shape: Curve,
        name: str = "",
        below: str = "",
        start: float = 0.5,
        end: float = 9.0,
        at_start: bool = False,
        dash: str = "",
    ) -> None:
        """A curve, with its name at an end; what lies outside the axes is left out."""
        xs = np.linspace(start, end, 49)
        points = [(float(x), float(shape(float(x)))) for x in xs]
        kept = [p for p in points if self.low <= p[1] <= 10]
        if len(kept) > 1:
            self.trace(kept, name, below, at_start, dash)

    def trace(
        self,
        points: Sequence[Point],
        name: str = "",
        below: str = "",
        at_start: bool = False,
        dash: str = "",
    ) -> None:
        """Straight pieces through points of the plane, named at an end."""
        colour = self.colour()
        self.drawn += 1
        pixels = [self.at(*point) for point in points]
        self.canvas.lines(pixels, colour, self.pen.line, dash)
        if not name:
            return
        x, y = pixels[0 if at_start else -1]
        other = pixels[1 if at_start else -2]
        room = self.canvas.width - x
        rows = wrap(name, 14 if room > 60 else 9)
        size = self.pen.size
        if len(rows) == 1:
            fits = self.canvas.length(rows[0], size) + 8 < room
            up = -0.9 * size if not fits or y < other[1] - abs(x - other[0]) else 0
            self.words(
                x + (4 if fits else -2), y + up, rows[0], below, anchor="start" if fits else "end"
            )
        else:
            self.canvas.paragraph(x + 4, y, rows, 0.9 * size, self.ink(), "start")

    def colour(self) -> str:
        """The colour of the next curve."""
        return self.pen.curves[self.drawn % len(self.pen.curves)]

    def ink(self) -> str:
        """The colour of words."""
        return self.pen.ink

    def words(
        self, x: float, y: float, words: str, below: str = "", anchor: str = "middle"
    ) -> None:
        """Words at pixels."""
        self.canvas.text(
            x, y, words, self.pen.size, self.ink(), anchor, italic=self.pen.italic, below=below
        )

    def point(self, x: float, y: float, name: str = "", below: str = "", side: int = 0) -> None:
        """A point with a name to its upper right, or at another side (1 to 3)."""
        px, py = self.at(x, y)
        if self.pen.dot:
            self.canvas.circle(px, py, self.pen.dot, self.pen.curves[0])
        gap = self.pen.size * 0.8
        turn = ((gap, -gap), (-gap, -gap), (-gap, gap), (gap, gap))[side]
        anchor = "start" if turn[0] > 0 else "end"
        self.words(px + 0.6 * turn[0], py + turn[1], name, below, anchor)

    def drop(
        self, x: float, y: float, x_name: str = "", y_name: str = "", below: str = "",
        which: str = "xy",
    ) -> None:  # fmt: skip
        """Dashed lines from a point to the axes, and what these say there."""
        px, py = self.at(x, y)
        left, bottom = self.box.left, self.box.bottom
        if "x" in which:
            self.canvas.line(px, py, px, bottom, self.pen.dashes, 1.2, self.pen.dash)
            self.words(px, bottom + 0.9 * self.pen.size, x_name, below if x_name else "")
        if "y" in which:
            self.canvas.line(px, py, left, py, self.pen.dashes, 1.2, self.pen.dash)
            self.words(left - 5, py, y_name, below if y_name else "", "end")

    def area(self, points: Sequence[Point], name: str = "") -> None:
        """A shaded area, with its name in the middle."""
        pixels = [self.at(*point) for point in points]
        self.canvas.polygon(pixels, self.pen.fill, opacity=0.75)
        if name:
            x = sum(p[0] for p in pixels) / len(pixels)
            y = sum(p[1] for p in pixels) / len(pixels)
            self.words(x, y, name)

    def shift(self, start: Point, end: Point) -> None:
        """A small arrow that says where a curve went."""
        self.canvas.arrow([self.at(*start), self.at(*end)], self.pen.ink, 1.2, 6)

    def _numbers(self) -> None:
        pen, step = self.pen, self.random.choice([2, 2, 1])
        unit = self.random.choice([1, 5, 10, 50, 100, 1000])
        before = self.random.choice(["", "", "$"])
        for i in range(0 if self.low == 0 else -10, 10, step):
            if i == 0 and self.low < 0:
                continue
            x, _ = self.at(i, 0)
            _, y = self.at(0, i)
            zero = self.at(0, 0)
            small = 0.85 * pen.size
            self.canvas.line(x, zero[1], x, zero[1] + 4, pen.ink, 1)
            self.canvas.line(zero[0] - 4, y, zero[0], y, pen.ink, 1)
            shown = i if self.low < 0 else i * unit
            self.canvas.text(zero[0] - 6, y, f"{before}{shown:,}", small, pen.ink, "end")
            if step > 1 or unit < 100:
                across = f"{shown // 5:,}" if unit > 50 else f"{shown:,}"
                self.canvas.text(x, zero[1] + 5, across, small, pen.ink, place="top")


def crossing(one: Curve, other: Curve, low: float = 0.3, high: float = 9.8) -> Point:
    """Where two curves first cross, or come closest."""
    xs = np.linspace(low, high, 400)
    gaps = np.array([one(float(x)) - other(float(x)) for x in xs])
    changes = np.nonzero(np.diff(np.sign(gaps)))[0]
    x = float(xs[changes[0]] if len(changes) else xs[int(np.argmin(np.abs(gaps)))])
    return x, float(one(x))

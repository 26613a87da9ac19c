"""The plane that marks lie in: from values to pixels, and its axes."""

from __future__ import annotations

from dataclasses import dataclass

from indexes.clip.drawing.svg_canvas import Canvas
from indexes.clip.drawing.svg_scales import Axis
from indexes.clip.drawing.svg_style import Style


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Plane:
    """Where marks go: values become pixels."""

    box: Box
    across: Axis
    upwards: Axis
    downwards: bool = False  # the vertical axis starts at the top

    def x(self, value: float) -> float:
        """Pixels from the left."""
        return self.box.left + self.across.part(value) * self.box.width

    def y(self, value: float) -> float:
        """Pixels from the top."""
        part = self.upwards.part(value)
        return self.box.top + (part if self.downwards else 1 - part) * self.box.height

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Both."""
        return self.x(x), self.y(y)


def draw_edges(canvas: Canvas, look: Style, plane: Plane) -> None:
    """The grid and the lines of the axes."""
    box = plane.box
    drawn = {"x": plane.across, "y": plane.upwards}
    if look.grid == "y" and plane.upwards.band:
        drawn = {"y": plane.across}
    for axis in [drawn[name] for name in look.grid if name in drawn and not drawn[name].band]:
        for value, _ in axis.ticks:
            if axis is plane.across:
                x = plane.x(value)
                ends = x, box.top, x, box.bottom
            else:
                y = plane.y(value)
                ends = box.left, y, box.right, y
            canvas.line(*ends, look.grid_colour, 1, look.grid_dash)
    if look.tool == "vega":
        canvas.rect(box.left, box.top, box.width, box.height, "none", "#dddddd")
    lines = {
        "l": (box.left, box.top, box.left, box.bottom),
        "b": (box.left, box.bottom, box.right, box.bottom),
        "r": (box.right, box.top, box.right, box.bottom),
        "t": (box.left, box.top, box.right, box.top),
    }
    thick = 1.5 if look.tool == "textbook" else 1
    for edge in look.edges:
        canvas.line(*lines[edge], look.axis_colour, thick)


def draw_ticks(canvas: Canvas, look: Style, plane: Plane) -> None:
    """Tick marks and what they say."""
    box, size, ink = plane.box, look.size, look.label
    for value, words in plane.upwards.ticks:
        y = plane.y(value)
        if look.tick:
            canvas.line(box.left - look.tick, y, box.left, y, look.axis_colour)
        canvas.text(box.left - look.tick - 4, y, words, size, ink, anchor="end")
    turned = plane.across.turned
    for value, words in plane.across.ticks:
        x = plane.x(value)
        if look.tick:
            canvas.line(x, box.bottom, x, box.bottom + look.tick, look.axis_colour)
        y = box.bottom + look.tick + 4
        if turned:
            anchor = "end" if turned < 0 else "start"
            canvas.text(x, y, words, size, ink, anchor=anchor, rotate=turned)
        else:
            canvas.text(x, y, words, size, ink, place="top")


def draw_titles(canvas: Canvas, look: Style, plane: Plane, outer: Box) -> None:
    """The titles of both axes."""
    box, size = plane.box, look.size * 1.05
    ink = look.look.ink
    if plane.across.title:
        canvas.text(
            box.middle[0], outer.bottom, plane.across.title, size, ink, place="bottom",
            bold=look.bold,
        )  # fmt: skip
    if plane.upwards.title:
        canvas.text(
            outer.left + 0.5 * size, box.middle[1], plane.upwards.title, size, ink,
            rotate=-90, bold=look.bold,
        )  # fmt: skip

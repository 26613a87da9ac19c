"""A small canvas: shapes and words written as SVG, drawn by resvg."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from PIL import Image

from indexes.clip.drawing.svg_fonts import font as font
from indexes.clip.drawing.svg_fonts import font_file as font_file
from indexes.clip.drawing.svg_fonts import length

Point = tuple[float, float]

_LEADING = 1.2  # from line to line, of the size of the words
_BEND = 1 / 6  # how far a smooth curve's handles reach, of the way between neighbours


class Canvas:
    """A picture of `width` x `height` pixels; y grows downwards; what comes later lies on top.

    Colours are SVG's ("#4c78a8", "none"). A dash is SVG's too ("4 3"); "" means solid.
    `family` is a name in FAMILIES; `narrow` below 1 presses all words together sideways.
    """

    def __init__(
        self,
        width: float,
        height: float,
        ground: str = "#ffffff",
        family: str = "sans",
        narrow: float = 1.0,
    ) -> None:
        self.width = round(width)
        self.height = round(height)
        self.ground = ground
        self.family = family
        self.narrow = narrow
        self._marks: list[str] = []
        self._files: set[str] = set()

    def raw(self, markup: str) -> None:
        """Any SVG, such as <defs>, <g …> or </g>."""
        self._marks.append(markup)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "none",
        stroke: str = "none",
        line: float = 1.0,
        radius: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """A rectangle from its upper left corner; `line` is the outline's width."""
        if width < 0:
            x, width = x + width, -width
        if height < 0:
            y, height = y + height, -height
        self._marks.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
            + (f' rx="{radius:.1f}"' if radius else "")
            + _paint(fill, stroke, line, "", opacity)
        )

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        stroke: str = "#000000",
        line: float = 1.0,
        dash: str = "",
        opacity: float = 1.0,
    ) -> None:
        """A straight line."""
        self._marks.append(
            f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"'
            + _paint("none", stroke, line, dash, opacity)
        )

    def lines(
        self,
        points: Sequence[Point],
        stroke: str = "#000000",
        line: float = 1.0,
        dash: str = "",
        smooth: bool = False,
    ) -> None:
        """Points joined by straight lines, or by a smooth curve."""
        self.path(smooth_path(points) if smooth else line_path(points), "none", stroke, line, dash)

    def polygon(
        self,
        points: Sequence[Point],
        fill: str = "none",
        stroke: str = "none",
        line: float = 1.0,
        dash: str = "",
        opacity: float = 1.0,
    ) -> None:
        """A closed shape."""
        self.path(line_path(points) + "Z", fill, stroke, line, dash, opacity)

    def path(
        self,
        path: str,
        fill: str = "none",
        stroke: str = "none",
        line: float = 1.0,
        dash: str = "",
        opacity: float = 1.0,
    ) -> None:
        """A path in SVG's own words: "M0 0L10 10Z"."""
        self._marks.append(f'<path d="{path}"' + _paint(fill, stroke, line, dash, opacity))

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str = "none",
        stroke: str = "none",
        line: float = 1.0,
        opacity: float = 1.0,
    ) -> None:
        """A circle."""
        self._marks.append(
            f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{radius:.2f}" ry="{radius:.2f}"'
            + _paint(fill, stroke, line, "", opacity)
        )

    def arrow(
        self,
        points: Sequence[Point],
        stroke: str = "#000000",
        line: float = 1.0,
        head: float = 8.0,
        both: bool = False,
    ) -> None:
        """Points joined by lines that end in an arrowhead (`both`: start with one too)."""
        ends = [(points[-2], points[-1])] + ([(points[1], points[0])] if both else [])
        shaft = list(points)
        heads: list[list[Point]] = []
        for before, tip in ends:
            angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
            wings = [
                (tip[0] - head * math.cos(angle + a), tip[1] - head * math.sin(angle + a))
                for a in (-0.42, 0.42)
            ]
            heads.append([wings[0], tip, wings[1]])
            shaft[-1 if tip == points[-1] else 0] = (  # it must not stick out beyond the tip
                tip[0] - 0.7 * head * math.cos(angle),
                tip[1] - 0.7 * head * math.sin(angle),
            )
        self.lines(shaft, stroke, line)
        for corners in heads:
            self.polygon(corners, fill=stroke)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 12.0,
        fill: str = "#000000",
        anchor: str = "middle",
        place: str = "middle",
        rotate: float = 0.0,
        bold: bool = False,
        italic: bool = False,
        family: str = "",
        below: str = "",
        opacity: float = 1.0,
    ) -> None:
        """One line of words at a point.

        `anchor` ("start", "middle", "end") says which part of the words is at x, `place` ("top",
        "middle", "base", "bottom") which is at y; `rotate` turns clockwise, in degrees, about the
        point; `below` is a subscript.
        """
        if not words and not below:
            return
        kind = family or self.family
        name, file = font(kind, bold, italic)
        self._files.update({file, "DejaVuSans"})
        shift = {"top": 0.78, "middle": 0.35, "base": 0.0, "bottom": -0.2}[place] * size
        moved = f"translate({x:.1f} {y:.1f})" + (f"rotate({rotate:.0f})" if rotate else "")
        if self.narrow != 1:
            moved += f"scale({self.narrow:.3f} 1)"
        small = (
            f'<tspan dy="{0.25 * size:.1f}" font-size="{0.7 * size:.1f}">{escape(below)}</tspan>'
            if below
            else ""
        )
        self._marks.append(
            f'<text transform="{moved}" y="{shift:.1f}" font-size="{size:.1f}" '
            f'font-family="{name}" fill="{fill}" text-anchor="{anchor}"'
            + (' font-weight="bold"' if bold else "")
            + (' font-style="italic"' if italic else "")
            + (f' fill-opacity="{opacity:.2f}"' if opacity < 1 else "")
            + f">{escape(words)}{small}</text>"
        )

    def paragraph(
        self,
        x: float,
        y: float,
        rows: Sequence[str],
        size: float = 12.0,
        fill: str = "#000000",
        anchor: str = "middle",
    ) -> None:
        """Lines of words, one under the other, centred vertically at y."""
        first = y - (len(rows) - 1) * _LEADING * size / 2
        for i, row in enumerate(rows):
            self.text(x, first + i * _LEADING * size, row, size, fill, anchor)

    def length(self, words: str, size: float = 12.0, bold: bool = False, family: str = "") -> float:
        """How many pixels wide these words are."""
        return length(words, family or self.family, bold) * size * self.narrow

    def svg(self) -> str:
        """The SVG written so far."""
        size = f'width="{self.width}" height="{self.height}"'
        ground = f'<rect width="100%" height="100%" fill="{self.ground}"/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{"".join(self._marks)}</svg>'
        )

    def image(self) -> Image.Image:
        """The picture, RGB, `width` x `height`."""
        import resvg_py

        png = resvg_py.svg_to_bytes(
            svg_string=self.svg(),
            skip_system_fonts=True,
            font_files=[str(font_file(name)) for name in sorted(self._files)],
        )
        return Image.open(io.BytesIO(bytes(png))).convert("RGB")


def line_path(points: Sequence[Point]) -> str:
    """A path of straight lines."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def smooth_path(points: Sequence[Point]) -> str:
    """A path of curves through all points (Catmull-Rom)."""
    if len(points) < 3:
        return line_path(points)
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(len(points) - 1):
        before, start = points[max(i - 1, 0)], points[i]
        end, after = points[i + 1], points[min(i + 2, len(points) - 1)]
        one = start[0] + (end[0] - before[0]) * _BEND, start[1] + (end[1] - before[1]) * _BEND
        two = end[0] - (after[0] - start[0]) * _BEND, end[1] - (after[1] - start[1]) * _BEND
        parts.append(
            f"C{one[0]:.1f} {one[1]:.1f} {two[0]:.1f} {two[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
        )
    return "".join(parts)


def _paint(fill: str, stroke: str, line: float, dash: str, opacity: float) -> str:
    parts = [f' fill="{fill}"']
    if opacity < 1 and fill != "none":  # a shape's own opacity would cost a layer each
        parts.append(f' fill-opacity="{opacity:.2f}"')
    if stroke != "none":
        parts.append(f' stroke="{stroke}" stroke-width="{line:.2f}"')
        if opacity < 1:
            parts.append(f' stroke-opacity="{opacity:.2f}"')
        if dash:
            parts.append(f' stroke-dasharray="{dash}"')
    return "".join(parts) + "/>"

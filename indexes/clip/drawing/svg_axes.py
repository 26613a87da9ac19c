"""A sheet to draw a chart on: title, legend, axes, grid."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from indexes.clip.drawing.facts import Drawing, Facts
from indexes.clip.drawing.svg_canvas import Canvas
from indexes.clip.drawing.svg_fonts import wrap
from indexes.clip.drawing.svg_plane import Box, Plane, draw_edges, draw_ticks, draw_titles
from indexes.clip.drawing.svg_scales import Axis
from indexes.clip.drawing.svg_style import Style, style
from indexes.clip.drawing.topics import Subject, subject


class Sheet:
    """One figure while it is drawn: `room` is what is still free."""

    def __init__(
        self,
        random_: random.Random,
        categories: int = 6,
        series: int = 3,
        size: tuple[float, float] | None = None,
        about: Subject | None = None,
    ) -> None:
        self.random = random_
        self.subject = about or subject(random_, categories, series)
        width, height = size or sizes(random_)
        least = min(width, height)
        words = max(8.0, min(20.0, least * random_.choice([0.025, 0.03, 0.03, 0.037, 0.048])))
        self.style: Style = style(random_, words)
        self.canvas = Canvas(
            width, height, self.style.look.ground, self.style.family, self.style.narrow
        )
        edge = random_.choice([4, 8, 12, 20])
        self.room = Box(edge, edge, self.canvas.width - edge, self.canvas.height - edge)
        self.named = random_.random() > 0.13  # axes have titles
        self.title_drawn = random_.random() < 0.5 and self._fits(self.subject.title)
        if self.title_drawn:
            self._title()
        if self.style.source and random_.random() < 0.6:
            self._source()

    def colour(self, number: int) -> str:
        """The colour of a series."""
        return self.style.colour(number)

    def measure(self) -> str:
        """The quantity upwards, with its unit or without, as axes say it; or nothing."""
        if not self.named:
            return ""
        name, unit = self.subject.measure.name, self.subject.measure.unit
        if unit and self.random.random() < 0.6:
            return self.random.choice([f"{name} ({unit})", f"{name}, {unit}", f"{name} [{unit}]"])
        return name

    def words(self, title: str) -> str:
        """An axis title, or nothing where axes have none."""
        return title if self.named else ""

    def legend(
        self,
        names: Sequence[str],
        colours: Sequence[str],
        mark: str = "square",
        title: str = "",
        where: str = "",
        dashes: Sequence[str] = (),
    ) -> None:
        """A legend; marks are "square", "circle", "open", "line" or "dot line"."""
        place, size = where or self.style.legend, self.style.size
        long = max(self.canvas.length(name, size) for name in names)
        gap = 1.5 * size
        if place == "right" and long + 3 * gap > 0.45 * self.room.width:
            place = "bottom"
        title = title if self.style.legend_title else ""
        places: list[tuple[float, float]] = []
        if place == "right":
            x, y = self.room.right - long - gap, self.room.top + size
            if title:
                self._words(x - 0.4 * gap, y, title, anchor="start", bold=True)
                x, y = x, y + 1.5 * size
            elif self.random.random() < 0.5:
                y = self.room.middle[1] - 0.75 * size * len(names)
            places = [(x, y + 1.5 * size * i) for i in range(len(names))]
            self.room = replace(self.room, right=x - 1.5 * gap)
        else:
            places, rows = self._rows(names, gap)
            high = 1.6 * size * rows + 0.4 * size
            if place == "top":
                start = self.room.top + 0.6 * size
                self.room = replace(self.room, top=self.room.top + high + 0.4 * size)
            else:
                start = self.room.bottom - high + size
                self.room = replace(self.room, bottom=self.room.bottom - high)
            places = [(x, start + y) for x, y in places]
        for i, ((x, y), name) in enumerate(zip(places, names, strict=True)):
            dash = dashes[i] if dashes else ""
            self._mark(x - 0.55 * gap, y, colours[i], mark, dash)
            self._words(x, y, name, anchor="start")

    def frame(
        self,
        across: Axis,
        upwards: Axis,
        box: Box | None = None,
        downwards: bool = False,
        bare: bool = False,
    ) -> Plane:
        """Axes and grid within the room (or a box); `bare`: no lines, no grid, no numbers."""
        outer, look, size = box or self.room, self.style, self.style.size
        words = [word for _, word in upwards.ticks]
        wide = max((self.canvas.length(word, size) for word in words), default=0)
        left = outer.left + (0 if bare else wide + look.tick + 5)
        if upwards.title:
            left += 1.5 * size
        low = size * 1.1 + look.tick + 2
        if across.turned:
            longest = max(self.canvas.length(word, size) for _, word in across.ticks)
            low = longest * (1.0 if abs(across.turned) > 60 else 0.75) + look.tick + size * 0.8
        bottom = outer.bottom - (0 if bare else low) - (1.6 * size if across.title else 0)
        plane = Plane(
            Box(left, outer.top + 0.6 * size, outer.right - 0.8 * size, bottom),
            across,
            upwards,
            downwards,
        )
        if not bare:
            draw_edges(self.canvas, self.style, plane)
            draw_ticks(self.canvas, self.style, plane)
        draw_titles(self.canvas, self.style, plane, outer)
        return plane

    def drawing(
        self, figure_type: str, kind: str = "", details: Sequence[str] = (), **facts: Any
    ) -> Drawing:
        """The figure and its facts; `facts` are fields of Facts."""
        made = Facts(
            figure_type, kind or figure_type, self.subject.title, self.title_drawn,
            unit=self.subject.measure.unit,
        )  # fmt: skip
        if self.style.look.dark:
            details = (*details, "on a dark background")
        return Drawing(self.canvas.image(), replace(made, details=tuple(details), **facts))

    def _words(self, x: float, y: float, words: str, **how: Any) -> None:
        ink = self.style.label if "bold" not in how else self.style.look.ink
        self.canvas.text(x, y, words, self.style.size, ink, **how)

    def _fits(self, title: str) -> bool:
        return len(title) * self.style.size * 0.8 < 2 * self.canvas.width

    def _title(self) -> None:
        look, room, canvas = self.style, self.room, self.canvas
        size = look.size * look.title_scale
        family = look.title_family or look.family
        rows = [self.subject.title]
        if canvas.length(rows[0], size, True, family) > room.width:
            rows = wrap(rows[0], max(10, int(room.width / (0.62 * size * look.narrow))))
        x = room.left if look.title_anchor == "start" else room.middle[0]
        top = room.top
        if look.tool == "news" and self.random.random() < 0.5:
            canvas.rect(room.left, 0, 3 * size, 0.5 * size, look.colour(1))
            top = max(top, 0.8 * size)
        for row in rows:
            canvas.text(
                x, top, row, size, look.look.ink, look.title_anchor, "top",
                bold=look.title_bold, family=family,
            )  # fmt: skip
            top += 1.25 * size
        if look.subtitle and self.random.random() < 0.8:
            under = f"{self.subject.measure.name}, {self.subject.measure.unit or 'by group'}"
            italic = self.random.random() < 0.5
            grey = "#888888"
            canvas.text(
                x, top, under, look.size * 1.05, grey, look.title_anchor, "top", italic=italic
            )
            top += 1.5 * look.size
        self.room = replace(room, top=top + 0.5 * look.size)

    def _source(self) -> None:
        size = 0.8 * self.style.size
        maker = self.random.choice(
            ["Source: national statistics", "Source: own survey", "Note: n = 1,204"]
        )
        self.canvas.text(
            self.room.left, self.room.bottom, maker, size, "#888888", "start", "bottom"
        )
        self.room = replace(self.room, bottom=self.room.bottom - 1.8 * size)

    def _rows(self, names: Sequence[str], gap: float) -> tuple[list[tuple[float, float]], int]:
        size, room = self.style.size, self.room
        rows: list[list[tuple[float, float]]] = [[]]
        x = room.left
        for name in names:
            wide = self.canvas.length(name, size) + 2.2 * gap
            if rows[-1] and x + wide > room.right:
                rows.append([])
                x = room.left
            rows[-1].append((x + gap, x + wide))
            x += wide
        centred = self.style.title_anchor == "middle"
        found = []
        for i, row in enumerate(rows):
            shift = (room.right - row[-1][1]) / 2 if centred else 0.0
            found += [(start + shift, 1.6 * size * i) for start, _ in row]
        return found, len(rows)

    def _mark(self, x: float, y: float, colour: str, mark: str, dash: str) -> None:
        half = 0.42 * self.style.size
        if mark == "square":
            self.canvas.rect(x - half, y - half, 2 * half, 2 * half, colour)
        elif mark == "circle":
            self.canvas.circle(x, y, half, colour)
        elif mark == "open":
            self.canvas.circle(x, y, half, "none", colour, 1.5)
        else:
            self.canvas.line(x - 1.7 * half, y, x + half, y, colour, self.style.line, dash)
            if mark == "dot line":
                self.canvas.circle(x - 0.35 * half, y, 0.6 * half, colour)


def sizes(random_: random.Random) -> tuple[float, float]:
    """A width and a height in pixels: mostly 4:3 and square."""
    shape = random_.choice([1.0, 1.0, 1.33, 1.33, 1.33, 1.6, 0.8, 0.6, 2.0, 2.6])
    area = random_.choice([300, 360, 420, 420, 500, 600])
    shape *= random_.uniform(0.9, 1.1)
    return max(250.0, min(900.0, area * shape**0.5)), max(250.0, min(900.0, area / shape**0.5))


def upright(sheet: Sheet, names: Sequence[str], width: float) -> float:
    """How tick labels under a plane of this width must be turned to fit: degrees."""
    longest = max(sheet.canvas.length(name, sheet.style.size) for name in names)
    if sheet.style.tool == "vega":
        return -90.0
    if longest + 4 < width / len(names):
        return 0.0
    return (
        -90.0 if longest > 0.35 * sheet.room.height else sheet.random.choice([-45.0, -90.0, -60.0])
    )

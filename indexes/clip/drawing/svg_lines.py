"""Line charts in the looks of web and office tools, and small panels of lines or areas."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.shapes import trend
from indexes.clip.drawing.svg_axes import Sheet
from indexes.clip.drawing.svg_plane import Box
from indexes.clip.drawing.svg_scales import Axis, logarithmic, numeric
from indexes.clip.drawing.svg_series import (
    band,
    count_of,
    dots,
    jagged_values,
    range_of,
    time_axis,
)

DASHES = ("", "6 3", "2 2", "8 3 2 3", "1 3", "4 4")


def single(random_: random.Random) -> Drawing:
    """One line over time: smooth, jagged, in steps, with points, with a band, with gaps."""
    sheet = Sheet(random_)
    count, jagged = count_of(random_)
    form = trend(random_)
    low, high = range_of(sheet)
    data = jagged_values(random_, count, low, high, form, jagged)
    across = time_axis(sheet, count)
    fitting = numeric(
        random_, float(data.min()), float(data.max()), sheet.measure(), sheet.subject.measure.unit,
        zero=random_.random() < 0.5,
    )  # fmt: skip
    plane = sheet.frame(across, fitting)
    canvas, look = sheet.canvas, sheet.style
    points = [plane.at(i, float(value)) for i, value in enumerate(data)]
    details: list[str] = []
    if random_.random() < 0.15:
        spread = (high - low) * np.linspace(0.04, random_.choice([0.08, 0.2]), count)
        band(sheet, plane, data - spread, data + spread, sheet.colour(0), 0.25)
        details.append("with a band around the line")
    how = random_.choice(["plain"] * 5 + ["step", "points", "points", "open", "gap", "smooth"])
    colour = sheet.colour(0)
    if how == "step":
        corners = [p for a, b in pairwise(points) for p in (a, (b[0], a[1]))]
        canvas.lines([*corners, points[-1]], colour, look.line)
        details.append("in steps")
    elif how == "gap" and count > 8:
        gap = random_.randint(3, count - 4)
        canvas.lines(points[:gap], colour, look.line)
        canvas.lines(points[gap + 1 :], colour, look.line)
        details.append("with a gap where data are missing")
    else:
        canvas.lines(points, colour, look.line, smooth=how == "smooth")
    if how in ("points", "open") and count < 40:
        dots(sheet, points, colour, how == "open")
        details.append("with points on the line")
    if random_.random() < 0.12:
        y = plane.y(float(data.mean()))
        canvas.line(plane.box.left, y, plane.box.right, y, look.look.ink, 1, "4 4")
        details.append("with a horizontal line at the mean")
    return sheet.drawing(
        "line chart", "step chart" if how == "step" else "line chart", details=details,
        x=across.title, y=sheet.subject.measure.name, trend=form, parts=1, part="lines",
    )  # fmt: skip


def several(random_: random.Random) -> Drawing:
    """Two to eight lines, named in a legend or at their ends."""
    sheet = Sheet(random_, series=8)
    names = sheet.subject.series
    if random_.random() < 0.3:
        names = sheet.subject.categories
    count, jagged = count_of(random_)
    low, high = range_of(sheet)
    direct = random_.random() < 0.3
    grey = random_.random() < 0.12
    colours = [sheet.colour(0 if grey and i else i) for i in range(len(names))]
    dashes = [
        DASHES[i % len(DASHES)] if grey or random_.random() < 0.15 else ""
        for i in range(len(names))
    ]
    dotted = count < 25 and random_.random() < 0.35
    if direct:
        long = max(sheet.canvas.length(name, sheet.style.size) for name in names)
        box = sheet.room
        sheet.room = Box(box.left, box.top, box.right - long - 4, box.bottom)
    else:
        title = random_.choice(["symbol", "series", "group", "Country"])
        sheet.legend(names, colours, "dot line" if dotted else "line", title, dashes=dashes)
    lines, forms = [], []
    for _ in names:
        a, b = sorted(random_.uniform(low, high) for _ in range(2))
        forms.append(trend(random_))
        lines.append(
            jagged_values(random_, count, a, max(b, a + 0.1 * (high - low)), forms[-1], jagged)
        )
    data = np.array(lines)
    log = random_.random() < 0.08 and data.min() > 0 and data.max() > 20 * data.min()
    lowest, highest, unit = float(data.min()), float(data.max()), sheet.subject.measure.unit
    upwards = (
        logarithmic(lowest, highest, sheet.measure())
        if log
        else numeric(random_, lowest, highest, sheet.measure(), unit)
    )
    across = time_axis(sheet, count)
    plane = sheet.frame(across, upwards)
    taken: list[float] = []
    for i, line in enumerate(data):
        points = [plane.at(k, float(value)) for k, value in enumerate(line)]
        sheet.canvas.lines(points, colours[i], sheet.style.line, dashes[i])
        if dotted:
            dots(sheet, points, colours[i], False)
        if direct:
            y = points[-1][1]
            while any(abs(y - other) < sheet.style.size for other in taken):
                y += 2
            taken.append(y)
            sheet.canvas.text(points[-1][0] + 4, y, names[i], sheet.style.size, colours[i], "start")
    means = data.mean(axis=1)
    details = ["with names at the ends of the lines"] if direct else []
    return sheet.drawing(
        "line chart", "multi-line chart",
        details=details + (["on a logarithmic axis"] if log else []), x=across.title,
        y=sheet.subject.measure.name, series=names, highest=names[int(np.argmax(means))],
        trend=forms[0] if len(set(forms)) == 1 else "",
        lowest=names[int(np.argmin(means))],
        parts=len(names), part="lines",
    )  # fmt: skip


def small_areas(random_: random.Random) -> Drawing:
    """Small panels of one area each, in a row or a column; or a horizon graph."""
    return _multiples(random_, True)


def small_lines(random_: random.Random) -> Drawing:
    """Small panels of one line each."""
    return _multiples(random_, False)


def _multiples(random_: random.Random, filled: bool) -> Drawing:
    sheet = Sheet(random_, series=5)
    names, room = sheet.subject.series, sheet.room
    horizon = filled and random_.random() < 0.25
    count, jagged = count_of(random_)
    high = sheet.subject.measure.high * random_.uniform(0.5, 1)
    low = max(0.0, sheet.subject.measure.low)
    column = horizon or random_.random() < 0.6
    across = time_axis(sheet, count)
    for i, name in enumerate(names):
        a, b = i / len(names), (i + 1) / len(names)
        box = (
            Box(room.left, room.top + a * room.height, room.right, room.top + b * room.height)
            if column
            else Box(
                room.left + a * room.width, room.top + 14, room.left + b * room.width, room.bottom
            )
        )
        data = np.maximum(jagged_values(random_, count, low, high, trend(random_), jagged), 0)
        few = numeric(random_, 0, high, "", sheet.subject.measure.unit, count=2 if column else 4)
        bare = horizon or (column and i < len(names) - 1 and random_.random() < 0.7)
        room_of = box.width / (6 * sheet.style.size)  # how many tick labels fit
        every = max(1, math.ceil(len(across.ticks) / max(room_of, 2)))
        shown = Axis(across.low, across.high, across.ticks[::every])
        plane = sheet.frame(shown, few, box, bare=bare)
        colour = sheet.colour(i if random_.random() < 0.8 else 0)
        if horizon:
            for k in range(3):
                part = np.clip(data - k * high / 3, 0, high / 3) * 3
                band(sheet, plane, np.zeros(count), part, sheet.colour(0), 0.4)
        elif filled:
            band(sheet, plane, np.zeros(count), data, colour, 1)
        else:
            points = [plane.at(k, float(v)) for k, v in enumerate(data)]
            sheet.canvas.lines(points, colour, sheet.style.line)
        size = sheet.style.size
        x = plane.box.left + 4 if column else plane.box.middle[0]
        sheet.canvas.text(
            x, plane.box.top + (size if column else -0.7 * size), name, size,
            sheet.style.look.ink, "start" if column else "middle",
        )  # fmt: skip
    kind = (
        "horizon graph"
        if horizon
        else "small multiples of areas"
        if filled
        else "small multiples of lines"
    )
    return sheet.drawing(
        "area chart" if filled else "line chart", kind, details=[f"in {len(names)} panels"],
        x=across.title, y=sheet.subject.measure.name, series=names, parts=len(names), part="panels",
    )  # fmt: skip


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "line chart": (single, single, several, several, small_lines),
}

"""Area charts in the looks of web and office tools."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np

from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.shapes import trend, values
from indexes.clip.drawing.svg_axes import Sheet
from indexes.clip.drawing.svg_lines import small_areas
from indexes.clip.drawing.svg_scales import numeric
from indexes.clip.drawing.svg_series import band, count_of, jagged_values, range_of, time_axis


def area(random_: random.Random) -> Drawing:
    """The area below one line."""
    sheet = Sheet(random_)
    count, jagged = count_of(random_)
    form = trend(random_)
    low, high = range_of(sheet)
    data = np.maximum(jagged_values(random_, count, max(low, 0.1 * high), high, form, jagged), 0)
    across = time_axis(sheet, count)
    unit = sheet.subject.measure.unit
    plane = sheet.frame(across, numeric(random_, 0, float(data.max()), sheet.measure(), unit))
    faint = random_.choice([1.0, 1.0, 0.7, 0.4])
    colour = sheet.colour(0)
    band(sheet, plane, np.zeros(count), data, colour, faint, random_.random() < 0.25)
    if faint < 1:
        points = [plane.at(i, float(v)) for i, v in enumerate(data)]
        sheet.canvas.lines(points, colour, sheet.style.line)
    return sheet.drawing(
        "area chart",
        x=across.title,
        y=sheet.subject.measure.name,
        trend=form,
        parts=1,
        part="areas",
    )


def stacked(random_: random.Random) -> Drawing:
    """Areas on each other, in shares, as a stream, or overlapping."""
    sheet = Sheet(random_, series=random_.randint(2, 8))
    names = sheet.subject.series
    count, _ = count_of(random_)
    how = random_.choice(["stacked", "stacked", "normalized", "stream", "layered"])
    colours = [sheet.colour(i) for i in range(len(names))]
    sheet.legend(names, colours, title="series")
    high = sheet.subject.measure.high
    rows = []
    for _ in names:
        top = high * random_.uniform(0.3, 1)
        rows.append(values(random_, count, 0.1 * high, top, trend(random_)))
    data = np.maximum(np.array(rows), 0.02 * high)
    if how == "normalized":
        data = 100 * data / data.sum(axis=0)
    tops = data if how == "layered" else np.cumsum(data, axis=0)
    base = -tops[-1] / 2 if how == "stream" else np.zeros(count)
    tops = tops + base
    low, top = float(base.min()), float(tops.max())
    unit = "%" if how == "normalized" else sheet.subject.measure.unit
    across = time_axis(sheet, count)
    plane = sheet.frame(across, numeric(random_, low, top, sheet.measure(), unit))
    smooth = how == "stream" or random_.random() < 0.2
    for i in range(len(names)):
        under = base if i == 0 or how == "layered" else tops[i - 1]
        band(sheet, plane, under, tops[i], colours[i], 0.5 if how == "layered" else 1, smooth)
    named = {"stream": "stream graph", "layered": "layered area chart",
            "normalized": "stacked area chart in shares"}  # fmt: skip
    kind = named.get(how, "stacked area chart")
    totals = data.sum(axis=1)
    return sheet.drawing(
        "area chart", kind, x=across.title, y=sheet.subject.measure.name, series=names,
        highest=names[int(np.argmax(totals))], lowest=names[int(np.argmin(totals))],
        parts=len(names), part="areas",
    )  # fmt: skip


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "area chart": (area, stacked, stacked, small_areas)
}

"""Heatmaps: categories, binned points, a calendar, a confusion matrix."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np

from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.shapes import Values, scattered
from indexes.clip.drawing.svg_axes import Sheet, upright
from indexes.clip.drawing.svg_plane import Box
from indexes.clip.drawing.svg_scales import bands, numbers, numeric
from indexes.clip.drawing.topics import MONTHS, years

RAMPS: tuple[tuple[str, ...], ...] = (
    ("#ffffd9", "#c7e9b4", "#41b6c4", "#225ea8", "#081d58"),  # yellow, green, blue
    ("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"),
    ("#fff5f0", "#fcbba1", "#fb6a4a", "#cb181d", "#67000d"),
    ("#f7fcf5", "#c7e9c0", "#74c476", "#238b45", "#00441b"),
    ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"),  # viridis
    ("#000004", "#51127c", "#b73779", "#fc8961", "#fcfdbf"),
    ("#b2182b", "#f4a582", "#f7f7f7", "#92c5de", "#2166ac"),  # two-sided
    ("#f8696b", "#fbaa77", "#ffeb84", "#b1d580", "#63be7b"),  # a spreadsheet's
    ("#ffffff", "#cccccc", "#999999", "#555555", "#000000"),
    ("#edf8fb", "#b3cde3", "#8c96c6", "#8856a7", "#810f7c"),
)


def named(random_: random.Random) -> Drawing:
    """Cells of categories, with or without their numbers."""
    sheet = Sheet(random_, random_.randint(3, 12), random_.randint(2, 8))
    rows = sheet.subject.categories
    how = random_.choice(["years", "months", "hours", "same", "series"])
    if how == "same" and len(rows) > 2:
        return _confusion(random_, sheet)
    columns = {
        "years": years(random_, random_.randint(4, 30)),
        "months": MONTHS,
        "hours": tuple(str(i) for i in range(24)),
    }.get(how, sheet.subject.series)
    rng = np.random.default_rng(random_.getrandbits(32))
    data = rng.uniform(0, 1, (len(rows), len(columns)))
    if random_.random() < 0.5:  # neighbours are alike
        wave = np.sin(np.linspace(0, random_.uniform(2, 6), len(columns)) + random_.uniform(0, 6))
        data = 0.5 + 0.35 * wave + 0.15 * (data - 0.5) + np.linspace(-0.2, 0.2, len(rows))[:, None]
    title = {"years": "Year", "months": "Month", "hours": "Hour"}.get(how, "")
    details = _cells(sheet, data, rows, columns, title, "")
    return sheet.drawing(
        "heatmap", details=details, x=title, y=sheet.subject.measure.name, categories=rows,
        parts=len(rows), part="rows",
    )  # fmt: skip


def binned(random_: random.Random) -> Drawing:
    """Counts of points in square bins on two numeric axes."""
    sheet = Sheet(random_)
    x, y, relation = scattered(random_, random_.choice([300, 1000, 3000]))
    bins = random_.choice([8, 10, 12, 15, 20, 25])
    tally = np.histogram2d(np.clip(y, 0, 1), x, [bins, bins], [[0, 1], [0, 1]])[0]
    ramp = random_.choice(RAMPS)
    _scale(sheet, ramp, float(tally.max()))
    measure = sheet.subject.measure
    across = numeric(random_, 0, random_.choice([10, 50, 250]), sheet.words(sheet.subject.across))
    upwards = numeric(random_, measure.low, measure.high, sheet.measure(), zero=False, exact=True)
    plane = sheet.frame(across, upwards)
    wide, high = plane.box.width / bins, plane.box.height / bins
    sheet.canvas.raw('<g shape-rendering="crispEdges">')  # no seams, and quicker
    for i, row in enumerate(tally):
        for k, count in enumerate(row):
            if count:
                x0, y0 = plane.box.left + k * wide, plane.box.bottom - (i + 1) * high
                colour = _shade(ramp, float(count) / float(tally.max()))
                sheet.canvas.rect(x0, y0, wide + 0.3, high + 0.3, colour)
    sheet.canvas.raw("</g>")
    return sheet.drawing(
        "heatmap", "binned heatmap", details=[f"with {relation}"], x=sheet.subject.across,
        y=measure.name, parts=bins, part="bins in each direction",
    )  # fmt: skip


def calendar(random_: random.Random) -> Drawing:
    """A year's days: months and days of the month, or weeks and days of the week."""
    sheet = Sheet(random_)
    rng = np.random.default_rng(random_.getrandbits(32))
    weekly = random_.random() < 0.5
    rows = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun") if weekly else MONTHS
    columns = tuple(str(i + 1) for i in range(53 if weekly else 31))
    shape = (
        np.sin(np.linspace(0, np.pi, 53)) if weekly else np.sin(np.linspace(0, np.pi, 12))[:, None]
    )
    data = 0.7 * shape + 0.3 * rng.uniform(0, 1, (len(rows), len(columns)))
    if not weekly:
        for month in (1, 3, 5, 8, 10):
            data[month, 30 if month > 1 else 28 :] = np.nan
    details = _cells(sheet, data, rows, columns, "Week" if weekly else "Day", "")
    return sheet.drawing(
        "heatmap", "calendar heatmap", details=details, x="Week" if weekly else "Day",
        y=sheet.subject.measure.name, categories=rows, parts=len(rows), part="rows",
    )  # fmt: skip


def _confusion(random_: random.Random, sheet: Sheet) -> Drawing:
    names = sheet.subject.categories[:8]
    rng = np.random.default_rng(random_.getrandbits(32))
    data = rng.uniform(0, 0.25, (len(names), len(names)))
    sided = random_.random() < 0.4
    if sided:
        data = (data + data.T) * 1.8
    np.fill_diagonal(data, rng.uniform(0.7, 1, len(names)) if not sided else 1.0)
    x, y = ("", "") if sided else ("Predicted", "Actual")
    details = _cells(sheet, data, names, names, x, y)
    return sheet.drawing(
        "heatmap", "correlation matrix" if sided else "confusion matrix", details=details, x=x, y=y,
        categories=names, parts=len(names), part="rows",
    )  # fmt: skip


def _cells(
    sheet: Sheet, data: Values, rows: tuple[str, ...], columns: tuple[str, ...], x: str, y: str
) -> list[str]:
    random_, canvas = sheet.random, sheet.canvas
    ramp = random_.choice(RAMPS)
    if random_.random() < 0.35:
        ramp = ramp[::-1]
    low, high = float(np.nanmin(data)), float(np.nanmax(data))
    if random_.random() < 0.7:
        _scale(sheet, ramp, sheet.subject.measure.high)
    every = max(1, -(-len(columns) // random_.choice([8, 16, 40])))
    turned = upright(sheet, columns[::every], sheet.room.width * 0.85)
    across = bands(columns, sheet.words(x), turned, every)
    plane = sheet.frame(across, bands(rows, sheet.words(y)), downwards=True)
    edge = random_.choice(["none", "none", sheet.style.look.ground, "#ffffff", "#888888"])
    wide, tall = plane.box.width / len(columns), plane.box.height / len(rows)
    written = wide > 2.4 * sheet.style.size and tall > 1.2 * sheet.style.size
    written = written and data.size <= 60 and random_.random() < 0.7
    decimal = random_.random() < 0.5
    shape = random_.choice([(0, 0), (0, 0), (0, 0), (1.5, 3)])
    for i in range(len(rows)):
        for k in range(len(columns)):
            if np.isnan(data[i, k]):
                continue
            part = (float(data[i, k]) - low) / max(high - low, 1e-9)
            px, py = plane.at(k, i)
            colour = _shade(ramp, part)
            extra = 0.3 if edge == "none" and not shape[0] else -shape[0]
            canvas.rect(px, py, wide + extra, tall + extra, colour, edge, 1, shape[1])
            if written:
                ink = (
                    "#000000"
                    if sum(int(colour[c : c + 2], 16) for c in (1, 3, 5)) > 380
                    else "#ffffff"
                )
                word = f"{part:.2f}" if decimal else f"{part * 100:.0f}"
                canvas.text(px + wide / 2, py + tall / 2, word, 0.9 * sheet.style.size, ink)
    return ["with numbers in the cells"] if written else []


def _scale(sheet: Sheet, ramp: tuple[str, ...], high: float) -> None:
    """A colour scale at the right or the bottom; takes its place from the sheet's room."""
    room, size, canvas = sheet.room, sheet.style.size, sheet.canvas
    stops = "".join(f'<stop offset="{i / 4}" stop-color="{c}"/>' for i, c in enumerate(ramp))
    upwards = sheet.random.random() < 0.8
    ends = 'x1="0" y1="1" x2="0" y2="0"' if upwards else 'x1="0" y1="0" x2="1" y2="0"'
    canvas.raw(f'<defs><linearGradient id="ramp" {ends}>{stops}</linearGradient></defs>')
    step = high / 4
    words = numbers(sheet.random, [step * i for i in range(5)])
    if upwards:
        long = max(canvas.length(word, size) for word in words)
        x, thick = room.right - long - 2.2 * size, 1.3 * size
        tall = room.height * sheet.random.choice([0.4, 0.6, 0.85])
        top = room.top + size
        canvas.rect(x, top, thick, tall, "url(#ramp)")
        for i, word in enumerate(words):
            y = top + tall * (1 - i / 4)
            canvas.text(x + thick + 4, y, word, 0.9 * size, sheet.style.label, "start")
        sheet.room = Box(room.left, room.top, x - size, room.bottom)
        return
    left, wide, y = room.left + 0.2 * room.width, 0.6 * room.width, room.bottom - 2.4 * size
    canvas.rect(left, y, wide, size, "url(#ramp)")
    for i in (0, 2, 4):
        x = left + wide * i / 4
        canvas.text(x, y + 1.2 * size, words[i], 0.9 * size, sheet.style.label, place="top")
    sheet.room = Box(room.left, room.top, room.right, y - size)


def _shade(ramp: tuple[str, ...], part: float) -> str:
    place = min(max(part, 0.0), 1.0) * (len(ramp) - 1)
    i = min(int(place), len(ramp) - 2)
    rest = place - i
    mixed = [
        round((1 - rest) * int(ramp[i][c : c + 2], 16) + rest * int(ramp[i + 1][c : c + 2], 16))
        for c in (1, 3, 5)
    ]
    return "#" + "".join(f"{value:02x}" for value in mixed)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {"heatmap": (named, named, binned, calendar)}

"""Bar charts and histograms in the looks of web and office tools."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np

from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.shapes import Values, shares, trend, values
from indexes.clip.drawing.svg_axes import Sheet, sizes, upright
from indexes.clip.drawing.svg_plane import Plane
from indexes.clip.drawing.svg_scales import Axis, bands, numbers, numeric
from indexes.clip.drawing.topics import periods


def vertical(random_: random.Random) -> Drawing:
    """Upright bars: a few or many, perhaps over time, with labels, ticks or rules on top."""
    many = random_.random() < 0.3
    count = random_.randint(12, 40) if many else random_.randint(2, 12)
    sheet = Sheet(random_, count, size=_narrow(random_, count))
    subject = sheet.subject
    timed = many or random_.random() < 0.2
    names = periods(random_, count) if timed else subject.categories
    form = trend(random_) if timed else ""
    across = "Year" if timed and names[0].isdigit() and len(names[0]) == 4 else ""
    low = min(subject.measure.low, 0.0) if random_.random() < 0.2 else 0.0
    heights = _heights(random_, len(names), subject.measure.high, form)
    if low < 0 or random_.random() < 0.08:
        heights = heights - float(np.median(heights)) * random_.uniform(0.6, 1.2)
    plane = _upright(sheet, names, heights, across, most=12 if many else 40)
    gap = 0.1 if sheet.style.tool == "vega" else random_.choice([0.0, 0.1, 0.2, 0.4, 0.6])
    chosen = random_.randrange(len(names)) if random_.random() < 0.12 else -1
    varied = random_.random() < 0.12
    line = sheet.style.look.ink if random_.random() < 0.12 else "none"
    for i, height in enumerate(heights):
        colour = sheet.colour(i if varied else 1 if i == chosen else 0)
        left, right = plane.x(i + gap / 2), plane.x(i + 1 - gap / 2)
        sheet.canvas.rect(
            left, plane.y(0), right - left, plane.y(height) - plane.y(0), colour, line
        )
    details = _overlay(sheet, plane, heights)
    return sheet.drawing(
        "bar chart", "column chart" if not many else "bar chart", details=details,
        x=across, y=subject.measure.name, categories=tuple(names), trend=form,
        highest=names[int(np.argmax(heights))], lowest=names[int(np.argmin(heights))],
        parts=len(names), part="bars",
    )  # fmt: skip


def horizontal(random_: random.Random) -> Drawing:
    """Lying bars, sorted or not, or floating from a lower to an upper value."""
    count = random_.randint(2, 20)
    sheet = Sheet(random_, count, size=_flat(random_, count))
    names = sheet.subject.categories
    if count > 12:
        names = tuple(str(5 * i) for i in range(count))
    lengths = _heights(random_, len(names), sheet.subject.measure.high, "")
    if random_.random() < 0.5:
        lengths = np.sort(lengths)[::-1].copy()
    floating = random_.random() < 0.15
    starts = lengths * random_.uniform(0.2, 0.7) if floating else np.zeros(len(names))
    across = numeric(random_, 0, float(lengths.max()), sheet.measure(), sheet.subject.measure.unit)
    plane = sheet.frame(across, bands(names), downwards=True)
    gap = random_.choice([0.1, 0.1, 0.3, 0.5])
    varied = random_.random() < 0.12
    for i, length in enumerate(lengths):
        x = plane.x(float(starts[i]))
        top, bottom = plane.y(i + gap / 2), plane.y(i + 1 - gap / 2)
        sheet.canvas.rect(x, top, plane.x(length) - x, bottom - top, sheet.colour(i * varied))
    if not floating and random_.random() < 0.2:
        words = numbers(random_, [float(v) for v in lengths], sheet.subject.measure.unit)
        for i, word in enumerate(words):
            x, y = plane.at(float(lengths[i]), i + 0.5)
            sheet.canvas.text(x - 3, y, word, sheet.style.size * 0.9, "#ffffff", "end")
    return sheet.drawing(
        "bar chart", "floating bar chart" if floating else "horizontal bar chart",
        details=["with horizontal bars"], x=sheet.subject.measure.name, categories=names,
        highest=names[int(np.argmax(lengths))], lowest=names[int(np.argmin(lengths))],
        parts=len(names), part="bars",
    )  # fmt: skip


def survey(random_: random.Random) -> Drawing:
    """A survey's bars: no axes, a number at each end, perhaps groups or answers in a row."""
    sheet = Sheet(random_, random_.randint(3, 9), random_.randint(2, 5), _flat(random_, 7))
    canvas, size = sheet.canvas, sheet.style.size
    names, answers = sheet.subject.categories, sheet.subject.series
    stacked = random_.random() < 0.5
    if stacked:
        colours = [sheet.colour(i) for i in range(len(answers))]
        sheet.legend(answers, colours, where="top")
    room = sheet.room
    left = room.left + max(canvas.length(name, size) for name in names) + 8
    right = room.right - 3.5 * size
    step = room.height / len(names)
    thick = step * random_.choice([0.4, 0.6, 0.75])
    tops = np.sort(_heights(random_, len(names), random_.uniform(40, 95), ""))[::-1]
    for i, name in enumerate(names):
        y = room.top + (i + 0.5) * step
        canvas.text(left - 6, y, name, size, sheet.style.look.ink, "end")
        parts = shares(random_, len(answers)) * 100 if stacked else tops[i : i + 1]
        x = left
        for k, part in enumerate(parts):
            wide = (right - left) * float(part) / 100
            canvas.rect(
                x, y - thick / 2, wide, thick, sheet.colour(k), "#ffffff" if stacked else "none"
            )
            word = f"{part:.0f}" + ("%" if i == 0 else "")
            if not stacked:
                canvas.text(x + wide + 4, y, word, size, sheet.style.look.ink, "start", bold=True)
            elif wide > 1.8 * size:
                canvas.text(x + wide / 2, y, word, 0.9 * size, "#ffffff", bold=True)
            x += wide
    canvas.line(left, room.top, left, room.bottom, sheet.style.look.faint)
    best = {} if stacked else {"highest": names[0], "lowest": names[-1]}
    return sheet.drawing(
        "bar chart", "stacked bar chart" if stacked else "horizontal bar chart",
        details=["with numbers on the bars" if stacked else "with numbers at the ends of the bars"],
        y=sheet.subject.measure.name, categories=names, series=answers if stacked else (),
        parts=len(names), part="bars", **best,
    )  # fmt: skip


def several(random_: random.Random) -> Drawing:
    """Bars of several series: beside each other, on each other, to both sides, or in shares."""
    count = random_.randint(2, 9)
    sheet = Sheet(random_, count, random_.randint(2, 5))
    names, series = sheet.subject.categories, sheet.subject.series
    if random_.random() < 0.35:
        names = periods(random_, random_.randint(3, 20))
    how = random_.choice(["grouped", "grouped", "stacked", "stacked", "normalized", "diverging"])
    rng = np.random.default_rng(random_.getrandbits(32))
    data = rng.uniform(0.15, 1, (len(series), len(names))) * sheet.subject.measure.high
    if how == "normalized":
        data = 100 * data / data.sum(axis=0)
    colours = [sheet.colour(i) for i in range(len(series))]
    sheet.legend(series, colours, title=random_.choice(["group", "series", "symbol", "Category"]))
    top = data if how == "grouped" else data.sum(axis=0)
    if how == "diverging":
        top = np.concatenate([data[0], -data[1:].sum(axis=0)])
    lying = random_.random() < 0.3
    plane = (_lying if lying else _upright)(sheet, names, top, "")
    gap = random_.choice([0.1, 0.2, 0.35])
    outline = "#ffffff" if random_.random() < 0.2 else "none"
    labelled = random_.random() < 0.2 and data.size < 25
    for i in range(len(names)):
        base, under = 0.0, 0.0
        for k in range(len(series)):
            value, wide, low = float(data[k, i]), 1 - gap, i + gap / 2
            if how == "grouped":
                wide, low, start = wide / len(series), low + k * wide / len(series), 0.0
            elif how == "diverging" and k > 0:
                under -= value
                start = under
            else:
                start, base = base, base + value
            a, b = (low, start), (low + wide, start + value)
            if lying:
                a, b = a[::-1], b[::-1]
            (x1, y1), (x2, y2) = plane.at(*a), plane.at(*b)
            sheet.canvas.rect(x1, y1, x2 - x1, y2 - y1, colours[k], outline)
            if labelled:
                size = 0.8 * sheet.style.size
                x, y = ((x1 + x2) / 2, (y1 + y2) / 2)
                sheet.canvas.text(x, y, f"{value:.0f}", size, "#ffffff")
    kind = {"normalized": "stacked bar chart in shares"}.get(how, f"{how} bar chart")
    totals = data.sum(axis=1)
    return sheet.drawing(
        "bar chart", kind, details=["with horizontal bars"] * lying, y=sheet.subject.measure.name,
        series=series, categories=tuple(names), highest=series[int(np.argmax(totals))],
        lowest=series[int(np.argmin(totals))], parts=len(series), part="series",
    )  # fmt: skip


def histogram(random_: random.Random) -> Drawing:
    """Counts in bins that touch, perhaps of two overlapping groups."""
    sheet = Sheet(random_, series=2)
    rng = np.random.default_rng(random_.getrandbits(32))
    shape = random_.choice(["bell-shaped", "right-skewed", "left-skewed", "two-peaked", "uniform"])
    groups = 2 if random_.random() < 0.2 and len(sheet.subject.series) == 2 else 1
    bins = random_.choice([6, 8, 10, 12, 15, 20, 25, 30, 40])
    if groups == 2:
        sheet.legend(sheet.subject.series, [sheet.colour(0), sheet.colour(1)])
    samples = [_sample(rng, shape) + 0.18 * i for i in range(groups)]
    tallies = [np.histogram(s, bins, (0, 1.2))[0] for s in samples]
    tops = np.max(tallies, axis=0)
    low, high = sheet.subject.measure.low, sheet.subject.measure.high
    name = sheet.subject.measure.name
    across = numeric(random_, low, high, sheet.words(name), zero=False, exact=True)
    counted = random_.choice(["Count of Records", "Frequency", "Count", "Number", "Density"])
    plane = sheet.frame(across, numeric(random_, 0, float(tops.max()), sheet.words(counted)))
    white = plane.box.width / bins > 4 and random_.random() < 0.7
    line = random_.choice([sheet.style.look.ground, "#000000"]) if white else "none"
    step = plane.box.width / bins
    for k, tally in enumerate(tallies):
        for i, tall in enumerate(tally):
            x, y = plane.box.left + i * step, plane.y(float(tall))
            height = plane.box.bottom - y
            sheet.canvas.rect(
                x, y, step, height, sheet.colour(k), line, 1, opacity=0.6 if groups == 2 else 1
            )
    details = [f"with a {shape} distribution"]
    if random_.random() < 0.2:
        x = plane.box.left + float(samples[0].mean()) / 1.2 * plane.box.width
        sheet.canvas.line(x, plane.box.top, x, plane.box.bottom, "#ff0000", 2)
        details.append("with a line at the mean")
    return sheet.drawing(
        "histogram", "overlaid histogram" if groups == 2 else "histogram", details=details, x=name,
        y=counted, series=sheet.subject.series[:2] if groups == 2 else (), parts=bins, part="bins",
    )  # fmt: skip


def _sample(rng: np.random.Generator, shape: str) -> Values:
    if shape == "two-peaked":
        return np.concatenate([rng.normal(0.25, 0.08, 200), rng.normal(0.7, 0.1, 250)])
    if shape == "uniform":
        return rng.uniform(0, 1.2, 500)
    a, b = {"bell-shaped": (6, 6), "right-skewed": (1.6, 6), "left-skewed": (6, 1.6)}[shape]
    return rng.beta(a, b, rng.integers(80, 900))


def _heights(random_: random.Random, count: int, high: float, form: str) -> Values:
    if form:
        return np.maximum(values(random_, count, 0.15 * high, high, form), 0.02 * high)
    rng = np.random.default_rng(random_.getrandbits(32))
    return np.asarray(high * rng.uniform(random_.choice([0.02, 0.15, 0.5]), 1, count), np.float64)


def _upright(sheet: Sheet, names: Sequence[str], tops: Values, title: str, most: int = 40) -> Plane:
    unit = sheet.subject.measure.unit
    upwards = numeric(sheet.random, float(tops.min()), float(tops.max()), sheet.measure(), unit)
    every = max(1, -(-len(names) // most))
    turned = upright(sheet, names[::every], sheet.room.width * 0.85)
    title = title or sheet.random.choice(["", "", "a", "Category", "group", "x"])
    across: Axis = bands(names, sheet.words(title), turned, every)
    return sheet.frame(across, upwards)


def _lying(sheet: Sheet, names: Sequence[str], tops: Values, title: str) -> Plane:
    unit = sheet.subject.measure.unit
    across = numeric(sheet.random, float(tops.min()), float(tops.max()), sheet.measure(), unit)
    return sheet.frame(across, bands(names, title), downwards=True)


def _overlay(sheet: Sheet, plane: Plane, heights: Values) -> list[str]:
    random_, canvas, size = sheet.random, sheet.canvas, sheet.style.size
    what = random_.random()
    if what < 0.22 and len(heights) < 16:
        words = numbers(random_, [float(v) for v in heights], sheet.subject.measure.unit)
        for i, height in enumerate(heights):
            x, y = plane.at(i + 0.5, float(height))
            shift = -0.7 * size if height >= 0 else 0.7 * size
            canvas.text(x, y + shift, words[i], 0.9 * size, sheet.style.label)
        return ["with numbers on the bars"]
    if what < 0.32:
        for i, height in enumerate(heights):
            y = max(plane.box.top, plane.y(float(height) * random_.uniform(0.75, 1.1)))
            canvas.line(plane.x(i + 0.1), y, plane.x(i + 0.9), y, "#d62728", 2)
        return ["with a target tick on each bar"]
    if what < 0.42:
        y = plane.y(float(heights.mean()))
        canvas.line(
            plane.box.left, y, plane.box.right, y, "#d62728", 2, random_.choice(["", "4 4"])
        )
        return ["with a line at the mean"]
    return []


def _narrow(random_: random.Random, count: int) -> tuple[float, float] | None:
    if random_.random() < 0.55:
        return None
    step = random_.choice([20, 20, 20, 30])
    return min(900.0, max(130.0, 75 + step * count)), random_.choice([260.0, 300.0, 360.0])


def _flat(random_: random.Random, count: int) -> tuple[float, float]:
    width, height = sizes(random_)
    if random_.random() < 0.4:
        return width, min(900.0, max(120.0, 70 + 20.0 * count))
    return width, height


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "bar chart": (vertical, vertical, horizontal, several, several, survey),
    "histogram": (histogram,),
}

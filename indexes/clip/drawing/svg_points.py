"""Scatter plots: open circles, bubbles, ticks, stacked dots, ranged dots."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np

from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.shapes import scattered
from indexes.clip.drawing.svg_axes import Sheet, upright
from indexes.clip.drawing.svg_scales import bands, logarithmic, numeric
from indexes.clip.drawing.topics import years


def cloud(random_: random.Random) -> Drawing:
    """Points of one to four groups, with a fitted line, a rule or a band now and then."""
    sheet = Sheet(random_, series=random_.choice([1, 1, 2, 3, 4]))
    subject, canvas = sheet.subject, sheet.canvas
    groups = subject.series if len(subject.series) > 1 else ("",)
    count = random_.choice([5, 10, 20, 40, 80, 150, 300, 450])
    x, y, relation = scattered(random_, count)
    rng = np.random.default_rng(random_.getrandbits(32))
    group = rng.integers(0, len(groups), count)
    if random_.random() < 0.6:  # groups lie apart
        group = np.clip(
            (x * len(groups)).astype(int) + rng.integers(-1, 2, count), 0, len(groups) - 1
        )
    shape = random_.choice(
        ["open", "open", "open", "circle", "circle", "square", "mixed", "bubble"]
    )
    opacity = random_.choice([1.0, 0.8, 0.7, 0.5])
    side = min(canvas.width, canvas.height)
    radius = side * random_.choice([0.005, 0.008, 0.01, 0.01, 0.013, 0.016, 0.02])
    radius = max(1.5, radius * (0.7 if count > 200 else 1))
    if relation == "separate clusters":  # they lie apart in both directions
        x = np.clip(0.3 * x + 0.35 * np.round(2 * y), 0, 1)
    colours = [sheet.colour(i) for i in range(len(groups))]
    if len(groups) > 1:
        mark = "open" if shape == "open" else "circle"
        sheet.legend(groups, colours, mark, random_.choice(["Origin", "Species", "group"]))
    first = random_.choice([0, 0, 10, 40, 100, 170, 1000])
    span = random_.choice([1, 8, 60, 250, 5000] if first == 0 else [first * 0.3, first, first * 6])
    zero = random_.random() < 0.5 and first < 3 * span
    across_name, low, high = subject.across, subject.measure.low, subject.measure.high
    xs, ys = first + span * x, low + (high - low) * y
    plain = across_name == "Year"
    if plain:
        first = random_.randint(1950, 2000)
        xs = first + random_.randint(10, 40) * x
    across = numeric(
        random_, float(xs.min()), float(xs.max()), sheet.words(across_name),
        zero=zero and not plain, plain=plain,
    )  # fmt: skip
    upwards = numeric(
        random_, float(ys.min()), float(ys.max()), sheet.measure(), subject.measure.unit, zero
    )
    plane = sheet.frame(across, upwards)
    radii = rng.uniform(0.5, 3.2, count) * radius if shape == "bubble" else np.full(count, radius)
    details: list[str] = []
    if random_.random() < 0.08:
        a, b = plane.y(float(np.quantile(ys, 0.75))), plane.y(float(np.quantile(ys, 0.25)))
        canvas.rect(plane.box.left, a, plane.box.width, b - a, colours[0], opacity=0.2)
        details.append("with a shaded band")
    for i in range(count):
        px, py = plane.at(float(xs[i]), float(ys[i]))
        _mark(sheet, shape, px, py, float(radii[i]), colours[group[i]], opacity, int(group[i]))
    extra = random_.random()
    if extra < 0.15:
        slope, start = np.polyfit(xs, ys, 1)
        ends = [(float(v), float(start + slope * v)) for v in (xs.min(), xs.max())]
        colour = random_.choice(["#d62728", "#000000" if not sheet.style.look.dark else "#ffffff"])
        canvas.lines([plane.at(*end) for end in ends], colour, 2, random_.choice(["", "5 4"]))
        details.append("with a fitted line")
    elif extra < 0.25:
        level = plane.y(float(ys.mean()))
        canvas.line(plane.box.left, level, plane.box.right, level, sheet.style.look.ink, 1.5)
        details.append("with a line at the mean")
    elif extra < 0.35 and count <= 20:
        for i in range(count):
            px, py = plane.at(float(xs[i]), float(ys[i]))
            name = subject.categories[i % len(subject.categories)]
            canvas.text(
                px + radius + 3, py, name, 0.85 * sheet.style.size, sheet.style.label, "start"
            )
        details.append("with names beside the points")
    kind = "bubble chart" if shape == "bubble" else "scatter plot"
    return sheet.drawing(
        "scatter plot", kind, details=[f"with {relation}", *details], x=across_name,
        y=subject.measure.name, series=groups if len(groups) > 1 else (), parts=count,
        part="points",
    )  # fmt: skip


def ticks(random_: random.Random) -> Drawing:
    """A strip plot: short ticks or dots in rows by category."""
    sheet = Sheet(random_, random_.randint(1, 8))
    names = sheet.subject.categories
    rng = np.random.default_rng(random_.getrandbits(32))
    low, high = sheet.subject.measure.low, sheet.subject.measure.high
    across = numeric(random_, low, high, sheet.measure(), sheet.subject.measure.unit)
    plane = sheet.frame(across, bands(names), downwards=True)
    dots = random_.random() < 0.4
    jitter = random_.choice([0.0, 0.25]) if dots else 0.0
    means = []
    for i in range(len(names)):
        centre = rng.uniform(0.2, 0.8)
        found = np.clip(rng.normal(centre, random_.uniform(0.05, 0.2), rng.integers(8, 90)), 0, 1)
        means.append(float(found.mean()))
        for value in found:
            x, y = plane.at(low + (high - low) * float(value), i + 0.5)
            if dots:
                y += float(rng.normal(0, 1)) * jitter * plane.box.height / len(names) * 0.5
                _mark(sheet, "open", x, y, random_.choice([2.5, 4.0]), sheet.colour(0), 0.7, 0)
            else:
                tall = 0.36 * plane.box.height / len(names)
                sheet.canvas.line(x, y - tall, x, y + tall, sheet.colour(0), 1)
    return sheet.drawing(
        "scatter plot", "strip plot", x=sheet.subject.measure.name, categories=names,
        highest=names[int(np.argmax(means))], lowest=names[int(np.argmin(means))],
        parts=len(names), part="rows",
    )  # fmt: skip


def dots(random_: random.Random) -> Drawing:
    """Dots stacked as counts, or one to three dots for each category on a line."""
    sheet = Sheet(random_, random_.randint(3, 14), 3)
    names, series = sheet.subject.categories, sheet.subject.series
    rng = np.random.default_rng(random_.getrandbits(32))
    canvas = sheet.canvas
    if random_.random() < 0.35:
        tallies = rng.integers(1, random_.choice([6, 10, 16]), len(names))
        turned = upright(sheet, names, sheet.room.width * 0.85)
        counts = numeric(random_, 0, float(tallies.max() + 1), sheet.words("Count of Records"))
        plane = sheet.frame(bands(names, "", turned), counts)
        step = min(plane.box.height / (counts.high + 0.5), plane.box.width / len(names))
        hollow = random_.random() < 0.3
        for i, tally in enumerate(tallies):
            for k in range(int(tally)):
                x, y = plane.at(i + 0.5, k + 0.5)
                _mark(
                    sheet, "open" if hollow else "circle", x, y, 0.42 * step, sheet.colour(0), 1, 0
                )
        return sheet.drawing(
            "scatter plot", "stacked dot plot", categories=names,
            highest=names[int(np.argmax(tallies))], parts=len(names), part="columns",
        )  # fmt: skip
    groups = series[: random_.randint(1, 3)]
    data = rng.uniform(0.05, 1, (len(groups), len(names))) * sheet.subject.measure.high
    colours = [sheet.colour(i) for i in range(len(groups))]
    if len(groups) > 1:
        sheet.legend(groups, colours, "circle", "year")
    across = numeric(random_, 0, float(data.max()), sheet.measure(), sheet.subject.measure.unit)
    plane = sheet.frame(across, bands(names), downwards=True)
    ranged = random_.random() < 0.7
    for i in range(len(names)):
        points = [plane.at(float(value), i + 0.5) for value in data[:, i]]
        xs = [p[0] for p in points] if len(groups) > 1 else [plane.box.left, points[0][0]]
        if ranged:
            canvas.line(min(xs), points[0][1], max(xs), points[0][1], "#b0b0b0", 2)
        for k, (x, y) in enumerate(points):
            _mark(sheet, "circle", x, y, random_.choice([4.0, 5.0]), colours[k], 1, 0)
    kind = "ranged dot plot" if ranged and len(groups) > 1 else "dot plot"
    means = data.mean(axis=1)
    best = {"highest": groups[int(np.argmax(means))]} if len(groups) > 1 else {
        "highest": names[int(np.argmax(data[0]))], "lowest": names[int(np.argmin(data[0]))]
    }  # fmt: skip
    return sheet.drawing(
        "scatter plot", kind, x=sheet.subject.measure.name, categories=names,
        series=groups if len(groups) > 1 else (), parts=len(names), part="rows", **best,
    )  # fmt: skip


def punch_card(random_: random.Random) -> Drawing:
    """Circles of different sizes on a grid of categories, or points over time."""
    sheet = Sheet(random_, 8, 7)
    rows = sheet.subject.categories
    columns = years(random_, random_.randint(4, 24))
    rng = np.random.default_rng(random_.getrandbits(32))
    every = 1 if len(columns) < 12 else 3
    turned = upright(sheet, columns[::every], sheet.room.width * 0.8)
    plane = sheet.frame(
        bands(columns, sheet.words("Year"), turned, every), bands(rows), downwards=True
    )
    step = min(plane.box.width / len(columns), plane.box.height / len(rows))
    shape = random_.choice(["circle", "circle", "open", "square"])
    varied = random_.random() < 0.4
    for i in range(len(rows)):
        for k in range(len(columns)):
            x, y = plane.at(k + 0.5, i + 0.5)
            radius = step * 0.55 * float(rng.uniform(0.02, 1)) ** 0.5
            _mark(sheet, shape, x, y, radius, sheet.colour(i if varied else 0), 0.8, 0)
    return sheet.drawing(
        "scatter plot", "bubble chart",
        details=["with circles on a grid"] if shape != "square" else (),
        x="Year", y=sheet.subject.measure.name, categories=rows, parts=len(rows), part="rows",
    )  # fmt: skip


def logged(random_: random.Random) -> Drawing:
    """Bubbles or open circles on a logarithmic axis."""
    sheet = Sheet(random_, series=4)
    count = random_.choice([20, 60, 150])
    x, y, relation = scattered(random_, count)
    rng = np.random.default_rng(random_.getrandbits(32))
    xs = 10 ** (2 + random_.choice([2.0, 3.0]) * np.clip(x, 0, 1))
    ys = sheet.subject.measure.low + (sheet.subject.measure.high - sheet.subject.measure.low) * y
    colours = [sheet.colour(i) for i in range(len(sheet.subject.series))]
    sheet.legend(sheet.subject.series, colours, "circle", "group")
    upwards = numeric(random_, float(ys.min()), float(ys.max()), sheet.measure(), zero=False)
    across = logarithmic(float(xs.min()), float(xs.max()), sheet.words(sheet.subject.across))
    plane = sheet.frame(across, upwards)
    for i in range(count):
        px, py = plane.at(float(xs[i]), float(ys[i]))
        radius = float(rng.uniform(1.5, 12))
        sheet.canvas.circle(px, py, radius, colours[i % len(colours)], "#ffffff", 0.7, opacity=0.75)
    return sheet.drawing(
        "scatter plot", "bubble chart", details=[f"with {relation}", "on a logarithmic axis"],
        x=sheet.subject.across, y=sheet.subject.measure.name, series=sheet.subject.series,
        parts=count, part="bubbles",
    )  # fmt: skip


def _mark(
    sheet: Sheet, shape: str, x: float, y: float, radius: float, colour: str, opacity: float,
    group: int,
) -> None:  # fmt: skip
    canvas = sheet.canvas
    if shape == "mixed":
        shape = ("circle", "square", "triangle", "open")[group % 4]
    if shape == "open":
        canvas.circle(x, y, radius, "none", colour, 1.5, opacity=opacity)
    elif shape == "square":
        canvas.rect(x - radius, y - radius, 2 * radius, 2 * radius, colour, opacity=opacity)
    elif shape == "triangle":
        corners = [(x, y - radius), (x - radius, y + radius), (x + radius, y + radius)]
        canvas.polygon(corners, colour, opacity=opacity)
    else:
        canvas.circle(x, y, radius, colour, opacity=opacity)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "scatter plot": (cloud, cloud, cloud, cloud, ticks, dots, punch_card, logged)
}

"""Line charts: one or many lines, steps, markers, bands, logarithmic axes, slopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexes.clip.drawing import shapes, topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, finish, legend, renderer, rule
from indexes.clip.drawing.mpl_words import highest, lowest, written
from indexes.clip.drawing.shapes import Values

_KINDS = ("line chart", "line graph")
MARKERS = ("o", "s", "^", "D", "v", "x", "+", "*")
DASHES = ("-", "--", ":", "-.")


def spread(sheet: Sheet, count: int, across: str) -> tuple[Values, str]:
    """Places along the horizontal axis, (count,), and the axis' name: years or a quantity."""
    if across in ("Year", "Quarter", "Month", "Week") or sheet.maybe(0.45):
        last = sheet.random_.randint(1960, 2024)
        step = sheet.random_.choice([1, 1, 0.25, 0.5]) if count < 60 else 1 / 12
        return last - step * np.arange(count - 1, -1, -1.0), "Year"
    top = sheet.random_.choice([1, 10, 24, 50, 100, 500, 2000])
    return np.linspace(0, top, count), across


def wander(sheet: Sheet, count: int, low: float, high: float) -> Values:
    """A random walk, (count,), between two values, as prices and rates do."""
    walk = np.cumsum(sheet.rng.normal(sheet.random_.choice([0, 0, 0.1]), 1, count))
    walk = (walk - walk.min()) / max(float(np.ptp(walk)), 1e-9)
    return np.asarray(low + (high - low) * walk, np.float64)


def strokes_of(sheet: Sheet, lines: int) -> tuple[list[dict[str, object]], list[str]]:
    """How each line is drawn, and what is true of them all."""
    random_ = sheet.random_
    marked = sheet.maybe(0.35)
    dashed = sheet.maybe(0.2)
    black = lines > 1 and sheet.maybe(0.1)
    one_marker, size = random_.choice(MARKERS[:4]), random_.choice([3, 4, 5, 6, 8])
    same, empty = sheet.maybe(0.5), sheet.maybe(0.25)
    strokes: list[dict[str, object]] = []
    for i in range(lines):
        shade = sheet.look.ink if black else colour(sheet, i)
        stroke: dict[str, object] = {"color": shade}
        if dashed or black:
            stroke["linestyle"] = DASHES[(i + (lines == 1)) % 4]
        if marked:
            stroke |= {"marker": one_marker if same else MARKERS[i % 8], "markersize": size}
            if empty:
                stroke["markerfacecolor"] = sheet.look.ground
        strokes.append(stroke)
    details = ["with markers"] * marked + ["with dashed lines"] * (dashed or black)
    return strokes, details


def single(sheet: Sheet) -> Facts:
    """One line with a known trend."""
    random_ = sheet.random_
    subject = topics.subject(random_)
    measure, name = subject.measure, shapes.trend(random_)
    count = random_.choice([5, 6, 8, 10, 12, 20, 30, 50, 80, 200])
    x, along = spread(sheet, count, subject.across)
    low, high = measure.low, measure.high
    if name == "stays flat":
        values = low + (high - low) * (0.5 + sheet.rng.normal(0, 0.012, count))
    else:
        values = shapes.values(random_, count, low, high, name)
    ax = axes(sheet)
    strokes, details = strokes_of(sheet, 1)
    stepped = sheet.maybe(0.12)
    stroke = strokes[0] | ({"drawstyle": "steps-mid"} if stepped else {})
    (line,) = ax.plot(x, values, **stroke)
    details += ["with steps"] if stepped else []
    if stroke.get("marker") and count <= 12 and sheet.maybe(0.3):
        write = written(random_, measure.unit, float(np.abs(values).max()))
        for place, value in zip(x, values, strict=True):
            ax.annotate(write(float(value)), (place, value), (0, 5), textcoords="offset points",
                        ha="center", fontsize="small")  # fmt: skip
        details.append("with value labels")
    if sheet.maybe(0.15):
        half = (high - low) * sheet.rng.uniform(0.05, 0.15)
        ax.fill_between(
            x, values - half, values + half, color=str(line.get_color()), alpha=0.2, lw=0
        )
        details.append("with a shaded band")
    elif count <= 30 and sheet.maybe(0.12):
        half = (high - low) * 0.07
        ax.errorbar(
            x, values, half, fmt="none", ecolor=line.get_color(), capsize=random_.choice([0, 3])
        )
        details.append("with error bars")
    details += _extras(sheet, ax, x, values)
    if name == "stays flat":
        ax.set_ylim(low, high)
    elif sheet.maybe(0.3) and values.min() > 0:
        ax.set_ylim(bottom=0)
    if sheet.maybe(0.3):
        ax.margins(x=0)
    rule(sheet, ax)
    facts = Facts(
        "line chart", kind="step chart" if stepped else random_.choice(_KINDS),
        title=subject.title, x=along, y=measure.name, unit=measure.unit, trend=name,
        details=tuple(details), parts=1, part="lines",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, values)


def _extras(sheet: Sheet, ax: Any, x: Values, values: Values) -> list[str]:
    """Now and then a marked peak, a shaded period or a reference line."""
    kind = sheet.random_.choices(["", "peak", "period", "line"], [80, 7, 7, 6])[0]
    if kind == "peak":
        best = int(np.argmax(values))
        ax.annotate(sheet.random_.choice(["peak", "maximum", f"{values[best]:.3g}"]),
                    (x[best], values[best]), (18, 14), textcoords="offset points",
                    arrowprops={"arrowstyle": "->", "color": sheet.look.ink})  # fmt: skip
        return ["with an arrow at the peak"]
    if kind == "period":
        start = int(len(x) * sheet.rng.uniform(0.1, 0.7))
        end = min(len(x) - 1, start + max(1, len(x) // 6))
        ax.axvspan(float(x[start]), float(x[end]), color=sheet.look.faint, alpha=0.6, lw=0)
        return ["with a shaded period"]
    if kind == "line":
        ax.axhline(float(np.mean(values)), color=colour(sheet, 2), linestyle="--", linewidth=1)
        return ["with a dashed reference line"]
    return []


def several(sheet: Sheet) -> Facts:
    """Two to eight lines, named in a legend or at their ends."""
    random_ = sheet.random_
    subject = topics.subject(random_, 8, random_.choice([2, 3, 4, 5, 6, 8]))
    names = subject.series
    if sheet.maybe(0.3) and 3 <= len(subject.categories) <= 8:
        names = subject.categories
    measure = subject.measure
    count = random_.choice([4, 6, 8, 10, 12, 20, 40, 100, 200])
    x, along = spread(sheet, count, subject.across)
    kind = random_.choice(["trend", "trends", "trends", "walk", "walk", "curves"])
    low, high = measure.low, measure.high
    common = shapes.trend(random_)
    lines = []
    for i in range(len(names)):
        bottom, top = sorted(low + (high - low) * sheet.rng.uniform(0, 1, 2))
        if kind == "walk":
            lines.append(wander(sheet, count, bottom, top))
        elif kind == "curves":  # as learning or response curves
            rate = sheet.rng.uniform(1, 8)
            level = 1 - np.exp(-rate * np.linspace(0, 1, count))
            lines.append(low + (high - low) * (0.5 + 0.1 * i / len(names)) * level)
        else:
            name = common if kind == "trend" else shapes.trend(random_)
            lines.append(shapes.values(random_, count, bottom, top, name, 0.02))
    ax = axes(sheet)
    strokes, details = strokes_of(sheet, len(names))
    marked_one = len(names) > 2 and sheet.maybe(0.12)
    bands = sheet.maybe(0.15)
    for i, values in enumerate(lines):
        stroke = strokes[i] | ({"color": sheet.look.faint} if marked_one and i else {})
        (line,) = ax.plot(x, values, label=names[i], zorder=2.5 if i == 0 else 2, **stroke)
        if bands:
            half = (high - low) * 0.05
            ax.fill_between(
                x, values - half, values + half, color=str(line.get_color()), alpha=0.2, lw=0
            )
    details += ["with shaded bands"] if bands else []
    if sheet.maybe(0.25) and len(names) <= 5:
        for i, values in enumerate(lines):
            ax.annotate(names[i], (x[-1], values[-1]), (4, 0), textcoords="offset points",
                        va="center", color=str(strokes[i]["color"]), fontsize="small")  # fmt: skip
        details.append("with labels at the ends of the lines")
    else:
        legend(sheet, ax)
        details.append("with a legend")
    if sheet.maybe(0.12) and min(float(values.min()) for values in lines) > 0:
        ax.set_yscale("log")
        details.append("on a logarithmic axis")
    if marked_one:
        details.append("with one line highlighted")
    rule(sheet, ax)
    peaks = [float(values.max()) for values in lines]
    facts = Facts(
        "line chart", kind=random_.choice(["line chart", "multi-series line chart", "line graph"]),
        title=subject.title, x=along, y=measure.name, unit=measure.unit, series=names,
        trend=common if kind == "trend" else "", highest=highest(names, peaks),
        lowest=lowest(names, peaks), details=tuple(details), parts=len(names), part="lines",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, np.array(peaks))


def series_of_time(sheet: Sheet) -> Facts:
    """A long, jagged series over many years, as statistics and markets have it."""
    subject = topics.subject(sheet.random_)
    measure, count = subject.measure, sheet.random_.choice([60, 120, 240, 500])
    years = sheet.random_.randint(8, 90)
    last = sheet.random_.randint(1990, 2024)
    x = np.linspace(last - years, last, count)
    values = wander(sheet, count, measure.low, measure.high)
    ax = axes(sheet)
    shade = colour(sheet, 0)
    ax.plot(x, values, color=shade)
    details: tuple[str, ...] = ()
    look = sheet.random_.choice(["", "", "smooth", "recessions"])
    if look == "smooth":
        window = max(3, count // 12)
        padded = np.pad(values, window // 2, mode="edge")
        mean = np.convolve(padded, np.ones(window) / window, "valid")[:count]
        ax.lines[0].set_alpha(0.4)
        ax.plot(x[: len(mean)], mean, color=colour(sheet, 1), linewidth=2)
        details = ("with a moving average",)
    if look == "recessions":
        for start in sheet.rng.uniform(x[0], x[-1], 3):
            ax.axvspan(
                float(start), float(start) + years / 30, color=sheet.look.faint, alpha=0.6, lw=0
            )
        details = ("with shaded periods",)
    if sheet.maybe(0.4):
        step = sheet.random_.choice([2, 5, 10]) if years > 15 else 1
        marks = np.arange(np.ceil(x[0]), x[-1] + 0.01, step)
        ax.set_xticks(
            marks, [f"{mark:.0f}" for mark in marks], rotation=sheet.random_.choice([45, 90])
        )
    ax.margins(x=sheet.random_.choice([0, 0.02]))
    rule(sheet, ax)
    facts = Facts(
        "line chart", kind=sheet.random_.choice(["time series plot", "line chart"]),
        title=subject.title, x="Year", y=measure.name, unit=measure.unit, details=details,
        parts=2 if look == "smooth" else 1, part="lines",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, values)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "line chart": (
        renderer(single),
        renderer(several),
        renderer(series_of_time, (1.33, 1.6, 2, 2.6, 3)),
        renderer(several),
    )
}

"""Scatter plots: groups, bubbles, fitted lines, dot plots, strips, ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexes.clip.drawing import shapes, topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_bars import name_ticks
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, finish, legend, renderer, rule
from indexes.clip.drawing.mpl_lines import MARKERS
from indexes.clip.drawing.mpl_words import highest, lowest


def _dots(
    sheet: Sheet, count: int, group: int, same: bool, marker: str, filled: bool
) -> dict[str, Any]:
    """How the points of a group are drawn: fewer are larger."""
    shade = colour(sheet, group)
    mark = marker if same else MARKERS[group % 8]
    options: dict[str, Any] = {"marker": mark}
    if mark in "x+" or filled:
        options["color"] = shade
        options["alpha"] = sheet.random_.choice([1, 1, 0.7, 0.5]) if count > 40 else 1
    else:
        options |= {"facecolors": "none", "edgecolors": shade, "linewidths": 1.0}
    return options


def cloud(sheet: Sheet) -> Facts:
    """Points of one to five groups; sometimes a fitted line, error bars or names."""
    random_ = sheet.random_
    groups = random_.choice([1, 1, 1, 2, 3, 3, 5])
    subject = topics.subject(random_, 5, groups)
    names = subject.series if groups > 1 else ()
    groups = max(1, len(names))
    measure = subject.measure
    count = random_.choice([5, 8, 15, 25, 40, 80, 150, 300, 800])
    x, y, name = shapes.scattered(random_, max(count, 12) if groups == 1 else count)
    low, high = random_.choice([(0, 1), (0, 10), (20, 80), (100, 900), (1000, 60000), (150, 230)])
    if subject.across == "Year":
        low, high = random_.choice([(1950, 2020), (1990, 2024), (2000, 2015)])
    x, y = low + (high - low) * x, measure.low + (measure.high - measure.low) * y
    ax = axes(sheet)
    same, marker = sheet.maybe(0.7), random_.choice("oooooosD^x+.")
    filled = sheet.maybe(0.6)
    size = random_.choice([4, 10, 16, 25, 36, 60]) * (0.5 if count > 200 else 1)
    size = max(size, 160 / len(x) ** 0.5) if marker != "." else max(size, 40)
    member = sheet.rng.integers(0, groups, len(x))
    if groups > 1 and sheet.maybe(0.6):  # groups that lie apart
        blurred = x + sheet.rng.normal(0, 0.15 * (high - low), len(x))
        member = np.argsort(np.argsort(blurred)) * groups // len(x)
    details: list[str] = []
    for i in range(groups):
        mine = member == i
        ax.scatter(x[mine], y[mine], s=size, label=names[i] if names else None,
                   **_dots(sheet, count, i, same, marker, filled))  # fmt: skip
    straight = name in ("a positive correlation", "a negative correlation")
    if straight and sheet.maybe(0.45):
        slope, start = np.polyfit(x, y, 1)
        ends = np.array([x.min(), x.max()])
        dark = sheet.random_.choice([colour(sheet, 1), sheet.look.ink, "#d62728"])
        ax.plot(ends, start + slope * ends, color=dark, linestyle=random_.choice(["-", "-", "--"]))
        details.append("with a regression line")
        if sheet.maybe(0.4):
            along = np.linspace(ends[0], ends[1], 30)
            half = np.std(y) * (0.12 + 0.3 * np.abs(along - x.mean()) / np.ptp(x))
            fit = start + slope * along
            ax.fill_between(along, fit - half, fit + half, color=dark, alpha=0.2, lw=0)
            details.append("with a confidence band")
    elif count <= 40 and sheet.maybe(0.2):
        ax.errorbar(x, y, np.std(y) * 0.3, fmt="none", ecolor=sheet.look.ink, elinewidth=0.7,
                    capsize=random_.choice([0, 2]))  # fmt: skip
        details.append("with error bars")
    elif len(x) <= 15 and sheet.maybe(0.4):
        letters = [f"{chr(65 + i)}" for i in range(len(x))]
        for letter, across, up in zip(letters, x, y, strict=True):
            ax.annotate(letter, (across, up), (4, 4), textcoords="offset points", fontsize="small")
        details.append("with labelled points")
    if groups > 1:
        legend(sheet, ax)
        details.append("with a legend")
    rule(sheet, ax)
    facts = Facts(
        "scatter plot", kind=random_.choice(["scatter plot", "scatterplot"]), title=subject.title,
        x=subject.across, y=measure.name, unit=measure.unit, series=names,
        trend=name if len(x) >= 12 else "", details=tuple(details),
        parts=len(x), part="points",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, y)


def bubbles(sheet: Sheet) -> Facts:
    """Points whose size means something, sometimes their colour too."""
    random_ = sheet.random_
    subject = topics.subject(random_)
    count = random_.choice([6, 10, 20, 40, 100])
    x, y, name = shapes.scattered(random_, count)
    across, up = x * 100 + (1920 if subject.across == "Year" else 0), y * subject.measure.high
    sizes = sheet.rng.lognormal(0, 0.9, count) * random_.choice([20, 60, 140])
    ax = axes(sheet)
    details = ["with bubbles of several sizes"]
    if sheet.maybe(0.4):
        dots = ax.scatter(across, up, sizes, c=sheet.rng.uniform(0, 1, count),
                          cmap=random_.choice(["viridis", "plasma", "Blues", "coolwarm", "jet"]),
                          alpha=0.8,
                          edgecolors=random_.choice(["none", sheet.look.ink]))  # fmt: skip
        sheet.figure.colorbar(dots, ax=ax)
        details.append("with a colour bar")
    else:
        rim = random_.choice([sheet.look.ground, sheet.look.ink, "face"])
        fills = [
            colour(sheet, int(i)) for i in sheet.rng.integers(0, random_.choice([1, 3, 5]), count)
        ]
        ax.scatter(across, up, sizes, c=fills,
                   alpha=random_.choice([0.4, 0.6, 0.9]),
                   edgecolors=rim)  # fmt: skip
    ax.margins(0.12)
    rule(sheet, ax)
    facts = Facts(
        "scatter plot", kind="bubble chart", title=subject.title, x=subject.across,
        y=subject.measure.name, unit=subject.measure.unit, trend=name, details=tuple(details),
        parts=count, part="bubbles",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, up)


def strip(sheet: Sheet) -> Facts:
    """Points in rows or columns of categories, jittered or as short ticks."""
    random_ = sheet.random_
    upwards = sheet.maybe(0.5)
    subject = topics.subject(random_, random_.randint(2, 8))
    names, count = subject.categories, random_.choice([8, 20, 60, 120])
    ticks = sheet.maybe(0.3)
    jitter = 0 if ticks or sheet.maybe(0.25) else random_.choice([0.06, 0.12, 0.25])
    many = sheet.maybe(0.5)
    centres = sheet.rng.uniform(0.3, 0.7, len(names))
    ax, means = axes(sheet), []
    filled, size = sheet.maybe(0.6), random_.choice([9, 16, 30])
    for i in range(len(names)):
        values = subject.measure.high * np.clip(sheet.rng.normal(centres[i], 0.12, count), 0, 1.1)
        places = i + sheet.rng.uniform(-1, 1, count) * jitter
        marker = ("_" if upwards else "|") if ticks else "o"
        dots = _dots(sheet, count, i if many else 0, True, marker, filled or ticks)
        across, up = (places, values) if upwards else (values, places)
        ax.scatter(across, up, s=140 if ticks else size, **dots)
        means.append(float(values.mean()))
    name_ticks(sheet, ax, names, upwards)
    (ax.set_xlim if upwards else ax.set_ylim)(-0.6, len(names) - 0.4)
    rule(sheet, ax, upwards)
    facts = Facts(
        "scatter plot", kind="tick plot" if ticks else "strip plot", title=subject.title,
        y=subject.measure.name, unit=subject.measure.unit, categories=names,
        highest=highest(names, means), lowest=lowest(names, means),
        parts=len(names), part="groups",
        details=("with jittered points",) if jitter else (),
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards, means)


def dots(sheet: Sheet) -> Facts:
    """A dot plot: a point or a range of two points for each category."""
    random_ = sheet.random_
    subject = topics.subject(random_, random_.randint(4, 12), 2)
    names = subject.categories
    ranged = sheet.maybe(0.6)
    first = subject.measure.high * sheet.rng.uniform(0.1, 0.6, len(names))
    second = first + subject.measure.high * sheet.rng.uniform(0.06, 0.4, len(names))
    ax, places = axes(sheet), np.arange(len(names))
    size = random_.choice([4, 6, 8, 10])
    ax.hlines(places, first if ranged else 0, second,
              colors=sheet.look.faint if sheet.maybe(0.6) else sheet.look.ink,
              linewidth=random_.choice([1, 2, 4]), zorder=1,
              linestyles="-" if ranged else ":")  # fmt: skip
    ends = subject.series if len(subject.series) == 2 else ("before", "after")
    if ranged:
        ax.plot(first, places, "o", markersize=size, color=colour(sheet, 1), label=ends[0])
        ax.plot(second, places, "o", markersize=size, color=colour(sheet, 0), label=ends[1])
        legend(sheet, ax)
    else:
        ax.plot(
            second, places, random_.choice(["o", "D", "s"]), markersize=size, color=colour(sheet, 0)
        )
        if sheet.maybe(0.3):
            half = (second - first) * 0.4
            ax.errorbar(second, places, xerr=half, fmt="none", ecolor=colour(sheet, 0), capsize=3)
    name_ticks(sheet, ax, names, upwards=False)
    rule(sheet, ax, upwards=False)
    facts = Facts(
        "scatter plot", kind="ranged dot plot" if ranged else "dot plot", title=subject.title,
        y=subject.measure.name, unit=subject.measure.unit, categories=names,
        series=ends if ranged else (), highest=highest(names, second),
        lowest=lowest(names, second), parts=len(names), part="rows",
        details=("with a line between two points",) if ranged else (),
    )  # fmt: skip
    return finish(sheet, ax, facts, False, second)


def powers(sheet: Sheet) -> Facts:
    """Points on two logarithmic axes, or one."""
    subject = topics.subject(sheet.random_)
    count = sheet.random_.choice([10, 30, 100, 300])
    x = 10 ** sheet.rng.uniform(0, 4, count)
    falls = sheet.maybe(0.4)
    slope = sheet.rng.uniform(0.5, 1.2) * (-1 if falls else 1)
    y = 10 ** (3 * falls + slope * np.log10(x) + sheet.rng.normal(0, 0.25, count))
    ax, mark = axes(sheet), sheet.random_.choice("ooox^")
    ax.scatter(x, y, s=sheet.random_.choice([9, 16, 30]),
               **_dots(sheet, count, 0, True, mark, sheet.maybe(0.6)))  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    rule(sheet, ax)
    facts = Facts(
        "scatter plot", kind="log-log scatter plot", title=subject.title, x=subject.across,
        y=subject.measure.name, unit=subject.measure.unit, parts=count, part="points",
        trend="a negative correlation" if falls else "a positive correlation",
        details=("on logarithmic axes",),
    )  # fmt: skip
    return finish(sheet, ax, facts)


def stacks(sheet: Sheet) -> Facts:
    """A dot plot of counts: dots piled up over each value."""
    values = np.arange(1, sheet.random_.choice([4, 5, 8, 12]) + 1)
    counts = sheet.rng.integers(1, sheet.random_.choice([4, 7, 11]), len(values))
    ax, size = axes(sheet), sheet.random_.choice([20, 40, 70])
    filled = sheet.maybe(0.6)
    for value, count in zip(values, counts, strict=True):
        ax.scatter(np.full(count, value), np.arange(1, count + 1), s=size,
                   **_dots(sheet, 9, 0, True, "o", filled))  # fmt: skip
    ax.set_xticks(values)
    ax.set_xlim(0.4, len(values) + 0.6)
    ax.set_ylim(0, counts.max() + 1)
    if sheet.maybe(0.5):
        ax.yaxis.set_visible(False)
    facts = Facts(
        "scatter plot", kind="dot plot", title="Distribution of values", x="Value",
        y="Count", categories=tuple(str(value) for value in values),
        highest=highest([str(value) for value in values], counts.tolist()),
        parts=int(counts.sum()), part="dots",
        details=("with stacked dots",),
    )  # fmt: skip
    return finish(sheet, ax, facts)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "scatter plot": (
        renderer(cloud),
        renderer(cloud),
        renderer(cloud, (0.8, 1, 1, 1.2)),
        renderer(bubbles),
        renderer(strip),
        renderer(dots),
        renderer(powers),
        renderer(cloud),
        renderer(stacks),
    )
}

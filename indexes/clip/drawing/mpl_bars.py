"""Bar charts: single, grouped, stacked, with errors, with negative values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexes.clip.drawing import shapes, topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, finish, legend, renderer, rule
from indexes.clip.drawing.mpl_words import highest, lowered, lowest, written  # fmt: skip
from indexes.clip.drawing.shapes import Values

_UPRIGHT = ("bar chart", "vertical bar chart", "column chart")
HATCHES = ("//", "..", "xx", "\\\\", "++", "oo", "--", "**")


def names_along(sheet: Sheet, count: int) -> tuple[topics.Subject, tuple[str, ...], bool]:
    """A subject, names for so many bars (at least two), and whether they are in time."""
    subject = topics.subject(sheet.random_, count, sheet.random_.randint(2, 5))
    if count > 8 or len(subject.categories) < 2 or sheet.maybe(0.25):
        return subject, topics.periods(sheet.random_, max(count, 3)), True
    return subject, subject.categories, False


def heights(sheet: Sheet, low: float, high: float, count: int) -> Values:
    """Positive bar heights: random, sorted, decaying or much alike."""
    top, rng = max(abs(high), abs(low)), sheet.rng
    kind = sheet.random_.choice(["any", "any", "any", "sorted", "decay", "alike"])
    if kind == "decay":
        made = top * np.exp(-np.arange(count) / max(1.0, count / sheet.random_.uniform(1, 4)))
        return np.asarray(made * rng.uniform(0.8, 1.0, count), np.float64)
    if kind == "alike":
        return np.asarray(top * rng.uniform(0.6, 0.9, count), np.float64)
    made = top * rng.uniform(0.06, 1, count)
    return np.sort(made)[:: sheet.random_.choice([1, -1])] if kind == "sorted" else made


def name_ticks(sheet: Sheet, ax: Any, names: Sequence[str], upwards: bool = True) -> None:
    """Writes the categories' names, turned or thinned out where they would run together."""
    places = np.arange(len(names))
    longest = max(map(len, names))
    step = 1
    if len(names) > 16:
        step = sheet.random_.choice([1, 2, 5]) if upwards else 1
    if not upwards:
        size = "small" if len(names) * 0.17 > sheet.height else None
        ax.set_yticks(places[::step], list(names)[::step], fontsize=size)
        return
    room = sheet.width / len(names) * step * 10  # letters a bar has
    if longest > room or sheet.maybe(0.1):
        turn = sheet.random_.choice([30, 45, 45, 60, 90, 90]) if room > 1.5 else 90
        ax.set_xticks(places[::step], list(names)[::step], rotation=turn,
                      ha="center" if turn == 90 else "right",
                      rotation_mode="default" if turn == 90 else "anchor")  # fmt: skip
    else:
        ax.set_xticks(places[::step], list(names)[::step])


def _one(sheet: Sheet, count: int, upwards: bool) -> Facts:
    subject, names, timed = names_along(sheet, count)
    measure = subject.measure
    shape = ""
    if timed and sheet.maybe(0.6):
        shape = shapes.trend(sheet.random_)
        low = max(measure.low, 0.08 * measure.high)
        values = np.maximum(
            shapes.values(sheet.random_, len(names), low, measure.high, shape), 0.01 * low
        )
    else:
        values = heights(sheet, measure.low, measure.high, len(names))
    ax = axes(sheet)
    details: list[str] = []
    fill: str | list[str] = colour(sheet, 0)
    look = sheet.random_.choice(["one"] * 6 + ["many", "many", "marked", "hatch", "empty"])
    options: dict[str, object] = {}
    if look == "many" and len(names) <= 12:
        fill = [colour(sheet, i) for i in range(len(names))]
        details.append("with bars of several colours")
    elif look == "marked":
        fill = [sheet.look.faint] * len(names)
        fill[int(np.argmax(values))] = colour(sheet, 0)
        details.append("with one bar highlighted")
    elif look == "hatch":
        options = {"hatch": sheet.random_.choice(HATCHES), "edgecolor": sheet.look.ink}
        fill = sheet.random_.choice([sheet.look.ground, fill])
    elif look == "empty" or sheet.maybe(0.15):
        options = {"edgecolor": sheet.look.ink, "linewidth": sheet.random_.choice([0.5, 1, 1.5])}
        fill = sheet.look.ground if look == "empty" and sheet.maybe(0.5) else fill
    options["color"] = fill
    thickness = sheet.random_.choice([0.35, 0.5, 0.6, 0.7, 0.8, 0.8, 0.9, 0.95, 1.0])
    errors = values * sheet.rng.uniform(0.04, 0.15, len(names)) if sheet.maybe(0.18) else None
    if errors is not None:
        options["error_kw"] = {"ecolor": sheet.look.ink, "capsize": sheet.random_.choice([0, 2, 4])}
        details.append("with error bars")
    places = np.arange(len(names))
    if upwards:
        bars = ax.bar(places, values, thickness, yerr=errors, **options)
    else:
        bars = ax.barh(places, values, thickness, xerr=errors, **options)
        if sheet.maybe(0.7):
            ax.invert_yaxis()
    name_ticks(sheet, ax, names, upwards)
    if errors is None and len(names) <= 14 and sheet.maybe(0.35):
        write = written(sheet.random_, measure.unit, float(values.max()))
        pad = -12 if upwards and sheet.maybe(0.15) else 2
        size = 6 if upwards and len(names) > 9 else "small"
        ax.bar_label(bars, [write(float(v)) for v in values], fontsize=size, padding=pad)
        details.append("with value labels")
        if sheet.maybe(0.4) and not sheet.style.grid:
            (ax.yaxis if upwards else ax.xaxis).set_visible(False)
    elif sheet.maybe(0.1):
        mean = float(values.mean())
        (ax.axhline if upwards else ax.axvline)(mean, color=colour(sheet, 1), linestyle="--")
        details.append("with a dashed line at the average")
    ax.margins(**({"x": 0.02} if upwards else {"y": 0.02}))
    rule(sheet, ax, upwards)
    if not upwards:
        details.append("with horizontal bars")
    along = subject.across if not timed else period_name(names)
    facts = Facts(
        "bar chart",
        kind=sheet.random_.choice(_UPRIGHT) if upwards else "horizontal bar chart",
        title=subject.title, x=along if timed else "", y=measure.name, unit=measure.unit,
        categories=names, trend=shape if timed else "", highest=highest(names, values),
        lowest=lowest(names, values), details=tuple(details), parts=len(names), part="bars",
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards, values)


def period_name(names: Sequence[str]) -> str:
    """What the names of periods are, in one word."""
    first = names[0]
    if first in topics.MONTHS:
        return "Month"
    if first.startswith("Q"):
        return "Quarter"
    if first.startswith("Day"):
        return "Day"
    return "Year" if len(first) == 4 and first[:2] in ("19", "20") else "Time"


def vertical(sheet: Sheet) -> Facts:
    """Upright bars, few or many."""
    return _one(sheet, sheet.random_.choice([2, 3, 4, 5, 5, 6, 7, 8, 10, 12, 16, 20, 30, 40]), True)


def horizontal(sheet: Sheet) -> Facts:
    """Bars across, few or many."""
    return _one(sheet, sheet.random_.choice([2, 3, 4, 5, 6, 7, 8, 8, 10, 12, 16, 20, 25]), False)


def several(sheet: Sheet) -> Facts:
    """Grouped or stacked bars of two to five series."""
    random_ = sheet.random_
    upwards = sheet.maybe(0.7)
    how = random_.choice(["grouped", "grouped", "stacked", "stacked", "100%"])
    subject, names, timed = names_along(sheet, random_.choice([2, 3, 4, 5, 6, 8, 12, 20]))
    if how == "grouped" and len(names) > 12:
        how = "stacked"
    measure, series = subject.measure, subject.series
    top = max(abs(measure.high), abs(measure.low))
    values = top * sheet.rng.uniform(0.1, 1, (len(series), len(names)))
    values *= sheet.rng.uniform(0.4, 1, (len(series), 1))
    if how != "grouped":
        values /= len(series)
    unit = measure.unit
    if how == "100%":
        values, unit = 100 * values / values.sum(axis=0), "%"
    ax = axes(sheet)
    hatched = sheet.maybe(0.1)
    edge = random_.choice([None, None, sheet.look.ink, sheet.look.ground])
    thickness = random_.choice([0.5, 0.7, 0.8, 0.9])
    labelled = len(names) * len(series) <= 14 and sheet.maybe(0.3)
    write = written(random_, unit, float(values.max()))
    base = np.zeros(len(names))
    places = np.arange(len(names))
    errors = how == "grouped" and sheet.maybe(0.15)
    for i, name in enumerate(series):
        own, thick = places.astype(float), thickness
        if how == "grouped":
            thick = thickness / len(series)
            own = own + (i - (len(series) - 1) / 2) * thick
        options = {"color": colour(sheet, i), "label": name, "edgecolor": edge, "linewidth": 0.6,
                   "hatch": HATCHES[i % 8] if hatched else None}  # fmt: skip
        error = values[i] * 0.1 if errors else None
        start = base if how != "grouped" else np.zeros(len(names))
        if upwards:
            bars = ax.bar(own, values[i], thick, bottom=start, yerr=error, **options)
        else:
            bars = ax.barh(own, values[i], thick, left=start, xerr=error, **options)
        if labelled:
            texts = [write(float(v)) for v in values[i]]
            ax.bar_label(
                bars, texts, fontsize="x-small", label_type="edge" if how == "grouped" else "center"
            )
        base += values[i]
    name_ticks(sheet, ax, names, upwards)
    rule(sheet, ax, upwards)
    legend(sheet, ax, "")
    details = ["with a legend"]
    details += ["with value labels"] if labelled else []
    details += ["with error bars"] if errors else []
    details += [] if upwards else ["with horizontal bars"]
    totals = (
        values.sum(axis=1)
        if how == "100%"
        else values.max(axis=1)
        if how == "grouped"
        else values.sum(axis=1)
    )
    facts = Facts(
        "bar chart",
        kind=f"{how} stacked bar chart" if how == "100%" else f"{how} bar chart",
        title=subject.title, x=period_name(names) if timed else "",
        y="Share" if how == "100%" else measure.name, unit=unit, series=series, categories=names,
        highest=highest(series, totals), lowest=lowest(series, totals),
        details=tuple(details), parts=len(names) * len(series) if how == "grouped" else len(names),
        part="bars",
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards, base if how == "stacked" else values.ravel())


def signed(sheet: Sheet) -> Facts:
    """Bars above and below zero."""
    upwards = sheet.maybe(0.6)
    subject, names, timed = names_along(sheet, sheet.random_.choice([4, 5, 6, 8, 10, 16, 24, 36]))
    values = sheet.rng.normal(0, 10, len(names))
    values[int(sheet.rng.integers(len(names)))] = -abs(values[0]) - 2.0
    if values.max() <= 0:
        values[0] = 9.0
    if sheet.maybe(0.2):
        values = np.sort(values)
    ax = axes(sheet)
    two = sheet.maybe(0.5)
    fills = [colour(sheet, 0 if value >= 0 or not two else 1) for value in values]
    thickness = sheet.random_.choice([0.6, 0.8, 0.9])
    places = np.arange(len(names))
    if upwards:
        ax.bar(places, values, thickness, color=fills)
        ax.axhline(0, color=sheet.look.ink, linewidth=0.8)
    else:
        ax.barh(places, values, thickness, color=fills)
        ax.axvline(0, color=sheet.look.ink, linewidth=0.8)
    name_ticks(sheet, ax, names, upwards)
    rule(sheet, ax, upwards)
    details = ("with negative values", *(() if upwards else ("with horizontal bars",)))
    measured = f"Change in {lowered(subject.measure.name)}"
    facts = Facts(
        "bar chart", kind="diverging bar chart", title=subject.title,
        x=period_name(names) if timed else "", y=measured, unit="%", categories=names,
        highest=highest(names, values), lowest=lowest(names, values),
        details=details, parts=len(names), part="bars",
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards, values)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "bar chart": (
        renderer(vertical),
        renderer(horizontal),
        renderer(several),
        renderer(vertical),
        renderer(several),
        renderer(signed),
    )
}

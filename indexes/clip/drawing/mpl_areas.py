"""Area charts: single, stacked, shares, streams."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indexes.clip.drawing import shapes, topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, finish, legend, renderer, rule
from indexes.clip.drawing.mpl_lines import spread, wander
from indexes.clip.drawing.mpl_words import highest, lowest


def single(sheet: Sheet) -> Facts:
    """One filled area above zero."""
    random_ = sheet.random_
    subject = topics.subject(random_)
    count = random_.choice([6, 10, 20, 40, 100, 300])
    x, along = spread(sheet, count, subject.across)
    name = shapes.trend(random_) if sheet.maybe(0.7) else ""
    low, high = max(0.0, subject.measure.low), subject.measure.high
    values = (
        shapes.values(random_, count, low, high, name) if name else wander(sheet, count, low, high)
    )
    values = np.maximum(values, 0)
    ax = axes(sheet)
    shade, alpha = colour(sheet, 0), random_.choice([0.2, 0.3, 0.5, 0.7, 1, 1])
    step = "mid" if count >= 40 and sheet.maybe(0.2) else None
    ax.fill_between(x, values, 0, color=shade, alpha=alpha, lw=0, step=step)
    lined = sheet.maybe(0.6)
    if lined:
        ax.plot(x, values, color=shade, drawstyle="steps-mid" if step else "default")
    ax.set_ylim(bottom=0)
    ax.margins(x=random_.choice([0, 0, 0.04]))
    rule(sheet, ax)
    facts = Facts(
        "area chart", kind="area chart", title=subject.title, x=along, y=subject.measure.name,
        unit=subject.measure.unit, trend=name, parts=1, part="areas",
        details=("with a line along the top",) if lined else (),
    )  # fmt: skip
    return finish(sheet, ax, facts, True, values)


def stacked(sheet: Sheet) -> Facts:
    """Layers on top of each other: amounts, shares or a stream round the middle."""
    random_ = sheet.random_
    subject = topics.subject(random_, 8, random_.randint(2, 6))
    names = (
        subject.categories if sheet.maybe(0.5) and len(subject.categories) > 2 else subject.series
    )
    how = random_.choice(["stacked", "stacked", "100%", "stream"])
    count = random_.choice([5, 8, 12, 20, 40, 100])
    x, along = spread(sheet, count, subject.across)
    layers = np.array([_layer(sheet, count) for _ in names]) * subject.measure.high / len(names)
    unit = subject.measure.unit
    if how == "100%":
        layers, unit = 100 * layers / layers.sum(axis=0), "%"
    ax = axes(sheet)
    edge = random_.choice(["none", "none", sheet.look.ground, sheet.look.ink])
    ax.stackplot(
        x, layers, labels=names, colors=[colour(sheet, i) for i in range(len(names))],
        baseline=random_.choice(["wiggle", "sym"]) if how == "stream" else "zero",
        edgecolor=edge, linewidth=0.7, alpha=random_.choice([1, 1, 0.8, 0.6]),
    )  # fmt: skip
    ax.margins(x=0, y=0 if how == "100%" else 0.05)
    rule(sheet, ax)
    details = ["with a legend"]
    if sheet.maybe(0.25) and len(names) < 6 and how != "stream":
        middles = np.cumsum(layers, axis=0) - layers / 2
        place = int(count * 0.6)
        for i, name in enumerate(names):
            ax.text(x[place], middles[i, place], name, ha="center", va="center", fontsize="small")
        details = ["with labels in the areas"]
    else:
        legend(sheet, ax)
    totals = layers.sum(axis=1)
    kind = {
        "stacked": "stacked area chart",
        "100%": "100% stacked area chart",
        "stream": "stream graph",
    }
    facts = Facts(
        "area chart", kind=kind[how], title=subject.title, x=along,
        y="Share" if how == "100%" else subject.measure.name, unit=unit, series=names,
        highest=highest(names, totals), lowest=lowest(names, totals),
        details=tuple(details), parts=len(names), part="layers",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, layers.sum(axis=0) if how == "stacked" else ())


def _layer(sheet: Sheet, count: int) -> shapes.Values:
    if sheet.maybe(0.5):
        level = shapes.values(sheet.random_, count, 0.15, 1.0, shapes.trend(sheet.random_), 0.02)
    else:
        level = wander(sheet, count, 0.2, 1.0)
    return np.maximum(level * sheet.rng.uniform(0.3, 1), 0.02)


def overlaid(sheet: Sheet) -> Facts:
    """Two or three half-transparent areas in one another, or a difference between two lines."""
    subject = topics.subject(sheet.random_, 4, 3)
    names = subject.series[:3]
    count = sheet.random_.choice([10, 30, 80])
    x, along = spread(sheet, count, subject.across)
    low, high = max(0.0, subject.measure.low), subject.measure.high
    ax, peaks = axes(sheet), []
    between = len(names) == 2 and sheet.maybe(0.4)
    lines = [wander(sheet, count, low, high * sheet.rng.uniform(0.4, 1)) for _ in names]
    for i, values in enumerate(lines):
        if not between:
            ax.fill_between(x, values, 0, color=colour(sheet, i), alpha=0.4, lw=0)
        ax.plot(x, values, color=colour(sheet, i), label=names[i])
        peaks.append(float(values.max()))
    if between:
        ax.fill_between(x, lines[0], lines[1], color=colour(sheet, 2), alpha=0.5, lw=0)
    ax.margins(x=0)
    legend(sheet, ax)
    rule(sheet, ax)
    details = (
        ("with the area between two lines filled",) if between else ("with overlapping areas",)
    )
    facts = Facts(
        "area chart", kind="area chart", title=subject.title, x=along, y=subject.measure.name,
        unit=subject.measure.unit, series=names, highest=highest(names, peaks),
        lowest=lowest(names, peaks), details=details,
        parts=1 if between else len(names), part="areas",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, np.array(peaks))


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "area chart": (renderer(single), renderer(stacked), renderer(stacked), renderer(overlaid))
}

"""Small multiples: several panels of one type in a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from indexes.clip.drawing import shapes, topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, renderer, rule
from indexes.clip.drawing.mpl_distributions import SHAPES, density, sample
from indexes.clip.drawing.mpl_fields import FORMS, ONE_WAY, TWO_WAYS, form
from indexes.clip.drawing.mpl_lines import wander

Panel = Callable[[Sheet, Any, topics.Subject, str], None]
"""Draws one panel into axes: the subject is common to all, and so is the trend."""

_GRIDS = ((1, 2), (1, 2), (1, 3), (2, 2), (2, 2), (2, 3), (3, 1), (2, 1), (4, 1), (1, 4), (3, 3))
_WORDS = {2: "two", 3: "three", 4: "four", 6: "six", 9: "nine"}


def _line(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    low, high = sorted(sheet.rng.uniform(subject.measure.low, subject.measure.high, 2))
    for i in range(sheet.random_.choice([1, 1, 2, 3])):
        if trend:
            values = shapes.values(sheet.random_, 30, low, high, trend, 0.02)
        else:
            values = wander(sheet, 40, low, high)
        ax.plot(values, color=colour(sheet, i), linewidth=1.2)


def _area(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    values = wander(sheet, 60, 0, subject.measure.high * sheet.rng.uniform(0.4, 1))
    if trend:
        values = shapes.values(sheet.random_, 60, 0, subject.measure.high, trend, 0.02)
    ax.fill_between(
        range(60), np.maximum(values, 0), 0, color=colour(sheet, len(ax.figure.axes) - 1)
    )
    ax.set_ylim(bottom=0)
    ax.margins(x=0)


def _points(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    x, y, _ = shapes.scattered(sheet.random_, sheet.random_.choice([12, 40, 120]))
    filled = sheet.maybe(0.6)
    ax.scatter(x * 100, y * subject.measure.high, s=10, edgecolors=colour(sheet, 0),
               facecolors=colour(sheet, 0) if filled else "none")  # fmt: skip
    if sheet.maybe(0.2):
        ends = np.array([0.0, 100.0])
        ax.plot(ends, np.polyval(np.polyfit(x * 100, y * subject.measure.high, 1), ends),
                color=colour(sheet, 1), linewidth=1)  # fmt: skip


def _bars(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    names = subject.series if len(subject.series) > 2 else ("A", "B", "C", "D")
    count = len(names) if sheet.maybe(0.6) else sheet.random_.choice([8, 14, 20])
    values = subject.measure.high * sheet.rng.uniform(0.1, 1, count)
    if trend:
        values = shapes.values(
            sheet.random_, count, 0.1 * subject.measure.high, subject.measure.high, trend, 0
        )
    many = count == len(names) and sheet.maybe(0.4)
    ax.bar(range(count), values, 0.8, color=[colour(sheet, i if many else 0) for i in range(count)])
    if count == len(names):
        turn = 90 if max(map(len, names)) > 2 else 0
        ax.set_xticks(range(count), names, rotation=turn)


def _histogram(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    values = sample(sheet, sheet.random_.choice(SHAPES), 400) * subject.measure.high
    curve = sheet.maybe(0.25)
    ax.hist(values, sheet.random_.choice([10, 15, 25]), color=colour(sheet, 0), density=curve,
            edgecolor=sheet.random_.choice([sheet.look.ground, sheet.look.ink]),
            linewidth=0.5)  # fmt: skip
    if curve:
        places = np.linspace(values.min(), values.max(), 80)
        ax.plot(places, density(values, places), color=colour(sheet, 1), linewidth=1)


def _heatmap(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    side = sheet.random_.choice([4, 8, 16])
    table = sheet.rng.uniform(0, 1, (side, side)) + np.eye(side) * sheet.random_.choice([0, 2])
    ax.imshow(
        table, cmap=ONE_WAY[int(subject.measure.high) % len(ONE_WAY)], interpolation="nearest"
    )
    ax.set_xticks([])
    ax.set_yticks([])


def _contours(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    x, y, z = form(sheet, sheet.random_.choice(FORMS), 30)
    cmaps = (*ONE_WAY, *TWO_WAYS)
    cmap = cmaps[int(subject.measure.high) % len(cmaps)]
    (ax.contourf if int(subject.measure.low) % 2 else ax.contour)(x, y, z, 8, cmap=cmap)


def _pie(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    parts = shapes.shares(sheet.random_, sheet.random_.randint(2, 5))
    ax.pie(parts, colors=[colour(sheet, i) for i in range(len(parts))], startangle=90,
           wedgeprops={"edgecolor": sheet.look.ground})  # fmt: skip


def _boxes(sheet: Sheet, ax: Any, subject: topics.Subject, trend: str) -> None:
    groups = [sheet.rng.normal(sheet.rng.uniform(30, 70), 9, 40) for _ in range(4)]
    drawn = ax.boxplot(groups, patch_artist=True, widths=0.6)
    for box in drawn["boxes"]:
        box.set_facecolor(colour(sheet, 0))
    ax.set_xticks(range(1, 5), "ABCD")


_PANELS: Mapping[str, tuple[Panel, str]] = {
    "line chart": (_line, "line charts"),
    "area chart": (_area, "area charts"),
    "scatter plot": (_points, "scatter plots"),
    "bar chart": (_bars, "bar charts"),
    "histogram": (_histogram, "histograms"),
    "heatmap": (_heatmap, "heatmaps"),
    "contour plot": (_contours, "contour plots"),
    "pie chart": (_pie, "pie charts"),
    "box plot": (_boxes, "box plots"),
}


def _several(figure_type: str) -> Callable[[Sheet], Facts]:
    panel, plural = _PANELS[figure_type]

    def paint(sheet: Sheet) -> Facts:
        random_ = sheet.random_
        low, high = (0.6, 1.7) if panel in (_heatmap, _contours, _pie) else (0.5, 3.5)
        fitting = [(rows, columns) for rows, columns in _GRIDS
                   if low <= sheet.width * rows / columns / sheet.height <= high]  # fmt: skip
        rows, columns = random_.choice(fitting or [(2, 2)])
        count = rows * columns
        subject = topics.subject(random_, 9, 4)
        names = subject.categories
        if len(names) < count:
            names = topics.periods(random_, count)
        names = names[:count]
        lettered = sheet.maybe(0.25)
        trend = shapes.trend(random_) if sheet.maybe(0.3) and panel in (_line, _area, _bars) else ""
        shared = sheet.maybe(0.4)
        size, titled = random_.choice([6, 7, 8]), sheet.maybe(0.75)
        if trend == "stays flat":  # not so where the axis is short
            trend = ""
        made = []
        for i in range(count):
            ax = axes(sheet, rows, columns, i)
            panel(sheet, ax, subject, trend)
            made.append(ax)
            ax.tick_params(labelsize=size)
            if panel in (_line, _area, _points, _histogram):
                ax.locator_params(nbins=4)
            if panel not in (_heatmap, _contours, _pie):
                rule(sheet, ax)
            if titled or lettered:
                text = f"({chr(97 + i)})" + (f" {names[i]}" if titled else "")
                ax.set_title(text if lettered else names[i], fontsize=size + 2, pad=3, y=1.0)
            if i % columns == 0 and not sheet.plain and sheet.maybe(0.6):
                ax.set_ylabel(subject.measure.unit or subject.measure.name, fontsize=size)
        if shared and panel in (_line, _area, _points, _bars):
            top = max(ax.get_ylim()[1] for ax in made)
            low = min(ax.get_ylim()[0] for ax in made)
            for i, ax in enumerate(made):
                ax.set_ylim(low, top)
                if i % columns:
                    ax.set_yticklabels([])
        return Facts(
            figure_type, kind=random_.choice([plural, f"small multiples of {plural}"]),
            title=subject.title, y=subject.measure.name, unit=subject.measure.unit,
            categories=names if titled else (), trend=trend, parts=count, part="panels",
            details=(f"in {_WORDS[count]} panels",),
        )  # fmt: skip

    return paint


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    name: (renderer(_several(name), (0.6, 0.8, 1, 1, 1.33, 1.6, 2, 3), scale=1.25),)
    for name in _PANELS
}

"""Heatmaps: tables of cells, confusion and correlation matrices, calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from indexes.clip.drawing import topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, finish, renderer
from indexes.clip.drawing.mpl_fields import ONE_WAY, TWO_WAYS, colour_bar
from indexes.clip.drawing.mpl_words import highest, lowered, lowest
from indexes.clip.drawing.shapes import Values


def _numbers(sheet: Sheet, ax: Any, table: Values, pattern: str, shown: Any) -> None:
    size = (
        sheet.random_.choice([6, 7, 8, 9])
        if max(table.shape) > 6
        else sheet.random_.choice([8, 10, 12])
    )
    for row, column in np.ndindex(table.shape):
        red, green, blue, _ = shown.to_rgba(table[row, column])
        bright = 0.3 * red + 0.6 * green + 0.1 * blue > 0.55
        ax.text(column, row, pattern.format(table[row, column]), ha="center", va="center",
                fontsize=size, color="#000000" if bright else "#ffffff")  # fmt: skip


def _names(sheet: Sheet, ax: Any, across: tuple[str, ...], down: tuple[str, ...]) -> None:
    turn = (
        0
        if max(map(len, across)) * len(across) < 9 * sheet.width
        else sheet.random_.choice([45, 90])
    )
    ax.set_xticks(range(len(across)), across, rotation=turn, ha="right" if turn == 45 else "center")
    ax.set_yticks(range(len(down)), down)
    if sheet.maybe(0.2):
        ax.xaxis.tick_top()
        ax.xaxis.set_label_position("top")
    ax.tick_params(length=sheet.random_.choice([0, 3]), which="both", top=False, right=False)


def _cells(sheet: Sheet, ax: Any, table: Values, cmap: str, square: bool, **more: Any) -> Any:
    gaps = sheet.random_.choice([0, 0, 0.5, 1, 2])
    if gaps:
        edges = [np.arange(n + 1) - 0.5 for n in table.shape]
        shown = ax.pcolormesh(edges[1], edges[0], table, cmap=cmap, edgecolors=sheet.look.ground,
                              linewidth=gaps, **more)  # fmt: skip
        ax.invert_yaxis()
        ax.set_aspect("equal" if square else "auto")
        return shown
    return ax.imshow(
        table, cmap=cmap, aspect="equal" if square else "auto", interpolation="nearest", **more
    )


def grid(sheet: Sheet) -> Facts:
    """A table of coloured cells, few or many, with or without numbers."""
    random_ = sheet.random_
    subject = topics.subject(random_, 10, 8)
    down = subject.categories
    across = random_.choice([topics.periods(random_, random_.randint(4, 14)), subject.series,
                             topics.MONTHS, tuple(str(hour) for hour in range(24))])  # fmt: skip
    if len(across) < 2 or len(down) < 2:
        across, down = topics.MONTHS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    shape = (len(down), len(across))
    unit = sheet.rng.uniform(0, 1, shape)
    if sheet.maybe(0.5):  # smooth
        rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
        unit = 0.25 * unit + 0.75 * (np.sin(columns / shape[1] * 3 + rows * 0.15) ** 2)
    by_row = sheet.maybe(0.4)
    if by_row:
        unit = 0.35 * unit + 0.65 * sheet.rng.permutation(np.linspace(0, 1, shape[0]))[:, None]
    table = subject.measure.low + (subject.measure.high - subject.measure.low) * unit
    ax = axes(sheet)
    shown = _cells(sheet, ax, table, random_.choice(ONE_WAY), sheet.maybe(0.4))
    _names(sheet, ax, across, down)
    details = []
    if table.size <= 80 and sheet.maybe(0.4):
        pattern = "{:.2f}" if subject.measure.high < 5 else random_.choice(["{:.0f}", "{:.1f}"])
        _numbers(sheet, ax, table, pattern, shown)
        details.append("with numbers in the cells")
    details += colour_bar(sheet, shown, ax, subject.measure.name)
    means = table.mean(axis=1) if by_row else np.zeros(len(down))
    facts = Facts(
        "heatmap", kind=random_.choice(["heatmap", "heat map"]), title=subject.title,
        categories=down, highest=highest(down, means), details=tuple(details), parts=table.size,
        part="cells", y=subject.measure.name, unit=subject.measure.unit,
        lowest=lowest(down, means),
    )  # fmt: skip
    shown_facts = finish(sheet, ax, replace(facts, y="", unit=""))
    return replace(facts, title_drawn=shown_facts.title_drawn)


def confusion(sheet: Sheet) -> Facts:
    """A confusion matrix: counts or shares of true against predicted classes."""
    random_ = sheet.random_
    count = random_.choice([2, 2, 3, 4, 5, 6, 8, 10])
    names = topics.subject(random_, count).categories
    names = names if len(names) > 1 else ("no", "yes")
    if sheet.maybe(0.3):
        names = tuple(str(digit) for digit in range(count))
    count = len(names)
    table = sheet.rng.integers(0, random_.choice([5, 15, 40]), (count, count)).astype(float)
    table[np.diag_indices(count)] = sheet.rng.integers(40, 120, count)
    shares = sheet.maybe(0.4)
    if shares:
        table /= table.sum(axis=1, keepdims=True)
    ax = axes(sheet)
    shown = _cells(sheet, ax, table, random_.choice(["Blues", "Blues", "Blues", *ONE_WAY]), True)
    _names(sheet, ax, names, names)
    numbered = sheet.maybe(0.88)
    if numbered:
        _numbers(sheet, ax, table, "{:.2f}" if shares else "{:.0f}", shown)
    details = ["with numbers in the cells"] if numbered else []
    details += colour_bar(sheet, shown, ax, "", 0.55)
    facts = Facts(
        "heatmap", kind="confusion matrix",
        title=random_.choice(["Confusion matrix", "Results of a classifier"]),
        x=random_.choice(["Predicted label", "Predicted", "Prediction"]),
        y=random_.choice(["True label", "Actual", "Truth"]), categories=names,
        details=tuple(details), parts=count * count, part="cells",
    )  # fmt: skip
    return finish(sheet, ax, facts)


def correlation(sheet: Sheet) -> Facts:
    """A symmetrical matrix of correlations, whole or one half."""
    random_ = sheet.random_
    count = random_.choice([4, 5, 6, 8, 10, 12, 16])
    names = tuple(f"{random_.choice('xvQ')}{i + 1}" for i in range(count))
    field = random_.choice(topics.FIELDS)
    if len(field.quantities) >= count or sheet.maybe(0.5):
        names = tuple(quantity.name for quantity in field.quantities)[:count]
        count = len(names)
    hidden = sheet.rng.normal(0, 1, (count, 3)) @ sheet.rng.normal(0, 1, (3, 40))
    noise = sheet.rng.normal(0, random_.choice([0.5, 1, 2]), (count, 40))
    table = np.asarray(np.corrcoef(hidden + noise), np.float64)
    half = sheet.maybe(0.3)
    if half:
        table = np.where(np.triu(np.ones_like(table), 1) > 0, np.nan, table)
    ax = axes(sheet)
    shown = _cells(sheet, ax, table, random_.choice(TWO_WAYS), True, vmin=-1, vmax=1)
    _names(sheet, ax, names, names)
    details = ["with one half left empty"] if half else []
    if count <= 10 and sheet.maybe(0.5) and not half:
        _numbers(sheet, ax, table, random_.choice(["{:.2f}", "{:.1f}"]), shown)
        details.append("with numbers in the cells")
    details += colour_bar(sheet, shown, ax, "correlation", 0.75)
    facts = Facts(
        "heatmap", kind="correlation matrix",
        title=random_.choice(["Correlation matrix", "Correlations between variables"]),
        categories=names, details=tuple(details), parts=count * count, part="cells",
    )  # fmt: skip
    return finish(sheet, ax, facts)


def calendar(sheet: Sheet) -> Facts:
    """Days of a year: weeks across and weekdays down, or days across and months down."""
    subject, random_ = topics.subject(sheet.random_), sheet.random_
    weeks = sheet.maybe(0.5)
    shape = (7, random_.choice([20, 30, 53])) if weeks else (12, 31)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    season = rows / 12 if not weeks else columns / shape[1]
    table = np.sin(season * np.pi) + sheet.rng.normal(0, random_.choice([0.15, 0.5]), shape)
    if not weeks:
        table[columns >= 30 - (rows % 2)] = np.nan
    ax = axes(sheet)
    shown = _cells(sheet, ax, table, random_.choice(ONE_WAY), sheet.maybe(0.6))
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    down = days if weeks else topics.MONTHS
    ax.set_yticks(range(len(down)), down, fontsize="small")
    step = random_.choice([5, 10]) if not weeks else shape[1] / 12
    marks = np.arange(0, shape[1], step)
    names = (
        [topics.MONTHS[i % 12] for i in range(len(marks))]
        if weeks
        else [f"{m + 1:.0f}" for m in marks]
    )
    ax.set_xticks(marks, names, fontsize="small")
    details = colour_bar(sheet, shown, ax, subject.measure.name)
    facts = Facts(
        "heatmap", kind="calendar heatmap", title=f"Daily {lowered(subject.measure.name)}",
        x="" if weeks else "Day", categories=down, details=tuple(details), parts=7 if weeks else 12,
        part="rows",
    )  # fmt: skip
    return finish(sheet, ax, facts)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "heatmap": (
        renderer(grid),
        renderer(confusion, (1, 1, 1.2)),
        renderer(correlation, (1, 1, 1.2)),
        renderer(grid),
        renderer(calendar, (1.6, 2, 2.6, 3)),
    )
}

"""Rarer line charts: powers of ten, slopes, lines without axes, functions of x."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indexes.clip.drawing import shapes, topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, finish, legend, renderer, rule
from indexes.clip.drawing.mpl_lines import spread, strokes_of
from indexes.clip.drawing.mpl_words import highest, lowest


def growth(sheet: Sheet) -> Facts:
    """Growth or decay over several powers of ten."""
    subject = topics.subject(sheet.random_, 4, 3)
    count = sheet.random_.choice([6, 10, 20, 40])
    x, along = spread(sheet, count, subject.across)
    falls = sheet.maybe(0.4)
    powers = np.linspace(sheet.rng.uniform(3, 6), 0, count)
    powers = powers if falls else powers[::-1]
    values = 10.0 ** (powers + sheet.rng.normal(0, 0.06, count))
    ax = axes(sheet)
    strokes, details = strokes_of(sheet, 1)
    ax.plot(x, values, **strokes[0])
    ax.set_yscale("log")
    rule(sheet, ax)
    facts = Facts(
        "line chart", kind="semi-logarithmic line chart", title=subject.title, x=along,
        y=subject.measure.name, unit=subject.measure.unit, trend="falls" if falls else "rises",
        details=(*details, "on a logarithmic axis"), parts=1, part="lines",
    )  # fmt: skip
    return finish(sheet, ax, facts)


def slopes(sheet: Sheet) -> Facts:
    """A slope chart: each line joins a value before with one after."""
    subject = topics.subject(sheet.random_, sheet.random_.randint(3, 8))
    names = subject.categories
    ends = sheet.random_.choice([("before", "after"), ("2010", "2020"), ("1990", "2015")])
    before = subject.measure.high * sheet.rng.uniform(0.2, 1, len(names))
    after = before * sheet.rng.uniform(0.6, 1.4, len(names))
    ax = axes(sheet)
    two = sheet.maybe(0.4)
    for i, name in enumerate(names):
        shade = colour(sheet, int(after[i] < before[i])) if two else colour(sheet, i)
        ax.plot([0, 1], [before[i], after[i]], marker="o", color=shade)
        ax.annotate(
            name, (1, after[i]), (7, 0), textcoords="offset points", va="center", fontsize="small"
        )
    ax.set_xticks([0, 1], list(ends))
    ax.set_xlim(-0.25, 1.25)
    rule(sheet, ax)
    facts = Facts(
        "line chart", kind="slope chart", title=subject.title, y=subject.measure.name,
        unit=subject.measure.unit, categories=names, highest=highest(names, after),
        lowest=lowest(names, after), details=("with markers",), parts=len(names),
        part="lines",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, after)


def sparkline(sheet: Sheet) -> Facts:
    """Only the line, without axes, its last point marked."""
    subject = topics.subject(sheet.random_)
    name = shapes.trend(sheet.random_)
    values = shapes.values(sheet.random_, 60, subject.measure.low, subject.measure.high, name, 0.03)
    ax = axes(sheet)
    ax.plot(values, color=colour(sheet, 0))
    ax.plot([59], values[-1:], "o", color=colour(sheet, 1))
    if sheet.maybe(0.5):
        ax.fill_between(
            range(60), values, float(values.min()), color=colour(sheet, 0), alpha=0.15, lw=0
        )
    if name == "stays flat":  # its noise must not fill the height
        ax.set_ylim(subject.measure.low, subject.measure.high)
    ax.set_axis_off()
    facts = Facts(
        "line chart", kind="sparkline", title=subject.title, y=subject.measure.name, trend=name,
        details=("without axes",), parts=1, part="lines",
    )  # fmt: skip
    return finish(sheet, ax, facts)


def curves(sheet: Sheet) -> Facts:
    """Smooth functions of x: bells, waves, saturation, decay."""
    kind = sheet.random_.choice(["bell", "wave", "logistic", "damped"])
    x = np.linspace(-5, 5, 200) if kind in ("bell", "logistic") else np.linspace(0, 10, 300)
    ax, count = axes(sheet), sheet.random_.randint(1, 3)
    strokes, details = strokes_of(sheet, count)
    names = tuple(f"{letter}" for letter in ("a", "b", "c")[:count])
    for i in range(count):
        place, width = sheet.rng.uniform(-2, 2), sheet.rng.uniform(0.5, 2)
        y = {"bell": np.exp(-(((x - place) / width) ** 2) / 2) / width,
             "wave": width * np.sin(x * width + place),
             "logistic": 1 / (1 + np.exp(-(x - place) * 2 / width)),
             "damped": np.exp(-x / (2 + width)) * np.cos(3 * x + place)}[kind]  # fmt: skip
        ax.plot(x, y, label=names[i], **{k: v for k, v in strokes[i].items() if "marker" not in k})
    if count > 1:
        legend(sheet, ax)
    rule(sheet, ax)
    titles = {"bell": "Normal distributions", "wave": "Sine waves", "logistic": "Logistic curves",
              "damped": "Damped oscillations"}  # fmt: skip
    facts = Facts(
        "line chart", kind="line graph", title=titles[kind], x=sheet.random_.choice(["x", "t"]),
        y=sheet.random_.choice(["f(x)", "y", "Density" if kind == "bell" else "Amplitude"]),
        series=names if count > 1 else (), parts=count, part="curves",
        details=tuple(d for d in details if "dash" in d),
        trend="rises" if kind == "logistic" else "",
    )  # fmt: skip
    return finish(sheet, ax, facts)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "line chart": (
        renderer(curves),
        renderer(growth),
        renderer(slopes, (0.6, 0.8, 1)),
        renderer(sparkline, (1.33, 2, 3)),
    )
}

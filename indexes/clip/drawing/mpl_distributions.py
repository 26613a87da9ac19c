"""Histograms, box plots and violin plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexes.clip.drawing import topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_bars import name_ticks
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, finish, legend, renderer, rule
from indexes.clip.drawing.mpl_words import highest, lowered, lowest
from indexes.clip.drawing.shapes import Values

SHAPES = ("a bell shape", "a long tail to the right", "a long tail to the left", "two peaks",
           "an even distribution", "a falling distribution")  # fmt: skip


def sample(sheet: Sheet, shape: str, count: int) -> Values:
    """Values, (count,), roughly from 0 to 1, distributed as `shape` says."""
    rng = sheet.rng
    if shape == "a bell shape":
        made = rng.normal(0.5, 0.14, count)
    elif shape == "a long tail to the right":
        made = rng.gamma(2.5, 0.1, count)
    elif shape == "a long tail to the left":
        made = 1 - rng.gamma(2.5, 0.1, count)
    elif shape == "two peaks":
        made = np.where(rng.random(count) < 0.5, rng.normal(0.25, 0.08, count),
                        rng.normal(0.72, 0.09, count))  # fmt: skip
    elif shape == "an even distribution":
        made = rng.uniform(0, 1, count)
    else:
        made = rng.exponential(0.25, count)
    return np.asarray(made, np.float64)


def density(values: Values, places: Values) -> Values:
    """A smoothed density of the values at the places."""
    width = 1.06 * float(values.std()) * len(values) ** -0.2 + 1e-9
    apart = (places[:, None] - values[None, :300]) / width
    return np.asarray(np.exp(-0.5 * apart**2).mean(axis=1) / (width * 2.5066), np.float64)


def histogram(sheet: Sheet) -> Facts:
    """One histogram, sometimes with a density curve or a marked mean."""
    random_ = sheet.random_
    subject, shape = topics.subject(random_), random_.choice(SHAPES)
    measure = subject.measure
    unit = sample(sheet, shape, random_.choice([100, 300, 1000, 3000]))
    values = measure.low + (measure.high - measure.low) * unit
    bins = random_.choice([5, 8, 10, 12, 15, 20, 25, 30, 50, 80])
    if shape == "two peaks":
        bins = max(bins, 12)
    ax, details = axes(sheet), []
    curve, cumulative = sheet.maybe(0.25), sheet.maybe(0.06)
    look = random_.choice(["edge", "edge", "gapless", "gap", "outline", "empty"])
    shade, ink = colour(sheet, 0), sheet.look.ink
    looks: dict[str, dict[str, Any]] = {
        "edge": {"color": shade, "linewidth": 0.7,
                 "edgecolor": random_.choice([ink, sheet.look.ground])},
        "gapless": {"color": shade}, "gap": {"color": shade, "rwidth": random_.choice([0.8, 0.9])},
        "outline": {"histtype": "step", "color": shade},
        "empty": {"color": sheet.look.ground, "edgecolor": ink, "linewidth": 0.8},
    }  # fmt: skip
    options = looks[look]
    flat = sheet.maybe(0.08)
    dense = curve or sheet.maybe(0.2)
    ax.hist(values, bins, density=dense, cumulative=cumulative,
            orientation="horizontal" if flat else "vertical", **options)  # fmt: skip
    if curve and not cumulative and not flat:
        places = np.linspace(values.min(), values.max(), 150)
        ax.plot(places, density(values, places), color=colour(sheet, 1))
        details.append("with a density curve")
    elif sheet.maybe(0.12) and not flat:
        ax.axvline(float(values.mean()), color=colour(sheet, 1), linestyle="--")
        details.append("with a dashed line at the mean")
    elif sheet.maybe(0.06) and not flat:
        ax.plot(values[:80], np.zeros(80), "|", color=ink, markersize=8)
        details.append("with a rug of values")
    details += ["with horizontal bars"] if flat else []
    rule(sheet, ax, not flat)
    count_name = "Density" if dense else random_.choice(["Frequency", "Count", "Number of cases"])
    label = measure.name + (f" ({measure.unit})" if measure.unit else "")
    facts = Facts(
        "histogram", kind="cumulative histogram" if cumulative else "histogram",
        title=random_.choice([subject.title, f"Distribution of {lowered(measure.name)}",
                              f"Histogram of {lowered(measure.name)}"]),
        x=label, y=count_name, trend="" if cumulative else shape, details=tuple(details),
        parts=bins, part="bins",
    )  # fmt: skip
    return finish(sheet, ax, facts, not flat)


def overlaid(sheet: Sheet) -> Facts:
    """Two or three histograms in the same place, or stacked."""
    random_ = sheet.random_
    subject = topics.subject(random_, 4, random_.choice([2, 2, 3]))
    measure, names = subject.measure, subject.series
    scale = measure.high - measure.low
    samples = [
        measure.low + scale * sheet.rng.normal(sheet.rng.uniform(0.25, 0.75), 0.12, 500)
        for _ in names
    ]
    edges = np.linspace(min(s.min() for s in samples), max(s.max() for s in samples),
                        random_.choice([12, 20, 30, 40]))  # fmt: skip
    how = random_.choice(["overlaid", "overlaid", "stacked", "step"])
    ax, shades = axes(sheet), [colour(sheet, i) for i in range(len(names))]
    if how == "stacked":
        ax.hist(samples, edges, stacked=True, color=shades, label=list(names))
    else:
        for values, shade, name in zip(samples, shades, names, strict=True):
            if how == "step":
                ax.hist(values, edges, color=shade, label=name, histtype="step")
            else:
                ax.hist(values, edges, color=shade, label=name, alpha=0.5)
    legend(sheet, ax)
    rule(sheet, ax)
    means = [float(values.mean()) for values in samples]
    label = measure.name + (f" ({measure.unit})" if measure.unit else "")
    facts = Facts(
        "histogram", kind="stacked histogram" if how == "stacked" else "overlaid histogram",
        title=subject.title, x=label, y="Frequency", series=names,
        highest=highest(names, means), lowest=lowest(names, means),
        details=("with a legend",), parts=len(names), part="distributions",
    )  # fmt: skip
    return finish(sheet, ax, facts)


def _groups(sheet: Sheet) -> tuple[topics.Subject, tuple[str, ...], list[Values]]:
    """A subject, groups' names, and their values, no two medians alike by design."""
    random_ = sheet.random_
    subject = topics.subject(random_, random_.choice([1, 2, 3, 4, 5, 6, 8, 12]))
    names = subject.categories
    if sheet.maybe(0.2):
        names = topics.periods(random_, random_.choice([4, 8, 12]))
    low, scale = subject.measure.low, subject.measure.high - subject.measure.low
    made = []
    for _ in names:
        centre, width = sheet.rng.uniform(0.25, 0.75), sheet.rng.uniform(0.05, 0.16)
        count = random_.choice([15, 40, 120])
        unit = sheet.rng.normal(centre, width, count)
        if sheet.maybe(0.3):
            unit = centre - width + sheet.rng.gamma(1.5, width, count)
        made.append(low + scale * unit)
    return subject, names, made


def _finish(
    sheet: Sheet, ax: Any, subject: topics.Subject, names: tuple[str, ...],
    values: list[Values], upwards: bool, name: str, kind: str, details: list[str],
) -> Facts:  # fmt: skip
    name_ticks(sheet, ax, names, upwards)
    rule(sheet, ax, upwards)
    medians = [float(np.median(group)) for group in values]
    many = len(names) > 1
    facts = Facts(
        name, kind=kind, title=subject.title, y=subject.measure.name, unit=subject.measure.unit,
        categories=names if many else (), highest=highest(names, medians) if many else "",
        lowest=lowest(names, medians) if many else "", parts=len(names),
        part="boxes" if name == "box plot" else "violins",
        details=(*details, *(() if upwards else (_ACROSS[name],))),
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards, np.concatenate(values))


_ACROSS = {"box plot": "with horizontal boxes", "violin plot": "with horizontal violins"}


def boxes(sheet: Sheet) -> Facts:
    """Boxes and whiskers, upright or across, filled, empty or notched."""
    random_ = sheet.random_
    subject, names, values = _groups(sheet)
    upwards = sheet.maybe(0.7) and not (len(names) == 1 and sheet.maybe(0.5))
    notch, filled, points = sheet.maybe(0.12), sheet.maybe(0.65), sheet.maybe(0.15)
    ink = sheet.look.ink
    line = {"color": ink, "linewidth": random_.choice([0.8, 1, 1.5])}
    ax = axes(sheet)
    drawn = ax.boxplot(
        values, positions=list(range(len(names))),
        orientation="vertical" if upwards else "horizontal",
        widths=random_.choice([0.3, 0.5, 0.6, 0.8]), notch=notch, patch_artist=filled,
        showfliers=not points and sheet.maybe(0.85), showmeans=sheet.maybe(0.12),
        boxprops=line if not filled else {"edgecolor": ink, "linewidth": line["linewidth"]},
        whiskerprops=line | {"linestyle": random_.choice(["-", "-", "--"])}, capprops=line,
        medianprops={"color": random_.choice([ink, ink, colour(sheet, 1), "#ff7f0e"]),
                     "linewidth": random_.choice([1, 2, 3])},
        showcaps=sheet.maybe(0.8), whis=random_.choice([1.5, 1.5, (0, 100)]),
        flierprops={"marker": random_.choice("ooo+xD."), "markersize": random_.choice([3, 5]),
                    "markeredgecolor": ink},
    )  # fmt: skip
    details = ["with notches"] if notch else []
    many = sheet.maybe(0.45)
    if filled:
        for i, patch in enumerate(drawn["boxes"]):
            patch.set_facecolor(colour(sheet, i if many else 0))
            patch.set_alpha(random_.choice([0.6, 1]) if i == 0 else drawn["boxes"][0].get_alpha())
    if points:
        for i, group in enumerate(values):
            places = i + sheet.rng.uniform(-0.12, 0.12, len(group))
            across, up = (places, group) if upwards else (group, places)
            ax.scatter(across, up, s=6, color=ink, alpha=0.6, zorder=3)
        details.append("with single points")
    return _finish(sheet, ax, subject, names, values, upwards, "box plot",
                   random_.choice(["box plot", "box-and-whisker plot"]), details)  # fmt: skip


def violins(sheet: Sheet) -> Facts:
    """Violins, upright or across, with a median, a small box or points."""
    random_ = sheet.random_
    subject, names, values = _groups(sheet)
    upwards = sheet.maybe(0.75)
    inside = random_.choice(["", "median", "extrema", "box", "points"])
    ax = axes(sheet)
    drawn = ax.violinplot(
        [np.asarray(group) for group in values], positions=list(range(len(names))), points=60,
        orientation="vertical" if upwards else "horizontal",
        widths=random_.choice([0.6, 0.8, 0.95]),
        showextrema=inside == "extrema", showmedians=inside in ("median", "extrema"),
        side=random_.choice(["both"] * 7 + ["high"]),
    )  # fmt: skip
    many, alpha = sheet.maybe(0.5), random_.choice([0.3, 0.5, 0.8, 1])
    edge = random_.choice(["none", sheet.look.ink, sheet.look.ink])
    for i, body in enumerate(drawn["bodies"]):
        body.set_facecolor(colour(sheet, i if many else 0))
        body.set_edgecolor(edge)
        body.set_alpha(alpha)
    for name in ("cmedians", "cmins", "cmaxes", "cbars"):
        if name in drawn:
            drawn[name].set_color(sheet.look.ink)
    details = {"box": ["with a small box inside"], "points": ["with single points"],
               "median": ["with the medians marked"]}.get(inside, [])  # fmt: skip
    for i, group in enumerate(values):
        if inside == "box":
            low, middle, high = np.percentile(group, [25, 50, 75])
            span, dot = ([i, i], [low, high]), ([i], [middle])
            if not upwards:
                span, dot = (span[1], span[0]), (dot[1], dot[0])
            ax.plot(*span, color=sheet.look.ink, linewidth=5, solid_capstyle="butt")
            ax.plot(*dot, "o", color="#ffffff", markersize=3.5)
        elif inside == "points":
            places = i + sheet.rng.uniform(-0.06, 0.06, len(group))
            across, up = (places, group) if upwards else (group, places)
            ax.scatter(across, up, s=5, color=sheet.look.ink, alpha=0.6)
    return _finish(
        sheet, ax, subject, names, values, upwards, "violin plot", "violin plot", details
    )


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "histogram": (renderer(histogram), renderer(histogram), renderer(overlaid)),
    "box plot": (renderer(boxes),),
    "violin plot": (renderer(violins),),
}

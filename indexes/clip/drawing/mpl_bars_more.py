"""Rarer bar charts: population pyramids, lollipops, waterfalls, scales of agreement."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import FuncFormatter

from indexes.clip.drawing import topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_bars import heights, name_ticks, names_along, period_name
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, finish, legend, renderer, rule
from indexes.clip.drawing.mpl_words import highest, lowest, written  # fmt: skip


def pyramid(sheet: Sheet) -> Facts:
    """A population pyramid: two groups, back to back, by age."""
    step = sheet.random_.choice([5, 10])
    ages = (*(f"{a}–{a + step - 1}" for a in range(0, 90, step)), "90+")
    count = len(ages)
    shape = sheet.random_.choice(["young", "old", "even"])
    level = np.linspace(0, 1, count)
    body = {"young": 1 - level, "old": 0.55 + 0.45 * np.sin(3.1 * level + 0.3) - 0.5 * level**3,
            "even": 1 - level**3}[shape]  # fmt: skip
    people = np.maximum(body, 0.03) * sheet.random_.choice([4.0, 900.0, 9.0]) + 0.01
    men = people * sheet.rng.uniform(0.85, 1.1, count)
    women = people * sheet.rng.uniform(0.85, 1.1, count)
    ax = axes(sheet)
    places = np.arange(count)
    thickness = sheet.random_.choice([0.8, 0.9, 1.0])
    edge = sheet.random_.choice([None, sheet.look.ground, sheet.look.ink])
    first, second = sheet.random_.choice([("men", "women"), ("male", "female")])
    ax.barh(places, -men, thickness, color=colour(sheet, 0), label=first, edgecolor=edge)
    ax.barh(places, women, thickness, color=colour(sheet, 1), label=second, edgecolor=edge)
    name_ticks(sheet, ax, ages, upwards=False)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):g}"))
    rule(sheet, ax, upwards=False)
    legend(sheet, ax)
    place = sheet.random_.choice(topics.PLACES)
    facts = Facts(
        "bar chart", kind="population pyramid", title=f"Population of {place} by age and sex",
        x="Age", y="Population", unit=sheet.random_.choice(["millions", "thousands", ""]),
        series=(first, second), categories=ages,
        details=("with horizontal bars", "back to back"), parts=2 * count, part="bars",
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards=False)


def lollipop(sheet: Sheet) -> Facts:
    """Thin stems with a dot at the end."""
    upwards = sheet.maybe(0.5)
    subject, names, timed = names_along(sheet, sheet.random_.choice([4, 6, 8, 10, 15, 24]))
    values = heights(sheet, subject.measure.low, subject.measure.high, len(names))
    ax = axes(sheet)
    places, size = np.arange(len(names)), sheet.random_.choice([4, 6, 8, 10])
    width, shade = sheet.random_.choice([1, 1.5, 2.5]), colour(sheet, 0)
    stem = sheet.random_.choice([shade, sheet.look.faint, sheet.look.ink])
    if upwards:
        ax.vlines(places, 0, values, colors=stem, linewidth=width)
        ax.plot(places, values, "o", markersize=size, color=shade)
        ax.set_ylim(bottom=0)
    else:
        ax.hlines(places, 0, values, colors=stem, linewidth=width)
        ax.plot(values, places, "o", markersize=size, color=shade)
        ax.set_xlim(left=0)
    name_ticks(sheet, ax, names, upwards)
    rule(sheet, ax, upwards)
    facts = Facts(
        "bar chart", kind="lollipop chart", title=subject.title,
        x=period_name(names) if timed else "", y=subject.measure.name, unit=subject.measure.unit,
        categories=names, highest=highest(names, values),
        lowest=lowest(names, values), parts=len(names), part="stems",
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards, values)


def waterfall(sheet: Sheet) -> Facts:
    """Floating steps up and down from a start to an end."""
    subject = topics.subject(sheet.random_, sheet.random_.randint(3, 7))
    steps = subject.categories
    start = sheet.random_.uniform(40, 100)
    changes = sheet.rng.uniform(5, 22, len(steps)) * sheet.rng.choice([1, -1, 1], len(steps))
    ends = start + np.cumsum(changes)
    names = ("start", *steps, "end")
    bottoms = np.concatenate([[0], np.minimum(ends, ends - changes), [0]])
    sizes = np.concatenate([[start], np.abs(changes), [ends[-1]]])
    up, down, total = colour(sheet, 2), colour(sheet, 1), colour(sheet, 0)
    fills = [total, *(up if change > 0 else down for change in changes), total]
    ax = axes(sheet)
    bars = ax.bar(np.arange(len(names)), sizes, 0.7, bottom=bottoms, color=fills)
    if sheet.maybe(0.5):
        levels = np.concatenate([[start], ends])
        for i, level in enumerate(levels):
            ax.plot([i + 0.35, i + 0.65], [level, level], color=sheet.look.ink, linewidth=0.8)
    details = ["with floating bars"]
    if sheet.maybe(0.6):
        signed = [start, *changes, ends[-1]]
        write = written(sheet.random_, subject.measure.unit, 50.0)
        ax.bar_label(bars, [write(float(value)) for value in signed], fontsize="small", padding=2)
        details.append("with value labels")
    name_ticks(sheet, ax, names)
    rule(sheet, ax)
    facts = Facts(
        "bar chart", kind="waterfall chart", title=subject.title, y=subject.measure.name,
        unit=subject.measure.unit, categories=names, details=tuple(details), parts=len(names),
        part="bars", trend="rises" if ends[-1] > start else "falls",
    )  # fmt: skip
    return finish(sheet, ax, facts)


def agreement(sheet: Sheet) -> Facts:
    """Answers of several groups, each bar adding to 100%, or centred on the neutral answer."""
    answers = ("strongly disagree", "disagree", "neutral", "agree", "strongly agree")
    groups = tuple(f"Question {i + 1}" for i in range(sheet.random_.randint(3, 9)))
    if sheet.maybe(0.5):
        subject = topics.subject(sheet.random_, 8)
        if len(subject.categories) > 2 and "agree" not in subject.categories:
            groups = subject.categories
    values = 100 * sheet.rng.dirichlet(np.full(5, 3.0), len(groups))
    centred = sheet.maybe(0.4)
    left = -(values[:, 0] + values[:, 1] + values[:, 2] / 2) if centred else np.zeros(len(groups))
    warm = sheet.random_.choice(
        [
            ("#ca0020", "#f4a582", "#d9d9d9", "#92c5de", "#0571b0"),
            ("#a6611a", "#dfc27d", "#e8e8e8", "#80cdc1", "#018571"),
            ("#c30d24", "#f3a583", "#cccccc", "#94c6da", "#1770ab"),
        ]
    )
    ax = axes(sheet)
    labelled = sheet.maybe(0.4)
    for i, answer in enumerate(answers):
        bars = ax.barh(
            np.arange(len(groups)), values[:, i], 0.75, left=left, color=warm[i], label=answer
        )
        if labelled:
            texts = [f"{value:.0f}" if value > 6 else "" for value in values[:, i]]
            ax.bar_label(bars, texts, label_type="center", fontsize="x-small")
        left = left + values[:, i]
    name_ticks(sheet, ax, groups, upwards=False)
    ax.margins(x=0)
    legend(sheet, ax, loc="upper left", bbox_to_anchor=(1.02, 1.0), ncols=1)
    totals = values.sum(axis=0)
    facts = Facts(
        "bar chart", kind="diverging stacked bar chart" if centred else "100% stacked bar chart",
        title="Answers to a survey", y="Share of respondents", unit="%", series=answers,
        categories=groups, highest=highest(answers, totals),
        lowest=lowest(answers, totals),
        details=("with horizontal bars", *(("with value labels",) if labelled else ())),
        parts=len(groups), part="bars",
    )  # fmt: skip
    return finish(sheet, ax, facts, upwards=False)


def overlaid(sheet: Sheet) -> Facts:
    """Two series in the same place, one wide and pale or half transparent."""
    subject, names, timed = names_along(sheet, sheet.random_.choice([5, 8, 12, 20, 30]))
    top = max(abs(subject.measure.high), abs(subject.measure.low))
    first = heights(sheet, 0, top, len(names))
    second = first * sheet.rng.uniform(0.3, 0.9, len(names))
    series = subject.series[:2] if len(subject.series) > 1 else ("before", "after")
    ax = axes(sheet)
    places = np.arange(len(names))
    if sheet.maybe(0.5):
        ax.bar(places, first, 0.9, color=colour(sheet, 0), alpha=0.5, label=series[0])
        ax.bar(places, second, 0.9, color=colour(sheet, 1), alpha=0.5, label=series[1])
    else:
        ax.bar(places, first, 0.85, color=sheet.look.faint, label=series[0])
        ax.bar(places, second, 0.45, color=colour(sheet, 0), label=series[1])
    name_ticks(sheet, ax, names)
    rule(sheet, ax)
    legend(sheet, ax)
    facts = Facts(
        "bar chart", kind="overlaid bar chart", title=subject.title,
        x=period_name(names) if timed else "", y=subject.measure.name, unit=subject.measure.unit,
        series=series, categories=names, highest=series[0], lowest=series[1],
        details=("with a legend",), parts=2 * len(names), part="bars",
    )  # fmt: skip
    return finish(sheet, ax, facts, True, first)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "bar chart": (
        renderer(pyramid, (0.8, 1, 1.33)),
        renderer(lollipop),
        renderer(waterfall, (1.33, 1.6)),
        renderer(agreement, (1.33, 2, 2.6)),
        renderer(overlaid),
    )
}

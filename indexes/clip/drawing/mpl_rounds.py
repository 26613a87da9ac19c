"""Pie charts, donuts and radar charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexes.clip.drawing import shapes, topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, colour, put_title, renderer
from indexes.clip.drawing.mpl_words import highest, lowest


def pie(sheet: Sheet) -> Facts:
    """Slices of a whole, with names, a legend, shares, a hole or a pulled slice."""
    random_ = sheet.random_
    subject = topics.subject(random_, random_.randint(2, 9))
    names = subject.categories if len(subject.categories) > 1 else ("yes", "no")
    parts = shapes.shares(random_, len(names))
    if sheet.maybe(0.3):
        parts = np.sort(parts)[::-1]
    hole = random_.choice([0, 0, 0, 0.4, 0.55, 0.7])
    where = random_.choice(["names", "names", "legend", "legend", "both", "neither", "lines"])
    edge = random_.choice(["none", sheet.look.ground, sheet.look.ground, sheet.look.ink])
    explode = [0.0] * len(names)
    details: list[str] = []
    if sheet.maybe(0.2):
        pulled = int(np.argmax(parts)) if sheet.maybe(0.6) else random_.randrange(len(names))
        explode[pulled] = random_.choice([0.08, 0.12, 0.2])
        details.append("with one slice pulled out")
    elif sheet.maybe(0.06):
        explode = [0.06] * len(names)
        details.append("with all slices apart")
    numbered = sheet.maybe(0.6) and where != "lines"
    options: dict[str, Any] = {}
    if numbered:
        options["autopct"] = random_.choice(["%1.1f%%", "%1.0f%%", "%1.0f%%", "%.1f"])
        options["pctdistance"] = (
            1.12
            if where == "legend" and sheet.maybe(0.3)
            else (0.6 if hole == 0 else 1 - (1 - hole) / 2)
        )
        details.append("with percentages" if options["autopct"].endswith("%%") else "with numbers")
    many = sheet.look.colours
    shades = [colour(sheet, i) for i in range(len(names))]
    if len(set(shades)) < len(shades):  # few colours: edges keep the slices apart
        edge = sheet.look.ground if edge == "none" else edge
        shades = [many[i % len(many)] for i in range(len(names))]
        shades[-1] = "#bbbbbb" if shades[-1] == shades[0] else shades[-1]
    ax = axes(sheet)
    drawn = ax.pie(
        parts, explode=explode, labels=list(names) if where in ("names", "both") else None,
        colors=shades, startangle=random_.choice([0, 90, 90, 140]), counterclock=sheet.maybe(0.5),
        shadow=sheet.maybe(0.05), rotatelabels=False,
        wedgeprops={"edgecolor": edge, "linewidth": random_.choice([0.5, 1, 2]), "width": 1 - hole},
        **options,
    )  # fmt: skip
    wedges: Any = drawn[0]
    if where in ("legend", "both"):
        place: dict[str, Any] = random_.choice([
            {"loc": "center left", "bbox_to_anchor": (1.05, 0.5)},
            {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "ncols": 2},
        ])  # fmt: skip
        ax.legend(wedges, names, frameon=sheet.style.frame, fontsize="small", **place)
        details.append("with a legend")
    if where == "lines":
        write = random_.choice(["{} ({:.0f}%)", "{}\n({:.1f}%)", "{}, {:.0f}%", "{}"])
        for wedge, name, part in zip(wedges, names, parts, strict=True):
            angle = np.deg2rad((wedge.theta1 + wedge.theta2) / 2)
            across, up = float(np.cos(angle)), float(np.sin(angle))
            ax.annotate(write.format(name, 100 * part), (across, up), (1.3 * across, 1.25 * up),
                        ha="left" if across > 0 else "right", va="center", fontsize="small",
                        arrowprops={"arrowstyle": "-", "color": sheet.look.ink})  # fmt: skip
        details.append("with lines to the labels")
    titled = sheet.maybe(0.5)
    if titled:
        put_title(sheet, ax, subject.title)
    return Facts(
        "pie chart", kind=random_.choice(["donut chart", "ring chart"]) if hole else "pie chart",
        title=subject.title, title_drawn=titled, y=subject.measure.name, categories=names,
        highest=highest(names, parts), lowest=lowest(names, parts),
        details=tuple(details), parts=len(names), part="slices",
    )  # fmt: skip


def nested(sheet: Sheet) -> Facts:
    """Two rings: groups inside, their parts outside."""
    subject = topics.subject(sheet.random_, 4)
    names = subject.categories if len(subject.categories) > 1 else ("yes", "no")
    parts = shapes.shares(sheet.random_, len(names))
    inner, outer = [], []
    for i, part in enumerate(parts):
        pieces = sheet.random_.randint(2, 3)
        inner += list(part * shapes.shares(sheet.random_, pieces))
        outer += [(colour(sheet, i), 0.75 - 0.2 * k) for k in range(pieces)]
    ax = axes(sheet)
    look: dict[str, Any] = {"edgecolor": sheet.look.ground, "width": 0.35}
    ax.pie(parts, radius=0.65, labels=list(names), labeldistance=0.55, wedgeprops=look,
           colors=[colour(sheet, i) for i in range(len(names))],
           textprops={"fontsize": "x-small", "ha": "center"})  # fmt: skip
    ax.pie(inner, radius=1.0, colors=outer, wedgeprops=look)
    titled = sheet.maybe(0.5)
    if titled:
        put_title(sheet, ax, subject.title)
    return Facts(
        "pie chart", kind="nested donut chart", title=subject.title, title_drawn=titled,
        y=subject.measure.name, categories=names, highest=highest(names, parts),
        lowest=lowest(names, parts), details=("with two rings",), parts=len(names),
        part="groups",
    )  # fmt: skip


def rose(sheet: Sheet) -> Facts:
    """Slices of equal angle whose radius means something."""
    subject = topics.subject(sheet.random_, sheet.random_.randint(4, 10))
    names = subject.categories
    values = sheet.rng.uniform(0.2, 1, len(names)) * subject.measure.high
    ax = axes(sheet, projection="polar")
    width = 2 * np.pi / len(names)
    angles = np.arange(len(names)) * width
    ax.bar(angles, values, width * sheet.random_.choice([1, 0.9]),
           alpha=sheet.random_.choice([1, 0.7]), edgecolor=sheet.look.ground,
           color=[colour(sheet, i) for i in range(len(names))])  # fmt: skip
    bare = sheet.maybe(0.5)
    if bare:
        ax.set_axis_off()
        for angle, value, name in zip(angles, values, names, strict=True):
            ax.text(angle, value * 1.1, name, ha="center", va="center", fontsize="small")
    else:
        ax.set_xticks(angles, names)
    titled = sheet.maybe(0.4)
    if titled:
        put_title(sheet, ax, subject.title)
    return Facts(
        "pie chart", kind="polar area chart", title=subject.title, title_drawn=titled,
        y=subject.measure.name, unit=subject.measure.unit, categories=names,
        highest=highest(names, values), lowest=lowest(names, values),
        details=("with slices of different radius",), parts=len(names), part="slices",
    )  # fmt: skip


def radar(sheet: Sheet) -> Facts:
    """Axes from one centre, a closed line for each series; round or angular rings."""
    random_ = sheet.random_
    subject = topics.subject(random_, random_.randint(4, 10), random_.choice([1, 2, 2, 3, 4]))
    names = subject.categories if len(subject.categories) > 3 else subject.parts
    series = subject.series
    angles = np.linspace(0, 2 * np.pi, len(names), endpoint=False)
    round_, filled, marked = sheet.maybe(0.6), sheet.maybe(0.65), sheet.maybe(0.3)
    ax = axes(sheet, projection="polar")
    ax.set_theta_offset(np.pi / 2)
    ax.set_theta_direction(-1)
    closed = np.append(angles, angles[0])
    levels, means = np.linspace(20, 100, random_.choice([4, 5])), []
    for i, name in enumerate(series):
        values = sheet.rng.uniform(25, 95, len(names)) * sheet.rng.uniform(0.6, 1)
        means.append(float(values.mean()))
        ring = np.append(values, values[0])
        ax.plot(closed, ring, color=colour(sheet, i), label=name, marker="o" if marked else None,
                markersize=4)  # fmt: skip
        if filled:
            ax.fill(closed, ring, color=colour(sheet, i), alpha=random_.choice([0.15, 0.25, 0.4]))
    ax.set_ylim(0, 100)
    if round_:
        ax.set_yticks(levels)
        ax.grid(True, color=sheet.look.faint)
    else:
        ax.set_yticks([])
        ax.grid(False)
        ax.spines["polar"].set_visible(False)
        for level in levels:
            ax.plot(
                closed, np.full(len(closed), level), color=sheet.look.faint, linewidth=0.8, zorder=1
            )
        for angle in angles:
            ax.plot([angle, angle], [0, 100], color=sheet.look.faint, linewidth=0.8, zorder=1)
    if sheet.maybe(0.4):
        ax.set_yticklabels([])
    ax.set_xticks(angles, names)
    for label, angle in zip(ax.get_xticklabels(), angles, strict=True):
        side = np.sin(angle)
        label.set_ha("center" if abs(side) < 0.1 else ("left" if side > 0 else "right"))
    if len(series) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=random_.choice([(1.15, 1.05), (1.1, 0.3)]),
                  frameon=sheet.style.frame, fontsize="small")  # fmt: skip
    titled = sheet.maybe(0.5)
    if titled:
        put_title(sheet, ax, subject.title)
    details = ["with filled areas"] * filled + ["with a legend"] * (len(series) > 1)
    several = len(series) > 1
    return Facts(
        "radar chart", kind=random_.choice(["radar chart", "spider chart"]), title=subject.title,
        title_drawn=titled, series=series if several else (), categories=names,
        highest=highest(series, means) if several else "",
        lowest=lowest(series, means) if several else "", details=tuple(details),
        parts=len(names), part="axes",
    )  # fmt: skip


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "pie chart": (
        *[renderer(pie, (1, 1.2, 1.33, 1.6))] * 6,
        renderer(nested, (1, 1.33)),
        renderer(rose, (1,)),
    ),
    "radar chart": (renderer(radar, (1, 1, 1.2)),),
}

"""Contour plots and surfaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from indexes.clip.drawing import topics
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.mpl_canvas import Sheet, axes, finish, put_title, renderer
from indexes.clip.drawing.shapes import Values

ONE_WAY = ("viridis", "viridis", "Blues", "Greens", "Reds", "YlGnBu", "YlOrRd", "magma", "plasma",
           "Greys", "hot", "jet", "cividis", "Purples", "inferno", "gray", "BuPu",
           "rainbow")  # fmt: skip
TWO_WAYS = ("RdBu", "coolwarm", "bwr", "RdYlGn", "PiYG", "seismic", "RdYlBu", "BrBG")
_SURFACES = ("surface plot", "3D surface plot")
FORMS = ("one peak", "two peaks", "a valley", "a saddle", "waves", "a slope", "ripples",
          "several hills")  # fmt: skip


def colour_bar(sheet: Sheet, shown: Any, ax: Any, label: str, chance: float = 0.6) -> list[str]:
    """A colour bar, upright or lying, in some cases."""
    if not sheet.maybe(chance):
        return []
    lying = sheet.maybe(0.15)
    bar = sheet.figure.colorbar(
        shown, ax=ax, location="bottom" if lying else "right", pad=0.2 if lying else 0.05,
        fraction=sheet.random_.choice([0.05, 0.08, 0.12]),
        shrink=sheet.random_.choice([0.6, 0.9, 1]),
    )  # fmt: skip
    if label and sheet.maybe(0.4):
        bar.set_label(label)
    return ["with a colour bar"]


def form(sheet: Sheet, name: str, side: int) -> tuple[Values, Values, Values]:
    """A smooth field over a square, each (side, side): across, along, height."""
    x, y = np.meshgrid(np.linspace(-3, 3, side), np.linspace(-3, 3, side))
    a, b, c, d = sheet.rng.uniform(-1.2, 1.2, 4)
    turn = sheet.rng.uniform(0.5, 1.6)
    forms: dict[str, Callable[[], Any]] = {
        "one peak": lambda: np.exp(-((x - a) ** 2 + turn * (y - b) ** 2) / 2.5),
        "two peaks": lambda: (
            np.exp(-((x - 1.4) ** 2) - (y - a) ** 2)
            + 0.8 * np.exp(-((x + 1.4) ** 2) - (y - b) ** 2)
        ),
        "a valley": lambda: (x - a) ** 2 + turn * (y - b) ** 2 + 0.6 * c * x * y,
        "a saddle": lambda: x**2 - turn * y**2,
        "waves": lambda: np.sin(turn * x + a) * np.cos(turn * y + b),
        "a slope": lambda: x * (1 + a * 0.3) + y * b + 0.25 * x * y * c,
        "ripples": lambda: np.sin(2 * np.hypot(x, y)) / (0.6 + np.hypot(x, y)),
        "several hills": lambda: (
            np.sin(x + a) + np.cos(1.3 * y + b) + 0.7 * np.sin(x * y * 0.6 + d)
        ),
    }
    return x, y, np.asarray(forms[name](), np.float64)


def contours(sheet: Sheet) -> Facts:
    """Lines of equal height, filled bands, or both."""
    random_ = sheet.random_
    name = random_.choice(FORMS)
    x, y, z = form(sheet, name, 45)
    subject = topics.subject(random_)
    scale, start = random_.choice([(1, 0), (1, 0), (10, 30), (100, 300)])
    ax, levels = axes(sheet), random_.choice([5, 7, 10, 15, 20])
    how = random_.choice(["lines", "lines", "filled", "filled", "both"])
    cmap = random_.choice(ONE_WAY + TWO_WAYS)
    across, up = start + scale * x, start + scale * y
    details: list[str] = []
    shown: Any = None
    if how != "lines":
        shown = ax.contourf(across, up, z, levels, cmap=cmap)
    if how != "filled":
        plain = how == "both" or sheet.maybe(0.4)
        ink = random_.choice([sheet.look.ink, "#000000"]) if not sheet.look.dark else sheet.look.ink
        look: dict[str, Any] = {"colors": ink} if plain else {"cmap": cmap}
        lines = ax.contour(across, up, z, levels, linewidths=random_.choice([0.6, 1, 1.5]), **look)
        shown = shown or (None if plain else lines)
        if sheet.maybe(0.5):
            ax.clabel(lines, fontsize=7, fmt="%.1f")
            details.append("with labelled lines")
    if shown is not None:
        details += colour_bar(
            sheet, shown, ax, subject.measure.name, 0.6 if how != "lines" else 0.2
        )
    if sheet.maybe(0.12):
        points = sheet.rng.uniform(-2.5, 2.5, (2, 25)) * scale + start
        ax.scatter(points[0], points[1], s=12, color=sheet.look.ink)
        details.append("with points")
    if name == "a valley" and sheet.maybe(0.3):
        steps = np.linspace(1, 0, 9) ** 1.5 * scale
        ax.plot(start + 2.3 * steps, start - 2.2 * steps, "o-", color="#d62728", markersize=4)
        details.append("with a path of points")
    axis_names = random_.choice(
        [
            ("x", "y"),
            ("$x_1$", "$x_2$"),
            ("longitude", "latitude"),
            (subject.across, subject.measure.name),
        ]
    )
    plain_names = tuple(text.replace("$", "").replace("_", "") for text in axis_names)
    facts = Facts(
        "contour plot", kind="contour plot" if how == "lines" else "filled contour plot",
        title=subject.title, x=axis_names[0], y=axis_names[1], trend=name, details=tuple(details),
        parts=levels, part="levels",
    )  # fmt: skip
    return replace(finish(sheet, ax, facts), x=plain_names[0], y=plain_names[1])


def surface(sheet: Sheet) -> Facts:
    """A surface in three dimensions: coloured, one colour or a net of lines."""
    random_ = sheet.random_
    name = random_.choice(FORMS)
    how = random_.choice(["coloured", "coloured", "coloured", "net", "plain"])
    x, y, z = form(sheet, name, random_.choice([14, 18, 22]))
    ax = axes(sheet, projection="3d")
    ax.view_init(elev=random_.uniform(15, 50), azim=random_.choice([-60, -120, 30, 45, -45, 130]))
    details: list[str] = []
    if how == "net":
        ax.plot_wireframe(x, y, z, color=sheet.look.colours[0], linewidth=0.7)
        details.append("as a net of lines")
    else:
        edge = random_.choice(["none", "none", "#000000", "#555555"])
        look: dict[str, Any] = {"cmap": random_.choice(ONE_WAY + TWO_WAYS)}
        if how == "plain":
            look = {"color": sheet.look.colours[0]}
        shown = ax.plot_surface(x, y, z, rstride=1, cstride=1, linewidth=0.3, edgecolor=edge,
                                antialiased=edge != "none", **look)  # fmt: skip
        if how == "coloured" and sheet.maybe(0.3):
            sheet.figure.colorbar(shown, ax=ax, shrink=0.6, pad=0.12)
            details.append("with a colour bar")
    bare = sheet.maybe(0.12)
    if bare:
        ax.set_axis_off()
    elif not sheet.plain:
        for place, text in zip("xyz", random_.choice(["xyz", "XYZ", "abc"]), strict=True):
            getattr(ax, f"set_{place}label")(text)
    if sheet.maybe(0.3):
        for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
            axis.set_pane_color((1.0, 1.0, 1.0, 0.0))
    subject = topics.subject(random_)
    title = random_.choice(
        [subject.title, f"Surface with {name}", "Response surface", "Loss landscape"]
    )
    titled = sheet.maybe(0.4)
    if titled:
        put_title(sheet, ax, title)
    return Facts(
        "surface plot",
        kind="wireframe surface plot" if how == "net" else random_.choice(_SURFACES),
        title=title, title_drawn=titled, trend=name, details=tuple(details),
    )  # fmt: skip


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {
    "contour plot": (renderer(contours, (0.8, 1, 1, 1.33, 1.33)),),
    "surface plot": (renderer(surface, (1, 1.2, 1.33), {"axes.grid": True}),),
}

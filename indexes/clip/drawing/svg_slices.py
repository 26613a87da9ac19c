"""Pie charts and radar charts."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

import numpy as np

from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.shapes import shares
from indexes.clip.drawing.svg_axes import Sheet
from indexes.clip.drawing.svg_canvas import Point


def pie(random_: random.Random) -> Drawing:
    """A pie or donut: plain, pulled apart, radial, tilted; labels in, out or in a legend."""
    sheet = Sheet(random_, random_.randint(2, 9))
    canvas, size, names = sheet.canvas, sheet.style.size, sheet.subject.categories
    parts = shares(random_, len(names))
    if random_.random() < 0.4:
        parts = np.sort(parts)[::-1].copy()
    where = random_.choice(["legend", "legend", "out", "out", "in", "none"])
    colours = _colours(sheet, len(names))
    if where == "legend":
        mark = random_.choice(["square", "circle"])
        title = random_.choice(["category", "Category", "group"])
        sheet.legend(names, colours, mark, title)
    box, (x, y) = sheet.room, sheet.room.middle
    flat = random_.choice([0.45, 0.6]) if random_.random() < 0.12 else 1.0
    side = min(
        box.width - (9 * size if where == "out" else 0),
        (box.height - (3 * size if where == "out" else 0)) / flat,
    )
    radius = max(30.0, side / 2 * random_.choice([0.75, 0.9, 0.98]))
    shape = random_.choice(["pie"] * 5 + ["donut"] * 2 + ["radial", "exploded"])
    inner = radius * random_.choice([0.4, 0.55, 0.7]) if shape == "donut" else 0.0
    if shape == "radial":
        inner = radius * random_.choice([0, 0.15])
    edge = random_.choice(["none", "#ffffff", "#ffffff", "#000000"])
    turn = random_.choice([-90, -90, 0, random_.uniform(0, 360)])
    ends = [turn + 360 * float(v) for v in np.concatenate([[0], np.cumsum(parts)])]
    depth = 0.18 * radius if flat < 1 else 0.0
    slices = []
    for i in range(len(names)):
        middle = math.radians((ends[i] + ends[i + 1]) / 2)
        pull = 0.1 * radius if shape == "exploded" and (i == 0 or len(names) < 5) else 0.0
        at = x + pull * math.cos(middle), y + pull * math.sin(middle) * flat
        far = radius
        if shape == "radial":
            far = radius * (0.3 + 0.7 * float((parts[i] / parts.max()) ** 0.5))
        slices.append((at, far, middle))
    for layer in [1.0, 0.66, 0.33] if depth else []:
        for i, (at, far, _) in enumerate(slices):
            path = _ring((at[0], at[1] + depth * layer), inner, far, ends[i], ends[i + 1], flat)
            canvas.path(path, colours[i])
            canvas.path(path, "#000000", opacity=0.3)
    words = _said(sheet, names, parts, where)
    for i, (at, far, _) in enumerate(slices):
        canvas.path(_ring(at, inner, far, ends[i], ends[i + 1], flat), colours[i], edge, 1.5)
    for i, (at, far, middle) in enumerate(slices):
        if where == "out":
            _outside(sheet, at, far, middle, flat, words[i], depth)
        elif words[i] and parts[i] > 0.05:
            mid = (inner + far) / 2 if inner else 0.62 * far
            px, py = at[0] + mid * math.cos(middle), at[1] + mid * math.sin(middle) * flat
            ink = "#000000" if _light(colours[i]) else "#ffffff"
            canvas.text(px, py, words[i], size, ink)
    if inner > 4 * size and random_.random() < 0.3:
        canvas.text(
            x, y, random_.choice(["Total", "100%", "2023"]), 1.4 * size, sheet.style.look.ink
        )
    kind = {"donut": "donut chart", "radial": "radial chart", "exploded": "exploded pie chart"}
    details = ["drawn in 3D"] if depth else []
    if where == "out":
        details.append("with names beside the slices")
    return sheet.drawing(
        "pie chart", kind.get(shape, "pie chart"), details=details, y=sheet.subject.measure.name,
        categories=names, highest=names[int(np.argmax(parts))], lowest=names[int(np.argmin(parts))],
        parts=len(names), part="slices",
    )  # fmt: skip


def radar(random_: random.Random) -> Drawing:
    """One to four closed lines over spokes."""
    sheet = Sheet(random_, random_.randint(4, 9), random_.choice([1, 2, 3, 4]))
    names, series = sheet.subject.categories, sheet.subject.series
    if len(names) < 4:
        names = ("speed", "cost", "quality", "range", "comfort", "safety")[: random_.randint(4, 6)]
    canvas, look, size = sheet.canvas, sheet.style, sheet.style.size
    colours = [sheet.colour(i) for i in range(len(series))]
    if len(series) > 1:
        sheet.legend(series, colours, random_.choice(["square", "line"]))
    (x, y), box = sheet.room.middle, sheet.room
    radius = max(50.0, min(box.width / 2 - 3.5 * size, box.height / 2 - 1.4 * size))
    angles = [2 * math.pi * i / len(names) - math.pi / 2 for i in range(len(names))]
    rings, round_ = random_.choice([3, 4, 5]), random_.random() < 0.3

    def corner(part: float, angle: float) -> Point:
        return x + radius * part * math.cos(angle), y + radius * part * math.sin(angle)

    for k in range(1, rings + 1):
        if round_:
            canvas.circle(x, y, radius * k / rings, "none", look.grid_colour)
        else:
            canvas.polygon([corner(k / rings, a) for a in angles], "none", look.grid_colour)
        if random_.random() < 0.6:
            px, py = corner(k / rings, -math.pi / 2)
            canvas.text(px - 3, py, str(20 * k), 0.75 * size, look.label, "end")
    for angle, name in zip(angles, names, strict=True):
        canvas.line(x, y, *corner(1, angle), look.grid_colour)
        px, py = corner(1, angle)
        side = math.cos(angle)
        anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
        canvas.text(
            px + 5 * side, py + size * 0.9 * math.sin(angle), name, size, look.label, anchor
        )
    rng = np.random.default_rng(random_.getrandbits(32))
    data = rng.uniform(0.2, 1, (len(series), len(names)))
    filled, dotted = random_.random() < 0.6, random_.random() < 0.4
    for i, row in enumerate(data):
        points = [corner(float(v), a) for v, a in zip(row, angles, strict=True)]
        if filled:
            canvas.polygon(points, colours[i], opacity=random_.choice([0.2, 0.35, 0.6]))
        canvas.polygon(points, "none", colours[i], max(1.5, look.line))
        for point in points if dotted else []:
            canvas.circle(*point, 3, colours[i])
    best = {}
    if len(series) == 1:
        best = {"highest": names[int(np.argmax(data[0]))], "lowest": names[int(np.argmin(data[0]))]}
    return sheet.drawing(
        "radar chart", details=["with filled areas"] if filled else (),
        y=sheet.subject.measure.name,
        series=series, categories=tuple(names), parts=len(names), part="axes", **best,
    )  # fmt: skip


def _colours(sheet: Sheet, count: int) -> list[str]:
    if count <= len(sheet.style.look.colours) or sheet.random.random() < 0.5:
        return [sheet.colour(i + (i // len(sheet.style.look.colours))) for i in range(count)]
    shades = np.linspace(40, 220, count)
    return [f"#{round(v * 0.5):02x}{round(v * 0.8):02x}{round(v):02x}" for v in shades]


def _said(sheet: Sheet, names: tuple[str, ...], parts: np.ndarray, where: str) -> list[str]:
    digits = sheet.random.choice([0, 0, 1])
    shown = [f"{100 * part:.{digits}f}%" for part in parts]
    if where in ("none", "legend") and sheet.random.random() < 0.5:
        return [""] * len(names)
    if where == "legend":
        return shown
    if where == "none" or sheet.random.random() < 0.3:
        return list(names) if where == "out" else [str(round(100 * part)) for part in parts]
    if where == "in":
        return list(names) if sheet.random.random() < 0.5 else shown
    return [f"{name} ({part})" for name, part in zip(names, shown, strict=True)]


def _outside(
    sheet: Sheet, at: Point, far: float, angle: float, flat: float, words: str, depth: float
) -> None:
    size, ink = sheet.style.size, sheet.style.label
    side = 1 if math.cos(angle) >= 0 else -1
    low = depth if math.sin(angle) > 0 else 0.0
    start = at[0] + far * math.cos(angle), at[1] + far * math.sin(angle) * flat + low
    end = at[0] + 1.1 * far * math.cos(angle), at[1] + 1.1 * far * math.sin(angle) * flat + low
    if sheet.style.tool not in ("vega", "google"):
        knee = end[0] + 0.6 * size * side, end[1]
        sheet.canvas.lines([start, end, knee], ink, 1)
        end = knee
    rows = words.replace(" (", "\n(").split("\n")
    sheet.canvas.paragraph(
        end[0] + 3 * side, end[1], rows, size, ink, "start" if side > 0 else "end"
    )


def _ring(at: Point, inner: float, outer: float, start: float, end: float, flat: float) -> str:
    end = min(end, start + 359.9)
    a, b = math.radians(start), math.radians(end)
    large = int(end - start > 180)

    def p(radius: float, angle: float) -> str:
        return (
            f"{at[0] + radius * math.cos(angle):.1f} {at[1] + radius * math.sin(angle) * flat:.1f}"
        )

    path = f"M{p(outer, a)}A{outer:.1f} {outer * flat:.1f} 0 {large} 1 {p(outer, b)}"
    if not inner:
        return path + f"L{at[0]:.1f} {at[1]:.1f}Z"
    return path + f"L{p(inner, b)}A{inner:.1f} {inner * flat:.1f} 0 {large} 0 {p(inner, a)}Z"


def _light(colour: str) -> bool:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue > 150


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {"pie chart": (pie,), "radar chart": (radar,)}

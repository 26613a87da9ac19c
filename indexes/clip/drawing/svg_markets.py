"""Supply and demand, as economics textbooks draw them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from indexes.clip.drawing.svg_panel import Curve, Panel, crossing


@dataclass(frozen=True, slots=True)
class Scene:
    """What one panel shows."""

    kind: str
    title: str
    x: str
    y: str
    curves: tuple[str, ...]  # names, whether they are drawn or not


Draw = Callable[[Panel, random.Random], Scene]
GOODS = (
    "bread", "coffee", "labour", "houses", "gasoline", "wheat", "loans", "milk", "smartphones",
    "oranges", "steel", "rental flats", "electricity", "cars", "salmon", "euros", "cigarettes",
)  # fmt: skip


def falling(random_: random.Random, high: float = 9.0, low: float = 1.0) -> Curve:
    """A falling curve: straight or hollow."""
    if random_.random() < 0.5:
        return lambda x: high - (high - low) * x / 9.5
    bend = random_.uniform(1.2, 3.0)
    return lambda x: low + (high - low) * (math.exp(-x / bend / 1.6))


def rising(random_: random.Random, low: float = 1.0, high: float = 9.0) -> Curve:
    """A rising curve: straight or ever steeper."""
    if random_.random() < 0.5:
        return lambda x: low + (high - low) * x / 9.5
    power = random_.uniform(1.6, 3.2)
    return lambda x: low + (high - low) * (max(x, 0.0) / 9.2) ** power


def moved(curve: Curve, across: float) -> Curve:
    """The curve shifted to the right."""
    return lambda x: curve(x - across)


def supply_demand(panel: Panel, random_: random.Random) -> Scene:
    """Supply and demand, perhaps one of them shifted, a price limit, or a surplus."""
    demand, supply = falling(random_), rising(random_)
    good = random_.choice(GOODS)
    short = random_.random() < 0.65
    d, s = ("D", "S") if short else ("Demand", "Supply")
    letters = random_.choice([("P", "Q"), ("P", "Q"), ("p", "q"), ("", "")])
    what = random_.choice(["plain", "demand", "demand", "supply", "supply", "limit", "surplus"])
    first = crossing(demand, supply)
    if what == "surplus":
        steps = [first[0] * i / 12 for i in range(13)]
        above, under = [(x, demand(x)) for x in steps], [(x, supply(x)) for x in steps]
        panel.area([*above, (0.0, first[1])], random_.choice(["", "A", "CS"]))
        if random_.random() < 0.6:
            panel.area([*under, (0.0, first[1])], random_.choice(["", "B", "PS"]))
        panel.details.append("with a shaded area")
    both = what in ("demand", "supply")
    panel.curve(demand, d, "0" if what == "demand" else "", end=9.3)
    panel.curve(supply, s, "0" if what == "supply" else "", end=9.0)
    names = ["demand", "supply"]
    if both:
        by = random_.choice([-2.2, -1.6, 1.6, 2.2])
        old = demand if what == "demand" else supply
        new = moved(old, by)
        panel.curve(new, d if what == "demand" else s, "1", max(0.3, by), 9.3 + min(by, 0.0))
        for x in random_.sample([2.5, 4.0, 6.5], random_.choice([1, 2])):
            panel.shift((x, old(x)), (x + 0.8 * by, old(x)))
        way = "right" if by > 0 else "left"
        panel.details.append(f"with a shift of the {what} curve to the {way}")
        second = crossing(new, supply if what == "demand" else demand)
        panel.drop(*second, letters[1], letters[0], "1")
        panel.point(*second, "E", "1", random_.randrange(4))
        names.append(f"new {what}")
    if what == "limit":
        level = first[1] + random_.choice([-1.6, 1.6])
        panel.curve(lambda x: level, random_.choice(["Price ceiling", "Price floor", "Pmax"]))
        panel.details.append("with a price limit")
    if random_.random() < 0.85:
        panel.drop(*first, letters[1], letters[0], "0" if both else "e")
        panel.details.append("with dashed lines to the axes")
    panel.point(*first, random_.choice(["E", "E", "A", ""]), "0" if both else "", 1)
    y = random_.choice(
        ["Price", "Price", "P", "Price ($)", f"Price of {good}", "Wage", "Interest rate"]
    )
    across = random_.choice(["Quantity", "Quantity", "Q", f"Quantity of {good}", good.capitalize()])
    title = random_.choice([f"The market for {good}", "Supply and demand", f"Equilibrium: {good}"])
    return Scene("supply and demand diagram", title, across, y, tuple(names))


def schedule(panel: Panel, random_: random.Random) -> Scene:
    """Supply and demand as points joined by lines, read off axes with numbers."""
    panel.numbered = True
    at, level = random_.uniform(4, 6), random_.uniform(4.5, 6)
    steep, gap = random_.uniform(0.5, 1.0), random_.uniform(0.7, 1.2)
    count = random_.choice([4, 5, 6, 7])
    names = []
    for name, way in random_.choice([[("D", -1)], [("S", 1)], [("D", -1), ("S", 1)]]):
        shifts = [0.0, random_.choice([-1.5, 1.5])] if random_.random() < 0.4 else [0.0]
        for number, by in enumerate(shifts):
            bend = random_.choice([0.0, 0.0, 0.06])
            spots = [(k - count // 2) * gap for k in range(count)]
            points = [(at + by + v, level + way * steep * v + bend * v * v) for v in spots]
            panel.trace(points, name, str(number) if len(shifts) > 1 else "", way > 0)
            for point in points:
                panel.point(*point)
            names.append("demand" if way < 0 else "supply")
    panel.drop(at, level)
    if random_.random() < 0.7:
        panel.point(at, level, random_.choice(["E", "E (40, 700)", "Equilibrium", "A"]))
    good = random_.choice(GOODS)
    x = random_.choice([good.capitalize(), f"Quantity of {good}", "Quantity (thousands)"])
    y = random_.choice(["Price ($)", "Price per unit", "Price"])
    panel.details.append("with points marked on the lines")
    return Scene("supply and demand diagram", f"Market for {good}", x, y, tuple(names))

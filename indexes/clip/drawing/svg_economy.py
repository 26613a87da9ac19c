"""What the other diagrams of economics textbooks show."""

from __future__ import annotations

import random

from indexes.clip.drawing.svg_markets import (
    Draw,
    Scene,
    falling,
    moved,
    rising,
    schedule,
    supply_demand,
)
from indexes.clip.drawing.svg_panel import Curve, Panel, crossing


def costs(panel: Panel, random_: random.Random) -> Scene:
    """Cost curves of a firm, with revenue."""
    low, at = random_.uniform(2.5, 4.5), random_.uniform(4.0, 6.0)

    def average(x: float) -> float:
        return low + 0.28 * (x - at) ** 2 * (1.6 if x < at else 0.7)

    def marginal(x: float) -> float:
        return low - 1.0 + 0.25 * (x - at + 1.8) ** 2 + 0.12 * (x - at)

    short = random_.random() < 0.7
    ac, mc = random_.choice([("AC", "MC"), ("ATC", "MC"), ("LRAC", "LMC")])
    names = ["average cost", "marginal cost"]
    kind = random_.choice(["competition", "monopoly", "plain", "average only"])
    if kind == "monopoly":

        def demand(x: float) -> float:
            return 9.2 - 0.75 * x

        x, _ = crossing(lambda v: 9.2 - 1.5 * v, marginal, 1.0)
        if random_.random() < 0.7:
            panel.area([(0, average(x)), (x, average(x)), (x, demand(x)), (0, demand(x))], "")
            panel.details.append("with a shaded profit")
        panel.curve(demand, "D" if short else "Demand")
        panel.curve(lambda v: 9.2 - 1.5 * v, "MR" if short else "Marginal revenue", end=5.8)
        panel.drop(x, demand(x), "Q", "P", "m")
        panel.point(x, demand(x), "A")
        names += ["demand", "marginal revenue"]
    elif kind == "competition":
        level = low + random_.uniform(-0.6, 2.2)
        panel.curve(lambda v: level, "MR = P" if short else "Price")
        x, _ = crossing(lambda v: level, marginal, 4.0)
        panel.drop(x, level, "q", "P", "1")
        panel.point(x, level, "E")
        names.append("price")
    panel.curve(average, ac if short else "Average cost", start=max(0.6, at - 3.6))
    if kind != "average only":
        panel.curve(marginal, mc if short else "Marginal cost", start=max(0.5, at - 3.6))
    else:
        names = names[:1]
        panel.drop(at, low, "Q", "C", "0")
    if random_.random() < 0.3:
        panel.curve(lambda x: average(x) - 5.0 / (x + 1.5), "AVC", start=1.5)
        names.append("average variable cost")
    return Scene("diagram of cost curves", "Costs and revenue of a firm", "Output",
                 random_.choice(["Cost", "Cost, revenue", "$ per unit", "Price"]),
                 tuple(names))  # fmt: skip


def frontier(panel: Panel, random_: random.Random) -> Scene:
    """A production possibility frontier with points on, in and beyond it."""
    power = random_.choice([2.0, 2.0, 2.6, 1.0])
    wide, high = random_.uniform(7, 9), random_.uniform(7, 9)

    def edge(x: float) -> float:
        return float(high * max(0.0, 1 - (x / wide) ** power) ** (1 / power))

    x, y = random_.choice(
        [("Guns", "Butter"), ("Education", "Healthcare"), ("Cars", "Wheat"), ("Candy", "Movies"),
         ("Consumer goods", "Capital goods"), ("Oil", "Corn"), ("Good X", "Good Y")]
    )  # fmt: skip
    if random_.random() < 0.3:
        panel.area([(0.0, 0.0), *[(wide * i / 20, edge(wide * i / 20)) for i in range(21)]])
        panel.details.append("with a shaded area")
    panel.curve(edge, random_.choice(["PPF", "", "PPC"]), start=0.0, end=wide)
    names = ["production possibility frontier"]
    if random_.random() < 0.3:
        panel.curve(lambda v: 1.18 * edge(v / 1.18), "PPF", "1", 0.0, 1.17 * wide, dash="5 3")
        panel.details.append("with an outward shift")
        names.append("new frontier")
    for i in range(random_.randint(1, 6)):
        at = wide * (0.08 + 0.17 * i)
        panel.point(at, edge(at), "ABCDEF"[i])
        if random_.random() < 0.4:
            panel.drop(at, edge(at))
    if random_.random() < 0.5:
        panel.point(0.4 * wide, 0.4 * high, random_.choice(["G", "U", "inside"]))
        panel.point(0.9 * wide, 0.9 * high, random_.choice(["H", "X", "outside"]))
    return Scene("production possibility frontier", f"{y} and {x.lower()}", x, y, tuple(names))


def budget(panel: Panel, random_: random.Random) -> Scene:
    """A budget line, indifference curves, perhaps a second budget."""
    high, wide = random_.uniform(6, 9), random_.uniform(6, 9)
    touch = wide / 2
    level = high / 2 * touch
    names = ["budget line"]
    panel.trace([(0, high), (wide, 0)], random_.choice(["BL", "Budget line", ""]), at_start=True)
    if random_.random() < 0.4:
        panel.trace([(0, high), (0.6 * wide, 0)], dash="5 3")
        panel.details.append("with a turned budget line")
    if random_.random() < 0.75:
        for i, factor in enumerate(random_.choice([(1.0,), (0.6, 1.0, 1.5), (1.0, 1.5)])):
            scale = level * factor
            panel.curve(_hyperbola(scale), random_.choice(["U", "IC", "I"]), str(i + 1), 0.6)
        names.append("indifference curves")
        panel.point(touch, high / 2, random_.choice(["A", "E"]))
    else:
        for i in range(random_.randint(1, 4)):
            part = 0.2 + 0.2 * i
            panel.point(part * wide, (1 - part) * high, "ABCD"[i])
    if random_.random() < 0.6:
        panel.drop(touch, high / 2, "X", "Y", "1")
    x, y = random_.choice(
        [("Good X", "Good Y"), ("Candy", "Movies"), ("Burgers", "Bus tickets"),
         ("Leisure", "Income"),
         ("Present consumption", "Future consumption")]
    )  # fmt: skip
    return Scene(
        "budget constraint diagram",
        f"The choice between {x.lower()} and {y.lower()}",
        x,
        y,
        tuple(names),
    )


def _hyperbola(scale: float) -> Curve:
    return lambda x: scale / x


def aggregate(panel: Panel, random_: random.Random) -> Scene:
    """Aggregate demand and supply, or IS and LM."""
    is_lm = random_.random() < 0.25
    down, up = falling(random_, 9.5, 0.5), rising(random_, 0.7, 9.0)
    a, b = ("IS", "LM") if is_lm else random_.choice([("AD", "SRAS"), ("AD", "AS")])
    first = crossing(down, up)
    names = [a, b]
    if random_.random() < 0.55 and not is_lm:
        x = first[0]
        panel.trace([(x, 0), (x, 9.4)], random_.choice(["LRAS", "LRAS", "Potential GDP"]))
        names.append("LRAS")
    panel.curve(down, a, "0", end=9.3)
    panel.curve(up, b, "0", end=9.0)
    if random_.random() < 0.6:
        by = random_.choice([-2.0, 1.8, 1.2])
        left = random_.random() < 0.5
        new = moved(down if left else up, by)
        panel.curve(new, a if left else b, "1", max(0.4, by), 9.3 + min(by, 0))
        level = (down if left else up)(3.0)
        panel.shift((3.0, level), (3.0 + 0.8 * by, level))
        second = crossing(new, up if left else down)
        panel.drop(*second, "Y", "P", "1")
        panel.point(*second, "E", "1")
        panel.details.append(f"with a shift of {a if left else b}")
    panel.drop(*first, "Y", "i" if is_lm else "P", "0")
    panel.point(*first, "E", "0", 1)
    y = random_.choice(["Interest rate"] if is_lm else ["Price level", "Price level", "P"])
    kind = "IS-LM diagram" if is_lm else "aggregate demand and supply diagram"
    return Scene(
        kind,
        "The economy's equilibrium",
        random_.choice(["Real GDP", "Output", "Y"]),
        y,
        tuple(names),
    )


def expenditure(panel: Panel, random_: random.Random) -> Scene:
    """Aggregate expenditure against the 45-degree line."""
    panel.trace([(0, 0), (9, 9)], random_.choice(["45°", "Y = AE", ""]))
    start, slope = random_.uniform(1.5, 3), random_.uniform(0.3, 0.6)
    count = random_.choice([1, 1, 2])
    for i in range(count):
        at = start + 1.5 * i
        line = (lambda k: lambda x: k + slope * x)(at)
        panel.curve(
            line,
            random_.choice(["AE", "C + I + G", "Aggregate expenditure"]),
            str(i) if count > 1 else "",
            0,
            9.2,
        )
        x = at / (1 - slope)
        panel.drop(x, x, "Y", "AE", str(i), which=random_.choice(["x", "xy"]))
        panel.point(x, x, "E", str(i), 1)
    return Scene("expenditure-output diagram", "The Keynesian cross", "Real GDP (Y)",
                 "Aggregate expenditure", ("45-degree line", "aggregate expenditure"))  # fmt: skip


ECONOMY: tuple[Draw, ...] = (
    supply_demand,
    supply_demand,
    supply_demand,
    schedule,
    costs,
    frontier,
    budget,
    aggregate,
    expenditure,
)

"""What the curve diagrams of physics, mathematics, biology and statistics textbooks show."""

from __future__ import annotations

import math
import random

from indexes.clip.drawing.svg_markets import Draw, Scene
from indexes.clip.drawing.svg_panel import Curve, Panel, crossing


def family(panel: Panel, random_: random.Random) -> Scene:
    """Curves of one kind, each higher or flatter, named at their ends."""
    count = random_.choice([1, 2, 3, 3, 4])
    kind = random_.choice(["levels off", "decays", "grows", "hump", "waves"])
    name, x, y = random_.choice(
        [("Technology", "Capital per head", "Output per head"), ("T", "Volume", "Pressure"),
         ("k =", "Time", "Concentration"), ("Dose", "Time", "Response"), ("n =", "x", "y"),
         ("Temperature", "Wavelength", "Intensity"), ("Age", "Frequency", "Sensitivity")]
    )  # fmt: skip
    for i in range(count):
        shape = _member(kind, i)
        panel.curve(shape, f"{name} {i + 1}" if count > 1 else "", start=0.05, end=8.6)
        if random_.random() < 0.2:
            panel.point(4.0, shape(4.0), "ABCD"[i])
    if random_.random() < 0.4:
        panel.drop(4.0, 9.0, random_.choice(["t", "x", "C"]), "", "1", which="x")
    return Scene("family of curves", f"{y} against {x.lower()}", x, y,
                 tuple(f"{name} {i + 1}" for i in range(count)))  # fmt: skip


def _member(kind: str, i: int) -> Curve:
    shapes: dict[str, Curve] = {
        "levels off": lambda v: (9.0 - 1.7 * i) * (1 - math.exp(-v / 2.2)),
        "decays": lambda v: 9.0 * math.exp(-v / (5.5 - 1.3 * i)),
        "grows": lambda v: 0.6 * math.exp(v / (3.2 + 0.8 * i)),
        "hump": lambda v: (8.5 - 1.6 * i) * math.exp(-((v - 2.5 - 1.3 * i) ** 2) / 3),
        "waves": lambda v: 5 + (4 - i) * math.sin(v * 1.3 + i),
    }
    return shapes[kind]


def straight(panel: Panel, random_: random.Random) -> Scene:
    """One or two straight lines with points marked on them."""
    x, y = random_.choice(
        [("Real GDP", "Consumption"), ("Price", "Quantity demanded"), ("Hours", "Income"),
         ("Extension (cm)", "Force (N)"), ("Current (A)", "Voltage (V)"),
         ("Labour", "Marginal product"),
         ("Time (s)", "Distance (m)"), ("Refrigerators", "Price ($)")]
    )  # fmt: skip
    names = []
    for i in range(random_.choice([1, 1, 2])):
        start, slope = random_.choice(
            [(1.0, 0.8), (9.0, -0.8), (2.0, 0.4), (7.0, -0.6), (3.0, 0.0)]
        )
        start += 0.8 * i
        points = [(1.1 * k, start + slope * 1.1 * k) for k in range(8)]
        points = [p for p in points if 0 <= p[1] <= 10]
        names.append(random_.choice(["function", "line", "S", "D", "opportunity set"]))
        panel.trace([points[0], points[-1]], names[-1], dash=random_.choice(["", "", "5 3"]))
        if random_.random() < 0.75:
            for k, point in enumerate(points):
                panel.point(*point, "ABCDEFGH"[k] if i == 0 and len(points) < 7 else "")
            panel.details.append("with points marked on a line")
        if random_.random() < 0.4:
            panel.drop(*points[len(points) // 2], "x", "y", "1")
    return Scene("straight lines on two axes", f"{y} and {x.lower()}", x, y, tuple(names))


def motion(panel: Panel, random_: random.Random) -> Scene:
    """Velocity or another quantity over time in straight pieces, with the area below."""
    xs = sorted(random_.sample(range(1, 9), 3))
    levels = [random_.uniform(1, 9) for _ in range(2)]
    points = [(0.0, random_.choice([0.0, levels[0]])), (xs[0], levels[0]), (xs[1], levels[0]),
              (xs[2], levels[1]), (9.3, random_.choice([0.0, levels[1]]))]  # fmt: skip
    if random_.random() < 0.4:
        panel.area([(0, 0), *points, (9.3, 0)], random_.choice(["", "s", "area = distance"]))
        panel.details.append("with a shaded area")
    panel.trace(points)
    for x, level in points[1:-1]:
        if random_.random() < 0.5:
            panel.drop(x, level, "t", "v", str(round(x)))
    y = random_.choice(["v", "Velocity", "Velocity (m/s)", "Distance (m)", "F"])
    return Scene(
        "motion diagram", "Motion along a line", random_.choice(["t", "Time", "Time (s)"]), y, ()
    )


def cycle(panel: Panel, random_: random.Random) -> Scene:
    """A pressure–volume diagram: a closed path with arrows, or isotherms."""
    a, b = random_.uniform(1.5, 2.5), random_.uniform(6.0, 8.5)
    upper = [(a + (b - a) * i / 20, 17 / (a + (b - a) * i / 20)) for i in range(21)]
    lower = [(x, y * 0.45) for x, y in reversed(upper)]
    if random_.random() < 0.5:
        panel.area([*upper, *lower], "W")
        panel.details.append("with a shaded area")
    panel.trace(upper, "")
    panel.trace([upper[-1], lower[0]])
    panel.trace(lower)
    panel.trace([lower[-1], upper[0]])
    panel.shift(upper[8], upper[11])
    panel.shift(lower[8], lower[11])
    for i, corner in enumerate((upper[0], upper[-1], lower[0], lower[-1])):
        panel.point(*corner, random_.choice(["1234", "ABCD"])[i])
        if random_.random() < 0.3:
            panel.drop(*corner, "V", "p", str(i + 1))
    return Scene("pressure–volume diagram", "A heat engine's cycle",
                 random_.choice(["V", "Volume"]),
                 random_.choice(["p", "Pressure"]), ("expansion", "compression"))  # fmt: skip


def functions(panel: Panel, random_: random.Random) -> Scene:
    """Functions of x on crossing axes or in the first quadrant."""
    reach = 9.5
    crossed = panel.low < 0
    middle = 0.0 if crossed else 5.0
    shapes: dict[str, Curve] = {
        "parabola": lambda x: 0.13 * (x - middle) ** 2 * 2 + (-4 if crossed else 1.5),
        "sine": lambda x: middle + 4 * math.sin(0.8 * x),
        "exponential": lambda x: math.exp(0.35 * x) * (1 if crossed else 0.3),
        "cubic": lambda x: middle + 0.03 * (x - middle) * ((x - middle) ** 2 - 30),
        "line": lambda x: middle + 0.7 * (x - middle) + 1,
        "logistic": lambda x: 9 / (1 + math.exp(-(x - middle))) + (-4 if crossed else 0),
        "bell curve": lambda x: 8 * math.exp(-((x - middle) ** 2) / 4),
        "damped oscillation": lambda x: middle + 4 * math.exp(-abs(x) / 5) * math.cos(2.5 * x),
    }
    names = random_.sample(sorted(shapes), random_.choice([1, 1, 2, 3]))
    start = -reach if crossed else 0.1
    first = shapes[names[0]]
    if random_.random() < 0.35:
        a, b = sorted(random_.sample([1.5, 2.5, 4.0, 6.0, 7.0, 8.0], 2))
        xs = [a + (b - a) * i / 24 for i in range(25)]
        panel.area(
            [(a, 0), *[(x, max(panel.low, min(10.0, first(x)))) for x in xs], (b, 0)],
            random_.choice(["", "A", "R"]),
        )
        panel.details.append("with a shaded area under the curve")
    for i, name in enumerate(names):
        panel.curve(shapes[name], random_.choice(["", f"{'fgh'[i]}(x)"]), start=start, end=reach)
    if len(names) > 1 and random_.random() < 0.5:
        panel.point(*crossing(first, shapes[names[1]], start, reach), "P")
    if random_.random() < 0.3:
        at = random_.uniform(2, 7)
        slope = (first(at + 0.01) - first(at - 0.01)) / 0.02
        if abs(first(at)) < 9:
            panel.curve(
                lambda x: first(at) + slope * (x - at), "", start=at - 3, end=at + 3, dash="4 3"
            )
            panel.point(at, first(at), random_.choice(["P", "T"]))
            panel.details.append("with a tangent")
    return Scene(
        "graph of functions",
        f"Graph of {'an' if names[0][0] == 'e' else 'a'} {names[0]}",
        "x",
        "y",
        tuple(names),
    )


def bells(panel: Panel, random_: random.Random) -> Scene:
    """Density curves, with a tail shaded."""
    a, b = random_.uniform(2.8, 4), random_.uniform(5.5, 7)
    wide = random_.uniform(0.8, 1.8)

    def bell(x: float, at: float = a) -> float:
        return 8 * math.exp(-((x - at) ** 2) / (2 * wide**2))

    cut = a + 1.3 * wide
    xs = [cut + (9.5 - cut) * i / 20 for i in range(21)]
    if random_.random() < 0.8:
        panel.area([(cut, 0), *[(x, bell(x)) for x in xs], (9.5, 0)], random_.choice(["", "α"]))
        panel.details.append("with a shaded tail")
    names = ["null"]
    panel.curve(bell, start=0.1, end=9.6)
    if random_.random() < 0.6:
        panel.curve(lambda x: bell(x, b), start=0.1, end=9.8, dash=random_.choice(["", "5 3"]))
        names.append("alternative")
    panel.drop(a, bell(a), "μ", "", "0", which="x")
    return Scene("diagram of density curves", "Distribution of the test statistic",
                 random_.choice(["x", "z", "Test statistic"]), random_.choice(["Density", "f(x)"]),
                 tuple(names))  # fmt: skip


def material(panel: Panel, random_: random.Random) -> Scene:
    """Stress and strain, a reaction's energy, or a Lorenz curve."""
    what = random_.choice(["stress", "energy", "lorenz", "laffer", "scattered"])
    if what == "stress":
        panel.curve(
            lambda x: 6 * x if x < 1 else 6 + 1.1 * math.sin((x - 1) / 2.2), start=0, end=7.5
        )
        panel.point(1.0, 6.0, "yield", side=3)
        panel.drop(1.0, 6.0, "ε", "σ", "y")
        return Scene(
            "stress–strain curve", "A metal under tension", "Strain", "Stress", ("stress",)
        )
    if what == "energy":
        drop = random_.uniform(-2.5, 2)
        panel.curve(
            lambda x: (
                4 + drop / (1 + math.exp(-3 * (x - 5))) + 4 * math.exp(-((x - 4.6) ** 2) / 1.3)
            )
        )
        panel.drop(4.6, 8.4, "", random_.choice(["Ea", ""]), which="y")
        return Scene(
            "energy profile",
            "Energy along a reaction",
            "Reaction coordinate",
            "Energy",
            ("energy",),
        )
    if what == "lorenz":
        power = random_.uniform(1.6, 3.5)
        bow = [(9 * i / 30, 9 * (i / 30) ** power) for i in range(31)]
        if random_.random() < 0.6:
            panel.area(bow, "A")
            panel.details.append("with a shaded area")
        panel.trace([(0, 0), (9, 9)], "Line of equality")
        panel.trace(bow)
        return Scene(
            "Lorenz curve",
            "Inequality of incomes",
            "Share of households",
            "Share of income",
            ("equality", "Lorenz curve"),
        )
    if what == "laffer":
        top = random_.uniform(3.5, 6)
        panel.curve(
            lambda x: 8 * max(0.0, 1 - ((x - top) / top) ** 2), start=0, end=min(9.5, 2 * top)
        )
        panel.drop(top, 8, "t", "R", random_.choice(["*", "max"]))
        panel.point(top, 8, "M")
        return Scene("hump-shaped curve", "The Laffer curve", "Tax rate", "Revenue", ("revenue",))
    for i in range(random_.randint(3, 7)):
        x, y = random_.choice([2, 3, 4, 5, 6, 7, 8]), random_.choice([2, 3, 4, 5, 6, 7, 8])
        panel.drop(x, y)
        panel.point(x, y, "ABCDEFG"[i])
    return Scene(
        "points on two axes",
        "Inflation and unemployment",
        "Unemployment rate",
        "Inflation rate",
        (),
    )


SCIENCE: tuple[Draw, ...] = (
    family,
    family,
    straight,
    straight,
    motion,
    cycle,
    functions,
    functions,
    bells,
    material,
)

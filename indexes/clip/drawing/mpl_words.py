"""The words and numbers on charts: quantities, ticks, values, and which is largest."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.ticker import EngFormatter, Formatter, FuncFormatter, StrMethodFormatter

from indexes.clip.drawing.shapes import Values


def quantity(name: str, unit: str, random_: random.Random) -> str:
    """A quantity's label, its unit written in one of the usual ways."""
    if not unit:
        return name
    return random_.choice(
        [f"{name} ({unit})", f"{name} ({unit})", f"{name} [{unit}]", f"{name}, {unit}", name, unit]
    )


def lowered(name: str) -> str:
    """A name as within a sentence: "CO2 emissions" stays, "Body mass" does not."""
    return name if name[1:2].isupper() or len(name) < 2 else name[0].lower() + name[1:]


def numbers(random_: random.Random, unit: str, span: float) -> Formatter | None:
    """How the numbers of an axis that goes up to `span` are written; None as matplotlib does."""
    kinds: list[Formatter | None] = [None, None]
    if span >= 20:
        kinds.append(StrMethodFormatter("{x:,.0f}"))
    if span >= 2000:
        kinds += [StrMethodFormatter("{x:,.0f}"), EngFormatter(sep=""), EngFormatter(sep=" ")]
        kinds.append(FuncFormatter(lambda value, _: f"{value / 1000:g}k"))
    if unit == "%" and span >= 4:
        kinds += [StrMethodFormatter("{x:.0f}%")] * 3
    if unit.startswith("$") and span >= 10:
        kinds += [StrMethodFormatter("${x:,.0f}")] * 2
    return random_.choice(kinds)


def written(random_: random.Random, unit: str, span: float) -> Callable[[float], str]:
    """How values are written on a chart."""
    if span >= 2000:
        pattern = random_.choice(["{:,.0f}", "{:,.0f}", "{:.0f}"])
    else:
        pattern = (
            "{:.2f}"
            if span < 2
            else random_.choice(["{:.1f}", "{:.0f}" if span > 15 else "{:.1f}"])
        )
    if unit == "%" and random_.random() < 0.6:
        pattern += "%"
    if unit.startswith("$") and random_.random() < 0.6:
        pattern = "$" + pattern
    return pattern.format


def highest(names: Sequence[str], values: Values | Sequence[float]) -> str:
    """The name of the largest value, if it is so to the eye; "" otherwise."""
    order = np.argsort(values)
    if len(names) < 2 or values[order[-1]] - values[order[-2]] < 0.03 * np.max(np.abs(values)):
        return ""
    return names[int(order[-1])]


def lowest(names: Sequence[str], values: Values | Sequence[float]) -> str:
    """The name of the smallest value, if it is so to the eye; "" otherwise."""
    order = np.argsort(values)
    if len(names) < 2 or values[order[1]] - values[order[0]] < 0.03 * np.max(np.abs(values)):
        return ""
    return names[int(order[0])]

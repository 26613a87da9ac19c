"""Axes: what they span, where their ticks lie and what these say."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`; ticks are (value, words)."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str = ""
    log: bool = False
    band: bool = False  # ticks name bands of width 1: no grid
    turned: float = 0.0  # degrees: tick labels below the plane

    def part(self, value: float) -> float:
        """Where a value lies: 0 at `low`, 1 at `high`."""
        if self.log:
            return math.log(max(value, 1e-12) / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def numeric(
    random_: random.Random,
    low: float,
    high: float,
    title: str = "",
    unit: str = "",
    zero: bool = True,
    count: int = 0,
    plain: bool = False,
    exact: bool = False,
) -> Axis:
    """An axis that holds these values, with round ends (`exact`: ends where the values end)."""
    if zero and low > 0:
        low = 0.0
    if zero and high < 0:
        high = 0.0
    if high <= low:
        high = low + 1
    step = _step(low, high, count or random_.choice([3, 4, 5, 6, 8, 10]))
    if not exact:
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    first = math.ceil(low / step - 1e-6)
    found = [i * step for i in range(first, math.floor(high / step + 1e-6) + 1)]
    words = [str(round(v)) for v in found] if plain else numbers(random_, found, unit)
    return Axis(low, high, tuple(zip(found, words, strict=True)), title)


def logarithmic(low: float, high: float, title: str = "") -> Axis:
    """A logarithmic axis over whole decades."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    marks = [10.0**i for i in range(first, last + 1)]
    words = [f"{v:,.0f}" if v >= 1 else f"{v:g}" for v in marks]
    return Axis(10.0**first, 10.0**last, tuple(zip(marks, words, strict=True)), title, log=True)


def bands(names: Sequence[str], title: str = "", turned: float = 0.0, every: int = 1) -> Axis:
    """An axis of named bands: the first from 0 to 1, the second from 1 to 2."""
    ticks = tuple((i + 0.5, name) for i, name in enumerate(names) if i % every == 0)
    return Axis(0.0, float(len(names)), ticks, title, band=True, turned=turned)


def steps(names: Sequence[str], title: str = "", most: int = 12) -> Axis:
    """An axis of named places 0, 1, 2, …, at most so many of them named."""
    every = max(1, math.ceil(len(names) / most))
    ticks = tuple((float(i), name) for i, name in enumerate(names) if i % every == 0)
    return Axis(0.0, max(1.0, len(names) - 1.0), ticks, title)


def numbers(random_: random.Random, values: Sequence[float], unit: str = "") -> list[str]:
    """Numbers as a tool would write them, all in the same way."""
    largest = max((abs(value) for value in values), default=0.0)
    gaps = [
        b - a for a, b in zip(sorted(values), sorted(values)[1:], strict=False) if b - a > 1e-12
    ]
    finest = min(gaps, default=largest or 1.0)
    digits = max(0, min(6, -math.floor(math.log10(finest) + 1e-9)))
    if digits < 6 and abs(finest * 10**digits - round(finest * 10**digits)) > 1e-6:
        digits += 1
    shape = random_.random()
    before = unit if unit in ("$", "€") and random_.random() < 0.7 else ""
    after = "%" if unit.startswith("%") and random_.random() < 0.6 else ""
    scale, letter = 1.0, ""
    if largest >= 2000 and shape < 0.25:
        scale, letter, digits = 1000.0, random_.choice(["k", "K"]), 0 if finest >= 1000 else 1
    comma = shape < 0.75
    found = []
    for value in values:
        body = f"{abs(value) / scale:,.{digits}f}" if comma else f"{abs(value) / scale:.{digits}f}"
        minus = "−" if value < -1e-12 else ""
        found.append(f"{minus}{before}{body}{letter}{after}")
    return found


def _step(low: float, high: float, count: int) -> float:
    rough = max(high - low, 1e-9) / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next((m * power for m in (1, 2, 2.5, 5) if m * power >= rough * 0.999), 10 * power)

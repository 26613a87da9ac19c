"""What line charts and area charts share: values over time, their axis, bands, points."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from indexes.clip.drawing.shapes import Values, values
from indexes.clip.drawing.svg_axes import Sheet, upright
from indexes.clip.drawing.svg_canvas import Point, line_path, smooth_path
from indexes.clip.drawing.svg_plane import Plane
from indexes.clip.drawing.svg_scales import Axis, steps
from indexes.clip.drawing.topics import MONTHS, periods, years


def count_of(random_: random.Random) -> tuple[int, bool]:
    """How many values, and whether these are many and jagged."""
    if random_.random() < 0.5:
        return random_.randint(4, 24), False
    return random_.randint(30, 250), True


def range_of(sheet: Sheet) -> tuple[float, float]:
    """The lowest and the highest value to draw."""
    measure = sheet.subject.measure
    return measure.low, measure.low + (measure.high - measure.low) * sheet.random.uniform(0.3, 1)


def jagged_values(
    random_: random.Random, count: int, low: float, high: float, form: str, jagged: bool
) -> Values:
    """Values that follow a trend; many of them wander about it."""
    data = values(random_, count, low, high, form, None if count < 30 else 0.004)
    if not jagged:
        return data
    rng = np.random.default_rng(random_.getrandbits(32))
    walk = np.cumsum(rng.normal(0, 1, count)) / count**0.5
    walk -= np.linspace(0, float(walk[-1]), count)
    wobble = (high - low) * random_.choice([0.08, 0.15, 0.3, 0.5]) * walk
    return np.asarray(data + wobble, np.float64)


def time_axis(sheet: Sheet, count: int) -> Axis:
    """An axis of years, months or other periods."""
    random_ = sheet.random
    if count < 26:
        names = list(periods(random_, count))
        title = random_.choice(["", "date"])
        if names[0].isdigit() and len(names[0]) == 4:
            title = random_.choice(["Year", "Year", "date"])
    else:
        every = random_.choice([4, 12, 12])
        first = random_.randint(1930, 2024 - count // every)
        names = [
            str(first + i // every) if i % every == 0 or every == 1 else "" for i in range(count)
        ]
        if count < 70:
            names = list(years(random_, count))
        elif random_.random() < 0.3:
            names = [MONTHS[(i // 9) % 12] for i in range(count)]
        title = random_.choice(["Year", "date", ""])
    most = random_.choice([5, 8, 10, 14, 30])
    axis = steps(names, sheet.words(title), most=most)
    marked = tuple((v, word) for v, word in axis.ticks if word)
    if len(marked) < 2:
        found = [(float(i), word) for i, word in enumerate(names) if word]
        marked = tuple(found[:: max(1, -(-len(found) // most))])
    turned = 0.0
    longest = max(sheet.canvas.length(word, sheet.style.size) for _, word in marked)
    if longest + 6 > sheet.room.width * 0.85 / len(marked):
        turned = upright(sheet, [word for _, word in marked], 1)
    return Axis(axis.low, axis.high, marked, axis.title, turned=turned)


def band(
    sheet: Sheet, plane: Plane, low: Values, high: Values, colour: str, opacity: float,
    smooth: bool = False,
) -> None:  # fmt: skip
    """The area between two lines."""
    upper: Sequence[Point] = [plane.at(i, float(v)) for i, v in enumerate(high)]
    lower = [plane.at(i, float(v)) for i, v in reversed(list(enumerate(low)))]
    draw = smooth_path if smooth else line_path
    path = draw(upper) + "L" + draw(lower)[1:] + "Z"
    sheet.canvas.path(path, colour, opacity=opacity)


def dots(sheet: Sheet, points: Sequence[Point], colour: str, hollow: bool) -> None:
    """Points on a line, filled or hollow."""
    radius = sheet.style.line + 1.5
    for x, y in points:
        fill = sheet.style.look.ground if hollow else colour
        sheet.canvas.circle(x, y, radius, fill, colour, 1.5)

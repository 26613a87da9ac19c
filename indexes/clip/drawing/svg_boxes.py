"""Box plots: thin whiskers, upright or lying, one box or many."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np

from indexes.clip.drawing.facts import Drawing, Renderer
from indexes.clip.drawing.svg_axes import Sheet, sizes, upright
from indexes.clip.drawing.svg_plane import Plane
from indexes.clip.drawing.svg_scales import bands, numeric
from indexes.clip.drawing.topics import years


def boxes(random_: random.Random) -> Drawing:
    """Boxes of categories, years or groups of categories."""
    count = random_.choice([1, 2, 3, 4, 5, 6, 8, 12, 20])
    lying = random_.random() < (0.7 if count == 1 else 0.35)
    width, height = sizes(random_)
    if random_.random() < 0.4:
        long = min(900.0, 80.0 + random_.choice([20, 30, 40]) * count)
        width, height = (width, max(70.0, long)) if lying else (max(110.0, long), height)
    sheet = Sheet(random_, count, 3, (width, height))
    names: tuple[str, ...] = sheet.subject.categories
    if count > len(names):
        names = years(random_, count)
    paired = len(names) < 7 and random_.random() < 0.25
    groups = sheet.subject.series[:3] if paired else ("",)
    colours = [sheet.colour(i) for i in range(max(len(groups), len(names)))]
    if paired:
        sheet.legend(groups, colours[: len(groups)])
    measure = sheet.subject.measure
    high = measure.high * 1.2
    values_axis = numeric(random_, measure.low, high, sheet.measure(), measure.unit)
    shown = names if count > 1 or random_.random() < 0.5 else ("",)
    if lying:
        plane = sheet.frame(values_axis, bands(shown), downwards=True)
    else:
        turned = upright(sheet, shown, sheet.room.width * 0.8)
        title = sheet.words(random_.choice(["", "Group", "Species"]))
        plane = sheet.frame(bands(shown, title, turned), values_axis)
    brush = _Brush(sheet, plane, lying)
    rng = np.random.default_rng(random_.getrandbits(32))
    medians = []
    varied = not paired and random_.random() < 0.3
    for i in range(len(names)):
        for k in range(len(groups)):
            scale = rng.uniform(0.05, 0.2)
            found = rng.normal(rng.uniform(0.25, 0.8), scale, 80) + rng.exponential(scale, 80)
            sample = measure.low + (measure.high - measure.low) * found
            wide = 1 / len(groups)
            brush.box(i + (k + 0.5) * wide, wide, sample, colours[i if varied else k])
            medians.append(float(np.median(sample)))
    best = {}
    if not paired and len(names) > 1:
        best = {"highest": names[int(np.argmax(medians))], "lowest": names[int(np.argmin(medians))]}
    details = ["with horizontal boxes"] if lying else []
    if brush.outliers:
        details.append("with outliers")
    return sheet.drawing(
        "box plot", details=details, y=measure.name, categories=names,
        series=groups if paired else (), parts=len(names) * len(groups), part="boxes", **best,
    )  # fmt: skip


class _Brush:
    """Draws boxes that all look alike."""

    def __init__(self, sheet: Sheet, plane: Plane, lying: bool) -> None:
        random_ = sheet.random
        self.sheet = sheet
        self.plane = plane
        self.lying = lying
        self.outliers = random_.random() < 0.5
        self.full = random_.random() < 0.3  # whiskers reach the extremes
        self.thick = random_.choice([0.3, 0.5, 0.65, 0.8])
        self.caps = random_.random() < 0.6
        self.filled = random_.random() < 0.75
        self.line = random_.choice([1.0, 1.0, 1.5, 2.0])
        self.middle = (
            random_.choice(["#ffffff", "#000000", "#d62728"]) if self.filled else "#d62728"
        )
        self.mean = random_.random() < 0.15

    def box(self, place: float, room: float, sample: np.ndarray, colour: str) -> None:
        """One box at a place on the axis of bands."""
        low, q1, median, q3, high = np.quantile(sample, [0, 0.25, 0.5, 0.75, 1])
        reach = 1.5 * (q3 - q1)
        if not self.full:
            low, high = sample[sample >= q1 - reach].min(), sample[sample <= q3 + reach].max()
        ink = self.sheet.style.look.ink if not self.filled else colour
        half = self.thick * room / 2
        self._line(place, low, place, q1, ink)
        self._line(place, q3, place, high, ink)
        if self.caps:
            self._line(place - half / 2, low, place + half / 2, low, ink)
            self._line(place - half / 2, high, place + half / 2, high, ink)
        a, b = self._at(place - half, float(q1)), self._at(place + half, float(q3))
        fill = colour if self.filled else "none"
        self.sheet.canvas.rect(*a, b[0] - a[0], b[1] - a[1], fill, ink, self.line)
        self._line(place - half, median, place + half, median, self.middle)
        if self.outliers and not self.full:
            for value in sample[(sample < low) | (sample > high)]:
                x, y = self._at(place, float(value))
                self.sheet.canvas.circle(x, y, 2.5, "none", ink, 1)
        if self.mean:
            x, y = self._at(place, float(sample.mean()))
            self.sheet.canvas.circle(x, y, 3, "#ffffff", "#000000", 1)

    def _at(self, place: float, value: float) -> tuple[float, float]:
        return self.plane.at(value, place) if self.lying else self.plane.at(place, value)

    def _line(self, p1: float, v1: float, p2: float, v2: float, colour: str) -> None:
        a, b = self._at(p1, float(v1)), self._at(p2, float(v2))
        self.sheet.canvas.line(*a, *b, colour, self.line)


RENDERERS: Mapping[str, tuple[Renderer, ...]] = {"box plot": (boxes,)}

"""Numbers that are the ticks of an axis: their values grow in step with their positions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log10

from ingest.boxes import union
from ingest.page import Line
from ingest.types import Box

_NUMBER = re.compile(
    r"(?P<sign>[-+−–±(<>≤≥~≈]*)\s?(?:US|C|A)?[$€£¥]?\s?(?P<minus>[-−–]?)"
    r"(?:(?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?)"
    r"|(?P<plain>\d+(?:[.,]\d+)?|\.\d+))\s?"
    r"(?P<unit>%|‰|°\s?[CF]?|[kKMBTmx×]|[mb]n|(?:m|b|tr)illion|[a-zµ]{1,2}|p\.?p\.?)?[)*†]{0,2}"
)
_SHORT_YEAR = re.compile(r"['’‘`](\d\d)")
_SCALE = {"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "million": 1e6, "B": 1e9, "bn": 1e9}
_SCALE |= {"billion": 1e9, "T": 1e12, "trillion": 1e12}

_LEAST_TICKS = 3
_SURE_TICKS = 4  # evenly stepped numbers that are ticks even between other numbers
_OFF = 0.4  # of a line's height: how far a tick stands from where its value puts it
_LEAST_SPAN = 0.15  # of the figure's side
_NEAR = 3  # numbers further along a row that a number is compared with
_ROUND = {"1.00", "2.00", "2.50", "3.00", "4.00", "5.00"}  # steps, to a power of ten
_POWERS = {"1.000", "2.000", "3.000", "5.000"}  # ticks of a logarithmic axis, likewise
_MOST_ODD = 0.3  # of the numbers in a row of ticks: misread, or no ticks
_JUST = 0.35  # of a line's height: the most that aligned edges differ


@dataclass(frozen=True, slots=True)
class Found:
    """An axis: indexes of the lines that are its ticks and its title."""

    vertical: bool
    ticks: tuple[int, ...]  # from the left, from the bottom
    box: Box  # around the ticks
    title: tuple[int, ...] = ()  # in reading order
    named: tuple[tuple[int, ...], ...] = ()  # an axis of words: the lines of each
    odd: tuple[int, ...] = ()  # numbers among the ticks that do not fit: most are misread

    @property
    def lines(self) -> set[int]:
        """All lines that belong to it."""
        return {*self.ticks, *self.odd, *self.title, *(i for name in self.named for i in name)}


@lru_cache(maxsize=4096)
def number(text: str) -> float | None:
    """The value that a short text states, signs and units apart; None when it states none."""
    short = _SHORT_YEAR.fullmatch(text)
    if short:
        year = int(short[1])
        return year + (2000 if year < 50 else 1900)
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return None
    grouped, plain = found["grouped"], found["plain"]
    value = float(re.sub("[, ]", "", grouped) if grouped else plain.replace(",", "."))
    minus = any(sign in "-−–(" for sign in found["sign"] + found["minus"])
    return (-value if minus else value) * _SCALE.get(found["unit"] or "", 1.0)


def usual_height(lines: Sequence[Line]) -> float:
    """The usual height of a line's box, in the unit of the boxes; 1 without lines.

    A third of the boxes are lower: those that OCR puts around slanted words are far too high.
    """
    heights = sorted(map(_height, lines)) or [1.0]
    return max(heights[len(heights) // 3], 1e-3)


def tick_runs(lines: Sequence[Line], whole: Box, height: float) -> list[Found]:
    """Numbers in a row or a column that grow in step with their positions; the longest first."""
    values = {i: v for i, line in enumerate(lines) if (v := number(line.text)) is not None}
    found: list[Found] = []
    for vertical in (True, False):
        for aligned in _aligned(lines, values, vertical, height):
            found += _steps(lines, values, aligned, vertical, height)
    chosen: list[Found] = []
    taken: set[int] = set()
    for run in sorted(found, key=lambda r: (-len(r.ticks), r.box)):
        side = 1 if run.vertical else 0
        span = run.box[side + 2] - run.box[side]
        enough = span > _LEAST_SPAN * (whole[side + 2] - whole[side])
        airy = span > 0.8 * height * (len(run.ticks) - 1)
        alone = not any(_beside(run, other) for other in chosen)
        if enough and airy and alone and not taken.intersection(run.ticks):
            chosen.append(run)
            taken.update(run.ticks)
    runs = [_whole(lines, values, run, taken, height) for run in chosen]
    ticks = {i for run in runs for i in run.ticks}
    quiet = [
        run
        for run in runs
        if sum(i not in ticks for i in _band(lines, values, run, height))
        <= _MOST_ODD * len(run.ticks)
    ]
    sure = [run for run in quiet if _outside(lines, values, run, ticks, height)]
    texts = {tuple(lines[i].text for i in run.ticks) for run in sure}  # of panels: they repeat
    return [run for run in quiet if tuple(lines[i].text for i in run.ticks) in texts]


def _beside(run: Found, other: Found) -> bool:
    """Whether one run stands among the numbers of another: misread ticks may be in step, too."""
    return run.vertical is other.vertical and all(
        min(run.box[side + 2], other.box[side + 2]) > max(run.box[side], other.box[side])
        for side in (0, 1)
    )


def _band(lines: Sequence[Line], values: dict[int, float], run: Found, height: float) -> list[int]:
    """The numbers in a run's row or column, over the whole figure."""
    side = 0 if run.vertical else 1
    low, high = run.box[side] - 0.3 * height, run.box[side + 2] + 0.3 * height
    return [i for i in values if low < middle(lines[i].box)[side] < high]


def _outside(
    lines: Sequence[Line],
    values: dict[int, float],
    run: Found,
    ticks: set[int],
    height: float,
) -> bool:
    """Whether no other numbers stand both before and behind a run: else it is in a grid."""
    if len(run.ticks) >= 2 * _SURE_TICKS:
        return True
    across, along = (0, 1) if run.vertical else (1, 0)
    before = behind = 0
    for i in values:
        box = lines[i].box
        if i in ticks or not run.box[along] < middle(box)[along] < run.box[along + 2]:
            continue
        before += box[across + 2] < run.box[across] - 0.3 * height
        behind += box[across] > run.box[across + 2] + 0.3 * height
    return min(before, behind) <= (1 if len(run.ticks) >= _SURE_TICKS else 0)


def _aligned(
    lines: Sequence[Line], values: dict[int, float], vertical: bool, height: float
) -> Iterator[list[int]]:
    """Groups of numbers that share an edge or a middle, each in the order of its positions."""
    edges = (0, 2) if vertical else (1, 3)
    seen: set[tuple[int, ...]] = set()
    able = [i for i in values if lines[i].horizontal or not vertical]
    low, high = edges
    for a, b, apart in ((low, low, _JUST), (high, high, _JUST), (low, high, _JUST), (low, high, 1)):
        key = {i: (lines[i].box[a] + lines[i].box[b]) / 2 for i in able}
        group: list[int] = []
        for i in sorted(able, key=key.__getitem__):
            if group and key[i] - key[group[-1]] > apart * height:
                yield from _once(lines, group, vertical, seen)
                group = []
            group.append(i)
        yield from _once(lines, group, vertical, seen)


def _once(
    lines: Sequence[Line], group: list[int], vertical: bool, seen: set[tuple[int, ...]]
) -> Iterator[list[int]]:
    ordered = sorted(group, key=lambda i: middle(lines[i].box)[1 if vertical else 0])
    if len(ordered) >= _LEAST_TICKS and tuple(ordered) not in seen:
        seen.add(tuple(ordered))
        yield ordered


def _steps(
    lines: Sequence[Line],
    values: dict[int, float],
    aligned: list[int],
    vertical: bool,
    height: float,
) -> Iterator[Found]:
    """The runs in a row or column, the longest first, if nearly all its numbers are in one."""
    places = [{i: place(lines[i], vertical) for i in aligned}]
    if not vertical:  # the labels may slant up to their ticks, which OCR does not tell
        places.append({i: lines[i].box.x1 for i in aligned})
    left = list(aligned)
    runs: list[Found] = []
    while len(left) >= _LEAST_TICKS:
        scales = list(_scales(values, left))
        best = max((_in_step(left, at, s, height) for at in places for s in scales), key=len)
        ordered = best[::-1] if vertical else best
        if not _is_scale([values[i] for i in ordered]):
            break
        runs.append(Found(vertical, tuple(ordered), union(lines[i].box for i in best)))
        left = [i for i in left if i not in best]
    if len(left) <= _MOST_ODD * len(aligned):  # else they are the numbers of bars or cells
        yield from runs


def _whole(
    lines: Sequence[Line], values: dict[int, float], run: Found, taken: set[int], height: float
) -> Found:
    """A run with the ticks at its ends that were moved to fit on the picture, and the odd ones."""
    along = 1 if run.vertical else 0
    free = [i for i in _band(lines, values, run, height) if i not in taken]
    ticks = list(run.ticks)
    at = {i: middle(lines[i].box)[along] for i in (*ticks, *free)}
    slope = (at[ticks[-1]] - at[ticks[0]]) / (values[ticks[-1]] - values[ticks[0]])
    step = min(abs(values[b] - values[a]) for a, b in pairwise(ticks))
    for end, outwards in ((ticks[0], -1), (ticks[-1], 1)):
        beyond = [i for i in free if (at[i] - at[end]) * outwards * (-1 if along else 1) > 0]
        if not beyond:
            continue
        i = min(beyond, key=lambda i, end=end: abs(at[i] - at[end]))  # type: ignore[misc]
        box, change = lines[i].box, values[i] - values[end]
        off = abs(at[end] + slope * change - at[i])
        if abs(change) < step * 1.01 and off < 0.8 * max(box.x1 - box.x0, box.y1 - box.y0):
            ticks = [i, *ticks] if outwards < 0 else [*ticks, i]
    box = union(lines[i].box for i in ticks)
    odd = (i for i in free if i not in ticks and box[along] < at[i] < box[along + 2])
    return Found(run.vertical, tuple(ticks), box, odd=tuple(odd))


def _scales(values: dict[int, float], indexes: Sequence[int]) -> Iterator[dict[int, float]]:
    yield {i: values[i] for i in indexes}
    if all(values[i] > 0 and f"{values[i]:.3e}"[:5] in _POWERS for i in indexes):
        yield {i: log10(values[i]) for i in indexes}


def _in_step(
    indexes: Sequence[int], at: dict[int, float], value: dict[int, float], height: float
) -> list[int]:
    """The most numbers, hardly interrupted, whose values and positions lie on one line."""
    best: list[int] = []
    for a, first in enumerate(indexes):
        for second in indexes[a + 1 : a + 1 + _NEAR]:
            change = value[second] - value[first]
            length = at[second] - at[first]
            if change == 0 or length < 0.5 * height:
                continue
            slope = length / change
            fitting = [
                i
                for i in indexes
                if abs(at[first] + slope * (value[i] - value[first]) - at[i]) < _OFF * height
            ]
            if len(fitting) <= len(best) or len({value[i] for i in fitting}) < len(fitting):
                continue
            inside = indexes.index(fitting[-1]) - indexes.index(fitting[0]) + 1
            if inside - len(fitting) <= len(fitting) // 4:
                best = fitting
    return best


def _is_scale(values: Sequence[float]) -> bool:
    """Whether values step as on a scale: mostly by the same, or by powers; up, or many down."""
    if len(values) < _LEAST_TICKS or (values[0] > values[-1] and len(values) < _SURE_TICKS + 1):
        return False
    steps = [f"{b - a:.4e}" for a, b in pairwise(values)]
    same = max(map(steps.count, steps))
    if len(values) < _SURE_TICKS:
        return same == len(steps) and steps[0].lstrip("-")[:4] in _ROUND
    return same >= 0.5 * len(steps) or all(f"{v:.3e}"[:5] in _POWERS for v in values)


def place(line: Line, vertical: bool) -> float:
    """Where along the axis a tick points: a slanted label by its end, others by their middle."""
    x, y = middle(line.box)
    if vertical:
        return y
    slanted = not line.horizontal and line.box.x1 - line.box.x0 > 0.5 * (line.box.y1 - line.box.y0)
    return line.box.x1 if slanted else x


def _height(line: Line) -> float:
    x0, y0, x1, y1 = line.box
    return y1 - y0 if line.horizontal else min(x1 - x0, y1 - y0)


def middle(box: Box) -> tuple[float, float]:
    """The point in the middle of a box."""
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2

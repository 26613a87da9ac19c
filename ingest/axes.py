"""The axes of a chart, by the geometry of the words in it: ticks, and the title beside them.

Numbers are an axis's ticks only where their values grow in step with their positions, evenly or
by powers; words are only where they stand evenly under a vertical axis. What meets no rule is
left out: a wrong axis is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.boxes import union
from ingest.page import Line
from ingest.reading_order import rows
from ingest.ticks import Found, middle, number, place, tick_runs, usual_height
from ingest.types import Box

_PANEL = re.compile(r"\(?[a-zA-Z0-9]{1,2}[).:]\s?|(?:source|note)s?\b", re.IGNORECASE)
_MOST_LINES = 400  # in a figure: more are a drawing's or a map's, and no chart's
_LEAST_TICKS = 3
_SURE_TICKS = 4  # evenly stepped numbers that are ticks even between other numbers
_MOST_CATEGORIES = 40
_MOST_BARE = 40  # lines in a chart without ticks
_FAR = 4  # heights of a line: from an axis's ticks to what belongs to them
_DEEP = 3  # more lines of a category
_LONG = 90
_UNEVEN = 0.15  # of their distance: how unevenly categories stand


def find_axes(lines: Sequence[Line]) -> list[Found]:
    """The axes of the chart that `lines` stand in: vertical ones first, each from the left."""
    if not lines or len(lines) > _MOST_LINES:
        return []
    height = usual_height(lines)
    whole = union(line.box for line in lines)
    runs = tick_runs(lines, whole, height)
    columns = _columns([r for r in runs if r.vertical])
    level = [r for r in runs if not r.vertical]
    used = {i for run in (*columns, *level) for i in run.lines}
    for column in columns:
        if not any(_meets(column, row, height) for row in level):
            named = _categories(lines, column, columns, used, whole, height)
            if named:
                level.append(named)
                used |= named.lines
    if not columns and not level:
        below = _under_numbers(lines, used, height)
        if below is None:
            return _bare(lines, whole)
        level.append(below)
        used |= below.lines
    if not (columns and level) and _doubtful((*columns, *level), height):
        return []
    found = [_titled(lines, axis, (*columns, *level), used, height) for axis in (*columns, *level)]
    return sorted(found, key=lambda axis: (not axis.vertical, axis.box.x0, axis.box.y0))


def _columns(runs: Sequence[Found]) -> list[Found]:
    """Vertical axes; a shorter column right of one is the scale of a legend."""
    kept: list[Found] = []
    for run in sorted(runs, key=lambda r: r.box.x0):
        lefts = [k for k in kept if _share(k.box, run.box, 1) > 0.5]
        tall = max((k.box.y1 - k.box.y0 for k in lefts), default=0.0)
        if run.box.y1 - run.box.y0 > 0.8 * tall:
            kept.append(run)
    return kept


def _share(a: Box, b: Box, side: int) -> float:
    """How much of the shorter of two spans, across (0) or down (1), lies in the other."""
    shared = min(a[side + 2], b[side + 2]) - max(a[side], b[side])
    return shared / max(min(a[side + 2] - a[side], b[side + 2] - b[side]), 1e-6)


def _doubtful(axes: Sequence[Found], height: float) -> bool:
    """Whether axes of one direction alone may be numbers in a grid, or of a drawing's parts."""
    few = min(len(axis.ticks) + len(axis.odd) for axis in axes) <= _SURE_TICKS
    tops = [axis.box.y0 for axis in axes if not axis.vertical] or [0.0]
    return (few and not any(axis.named for axis in axes)) or max(tops) - min(tops) > height


def _bare(lines: Sequence[Line], whole: Box) -> list[Found]:
    """Axes without ticks: the one turned line at the left, and the one line at the foot."""
    turned = [i for i, line in enumerate(lines) if not line.horizontal and _tall(line.box)]
    lowest = max(range(len(lines)), key=lambda i: lines[i].box.y0)
    if len(turned) != 1 or len(lines) > _MOST_BARE:
        return []
    [up], foot = turned, lines[lowest]
    left = lines[up].box.x1 < whole.x0 + 0.3 * (whole.x1 - whole.x0)
    alone = sum(_share(line.box, foot.box, 1) > 0.3 for line in lines) == 1
    right = middle(foot.box)[0] > lines[up].box.x1 and foot.box.y0 > lines[up].box.y1
    named = all(sum(map(str.isalpha, lines[i].text)) >= 3 for i in (up, lowest))
    goes_on = any(
        _share(line.box, foot.box, 0) > 0.5 and 0 < foot.box.y0 - line.box.y0 < 1.6 * foot.size
        for line in lines
    )
    if (
        goes_on
        or not (left and alone and right and named)
        or _PANEL.match(foot.text)
        or len(foot.text) > 40
    ):
        return []
    return [
        Found(True, (), lines[up].box, title=(up,)),
        Found(False, (), foot.box, title=(lowest,)),
    ]


def _meets(column: Found, row: Found, height: float) -> bool:
    """Whether a row of ticks runs off the foot, or the head, of a column of them."""
    foot = -height < row.box.y0 - middle(column.box)[1] and (
        -1.5 * height < row.box.y0 - column.box.y1 + height < _FAR * height
    )
    head = 0 < column.box.y0 - row.box.y0 < _FAR * height
    beside = row.box.x1 > column.box.x1 and row.box.x0 > column.box.x0 - height
    other_side = row.box.x0 < column.box.x0 and row.box.x1 < column.box.x1 + height
    return (foot or head) and (beside or other_side)


def _categories(
    lines: Sequence[Line],
    column: Found,
    columns: Sequence[Found],
    used: set[int],
    whole: Box,
    height: float,
) -> Found | None:
    """Words that stand evenly under a vertical axis, from its foot to the next one's."""
    rights = [c.box.x0 for c in columns if c.box.x0 > column.box.x1 + height]
    edge = min(rights, default=whole.x1 + height)
    under = [
        i
        for i, line in enumerate(lines)
        if i not in used
        and -0.6 * height < line.box.y0 - column.box.y1 + 0.7 * height < _FAR * height
        and column.box.x0 < middle(line.box)[0] < edge
    ]
    if not under:
        return None
    top = min(lines[i].box.y0 for i in under)
    first = [i for i in under if lines[i].box.y0 - top < 0.6 * height]
    first.sort(key=lambda i: place(lines[i], vertical=False))
    at = [place(lines[i], vertical=False) for i in first]
    distances = [b - a for a, b in pairwise(at)]
    if not _LEAST_TICKS - 1 <= len(first) <= _MOST_CATEGORIES or min(distances) < height:
        return None
    usual = median(distances)
    uneven = max(abs(d - usual) for d in distances) > max(_UNEVEN * usual, 0.5 * height)
    wide = at[-1] - at[0] > 0.3 * (edge - column.box.x1)
    wordy = len(first) >= _SURE_TICKS or all(number(lines[i].text) is None for i in first)
    if uneven or not wide or not wordy:
        return None
    return _named(lines, first, used, usual, height)


def _under_numbers(lines: Sequence[Line], used: set[int], height: float) -> Found | None:
    """The lowest row of words that each stand centred under a number: what bars are named by."""
    boxes = [line.box for line in lines]
    upright = [i for i, line in enumerate(lines) if line.horizontal and i not in used]
    numbers = [boxes[i] for i in upright if number(lines[i].text) is not None]
    for row in rows(upright, boxes)[::-1]:
        if len(row) < _SURE_TICKS or any(number(lines[i].text) is not None for i in row):
            continue
        over = sum(
            any(
                abs(middle(n)[0] - middle(boxes[i])[0]) < 0.8 * height and n.y1 < boxes[i].y1
                for n in numbers
            )
            for i in row
        )
        if over >= max(_LEAST_TICKS, 0.8 * len(row)):
            step = min(boxes[b].x0 - boxes[a].x0 for a, b in pairwise(row))
            return _named(lines, row, used, step, height)
    return None


def _named(
    lines: Sequence[Line], first: Sequence[int], used: set[int], step: float, height: float
) -> Found:
    """An axis of words, each with the lines that go on under it."""
    more = {i: _continued(lines, i, used.union(first), step, height) for i in first}
    common = sum(sum(len(m) > n for m in more.values()) > 0.6 * len(first) for n in range(_DEEP))
    named = tuple((i, *more[i][:common]) for i in first)  # a line under one alone is no part of it
    members = [i for name in named for i in name]
    return Found(False, tuple(first), union(lines[i].box for i in members), named=named)


def _continued(
    lines: Sequence[Line], above: int, used: set[int], step: float, height: float
) -> list[int]:
    """The lines that go on right under a category, centred on it."""
    found: list[int] = []
    last = lines[above].box
    if not lines[above].horizontal:
        return found
    below = sorted((i for i in range(len(lines)) if i not in used), key=lambda i: lines[i].box.y0)
    for i in below:
        box = lines[i].box
        close = -0.3 * height < box.y0 - last.y1 < 0.45 * height and box.y0 > last.y0 + 0.3 * height
        centred = abs(middle(box)[0] - middle(last)[0]) < 0.6 * height
        narrow = box.x1 - box.x0 < 1.1 * step
        if close and centred and narrow and lines[i].horizontal and len(found) < _DEEP:
            found.append(i)
            last = box
    return found


def _titled(
    lines: Sequence[Line], axis: Found, axes: Sequence[Found], used: set[int], height: float
) -> Found:
    free = [
        i
        for i, line in enumerate(lines)
        if i not in used and number(line.text) is None and sum(map(str.isalpha, line.text)) >= 2
    ]
    find = _beside if axis.vertical else _under
    return replace(axis, title=tuple(find(lines, axis, axes, free, height)))


def _beside(
    lines: Sequence[Line], axis: Found, axes: Sequence[Found], free: Sequence[int], height: float
) -> list[int]:
    """Turned lines left of a vertical axis, or right of it, that stand within its height."""
    for side in (-1, 1):
        near = []
        for i in free:
            box = lines[i].box
            gap = axis.box.x0 - box.x1 if side < 0 else box.x0 - axis.box.x1
            inside = axis.box.y0 - height < middle(box)[1] < axis.box.y1 + height
            if not lines[i].horizontal and _tall(box) and inside and -0.5 * height < gap:
                near.append((gap, i))
        near.sort()
        if not near or near[0][0] > _FAR * height:
            continue
        chosen = [near[0]]
        for gap, i in near[1:]:
            if gap - chosen[-1][0] < 1.8 * height:
                chosen.append((gap, i))
        others = [a for a in axes if a.vertical and a is not axis]
        if any(_between(lines[near[0][1]].box, axis.box, a.box) for a in others):
            continue
        return _upwards(lines, [i for _, i in chosen])
    return []


def _upwards(lines: Sequence[Line], turned: Sequence[int]) -> list[int]:
    """Turned lines as they are read: the left ones first, the pieces of one from the bottom up."""
    columns: list[list[int]] = []
    for i in sorted(turned, key=lambda i: lines[i].box.x0):
        if columns and _share(lines[columns[-1][0]].box, lines[i].box, 0) > 0.5:
            columns[-1].append(i)
        else:
            columns.append([i])
    return [i for c in columns for i in sorted(c, key=lambda i: -lines[i].box.y0)]


def _tall(box: Box) -> bool:
    return box.y1 - box.y0 > box.x1 - box.x0


def _between(a: Box, b: Box, other: Box) -> bool:
    low, high = sorted((middle(a)[0], middle(b)[0]))
    return low < middle(other)[0] < high and _share(b, other, 1) > 0.5


def _under(
    lines: Sequence[Line], axis: Found, axes: Sequence[Found], free: Sequence[int], height: float
) -> list[int]:
    """The line alone under a horizontal axis (or over one at the top), centred to its ticks."""
    span = axis.box.x1 - axis.box.x0
    centre = middle(axis.box)[0]
    for side in (1, -1):
        near = []
        for i in free:
            line = lines[i]
            gap = line.box.y0 - axis.box.y1 if side > 0 else axis.box.y0 - line.box.y1
            off = abs(middle(line.box)[0] - centre)
            if line.horizontal and off < 0.6 * span and -0.5 * height < gap < 2.2 * height:
                near.append((gap, off, i))
        near.sort()
        row = [n for n in near if n[0] - near[0][0] < 0.6 * height]
        if len(row) == 1 and row[0][1] < max(0.12 * span, height):
            title = lines[row[0][2]]
            nearer = any(0 <= a.box.y0 - title.box.y1 < 2.5 * height for a in axes if a.vertical)
            if not nearer and not _PANEL.match(title.text) and len(title.text) <= _LONG:
                return [row[0][2]]
        if side > 0 and row:
            return []
    return []

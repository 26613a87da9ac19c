"""The order in which a page's pieces are read: columns, bands between spanning pieces, rows.

A recursive XY-cut (Nagy and Seth 1984) in which a cut may be crossed: pieces that span two
columns (titles, wide figures) divide a region into bands, and the columns are read band by
band, as in "spanning elements" of Meunier's optimised XY-cut (ICDAR 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ingest.types import Box

_BIN = 1.0  # points: the resolution at which gutters are seen
_DEPTH = 12


def reading_order(boxes: Sequence[Box], size: float) -> list[int]:
    """Indexes of `boxes` in the order in which they are read.

    `size` is the body's font size in points: a gutter is at least 0.6 of it wide.
    """
    return _order(list(range(len(boxes))), boxes, size, _DEPTH)


def rows(indexes: Sequence[int], boxes: Sequence[Box]) -> list[list[int]]:
    """`indexes` grouped by baseline, top to bottom, each row from left to right."""
    found: list[list[int]] = []
    top = bottom = 0.0
    for index in sorted(indexes, key=lambda i: (boxes[i].y0 + boxes[i].y1, boxes[i].x0)):
        box = boxes[index]
        shared = min(box.y1, bottom) - max(box.y0, top)
        if found and shared > 0.5 * min(box.y1 - box.y0, bottom - top):
            found[-1].append(index)
        else:
            found.append([index])
            top, bottom = box.y0, box.y1
    for row in found:
        row.sort(key=lambda i: boxes[i].x0)
    return found


def _order(indexes: list[int], boxes: Sequence[Box], size: float, depth: int) -> list[int]:
    if len(indexes) < 2:
        return indexes
    gutter = _gutter(indexes, boxes, size) if depth and len(indexes) > 2 else None
    if gutter is None:
        halves = _widest_gap(indexes, boxes, size) if depth and len(indexes) > 4 else None
        if halves:
            return [i for half in halves for i in _order(half, boxes, size, depth - 1)]
        return [index for row in rows(indexes, boxes) for index in row]
    ordered: list[int] = []
    for spanning, left, right in _bands(indexes, boxes, gutter):
        for part in (spanning, left, right):
            ordered += _order(part, boxes, size, depth - 1)
    return ordered


def _bands(
    indexes: Sequence[int], boxes: Sequence[Box], gutter: float
) -> list[tuple[list[int], list[int], list[int]]]:
    """(what spans the gutter, what follows it left, what follows it right), top to bottom."""
    bands: list[tuple[list[int], list[int], list[int]]] = [([], [], [])]
    for index in sorted(indexes, key=lambda i: boxes[i].y0 + boxes[i].y1):
        box = boxes[index]
        if box.x0 < gutter < box.x1:
            if bands[-1][1] or bands[-1][2]:
                bands.append(([], [], []))
            bands[-1][0].append(index)
        else:
            bands[-1][1 if box.x1 <= gutter else 2].append(index)
    return bands


def _gutter(indexes: Sequence[int], boxes: Sequence[Box], size: float) -> float | None:
    """The x that best divides the region into columns, or None if nothing does."""
    left = min(boxes[i].x0 for i in indexes)
    right = max(boxes[i].x1 for i in indexes)
    count = int((right - left) / _BIN) + 1
    steps = [0.0] * (count + 1)
    total = 0.0
    for i in indexes:
        x0, y0, x1, y1 = boxes[i]
        steps[int((x0 - left) / _BIN)] += y1 - y0
        steps[min(count, int((x1 - left) / _BIN) + 1)] -= y1 - y0
        total += y1 - y0
    cover = list(accumulate(steps[:count]))
    best: tuple[float, float] | None = None
    for start, stop, low in _valleys(cover, total):
        if _width(cover, start, stop) * _BIN < 0.6 * size:
            continue
        middle = left + (start + stop) / 2 * _BIN
        gain = _side_by_side(indexes, boxes, middle, size) - low
        if gain > 0 and (best is None or gain > best[0]):
            best = (gain, middle)
    return best[1] if best else None


def _valleys(cover: Sequence[float], total: float) -> list[tuple[int, int, float]]:
    """Runs of bins that less is over than over what lies on both sides: (start, stop, height)."""
    found: list[tuple[int, int, float]] = []
    high_left = list(accumulate(cover, max))
    high_right = list(accumulate(reversed(cover), max))[::-1]
    start = 0
    while start < len(cover):
        stop = start
        while stop < len(cover) and cover[stop] == cover[start]:
            stop += 1
        low = cover[start]
        if low < 0.6 * min(high_left[start], high_right[stop - 1]) and low < 0.5 * total:
            if found and found[-1][1] == start and low > found[-1][2]:
                pass  # the slope that leads out of a valley
            elif found and found[-1][1] == start:
                found[-1] = (start, stop, low)
            else:
                found.append((start, stop, low))
        start = stop
    return found


def _width(cover: Sequence[float], start: int, stop: int) -> int:
    """Bins of a valley's floor with its nearly free sides, where a few lines end late."""
    limit = cover[start] + 0.12 * min(max(cover[:start], default=0), max(cover[stop:], default=0))
    while start > 0 and cover[start - 1] <= limit:
        start -= 1
    while stop < len(cover) and cover[stop] <= limit:
        stop += 1
    return stop - start


def _side_by_side(indexes: Sequence[int], boxes: Sequence[Box], x: float, size: float) -> float:
    """Height along which text stands on both sides of `x` in columns; 0 if they are no columns."""
    sides: tuple[list[Box], list[Box]] = ([], [])
    for i in indexes:
        box = boxes[i]
        if box.x1 <= x:
            sides[0].append(box)
        elif box.x0 >= x:
            sides[1].append(box)
    if not sides[0] or not sides[1]:
        return 0.0
    if _looks_like_rows(sides, size):
        return 0.0
    crossing = [boxes[i] for i in indexes if boxes[i].x0 < x < boxes[i].x1]
    shared = 0.0
    for top, bottom in _between(crossing, sides):
        spans = [
            [(max(b.y0, top), min(b.y1, bottom)) for b in side if b.y0 < bottom and b.y1 > top]
            for side in sides
        ]
        if all(spans):
            low = max(min(s[0] for s in span) for span in spans)
            high = min(max(s[1] for s in span) for span in spans)
            shared += max(0.0, high - low)
    return shared if shared > 2.2 * size or len(indexes) == 2 else 0.0


def _between(
    crossing: Sequence[Box], sides: tuple[list[Box], list[Box]]
) -> list[tuple[float, float]]:
    """Strips of height that no crossing piece is in."""
    top = min(box.y0 for side in sides for box in side)
    end = max(box.y1 for side in sides for box in side)
    strips: list[tuple[float, float]] = []
    for box in sorted(crossing, key=lambda b: b.y0):
        if box.y0 > top:
            strips.append((top, box.y0))
        top = max(top, box.y1)
    if end > top:
        strips.append((top, end))
    return strips


def _looks_like_rows(sides: tuple[list[Box], list[Box]], size: float) -> bool:
    """Whether left and right belong together row by row: list marks, labels and their values."""
    widths = [sorted(box.x1 - box.x0 for box in side) for side in sides]
    typical = [width[(3 * len(width)) // 4] for width in widths]
    if min(typical) < 3 * size:
        narrow = sides[0] if typical[0] <= typical[1] else sides[1]
        wide = sides[1] if narrow is sides[0] else sides[0]
        paired = sum(any(_level(a, b) < 0.4 * size for b in wide) for a in narrow)
        return paired > 0.6 * len(narrow)
    if typical[0] < 12 * size:
        left, right = sides
        paired = sum(any(_level(a, b) < 0.3 * size for b in left) for a in right)
        starts = {round(b.x0 / 3) for b in right}
        return paired > 0.75 * len(right) and len(right) <= 1.25 * len(left) and len(starts) < 4
    return False


def _level(a: Box, b: Box) -> float:
    """How far the middles of two boxes are apart down the page."""
    return abs(a.y0 + a.y1 - b.y0 - b.y1) / 2


def _widest_gap(
    indexes: Sequence[int], boxes: Sequence[Box], size: float
) -> tuple[list[int], list[int]] | None:
    """The region divided at its widest free strip across, if that is wider than a line's."""
    ordered = sorted(indexes, key=lambda i: boxes[i].y0)
    best, at, bottom = 0.9 * size, 0, boxes[ordered[0]].y1
    for position, index in enumerate(ordered):
        gap = boxes[index].y0 - bottom
        if gap > best:
            best, at = gap, position
        bottom = max(bottom, boxes[index].y1)
    return (ordered[:at], ordered[at:]) if at else None

"""Phrases of a figure: lines of text, those joined that one label runs over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.boxes import union
from ingest.page import Line
from ingest.reading_order import reading_order, rows
from ingest.ticks import number
from ingest.types import Box

_PITCH = 1.38  # font sizes from one line of a label to the next


@dataclass(frozen=True, slots=True)
class Phrase:
    """Lines that are read as one."""

    lines: tuple[int, ...]  # indexes, from the top
    box: Box
    text: str


def join_lines(
    lines: Sequence[Line], left: set[int], starts: set[int], height: float
) -> list[Phrase]:
    """The lines, those joined that one label runs over; `starts` begin one."""
    free = sorted(left, key=lambda i: (lines[i].box.y0, lines[i].box.x0))
    numbers = [lines[i].box for i in free if number(lines[i].text) is not None]
    led = {i: number_after(lines[i].box, numbers, [lines[k].box for k in free]) for i in free}
    upright = [i for i in free if lines[i].horizontal]
    words = [i for i in upright if number(lines[i].text) is None]
    below = {i: [j for j in upright if _goes_on(lines[i], lines[j], height)] for i in words}
    uppers = Counter(j for after in below.values() for j in after)
    follows: dict[int, int] = {}
    for i, after in below.items():
        if len(after) != 1 or uppers[after[0]] != 1 or after[0] in starts:
            continue
        if not (led[i] and led[after[0]] and led[i] != led[after[0]]):
            follows[i] = after[0]
    continuing = set(follows.values())
    found: list[Phrase] = []
    for i in free:
        if i in continuing:
            continue
        chain = [i]
        while chain[-1] in follows:
            chain.append(follows[chain[-1]])
        box = union(lines[k].box for k in chain)
        found.append(Phrase(tuple(chain), box, " ".join(lines[k].text for k in chain)))
    return found


def _goes_on(a: Line, b: Line, height: float) -> bool:
    """Whether `b` is the next line of the label that `a` is in."""
    if number(b.text) is not None and "%" not in b.text:
        return False
    pitch = (b.box.y0 + b.box.y1 - a.box.y0 - a.box.y1) / 2
    if not 0.6 * a.size < pitch < _PITCH * max(a.size, b.size) or a.bold != b.bold:
        return False
    if not 0.8 < a.size / max(b.size, 1e-3) < 1.25:
        return False
    near = 0.4 * height
    left, right = abs(a.box.x0 - b.box.x0) < near, abs(a.box.x1 - b.box.x1) < near
    return left or right or abs(a.box.x0 + a.box.x1 - b.box.x0 - b.box.x1) < 2 * near


def number_after(box: Box, numbers: Collection[Box], boxes: Sequence[Box]) -> Box | None:
    """The number that is the first thing to the right of a phrase, if it is one."""
    middle = (box.y0 + box.y1) / 2
    behind = [b for b in boxes if b.y0 < middle < b.y1 and b.x0 > box.x1]
    first = min(behind, default=None)
    return first if first in numbers else None


def in_order(phrases: Sequence[Phrase], *, by_row: bool = False) -> list[Phrase]:
    """Phrases as they are read: by columns where there are some, or row by row."""
    if len(phrases) < 2:
        return list(phrases)
    boxes = [p.box for p in phrases]
    if by_row:
        return [phrases[i] for row in rows(range(len(boxes)), boxes) for i in row]
    return [phrases[i] for i in reading_order(boxes, _font_size(boxes))]


def _font_size(boxes: Sequence[Box]) -> float:
    """Three quarters of the smallest side's median: about the font's size."""
    sides = sorted(min(b.x1 - b.x0, b.y1 - b.y0) for b in boxes)
    return max(0.75 * sides[len(sides) // 2], 1e-3)

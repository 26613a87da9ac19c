"""Arithmetic of boxes, and finding which boxes hang together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ingest.types import Box

_CELL = 2.0  # points: the resolution at which boxes are seen to touch


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of `boxes` (at least one)."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


def intersection(a: Box, b: Box) -> Box:
    """Where two boxes overlap; a box of no area when they do not."""
    x0, y0 = max(a.x0, b.x0), max(a.y0, b.y0)
    return Box(x0, y0, max(x0, min(a.x1, b.x1)), max(y0, min(a.y1, b.y1)))


def area(box: Box) -> float:
    """Square points."""
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def overlap(a: Box, b: Box) -> float:
    """The part of `a`'s area that lies in `b`, 0 to 1."""
    return area(intersection(a, b)) / max(area(a), 1e-6)


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0 to 1."""
    shared = area(intersection(a, b))
    return shared / max(area(a) + area(b) - shared, 1e-6)


def grow(box: Box, by: float) -> Box:
    """`box` with `by` points more on each side."""
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def centre_in(inner: Box, outer: Box) -> bool:
    """Whether the centre of `inner` lies in `outer`."""
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x <= outer.x1 and outer.y0 <= y <= outer.y1


def gaps(a: Box, b: Box) -> tuple[float, float]:
    """The free distance between two boxes across and down, points; negative where they overlap."""
    return max(a.x0, b.x0) - min(a.x1, b.x1), max(a.y0, b.y0) - min(a.y1, b.y1)


def clusters(boxes: Sequence[Box], gap: float) -> list[list[int]]:
    """Indexes of `boxes` in groups whose members are chained by distances under `gap` points.

    Boxes are painted on a grid of 2 points and the connected cells labelled row by row, so that
    the time grows with the number of boxes and not with its square.
    """
    if not boxes:
        return []
    grown = np.asarray(boxes, dtype=np.float64) + np.array([-1, -1, 1, 1]) * gap / 2
    low = grown[:, :2].min(axis=0)
    cells = np.floor((grown - np.concatenate([low, low])) / _CELL).astype(np.int64)
    labels = _components(_painted(cells))
    groups: dict[int, list[int]] = {}
    for index, label in enumerate(labels[cells[:, 1], cells[:, 0]].tolist()):
        groups.setdefault(label, []).append(index)
    return list(groups.values())


def _painted(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which cells (rows, columns) some box covers: corners marked, then summed both ways."""
    x0, y0, x1, y1 = cells.T
    marks = np.zeros((y1.max() + 2, x1.max() + 2), dtype=np.int64)
    np.add.at(marks, (y0, x0), 1)
    np.add.at(marks, (y1 + 1, x1 + 1), 1)
    np.add.at(marks, (y0, x1 + 1), -1)
    np.add.at(marks, (y1 + 1, x0), -1)
    return np.asarray(marks.cumsum(axis=0).cumsum(axis=1) > 0)


def _components(painted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """A label for each painted cell, the same for cells that touch; 0 elsewhere."""
    labels = np.zeros(painted.shape, dtype=np.int64)
    parents = [0]

    def root(label: int) -> int:
        while parents[label] != label:
            parents[label] = parents[parents[label]]
            label = parents[label]
        return label

    above: list[tuple[int, int, int]] = []
    for row in range(painted.shape[0]):
        runs: list[tuple[int, int, int]] = []
        steps = np.flatnonzero(np.diff(painted[row], prepend=False, append=False)).tolist()
        at = 0
        for start, stop in zip(steps[::2], steps[1::2], strict=True):
            while at < len(above) and above[at][1] < start:
                at += 1
            touching = at
            label = 0
            while touching < len(above) and above[touching][0] <= stop:
                other = root(above[touching][2])
                if label and label != other:
                    parents[max(label, other)] = min(label, other)
                label = min(label, other) if label else other
                touching += 1
            if not label:
                label = len(parents)
                parents.append(label)
            labels[row, start:stop] = label
            runs.append((start, stop, label))
        above = runs
    return np.array([root(label) for label in range(len(parents))], dtype=np.int64)[labels]

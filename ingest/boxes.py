"""Arithmetic of boxes, and finding which boxes hang together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ingest.types import Box

_CELL = 2.0  # points: the resolution at which boxes are seen to touch
_MOST_CELLS = 2500  # a side: what lies further apart (no paper does) is seen more coarsely


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


def painted_area(boxes: Sequence[Box]) -> float:
    """The area that `boxes` cover together, to the nearest cells of 2 points; square points."""
    cells, side = _cells(np.asarray(boxes, dtype=np.float64))
    return float(_painted(cells).sum()) * side**2


def clusters(boxes: Sequence[Box], gap: float) -> list[list[int]]:
    """Indexes of `boxes` in groups whose members are chained by distances under `gap` points.

    Boxes are painted on a grid of 2 points and the connected cells labelled row by row, so that
    the time grows with the number of boxes and not with its square.
    """
    if not boxes:
        return []
    grown = np.asarray(boxes, dtype=np.float64) + np.array([-1, -1, 1, 1]) * gap / 2
    cells, _ = _cells(grown)
    labels = _components(_painted(cells))
    groups: dict[int, list[int]] = {}
    for index, label in enumerate(labels[cells[:, 1], cells[:, 0]].tolist()):
        groups.setdefault(label, []).append(index)
    return list(groups.values())


def _cells(boxes: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], float]:
    """Boxes (n, 4) in whole cells, counted from the outermost box; and a cell's side in points."""
    low = boxes[:, :2].min(axis=0)
    reach = float((boxes[:, 2:].max(axis=0) - low).max())
    side = max(_CELL, reach / _MOST_CELLS)
    cells = np.floor((boxes - np.concatenate([low, low])) / side)
    return np.asarray(cells, dtype=np.int64), side


def _painted(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which cells (rows, columns) some box covers: corners marked, then summed both ways."""
    x0, y0, x1, y1 = cells.T
    marks = np.zeros((y1.max() + 2, x1.max() + 2), dtype=np.int32)
    np.add.at(marks, (y0, x0), 1)
    np.add.at(marks, (y1 + 1, x1 + 1), 1)
    np.add.at(marks, (y0, x1 + 1), -1)
    np.add.at(marks, (y1 + 1, x0), -1)
    return np.asarray(marks.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32) > 0)


def _components(painted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """A label for each painted cell, the same for cells that touch; 0 elsewhere."""
    edges = np.diff(np.pad(painted.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    stops = np.nonzero(edges == -1)[1]
    parents = list(range(len(rows)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    runs = list(zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True))
    above = 0  # the first run of the row above that may touch
    for run, (row, start, stop) in enumerate(runs):
        while runs[above][0] < row - 1 or (runs[above][0] == row - 1 and runs[above][2] < start):
            above += 1
        touching = above
        while runs[touching][0] == row - 1 and runs[touching][1] <= stop:
            parents[root(touching)] = root(run)
            touching += 1
    labels = np.zeros(painted.shape, dtype=np.int64)
    labels[painted] = np.repeat([root(run) + 1 for run in range(len(runs))], stops - starts)
    return labels

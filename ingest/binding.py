"""Which graphics belong to which caption.

After Clark and Divvala (2016): around each caption regions are proposed, above, below, left and
right, each as far as running text, tables and other captions allow; then one region for each
caption is chosen, all of a page together, so that no two captions have the same graphics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from ingest.boxes import area, gaps, overlap, union
from ingest.graphics import Cluster
from ingest.types import Box

_SIDES = ("above", "below", "left", "right")
_SLACK = 3.0  # points by which boxes may overlap and still stand apart
_MOST = 5000  # combinations looked through; beyond them each caption chooses by itself
_SIDE_CAPTION = 0.3  # a caption beside its figure is rarer than one above or below


@dataclass(frozen=True, slots=True)
class Proposal:
    """A region beside a caption, and the graphics in it."""

    side: str
    region: Box
    members: tuple[int, ...]  # indexes into the clusters


def bind(
    captions: Sequence[Box],
    clusters: Sequence[Cluster],
    blockers: Sequence[Box],
    page: Box,
    line_height: float,
) -> list[Proposal | None]:
    """For each caption its region, with the clusters that are its own; None where there is none.

    `blockers` are what no figure reaches across: running text, tables, the captions of tables.
    """
    options: list[list[Proposal | None]] = []
    for index, caption in enumerate(captions):
        others = [*blockers, *(c for i, c in enumerate(captions) if i != index)]
        proposals = [
            _propose(side, caption, clusters, others, page, line_height) for side in _SIDES
        ]
        options.append([None, *(p for p in proposals if p.members)])
    count = 1
    for choices in options:
        count *= len(choices)
    if count > _MOST:
        options = [
            [_best_alone(c, o, clusters, page)] for c, o in zip(captions, options, strict=True)
        ]
    best: list[Proposal | None] = [None] * len(captions)
    best_score = float("-inf")
    for choice in product(*options):
        shared = _shared_out(captions, choice, clusters)
        score = _score_all(captions, shared, clusters, page)
        if score > best_score:
            best, best_score = shared, score
    return best


def empty_region(side: str, caption: Box, blockers: Sequence[Box], page: Box) -> Box:
    """The free space on one side of a caption, bounded by `blockers` and the page."""
    x0, y0, x1, y1 = caption
    if side in ("above", "below"):
        beside = [b for b in blockers if b.x0 < x1 - _SLACK and b.x1 > x0 + _SLACK]
        if side == "above":
            top = max((b.y1 for b in beside if b.y1 <= y0 + _SLACK), default=page.y0)
            bottom = y0
        else:
            top = y1
            bottom = min((b.y0 for b in beside if b.y0 >= y1 - _SLACK), default=page.y1)
        level = [b for b in blockers if b.y0 < bottom - _SLACK and b.y1 > top + _SLACK]
        left = max((b.x1 for b in level if b.x1 <= x0 + _SLACK), default=page.x0)
        right = min((b.x0 for b in level if b.x0 >= x1 - _SLACK), default=page.x1)
        return Box(left, min(top, bottom), right, max(top, bottom))
    level = [b for b in blockers if b.y0 < y1 - _SLACK and b.y1 > y0 + _SLACK]
    if side == "left":
        left = max((b.x1 for b in level if b.x1 <= x0 + _SLACK), default=page.x0)
        right = x0
    else:
        left = x1
        right = min((b.x0 for b in level if b.x0 >= x1 - _SLACK), default=page.x1)
    beside = [b for b in blockers if b.x0 < right - _SLACK and b.x1 > left + _SLACK]
    top = max((b.y1 for b in beside if b.y1 <= y0 + _SLACK), default=page.y0)
    bottom = min((b.y0 for b in beside if b.y0 >= y1 - _SLACK), default=page.y1)
    return Box(min(left, right), top, max(left, right), bottom)


def _propose(
    side: str,
    caption: Box,
    clusters: Sequence[Cluster],
    blockers: Sequence[Box],
    page: Box,
    line_height: float,
) -> Proposal:
    region = empty_region(side, caption, blockers, page)
    inside = [i for i, cluster in enumerate(clusters) if overlap(cluster.box, region) >= 0.75]
    members = _chained(inside, caption, clusters, line_height)
    if members and side in ("left", "right"):
        _, down = gaps(union(clusters[m].box for m in members), caption)
        if down > -0.5 * (caption.y1 - caption.y0):
            members = []
    return Proposal(side, region, tuple(members))


def _chained(
    members: Sequence[int], caption: Box, clusters: Sequence[Cluster], line_height: float
) -> list[int]:
    """The members that hang together, from the one next to the caption on.

    Panels in one row may be far apart; what is uncertain, and smaller than a panel, must be
    close to what is taken.
    """
    left = sorted(members, key=lambda m: (_remote(caption, clusters[m].box), m))
    if any(clusters[m].certain for m in left):
        left.sort(key=lambda m: not clusters[m].certain)
    kept = left[:1]
    grew = bool(kept)
    while grew:
        box = union(clusters[m].box for m in kept)
        panel = 0.4 * min(area(clusters[m].box) for m in kept)
        grew = False
        for member in left:
            across, down = gaps(box, clusters[member].box)
            large = area(clusters[member].box) > panel and not clusters[member].text
            like = clusters[member].certain or large
            reach = (8.0 if like else 1.5) * line_height
            row = like and down < 0
            if member not in kept and down < reach and (row or across < reach):
                kept.append(member)
                grew = True
                break
    return sorted(kept)


def _shared_out(
    captions: Sequence[Box], choice: Sequence[Proposal | None], clusters: Sequence[Cluster]
) -> list[Proposal | None]:
    """Each cluster that several captions claim goes to the one that it stands closest to."""
    owner: dict[int, int] = {}
    for number, proposal in enumerate(choice):
        for member in proposal.members if proposal else ():
            box = clusters[member].box
            if member not in owner or _remote(captions[number], box) < _remote(
                captions[owner[member]], box
            ):
                owner[member] = number
    return [
        Proposal(p.side, p.region, own)
        if p and (own := tuple(m for m in p.members if owner[m] == number))
        else None
        for number, p in enumerate(choice)
    ]


def _remote(caption: Box, box: Box) -> float:
    across, down = gaps(caption, box)
    return max(across, 0) + max(down, 0) - 0.01 * max(0, -across)


def _best_alone(
    caption: Box, options: Sequence[Proposal | None], clusters: Sequence[Cluster], page: Box
) -> Proposal | None:
    return max(options, key=lambda p: _score(caption, p, clusters, page) if p else 0.0)


def _score_all(
    captions: Sequence[Box],
    choice: Sequence[Proposal | None],
    clusters: Sequence[Cluster],
    page: Box,
) -> float:
    sides = [p.side for p in choice if p]
    alike = max((sides.count(s) for s in _SIDES), default=0) - 1
    each = zip(captions, choice, strict=True)
    return 0.2 * alike + sum(_score(c, p, clusters, page) for c, p in each if p)


def _score(caption: Box, proposal: Proposal, clusters: Sequence[Cluster], page: Box) -> float:
    """How well a caption and graphics go together: size, certainty, distance, alignment."""
    members = [clusters[m] for m in proposal.members]
    box = union(m.box for m in members)
    size = min(1.0, sum(area(m.box) for m in members) / (0.04 * area(page)))
    certain = 0.5 if any(m.certain for m in members) else 0.0
    near = min(max(0.0, *gaps(m.box, caption)) for m in members) / 72
    across, _ = gaps(box, caption)
    width = min(box.x1 - box.x0, caption.x1 - caption.x0)
    aligned = 0.4 * min(1.0, max(0.0, -across) / max(width, 1.0))
    beside = _SIDE_CAPTION if proposal.side in ("left", "right") else 0.0
    return 0.5 + size + certain + aligned - near - beside

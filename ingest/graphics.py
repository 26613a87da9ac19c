"""What on a page is picture: its rasters and drawings in clusters, sorted by what they look like.

Rules, backgrounds, frames around text, bullets and shading are drawings too. A cluster that is a
figure for certain is told from one that is a figure only if a caption says so (a framed prompt,
a grid of coloured cells), and what can be neither is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from ingest.boxes import (
    area,
    centre_in,
    clusters,
    gaps,
    grow,
    intersection,
    overlap,
    painted_area,
    union,
)
from ingest.lookalikes import RULE, Shape, at_edge, cells, grid, ruled, sides, striped, wordy
from ingest.page import Drawing, Line, Page, PlacedImage, Style
from ingest.types import Box

Print = tuple[int, ...]  # size on the page in points, and pixels or path segments

_BACKGROUND = 0.7  # of the page's area: larger single shapes are behind the page
_SPANNING = 0.9  # of the page's width or height: longer straight shapes are its decoration
_SPECK = 3.0  # points: smaller rasters are parts of a pattern or spacers
_PLAIN = 8  # pixels: a raster with fewer each way is a colour
_SHADOW = 0.2  # of a raster's area covered by text: it is the text's shadow or backdrop
_EMBLEM = 20.0  # points: the least side of a small picture, so that no bullet is one
_SMALL = 0.03  # of the page's area: larger pictures are not judged as logos
_SLENDER = 6.0  # times as long as wide: ornaments are


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rasters and drawings that hang together."""

    box: Box
    certain: bool  # a figure even without a caption; otherwise only with one
    raster: bool  # most of its area is pixels
    text: bool = False  # a frame around text, a grid of cells: hardly a part of a larger figure
    emblem: bool = False  # compact, wordless, nowhere else in the document: a logo, a QR code


def prose_lines(page: Page) -> frozenset[int]:
    """Indexes of the lines that are running text: long, or in a block of longish lines."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(page.lines):
        if line.horizontal:
            blocks[line.block].append(index)
    prose: set[int] = set()
    for members in blocks.values():
        words = [len(page.lines[i].text.split()) for i in members]
        letters = [len(page.lines[i].text) for i in members]
        if len(members) >= 2 and sum(words) >= 5 * len(words) and sum(letters) >= 28 * len(words):
            prose.update(members)
        else:
            prose.update(i for i, n in zip(members, words, strict=True) if n >= 10)
    return frozenset(prose)


def running_graphics(pages: Sequence[Page]) -> frozenset[Box]:
    """Boxes (whole points) of small rasters and drawings that stand at one place on many pages."""
    seen: Counter[Box] = Counter()
    for page in pages:
        limit = 0.15 * page.width * page.height
        boxes = [*(i.box for i in page.images), *(d.box for d in page.drawings)]
        things = {_rounded(box) for box in boxes}
        seen.update(box for box in things if area(box) < limit)
    enough = max(3, 0.25 * len(pages))
    return frozenset(box for box, count in seen.items() if count >= enough)


def repeated_graphics(pages: Sequence[Page]) -> frozenset[Print]:
    """The looks of what stands on more than one page, wherever: icons, mastheads, bullets."""
    seen: Counter[Print] = Counter()
    for page in pages:
        seen.update({_looks(thing) for thing in _small_things(page)})
    return frozenset(looks for looks, count in seen.items() if count > 1)


def _small_things(page: Page) -> Iterator[PlacedImage | Drawing]:
    things: Iterator[PlacedImage | Drawing] = chain(page.images, page.drawings)
    limit = _SMALL * page.width * page.height
    for thing in things:
        x0, y0, x1, y1 = thing.box
        if x1 - x0 > 2 * RULE and y1 - y0 > 2 * RULE and (x1 - x0) * (y1 - y0) < limit:
            yield thing


def _looks(thing: PlacedImage | Drawing) -> Print:
    width, height = sides(thing.box)
    pixels = (thing.width, thing.height) if isinstance(thing, PlacedImage) else (thing.items, 0)
    return round(width), round(height), *pixels


def background(page: Page) -> bool:
    """Whether rasters fill the page: one, or bands of one as wide as the page."""
    whole = Box(0, 0, page.width, page.height)
    wide = _BACKGROUND * page.width
    shown = [intersection(i.box, whole) for i in page.images if not i.part]
    bands = [box for box in shown if box.x1 - box.x0 > wide]
    if not bands:
        return False
    first = max(bands, key=area)
    same = [b for b in bands if abs(b.x0 - first.x0) < _SPECK and abs(b.x1 - first.x1) < _SPECK]
    return painted_area(same) > _BACKGROUND * area(whole)


def find_shapes(
    page: Page, prose: Collection[int], repeated: Collection[Print] = ()
) -> list[Shape]:
    """The rasters and drawings of `page` that may be parts of figures; `prose` as above.

    `repeated` is what `repeated_graphics` gave for the document.
    """
    return list(_shapes(page, prose, repeated))


def find_clusters(
    page: Page,
    shapes: Sequence[Shape],
    style: Style,
    prose: Collection[int],
    captions: Sequence[Box] = (),
    tables: Sequence[Box] = (),
    running: Collection[Box] = (),
) -> list[Cluster]:
    """The clusters of `page` that are or may be figures; none reaches across a caption.

    `shapes` are what `find_shapes` gave for the page; those inside `tables` and at the places of
    `running` are left out.
    """
    shapes = [
        s
        for s in shapes
        if _rounded(s.box) not in running and not any(centre_in(s.box, t) for t in tables)
    ]
    frames = [s for s in shapes if s.frame]
    parts = _without_separators([s for s in shapes if not s.frame], style)
    groups = [
        part
        for g in clusters([p.box for p in parts], 0.8 * style.line_height)
        for part in _unlinked([parts[i] for i in g], 0.8 * style.line_height)
    ]
    groups = [half for group in groups for half in _split(group, captions, 3 * style.line_height)]
    blocking = [*(page.lines[i].box for i in prose), *captions]
    groups = _merged(groups, 2 * style.line_height, blocking)
    found = [c for g in groups if (c := _cluster(g, page, style)) is not None and c.certain]
    groups = [g for g in groups if not any(overlap(_hull(g), c.box) > 0.9 for c in found)]
    groups = _merged(groups, 5 * style.line_height, [*blocking, *(c.box for c in found)])
    found += [c for g in groups if (c := _cluster(g, page, style)) is not None]
    wordy_groups = [g for g in groups if (c := _cluster(g, page, style)) is None or c.text]
    found += [c for g in wordy_groups for c in _placed_in(g, page, style) if c.emblem]
    framed = [Cluster(f.box, False, False, True) for f in frames]
    return [*found, *(f for f in framed if not any(overlap(f.box, c.box) > 0.9 for c in found))]


def _shapes(page: Page, prose: Collection[int], repeated: Collection[Print]) -> Iterator[Shape]:
    whole = Box(0, 0, page.width, page.height)
    rows = _Rows(page.lines, prose)
    behind = background(page)
    for image in page.images:
        box = intersection(image.box, whole)
        if image.part:  # what is no picture has been left out; no logo can be told from a smear
            yield Shape(box, True, False, False, 1, 0.0, False, True)
            continue
        if behind and box.x1 - box.x0 > _BACKGROUND * page.width:
            continue
        if overlap(whole, box) > _BACKGROUND or min(sides(box)) < _SPECK:
            continue
        plain = max(image.width, image.height) < _PLAIN
        if not plain and rows.cover(box) < _SHADOW and rows.prose_in(box) < 3:
            yield Shape(box, True, False, False, 1, 0.0, False, _looks(image) in repeated)
    for drawing in page.drawings:
        box = intersection(drawing.box, whole)
        width, height = sides(box)
        if max(width, height) <= 0 or area(box) > _BACKGROUND * area(whole) or _unseen(drawing):
            continue
        if drawing.rectangular and max(width / page.width, height / page.height) > _SPANNING:
            continue
        rule = min(width, height) < RULE and max(width, height) > 2 * RULE and not drawing.curved
        twin = _looks(drawing) in repeated
        if rule or width * height < 60:
            yield Shape(box, False, rule, drawing.rectangular, drawing.items, 0.0, False, twin)
            continue
        whole_shape = drawing.rectangular or drawing.items <= 12
        frame = whole_shape and rows.framed(box)
        cover = rows.cover(box)
        yield Shape(box, False, False, drawing.rectangular, drawing.items, cover, frame, twin)


class _Rows:
    """The lines of a page, for asking how much text lies in a box."""

    def __init__(self, lines: Sequence[Line], prose: Collection[int]) -> None:
        boxes = np.array([line.box for line in lines], dtype=np.float64).reshape(-1, 4)
        self._boxes = boxes
        self._low, self._high = boxes[:, :2], boxes[:, 2:]
        self._middle = (self._low + self._high) / 2
        self._prose = np.zeros(len(lines), dtype=np.bool_)
        self._prose[list(prose)] = True

    def cover(self, box: Box) -> float:
        """The part of the box's area that text covers."""
        sides = np.minimum(self._high, box[2:]) - np.maximum(self._low, box[:2])
        return float(np.clip(sides, 0, None).prod(axis=1).sum()) / max(area(box), 1.0)

    def prose_in(self, box: Box) -> int:
        return int((self._inside(box) & self._prose).sum())

    def framed(self, box: Box) -> bool:
        """Whether a box is set around text: a call-out, a listing."""
        inside = self._inside(box)
        if (inside & self._prose).sum() >= 2:
            return True
        return inside.sum() >= 5 and wordy(box, [Box(*b) for b in self._boxes[inside].tolist()])

    def _inside(self, box: Box) -> npt.NDArray[np.bool_]:
        within = (self._middle >= box[:2]) & (self._middle <= box[2:])
        return np.asarray(within.all(axis=1))


def _without_separators(shapes: list[Shape], style: Style) -> list[Shape]:
    """`shapes` without the lines that part text or rule tables: those that no picture holds."""
    kept: list[Shape] = []
    for group in clusters([s.box for s in shapes], 0.8 * style.line_height):
        ink = [shapes[i] for i in group if not shapes[i].rule]
        rules = [shapes[i] for i in group if shapes[i].rule]
        if not ink:
            kept += rules if striped([r.box for r in rules], style.body_size) else []
            continue
        core = grow(union(s.box for s in ink), 0.8 * style.line_height)
        kept += ink
        kept += [r for r in rules if overlap(grow(r.box, 0.5), core) > 0.6]
    return kept


def _unlinked(group: list[Shape], gap: float) -> list[list[Shape]]:
    """A group parted where only a long bare rule links it, as in a masthead."""
    whole = _hull(group)
    width = whole.x1 - whole.x0
    links = [s for s in group if s.rule and s.box.x1 - s.box.x0 > 0.5 * width]
    ink = [s for s in group if not s.rule]
    if not links or not ink or len(links) > 2:
        return [group]
    rest = [s for s in group if s not in links]
    parts = clusters([s.box for s in rest], gap)
    hulls = sorted((union(rest[i].box for i in g) for g in parts), key=lambda b: b.x0)
    wide = max((b.x0 - a.x1 for a, b in pairwise(hulls)), default=0.0)
    if len(parts) != 2 or wide < 0.4 * width:
        return [group]
    return [[rest[i] for i in g] for g in parts]


def _placed_in(group: Sequence[Shape], page: Page, style: Style) -> Iterator[Cluster]:
    """The rasters among frames and cells, each as if it stood alone: a logo in a letterhead."""
    rasters = [s for s in group if s.pixels]
    for raster in rasters if len(rasters) < len(group) else ():
        cluster = _cluster([raster], page, style)
        if cluster is not None:
            yield cluster


def _split(group: list[Shape], captions: Sequence[Box], reach: float) -> list[list[Shape]]:
    """A group cut at the captions between its shapes, and between captions side by side."""
    hull = _hull(group)
    near = sorted(c for c in captions if overlap(c, grow(hull, reach)) > 0.5)
    for one, other in pairwise(near):
        gutter = (one.x1 + other.x0) / 2
        across, down = gaps(one, other)
        if across > 0 and down < 0 and hull.x0 < gutter < hull.x1:
            left = [s for s in group if s.box.x1 <= gutter + 4]
            right = [s for s in group if s.box.x0 >= gutter - 4]
            if left and right and len(left) + len(right) > 0.7 * len(group):
                return [*_split(left, captions, reach), *_split(right, captions, reach)]
    for caption in captions:
        if not centre_in(caption, hull):
            continue
        above = [s for s in group if s.box.y1 <= caption.y0 + 2]
        below = [s for s in group if s.box.y0 >= caption.y1 - 2]
        if above and below and len(above) + len(below) > 0.7 * len(group):
            return [*_split(above, captions, reach), *_split(below, captions, reach)]
        left = [s for s in group if s.box.x1 <= caption.x0 + 2]
        right = [s for s in group if s.box.x0 >= caption.x1 - 2]
        if left and right and len(left) + len(right) > 0.7 * len(group):
            return [*_split(left, captions, reach), *_split(right, captions, reach)]
    return [group]


def _hull(group: Sequence[Shape]) -> Box:
    return union(s.box for s in group)


def _merged(groups: list[list[Shape]], gap: float, blocking: Sequence[Box]) -> list[list[Shape]]:
    """Drawn groups put together over wider gaps (the bars of a chart) if no text is between."""
    drawn = [g for g in groups if not any(s.pixels for s in g)]
    merged = [g for g in groups if any(s.pixels for s in g)]
    boxes = [_hull(g) for g in drawn]
    for near in clusters(boxes, gap):
        whole = union(boxes[i] for i in near)
        if len(near) == 1 or any(centre_in(b, whole) for b in blocking):
            merged += [drawn[i] for i in near]
        else:
            merged.append([s for i in near for s in drawn[i]])
    return merged


def _cluster(group: Sequence[Shape], page: Page, style: Style) -> Cluster | None:
    box = _hull(group)
    width, height = sides(box)
    if min(width, height) < style.body_size or width * height < 20 * style.body_size**2 / 4:
        return None
    pixels = sum(area(s.box) for s in group if s.pixels) / area(box)
    inside = [line.box for line in page.lines if centre_in(line.box, box)]
    text = sum(area(line) for line in inside) / area(box)
    small = min(width, height) < 3 * style.body_size or area(box) < 0.008 * page.width * page.height
    if area(box) > _BACKGROUND * page.width * page.height and len(inside) > 20:
        return None
    emblem = not inside and _compact(group, box, page)
    if pixels > 0.2:
        return Cluster(box, not small and text < 0.5, pixels > 0.5, emblem=emblem)
    ink = [s for s in group if not s.rule and not s.pixels]
    words = (
        text > 0.45
        or grid(ink)
        or (wordy(box, inside) and not _bars(ink))
        or cells(ink, box)
        or ruled(box, page.rules, inside)
    )
    panel = [s for s in ink if text > 0.1 and s.items <= 12 and overlap(box, s.box) > 0.9]
    strokes = sum(
        s.items for s in ink if s.text < 0.35 and s not in panel and not at_edge(s.box, box)
    )
    emblem = emblem and not words and (strokes >= 12 or not ink)
    return Cluster(box, not small and not words and strokes >= 3, False, words, emblem)


def _bars(ink: Sequence[Shape]) -> bool:
    """Whether several paths hold several bars each: the series of a chart."""
    several = (s for s in ink if not s.rectangle and s.items > 2 and s.text < 0.35)
    return sum(min(sides(s.box)) > 8 for s in several) > 1


def _compact(group: Sequence[Shape], box: Box, page: Page) -> bool:
    """Whether graphics are a small dense picture of which the document has only this one."""
    if area(box) > _SMALL * page.width * page.height:
        return False
    short, long = sorted(sides(box))
    again = sum(area(s.box) for s in group if s.repeated)
    once = sum(area(s.box) for s in group if not s.repeated)
    dense = again + once > 0.4 * area(box)
    return dense and short >= _EMBLEM and long <= _SLENDER * short and once > again


def _unseen(drawing: Drawing) -> bool:
    white = drawing.fill is None or min(drawing.fill) > 0.985
    return white and not drawing.stroked


def _rounded(box: Box) -> Box:
    return Box(*(float(round(v)) for v in box))

"""What on a page is picture: its rasters and drawings in clusters, sorted by what they look like.

Rules, backgrounds, frames around text, bullets and shading are drawings too. A cluster that is a
figure for certain is told from one that is a figure only if a caption says so (a framed prompt,
a grid of coloured cells), and what can be neither is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ingest.boxes import area, centre_in, clusters, grow, intersection, overlap, union
from ingest.page import Drawing, Line, Page, Style
from ingest.types import Box

_BACKGROUND = 0.7  # of the page's area: larger single shapes are behind the page
_RULE = 3.0  # points: thinner straight shapes are lines
_SPECK = 3.0  # points: smaller rasters are parts of a pattern or spacers
_PLAIN = 8  # pixels: a raster with fewer each way is a colour
_SHADOW = 0.3  # of a raster's area covered by text: it is the text's shadow or backdrop


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rasters and drawings that hang together."""

    box: Box
    certain: bool  # a figure even without a caption; otherwise only with one
    raster: bool  # most of its area is pixels


@dataclass(frozen=True, slots=True)
class _Shape:
    """One raster or drawing, with what speaks for its being picture."""

    box: Box
    pixels: bool
    rule: bool  # a straight line
    rectangle: bool
    items: int  # path segments
    text: float  # part of its area that lines of text cover
    frame: bool  # holds running text


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
        things = {_rounded(t.box) for t in (*page.images, *page.drawings)}
        seen.update(box for box in things if area(box) < limit)
    enough = max(4, 0.25 * len(pages))
    return frozenset(box for box, count in seen.items() if count >= enough)


def background(page: Page) -> bool:
    """Whether one raster fills the page."""
    whole = Box(0, 0, page.width, page.height)
    return any(overlap(whole, image.box) > _BACKGROUND for image in page.images)


def find_clusters(
    page: Page,
    style: Style,
    prose: Collection[int],
    captions: Sequence[Box] = (),
    tables: Sequence[Box] = (),
    running: Collection[Box] = (),
) -> list[Cluster]:
    """The clusters of `page` that are or may be figures; none reaches across a caption."""
    shapes = [
        s
        for s in _shapes(page, prose)
        if _rounded(s.box) not in running and not any(centre_in(s.box, t) for t in tables)
    ]
    frames = [s for s in shapes if s.frame]
    parts = _without_separators([s for s in shapes if not s.frame], style)
    groups = [[parts[i] for i in g] for g in clusters([p.box for p in parts], 0.8 * style.line_height)]
    groups = [half for group in groups for half in _split(group, captions)]
    blocking = [*(page.lines[i].box for i in prose), *captions]
    groups = _merged(groups, 2 * style.line_height, blocking)
    found = [c for g in groups if (c := _cluster(g, page, style)) is not None and c.certain]
    groups = [g for g in groups if not any(overlap(_hull(g), c.box) > 0.9 for c in found)]
    groups = _merged(groups, 5 * style.line_height, [*blocking, *(c.box for c in found)])
    found += [c for g in groups if (c := _cluster(g, page, style)) is not None]
    framed = [Cluster(f.box, False, False) for f in frames]
    return [*found, *(f for f in framed if not any(overlap(f.box, c.box) > 0.9 for c in found))]


def _shapes(page: Page, prose: Collection[int]) -> Iterable[_Shape]:
    whole = Box(0, 0, page.width, page.height)
    rows = _Rows(page.lines, prose)
    for image in page.images:
        box = intersection(image.box, whole)
        if overlap(whole, box) > _BACKGROUND or min(_sides(box)) < _SPECK:
            continue
        if max(image.width, image.height) >= _PLAIN and rows.cover(box) < _SHADOW:
            yield _Shape(box, True, False, False, 1, 0.0, False)
    for drawing in page.drawings:
        box = intersection(drawing.box, whole)
        width, height = _sides(box)
        if max(width, height) <= 0 or area(box) > _BACKGROUND * area(whole) or _unseen(drawing):
            continue
        rule = min(width, height) < _RULE and max(width, height) > 2 * _RULE and not drawing.curved
        if rule or width * height < 60:
            yield _Shape(box, False, rule, drawing.rectangular, drawing.items, 0.0, False)
            continue
        whole_shape = drawing.rectangular or drawing.items <= 12
        frame = whole_shape and rows.prose_in(box) >= 2
        yield _Shape(
            box, False, False, drawing.rectangular, drawing.items, rows.cover(box), frame
        )


class _Rows:
    """The lines of a page, for asking how much text lies in a box."""

    def __init__(self, lines: Sequence[Line], prose: Collection[int]) -> None:
        self._lines = sorted(
            ((line.box, index in prose) for index, line in enumerate(lines)), key=lambda x: x[0].y0
        )
        self._cover: dict[Box, float] = {}

    def cover(self, box: Box) -> float:
        key = _rounded(box)
        if key not in self._cover:
            text = sum(area(intersection(line, box)) for line, _ in self._lines)
            self._cover[key] = text / max(area(box), 1.0)
        return self._cover[key]

    def prose_in(self, box: Box) -> int:
        return sum(prose and centre_in(line, box) for line, prose in self._lines)


def _without_separators(shapes: list[_Shape], style: Style) -> list[_Shape]:
    """`shapes` without the lines that part text or rule tables: those that no picture holds."""
    kept: list[_Shape] = []
    for group in clusters([s.box for s in shapes], 0.8 * style.line_height):
        ink = [shapes[i] for i in group if not shapes[i].rule]
        rules = [shapes[i] for i in group if shapes[i].rule]
        if not ink:
            continue
        core = grow(union(s.box for s in ink), 0.8 * style.line_height)
        kept += ink
        kept += [r for r in rules if overlap(grow(r.box, 0.5), core) > 0.4]
    return kept


def _split(group: list[_Shape], captions: Sequence[Box]) -> list[list[_Shape]]:
    """A group cut at the captions that stand between its shapes."""
    hull = _hull(group)
    for caption in captions:
        if not centre_in(caption, hull):
            continue
        above = [s for s in group if s.box.y1 <= caption.y0 + 2]
        below = [s for s in group if s.box.y0 >= caption.y1 - 2]
        if above and below and len(above) + len(below) > 0.7 * len(group):
            return [*_split(above, captions), *_split(below, captions)]
        left = [s for s in group if s.box.x1 <= caption.x0 + 2]
        right = [s for s in group if s.box.x0 >= caption.x1 - 2]
        if left and right and len(left) + len(right) > 0.7 * len(group):
            return [*_split(left, captions), *_split(right, captions)]
    return [group]


def _hull(group: Sequence[_Shape]) -> Box:
    return union(s.box for s in group)


def _merged(
    groups: list[list[_Shape]], gap: float, blocking: Sequence[Box]
) -> list[list[_Shape]]:
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


def _cluster(group: Sequence[_Shape], page: Page, style: Style) -> Cluster | None:
    box = _hull(group)
    width, height = _sides(box)
    if min(width, height) < style.body_size or width * height < 20 * style.body_size**2 / 4:
        return None
    pixels = sum(area(s.box) for s in group if s.pixels)
    raster = pixels > 0.5 * area(box)
    ink = [s for s in group if not s.rule]
    small = min(width, height) < 3 * style.body_size or area(box) < 0.008 * page.width * page.height
    text = sum(area(intersection(line.box, box)) for line in page.lines) / area(box)
    if any(s.pixels for s in group):
        certain = not small and text < 0.5
    else:
        drawn = [s for s in ink if s.text < 0.35]
        drawn_items = sum(s.items for s in drawn)
        certain = not small and drawn_items >= 3 and text < 0.45
        certain = certain and not _grid(ink) and not _wordy(box, page.lines)
    return Cluster(box, certain, raster)


def _wordy(box: Box, lines: Sequence[Line]) -> bool:
    """Whether words fill a box: a ruled table, a listing, a form."""
    inside = [line.box for line in lines if centre_in(line.box, box)]
    if len(inside) < 5:
        return False
    width, height = _sides(box)
    filled = {
        (column, row)
        for x0, y0, x1, y1 in inside
        for column in range(int(8 * (x0 - box.x0) / width), int(8 * (x1 - box.x0) / width) + 1)
        for row in range(int(12 * (y0 - box.y0) / height), int(12 * (y1 - box.y0) / height) + 1)
    }
    if len(filled) > 0.75 * 8 * 12:
        return True
    lefts = Counter(round((line.x0 - box.x0) / 3) for line in inside)
    flush = sum(count for _, count in lefts.most_common(2))
    rows = {row for _, row in filled}
    mean_width = sum(line.x1 - line.x0 for line in inside) / len(inside)
    return len(rows) > 9 and flush > 0.5 * len(inside) and mean_width > 0.3 * width


def _grid(shapes: Sequence[_Shape]) -> bool:
    """Whether the shapes are the cells of a table: rectangles whose sides line up both ways.

    The bars of a chart share one side and differ in the other.
    """
    if not all(s.rectangle for s in shapes):
        return False
    across = {(round(s.box.x0 / 2), round(s.box.x1 / 2)) for s in shapes}
    down = {(round(s.box.y0 / 2), round(s.box.y1 / 2)) for s in shapes}
    return len(across) * len(down) <= 1.4 * len(shapes) + 1


def _unseen(drawing: Drawing) -> bool:
    white = drawing.fill is None or min(drawing.fill) > 0.985
    return white and not drawing.stroked


def _sides(box: Box) -> tuple[float, float]:
    return box.x1 - box.x0, box.y1 - box.y0


def _rounded(box: Box) -> Box:
    return Box(*(float(round(v)) for v in box))

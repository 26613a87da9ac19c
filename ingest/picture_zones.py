"""Where pictures stand on a page, as far as a search for tables must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from ingest.boxes import area, centre_in, clusters, grow, intersection, overlap, union
from ingest.graphics import background
from ingest.page import Drawing, Page
from ingest.types import Box

_SEVERAL = 3  # shapes: fewer may decorate a table
_LONG = 8  # segments of a curve that shows data
_AXIS = 12.0  # points by which axes stand off the data
_TOGETHER = 8.0  # points between the shapes of a picture
_LEAST_PICTURE = 30.0  # points a side


def picture_zones(page: Page) -> list[Box]:
    """Where rasters, curves and bars stand: no table reaches into these."""
    limit = page.width * page.height / 2
    drawn = [d for d in page.drawings if area(d.box) < limit and _free_form(page, d)]
    placed = [i for i in page.images if i.part] if background(page) else page.images
    shapes = [d.box for d in drawn] + [i.box for i in placed if area(i.box) < limit]
    zones: list[Box] = []
    for group in clusters(shapes, _TOGETHER):
        zone = union(shapes[i] for i in group)
        if not _large(zone) or not _pictured([drawn[i] for i in group if i < len(drawn)], group):
            continue
        words = [line.box for line in page.lines if centre_in(line.box, zone)]
        if sum(map(area, words)) < 0.3 * area(zone):
            zones.append(grow(zone, 2))
    return zones


def without_pictures(
    page: Page, lines: Sequence[int], zones: Sequence[Box]
) -> tuple[Page, list[int]]:
    """A page without the rules of its pictures, and which of `lines` are not their words."""
    left = [i for i in lines if not any(centre_in(page.lines[i].box, zone) for zone in zones)]
    rules = tuple(r for r in page.rules if not any(_axis(r, zone) for zone in zones))
    return replace(page, rules=rules), left


def _axis(rule: Box, zone: Box) -> bool:
    """Whether a rule is an axis, a tick or a frame of what a picture's zone shows."""
    width, height = zone.x1 - zone.x0, zone.y1 - zone.y0
    short = rule.x1 - rule.x0 < 1.4 * width and rule.y1 - rule.y0 < 1.4 * height
    return short and centre_in(rule, grow(zone, _AXIS))


def _pictured(drawn: Sequence[Drawing], group: Sequence[int]) -> bool:
    """Whether shapes are a picture's: a raster, a long curve, or several that are no cells."""
    if len(drawn) < len(group) or any(d.items > _LONG and not d.rectangular for d in drawn):
        return True
    across = {(round(d.box.x0 / 2), round(d.box.x1 / 2)) for d in drawn}
    down = {(round(d.box.y0 / 2), round(d.box.y1 / 2)) for d in drawn}
    return len(drawn) >= _SEVERAL and len(across) * len(down) > 1.4 * len(drawn) + 1


def _large(box: Box) -> bool:
    return min(box.x1 - box.x0, box.y1 - box.y0) > _LEAST_PICTURE


def _free_form(page: Page, drawing: Drawing) -> bool:
    """Whether a drawing is a curve, a marker or a bar rather than a rule or a cell's shading."""
    x0, y0, x1, y1 = drawing.box
    if min(x1 - x0, y1 - y0) < 1.5:
        return False
    if drawing.filled or drawing.curved:
        return not drawing.filled or bool(drawing.fill and is_coloured(drawing.fill))
    if drawing.items <= _LONG:
        return False
    upright = sum(centre_in(rule, drawing.box) for rule in page.rules)
    return upright < 0.5 * drawing.items  # else a table's frame in one path


def is_coloured(fill: tuple[float, ...]) -> bool:
    """Whether a fill (RGB, 0 to 1) is a bar's and not a cell's shading."""
    return min(fill) < 0.7  # tables are shaded in paler colours


def is_chart(page: Page, box: Box) -> bool:
    """Whether the drawings in a box are a chart's: curves, slanted lines, bars of many lengths."""
    near = (drawing for drawing in page.drawings if overlap(drawing.box, box) > 0.3)
    if len(list(islice((d for d in near if _is_series(page, d)), 2))) > 1:
        return True
    bars: set[tuple[int, int]] = set()
    drawn = 0
    for drawing in page.drawings:
        if not centre_in(drawing.box, box):
            continue
        width, height = drawing.box.x1 - drawing.box.x0, drawing.box.y1 - drawing.box.y0
        if min(width, height) > 3 and width < 0.8 * (box.x1 - box.x0):
            if not drawing.rectangular:
                drawn += 1
            elif drawing.filled and drawing.fill and is_coloured(drawing.fill):
                bars.add((round(width / 2), round(height / 2)))
    return drawn > 6 or len(bars) > 5


def _is_series(page: Page, drawing: Drawing) -> bool:
    """Whether one path holds several coloured bars, which are thicker than rules."""
    width, height = drawing.box.x1 - drawing.box.x0, drawing.box.y1 - drawing.box.y0
    if drawing.rectangular or drawing.items < 3 or min(width, height) < 8:
        return False
    if not drawing.filled or drawing.fill is None or not is_coloured(drawing.fill):
        return False
    rules = sum(overlap(rule, drawing.box) > 0.9 for rule in page.rules)
    return rules < 0.5 * drawing.items


def holds_pictures(box: Box, zones: Sequence[Box]) -> bool:
    """Whether the rows of numbers in a box are those at the axes of pictures."""
    return sum(area(intersection(zone, box)) for zone in zones) > 0.08 * area(box)


def is_picture(page: Page, box: Box) -> bool:
    """Whether rasters or free-form drawings lie under much of a box, as under a map's numbers."""
    shapes = [d.box for d in page.drawings if d.curved and d.items > 16]  # no rounded boxes
    shapes += [image.box for image in page.images]
    small = [s for s in shapes if area(s) < page.width * page.height / 2]
    return any(overlap(box, s) > 0.2 and overlap(s, box) > 0.1 for s in small)

"""Where pictures stand on a page, as far as a search for tables must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.boxes import area, centre_in, clusters, grow, union
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

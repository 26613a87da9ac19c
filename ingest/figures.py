"""Figures of a page: its graphics bound to captions, each whole, with the words inside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ingest.binding import Proposal, bind, empty_region
from ingest.boxes import area, centre_in, clusters, gaps, grow, intersection, overlap, union
from ingest.graphics import (
    Cluster,
    Print,
    background,
    find_clusters,
    find_shapes,
    prose_lines,
)
from ingest.page import Caption, FigureRegion, Page, Style
from ingest.scans import BLANK
from ingest.types import Box

_PART = re.compile(r"\(?[a-zA-Z0-9]{1,2}[).:]\s?")  # "(a) Accuracy": words of a panel
_LEAST_AREA = 0.012  # of the page: smaller graphics without a caption are icons and logos
_LEAST_SIDE = 0.06  # of the page's shorter side
_MOST_EMBLEMS = 3  # on a page: more small pictures mark the items of a list
_SUBTITLE = 160  # characters: longer text above a chart is not its title
_LONG, _WHOLE = 0.25, 0.9  # of the page's width: a line of text; of it: the part inside a drawing
_ALIGNED = 3.0  # points between the left edges of lines that are one text's


def find_figures(
    page: Page,
    captions: Sequence[Caption],
    style: Style,
    tables: Sequence[Box] = (),
    running: Collection[Box] = (),
    repeated: Collection[Print] = (),
) -> list[FigureRegion]:
    """The figures of `page`, from the top down.

    `captions` are the page's (figures' and tables'), `tables` the boxes of tables already found
    on it, `running` and `repeated` what the functions of those names in `graphics` gave for the
    document. A figure's box holds its graphics and the words that belong to them, and not its
    caption. A caption that is not among the regions' captions has no graphics near it.
    """
    taken = {i for c in captions for i in c.lines}
    furniture = {line for number, line in style.furniture if number == page.number}
    prose = prose_lines(page) - taken - furniture
    boxes = [c.box for c in captions]
    shapes = find_shapes(page, prose, repeated)
    found = find_clusters(page, shapes, style, prose, boxes, (), running)
    tables = [t for t in tables if not _pictorial(t, found)]
    if tables:
        found = find_clusters(page, shapes, style, prose, boxes, tables, running)
    figure_captions = [c for c in captions if not c.is_table]
    whole = Box(0, 0, page.width, page.height)
    blocked = _blockers(page, captions, tables, prose, found)
    bound = bind([c.box for c in figure_captions], found, blocked, whole, style.line_height)
    free_lines = [i for i in range(len(page.lines)) if i not in taken | furniture | prose]
    scanned = background(page) and not any(image.part for image in page.images)
    regions: list[FigureRegion] = []
    used: set[int] = set()
    for caption, proposal in zip(figure_captions, bound, strict=True):
        if proposal is not None:
            used.update(proposal.members)
            regions.append(_captioned(page, caption, proposal, found, free_lines, style))
        elif scanned and (box := _scanned(page, caption, captions, blocked, style)):
            regions.append(FigureRegion(box, caption, _inside(page, box, free_lines), True))
    rest = [c for i, c in enumerate(found) if i not in used and c.certain]
    regions += _uncaptioned(
        page, rest, [r.box for r in regions], free_lines, taken | furniture, blocked, style
    )
    emblems = [c for i, c in enumerate(found) if i not in used and c.emblem]
    regions += _emblems(page, emblems, [*(r.box for r in regions), *tables], taken)
    if not regions and background(page) and sum(len(line.text) for line in page.lines) < BLANK:
        regions.append(FigureRegion(whole, None, tuple(range(len(page.lines))), True))
    return sorted(regions, key=lambda r: (r.box.y0, r.box.x0))


def _pictorial(table: Box, found: Sequence[Cluster]) -> bool:
    """Whether what was taken for a table holds a figure."""
    return any(
        c.certain and overlap(c.box, table) > 0.8 and area(c.box) > 0.15 * area(table)
        for c in found
    )


def _blockers(
    page: Page,
    captions: Sequence[Caption],
    tables: Sequence[Box],
    prose: Collection[int],
    found: Sequence[Cluster],
) -> list[Box]:
    """What no figure reaches across: tables, their captions, running text outside graphics."""
    paragraphs: dict[int, list[Box]] = {}
    for index in prose:
        box = page.lines[index].box
        if not any(centre_in(box, c.box) for c in found):
            paragraphs.setdefault(page.lines[index].block, []).append(box)
    free: list[Box] = []
    for lines in paragraphs.values():
        whole = union(lines)  # a paragraph's short last line must not stand alone
        free += lines if any(overlap(c.box, whole) > 0.1 for c in found) else [whole]
    return [*free, *tables, *(c.box for c in captions if c.is_table)]


def _captioned(
    page: Page,
    caption: Caption,
    proposal: Proposal,
    found: Sequence[Cluster],
    free_lines: Sequence[int],
    style: Style,
) -> FigureRegion:
    members = [found[m] for m in proposal.members]
    box = union(m.box for m in members)
    between = union([box, _near_edge(caption.box, proposal.side)])
    panel_words = [
        page.lines[i].box
        for i in free_lines
        if centre_in(page.lines[i].box, between)
        and (page.lines[i].size <= style.body_size + 0.5 or _PART.match(page.lines[i].text))
    ]
    box = _with_labels(page, union([box, *panel_words]), free_lines, style, [caption.box])
    box = _apart(box, caption.box)
    raster = sum(area(m.box) for m in members if m.raster) > 0.5 * sum(area(m.box) for m in members)
    return FigureRegion(
        box, caption, _inside(page, box, range(len(page.lines)), caption.lines), raster
    )


def _near_edge(caption: Box, side: str) -> Box:
    """The edge of a caption that faces its figure, as a box of no area."""
    x0, y0, x1, y1 = caption
    return {
        "above": Box(x0, y0, x1, y0),
        "below": Box(x0, y1, x1, y1),
        "left": Box(x0, y0, x0, y1),
        "right": Box(x1, y0, x1, y1),
    }[side]


def _apart(box: Box, caption: Box) -> Box:
    """`box` cut back so that it does not run into its caption."""
    x0, y0, x1, y1 = box
    across, down = gaps(box, caption)
    if across >= 0 or down >= 0:
        return box
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    if -down <= -across:
        return (
            Box(x0, y0, x1, caption.y0)
            if middle_y < caption.y0
            else (Box(x0, caption.y1, x1, y1) if middle_y > caption.y1 else box)
        )
    return (
        Box(x0, y0, caption.x0, y1)
        if middle_x < caption.x0
        else (Box(caption.x1, y0, x1, y1) if middle_x > caption.x1 else box)
    )


def _with_labels(
    page: Page, box: Box, free_lines: Sequence[int], style: Style, avoid: Sequence[Box]
) -> Box:
    """`box` with the short lines that hug it: tick labels first, then the axis titles by them."""
    for _ in range(3):
        hugging = [
            line.box
            for line in (page.lines[i] for i in free_lines)
            if _hugs(line.box, box, line.size)
            and line.size <= style.body_size + 0.5
            and not (line.bold and line.size > style.body_size - 0.5 and line.horizontal)
        ]
        grown = union([box, *hugging])
        if grown == box or any(overlap(a, grown) > 0.3 for a in avoid):
            break
        box = grown
    return box


def _hugs(line: Box, box: Box, size: float) -> bool:
    across, down = gaps(line, box)
    if across < 0 and down < 0:
        return True
    if across < 0:  # above or below: within the box's width
        return down < 0.7 * size and -across > 0.6 * (line.x1 - line.x0)
    return down < 0 and across < 0.9 * size and -down > 0.6 * (line.y1 - line.y0)


def _inside(
    page: Page, box: Box, lines: Iterable[int], without: Collection[int] = ()
) -> tuple[int, ...]:
    """The lines in a box, but for a text that runs past the drawing.

    Long lines that the box's edge cuts are such a text's, and so are those that begin below or
    above them.
    """
    outer, long = grow(box, 1), _LONG * page.width
    held = [i for i in lines if i not in without and centre_in(page.lines[i].box, outer)]
    boxes = {i: page.lines[i].box for i in held}
    past = [
        line.x0
        for line in boxes.values()
        if line.x1 - line.x0 > long and overlap(line, outer) < _WHOLE
    ]
    if len(past) < 2:
        return tuple(held)
    return tuple(i for i in held if not any(abs(boxes[i].x0 - x0) < _ALIGNED for x0 in past))


def _scanned(
    page: Page, caption: Caption, captions: Sequence[Caption], blocked: Sequence[Box], style: Style
) -> Box | None:
    """A caption's figure on a scanned page: the larger free space above or below it."""
    others = [*blocked, *(c.box for c in captions if c is not caption)]
    margin = Box(0.06 * page.width, 0.05 * page.height, 0.94 * page.width, 0.95 * page.height)
    spaces = [
        intersection(empty_region(side, caption.box, others, margin), margin)
        for side in ("above", "below")
    ]
    best = max(spaces, key=area)
    tall = best.y1 - best.y0 > 5 * style.line_height
    return best if tall and area(best) > 0.02 * page.width * page.height else None


def _uncaptioned(
    page: Page,
    rest: Sequence[Cluster],
    captioned: Sequence[Box],
    free_lines: Sequence[int],
    skip: Collection[int],
    blocked: Sequence[Box],
    style: Style,
) -> list[FigureRegion]:
    """Figures without a caption: large enough, and with the title above them if there is one."""
    regions: list[FigureRegion] = []
    least = _LEAST_SIDE * min(page.width, page.height)
    for group in clusters([c.box for c in rest], style.line_height):
        box = union(rest[i].box for i in group)
        if min(box.x1 - box.x0, box.y1 - box.y0) < least:
            continue
        if area(box) < _LEAST_AREA * page.width * page.height:
            continue
        if any(overlap(box, other) > 0.6 for other in captioned) or _in_margin(box, page):
            continue
        box = _with_labels(page, box, free_lines, style, [*captioned, *blocked])
        pixels = sum(area(rest[i].box) for i in group if rest[i].raster)
        title = _title(page, box, [i for i in range(len(page.lines)) if i not in skip], style)
        words = _inside(page, box, range(len(page.lines)), title.lines if title else ())
        regions.append(FigureRegion(box, title, words, pixels > 0.5 * area(box)))
    return regions


def _emblems(
    page: Page, found: Sequence[Cluster], others: Sequence[Box], taken: Collection[int]
) -> list[FigureRegion]:
    """The small pictures that stand alone: logos, QR codes; none where many mark a list."""
    alone = [c for c in found if not any(overlap(c.box, other) > 0.3 for other in others)]
    if len(alone) > _MOST_EMBLEMS:
        return []
    regions: list[FigureRegion] = []
    for emblem in alone:
        name = [i for i in _named_under(page, emblem.box) if i not in taken]
        box = union([emblem.box, *(page.lines[i].box for i in name)])
        regions.append(FigureRegion(box, None, tuple(name), emblem.raster))
    return regions


def _named_under(page: Page, box: Box) -> list[int]:
    """The line centred close under a logo, if it stands alone: a name."""
    name: list[int] = []
    for index, line in enumerate(page.lines):
        across, down = gaps(line.box, box)
        off_centre = abs(line.box.x0 + line.box.x1 - box.x0 - box.x1) / 2
        narrow = line.box.x1 - line.box.x0 < 3 * (box.x1 - box.x0)
        below = line.box.y0 > box.y1 - 0.5 * line.size
        if below and down < 0.8 * line.size and across < 0 and off_centre < 4 and narrow:
            name.append(index)
    return name if len(name) == 1 else []


def _in_margin(box: Box, page: Page) -> bool:
    """Whether graphics of an upright page lie in its head or foot."""
    margin = 0.11 * page.height
    return page.height > page.width and (box.y1 < margin or box.y0 > page.height - margin)


def _title(page: Page, box: Box, candidates: Sequence[int], style: Style) -> Caption | None:
    """The bold or large lines close above a chart, with a short subtitle between the two."""
    usual = style.body_size * (1.3 if background(page) else 1.0)  # a scan's sizes are rough
    indexes: list[int] = []
    subtitle = 0  # letters
    titled = False
    edge = box.y0
    for index in sorted(candidates, key=lambda i: -page.lines[i].box.y1):
        line = page.lines[index]
        middle = (line.box.y0 + line.box.y1) / 2
        across, _ = gaps(line.box, box)
        if not line.horizontal or middle > edge or across >= 0:
            continue
        reach = (2.0 if not indexes else 0.9) * max(style.line_height, line.size)
        prominent = line.bold or line.size > usual + 0.5
        if edge - line.box.y1 > reach or (titled and not prominent):
            break
        subtitle += 0 if prominent else len(line.text)
        if subtitle > _SUBTITLE or len(indexes) == 6:
            break
        titled = titled or prominent
        indexes.append(index)
        edge = line.box.y0
    lines = [page.lines[i] for i in indexes]
    letters = sum(c.isalpha() for line in lines for c in line.text)
    if not titled or letters < 4:
        return None
    ordered = sorted(indexes, key=lambda i: (page.lines[i].box.y0, page.lines[i].box.x0))
    text = " ".join(page.lines[i].text.strip() for i in ordered)
    return Caption("", False, text, union(line.box for line in lines), tuple(ordered))

"""Where on a page tables may stand: between rules, next to captions, in columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.boxes import centre_in, gaps, overlap, union
from ingest.grid import is_numeric
from ingest.page import Caption, Page, Style
from ingest.picture_zones import is_chart
from ingest.reading_order import rows as visual_rows
from ingest.types import Box


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table may be."""

    box: Box
    rules: tuple[Box, ...]
    caption: Caption | None


def ruled_with_caption(
    page: Page, lines: Sequence[int], captions: Sequence[Caption], style: Style
) -> list[TablePlace]:
    """The ruled places that a caption says are tables: the surest, and so the first to try."""
    places = ruled(page, lines, captions, style)
    return [place for place in places if place.caption is not None]


def ruled(
    page: Page, lines: Sequence[int], captions: Sequence[Caption], style: Style
) -> list[TablePlace]:
    """Chains of horizontal rules of one extent with rows of text between them."""
    places: list[TablePlace] = []
    for chain in _chains(page, lines, captions, style):
        box = union(chain)
        caption = _caption_of(box, captions, style)
        if len(chain) < 2 or box.y1 - box.y0 < style.body_size:
            continue
        if caption is not None and not caption.is_table:
            continue
        if caption is None and (len(chain) < 3 or is_chart(page, box)):
            continue
        places.append(TablePlace(box, tuple(chain), caption))
    return places


def _chains(
    page: Page, lines: Sequence[int], captions: Sequence[Caption], style: Style
) -> list[list[Box]]:
    chains: list[list[Box]] = []
    for rule in _horizontal_rules(page):
        best = None
        for chain in chains:
            if not _same_extent(union(chain), rule):
                continue
            if _joined(page, chain, rule, lines, captions, style):
                best = chain
        if best is None:
            chains.append([rule])
        else:
            best.append(rule)
    return chains


def _horizontal_rules(page: Page) -> list[Box]:
    """Horizontal rules, top to bottom; pieces on one height that nearly touch are one rule."""
    flat = sorted(
        (r for r in page.rules if r.y1 - r.y0 <= 2.5 and r.x1 - r.x0 > 4),
        key=lambda r: (round(r.y0 / 1.5), r.x0),
    )
    merged: list[Box] = []
    for rule in flat:
        last = merged[-1] if merged else None
        if last and abs(last.y0 - rule.y0) < 1.6 and gaps(last, rule)[0] < 14:
            merged[-1] = union([last, rule])
        else:
            merged.append(rule)
    return sorted((r for r in merged if r.x1 - r.x0 > 30), key=lambda r: (r.y0, r.x0))[:400]


def _same_extent(box: Box, rule: Box) -> bool:
    shared = min(box.x1, rule.x1) - max(box.x0, rule.x0)
    wide, narrow = box.x1 - box.x0, rule.x1 - rule.x0
    return shared > 0.9 * narrow and (shared > 0.9 * wide or rule.x0 >= box.x0 - 3)


def _joined(
    page: Page,
    chain: Sequence[Box],
    rule: Box,
    lines: Sequence[int],
    captions: Sequence[Caption],
    style: Style,
) -> bool:
    """Whether what stands between a chain and the next rule can be rows of the same table."""
    box = union(chain)
    between = Box(box.x0 - 2, chain[-1].y1, box.x1 + 2, rule.y0)
    if between.y1 - between.y0 < 2:
        return True
    if any(centre_in(caption.box, between) for caption in captions):
        return False
    if _walled(page, between):
        return True
    inside = [i for i in lines if centre_in(page.lines[i].box, between)]
    if not inside:
        return between.y1 - between.y0 < 2.5 * style.line_height
    rows = visual_rows(inside, [line.box for line in page.lines])
    if any(page.lines[i].size > 1.2 * style.body_size for i in inside):
        return False
    if len(chain) == 1:  # a box around text, if a caption says that it is a table
        caption = _caption_of(union([box, rule]), captions, style)
        if caption is not None and caption.is_table:
            return True
    far = between.y1 - between.y0 > 3 * style.line_height
    if far and all(len(row) == 1 for row in rows):
        return False
    width = box.x1 - box.x0
    if any(len(row) == 1 and _leads_in(page.lines[row[0]].text) for row in rows):
        return False
    prose = sum(
        len(row) == 1
        and (b := page.lines[row[0]].box).x1 - b.x0 > 0.75 * width
        and len(page.lines[row[0]].text) > 45
        for row in rows
    )
    return prose <= max(1, 0.25 * len(rows))


def _leads_in(text: str) -> bool:
    """Whether a sentence announces what stands under it: "were as follows ($ in millions):"."""
    return text.rstrip().endswith(":") and len(text) > 25


def _walled(page: Page, between: Box) -> bool:
    """Whether rules run down both sides of a strip and between them: a row of a full grid."""
    height = between.y1 - between.y0
    walls = [
        rule.x0
        for rule in page.rules
        if rule.x1 - rule.x0 <= 2.5
        and min(rule.y1, between.y1) - max(rule.y0, between.y0) > 0.9 * height
    ]
    inner = any(between.x0 + 10 < x < between.x1 - 10 for x in walls)
    return inner and all(any(abs(x - side) < 6 for x in walls) for side in (between.x0, between.x1))


def captioned(
    page: Page, lines: Sequence[int], captions: Sequence[Caption], style: Style
) -> list[TablePlace]:
    """Runs of rows in columns right under, or else right over, a table's caption."""
    places: list[TablePlace] = []
    for caption in captions:
        if not caption.is_table:
            continue
        strip = _strip(page, caption)
        inside = [
            i for i in lines if overlap(page.lines[i].box, Box(strip[0], 0, strip[1], 1e5)) > 0.8
        ]
        boxes = [line.box for line in page.lines]
        below = [i for i in inside if boxes[i].y0 >= caption.box.y1 - 2]
        above = [i for i in inside if boxes[i].y1 <= caption.box.y0 + 2]
        rows_below = visual_rows(below, boxes)
        rows_above = visual_rows(above, boxes)[::-1]
        runs = [_run(page, rows, caption.box, style) for rows in (rows_below, rows_above)]
        best = max(runs, key=len)
        if len(best) >= 2:
            box = union(boxes[i] for row in best for i in row)
            places.append(TablePlace(box, _rules_in(page, box), caption))
    return places


def _strip(page: Page, caption: Caption) -> tuple[float, float]:
    """The column (x0, x1) in which a caption's table stands."""
    middle = page.width / 2
    if caption.box.x1 < middle + 12:
        return 0.0, middle + 12
    if caption.box.x0 > middle - 12:
        return middle - 12, page.width
    return 0.0, page.width


def _run(
    page: Page, rows: Sequence[Sequence[int]], start: Box, style: Style
) -> list[Sequence[int]]:
    """The first rows, going away from `start`, that are set in columns."""
    run: list[Sequence[int]] = []
    last, single = start, 0
    for row in rows:
        box = union(page.lines[i].box for i in row)
        distance = max(box.y0 - last.y1, last.y0 - box.y1)
        if distance > (2.5 if run else 4) * style.line_height:
            break
        single = single + 1 if len(row) == 1 else 0
        text = page.lines[row[0]].text
        if single > 2 or (single and len(text) > 70 and run):
            break
        run.append(row)
        last = box
    while run and len(run[-1]) == 1:
        run.pop()
    return run if sum(len(row) > 1 for row in run) > 1 else []


def numeric(
    page: Page, lines: Sequence[int], captions: Sequence[Caption], style: Style
) -> list[TablePlace]:
    """Runs of rows that end in numbers standing under each other, with the header above them."""
    boxes = [line.box for line in page.lines]
    prose = prose_lines(page)
    rows = visual_rows([i for i in lines if i not in prose], boxes)
    places: list[TablePlace] = []
    start = 0
    while start < len(rows):
        if not _has_numbers(page, rows[start]):
            start += 1
            continue
        stop = start + 1
        while stop < len(rows) and _goes_on(page, rows[start:stop], rows[stop], style):
            stop += 1
        while stop > start and len(rows[stop - 1]) == 1:
            stop -= 1
        top = start
        while top > max(0, start - 5) and _is_header(
            page, rows[top - 1], rows[top], rows[start], style
        ):
            top -= 1
        while top < start and len(rows[top]) == 1 and _is_label(page, rows[top], rows[start]):
            top += 1
        places += _numeric_place(page, rows[top:stop], captions, style)
        start = max(stop, start + 1)
    return places


def prose_lines(page: Page) -> frozenset[int]:
    """Lines of paragraphs, also of narrow ones beside a table: most go on in lower case."""
    blocks: dict[int, list[int]] = {}
    for index, line in enumerate(page.lines):
        blocks.setdefault(line.block, []).append(index)
    found: set[int] = set()
    for members in blocks.values():
        texts = [page.lines[i].text for i in members]
        going_on = sum(text[0].islower() for text in texts[1:])
        long = sum(map(len, texts)) > 15 * len(texts)
        if len(texts) > 2 and going_on > 0.45 * len(texts) and long:
            found.update(members)
    return frozenset(found)


def _has_numbers(page: Page, row: Sequence[int]) -> bool:
    return len(row) > 1 and any(is_numeric(page.lines[i].text) for i in row[1:])


def _goes_on(page: Page, run: Sequence[Sequence[int]], row: Sequence[int], style: Style) -> bool:
    """Whether `row` can be the next row of a run: near, in columns, or a short label."""
    lines = page.lines
    gap = min(lines[i].box.y0 for i in row) - max(lines[i].box.y1 for i in run[-1])
    if gap > 1.6 * style.line_height:
        return False
    if _has_numbers(page, row):
        return True
    if len(row) > 1:
        return all(len(lines[i].text) < 60 for i in row)
    singles = sum(len(r) == 1 for r in run[-3:])
    left = min(lines[i].box.x0 for r in run for i in r)
    right = max(lines[i].box.x1 for r in run for i in r)
    return singles < 3 and lines[row[0]].box.x1 < left + 0.6 * (right - left)


def _is_header(
    page: Page, row: Sequence[int], above: Sequence[int], first: Sequence[int], style: Style
) -> bool:
    """Whether `row`, over the first row of numbers, names columns or groups of rows."""
    lines = page.lines
    gap = min(lines[i].box.y0 for i in above) - max(lines[i].box.y1 for i in row)
    if gap > 1.2 * style.line_height or any(len(lines[i].text) > 70 for i in row):
        return False
    short = len(lines[row[0]].text) < 40
    return len(row) > 1 or short or not _is_label(page, row, first)


def _is_label(page: Page, row: Sequence[int], first: Sequence[int]) -> bool:
    """Whether a row of one piece stands over the labels of a table and not over its numbers."""
    return page.lines[row[0]].box.x0 < page.lines[first[0]].box.x1


def _numeric_place(
    page: Page, run: Sequence[Sequence[int]], captions: Sequence[Caption], style: Style
) -> list[TablePlace]:
    numbered = [row for row in run if _has_numbers(page, row)]
    if len(numbered) < 3 or len(numbered) < 0.4 * len(run):
        return []
    box = union(page.lines[i].box for row in run for i in row)
    caption = _caption_of(box, captions, style)
    if (caption is not None and not caption.is_table) or is_chart(page, box):
        return []
    aligned: dict[int, int] = {}
    for row in numbered:
        for i in row[1:]:
            if is_numeric(page.lines[i].text):
                key = round(page.lines[i].box.x1 / 6)
                aligned[key] = aligned.get(key, 0) + 1
    if max(aligned.values(), default=0) < 0.4 * len(numbered):
        return []
    return [TablePlace(box, _rules_in(page, box), caption)]


def _rules_in(page: Page, box: Box) -> tuple[Box, ...]:
    return tuple(
        rule
        for rule in _horizontal_rules(page)
        if box.y0 - 6 < rule.y0 < box.y1 + 6 and rule.x0 < box.x1 and rule.x1 > box.x0
    )


def _caption_of(box: Box, captions: Sequence[Caption], style: Style) -> Caption | None:
    """The caption next to a box: a table's stands over or under it, within two lines or so."""
    best: tuple[float, Caption] | None = None
    for caption in captions:
        across, down = gaps(box, caption.box)
        inside = overlap(caption.box, box) > 0.5
        if across > 0 or (down > 3 * style.line_height and not inside):
            continue
        distance = max(0.0, down) + (0 if caption.is_table else 6)
        if best is None or distance < best[0]:
            best = (distance, caption)
    return best[1] if best else None

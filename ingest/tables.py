"""Tables of a page, from their rules, their captions, and columns of numbers.

Three kinds of places are tried: between horizontal rules of the same extent (booktabs, grids),
next to a table's caption, and where rows of numbers stand aligned (financial statements). A place
is a table when its text falls into columns; when in doubt it stays prose, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from ingest.boxes import centre_in, union
from ingest.grid import (
    GridRow,
    Piece,
    Rows,
    alignment,
    columns,
    crossing,
    fill,
    header_rows,
    is_numeric,
    merge_bands,
    merge_wrapped,
    table_rows,
    tidy,
    to_markdown,
)
from ingest.page import Caption, Page, Style
from ingest.picture_zones import (
    holds_pictures,
    is_picture,
    picture_zones,
    without_pictures,
)
from ingest.reading_order import rows as visual_rows
from ingest.table_places import (
    TablePlace,
    captioned,
    numeric,
    prose_lines,
    ruled,
    ruled_with_caption,
)
from ingest.types import Box


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its box without the caption, and its cells, header first.

    Without `rows`, `markdown` is the table's text line by line: its cells could not be told.
    """

    box: Box
    caption: Caption | None
    markdown: str
    rows: Rows
    lines: tuple[int, ...]  # indexes into Page.lines


def find_tables(page: Page, captions: Sequence[Caption], style: Style) -> list[Table]:
    """The tables of a page, top to bottom. `captions` are the page's, of figures and tables."""
    taken = {i for caption in captions for i in caption.lines}
    taken |= {i for number, i in style.furniture if number == page.number}
    free = [i for i, line in enumerate(page.lines) if line.horizontal and i not in taken]
    if len(free) < 4:
        return []
    zones = picture_zones(page)
    page, free = without_pictures(page, free, zones)
    found: list[Table] = []
    used: set[int] = set()
    for find in (ruled_with_caption, captioned, numeric, ruled):
        left = [i for i in free if i not in used]
        open_captions = [c for c in captions if all(c is not t.caption for t in found)]
        for place in find(page, left, open_captions, style):
            if place.caption is None and holds_pictures(place.box, zones):
                continue
            table = _table(page, place, [i for i in left if i not in used], style)
            if table:
                found.append(table)
                used.update(table.lines)
    return sorted(found, key=lambda table: (table.box.y0, table.box.x0))


def _table(page: Page, place: TablePlace, lines: Sequence[int], style: Style) -> Table | None:
    x0, y0, x1, y1 = place.box
    around = Box(x0 - 4, y0 - 2, x1 + 4, y1 + 2)
    inside = [i for i in lines if centre_in(page.lines[i].box, around)]
    if len(inside) < 4:
        return None
    boxes = [line.box for line in page.lines]
    numbered = visual_rows(inside, boxes)
    rows = _pieces(page, numbered)
    for row in rows[:4]:
        row[:] = [_over_its_rule(page, piece, place.box) for piece in row]
    size = median(page.lines[i].size for i in inside)
    upright = _upright_rules(page, place.box)
    if not upright and place.caption is None and _is_prose(page, inside):
        return None
    separators = upright or columns(rows, max(2.5, 0.3 * size))
    if not separators or len(separators) > 40:
        return _boxed_text(place, inside, rows)
    in_columns = alignment(rows, separators) >= 0.65 and crossing(rows, separators) <= 0.25
    if not upright and not in_columns:
        return _boxed_text(place, inside, rows)
    titles = 0 if place.caption else _title_rows(rows, separators)
    numbered = numbered[titles:] + _rows_below(page, around, numbered, lines, separators)
    rows = rows[titles:] + _pieces(page, numbered[len(rows) - titles :])
    grid = tidy(fill(rows, separators))
    grid = merge_bands(grid, _wide_rules(place, around)) if upright else merge_wrapped(grid)
    if not _is_table(grid, place, titles > 0):
        return _boxed_text(place, inside, rows)
    cells = table_rows(grid, header_rows(grid, _header_rule(grid, place)))
    members = [i for row in numbered for i in row]
    title = _title(page, [i for i in inside if i not in members]) if titles else None
    top = grid[0].top - 2
    rules = [r for r in place.rules if centre_in(r, around) and r.y0 > top - style.line_height]
    box = union([*(boxes[i] for i in members), *rules])
    if place.caption is None and is_picture(page, box):
        return None
    return Table(box, place.caption or title, to_markdown(cells), cells, tuple(members))


def _is_prose(page: Page, lines: Sequence[int]) -> bool:
    return len(prose_lines(page).intersection(lines)) > 0.5 * len(lines)


def _pieces(page: Page, numbered: Sequence[Sequence[int]]) -> list[list[Piece]]:
    return [[Piece(page.lines[i].box, page.lines[i].text) for i in row] for row in numbered]


def _title_rows(rows: Sequence[Sequence[Piece]], separators: Sequence[float]) -> int:
    """How many of the first rows are one piece that runs on from the first column: a title."""
    count = 0
    while count < min(3, len(rows) - 2) and len(rows[count]) == 1:
        x0, _, x1, _ = rows[count][0].box
        if not x0 < separators[0] < x1 - 4:
            break
        count += 1
    return count


def _title(page: Page, lines: Sequence[int]) -> Caption:
    """What stands in for a caption: it has no label."""
    text = " ".join(page.lines[i].text for i in lines)
    return Caption("", True, text, union(page.lines[i].box for i in lines), tuple(lines))


def _rows_below(
    page: Page,
    around: Box,
    rows: Sequence[Sequence[int]],
    lines: Sequence[int],
    separators: Sequence[float],
) -> list[list[int]]:
    """Rows right under the last rule, in the same columns and as close: shaded tables end so."""
    boxes = [line.box for line in page.lines]
    inside = {i for row in rows for i in row}
    tops = sorted(min(boxes[i].y0 for i in row) for row in rows)
    pitch = median(b - a for a, b in pairwise(tops)) if len(tops) > 2 else 0.0
    below = [
        i
        for i in lines
        if i not in inside
        and boxes[i].y0 > tops[-1]
        and around.x0 <= boxes[i].x0
        and boxes[i].x1 <= around.x1
    ]
    found: list[list[int]] = []
    last = tops[-1]
    for row in visual_rows(below, boxes):
        top = min(boxes[i].y0 for i in row)
        whole = all(not any(boxes[i].x0 < x < boxes[i].x1 for x in separators) for i in row)
        numbers = any(is_numeric(page.lines[i].text) for i in row[1:])
        if top - last > 1.3 * pitch or not whole or not numbers:
            break
        found.append(row)
        last = top
    return found


def _boxed_text(
    place: TablePlace, inside: Sequence[int], rows: Sequence[Sequence[Piece]]
) -> Table | None:
    """A table whose cells cannot be told, as lines of text: its caption and rules say it is one."""
    if place.caption is None or len(place.rules) < 2:
        return None
    text = "\n".join(" ".join(piece.text for piece in row) for row in rows)
    return Table(place.box, place.caption, text, (), tuple(inside))


def _over_its_rule(page: Page, piece: Piece, table: Box) -> Piece:
    """A group's header as wide as the rule under it, which spans the columns it is for."""
    x0, y0, x1, y1 = piece.box
    under = [
        rule
        for rule in page.rules
        if y1 - 4 < rule.y0 < y1 + 6
        and table.x0 + 10 < rule.x0 < (x0 + x1) / 2 < rule.x1
        and x1 - x0 < rule.x1 - rule.x0 < 0.85 * (table.x1 - table.x0)
    ]
    if not under:
        return piece
    own = min(under, key=lambda rule: rule.x1 - rule.x0)
    return Piece(Box(min(x0, own.x0), y0, max(x1, own.x1), y1), piece.text)


def _upright_rules(page: Page, box: Box) -> list[float]:
    """The x of vertical rules inside a box that run along most of it: a grid's columns."""
    lengths: dict[int, float] = {}
    places: dict[int, float] = {}
    for rule in page.rules:
        x = (rule.x0 + rule.x1) / 2
        shared = min(rule.y1, box.y1) - max(rule.y0, box.y0)
        if rule.x1 - rule.x0 <= 2.5 and shared > 2.5 and box.x0 + 6 < x < box.x1 - 6:
            near = (round(x / 3) + step for step in (0, -1, 1))
            key = next((k for k in near if k in places), round(x / 3))
            places.setdefault(key, x)
            lengths[key] = lengths.get(key, 0.0) + shared
    return sorted(x for key, x in places.items() if lengths[key] > 0.6 * (box.y1 - box.y0))


def _wide_rules(place: TablePlace, around: Box) -> list[float]:
    return [r.y0 for r in place.rules if r.x1 - r.x0 > 0.7 * (around.x1 - around.x0)]


def _header_rule(grid: Sequence[GridRow], place: TablePlace) -> float | None:
    """The first wide rule under the first row of text."""
    width = place.box.x1 - place.box.x0
    below = [
        rule.y0
        for rule in place.rules
        if rule.x1 - rule.x0 > 0.7 * width and rule.y0 > (grid[0].top + grid[0].bottom) / 2
    ]
    return min(below, default=None)


def _is_table(grid: Sequence[GridRow], place: TablePlace, titled: bool) -> bool:
    """Whether cells are filled and short as a table's are; more is asked without a caption."""
    if len(grid) < 2 or len(grid[0].cells) < 2:
        return False
    cells = [cell for row in grid for cell in row.cells if cell]
    several = sum(sum(map(bool, row.cells)) > 1 for row in grid)
    share = len(cells) / (len(grid) * len(grid[0].cells))
    if several < 0.5 * len(grid) or share < 0.3 or len(cells) < 4 or _is_list(grid):
        return False
    numbers = sum(is_numeric(cell) for row in grid for cell in row.cells[1:] if cell)
    share_of_numbers = numbers / max(1, sum(bool(cell) for row in grid for cell in row.cells[1:]))
    if place.caption is not None:
        return mean(map(len, cells)) < 160
    if len(place.rules) > 2 and len(grid) + titled > 2:
        return share > 0.45 and mean(map(len, cells)) < (120 if len(place.rules) > 4 else 60)
    return len(grid) > 2 and share_of_numbers > 0.4 and not _is_contents(grid)


def _is_list(grid: Sequence[GridRow]) -> bool:
    """Whether the first of two columns holds only the marks of a list's items."""
    marks = [row.cells[0] for row in grid if row.cells[0]]
    return len(grid[0].cells) == 2 and sum(map(_is_mark, marks)) > 0.6 * len(marks)


def _is_mark(text: str) -> bool:
    bare = text.strip("().[]: ")
    return len(bare) < 2 or (bare.isdigit() and text != bare and len(bare) < 4)


def _is_contents(grid: Sequence[GridRow]) -> bool:
    """Whether the grid is a table of contents: titles and rising page numbers."""
    if len(grid[0].cells) > 3:
        return False
    last = [row.cells[-1] for row in grid if row.cells[-1]]
    pages = [int(value) for value in last if value.isdigit()]
    return len(pages) > 0.7 * len(last) and pages == sorted(pages) and len(pages) > 3

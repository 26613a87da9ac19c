"""Rows and columns from pieces of text that stand aligned, and their Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ingest.types import Box

Rows = tuple[tuple[str, ...], ...]

_NUMERIC = re.compile(
    r"[~<>≤≥±+\-−–—$€£¥(\s]*\d[\d.,:/ ]*(?:\s?[%×xkKmMbB]|[a-f]{1,3})?[)*†‡§\s]*"
    r"(?:\s?[±(][\d.,%) ]+)?|[-−–—]+|n/?a|nil",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:(?:19|20)\d\d\*?\s*)+")
_AMOUNT = re.compile(r"^([$€£¥(]) (?=[\d(])")
_CURRENCY = frozenset({"$", "€", "£", "¥", "(", "$ (", "$("})
_LONGEST_NAME = 80  # characters of a column's name, in a second row of the header
_UNIT = frozenset({"%", ")", ")%", ") %", "*", "x", "†"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that no wide space divides."""

    box: Box
    text: str


@dataclass(slots=True)
class GridRow:
    """The cells of one row, and its extent down the page."""

    cells: list[str]
    top: float
    bottom: float
    spans: list[tuple[int, int]]  # first and last column of each piece that lies over several


def is_numeric(text: str) -> bool:
    """Whether a cell holds a number, an amount, a range, or a mark for none."""
    return _NUMERIC.fullmatch(text.strip()) is not None


def columns(rows: Sequence[Sequence[Piece]], gap: float) -> list[float]:
    """The x of the separators between columns: strips at least `gap` points wide and almost free.

    Pieces that lie over several pieces of other rows (headers of groups) do not count.
    """
    counted = [
        piece for row in rows if len(row) > 1 for piece in row if not _spanning(piece, row, rows)
    ]
    if not counted:
        return []
    left, right = min(p.box.x0 for p in counted), max(p.box.x1 for p in counted)
    count = int(right - left) + 2
    steps = [0] * (count + 1)
    for piece in counted:
        steps[int(piece.box.x0 - left)] += 1
        steps[int(piece.box.x1 - left) + 1] -= 1
    allowed = len(rows) // 15
    separators: list[float] = []
    start: int | None = None
    for x, cover in enumerate(accumulate(steps[:count])):
        if cover <= allowed:
            start = x if start is None else start
        elif start is not None:
            if x - start >= gap:
                separators.append(left + (start + x) / 2)
            start = None
    return separators


def _spanning(piece: Piece, own: Sequence[Piece], rows: Sequence[Sequence[Piece]]) -> bool:
    over = 0
    for row in rows:
        if row is own:
            continue
        inside = sum(p.box.x0 < piece.box.x1 and p.box.x1 > piece.box.x0 for p in row)
        over += inside > 1
    return over > 1 or (over == 1 and len(rows) < 4)


def fill(rows: Sequence[Sequence[Piece]], separators: Sequence[float]) -> list[GridRow]:
    """Each row's pieces put into the columns that `separators` bound."""
    edges = [float("-inf"), *separators, float("inf")]
    filled: list[GridRow] = []
    for row in rows:
        cells = [""] * (len(separators) + 1)
        spans: list[tuple[int, int]] = []
        for piece in row:
            for part in _split(piece, separators) if len(row) > 1 else [piece]:
                first = _column(part.box.x0 + 1, edges)
                last = _column(part.box.x1 - 1, edges)
                if last > first:
                    spans.append((first, last))
                cells[first] = f"{cells[first]} {part.text}".strip()
        top, bottom = min(p.box.y0 for p in row), max(p.box.y1 for p in row)
        filled.append(GridRow(cells, top, bottom, spans))
    return filled


def crossing(rows: Sequence[Sequence[Piece]], separators: Sequence[float]) -> float:
    """The share of rows that are one piece lying over a separator, as lines of prose do."""
    single = [row[0].box for row in rows if len(row) == 1]
    over = sum(any(box.x0 + 4 < x < box.x1 - 4 for x in separators) for box in single)
    return over / len(rows)


def _column(x: float, edges: Sequence[float]) -> int:
    return next(i for i in range(len(edges) - 1) if x < edges[i + 1])


def _split(piece: Piece, separators: Sequence[float]) -> Iterator[Piece]:
    """A piece cut at the spaces that stand on separators: cells set close to each other.

    Letters are taken to be equally wide, which is near the truth for numbers, of which such
    pieces are made; other pieces stay whole ("2015 vs. 2014").
    """
    parts = list(_parts(piece, separators))
    amounts = all(is_numeric(part.text.rstrip(" $€£¥")) for part in parts)
    yield from parts if amounts else [piece]


def _parts(piece: Piece, separators: Sequence[float]) -> Iterator[Piece]:
    x0, y0, x1, y1 = piece.box
    width = (x1 - x0) / len(piece.text)
    start = 0
    for x in separators:
        spaces = [
            (abs(x0 + (i + 0.5) * width - x), i)
            for i in range(start + 1, len(piece.text) - 1)
            if piece.text[i] == " "
        ]
        if x0 < x < x1 and spaces and min(spaces)[0] < 1.5 * width + 2:
            at = min(spaces)[1]
            box = Box(x0 + start * width, y0, x0 + at * width, y1)
            yield Piece(box, piece.text[start:at].strip())
            start = at + 1
    yield Piece(Box(x0 + start * width, y0, x1, y1), piece.text[start:].strip())


def tidy(rows: list[GridRow]) -> list[GridRow]:
    """Columns of bare currency signs and units joined to their numbers; empty columns dropped."""
    if not rows:
        return rows
    count = len(rows[0].cells)
    target = list(range(count))
    for column in range(count):
        values = {row.cells[column] for row in rows if row.cells[column]}
        if not values:
            target[column] = -1
        elif column + 1 < count and _only_currency(rows, column):
            target[column] = column + 1
        elif values <= _UNIT and column:
            target[column] = column - 1 if target[column - 1] == column - 1 else column
    kept = [c for c in range(count) if target[c] == c]
    for row in rows:
        merged = dict.fromkeys(kept, "")
        for column in range(count):
            goal = target[column]
            while goal >= 0 and target[goal] not in (goal, -1):
                goal = target[goal]
            if goal in merged and row.cells[column]:
                glue = "" if column != goal or merged[goal] in _CURRENCY else " "
                merged[goal] = f"{merged[goal]}{glue}{row.cells[column]}".strip()
        row.spans = [_respan(span, kept) for span in row.spans]
        row.cells = [_AMOUNT.sub(r"\1", merged[c]) for c in kept]
    return rows


def _only_currency(rows: Sequence[GridRow], column: int) -> bool:
    """Whether a column holds the signs of the next one's amounts, and maybe its header."""
    signs = sum(row.cells[column] in _CURRENCY for row in rows)
    others = [row for row in rows if row.cells[column] and row.cells[column] not in _CURRENCY]
    return signs > 0 and not any(row.cells[column + 1] for row in others)


def _respan(span: tuple[int, int], kept: Sequence[int]) -> tuple[int, int]:
    inside = [i for i, column in enumerate(kept) if span[0] <= column <= span[1]]
    return (inside[0], inside[-1]) if inside else (0, 0)


def merge_bands(rows: Sequence[GridRow], rules: Sequence[float]) -> list[GridRow]:
    """Rows between two rules as one row: for grids, whose rules bound every cell.

    Bands that hold several rows of numbers are groups of rows and stay as they are.
    """
    bands: dict[int, list[GridRow]] = {}
    for row in rows:
        bands.setdefault(sum(y < (row.top + row.bottom) / 2 for y in rules), []).append(row)
    merged: list[GridRow] = []
    for band in bands.values():
        values = [cell for row in band[1:] for cell in row.cells[1:] if cell]
        numbers = sum(map(is_numeric, values))
        full = sum(bool(cell) for row in band[1:] for cell in row.cells)
        several = full > 0.75 * len(band[0].cells) * (len(band) - 1) and len(band) > 3
        if len(band) > 1 and (numbers > 0.5 * len(values) or not values or several):
            merged += merge_wrapped(band)
            continue
        merged.append(band[0])
        for row in band[1:]:
            if _is_group(row, merged[-1]):
                merged.append(row)
            else:
                _absorb(merged[-1], row)
    return merged


def _is_group(row: GridRow, above: GridRow) -> bool:
    """Whether a row of one cell, set apart from a row of values, names the rows that follow."""
    apart = row.top - above.bottom > 0.4 * (row.bottom - row.top)
    return apart and sum(map(bool, row.cells)) == 1 and _has_values(above)


def alignment(rows: Sequence[Sequence[Piece]], separators: Sequence[float]) -> float:
    """How well pieces stand under each other, 0 to 1: the share at their column's usual edge.

    The usual edge is the left, the right or the middle one, whichever most pieces share. In
    text that is justified with wide spaces, pieces begin and end anywhere.
    """
    edges = [float("-inf"), *separators, float("inf")]
    places: dict[int, tuple[dict[int, int], ...]] = {}
    total = aligned = 0
    for row in rows:
        for piece in row:
            first, last = _column(piece.box.x0 + 1, edges), _column(piece.box.x1 - 1, edges)
            if first != last or len(row) < 2:
                continue
            counts = places.setdefault(first, ({}, {}, {}))
            middle = (piece.box.x0 + piece.box.x1) / 2
            for count, x in zip(counts, (piece.box.x0, piece.box.x1, middle), strict=True):
                count[round(x / 3)] = count.get(round(x / 3), 0) + 1
    for counts in places.values():
        total += sum(counts[0].values())
        aligned += max(
            n + max(count.get(x - 1, 0), count.get(x + 1, 0))
            for count in counts
            for x, n in count.items()
        )
    return aligned / total if total else 0.0


def merge_wrapped(rows: Sequence[GridRow]) -> list[GridRow]:
    """Rows that carry on the cells of the row above joined to it.

    A row goes on when its first cell is empty and it brings no number, or when its label begins
    in lower case right under a label without numbers.
    """
    merged: list[GridRow] = []
    for row in rows:
        above = merged[-1] if merged else None
        near = above is not None and row.top - above.bottom < 0.6 * (row.bottom - row.top)
        if above is not None and near and not _is_group(row, above):
            rest = [cell for cell in row.cells[1:] if cell]
            numbers = any(is_numeric(cell) for cell in rest)
            label = row.cells[0]
            goes_on = not label and rest and not numbers and any(above.cells[1:])
            lower = label[:1].islower() and (not rest or not any(above.cells[1:]))
            if (goes_on and len(merged) > 1) or lower:
                _absorb(above, row)
                continue
        merged.append(row)
    return merged


def _absorb(above: GridRow, row: GridRow) -> None:
    above.cells = [f"{a} {b}".strip() for a, b in zip(above.cells, row.cells, strict=True)]
    above.bottom = max(above.bottom, row.bottom)
    above.spans += row.spans


def header_rows(rows: Sequence[GridRow], first_rule: float | None) -> int:
    """How many of the first rows are the header; 0 when the first holds values already.

    They are those above the first rule, or without numbers; the names of columns may go on
    under the rule of a group's name.
    """
    if first_rule is not None:
        above = sum((row.top + row.bottom) / 2 < first_rule for row in rows)
        if 0 < above <= 4 and above < len(rows) and not any(map(_has_values, rows[:above])):
            names = 0
            while above + names < min(4, len(rows) - 1) and _only_names(
                rows[above + names], rows[: above + names]
            ):
                names += 1
            return above + names
    for index, row in enumerate(rows[:4]):
        if _has_values(row):
            return index
        values = any(row.cells[1:])
        if not values and index and any(rows[index - 1].cells[1:]):
            return index
    return 1


def _has_values(row: GridRow) -> bool:
    """Whether a cell holds a number that is no year, beside the row's name."""
    return any(is_numeric(c) and not _YEAR.fullmatch(c) for c in row.cells[1:] if c)


def _only_names(row: GridRow, header: Sequence[GridRow]) -> bool:
    """Whether a row goes on with the header: words or years, as yet without a row's name.

    Under a single piece, such as the unit of all values, the first column has its name too.
    """
    if _has_values(row) or not any(row.cells[1:]) or max(map(len, row.cells)) > _LONGEST_NAME:
        return False
    single = sum(bool(cell) for above in header for cell in above.cells) == 1
    return not row.cells[0] or (single and sum(map(bool, row.cells)) > 1)


def table_rows(rows: Sequence[GridRow], headers: int) -> Rows:
    """The cells; the first `headers` rows become one, a group's header in each of its columns."""
    names = [""] * len(rows[0].cells)
    for row in rows[:headers]:
        cells = list(row.cells)
        for first, last in row.spans:
            for column in range(first + 1, last + 1):
                cells[column] = cells[column] or cells[first]
        names = [f"{a} {b}".strip() for a, b in zip(names, cells, strict=True)]
    return (tuple(names), *(tuple(row.cells) for row in rows[headers:]))


def to_markdown(rows: Rows) -> str:
    """A Markdown table whose first row is the header; pipes are escaped."""
    lines = ["| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")

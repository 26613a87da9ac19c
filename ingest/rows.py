"""Rows of cells as Markdown tables, in chunks that a reader can take in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Row = Sequence[str]

_CHUNK_ROWS = 40
_CHUNK_WORDS = 800  # a chunk of wide rows is closed earlier
_MOST_CELL = 32_767  # characters
_MOST_HEAD = 8_000  # characters of a header that is repeated; a longer one is repeated cut
_BREAKS = re.compile(r"\s+")


def tidy(rows: Sequence[Row]) -> list[list[str]]:
    """Rows of one width, cells on one line each, without the empty rows and columns.

    Cells longer than Excel allows go on in a row of their own below.
    """
    tidied = ([_BREAKS.sub(" ", cell).strip() for cell in row] for row in rows)
    clean = [part for row in tidied for part in _parts(row) if any(part)]
    width = max(map(len, clean), default=0)
    square = [row + [""] * (width - len(row)) for row in clean]
    used = [column for column in range(width) if any(row[column] for row in square)]
    return [[row[column] for column in used] for row in square]


def _parts(row: list[str]) -> Iterator[list[str]]:
    longest = max(map(len, row), default=0)
    if longest <= _MOST_CELL:
        yield row
        return
    for start in range(0, longest, _MOST_CELL):
        yield [cell[start : start + _MOST_CELL] for cell in row]


def markdown(rows: Sequence[Row]) -> str:
    """A Markdown table; the first row is its header."""
    if not rows:
        return ""
    head, *body = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def chunks(rows: Sequence[Row]) -> Iterator[str]:
    """Markdown tables of at most 40 rows or so each; every one repeats the header."""
    if not rows:
        return
    head, body = rows[0], rows[1:]
    part: list[Row] = []
    words = 0
    for row in body:
        size = sum(len(cell.split()) for cell in row)
        if part and (len(part) >= _CHUNK_ROWS or words + size > _CHUNK_WORDS):
            yield markdown([head, *part])
            head, part, words = _repeated(head), [], 0
        part.append(row)
        words += size
    yield markdown([head, *part])


def _repeated(head: Row) -> Row:
    """The header as later chunks have it: once is enough for one of many pages."""
    if sum(map(len, head)) <= _MOST_HEAD:
        return head
    most = max(8, _MOST_HEAD // len(head))
    return [cell if len(cell) <= most else cell[: most - 1] + "…" for cell in head]

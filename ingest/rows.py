"""Rows of cells as Markdown tables, in chunks that a reader can take in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Row = Sequence[str]

_CHUNK_ROWS = 40
_CHUNK_WORDS = 800  # a chunk of wide rows is closed earlier
_BREAKS = re.compile(r"\s+")


def tidy(rows: Sequence[Row]) -> list[list[str]]:
    """Rows of one width, cells on one line each, without the empty rows and columns."""
    clean = [[_BREAKS.sub(" ", cell).strip() for cell in row] for row in rows]
    clean = [row for row in clean if any(row)]
    width = max(map(len, clean), default=0)
    square = [row + [""] * (width - len(row)) for row in clean]
    used = [column for column in range(width) if any(row[column] for row in square)]
    return [[row[column] for column in used] for row in square]


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
            part, words = [], 0
        part.append(row)
        words += size
    yield markdown([head, *part])

"""Tables in Markdown, as parsers and models write them, as rows of cells."""

from __future__ import annotations

import re

Row = tuple[str, ...]

_RULE = re.compile(r":?-+:?")
_BAR = re.compile(r"(?<!\\)\|")


def cells(markdown: str) -> list[Row]:
    """The rows of a Markdown table, the header first, all of one width."""
    lines = [line.strip() for line in markdown.splitlines()]
    rows = [_cells(line) for line in lines if line.startswith("|")]
    rows = [row for row in rows if not all(_RULE.fullmatch(cell) for cell in row)]
    width = max(map(len, rows), default=0)
    return [row + ("",) * (width - len(row)) for row in rows]


def _cells(line: str) -> Row:
    inner = re.sub(r"(?<!\\)\|$", "", line.removeprefix("|"))
    return tuple(
        " ".join(cell.replace("\\|", "|").replace("<br>", " ").split())
        for cell in _BAR.split(inner)
    )

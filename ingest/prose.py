"""Paragraphs from the lines of a page, in reading order, around its figures and tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ingest.boxes import union
from ingest.page import Line, Page, Style
from ingest.reading_order import reading_order
from ingest.types import Box

_BULLET = re.compile(r"[•◦‣▪■●○–—*✓➢➤►»·-]\s|[•◦‣▪■●○✓➢➤►]")
_ITEM = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\[\d{1,3}\])\s", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]\d]*$")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u00ad\u2010]$")
_WORD_START = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, joined: broken words mended, line ends turned to spaces."""

    text: str
    box: Box
    size: float
    bold: bool  # all of it
    italic: bool
    rows: int


@dataclass(slots=True)
class _Row:
    """Lines on one baseline."""

    text: str
    box: Box
    size: float
    bold: bool
    italic: bool


def paragraphs(
    page: Page,
    lines: Sequence[int],
    floats: Sequence[Box],
    style: Style,
    words: Collection[str] = frozenset(),
) -> list[Paragraph | int]:
    """What a page says, in reading order: paragraphs, and for each float its index in `floats`.

    `lines` are indexes into `page.lines`: those that are in no figure or table, no caption and
    no running head. `words` are words of the document, lower case, that tell whether a hyphen
    at a line's end belongs to the word. Lines that run sideways come last.
    """
    upright = [i for i in lines if page.lines[i].horizontal]
    boxes = [page.lines[i].box for i in upright] + list(floats)
    sequence: list[_Row | int] = []
    for position in reading_order(boxes, style.body_size):
        if position >= len(upright):
            sequence.append(position - len(upright))
        else:
            _add_line(sequence, page.lines[upright[position]])
    found: list[Paragraph | int] = []
    for item in _grouped(sequence, style):
        found.append(item if isinstance(item, int) else _paragraph(item, words))
    joined = _continued(found, words)
    sideways = [page.lines[i] for i in lines if not page.lines[i].horizontal]
    return joined + [_sideways(group) for group in _blocks(sideways)]


def _add_line(sequence: list[_Row | int], line: Line) -> None:
    """Put a line at the end of the row that it carries on, or begin a row."""
    last = sequence[-1] if sequence else None
    if isinstance(last, _Row):
        box = last.box
        shared = min(box.y1, line.box.y1) - max(box.y0, line.box.y0)
        height = min(box.y1 - box.y0, line.box.y1 - line.box.y0)
        if shared > 0.5 * height and line.box.x0 >= box.x1 - 2:
            glue = "" if line.box.x0 - box.x1 < 0.08 * line.size else " "
            longer = len(line.text) > len(last.text)
            last.text += glue + line.text
            last.box = union([box, line.box])
            last.bold = last.bold and line.bold
            if longer:
                last.size, last.italic = line.size, line.italic
            return
    sequence.append(_Row(line.text, line.box, line.size, line.bold, line.italic))


def _grouped(sequence: Iterable[_Row | int], style: Style) -> list[list[_Row] | int]:
    groups: list[list[_Row] | int] = []
    for item in sequence:
        last = groups[-1] if groups else None
        if isinstance(item, int):
            groups.append(item)
        elif isinstance(last, list) and _belongs(last, item, style):
            last.append(item)
        else:
            groups.append([item])
    return groups


def _belongs(rows: Sequence[_Row], row: _Row, style: Style) -> bool:
    """Whether `row` carries on the paragraph that `rows` began."""
    above, size = rows[-1], max(rows[-1].size, row.size)
    if size > 1.15 * min(above.size, row.size) or above.bold != row.bold:
        return False
    if _BULLET.match(row.text) or not _near(rows, row, style):
        return False
    ended = _SENTENCE_END.search(above.text) is not None
    if _ITEM.match(row.text) and (ended or _ITEM.match(rows[0].text)):
        return False
    left = min(r.box.x0 for r in (rows[1:] or rows))
    indent = row.box.x0 - left
    if len(rows) > 1 and abs(indent) > 0.7 * size and (ended or indent < 0):
        return False
    if len(rows) == 1 and indent > 0.7 * size and above.italic and not row.italic:
        return False
    if len(rows) == 1 and indent > 0.7 * size and ended and not _BULLET.match(rows[0].text):
        return False
    right = max(r.box.x1 for r in (*rows, row))
    short = right - above.box.x1 > 0.25 * (right - left)
    return not (ended and short and not row.text[:1].islower())


def _near(rows: Sequence[_Row], row: _Row, style: Style) -> bool:
    """Whether `row` stands right under the last of `rows`, at the paragraph's line height."""
    above = rows[-1]
    pitch = (row.box.y0 + row.box.y1 - above.box.y0 - above.box.y1) / 2
    usual = max(1.1, style.line_height / style.body_size) * max(row.size, above.size)
    if pitch <= 0 or row.box.x0 > above.box.x1 or above.box.x0 > row.box.x1:
        return False
    if len(rows) > 1:
        before = rows[-2].box
        last = (above.box.y0 + above.box.y1 - before.y0 - before.y1) / 2
        if pitch > 1.3 * last and pitch > 1.15 * usual:
            return False
    return pitch < 1.45 * usual


def _paragraph(rows: Sequence[_Row], words: Collection[str]) -> Paragraph:
    text = rows[0].text
    for row in rows[1:]:
        text = join(text, row.text, words)
    longest = max(rows, key=lambda row: len(row.text))
    return Paragraph(
        text=text,
        box=union(row.box for row in rows),
        size=longest.size,
        bold=all(row.bold for row in rows),
        italic=longest.italic,
        rows=len(rows),
    )


def join(above: str, below: str, words: Collection[str] = frozenset()) -> str:
    """Two lines as one text; a word broken at the line's end is mended.

    The hyphen stays when the compound is a known word ("well-known"), when what stands before
    it is itself hyphenated, or when the next line does not go on in lower case.
    """
    broken = _BROKEN_WORD.search(above)
    rest = _WORD_START.match(below)
    if not broken or not rest:
        return f"{above} {below}"
    stem = above[: broken.end(1)]
    if above[-1] == "\u00ad":
        return stem + below
    if not rest[0][0].islower():
        return f"{stem}-{below}"
    whole = (broken[1] + rest[0]).lower()
    compound = f"{broken[1]}-{rest[0]}".lower()
    in_compound = stem[: broken.start(1)].endswith("-")
    if whole not in words and (compound in words or in_compound):
        return f"{stem}-{below}"
    return stem + below


def _continued(found: Sequence[Paragraph | int], words: Collection[str]) -> list[Paragraph | int]:
    """Paragraphs joined that a column's end or a float cuts in the middle of a sentence."""
    joined: list[Paragraph | int] = []
    open_at: int | None = None
    for item in found:
        if isinstance(item, int):
            joined.append(item)
            continue
        if open_at is not None:
            start = joined[open_at]
            assert isinstance(start, Paragraph)
            if _cut(start, item):
                joined[open_at] = Paragraph(
                    text=join(start.text, item.text, words),
                    box=union([start.box, item.box]),
                    size=start.size,
                    bold=start.bold,
                    italic=start.italic,
                    rows=start.rows + item.rows,
                )
                continue
        open_at = len(joined)
        joined.append(item)
    return joined


def _cut(start: Paragraph, rest: Paragraph) -> bool:
    """Whether `rest`, elsewhere on the page, is the end of `start`'s last sentence."""
    beside = rest.box.x0 > start.box.x1 or rest.box.y1 < start.box.y0
    elsewhere = beside or rest.box.y0 > start.box.y1 + 3 * start.size
    alike = abs(start.size - rest.size) < 0.6 and start.bold == rest.bold
    unfinished = not _SENTENCE_END.search(start.text) and start.rows > 1
    return elsewhere and alike and unfinished and rest.text[:1].islower()


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.block, []).append(line)
    return list(groups.values())


def _sideways(lines: Sequence[Line]) -> Paragraph:
    return Paragraph(
        text=" ".join(line.text for line in lines),
        box=union(line.box for line in lines),
        size=0.0,  # never a heading
        bold=False,
        italic=False,
        rows=len(lines),
    )

"""The legend of a chart: short phrases behind small coloured marks, or in a column beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.lookalikes import sides
from ingest.page import Line
from ingest.phrases import Phrase
from ingest.ticks import Found, number
from ingest.types import Box

_LEAST_NUMBERS = 2  # in a chart without axes
_LEGEND_LETTERS = 60  # in one entry
_LEAST_COLOURS = 0.5  # of the entries
_LETTER = re.compile(r"[^\W\d_]")
_RING = re.compile(r"[Oo0](?=[A-Z])")  # "OJapan": a mark that OCR read as a letter
_SIGN = re.compile(r"^[—–\-•●■▪◆▲○+]+\s*(?=\w)")  # a mark that is, or that OCR read as, a sign


class Mark(NamedTuple):
    """A small drawing, perhaps one that a legend explains."""

    box: Box
    colour: tuple[float, ...]


def entry(text: str) -> str:
    """An entry of a legend without the sign before it."""
    return _SIGN.sub("", text)


def marked_lines(
    lines: Sequence[Line], left: set[int], marks: Sequence[Mark], axes: bool, height: float
) -> set[int]:
    """Lines that a legend's marks stand before: two or more, in a row or a column.

    The colours of the marks must differ, or they are bullets or a chart's lines. Without axes the
    marks must be alike in size, or they are icons.
    """
    level: dict[int, list[Mark]] = {}
    for mark in marks:
        level.setdefault(int((mark.box.y0 + mark.box.y1) / 2 // height), []).append(mark)
    beside: dict[int, Mark] = {}
    for i in left:
        box = lines[i].box
        if not lines[i].horizontal or len(lines[i].text) > _LEGEND_LETTERS:
            continue
        at = int((box.y0 + box.y1) / 2 // height)
        close = (m for row in (at - 1, at, at + 1) for m in level.get(row, ()))
        near = [m for m in close if _before(m.box, box, height)]
        if near and _LETTER.search(lines[i].text):
            beside[i] = max(near, key=lambda m: m.box.x1)
    entries = {
        i
        for i in beside
        if any(
            _in_line(lines[i].box, lines[j].box, height)
            and (axes or _alike(beside[i].box, beside[j].box))
            for j in beside
            if j != i
        )
    }
    colours = len({beside[i].colour for i in entries})
    texts = {lines[i].text for i in entries}
    named = any(len(_LETTER.findall(text)) > 2 for text in texts)
    charted = axes or sum(number(line.text) is not None for line in lines) >= _LEAST_NUMBERS
    legend = charted and named and colours >= max(2, _LEAST_COLOURS * len(texts))
    return entries if legend else set()


def _alike(a: Box, b: Box) -> bool:
    """Whether two drawings have the same size."""
    pairs = zip(sides(a), sides(b), strict=True)
    return all(abs(one - other) < 0.1 * one + 0.2 for one, other in pairs)


def _before(mark: Box, text: Box, height: float) -> bool:
    """Whether a small drawing stands right before a text."""
    level = abs(mark.y0 + mark.y1 - text.y0 - text.y1) < height
    small = mark.y1 - mark.y0 < 1.5 * height and mark.x1 - mark.x0 < 6 * height
    return level and small and -0.2 * height < text.x0 - mark.x1 < 1.5 * height


def _in_line(a: Box, b: Box, height: float) -> bool:
    return abs(a.x0 - b.x0) < 0.3 * height or abs(a.y0 - b.y0) < 0.3 * height


def beside_plot(phrases: Sequence[Phrase], axes: Sequence[Found], height: float) -> list[Phrase]:
    """A legend without marks that can be seen: a tight column of phrases right of the ticks."""
    if len({axis.vertical for axis in axes if axis.ticks}) < 2:
        return []
    edge = max(axis.box.x1 for axis in axes)
    column: list[Phrase] = []
    best: list[Phrase] = []
    for p in sorted(phrases, key=lambda p: p.box.y0):
        if p.box.x0 < edge or number(p.text) is not None or len(_LETTER.findall(p.text)) < 2:
            continue
        for last in column[-1:]:
            shifted = bool(_SIGN.match(p.text)) != bool(_SIGN.match(last.text))
            slack = height * (1.6 if shifted else 0.4)
            if abs(p.box.x0 - last.box.x0) > slack or p.box.y0 - last.box.y1 > 1.3 * height:
                column = []
        column = [*column, p]
        best = max(best, column, key=len)
    misread = sum(_RING.match(p.text) is not None for p in best)
    return best if len(best) >= 2 and misread < 2 else []

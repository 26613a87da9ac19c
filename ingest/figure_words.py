"""What the words inside a figure are: title, axes, legend, rows, values; by geometry alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.axes import find_axes
from ingest.boxes import union
from ingest.legends import Mark, beside_plot, entry, marked_lines
from ingest.page import OCR_FONT, Line
from ingest.phrases import Phrase, in_order, join_lines, number_after
from ingest.reading_order import rows
from ingest.ticks import Found, number, usual_height
from ingest.types import Box

_MOST_LINES = 400  # more are a map or a drawing: only their text is kept
_LEAST_ROWS = 3
_TITLE_LETTERS = 160
_LARGER = 1.15  # a title than the other words; more where OCR measured them
_NO_TITLE = re.compile(r"(?:source|note)s?\b|\(?[a-zA-Z0-9]{1,2}[).:]\s?", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_SAYS = re.compile(r"[^\W_]")  # a letter or a digit
_POWER = re.compile(r"10[-−–]?\d")  # ten to a power, whose exponent came as a digit like others
_NOISE = re.compile(r"[08Oo()]+")  # round marks that OCR took for digits


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis, in the figure's own words."""

    title: str
    ticks: tuple[str, ...]  # from the left, from the bottom
    numeric: bool  # the ticks' values grow in step with their positions


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The words inside a figure. What is unsure stays in `others`; nothing is made up."""

    text: str = ""  # all of them, a group a line; of a chart the ticks last
    title: str = ""
    across: tuple[Axis, ...] = ()  # horizontal axes
    upward: tuple[Axis, ...] = ()  # vertical axes
    rows: tuple[str, ...] = ()  # what names the bars or the lines of numbers, from the top
    legend: tuple[str, ...] = ()
    values: tuple[str, ...] = ()  # a chart's numbers that are no ticks, row by row
    others: tuple[str, ...] = ()  # the rest, a phrase each, in reading order


NO_WORDS = FigureWords()


def read_words(
    lines: Sequence[Line],
    in_rows: Callable[[Sequence[Line]], list[str]],
    marks: Sequence[Mark] = (),
) -> FigureWords:
    """What each of the lines inside a figure is.

    Boxes may be in any unit, as long as the figure is upright. `in_rows` gives lines as text in
    the order in which they are read; `marks` are small drawings, some of them a legend's.
    """
    plain = "\n".join(in_rows(lines))
    if not lines or len(lines) > _MOST_LINES:
        return FigureWords(plain, others=tuple(plain.split("\n")) if plain else ())
    different = {(line.text, *map(round, line.box)): line for line in lines}  # no shadows
    spaced = sum(" " in line.text and number(line.text) is not None for line in lines)
    split = [part for line in different.values() for part in _apart(line, spaced < 3)]
    axes = find_axes(split)
    words, inner = _told(split, axes, marks)
    if not axes:
        return replace(words, text=plain)
    in_turn = sorted(axes, key=lambda axis: axis.vertical)
    ticks = [_tick_line(split, axis) for axis in in_turn if axis.ticks]
    return replace(words, text="\n".join(_ticks_last(words, in_rows(inner), ticks)))


def _told(
    lines: Sequence[Line], axes: Sequence[Found], marks: Sequence[Mark]
) -> tuple[FigureWords, list[Line]]:
    """The words but for their text, and the lines that are neither title, axis nor legend."""
    height = usual_height(lines)
    left = set(range(len(lines))) - {i for axis in axes for i in axis.lines}
    title = _title(lines, axes, left, height)
    left -= set(title)
    marked = marked_lines(lines, left, marks, bool(axes), height)
    phrases = join_lines(lines, left, marked, height)
    legend = [p for p in phrases if p.lines[0] in marked] or beside_plot(phrases, axes, height)
    phrases = [p for p in phrases if p not in legend]
    named = [] if any(axis.vertical for axis in axes) else _named_rows(phrases, height)
    charted = axes or named or legend
    values = [p for p in phrases if charted and number(p.text) is not None]
    others = [p for p in phrases if p not in named and p not in values and _SAYS.search(p.text)]
    ocr = lines[0].font == OCR_FONT
    words = FigureWords(
        title=" ".join(lines[i].text for i in title),
        across=_axes(lines, axes, vertical=False),
        upward=_axes(lines, axes, vertical=True),
        rows=tuple(dict.fromkeys(p.text for p in named)),
        legend=tuple(dict.fromkeys(entry(p.text) for p in in_order(legend))),
        values=tuple(
            p.text for p in in_order(values, by_row=True) if not (ocr and _NOISE.fullmatch(p.text))
        ),
        others=tuple(p.text for p in in_order(others)),
    )
    return words, [lines[i] for p in phrases for i in p.lines]


def _ticks_last(words: FigureWords, inner: Sequence[str], ticks: Sequence[str]) -> Iterator[str]:
    """A chart's words, a group a line: what names things first, then what is inside, then ticks."""
    axes = (*words.across, *words.upward)
    yield from dict.fromkeys(t for t in (words.title, *(a.title for a in axes), *words.legend) if t)
    yield from inner
    yield from ticks


def _tick_line(lines: Sequence[Line], axis: Found) -> str:
    """What stands along an axis, from the left or from the bottom."""
    side, sign = (1, -1) if axis.vertical else (0, 1)
    names = axis.named or tuple((i,) for i in (*axis.ticks, *axis.odd))
    ordered = sorted(names, key=lambda name: sign * lines[name[0]].box[side])
    return " ".join(lines[i].text for name in ordered for i in name)


def _apart(line: Line, always: bool) -> list[Line]:
    """The numbers of a line that is a whole row of ticks; else the line itself.

    "90 100" is two numbers if `always`, that is where others do not have such spaces in them.
    """
    parts = line.text.split()
    if len(parts) < 2 or not line.horizontal or (number(line.text) is not None and not always):
        return [line]
    if any(number(part) is None for part in parts):
        return [line]
    letter = (line.box.x1 - line.box.x0) / len(line.text)
    found: list[Line] = []
    end = 0
    for part in parts:
        start = line.text.index(part, end)
        end = start + len(part)
        x0, x1 = line.box.x0 + letter * start, line.box.x0 + letter * end
        found.append(replace(line, text=part, box=Box(x0, line.box.y0, x1, line.box.y1)))
    return found


def _axes(lines: Sequence[Line], axes: Sequence[Found], *, vertical: bool) -> tuple[Axis, ...]:
    """The different axes of one direction; panels often share one."""
    found = []
    for axis in axes:
        if axis.vertical is vertical:
            names = axis.named or tuple((i,) for i in axis.ticks)
            ticks = tuple(" ".join(lines[i].text for i in name) for name in names)
            title = " ".join(lines[i].text for i in axis.title).rstrip(" (")
            if all(_POWER.fullmatch(tick) for tick in ticks):
                ticks = ()
            found.append(Axis(title, ticks, not axis.named))
    return tuple(dict.fromkeys(axis for axis in found if axis.title or axis.ticks))


def _title(
    lines: Sequence[Line], axes: Sequence[Found], left: set[int], height: float
) -> list[int]:
    """The line at the top that is larger than the rest, or stands alone over a chart's middle."""
    upright = [i for i in left if lines[i].horizontal]
    if not upright:
        return []
    boxes = [line.box for line in lines]
    first = rows(upright, boxes)[0]
    whole = union(boxes)
    if len(first) != 1 or boxes[first[0]].y0 > whole.y0 + 0.5 * height:
        return []
    top = lines[first[0]]
    if number(top.text) is not None or len(_LETTER.findall(top.text)) < 4:
        return []
    if len(top.text) > _TITLE_LETTERS or _NO_TITLE.match(top.text) or len(lines) < 4:
        return []
    others = [line.size for i, line in enumerate(lines) if i != first[0]]
    larger = top.size > (1.3 if top.font == OCR_FONT else _LARGER) * max(others)
    bold = top.bold and not any(line.bold for i, line in enumerate(lines) if i != first[0])
    inside = [axis.box for axis in axes]
    if not inside:
        return first if larger else []
    plot = union(inside)
    over = top.box.y1 < plot.y0 + 0.5 * height
    across = [a.box for a in axes if not a.vertical] or [whole]
    middles = [(b.x0 + b.x1) / 2 for b in (union(across), plot, whole)]
    centred = any(abs((top.box.x0 + top.box.x1) / 2 - m) < height for m in middles)
    wordy = len(top.text.split()) >= 2
    panels = sum(not axis.vertical for axis in axes)
    return first if over and wordy and (larger or bold or (centred and panels < 2)) else []


def _named_rows(phrases: Sequence[Phrase], height: float) -> list[Phrase]:
    """Phrases that share an edge, each with numbers on its right: what bars are named by."""
    numbers = [p.box for p in phrases if number(p.text) is not None]
    boxes = [p.box for p in phrases]
    named = [p for p in phrases if number(p.text) is None and number_after(p.box, numbers, boxes)]
    best: list[Phrase] = []
    for edge in (0, 2):
        for p in named:
            group = [q for q in named if abs(q.box[edge] - p.box[edge]) < 0.7 * height]
            best = max(best, group, key=len)
    return sorted(best, key=lambda p: p.box.y0) if len(best) >= _LEAST_ROWS else []

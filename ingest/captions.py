"""Captions of figures and tables, found by their starts and kept consistent through a document.

After Clark and Divvala, "PDFFigures 2.0: Mining figures from research papers" (JCDL 2016): every
line that starts with a label is a candidate; running text also starts lines with "Figure 3
shows", so each candidate is weighed by how it is set, by how the document's other captions are
set, and by what else claims its number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.boxes import gaps, grow, union
from ingest.labels import label_start, mentions, normalise_label
from ingest.page import Caption, Drawing, Line, Page, PlacedImage, Style
from ingest.types import Box

__all__ = ["find_captions", "mentions", "normalise_label"]

_ENOUGH = 2.0  # the weight from which a candidate is a caption
_LONGEST = 30  # lines of one caption
_ONE_WORD = 14  # letters: "Illustration"
_SEPARATOR = re.compile(r"\s*[\])>】〉」]?\s*([:.|–—]|-\s)")
_LEADERS = re.compile(
    r"(\.\s?){4,}|\.{2,}\s*\d+\s*$"
)  # "Figure 2 ........ 17" in a list of figures
_REFUTED = (",", ")", ";", "'", "’")  # after the number these speak of running text
_ENDS_SENTENCE = re.compile(r"[.!?:;。]['\")\]”]?$")


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: Page
    line: int  # index into page.lines
    label: str
    form: tuple[str, str]  # the word as written and the separator: one document, one form
    weight: float


def find_captions(pages: Sequence[Page], style: Style) -> dict[int, list[Caption]]:
    """The captions of each page (by its number), from the top down.

    `pages` are all pages of the document, so that its captions are judged together; `style` is
    what is usual in it. Pages without captions are left out.
    """
    candidates = [c for page in pages for c in _candidates(page, style)]
    found: dict[int, list[Caption]] = defaultdict(list)
    for kept in _consistent(candidates):
        found[kept.page.number].append(_caption(kept, candidates, style))
    return {number: sorted(list_, key=lambda c: c.box[1::-1]) for number, list_ in found.items()}


def _candidates(page: Page, style: Style) -> Iterable[_Candidate]:
    for index, line in enumerate(page.lines):
        text = _with_number(page, index)
        start = label_start(text)
        if start is None or (page.number, index) in style.furniture:
            continue
        rest = text[start.end :]
        separator = _SEPARATOR.match(rest)
        mark = separator[1].strip() if separator else ""
        if _LEADERS.search(rest) or rest.strip(" .")[:1] in _REFUTED:
            continue
        weight = (
            _weigh_rest(rest, mark)
            + _weigh_place(page, index)
            + _weigh_looks(line, style)
            + _weigh_graphics(page, line.box)
        )
        yield _Candidate(page, index, start.label, (start.word, mark), weight)


def _with_number(page: Page, index: int) -> str:
    """A line's text, with the piece beside it when it is one word: "Table | 1." becomes whole."""
    line = page.lines[index]
    if len(line.text) > _ONE_WORD or " " in line.text or index + 1 >= len(page.lines):
        return line.text
    beside = page.lines[index + 1]
    across, down = gaps(line.box, beside.box)
    near = beside.box.x0 > line.box.x0 and across < 1.5 * line.size
    return f"{line.text} {beside.text}" if near and down < -0.5 * line.size else line.text


def _weigh_rest(rest: str, mark: str) -> float:
    """What follows the number: a colon speaks for a caption, "shows" against it."""
    text = rest.strip()
    if mark:
        return 3.0 if mark in ":|–—" else 1.5
    if not text:
        return 1.5
    if text[0].islower():
        return -3.0
    return 1.0 if rest[:2].isspace() else 0.5


def _weigh_place(page: Page, index: int) -> float:
    """Whether the line starts its block, and does not carry on a sentence from the line above."""
    line = page.lines[index]
    if index == 0 or page.lines[index - 1].block != line.block:
        return 1.0
    before = page.lines[index - 1]
    across, down = gaps(before.box, line.box)
    if down > 0.6 * line.size or across > 0 or abs(before.size - line.size) > 0.7:
        return 0.5
    return -0.5 if _ENDS_SENTENCE.search(before.text) else -2.0


def _weigh_looks(line: Line, style: Style) -> float:
    unlike_body = (
        line.bold
        or line.italic
        or line.font != style.body_font
        or line.size < style.body_size - 0.4
    )
    return 1.0 if unlike_body else 0.0


def _weigh_graphics(page: Page, box: Box) -> float:
    """Whether something drawn or placed is close above, below or beside the line."""
    near = grow(box, 3 * (box.y1 - box.y0))
    things: tuple[PlacedImage | Drawing, ...] = (*page.images, *page.drawings)
    for thing in things:
        x0, y0, x1, y1 = thing.box
        if x0 < near.x1 and x1 > near.x0 and y0 < near.y1 and y1 > near.y0:
            return 1.0
    return 0.0


def _consistent(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates that are captions, in page order, judged by the forms of all.

    A form that most of the strong candidates of a kind share speaks for those that have it and
    against the others. Of candidates with the same label the best are kept: more than one only
    where they are equally good and on different pages (parts of a document that each count anew).
    """
    forms: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for c in candidates:
        if c.weight >= _ENOUGH + 1:
            forms[_kind(c.label)][c.form] += 1
    judged: dict[str, list[tuple[float, _Candidate]]] = defaultdict(list)
    for c in candidates:
        weight = c.weight + _weigh_form(c.form, forms[_kind(c.label)])
        if weight >= _ENOUGH:
            judged[c.label].append((weight, c))
    kept: list[_Candidate] = []
    for rivals in judged.values():
        best = max(weight for weight, _ in rivals)
        by_page = {c.page.number: c for weight, c in reversed(rivals) if weight == best}
        kept += by_page.values()
    return sorted(kept, key=lambda c: (c.page.number, c.line))


def _weigh_form(form: tuple[str, str], seen: Counter[tuple[str, str]]) -> float:
    total = seen.total()
    if total < 2:
        return 0.0
    share = seen[form] / total
    return 1.0 if share >= 0.5 else (-1.0 if share < 0.1 else 0.0)


def _kind(label: str) -> str:
    return label.split(" ", 1)[0]


def _caption(start: _Candidate, candidates: Sequence[_Candidate], style: Style) -> Caption:
    """The whole caption that a candidate starts, with the lines that carry it on."""
    page = start.page
    others = {c.line for c in candidates if c.page.number == page.number} - {start.line}
    others |= {line for number, line in style.furniture if number == page.number}
    indexes = [start.line]
    while len(indexes) < _LONGEST:
        following = _following(page, indexes, others)
        if following is None:
            break
        indexes.append(following)
    lines = [page.lines[i] for i in indexes]
    return Caption(
        label=start.label,
        is_table=_kind(start.label) == "Table",
        text=_joined(line.text for line in lines),
        box=union(line.box for line in lines),
        lines=tuple(indexes),
    )


def _following(page: Page, indexes: Sequence[int], others: set[int]) -> int | None:
    """The line that carries a caption on: beside its last line, or close under it."""
    last = page.lines[indexes[-1]]
    so_far = union(page.lines[i].box for i in indexes)
    below: list[tuple[float, int]] = []
    for index in range(max(0, indexes[0] - 40), min(len(page.lines), indexes[-1] + 40)):
        line = page.lines[index]
        if index in indexes or index in others or not line.horizontal:
            continue
        across, down = gaps(last.box, line.box)
        height = min(last.box.y1 - last.box.y0, line.box.y1 - line.box.y0)
        beside = down < -0.5 * height and -1 <= line.box.x0 - last.box.x1 < 3 * last.size
        if beside and (line.block == last.block or _only_label(page, indexes)):
            return index
        if line.box.y0 > last.box.y0 and across < 0 and down > -0.5 * height:
            below.append((down, index))
    if not below:
        return None
    down, index = min(below)
    return index if _carries_on(page, indexes, so_far, index, down) else None


def _carries_on(page: Page, indexes: Sequence[int], so_far: Box, index: int, down: float) -> bool:
    last, line = page.lines[indexes[-1]], page.lines[index]
    if _only_label(page, indexes):  # its title is set below, often in another font
        return down < 1.2 * max(last.size, line.size)
    if abs(line.size - last.size) > 0.6:
        return False
    aligned = (
        abs(line.box.x0 - so_far.x0) < 3 * line.size
        or abs((line.box.x0 + line.box.x1) - (so_far.x0 + so_far.x1)) < 2 * line.size
    )
    if line.block == last.block:
        return aligned and down < 0.8 * line.size
    ended = _ENDS_SENTENCE.search(last.text) is not None
    short = last.box.x1 < so_far.x1 - 3 * last.size or len(indexes) == 1
    same_looks = (line.font, line.bold, line.italic) == (last.font, last.bold, last.italic)
    return aligned and same_looks and down < 0.35 * line.size and not (ended and short)


def _only_label(page: Page, indexes: Sequence[int]) -> bool:
    """Whether the caption so far is one line with "Figure 3" and no more."""
    first = page.lines[indexes[0]].text
    start = label_start(first)
    return len(indexes) == 1 and start is not None and not first[start.end :].strip(" .:|–—-")


def _joined(texts: Iterable[str]) -> str:
    """Lines as one text; a word broken by a hyphen at a line's end is joined."""
    whole = ""
    for text in texts:
        broken = re.search(r"[^\W\d_]-$", whole) and text[:1].islower()
        whole = whole[:-1] + text if broken else f"{whole} {text}".strip()
    return re.sub(r"\s+", " ", whole)

"""Synthetic papers with known truth: where each figure and table is, its label and its caption.

    python benchmarks/papers.py OUT [--count 40] [--seed 1]

Layouts as LaTeX sets them, in one and two columns: floats at the top of pages or in a column,
captions above, below and beside, in-text mentions at line starts, running heads, page numbers,
equations, listings, call-outs, footnotes, logos. The same seed gives the same papers.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import paper_figures as draw

from ingest.boxes import union
from ingest.mupdf import pymupdf
from ingest.types import Box

SUBJECTS = [
    "the method",
    "our model",
    "each sample",
    "a larger index",
    "the second stage",
    "this baseline",
]
VERBS = [
    "improves",
    "changes",
    "reaches",
    "limits",
    "follows from",
    "depends on",
    "is compared with",
]
OBJECTS = [
    "the cost of retrieval in long documents",
    "what earlier work has reported for small corpora",
    "a steady rate over all seeds",
    "the depth of the tree and the width of the beam",
    "measurements on three public collections",
    "an upper bound that is rarely met in practice",
]
HEADINGS = [
    "Introduction",
    "Related work",
    "Method",
    "Data",
    "Experiments",
    "Results",
    "Discussion",
    "Conclusion",
]
ROMAN = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


@dataclass(frozen=True)
class Truth:
    """One figure or table of a paper."""

    page: int  # 1-based
    kind: str  # "figure" or "table"
    label: str  # normalised: "Figure 3"
    caption: str
    box: Box  # points; the caption not included
    make: str  # how it was drawn


@dataclass(frozen=True)
class Layout:
    """How one paper is set."""

    two_columns: bool
    figure_word: str
    table_word: str
    separator: str
    roman_tables: bool
    captions_above: bool  # figures' captions; tables' are above in every second paper
    tables_above: bool
    caption_size: float
    caption_font: str
    centred: bool  # short captions
    side_captions: bool
    head: str
    logo: bool
    a4: bool


@dataclass
class Paper:
    """A paper being set: the document, the truth so far, and the place where text goes on."""

    rng: random.Random
    layout: Layout
    document: Any = field(default_factory=lambda: pymupdf.open())
    truth: list[Truth] = field(default_factory=list)
    figures: int = 0
    tables: int = 0
    column: int = 0
    y: float = 0.0
    top: float = 0.0  # where the columns of this page begin

    @property
    def page(self) -> Any:
        return self.document[-1]

    @property
    def width(self) -> float:
        return 595.0 if self.layout.a4 else 612.0

    @property
    def height(self) -> float:
        return 842.0 if self.layout.a4 else 792.0

    @property
    def bottom(self) -> float:
        return self.height - 72

    def span(self, wide: bool = False) -> tuple[float, float]:
        """Left and right of the current column, or of the whole text area."""
        left, right = (
            (54.0, self.width - 54) if self.layout.two_columns else (84.0, self.width - 84)
        )
        if wide or not self.layout.two_columns:
            return left, right
        width = (right - left - 18) / 2
        return left + self.column * (width + 18), left + self.column * (width + 18) + width


def make_paper(seed: int) -> tuple[bytes, list[Truth]]:
    """A paper's PDF and its truth."""
    rng = random.Random(seed)
    paper = Paper(rng, _layout(rng, seed))
    _new_page(paper)
    paper.y += _lines(
        paper, "A Study of " + rng.choice(OBJECTS).title(), 54, paper.width - 108, 16, "tibo"
    )
    paper.y = paper.top = paper.y + 14
    pages = rng.randint(4, 7)
    heading = 0
    while len(paper.document) <= pages:
        step = rng.random()
        if step < 0.12:
            heading += 1
            _heading(paper, f"{heading} {HEADINGS[heading % len(HEADINGS)]}")
        elif step < 0.60:
            _paragraph(paper)
        elif step < 0.66:
            _equation(paper)
        elif step < 0.71:
            _code_box(paper)
        elif step < 0.90:
            _figure(paper)
        else:
            _table(paper)
    data = bytes(paper.document.tobytes(garbage=3, deflate=True, no_new_id=True))
    return data, paper.truth


def _layout(rng: random.Random, seed: int) -> Layout:
    figure_word, table_word, separator = rng.choice(
        [
            ("Figure", "Table", ":"),
            ("Fig.", "Table", "."),
            ("FIGURE", "TABLE", "."),
            ("Figure", "Table", "."),
            ("Abbildung", "Tabelle", ":"),
            ("Fig.", "Table", ":"),
            ("Figure", "Table", " |"),
            ("Figure", "Table", ""),
        ]
    )
    return Layout(
        two_columns=seed % 2 == 0,
        figure_word=figure_word,
        table_word=table_word,
        separator=separator,
        roman_tables=table_word == "TABLE",
        captions_above=rng.random() < 0.2,
        tables_above=rng.random() < 0.6,
        caption_size=rng.choice([8.0, 9.0, 10.0]),
        caption_font="tibo" if separator == "" else rng.choice(["tiro", "tiro", "helv", "tiit"]),
        centred=rng.random() < 0.6,
        side_captions=rng.random() < 0.3,
        head=rng.choice(["", "Journal of Synthetic Results, Vol. 7", "Preprint. Under review."]),
        logo=rng.random() < 0.3,
        a4=rng.random() < 0.5,
    )


def _new_page(paper: Paper) -> None:
    page = paper.document.new_page(width=paper.width, height=paper.height)
    number = str(len(paper.document))
    page.insert_text((paper.width / 2 - 3, paper.height - 40), number, fontsize=9, fontname="tiro")
    if paper.layout.head:
        page.insert_text((54, 40), paper.layout.head, fontsize=8, fontname="tiit")
        page.draw_line((54, 46), (paper.width - 54, 46), width=0.5)
    if paper.layout.logo:
        page.draw_circle((paper.width - 70, 32), 9, color=None, fill=(0.8, 0.1, 0.2))
        page.draw_rect(
            pymupdf.Rect(paper.width - 66, 24, paper.width - 50, 40), fill=(0.1, 0.2, 0.6)
        )
    paper.column, paper.y, paper.top = 0, 66.0, 66.0
    if len(paper.document) > 1 and paper.rng.random() < 0.35:
        _figure(paper, wide=True)


def _room(paper: Paper, height: float) -> None:
    """Go on to the next column or page if `height` points do not fit."""
    if paper.y + height <= paper.bottom:
        return
    if paper.layout.two_columns and paper.column == 0:
        paper.column, paper.y = 1, paper.top
        if paper.y + height <= paper.bottom:
            return
    _new_page(paper)
    if paper.y + height > paper.bottom:
        _new_page(paper)


def _wrap(text: str, width: float, size: float, font: str) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and pymupdf.get_text_length(longer, fontname=font, fontsize=size) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def _lines(
    paper: Paper, text: str, x: float, width: float, size: float, font: str, centred: bool = False
) -> float:
    """Set text from paper.y on (it must fit the page); returns its height."""
    leading = 1.2 * size
    wrapped = _wrap(text, width, size, font)
    for i, line in enumerate(wrapped):
        length = pymupdf.get_text_length(line, fontname=font, fontsize=size)
        left = x + (width - length) / 2 if centred else x
        baseline = paper.y + i * leading + 0.9 * size
        paper.page.insert_text((left, baseline), line, fontsize=size, fontname=font)
    return leading * len(wrapped)


def _claim(rng: random.Random) -> str:
    return f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}"


def _sentence(paper: Paper) -> str:
    rng = paper.rng
    if rng.random() < 0.18 and paper.figures:
        word, number = paper.layout.figure_word.title(), rng.randint(1, paper.figures)
        verb = rng.choice(["shows that", "illustrates how", "reports that"])
        return f"{word} {number} {verb} {_claim(rng)}."
    text = _claim(rng)
    if rng.random() < 0.15 and paper.tables:
        text += f" ({paper.layout.table_word.title()} {rng.randint(1, paper.tables)})"
    return text[0].upper() + text[1:] + "."


def _paragraph(paper: Paper) -> None:
    text = " ".join(_sentence(paper) for _ in range(paper.rng.randint(3, 7)))
    x0, x1 = paper.span()
    for line in _wrap(text, x1 - x0, 10, "tiro"):
        _room(paper, 12)
        x0, _ = paper.span()
        paper.page.insert_text((x0, paper.y + 9), line, fontsize=10, fontname="tiro")
        paper.y += 12
    paper.y += paper.rng.choice([0, 4, 6])


def _heading(paper: Paper, text: str) -> None:
    _room(paper, 60)
    paper.y += 8
    x0, x1 = paper.span()
    paper.y += _lines(paper, text, x0, x1 - x0, 12, "tibo") + 4


def _equation(paper: Paper) -> None:
    _room(paper, 36)
    x0, x1 = paper.span()
    middle, y = (x0 + x1) / 2, paper.y + 18
    paper.page.insert_text((middle - 50, y), "f(x) =", fontsize=10, fontname="tiit")
    paper.page.insert_text((middle - 12, y - 7), "a + b", fontsize=9, fontname="tiit")
    paper.page.draw_line((middle - 16, y - 3), (middle + 16, y - 3), width=0.5)
    paper.page.insert_text((middle - 12, y + 7), "1 + c", fontsize=9, fontname="tiit")
    paper.page.insert_text(
        (x1 - 16, y), f"({paper.rng.randint(1, 20)})", fontsize=10, fontname="tiro"
    )
    paper.y += 36


def _code_box(paper: Paper) -> None:
    """A listing or a call-out: text in a frame, shaded in half of the cases."""
    listing = paper.rng.random() < 0.5
    x0, x1 = paper.span()
    font, size = ("cour", 8.0) if listing else ("helv", 9.0)
    if listing:
        lines = [f"{'    ' * (i % 3)}{w} = load('{w}', {i})" for i, w in enumerate(draw.WORDS[:9])]
    else:
        text = " ".join(_sentence(paper) for _ in range(3))
        lines = _wrap(text, x1 - x0 - 16, size, font)
    height = 1.25 * size * len(lines) + 14
    _room(paper, height + 14)
    x0, x1 = paper.span()
    fill = (0.93, 0.93, 0.96) if paper.rng.random() < 0.5 else None
    frame = pymupdf.Rect(x0, paper.y + 4, x1, paper.y + 4 + height)
    paper.page.draw_rect(frame, color=GREY, fill=fill, width=0.6)
    for i, line in enumerate(lines):
        baseline = paper.y + 4 + 7 + size + i * 1.25 * size
        paper.page.insert_text((x0 + 8, baseline), line, fontsize=size, fontname=font)
    paper.y += height + 14


def _caption_text(paper: Paper, kind: str) -> tuple[str, str]:
    """(caption, normalised label) of the next figure or table."""
    rng, layout = paper.rng, paper.layout
    if kind == "figure":
        paper.figures += 1
        number, word, label = str(paper.figures), layout.figure_word, f"Figure {paper.figures}"
    else:
        paper.tables += 1
        number = ROMAN[paper.tables] if layout.roman_tables else str(paper.tables)
        word, label = layout.table_word, f"Table {paper.tables}"
    body = _claim(rng).capitalize()
    text = f"{word} {number}{layout.separator} {body}."
    for _ in range(rng.choice([0, 0, 1, 2])):
        text += " " + f"{_claim(rng)}.".capitalize()
    return text, label


def _caption(paper: Paper, text: str, x0: float, x1: float) -> float:
    layout = paper.layout
    short = len(_wrap(text, x1 - x0, layout.caption_size, layout.caption_font)) == 1
    return _lines(
        paper, text, x0, x1 - x0, layout.caption_size, layout.caption_font, short and layout.centred
    )


def _figure(paper: Paper, wide: bool = False) -> None:
    rng, layout = paper.rng, paper.layout
    wide = wide and layout.two_columns
    full = wide or not layout.two_columns
    height = rng.uniform(110, 210)
    if not wide:
        _room(paper, height + 100)
    x0, x1 = paper.span(wide)
    caption, label = _caption_text(paper, "figure")
    beside = layout.side_captions and full and rng.random() < 0.6
    right = x0 + 0.62 * (x1 - x0) if beside else x1
    indent = 0.0 if full and beside else rng.choice([0.0, 0.0, 20.0])
    start = paper.y
    paper.y += 10
    if layout.captions_above and not beside:
        paper.y += _caption(paper, caption, x0, x1) + 6
    box = Box(x0 + indent, paper.y, right - indent, paper.y + height)
    make = rng.choice(["drawn", "diagram", "vector", "raster", "photo", "panels", "panels"])
    if make == "panels":
        count = rng.randint(2, 6 if full else 4)
        drawn = draw.panels(paper.page, box, rng, count)
        make = f"{count} panels"
    else:
        drawn = draw.picture(paper.page, box, rng, make)
    if beside:
        paper.y += rng.choice([0.0, height / 4])
        _caption(paper, caption, right + 14, x1)
        paper.y = max(drawn.y1, paper.y + 90) + 14
    else:
        paper.y = drawn.y1 + rng.choice([6.0, 10.0])
        if not layout.captions_above:
            paper.y += _caption(paper, caption, x0, x1)
        paper.y += rng.choice([12.0, 18.0])
    if wide:
        paper.top = paper.y
    assert paper.y >= start
    paper.truth.append(Truth(len(paper.document), "figure", label, caption, drawn, make))


def _table(paper: Paper) -> None:
    rng = paper.rng
    rows, columns = rng.randint(3, 8), rng.randint(3, 5)
    _room(paper, 14 * rows + 90)
    x0, x1 = paper.span()
    caption, label = _caption_text(paper, "table")
    paper.y += 10
    if paper.layout.tables_above:
        paper.y += _caption(paper, caption, x0, x1) + 4
    top, step, gridded = paper.y, (x1 - x0) / columns, rng.random() < 0.5
    bottom = top + 14 * (rows + 1)
    for row in range(rows + 1):
        for column in range(columns):
            word = (
                rng.choice(draw.WORDS) if row == 0 or column == 0 else f"{rng.uniform(0, 99):.1f}"
            )
            at = (x0 + column * step + 4, top + row * 14 + 10)
            paper.page.insert_text(at, word, fontsize=9, fontname="tibo" if row == 0 else "tiro")
    levels = range(rows + 2) if gridded else (0, 1, rows + 1)
    for level in levels:
        paper.page.draw_line((x0, top + level * 14), (x1, top + level * 14), width=0.6)
    for column in range(columns + 1 if gridded else 0):
        x = x0 + column * step
        paper.page.draw_line((x, top), (x, bottom), width=0.6)
    paper.y = bottom + 8
    if not paper.layout.tables_above:
        paper.y += _caption(paper, caption, x0, x1)
    paper.y += 12
    make = "gridded" if gridded else "booktabs"
    box = union([Box(x0, top, x1, bottom)])
    paper.truth.append(Truth(len(paper.document), "table", label, caption, box, make))


GREY = draw.GREY


def write_papers(folder: Path, count: int, seed: int) -> list[tuple[Path, list[Truth]]]:
    """`count` papers as PDFs in `folder`, each with its truth as JSON beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[tuple[Path, list[Truth]]] = []
    for number in range(count):
        data, truth = make_paper(seed * 1000 + number)
        path = folder / f"paper-{number:02}.pdf"
        path.write_bytes(data)
        path.with_suffix(".json").write_text(json.dumps([asdict(t) for t in truth], indent=1))
        written.append((path, truth))
    return written


def main() -> None:
    """Write papers to a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    written = write_papers(arguments.out, arguments.count, arguments.seed)
    figures = sum(t.kind == "figure" for _, truth in written for t in truth)
    print(f"{len(written)} papers with {figures} figures in {arguments.out}")


if __name__ == "__main__":
    main()

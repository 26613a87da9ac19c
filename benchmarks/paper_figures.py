"""Pictures for synthetic papers: charts, diagrams and photographs, as vectors or as pixels.

Each function draws into a rectangle of a PyMuPDF page and returns the box of what it drew,
its words included.
"""

from __future__ import annotations

import io
import math
import random
import warnings
from typing import Any

import numpy as np

from ingest.boxes import union
from ingest.mupdf import pymupdf
from ingest.types import Box

COLOURS = [(0.12, 0.47, 0.71), (1.0, 0.5, 0.05), (0.17, 0.63, 0.17), (0.84, 0.15, 0.16)]
GREY = (0.5, 0.5, 0.5)
WORDS = [
    "depth",
    "rate",
    "loss",
    "gain",
    "step",
    "epoch",
    "width",
    "cost",
    "time",
    "share",
    "noise",
    "recall",
    "error",
    "size",
]


class Pen:
    """Draws on a page and remembers the box of all that it drew."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.boxes: list[Box] = []

    @property
    def box(self) -> Box:
        return union(self.boxes)

    def line(self, a: tuple[float, float], b: tuple[float, float], **style: Any) -> None:
        self.page.draw_line(a, b, **style)
        self._seen(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))

    def rect(self, x0: float, y0: float, x1: float, y1: float, **style: Any) -> None:
        self.page.draw_rect(pymupdf.Rect(x0, y0, x1, y1), **style)
        self._seen(x0, y0, x1, y1)

    def circle(self, x: float, y: float, r: float, **style: Any) -> None:
        self.page.draw_circle((x, y), r, **style)
        self._seen(x - r, y - r, x + r, y + r)

    def path(self, points: list[tuple[float, float]], **style: Any) -> None:
        self.page.draw_polyline(points, **style)
        xs, ys = zip(*points, strict=True)
        self._seen(min(xs), min(ys), max(xs), max(ys))

    def text(
        self, x: float, y: float, text: str, size: float = 7, font: str = "helv", turn: int = 0
    ) -> None:
        """Text that starts at (x, y) on its baseline, or is centred there if `turn` is 90."""
        width = pymupdf.get_text_length(text, fontname=font, fontsize=size)
        if turn:
            self.page.insert_text((x, y + width / 2), text, fontsize=size, fontname=font, rotate=90)
            self._seen(x - 0.8 * size, y - width / 2, x + 0.2 * size, y + width / 2)
            return
        self.page.insert_text((x, y), text, fontsize=size, fontname=font)
        self._seen(x, y - 0.8 * size, x + width, y + 0.2 * size)

    def centred(self, x: float, y: float, text: str, size: float = 7, font: str = "helv") -> None:
        width = pymupdf.get_text_length(text, fontname=font, fontsize=size)
        self.text(x - width / 2, y, text, size, font)

    def _seen(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.boxes.append(Box(x0, y0, x1, y1))


def drawn_chart(page: Any, box: Box, rng: random.Random, kind: str = "") -> Box:
    """A chart with axes, ticks and names, drawn as single paths."""
    pen = Pen(page)
    kind = kind or rng.choice(["line", "bar", "scatter", "open bar"])
    left, bottom = box.x0 + 26, box.y1 - 22
    width, height = box.x1 - left - 4, bottom - box.y0 - 6
    if kind != "open bar":
        pen.line((left, box.y0 + 3), (left, bottom), width=0.6)
    pen.line((left, bottom), (box.x1 - 2, bottom), width=0.6)
    for tick in range(5):
        x, y = left + width * tick / 4, bottom - height * tick / 4
        pen.centred(x, bottom + 9, str(tick * 10), 6.5)
        pen.text(left - 16, y + 2, f"0.{tick * 2}", 6.5)
        if kind == "line":
            pen.line((left, y), (left + width, y), color=(0.85, 0.85, 0.85), width=0.4)
    pen.centred(left + width / 2, bottom + 19, rng.choice(WORDS).capitalize())
    pen.text(box.x0 + 6, bottom - height / 2, rng.choice(WORDS).capitalize(), turn=90)
    if kind == "line":
        for colour in COLOURS[: rng.randint(1, 4)]:
            points = [
                (left + width * i / 12, bottom - height * rng.uniform(0.1, 0.95)) for i in range(13)
            ]
            pen.path(points, color=colour, width=1)
    elif kind == "scatter":
        for _ in range(rng.randint(25, 120)):
            x, y = left + width * rng.random(), bottom - height * rng.random()
            pen.circle(x, y, 1.6, color=None, fill=rng.choice(COLOURS))
    else:
        count = rng.randint(4, 8)
        for i in range(count):
            x = left + width * (i + 0.2) / count
            top = bottom - height * rng.uniform(0.2, 0.95)
            pen.rect(x, top, x + 0.6 * width / count, bottom, color=None, fill=COLOURS[i % 4])
    return pen.box


def drawn_diagram(page: Any, box: Box, rng: random.Random) -> Box:
    """Named boxes in rows, with arrows from one to the next."""
    pen = Pen(page)
    columns, rows = (3, 2) if box.x1 - box.x0 < 300 else (5, 2)
    step_x, step_y = (box.x1 - box.x0) / columns, (box.y1 - box.y0) / rows
    for row in range(rows):
        for column in range(columns):
            x0, y0 = box.x0 + column * step_x + 4, box.y0 + row * step_y + 6
            x1, y1 = x0 + 0.7 * step_x, y0 + 0.6 * step_y
            if rng.random() < 0.3:
                pen.circle((x0 + x1) / 2, (y0 + y1) / 2, (y1 - y0) / 2, fill=(0.95, 0.95, 0.8))
            else:
                pen.rect(x0, y0, x1, y1, color=(0.2, 0.2, 0.4), fill=(0.88, 0.93, 1), width=0.8)
            pen.centred((x0 + x1) / 2, (y0 + y1) / 2 + 2, rng.choice(WORDS).capitalize(), 7)
            if column < columns - 1:
                x2, y = x0 + step_x - 1, (y0 + y1) / 2
                pen.line((x1 + 1, y), (x2, y), width=0.8)
                pen.path([(x2 - 4, y - 2.5), (x2, y), (x2 - 4, y + 2.5)], width=0.8)
    return pen.box


def plotted(page: Any, box: Box, rng: random.Random, *, vector: bool) -> Box:
    """A chart made by matplotlib that fills the box: embedded PDF, or PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    data = np.random.default_rng(rng.randrange(1 << 30))
    figure = Figure(figsize=((box.x1 - box.x0) / 72, (box.y1 - box.y0) / 72))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    kind = rng.choice(["line", "bar", "scatter", "image", "hist"])
    if kind == "line":
        for i in range(rng.randint(1, 4)):
            axes.plot(data.normal(size=60).cumsum(), label=f"run {i + 1}")
        axes.legend(fontsize=6)
        axes.grid(rng.random() < 0.5)
    elif kind == "bar":
        axes.barh(rng.sample(WORDS, 5), data.uniform(1, 9, 5))
    elif kind == "scatter":
        axes.scatter(*data.normal(size=(2, 150)), s=5, c=data.uniform(size=150))
    elif kind == "image":
        axes.imshow(data.uniform(size=(9, 14)), aspect="auto", cmap="viridis")
    else:
        axes.hist(data.normal(size=400), bins=24, color="0.4")
    axes.tick_params(labelsize=7)
    axes.set_xlabel(rng.choice(WORDS), fontsize=7)
    axes.set_ylabel(rng.choice(WORDS), fontsize=7)
    if rng.random() < 0.4:
        axes.set_title(f"{rng.choice(WORDS).capitalize()} by {rng.choice(WORDS)}", fontsize=8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a panel too small for its words is set as it is
        figure.tight_layout(pad=0.1)
    stream = io.BytesIO()
    metadata: dict[str, Any] = {"CreationDate": None} if vector else {}
    figure.savefig(stream, format="pdf" if vector else "png", dpi=130, metadata=metadata)
    rect = pymupdf.Rect(box)
    if vector:
        with pymupdf.open(stream=stream.getvalue(), filetype="pdf") as source:
            page.show_pdf_page(rect, source, 0, keep_proportion=False)
    else:
        page.insert_image(rect, stream=stream.getvalue(), keep_proportion=False)
    return box


def photograph(page: Any, box: Box, rng: random.Random) -> Box:
    """Smooth coloured noise, as a photograph would be placed."""
    height, width = int(box.y1 - box.y0), int(box.x1 - box.x0)
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    layers = [
        128
        + 120 * np.sin(rng.uniform(4, 20) * across + rng.uniform(4, 20) * down + rng.random() * 6)
        for _ in range(3)
    ]
    samples = np.stack(layers, axis=-1).astype(np.uint8)
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, width, height, samples.tobytes(), False)
    page.insert_image(pymupdf.Rect(box), stream=pixmap.tobytes("png"), keep_proportion=False)
    return box


def panels(page: Any, box: Box, rng: random.Random, count: int) -> Box:
    """`count` pictures (2 to 6) in rows with gaps, named (a), (b), … below each."""
    columns = count if count <= 3 else math.ceil(count / 2)
    rows = math.ceil(count / columns)
    gap = rng.choice([8.0, 16.0, 30.0])
    named = rng.random() < 0.7
    width = (box.x1 - box.x0 - gap * (columns - 1)) / columns
    height = (box.y1 - box.y0 - gap * (rows - 1)) / rows - (12 if named else 0)
    make = rng.choice(["drawn", "vector", "raster", "photo"])
    pen = Pen(page)
    for i in range(count):
        x0 = box.x0 + (i % columns) * (width + gap)
        y0 = box.y0 + (i // columns) * (height + gap + (12 if named else 0))
        inner = Box(x0, y0, x0 + width, y0 + height)
        pen.boxes.append(picture(page, inner, rng, make))
        if named:
            words = f"({chr(97 + i)}) {rng.choice(WORDS).capitalize()}"
            pen.centred(x0 + width / 2, inner.y1 + 9, words, 8, "tiro")
    return pen.box


def picture(page: Any, box: Box, rng: random.Random, make: str) -> Box:
    """One picture of the given make: drawn, diagram, vector, raster, photo."""
    if make == "drawn":
        return drawn_chart(page, box, rng)
    if make == "diagram":
        return drawn_diagram(page, box, rng)
    if make == "photo":
        return photograph(page, box, rng)
    return plotted(page, box, rng, vector=make == "vector")

"""The diagrams: how files become an index, how it is stored, how a question is answered."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_GREY,
    PALE_ORANGE,
    PAPER,
    RED,
    RULE,
    arrow,
    box,
    canvas,
)


def flow() -> Figure:
    """Both ways through the project, ingest above and ask below."""
    figure, axes = canvas(8.6, 3.7)
    axes.text(1.5, 34.6, "rag ingest", family="DejaVu Sans Mono", weight="bold", color=BLUE)
    steps = [
        ("Files", "PDF, slides, pages,\ntables, pictures"),
        ("Elements", "text, tables, figures,\neach with page and box"),
        ("Links", "captions, labels,\n“see Figure 3”"),
        ("Vectors", "one for each passage,\ntable and figure"),
    ]
    for column, (title, detail) in enumerate(steps):
        left = 1.5 + column * 16.6
        box(axes, left, 24.5, 13.6, 8, title, detail)
        arrow(axes, (left + 13.6, 28.5), (left + 16.6, 28.5))
    box(
        axes, 67.9, 13, 16.6, 19.5, "Index",
        "SQLite: documents,\nelements, vectors,\nwords (FTS5)\n\ncrops of figures\n\nFAISS caches",
        fill=PALE_GREY, edge=GREY,
    )  # fmt: skip
    axes.text(1.5, 17.6, "rag ask", family="DejaVu Sans Mono", weight="bold", color=ORANGE)
    box(axes, 1.5, 7.5, 13.6, 8, "Answer", "sentences, each with [n],\nor an honest no",
        fill=PALE_ORANGE, edge=ORANGE)  # fmt: skip
    box(axes, 18.1, 7.5, 13.6, 8, "Evidence", "numbered, with page,\nbox and crop",
        fill=PALE_ORANGE, edge=ORANGE)  # fmt: skip
    box(axes, 34.7, 7.5, 13.6, 8, "Fusion", "reciprocal ranks,\nlabels and edges",
        fill=PALE_ORANGE, edge=ORANGE)  # fmt: skip
    box(axes, 51.3, 7.5, 13.6, 8, "Channels", "words (BM25),\nmeaning (MiniLM)",
        fill=PALE_ORANGE, edge=ORANGE)  # fmt: skip
    for column in range(3):
        arrow(axes, (18.1 + column * 16.6, 11.5), (15.1 + column * 16.6, 11.5))
    arrow(axes, (67.9, 18), (62, 15.5), bend=-0.15)
    axes.text(58.1, 2.2, "Question", ha="center", weight="bold", fontsize=8.5)
    arrow(axes, (58.1, 3.8), (58.1, 7.5))
    return figure


def storage() -> Figure:
    """What lies in the index folder, and which part of it is the truth."""
    figure, axes = canvas(8.0, 3.6)
    axes.add_patch(Rectangle((28, 2), 50, 32, facecolor=PAPER, edgecolor=RULE, linewidth=1.2))
    axes.text(29.5, 30.8, ".rag/", family="DejaVu Sans Mono", weight="bold")
    box(axes, 2, 22, 17, 8, "Writer", "one at a time,\nholds a lock")
    box(axes, 2, 6, 17, 8, "Readers", "as many as you like,\nnever blocked", fill=PALE_GREEN,
        edge=GREEN)  # fmt: skip
    box(axes, 31, 8, 20, 20, "SQLite catalogue", "the truth\n\ndocuments and paths\n"
        "elements\nvectors (float32)\nword index (FTS5)\nreceipts and runs")  # fmt: skip
    box(axes, 56, 19.5, 19, 8.5, "crops/", "a picture for each figure,\nnamed by its SHA-256",
        fill=PALE_GREY, edge=GREY)  # fmt: skip
    box(axes, 56, 8, 19, 8.5, "FAISS files", "a cache: rebuilt from\nSQLite when stale or lost",
        fill=PALE_ORANGE, edge=ORANGE)  # fmt: skip
    arrow(axes, (19, 26), (31, 23))
    axes.text(23.4, 26.9, "one transaction\nper document", fontsize=7, color=GREY, ha="center",
              va="bottom")  # fmt: skip
    arrow(axes, (31, 13), (19, 10), color=GREEN)
    axes.text(23.4, 8.6, "committed\ndocuments only", fontsize=7, color=GREY, ha="center", va="top")
    arrow(axes, (51, 23.5), (56, 23.5))
    arrow(axes, (51, 12.2), (56, 12.2), dashed=True, color=ORANGE)
    return figure


def retrieval() -> Figure:
    """From a question to numbered evidence."""
    figure, axes = canvas(8.6, 3.9)
    box(axes, 1.5, 15.5, 14, 8, "Question", "words, or a picture")
    channels = [
        (30, "Words", "BM25 over passages, tables,\nfigures and whole pages", PALE_GREEN, GREEN),
        (21.3, "Meaning", "MiniLM, cosine over\n384 dimensions", PALE_GREEN, GREEN),
        (12.6, "Labels", "“Figure 3”, “page 12”,\n“Section 2”: looked up", PALE_ORANGE, ORANGE),
        (3.9, "Edges", "a passage that says\n“see Fig. 3”, and back", PALE_ORANGE, ORANGE),
    ]
    for bottom, title, detail, fill, edge in channels:
        box(axes, 24, bottom - 2, 19, 7.4, title, detail, fill=fill, edge=edge)
        arrow(axes, (15.5, 19.5), (24, bottom + 1.7), bend=0.0)
        arrow(axes, (43, bottom + 1.7), (51, 19.5), bend=0.0)
    box(axes, 51, 15.5, 14, 8, "Fusion", "weighted reciprocal\nranks")
    box(axes, 71, 15.5, 13.5, 8, "Evidence", "[1], [2], … each with\nits channels’ scores",
        fill=PALE_GREY, edge=GREY)  # fmt: skip
    arrow(axes, (65, 19.5), (71, 19.5))
    return figure


def page_anatomy() -> Figure:
    """One page in points, with the boxes that a parser finds on it."""
    figure, axes = canvas(3.3, 4.0)
    left, top, scale = 3.6, 36.6, 0.0415  # points to tenths of an inch

    def place(
        x0: float, y0: float, x1: float, y1: float, fill: str, edge: str
    ) -> tuple[float, ...]:
        axes.add_patch(
            Rectangle(
                (left + x0 * scale, top - y1 * scale), (x1 - x0) * scale, (y1 - y0) * scale,
                facecolor=fill, edgecolor=edge, linewidth=1,
            )
        )  # fmt: skip
        return left + (x0 + x1) / 2 * scale, top - (y0 + y1) / 2 * scale

    def name(at: tuple[float, float], text: str, color: str = INK) -> None:
        axes.text(at[0], at[1], text, ha="center", va="center", fontsize=6.5, color=color)

    place(0, 0, 612, 792, PAPER, GREY)
    name(place(54, 30, 558, 52, PALE_GREY, RULE), "running head (dropped)", GREY)
    name(place(54, 72, 558, 112, PALE_BLUE, BLUE), "heading")
    for y0, y1 in ((130, 300), (310, 470)):
        name(place(54, y0, 297, y1, PALE_BLUE, BLUE), "text")
    name(place(54, 490, 297, 660, PALE_GREEN, GREEN), "table")
    name(place(54, 670, 297, 710, PAPER, GREEN), "its caption")
    name(place(315, 130, 558, 360, PALE_ORANGE, ORANGE), "figure")
    name(place(315, 370, 558, 416, PAPER, ORANGE), "its caption")
    name(place(315, 430, 558, 710, PALE_BLUE, BLUE), "text")
    name(place(276, 740, 336, 762, PALE_GREY, RULE), "7", GREY)
    arrow(axes, (left, top + 1.3), (left + 612 * scale, top + 1.3))
    axes.text(left + 306 * scale, top + 1.6, "x: 612 points", ha="center", fontsize=6.5)
    arrow(axes, (left - 1.1, top), (left - 1.1, top - 792 * scale))
    axes.text(left - 1.7, top - 396 * scale, "y: 792 points", rotation=90, ha="center", va="center",
              fontsize=6.5)  # fmt: skip
    axes.plot([left], [top], marker="o", markersize=4, color=RED)
    axes.text(left - 0.4, top + 0.7, "(0, 0)", fontsize=6.5, color=RED, ha="right")
    return figure

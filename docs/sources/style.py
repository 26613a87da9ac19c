"""Colours, fonts and the two shapes that every diagram is made of."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

INK = "#1b2a3a"
GREY = "#6b7a8c"
RULE = "#c9d3de"
PAPER = "#ffffff"
BLUE, ORANGE, GREEN, RED = "#2f6db5", "#d9822b", "#2f8f6b", "#b8473d"
PALE_BLUE, PALE_ORANGE, PALE_GREEN, PALE_GREY = "#e8f0fa", "#fdf0e1", "#e4f4ed", "#f2f5f8"

plt.rcParams.update(
    {
        "font.family": ["DejaVu Sans", "sans-serif"],
        "font.size": 8.5,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlecolor": INK,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#e6ebf1",
        "grid.linewidth": 0.8,
        "text.color": INK,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "legend.frameon": False,
        "pdf.fonttype": 42,
        "svg.fonttype": "none",  # words stay words: they can be searched and read aloud
        "svg.hashsalt": "multimodal-rag",
    }
)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Give an empty drawing board; its units are 1/10 inch, origin at the bottom left."""
    figure = plt.figure(figsize=(width, height))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width * 10)
    axes.set_ylim(0, height * 10)
    axes.set_axis_off()
    return figure, axes


def box(
    axes: Axes,
    left: float,
    bottom: float,
    width: float,
    height: float,
    title: str,
    detail: str = "",
    *,
    fill: str = PALE_BLUE,
    edge: str = BLUE,
) -> None:
    """Draw a rounded box with a bold title and, below it, a smaller detail."""
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.9",
            facecolor=fill,
            edgecolor=edge,
            linewidth=1.1,
        )
    )
    x, y = left + width / 2, bottom + height / 2
    if not detail:
        axes.text(x, y, title, ha="center", va="center", weight="bold", fontsize=8.5)
        return
    lines = detail.count("\n") + 1
    half = (1.5 + 1.35 * lines) / 2
    axes.text(x, y + half, title, ha="center", va="top", weight="bold", fontsize=8.5)
    axes.text(
        x, y + half - 2.0, detail, ha="center", va="top", fontsize=7, color=GREY, linespacing=1.3
    )


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    bend: float = 0.0,
    color: str = GREY,
    dashed: bool = False,
) -> None:
    """Draw an arrow; `bend` curves it, in fractions of its length."""
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=9,
            linewidth=1.2,
            color=color,
            linestyle="--" if dashed else "-",
            connectionstyle=f"arc3,rad={bend}",
            shrinkA=0,
            shrinkB=1,
        )
    )

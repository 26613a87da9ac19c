"""One figure with axes in a style: labels, grids, numbers, legends, and its pixels."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FixedLocator,
    MaxNLocator,
    StrMethodFormatter,
)
from PIL import Image

from indexes.clip.drawing.facts import Drawing, Facts, Renderer
from indexes.clip.drawing.looks import Look
from indexes.clip.drawing.mpl_styles import Style, style
from indexes.clip.drawing.mpl_words import numbers, quantity
from indexes.clip.drawing.shapes import Values

LARGEST, SMALLEST = 900, 250  # pixels a side
_LEFT, _RIGHT, _BOTTOM, _TOP = 2.2, 2.2, 1.8, 1.1  # inches round the axes, cropped in the end


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure to draw on. `plain` leaves all axis labels out."""

    random_: random.Random
    rng: np.random.Generator
    figure: Figure
    style: Style
    width: float  # of the axes, inches
    height: float
    plain: bool

    @property
    def look(self) -> Look:
        return self.style.look

    def maybe(self, chance: float) -> bool:
        """True in so many cases of one."""
        return self.random_.random() < chance


Painter = Callable[[Sheet], Facts]


def renderer(
    paint: Painter,
    aspect: tuple[float, ...] = (),
    change: dict[str, Any] | None = None,
    scale: float = 1.0,
) -> Renderer:
    """A renderer that paints a new sheet, with axes `aspect` times as wide as high."""
    return partial(_draw, paint=paint, aspect=aspect, change=change or {}, scale=scale)


def _draw(
    random_: random.Random,
    paint: Painter,
    aspect: tuple[float, ...],
    change: dict[str, Any],
    scale: float,
) -> Drawing:
    chosen = style(random_)
    ratio = random_.choice(
        aspect or (0.5, 0.7, 0.8, 1, 1, 1.2, 1.33, 1.33, 1.33, 1.33, 1.6, 1.6, 2, 2.6)
    )
    area = random_.choice([5.5, 7.5, 10, 10, 12, 17, 28])  # square inches
    width, height = scale * (area * ratio) ** 0.5, scale * (area / ratio) ** 0.5
    dpi = random_.choice([60, 64, 72, 80] if area > 12 else [64, 72, 80, 90, 100, 120])
    settings: Any = {**chosen.rc, **change}
    with matplotlib.rc_context(settings):
        figure = Figure((width + _LEFT + _RIGHT, height + _BOTTOM + _TOP), dpi=dpi)
        FigureCanvasAgg(figure)
        rng = np.random.default_rng(random_.getrandbits(32))
        sheet = Sheet(random_, rng, figure, chosen, width, height, random_.random() < 0.125)
        facts = paint(sheet)
        if chosen.look.dark:
            facts = replace(facts, details=(*facts.details, "on a dark background"))
        return Drawing(_pixels(sheet), facts)


def place(sheet: Sheet, rows: int = 1, columns: int = 1, index: int = 0) -> tuple[float, ...]:
    """Where the axes of a cell lie, as parts of the figure: left, bottom, width, height."""
    full, tall = sheet.figure.get_size_inches()
    gap_x, gap_y = 0.55 if columns > 1 else 0, 0.5 if rows > 1 else 0
    wide = (sheet.width - gap_x * (columns - 1)) / columns
    high = (sheet.height - gap_y * (rows - 1)) / rows
    row, column = divmod(index, columns)
    left, bottom = _LEFT + column * (wide + gap_x), _BOTTOM + (rows - 1 - row) * (high + gap_y)
    return left / full, bottom / tall, wide / full, high / tall


def axes(sheet: Sheet, rows: int = 1, columns: int = 1, index: int = 0, **more: Any) -> Any:
    """Axes with the style's spines; one cell of a grid of rows and columns.

    Their type is left open, since they take more than their annotations say.
    """
    left, bottom, width, height = place(sheet, rows, columns, index)
    made = sheet.figure.add_axes((left, bottom, width, height), **more)
    if made.name == "rectilinear":
        for side, spine in made.spines.items():
            spine.set_visible(side[0] in sheet.style.spines)
    return made


def _pixels(sheet: Sheet) -> Image.Image:
    canvas: Any = sheet.figure.canvas  # an Agg canvas
    canvas.draw()
    whole = np.asarray(canvas.buffer_rgba())
    levels = whole.view(np.uint32)[:, :, 0]  # a pixel's four bytes as one number
    drawn = levels != levels[0, 0]
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    margin = sheet.random_.choice([2, 4, 8, 8, 14, 24])
    top, bottom = max(int(rows[0]) - margin, 0), int(rows[-1]) + 1 + margin
    left, right = max(int(columns[0]) - margin, 0), int(columns[-1]) + 1 + margin
    image = Image.fromarray(np.ascontiguousarray(whole[top:bottom, left:right, :3]))
    scale = min(1.0, LARGEST / max(image.size))
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    short = [max(0, SMALLEST - side) for side in image.size]
    if any(short):  # more ground round what is small
        larger = Image.new("RGB", (image.width + short[0], image.height + short[1]),
                           tuple(int(level) for level in whole[0, 0, :3]))  # fmt: skip
        larger.paste(image, (short[0] // 2, short[1] // 2))
        return larger
    return image


def rule(sheet: Sheet, ax: Any, upwards: bool = True) -> None:
    """Draws the grid that the style asks for. `upwards`: values run upwards, not across."""
    grid = sheet.style.grid
    if grid:
        which: Any = "both" if grid == "both" else ("y" if upwards == (grid == "y") else "x")
        ax.grid(True, axis=which)
    ax.set_axisbelow(True)


def legend(sheet: Sheet, ax: Any, title: str = "", **more: Any) -> None:
    """A legend within, right of, above or below the axes."""
    where = sheet.random_.choice(["in", "in", "right", "right", "right", "above", "below"])
    handles, labels = ax.get_legend_handles_labels()
    places: dict[str, dict[str, Any]] = {
        "in": {"loc": sheet.random_.choice(["upper left", "upper right", "lower right"])},
        "right": {"loc": "upper left", "bbox_to_anchor": (1.02, 1.0)},
        "above": {"loc": "lower center", "bbox_to_anchor": (0.5, 1.01), "ncols": len(labels)},
        "below": {"loc": "upper center", "bbox_to_anchor": (0.5, -0.5 / sheet.height),
                  "ncols": len(labels)},
    }  # fmt: skip
    if (where in ("above", "below") and sum(map(len, labels)) > 12 * sheet.width) or (
        where in ("in", "above") and len(labels) > 4
    ):
        where = "right"
    options = {**places[where], **more}
    ax.legend(
        handles,
        labels,
        title=title if title and sheet.maybe(0.4) else None,
        frameon=sheet.style.frame and where != "above",
        fontsize=sheet.random_.choice(["small", "small", "medium"]),
        **options,
    )


def finish(
    sheet: Sheet,
    ax: Any,
    facts: Facts,
    upwards: bool = True,
    numbered: Values | Sequence[float] = (),
) -> Facts:
    """Writes axis labels, and the title in half of the cases. `numbered`: the values' numbers."""
    random_, bold = sheet.random_, "bold" if sheet.style.bold else "normal"
    across = facts.x
    measured = quantity(facts.y, facts.unit, random_)
    if upwards is False:
        across, measured = measured, across
    titled = bool(facts.title) and sheet.maybe(0.5)
    if not sheet.plain:
        size = random_.choice(["medium", "medium", "large", "small"])
        if across and sheet.maybe(0.85):
            ax.set_xlabel(across, fontweight=bold, fontsize=size)
        if measured and sheet.maybe(0.88):
            if upwards and not titled and ax.get_legend() is None and sheet.maybe(0.15):
                ax.text(0, 1.02, measured, transform=ax.transAxes, fontsize=size, ha="left")
            else:
                ax.set_ylabel(measured, fontweight=bold, fontsize=size)
    if facts.x == "Year" and not isinstance(ax.xaxis.get_major_locator(), FixedLocator):
        ax.xaxis.set_major_locator(MaxNLocator(sheet.random_.choice([4, 6, 9]), integer=True))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    if len(numbered):
        axis = ax.yaxis if upwards else ax.xaxis
        formatter = numbers(random_, facts.unit, float(np.max(np.abs(numbered))))
        if formatter and axis.get_scale() == "linear":
            axis.set_major_formatter(formatter)
    if titled:
        facts = replace(facts, title_drawn=True)
        put_title(sheet, ax, facts.title)
    if sheet.maybe(0.06):
        note = random_.choice(["Source: national statistics office.", "Source: own calculations.",
                               "Note: provisional figures.", "Figure 3"])  # fmt: skip
        ax.text(0, -0.75 / sheet.height, note, transform=ax.transAxes, fontsize="small", va="top")
    return facts


def put_title(sheet: Sheet, ax: Any, title: str) -> None:
    """Writes the title above the axes, in two lines if it is long."""
    room = int(sheet.width * 13)
    words, lines = title.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > room and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    key = ax.get_legend()
    above = key is not None and key.get_bbox_to_anchor().y0 > ax.bbox.y1
    weight = "bold" if sheet.style.bold else matplotlib.rcParams["axes.titleweight"]
    ax.set_title(
        "\n".join(lines),
        pad=2.3 * matplotlib.rcParams["font.size"] if above else None,
        fontweight=weight,
    )


def colour(sheet: Sheet, index: int) -> str:
    """The colour of a series; palest ones are passed over on a white ground."""
    colours = [c for c in sheet.look.colours if _contrast(c, sheet.look.ground) > 0.12]
    return (colours or ["#4c78a8"])[index % len(colours or [1])]


def _contrast(one: str, other: str) -> float:
    first, second = matplotlib.colors.to_rgb(one), matplotlib.colors.to_rgb(other)
    return float(np.mean(np.abs(np.subtract(first, second))))

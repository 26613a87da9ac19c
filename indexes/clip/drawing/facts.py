"""What is drawn, and what is true of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True, slots=True)
class Facts:
    """What a figure shows, for its captions. Whatever is not drawn, or not known, stays empty."""

    figure_type: str  # a name in FIGURE_TYPES
    kind: str = ""  # a finer noun phrase without an article: "grouped bar chart", "donut chart"
    title: str = ""  # what the figure is about, whether the title is drawn or not
    title_drawn: bool = False
    x: str = ""  # the quantity across
    y: str = ""  # the quantity upwards, or what is measured
    unit: str = ""
    series: tuple[str, ...] = ()  # names in the legend
    categories: tuple[str, ...] = ()  # names along an axis, of slices, nodes, boxes, columns
    trend: str = ""  # of a single or the main series: "rises", "falls", "rises and then falls", …
    highest: str = ""  # the category or series with the largest value
    lowest: str = ""
    details: tuple[str, ...] = ()  # "with error bars", "on a dark background"
    parts: int = 0  # how many bars, slices, lines, boxes, nodes, panels, …
    part: str = ""  # what these are, plural: "slices", "lines", "boxes"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, RGB, about 300 to 900 pixels wide, and what is true of it."""

    image: Image.Image
    facts: Facts


Renderer = Callable[[random.Random], Drawing]
"""Draws one figure. The same random numbers give the same pixels."""

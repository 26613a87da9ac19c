"""How figures look: palettes and grounds that charting tools, offices and printers use."""

from __future__ import annotations

import colorsys
import random
from dataclasses import dataclass

PALETTES: tuple[tuple[str, ...], ...] = (
    ("#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b", "#b279a2", "#9d755d"),
    ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f"),
    ("#4472c4", "#ed7d31", "#a5a5a5", "#ffc000", "#5b9bd5", "#70ad47", "#264478", "#9e480e"),
    ("#3366cc", "#dc3912", "#ff9900", "#109618", "#990099", "#0099c6", "#dd4477", "#66aa00"),
    ("#000000", "#555555", "#999999", "#cccccc", "#333333", "#777777", "#bbbbbb", "#eeeeee"),
    ("#08306b", "#2171b5", "#4292c6", "#6baed6", "#9ecae1", "#c6dbef", "#084594", "#deebf7"),
    ("#e41a1c", "#377eb8", "#4daf4a", "#984ea3", "#ff7f00", "#ffff33", "#a65628", "#f781bf"),
    ("#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51", "#606c38", "#283618", "#dda15e"),
    ("#436983", "#bf3927", "#756a7e", "#d1a730", "#949d48", "#ea9e2c", "#63514b", "#7c8c8d"),
    ("#8dd3c7", "#ffffb3", "#bebada", "#fb8072", "#80b1d3", "#fdb462", "#b3de69", "#fccde5"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, as "#rrggbb", and whether the ground is dark."""

    ground: str
    ink: str  # of words and axes
    faint: str  # of grids and frames
    colours: tuple[str, ...]
    dark: bool


def look(random_: random.Random) -> Look:
    """A look: mostly white ground, sometimes tinted, grey or dark."""
    colours = random_.choice(PALETTES) if random_.random() < 0.75 else _own_palette(random_)
    if random_.random() < 0.3:  # many charts have one colour
        first = random_.choice(colours)
        colours = (first, *(colour for colour in colours if colour != first))
    dark = random_.random() < 0.1
    if dark:
        ground = random_.choice(["#111111", "#1e1e2e", "#002b36", "#2b2b2b", "#0b1d3a"])
        return Look(
            ground, random_.choice(["#ffffff", "#dddddd", "#93a1a1"]), "#555555", colours, True
        )
    ground = random_.choice(
        ["#ffffff"] * 14 + ["#f7f7f7", "#fffaf0", "#eaeaf2", "#f2f2f2", "#e8f0f8", "#fdf6e3"]
    )
    ink = random_.choice(["#000000", "#000000", "#222222", "#333333", "#444444", "#1f3a6e"])
    return Look(
        ground, ink, random_.choice(["#dddddd", "#cccccc", "#e6e6e6", "#b0b0b0"]), colours, False
    )


def _own_palette(random_: random.Random) -> tuple[str, ...]:
    start, saturation, lightness = (
        random_.random(),
        random_.uniform(0.3, 0.95),
        random_.uniform(0.35, 0.6),
    )
    step = random_.choice([0.0, 0.06, 0.13, 0.382])
    colours = []
    for i in range(8):
        level = lightness if step else 0.25 + 0.08 * i
        red, green, blue = colorsys.hls_to_rgb((start + i * step) % 1, level, saturation)
        colours.append(f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}")
    return tuple(colours)

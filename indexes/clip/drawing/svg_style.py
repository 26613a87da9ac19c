"""The looks of web and office tools, newspapers, survey organisations and textbooks."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from indexes.clip.drawing.looks import Look, look

TOOLS = ("vega", "d3", "office", "google", "survey", "tableau", "news", "textbook")
_WEIGHTS = (5, 2, 4, 2, 2, 2, 2, 2)


@dataclass(frozen=True, slots=True)
class Style:
    """How one figure looks. Sizes in pixels."""

    tool: str  # a name in TOOLS
    look: Look
    family: str  # of Canvas
    narrow: float  # of Canvas
    size: float  # of tick labels
    grid: str  # across which axes' ticks: "", "x", "y", "xy"
    grid_dash: str
    grid_colour: str
    axis_colour: str
    edges: str  # which edges of the plane have lines: some of "lbrt"
    tick: float  # length of tick marks
    bold: bool  # axis titles
    label: str  # colour of tick labels
    legend: str  # "right", "bottom", "top"
    legend_title: bool
    title_anchor: str  # "start", "middle"
    title_scale: float  # of `size`
    title_family: str
    title_bold: bool
    subtitle: bool
    source: bool
    line: float  # width of lines

    def colour(self, number: int) -> str:
        """The colour of a series; they repeat."""
        return self.look.colours[number % len(self.look.colours)]


def style(random_: random.Random, size: float) -> Style:
    """A tool's look, now and then with something of another's; `size` is that of tick labels."""
    tool = random_.choices(TOOLS, _WEIGHTS)[0]
    found = _look(random_, tool)
    plain = Style(
        tool=tool,
        look=found,
        family=random_.choice(["sans"] * 5 + ["serif", "times"]),
        narrow=random_.choice([1.0, 1.0, 0.9, 0.86]),
        size=size,
        grid="" if random_.random() < 0.33 else random_.choice(["xy", "y", "y"]),
        grid_dash="",
        grid_colour=found.faint,
        axis_colour=found.ink,
        edges="lb",
        tick=random_.choice([0, 4, 5]),
        bold=False,
        label=found.ink,
        legend=random_.choice(["right", "right", "bottom", "top"]),
        legend_title=False,
        title_anchor="middle",
        title_scale=random_.choice([1.2, 1.4, 1.6]),
        title_family="",
        title_bold=random_.random() < 0.5,
        subtitle=False,
        source=False,
        line=random_.choice([1.0, 1.5, 2.0, 2.5, 3.0, 4.0]),
    )
    made = _styled(random_, plain)
    if random_.random() < 0.12:
        made = replace(made, grid=random_.choice(["", "xy", "y"]))
    if random_.random() < 0.1:
        made = replace(made, edges=random_.choice(["lbrt", "lb", "b", ""]))
    if random_.random() < 0.1:
        made = replace(made, legend=random_.choice(["right", "bottom", "top"]))
    return made


def _look(random_: random.Random, tool: str) -> Look:
    found = look(random_)
    seen = tuple(c for c in found.colours if abs(_bright(c) - _bright(found.ground)) > 40)
    found = replace(found, colours=seen if len(seen) > 2 else ("#4c78a8", "#f58518", "#54a24b"))
    if tool == "vega" and random_.random() < 0.7:
        first = ("#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b", "#b279a2")
        found = Look("#ffffff", "#000000", "#dddddd", (*first, "#9d755d"), False)
    elif tool == "textbook" and random_.random() < 0.5:
        one = random_.choice(["#000000", "#3a66b5", "#1f4e8c", "#444444"])
        found = Look("#ffffff", one, "#cccccc", (one, "#8a2f8f", "#c0392b", *found.colours), False)
    elif tool == "office" and random_.random() < 0.5:
        three = random_.choice(
            [("#4472c4", "#ed7d31", "#a5a5a5"), ("#4f81bd", "#c0504d", "#9bbb59")]
        )
        found = replace(found, colours=(*three, "#ffc000", "#5b9bd5", "#70ad47", "#8064a2"))
    return found


def _styled(random_: random.Random, plain: Style) -> Style:
    dark, faint = plain.look.dark, plain.look.faint
    if plain.tool == "vega":
        axis = "#888888"
        return replace(
            plain, family="sans", narrow=random_.choice([1.0, 1.0, 0.88]), grid="xy",
            axis_colour=axis, edges="lb", tick=5, bold=random_.random() < 0.85, legend="right",
            legend_title=True, title_bold=True, title_scale=1.3,
            line=random_.choice([1, 1.5, 2, 2]),
        )  # fmt: skip
    if plain.tool == "d3":
        return replace(plain, grid=random_.choice(["", "", "y"]), tick=6, narrow=0.9)
    if plain.tool == "office":
        grey = "#cccccc" if dark else random_.choice(["#595959", "#595959", "#000000"])
        return replace(
            plain, family="sans", narrow=random_.choice([0.84, 0.9]), grid=random_.choice("yyy "),
            grid_colour="#555555" if dark else random_.choice(["#d9d9d9", "#868686"]),
            axis_colour=grey if grey == "#000000" else "#bfbfbf", edges=random_.choice(["b", "lb"]),
            tick=random_.choice([0, 0, 4]), label=grey, legend=random_.choice(["bottom", "right"]),
            title_scale=random_.choice([1.5, 1.8]), title_bold=random_.random() < 0.4,
        )  # fmt: skip
    if plain.tool == "google":
        return replace(
            plain, family="sans", narrow=0.87, grid="y", edges="b", tick=0, title_anchor="start",
            title_bold=True, title_scale=1.2, legend=random_.choice(["right", "top"]),
        )  # fmt: skip
    if plain.tool == "survey":
        return replace(
            plain, grid="", edges=random_.choice(["", "l"]), tick=0, title_anchor="start",
            title_family=random_.choice(["serif", "times", "sans"]), title_bold=True, subtitle=True,
            source=True, narrow=0.88, legend="top",
        )  # fmt: skip
    if plain.tool == "tableau":
        return replace(
            plain, family="sans", narrow=0.86, grid=random_.choice(["y", ""]), edges="lbrt",
            axis_colour=faint, tick=3, title_anchor=random_.choice(["start", "middle"]),
            legend="right", legend_title=True,
        )  # fmt: skip
    if plain.tool == "news":
        return replace(
            plain, grid="y", grid_dash=random_.choice(["", "1 3", "4 3"]), edges="b", tick=3,
            title_anchor="start", title_bold=True, title_scale=1.5, subtitle=True, source=True,
            legend="top", narrow=0.9,
        )  # fmt: skip
    return replace(
        plain, family=random_.choice(["times", "sans", "serif"]),
        grid=random_.choice(["", "", "y"]),
        edges=random_.choice(["lb", "lb", "lbrt"]), bold=random_.random() < 0.4,
    )  # fmt: skip


def _bright(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue

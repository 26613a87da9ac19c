"""How matplotlib figures look: as its style sheets, papers, R, spreadsheets and textbooks do."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import matplotlib.style
from matplotlib import font_manager

from indexes.clip.drawing.looks import PALETTES, Look, look

_NARROW = "DejaVu Sans Condensed"  # a stretch of its family, to matplotlib
Rc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Style:
    """Settings for `matplotlib.rc_context`, and what the settings cannot say."""

    rc: Rc
    look: Look
    spines: str = "lb"  # which sides are drawn, of "lbrt"
    grid: str = ""  # "", "x", "y" (the direction of values is "y"), "both"
    frame: bool = False  # round the legend
    bold: bool = False  # axis labels and titles


def style(random_: random.Random) -> Style:
    """A style; three in ten are style sheets of matplotlib."""
    make = random_.choices(
        [_sheet, _paper, _r, _ggplot, _spreadsheet, _plain, _vega, _textbook, _report, _plotter],
        [30, 9, 7, 8, 10, 9, 8, 8, 7, 5],
    )[0]
    given = look(random_)
    chosen = (_plain if given.dark else make)(
        random_, given
    )  # the others have grounds of their own
    rc: dict[str, Any] = {
        "font.size": random_.choice([7, 8, 9, 9, 10, 10, 11, 12, 14]),
        "font.family": random_.choice(_families()),
        "axes.titlesize": random_.choice(["medium", "large", "x-large"]),
        "lines.linewidth": random_.choice([0.8, 1, 1.5, 1.5, 2, 2.5, 3.5]),
        "mathtext.fontset": random_.choice(["dejavusans", "stix", "cm"]),
        "axes.unicode_minus": random_.random() < 0.5,
        "hatch.linewidth": 0.6,
        "axes.formatter.useoffset": False,
        **chosen.rc,
    }
    if rc["font.family"] == _NARROW:
        rc |= {"font.family": "DejaVu Sans", "font.stretch": "condensed"}
    grid = chosen.grid
    if random_.random() < 0.25:
        grid = random_.choice(["", "", "y", "both"])
    rc["axes.grid"] = False  # drawn by hand: see mpl_canvas
    return replace(chosen, rc=rc, grid=grid)


@cache
def _families() -> tuple[str, ...]:
    """Fonts at hand among the usual ones; matplotlib brings DejaVu and STIX."""
    here = set(font_manager.fontManager.get_font_names())
    wanted = (
        "DejaVu Sans", "DejaVu Sans", "DejaVu Sans", _NARROW, "DejaVu Sans",
        _NARROW, "DejaVu Serif", "STIXGeneral",
        "Arial", "Helvetica", "Liberation Sans", "Liberation Serif", "Carlito", "Open Sans",
    )  # fmt: skip
    return tuple(name for name in wanted if name in here)


def _colours(given: Look) -> dict[str, Any]:
    return {
        "figure.facecolor": given.ground,
        "axes.facecolor": given.ground,
        "text.color": given.ink,
        "axes.labelcolor": given.ink,
        "axes.edgecolor": given.ink,
        "axes.titlecolor": given.ink,
        "xtick.color": given.ink,
        "ytick.color": given.ink,
        "grid.color": given.faint,
        "grid.linewidth": 0.8,
        "axes.axisbelow": True,
    }


def _ticks(direction: str, size: float = 3.5, mirrored: bool = False) -> dict[str, Any]:
    both: dict[str, Any] = {"xtick.top": mirrored, "ytick.right": mirrored}
    for axis in ("xtick", "ytick"):
        both |= {f"{axis}.direction": direction, f"{axis}.major.size": size}
    return both


def _sheet(random_: random.Random, given: Look) -> Style:
    """A style sheet that matplotlib ships, with its own colours."""
    name = random_.choice(
        ["default"] * 6
        + ["ggplot", "ggplot", "bmh", "fivethirtyeight", "classic", "classic", "grayscale"]
        + ["seaborn-v0_8-whitegrid", "seaborn-v0_8-darkgrid", "seaborn-v0_8-ticks", "seaborn-v0_8"]
        + ["seaborn-v0_8-white", "dark_background", "Solarize_Light2", "tableau-colorblind10"]
    )
    library: Any = matplotlib.style.library
    rc: dict[str, Any] = {} if name == "default" else dict(library[name])
    if name.startswith("seaborn") and name != "seaborn-v0_8":
        rc |= dict(library[f"seaborn-v0_8-{random_.choice(['deep', 'muted', 'colorblind'])}"])
    rc["figure.facecolor"] = rc.get("figure.facecolor", "white")
    if name == "classic":  # the grey window round a white plot of old; papers had it white
        rc["figure.facecolor"] = random_.choice(["white", "white", "0.75"])
    rc = {key: value for key, value in rc.items() if key not in _OURS}
    if name == "grayscale":
        rc["figure.facecolor"] = random_.choice(["white", "0.75"])
    settings: Any = rc
    with matplotlib.rc_context(settings):
        cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
        ground = str(matplotlib.rcParams["axes.facecolor"])
        ink = str(matplotlib.rcParams["text.color"])
    if name == "default" and random_.random() < 0.4:
        cycle = list(given.colours)
    colours = tuple(matplotlib.colors.to_hex(colour) for colour in cycle)
    dark = name == "dark_background"
    ground, ink = matplotlib.colors.to_hex(ground), matplotlib.colors.to_hex(ink)
    has_grid = {"ggplot", "bmh", "fivethirtyeight", "seaborn-v0_8-whitegrid", "Solarize_Light2"}
    grid = "both" if name in has_grid | {"seaborn-v0_8-darkgrid", "seaborn-v0_8"} else ""
    spines = random_.choice(["lbrt", "lbrt", "lb"])
    if name in ("ggplot", "fivethirtyeight", "Solarize_Light2") or name.endswith("darkgrid"):
        spines = ""
    own = Look(ground, ink, "#555555" if dark else "#cccccc", colours * 2, dark)
    return Style(rc, own, spines, grid, frame=name in ("default", "classic"))


_OURS = frozenset({
    "font.size", "font.family", "font.sans-serif", "axes.prop_cycle", "figure.figsize",
    "savefig.dpi", "savefig.facecolor", "figure.dpi", "axes.grid", "backend", "mathtext.fontset",
    "axes.titlesize", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize",
})  # fmt: skip


def _paper(random_: random.Random, given: Look) -> Style:
    """Serif letters, a thin box, ticks inwards, as LaTeX papers have it."""
    light = _light(given)
    rc = _colours(light) | _ticks(random_.choice(["in", "in", "out"]), 3, random_.random() < 0.6)
    rc |= {
        "font.family": random_.choice(["STIXGeneral", "STIXGeneral", "DejaVu Serif"]),
        "mathtext.fontset": "stix",
        "axes.linewidth": random_.choice([0.5, 0.8]),
        "lines.linewidth": random_.choice([0.8, 1.0, 1.5]),
        "lines.markersize": random_.choice([3, 4, 5]),
        "font.size": random_.choice([8, 9, 10, 12]),
        "grid.linestyle": random_.choice(["-", ":", "--"]),
    }
    return Style(rc, light, "lbrt", random_.choice(["", "", "both", "y"]), random_.random() < 0.6)


def _r(random_: random.Random, given: Look) -> Style:
    """R's own graphics: black, ticks outwards, often a full box, no grid."""
    inks = random_.choice([("#000000", "#df536b", "#61d04f", "#2297e6", "#28e2e5", "#cd0bbc"),
                           ("#bebebe", "#000000", "#ff0000", "#0000ff", "#00aa00", "#a020f0"),
                           given.colours])  # fmt: skip
    own = Look("#ffffff", "#000000", "#d3d3d3", inks * 2, False)
    rc = _colours(own) | _ticks("out", 5)
    rc |= {"axes.linewidth": 0.8, "lines.linewidth": 1.0, "axes.titleweight": "bold"}
    rc["ytick.labelsize"] = rc["xtick.labelsize"] = "medium"
    return Style(rc, own, random_.choice(["lbrt", "lbrt", "lb"]), "", frame=True)


def _ggplot(random_: random.Random, given: Look) -> Style:
    """Themes of ggplot2: grey, bw, minimal, classic."""
    hues = random_.choice([("#f8766d", "#00ba38", "#619cff", "#b79f00", "#f564e3", "#00bfc4"),
                           ("#f8766d", "#00bfc4", "#7cae00", "#c77cff", "#e69f00", "#56b4e9"),
                           ("#595959", "#f8766d", "#00bfc4", "#999999"),
                           given.colours])  # fmt: skip
    theme = random_.choice(["grey", "grey", "bw", "minimal", "classic"])
    own = Look("#ffffff", "#333333", "#ebebeb", hues * 2, False)
    rc = _colours(own) | _ticks("out", 3 if theme != "minimal" else 0)
    rc |= {
        "axes.edgecolor": "#7f7f7f",
        "xtick.labelcolor": "#4d4d4d",
        "ytick.labelcolor": "#4d4d4d",
    }
    rc |= {"axes.titlelocation": random_.choice(["left", "left", "center"])}
    if theme == "grey":
        rc |= {"axes.facecolor": "#ebebeb", "grid.color": "#ffffff", "grid.linewidth": 1.1}
    spines = {"grey": "", "bw": "lbrt", "minimal": "", "classic": "lb"}[theme]
    return Style(rc, own, spines, "" if theme == "classic" else "both")


def _spreadsheet(random_: random.Random, given: Look) -> Style:
    """Charts of spreadsheets: grey letters, grey lines across, no axis on the left."""
    colours = random_.choice([PALETTES[2], PALETTES[2], given.colours,
                              ("#4f81bd", "#c0504d", "#9bbb59", "#8064a2", "#4bacc6", "#f79646"),
                              ("#156082", "#e97132", "#196b24", "#0f9ed5", "#a02b93", "#4ea72e"),
                              ("#3366cc", "#dc3912", "#ff9900", "#109618", "#990099"),
                              ("#004586", "#ff420e", "#ffd320", "#579d1c", "#7e0021"),
                              ("#9999ff", "#993366", "#ffffcc", "#ccffff", "#660066")])  # fmt: skip
    old = len(colours) == 5 and colours[0] == "#9999ff"
    ink = random_.choice(["#595959", "#595959", "#000000", "#222222"])
    own = Look("#ffffff", ink, "#808080" if old else "#d9d9d9", colours * 2, False)
    rc = _colours(own) | _ticks("out", random_.choice([0, 0, 3]))
    rc |= {"axes.edgecolor": "#000000" if old else "#bfbfbf", "axes.titlesize": "x-large"}
    rc |= {"lines.linewidth": random_.choice([2, 2.5, 3]), "xtick.color": "#bfbfbf"}
    rc |= {"xtick.labelcolor": ink, "ytick.labelcolor": ink, "axes.linewidth": 1.0}
    if old:
        rc["axes.facecolor"] = "#c0c0c0"
    return Style(rc, own, "lbrt" if old else random_.choice(["b", "b", "lb"]), "y", frame=old)


def _plain(random_: random.Random, given: Look) -> Style:
    """Any look, despined or boxed."""
    rc = _colours(given) | _ticks(random_.choice(["in", "out", "out"]), random_.choice([0, 3, 5]))
    rc |= {"grid.linestyle": random_.choice(["-", "-", "--", ":"])}
    rc |= {"axes.titlelocation": random_.choice(["left", "center", "center"])}
    rc |= {"axes.linewidth": random_.choice([0.5, 0.8, 1.5])}
    spines = random_.choice(["lb", "lb", "b", "", "lbrt"])
    grid = random_.choice(["", "", "y", "both"])
    return Style(rc, given, spines, grid, bold=random_.random() < 0.3)


def _vega(random_: random.Random, given: Look) -> Style:
    """Charts of the web: a pale frame, pale lines, bold small labels."""
    colours = random_.choice([PALETTES[0], PALETTES[0], given.colours])
    own = Look("#ffffff", "#000000", "#dddddd", colours * 2, False)
    rc = _colours(own) | _ticks("out", 4)
    rc |= {"axes.edgecolor": "#dddddd", "xtick.color": "#888888", "ytick.color": "#888888"}
    rc |= {"xtick.labelcolor": "#000000", "ytick.labelcolor": "#000000", "axes.linewidth": 1.0}
    rc |= {"font.family": _NARROW, "font.size": random_.choice([8, 9, 10])}
    return Style(rc, own, "lbrt", random_.choice(["y", "both", "both"]), bold=True)


def _textbook(random_: random.Random, given: Look) -> Style:
    """Two thin axes, one or two colours, big or bold labels."""
    ink = random_.choice(["#000000", "#1f3a6e", "#2b4c9b", "#444444"])
    first = random_.choice(["#2b5ea8", "#4472c4", "#8b1a5b", "#000000", given.colours[0]])
    own = Look("#ffffff", ink, "#d5d5d5", (first, *given.colours[1:]), False)
    rc = _colours(own) | _ticks("out", random_.choice([2, 4])) | {"axes.linewidth": 0.8}
    rc |= {"lines.linewidth": random_.choice([0.8, 1.0, 1.5, 2])}
    grid = random_.choice(["", "", "y"])
    return Style(rc, own, "lb", grid, bold=random_.random() < 0.6)


def _report(random_: random.Random, given: Look) -> Style:
    """Press and government: lines across, no box, a bold title at the left."""
    ground = random_.choice(["#ffffff", "#ffffff", "#ffffff", "#d5e4eb", "#fff1e5", "#f4f4f4"])
    own = Look(ground, "#222222", "#c4ccd0", given.colours, False)
    rc = _colours(own) | _ticks("out", random_.choice([0, 4]))
    rc |= {"axes.titlelocation": "left", "axes.titleweight": "bold", "axes.titlesize": "x-large"}
    rc |= {"font.family": random_.choice([_NARROW, "DejaVu Sans"])}
    return Style(rc, own, "b", "y")


def _plotter(random_: random.Random, given: Look) -> Style:
    """Gnuplot and Matlab: a box with mirrored ticks inwards, full colours."""
    colours = random_.choice([("#9400d3", "#009e73", "#56b4e9", "#e69f00", "#f0e442", "#0072b2"),
                              ("#0072bd", "#d95319", "#edb120", "#7e2f8e", "#77ac30", "#4dbeee"),
                              ("#0000ff", "#008000", "#ff0000", "#00bfbf", "#bf00bf", "#bfbf00"),
                              ("#ff0000", "#00ff00", "#0000ff", "#ff00ff", "#00ffff")])  # fmt: skip
    own = Look("#ffffff", "#000000", "#c0c0c0", colours * 2, False)
    rc = _colours(own) | _ticks("in", 4, True) | {"lines.linewidth": random_.choice([0.8, 1, 1.5])}
    rc |= {"grid.linestyle": random_.choice([":", "--", "-"])}
    return Style(rc, own, "lbrt", random_.choice(["", "", "both"]), random_.random() < 0.5)


def _light(given: Look) -> Look:
    return replace(given, ground="#ffffff", ink="#000000", dark=False) if given.dark else given

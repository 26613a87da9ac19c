"""Charts drawn with matplotlib: their pixels, and whether what is said of them is true."""

from __future__ import annotations

import random
from importlib import import_module
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from indexes.clip.drawing import mpl_canvas, mpl_styles, mpl_words
from indexes.clip.drawing.facts import Facts, Renderer
from indexes.clip.drawing.looks import PALETTES
from indexes.clip.figure_types import BY_NAME

MODULES = ("bars", "bars_more", "lines", "lines_more", "areas", "points", "distributions", "fields",
           "heatmaps", "rounds", "panels")  # fmt: skip


def _paint(renderer: Any) -> Any:
    return renderer.keywords["paint"]


RENDERERS: list[tuple[str, str, Renderer]] = [
    (module, name, renderer)
    for module in MODULES
    for name, group in import_module(f"indexes.clip.drawing.mpl_{module}").RENDERERS.items()
    for renderer in {_paint(renderer): renderer for renderer in group}.values()
]
IDS = [f"{module}-{i}" for i, (module, _, _) in enumerate(RENDERERS)]


@pytest.mark.parametrize(("module", "name", "renderer"), RENDERERS, ids=IDS)
def test_every_renderer_draws_its_type(module: str, name: str, renderer: Renderer) -> None:
    for seed in range(2):
        drawing = renderer(random.Random(seed))
        image, facts = drawing.image, drawing.facts
        assert image.mode == "RGB"
        assert 250 <= min(image.size) <= max(image.size) <= 900
        assert facts.figure_type == name
        assert name in BY_NAME
        assert facts.kind
        assert facts.title
        colours = image.getcolors(100_000)
        assert colours is None or len(colours) > 5
        named = {*facts.series, *facts.categories}
        assert {facts.highest, facts.lowest} <= {*named, ""}


@pytest.mark.parametrize("module", MODULES)
def test_the_same_seed_gives_the_same_figure(module: str) -> None:
    renderer = next(renderer for own, _, renderer in RENDERERS if own == module)
    first, second = renderer(random.Random(7)), renderer(random.Random(7))
    assert first.image.tobytes() == second.image.tobytes()
    assert first.facts == second.facts
    assert renderer(random.Random(8)).image.tobytes() != first.image.tobytes()


def _painted(paint: Any, seed: int) -> tuple[Any, Facts]:
    """The axes that a painter drew, and the facts."""
    kept: list[tuple[Any, Facts]] = []

    def spy(sheet: mpl_canvas.Sheet) -> Facts:
        facts: Facts = paint(sheet)
        kept.append((sheet.figure.axes[0], facts))
        return facts

    mpl_canvas.renderer(spy)(random.Random(seed))
    return kept[0]


@pytest.mark.parametrize("seed", range(7))
def test_the_highest_bar_is_the_one_named(seed: int) -> None:
    from indexes.clip.drawing.mpl_bars import vertical

    ax, facts = _painted(vertical, seed)
    heights = [patch.get_height() for patch in ax.patches]
    assert len(heights) == facts.parts == len(facts.categories)
    if facts.highest:
        assert facts.categories[int(np.argmax(heights))] == facts.highest
    if facts.lowest:
        assert facts.categories[int(np.argmin(heights))] == facts.lowest
    assert ("with error bars" in facts.details) == bool(ax.containers[1:])


@pytest.mark.parametrize("seed", range(7))
def test_a_line_follows_the_trend_it_is_said_to(seed: int) -> None:
    from indexes.clip.drawing.mpl_lines import single

    ax, facts = _painted(single, seed)
    values = np.asarray(ax.lines[0].get_ydata(), float)
    change = (values[-1] - values[0]) / (np.ptp(values) + 1e-9)
    if facts.trend in ("rises", "rises faster and faster", "rises and levels off", "jumps"):
        assert change > 0.5
    if facts.trend in ("falls", "falls and levels off", "drops suddenly"):
        assert change < -0.5
    if facts.trend == "stays flat":
        low, high = ax.get_ylim()
        assert np.ptp(values) < 0.2 * (high - low)


@pytest.mark.parametrize("seed", range(5))
def test_slices_and_titles_are_as_told(seed: int) -> None:
    from indexes.clip.drawing.mpl_rounds import pie

    ax, facts = _painted(pie, seed)
    angles = [patch.theta2 - patch.theta1 for patch in ax.patches if hasattr(patch, "theta1")]
    angles = angles[-len(facts.categories) :] if len(angles) > len(facts.categories) else angles
    assert facts.parts == len(facts.categories) == len(angles)
    if facts.highest:
        assert facts.categories[int(np.argmax(np.abs(angles)))] == facts.highest
    title = "".join(ax.get_title(loc) for loc in ("left", "center", "right"))
    assert (title.replace("\n", " ") == facts.title) == facts.title_drawn


def test_highest_says_nothing_of_what_the_eye_cannot_tell() -> None:
    assert mpl_words.highest(("a", "b", "c"), [1.0, 9.0, 3.0]) == "b"
    assert mpl_words.lowest(("a", "b", "c"), [1.0, 9.0, 3.0]) == "a"
    assert mpl_words.highest(("a", "b"), [9.0, 9.1]) == ""
    assert mpl_words.lowest(("a",), [9.0]) == ""


def test_numbers_are_written_as_charts_write_them() -> None:
    written = {mpl_words.written(random.Random(seed), "%", 40.0)(12.0) for seed in range(30)}
    assert written == {"12", "12.0", "12%", "12.0%"}
    assert mpl_words.quantity("Loss", "", random.Random(0)) == "Loss"


def test_styles_vary_and_leave_matplotlib_as_it_was() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    styles = [mpl_styles.style(random.Random(seed)) for seed in range(200)]
    assert dict(matplotlib.rcParams) == before
    assert len({style.look.ground for style in styles}) > 8
    assert len({style.look.colours for style in styles}) > len(PALETTES)
    assert {style.grid for style in styles} == {"", "y", "both"}
    assert {"", "b", "lb", "lbrt"} <= {style.spines for style in styles}
    dark = sum(style.look.dark for style in styles)
    assert 0 < dark < 40

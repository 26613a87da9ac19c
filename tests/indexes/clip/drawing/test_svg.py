from __future__ import annotations

import random

import numpy as np
import pytest

from indexes.clip.drawing import (
    svg_bars,
)
from indexes.clip.drawing.facts import Renderer
from indexes.clip.drawing.svg_canvas import Canvas
from indexes.clip.drawing.svg_economy import ECONOMY
from indexes.clip.drawing.svg_fonts import wrap
from indexes.clip.drawing.svg_panel import crossing
from indexes.clip.drawing.svg_plane import Box, Plane
from indexes.clip.drawing.svg_scales import bands, logarithmic, numbers, numeric
from indexes.clip.drawing.svg_science import SCIENCE
from tests.indexes.clip.drawing.families import (
    assert_draws_the_same_again,
    assert_is_a,
    id_of,
    renderers_of,
)

RENDERERS = renderers_of("svg")


@pytest.mark.parametrize(("name", "renderer"), RENDERERS, ids=id_of)
def test_every_renderer_draws_a_figure_of_its_type(name: str, renderer: Renderer) -> None:
    for seed in range(3):
        image, facts = (drawing := renderer(random.Random(seed))).image, drawing.facts
        assert_is_a(name, drawing)
        assert 60 <= min(image.size) <= max(image.size) <= 1100
        assert len(image.convert("L").getcolors(256) or range(9)) > 4  # it is not blank
        assert facts.kind
        assert facts.title
        for best in (facts.highest, facts.lowest):
            assert best in ("", *facts.categories, *facts.series)
    assert_draws_the_same_again(renderer)


def test_the_types_that_this_family_draws() -> None:
    assert {name for name, _ in RENDERERS} == {
        "area chart", "bar chart", "box plot", "curve diagram", "heatmap", "histogram",
        "line chart", "pie chart", "radar chart", "scatter plot",
    }  # fmt: skip
    assert len(ECONOMY) + len(SCIENCE) > 12


def test_a_survey_names_its_longest_bar_first() -> None:
    found = [svg_bars.survey(random.Random(seed)).facts for seed in range(20)]
    named = [facts for facts in found if facts.highest]
    assert named
    assert all(facts.highest == facts.categories[0] for facts in named)


@pytest.mark.parametrize("seed", [2, 6, 7, 9, 19, 20, 24])
def test_the_highest_bar_is_the_tallest_in_the_picture(seed: int) -> None:
    """Bars of one colour: the column with most of it belongs to the bar that the facts name."""
    drawing = svg_bars.vertical(random.Random(seed))
    facts, image = drawing.facts, drawing.image
    colours = image.getcolors(1 << 20) or []
    mark = max(c for c in colours if len(set(c[1])) > 1 and max(c[1]) < 250)[1]
    rows = np.array(image)
    tall = (rows == np.array(mark)).all(axis=2).sum(axis=0)
    used = np.flatnonzero(tall > 2)
    part = (int(tall.argmax()) - used[0]) / (used[-1] - used[0])
    place = facts.categories.index(facts.highest)
    assert part * len(facts.categories) == pytest.approx(place + 0.5, abs=1.2)


def test_the_canvas_draws_what_it_is_told() -> None:
    canvas = Canvas(60, 40, "#ffffff")
    canvas.rect(10, 10, 20, 10, "#ff0000")
    canvas.arrow([(35, 30), (55, 30)], "#0000ff", 2, 6)
    canvas.text(45, 12, "Ab", 12, "#008000")
    image = canvas.image()
    assert image.size == (60, 40)
    assert image.getpixel((15, 15)) == (255, 0, 0)
    assert image.getpixel((50, 30)) == (0, 0, 255)
    assert image.getpixel((5, 5)) == (255, 255, 255)
    assert any(image.getpixel((x, 12)) != (255, 255, 255) for x in range(38, 53))
    assert canvas.length("wide words", 10) > 3 * canvas.length("wi", 10) > 0


def test_a_plane_turns_values_into_pixels() -> None:
    random_ = random.Random(0)
    axis = numeric(random_, 0, 93, count=5)
    assert (axis.low, axis.high) == (0, 100)
    plane = Plane(Box(100, 0, 300, 50), bands(["a", "b"]), axis)
    assert plane.at(0.5, 100) == (150, 0)
    assert plane.at(2, 0) == (300, 50)
    assert logarithmic(3, 400).part(10) == pytest.approx(1 / 3)


def test_numbers_are_written_alike() -> None:
    for seed in range(20):
        words = numbers(random.Random(seed), [0, 0.5, 1.0])
        assert words == ["0.0", "0.5", "1.0"]
    assert {numbers(random.Random(seed), [0, 20], "%")[1] for seed in range(20)} == {"20", "20%"}
    assert "1,000" in {numbers(random.Random(seed), [0, 1000])[1] for seed in range(20)}


def test_where_two_curves_cross() -> None:
    x, y = crossing(lambda x: x, lambda x: 8 - x)
    assert (x, y) == (pytest.approx(4, abs=0.05), pytest.approx(4, abs=0.05))
    assert wrap("aggregate demand curve", 10) == ["aggregate", "demand", "curve"]

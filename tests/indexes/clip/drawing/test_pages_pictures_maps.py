"""What is neither chart nor diagram: sane sizes, the same pixels again, facts that hold."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from indexes.clip.drawing import (
    page_table,
    picture_drawing,
    picture_photos,
)
from indexes.clip.drawing.facts import Renderer
from indexes.clip.drawing.page_code_grammar import LANGUAGES, program
from indexes.clip.drawing.page_table_cells import cells
from tests.indexes.clip.drawing.families import (
    assert_draws_the_same_again,
    assert_is_a,
    id_of,
    renderers_of,
)

_RENDERERS = renderers_of("map", "page", "picture")


@pytest.mark.parametrize(("figure_type", "renderer"), _RENDERERS, ids=id_of)
def test_draws_a_picture_of_its_type(figure_type: str, renderer: Renderer) -> None:
    for seed in (1, 2, 3):
        drawing = renderer(random.Random(seed))
        assert_is_a(figure_type, drawing)
        width, height = drawing.image.size
        assert 100 <= width <= 1600
        assert 30 <= height <= 1800
        assert np.asarray(drawing.image).std() > 1  # something is drawn
        assert bool(drawing.facts.parts) == bool(drawing.facts.part)
    assert_draws_the_same_again(renderer)
    assert renderer(random.Random(4)).image.tobytes() != drawing.image.tobytes()


def test_all_types_of_the_family_are_drawn() -> None:
    assert {figure_type for figure_type, _ in _RENDERERS} == {
        "table", "equation", "code listing", "text", "screenshot", "map", "drawing", "photograph",
    }  # fmt: skip


def test_a_table_s_highest_row_has_the_largest_number() -> None:
    checked = 0
    for seed in range(400):
        table = cells(random.Random(seed))
        assert all(len(row) == len(table.header) for row in table.rows)
        if table.highest:
            numbers = {
                row[0]: float(re.sub(r"[^\d.\-]", "", row[1].split(" ±")[0])) for row in table.rows
            }
            assert numbers[table.highest] == max(numbers.values())
            assert numbers[table.lowest] == min(numbers.values())
            checked += 1
    assert checked > 10


def test_a_table_s_rows_are_counted() -> None:
    for seed in range(10):
        facts = page_table.table(random.Random(seed)).facts
        assert facts.part == "rows"
        assert facts.parts >= len(facts.categories) > 0


def test_the_details_of_a_photograph_hold() -> None:
    grey = 0
    for renderer in dict.fromkeys(picture_photos.RENDERERS["photograph"]):
        drawing = renderer(random.Random(11))
        pixels = np.asarray(drawing.image).astype(int)
        if "in black and white" in drawing.facts.details:
            grey += 1
            assert np.abs(pixels[..., 0] - pixels[..., 2]).max() <= 1
    assert grey > 0


def test_photographs_have_more_tones_than_drawings() -> None:
    def tones(renderer: Renderer) -> float:
        pixels = np.asarray(renderer(random.Random(5)).image.convert("L"))
        return len(np.unique(pixels)) / 256

    photos = [tones(r) for r in dict.fromkeys(picture_photos.RENDERERS["photograph"])]
    drawings = [tones(r) for r in dict.fromkeys(picture_drawing.RENDERERS["drawing"])]
    assert float(np.median(photos)) > 0.6
    assert float(np.median(drawings)) < float(np.median(photos))


@pytest.mark.parametrize("language", LANGUAGES)
def test_tokens_are_the_whole_line(language: str) -> None:
    lines = program(random.Random(7), language)
    assert len(lines) >= 3
    assert all(token.text for line in lines for token in line)
    sorts = {token.sort for line in lines for token in line}
    assert len(sorts) >= 3

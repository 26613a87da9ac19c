import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexes.clip import data
from indexes.clip.drawing import wording
from indexes.clip.drawing.facts import Facts
from indexes.clip.drawing.wear import worn
from indexes.clip.figure_types import FIGURE_TYPES

BARS = Facts(
    "bar chart",
    "stacked bar chart",
    title="Rainfall in Kenya",
    x="Year",
    y="Rainfall",
    categories=("2001", "2002"),
    trend="rises",
    highest="2002",
    lowest="2001",
    details=("with a legend",),
    parts=2,
    part="bars",
)


def test_every_figure_type_can_be_drawn() -> None:
    assert set(data.renderers()) == {figure_type.name for figure_type in FIGURE_TYPES}
    assert set(data.WEIGHTS) <= set(data.renderers())


def test_the_same_seed_and_number_draw_the_same() -> None:
    (first, said), (again, said_again) = data.draw(3, 14), data.draw(3, 14)
    other, _ = data.draw(4, 14)
    assert said == said_again
    assert first.image.tobytes() == again.image.tobytes()
    assert first.image.tobytes() != other.image.tobytes()
    assert said.figure_type == first.facts.figure_type
    assert len(said.captions) == data.CAPTIONS


def test_a_pool_is_read_as_it_was_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "SHARD", 4)
    for shard in range(2):
        data.draw_shard(tmp_path, seed=5, shard=shard)
    pool = data.load_pool(tmp_path)
    assert len(pool) == 8
    drawing, said = data.draw(5, 6)
    assert pool.said[6] == said
    whole = np.asarray(drawing.image.resize((data.SIDE,) * 2, Image.Resampling.BICUBIC, None, 3.0))
    np.testing.assert_array_equal(pool.cut(np.array([6]))[0], whole)
    np.testing.assert_array_equal(pool.cut(np.array([6]), 8)[0], whole[8:-8, 8:-8])


def test_captions_say_what_is_true() -> None:
    said = {text for seed in range(200) for text in wording.captions(random.Random(seed), BARS, 3)}
    assert any("stacked bar chart" in text for text in said)
    assert any("Rainfall in Kenya" in text for text in said)
    assert any("2002 has the highest rainfall" in text for text in said)
    assert any("rises" in text for text in said)
    assert not any("falls" in text or "pie" in text for text in said)


def test_wrong_captions_name_another_type_or_another_trend() -> None:
    for seed in range(200):
        wrong = wording.wrong_caption(random.Random(seed), BARS)
        named = [w for w in ("bar chart", "bar graph", "column chart", "bar plot") if w in wrong]
        if named:
            assert "It rises." not in wrong
            assert "rainfall rises." not in wrong.lower()


def test_questions_ask_for_what_the_figure_shows() -> None:
    asked = {wording.question(random.Random(seed), BARS) for seed in range(200)}
    assert "Which has the highest rainfall, 2001 or 2002?" in asked
    assert all(question.endswith("?") for question in asked)


def test_wear_keeps_pictures_rgb_and_about_their_size() -> None:
    picture = Image.effect_noise((300, 200), 60).convert("RGB")
    for seed in range(60):
        made = worn(random.Random(seed), picture)
        assert made.mode == "RGB"
        assert 80 <= max(made.size) <= 400
        assert made.tobytes() == worn(random.Random(seed), picture).tobytes()

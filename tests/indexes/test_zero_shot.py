from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from indexes.clip.figure_types import BY_NAME
from indexes.clip.zero_shot import FigureTyper
from ingest.errors import ConfigError

CONFIG = {
    **{"name": "test", "size": 8, "mean": [0, 0, 0], "std": [1, 1, 1], "digest": "0" * 64},
    **{"temperature": 10.0, "unsure_below": 0.6},
}


def saved(folder: Path, bias: tuple[float, ...] = (0.0, 0.0, 0.0)) -> Path:
    """Three types on three axes."""
    (folder / "config.json").write_text(json.dumps(CONFIG))
    names = np.array(["pie chart", "map", "photograph"])
    vectors = np.eye(3, 4, dtype=np.float32)
    np.savez(folder / "types.npz", names=names, vectors=vectors, bias=np.array(bias, np.float32))
    return folder


def test_a_softmax_over_cosines(tmp_path: Path) -> None:
    typer = FigureTyper.load(saved(tmp_path))
    vectors = np.array([[0.6, 0.8, 0, 0], [0, 0, 1, 0]], np.float32)
    (first, share), (second, other) = typer.figure_types(vectors)
    assert (first, second) == ("map", "photograph")
    assert share == pytest.approx(1 / (1 + math.exp(-2) + math.exp(-8)), abs=1e-6)
    assert other == pytest.approx(1 / (1 + 2 * math.exp(-10)), abs=1e-6)


def test_a_bias_is_added_to_the_logits(tmp_path: Path) -> None:
    typer = FigureTyper.load(saved(tmp_path, bias=(3.0, 0.0, 0.0)))
    [(name, share)] = typer.figure_types(np.array([[0.6, 0.8, 0, 0]], np.float32))
    assert name == "pie chart"
    assert share == pytest.approx(1 / (1 + math.exp(-1) + math.exp(-9)), abs=1e-6)


def test_a_type_is_left_out_when_unsure(tmp_path: Path) -> None:
    typer = FigureTyper.load(saved(tmp_path))
    nearly_even = [0.7, 0.71, 0, 0]
    vectors = np.array([nearly_even, [1, 0, 0, 0], [0, 0, 0, 1]], np.float32)
    assert typer.sure_types(vectors) == ["", "pie chart", ""]
    assert typer.sure_types(vectors[:0]) == []


def test_the_packages_types_are_those_that_people_can_name() -> None:
    typer = FigureTyper.load()
    assert set(typer.names) == set(BY_NAME)
    assert np.allclose(np.linalg.norm(typer.vectors, axis=1), 1.0, atol=1e-3)


def test_files_that_are_not_usable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.json"):
        FigureTyper.load(tmp_path)
    saved(tmp_path, bias=(1.0,))
    with pytest.raises(ConfigError, match=r"types\.npz: has 3 names"):
        FigureTyper.load(tmp_path)
    for broken in (b"broken", b"", b"PK\x03\x04broken"):
        (tmp_path / "types.npz").write_bytes(broken)
        with pytest.raises(ConfigError, match=r"types\.npz: not a figure CLIP's types"):
            FigureTyper.load(tmp_path)


@pytest.mark.parametrize("wrong", [{"size": "big"}, {"mean": [0, 0]}, {"temperature": None}])
def test_a_configuration_of_wrong_types(tmp_path: Path, wrong: dict[str, object]) -> None:
    saved(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({**CONFIG, **wrong}))
    with pytest.raises(ConfigError, match=r"config\.json: not a figure CLIP's configuration"):
        FigureTyper.load(tmp_path)

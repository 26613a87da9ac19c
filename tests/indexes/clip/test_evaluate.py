import numpy as np
import pytest

from indexes.clip.evaluate import accuracy, neighbour_agreement, predicted_types, recall
from indexes.clip.zero_shot import FigureTyper


def test_recall_counts_ties_against() -> None:
    likeness = np.array([[0.9, 0.1, 0.0], [0.5, 0.5, 0.0], [0.3, 0.2, 0.1]])
    assert recall(likeness) == {"@1": pytest.approx(1 / 3), "@5": 1.0, "@10": 1.0}
    assert recall(likeness, [0, 0, 0])["@1"] == pytest.approx(2 / 3)


def test_accuracy_takes_any_accepted_type() -> None:
    score, by_type = accuracy(["bar", "map", "pie"], [{"bar", "line"}, {"map"}, {"map"}])
    assert score == pytest.approx(2 / 3)
    assert by_type == {"bar / line": (1, 1), "map": (1, 2)}
    with pytest.raises(ValueError, match="no predictions"):
        accuracy([], [])


def test_neighbours_agree_when_the_nearest_other_shares_a_type() -> None:
    vectors = np.eye(4, dtype=np.float32)[[0, 0, 1, 1]]
    assert neighbour_agreement(vectors, [{"a"}, {"a"}, {"b"}, {"c", "b"}]) == 1.0
    assert neighbour_agreement(vectors, [{"a"}, {"a"}, {"b"}, {"c"}]) == 0.5


def test_types_are_chosen_among_those_given() -> None:
    typer = FigureTyper(("a", "b", "c"), np.eye(3, dtype=np.float32), np.zeros(3, np.float32), 9, 0)
    vectors = np.array([[0.9, 0.4, 0.1], [0.1, 0.2, 0.3]], np.float32)
    assert predicted_types(vectors, typer) == ["a", "c"]
    assert predicted_types(vectors, typer, {"b", "c"}) == ["b", "c"]

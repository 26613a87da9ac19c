"""Bootstrap, calibration, refusals and the standard measures, on numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rag.evaluation.bootstrap import difference, draws, interval
from rag.evaluation.calibration import calibration, refusal_curve
from rag.evaluation.measures import Score, refusal_scores
from rag.evaluation.standard import ranking_scores


def mean_of(parts: list[dict[str, Score]], measure: str) -> float:
    value = interval([part.get(measure) for part in parts], np.ones((1, len(parts))))
    assert value is not None
    return value.mean


def test_refusals() -> None:
    asked = [(True, True), (True, False), (True, False), (False, True), (False, False)]
    parts = [refusal_scores(*pair) for pair in asked]  # (answerable, refused)
    assert mean_of(parts, "refusal_precision") == 0.5
    assert mean_of(parts, "refusal_recall") == 0.5
    assert mean_of(parts, "refusal_f1") == 0.5
    assert mean_of(parts, "wrongly_refused") == pytest.approx(1 / 3)


def test_f1_is_the_harmonic_mean() -> None:
    parts = [refusal_scores(False, True)] * 3 + [refusal_scores(True, True)]
    parts += [refusal_scores(False, False)] * 6
    precision, recall = 3 / 4, 3 / 9
    assert mean_of(parts, "refusal_f1") == pytest.approx(
        2 * precision * recall / (precision + recall)
    )


def test_an_interval_is_that_of_the_mean() -> None:
    scores = [Score(float(i % 2)) for i in range(400)]
    value = interval(scores, draws([str(i) for i in range(400)], seed=3))
    assert value is not None
    half = 1.96 * math.sqrt(0.25 / 400)
    assert (value.mean, value.questions) == (0.5, 400)
    assert (value.low, value.high) == (
        pytest.approx(0.5 - half, abs=0.01),
        pytest.approx(0.5 + half, abs=0.01),
    )
    assert interval(scores, draws([str(i) for i in range(400)], seed=3)) == value


def test_questions_of_one_document_are_drawn_together() -> None:
    counts = draws(["a", "a", "b", "b"], count=50)
    assert (counts[:, 0] == counts[:, 1]).all()
    assert (counts[:, 2] == counts[:, 3]).all()
    assert set(counts.sum(axis=1)) == {4.0}
    scores = [Score(float(i % 10 < 5)) for i in range(100)]
    alone = interval(scores, draws([str(i) for i in range(100)]))
    together = interval(scores, draws([str(i // 5) for i in range(100)]))
    assert alone is not None
    assert together is not None
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_a_paired_difference_is_sharper_than_the_means() -> None:
    before = [Score(float(i % 2)) for i in range(200)]
    after = [Score(1.0) if i == 0 else score for i, score in enumerate(before)]
    change = difference(before, after, draws([str(i) for i in range(200)]))
    assert change is not None
    assert change.mean == pytest.approx(1 / 200)
    assert change.low == 0.0
    assert change.high < 0.03
    assert difference(before, [None] * 200, np.ones((1, 200))) is None


def test_weights_and_questions_without_a_score() -> None:
    value = interval([Score(1.0, 3.0), Score(0.0, 1.0), None], np.ones((1, 3)))
    assert value is not None
    assert (value.mean, value.questions) == (0.75, 2)
    assert interval([None], np.ones((1, 1))) is None


def test_calibration() -> None:
    found = calibration("x", [0.9, 0.9, 0.9, 0.9, 0.1, 1.0], [True, True, True, False, False, True])
    assert found is not None
    assert [(b.low, b.answers) for b in found.bins] == [(0.1, 1), (0.9, 5)]
    assert found.bins[1].support == pytest.approx(0.92)
    assert found.bins[1].right == 0.8
    assert found.ece == pytest.approx((1 * 0.1 + 5 * 0.12) / 6)
    assert found.brier == pytest.approx((3 * 0.01 + 0.81 + 0.01 + 0.0) / 6)
    assert calibration("x", [], []) is None


def test_refusal_curve() -> None:
    points = refusal_curve([0.2, 0.4, 0.4, 0.8], [False, True, False, True])
    told = [(p.threshold, p.precision, p.recall, p.wrongly_refused) for p in points]
    assert told == [
        (0.4, 1.0, 0.5, 0.0),
        (0.8, pytest.approx(2 / 3), 1.0, 0.5),
        (1.0, 0.5, 1.0, 1.0),
    ]


def test_standard_measures() -> None:
    qrels = {"q": {"a": 2, "b": 1, "c": 0}, "none": {"a": 1}}
    found = {"q": ["c", "b", "x", "a"], "other": ["a"]}
    scores = ranking_scores(["recall@2", "ndcg@10", "mrr@10", "map@100"], qrels, found)
    ideal = 2 + 1 / math.log2(3)
    assert scores["q"] == {
        "recall@2": 0.5,
        "ndcg@10": pytest.approx((1 / math.log2(3) + 2 / math.log2(5)) / ideal),
        "mrr@10": 0.5,
        "map@100": pytest.approx((1 / 2 + 2 / 4) / 2),
    }
    assert set(scores) == {"q", "none"}
    assert set(scores["none"].values()) == {0.0}

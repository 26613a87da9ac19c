from __future__ import annotations

import json
from dataclasses import astuple, replace

import pytest

from rag.curve import STEPS, Curve, built_in, curve_of, record_of
from rag.support import Signals

ZERO = Signals(*[0.0] * len(Signals.__slots__))
CURVE = Curve(-2.0, replace(ZERO, specifics=3.0), tuple(n / 100 for n in range(STEPS)))


def test_support_is_logistic() -> None:
    assert CURVE.support(replace(ZERO, specifics=2 / 3)) == pytest.approx(0.5)
    assert CURVE.support(ZERO) == pytest.approx(0.1192, abs=1e-4)


@pytest.mark.parametrize(
    ("share", "threshold"), [(0.0, 0.0), (0.1, 0.1), (0.155, 0.155), (0.5, 0.5)]
)
def test_the_threshold_of_a_share(share: float, threshold: float) -> None:
    assert CURVE.threshold(share) == pytest.approx(threshold)


def test_a_curve_survives_json() -> None:
    assert curve_of(json.loads(json.dumps(record_of(CURVE)))) == CURVE


@pytest.mark.parametrize("record", [{}, {"bias": 1, "weights": {"old": 1}, "refusals": []}])
def test_another_record_is_no_curve(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no curve"):
        curve_of(record)


def test_in_the_built_in_curve_everything_speaks_for_an_answer() -> None:
    curve = built_in()
    assert min(astuple(curve.weights)) >= 0.0
    assert list(curve.refusals) == sorted(curve.refusals)
    assert curve.support(ZERO) < curve.threshold(0.05) < curve.threshold(0.3)


@pytest.mark.parametrize(
    "change",
    [
        {"bias": float("nan")},
        {"bias": 1e400},
        {"refusals": [float("nan")] * STEPS},
        {"refusals": [n / -100 for n in range(STEPS)]},
        {"weights": {**record_of(CURVE)["weights"], "focus": -1.0}},
    ],
)
def test_a_curve_that_cannot_be_is_none(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a curve"):
        curve_of({**record_of(CURVE), **change})


def test_support_of_a_steep_curve() -> None:
    steep = replace(CURVE, bias=-5000.0, weights=replace(ZERO, specifics=9000.0))
    assert steep.support(ZERO) == 0.0
    assert steep.support(replace(ZERO, specifics=1.0)) == 1.0

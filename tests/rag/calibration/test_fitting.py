from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from rag.calibration.fitting import (
    NO_SIGNALS,
    Sample,
    expected_error,
    fitted,
    measured,
    out_of_fold,
    threshold_for,
)
from rag.support import Signals

CHANCE = random.Random(1)


def drawn(number: int) -> Sample:
    """A sample whose chance to be right grows with its focus, and falls with its similarity."""
    focus, similarity = CHANCE.random(), CHANCE.random()
    right = CHANCE.random() < 1 / (1 + np.exp(3 - 6 * focus + similarity))
    signals = Signals(specifics=1.0, pairs=0.5, focus=focus, similarity=similarity)
    return Sample(str(number), signals, right, right, str(number % 7))


SAMPLES = [drawn(number) for number in range(2000)]


def test_weights_are_found_again_and_none_is_negative() -> None:
    curve = fitted(SAMPLES)
    assert curve.weights.focus == pytest.approx(6.0, abs=1.0)
    assert curve.weights.similarity == 0.0
    assert curve.weights.specifics == pytest.approx(
        0.0, abs=1e-9
    )  # it does not vary, so it says nothing


def test_support_foretold_is_calibrated() -> None:
    support = out_of_fold(SAMPLES)
    assert expected_error(support, np.array([float(one.right) for one in SAMPLES])) < 0.05


def test_a_group_is_judged_without_it() -> None:
    flipped = [replace(one, right=not one.right) if one.group == "0" else one for one in SAMPLES]
    held = np.array([one.group == "0" for one in SAMPLES])
    assert np.array_equal(out_of_fold(SAMPLES)[held], out_of_fold(flipped)[held])
    assert not np.array_equal(out_of_fold(SAMPLES)[~held], out_of_fold(flipped)[~held])


def test_the_threshold_refuses_the_share_of_what_counts() -> None:
    support = out_of_fold(SAMPLES)
    threshold = threshold_for(SAMPLES, support, 0.15)
    assert measured(SAMPLES, support, threshold).wrongly_refused == pytest.approx(0.15, abs=0.005)
    none = [replace(one, counts=one.group == "1") for one in SAMPLES]
    assert threshold_for(none, support, 0.15) != threshold


def test_refusals_are_measured() -> None:
    rows = [(True, 0.9), (True, 0.3), (False, 0.2), (False, 0.6)]
    samples = [Sample("", NO_SIGNALS, answerable, answerable, "a") for answerable, _ in rows]
    found = measured(samples, np.array([support for _, support in rows]), 0.4)
    assert (found.answerable, found.wrongly_refused) == (2, 0.5)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert found.brier == pytest.approx((0.01 + 0.49 + 0.04 + 0.36) / 4)
    assert found.ece == pytest.approx((0.1 + 0.7 + 0.2 + 0.6) / 4)

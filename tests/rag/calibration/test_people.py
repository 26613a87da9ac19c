"""A curve fitted with a summary of people's questions, in place of these."""

from __future__ import annotations

import json
import random
from dataclasses import astuple, replace

import numpy as np
import pytest

from rag.calibration.fitting import Prior, Sample, fitted, supports
from rag.calibration.people import known_people, people_of, people_record
from rag.calibration.run import ENOUGH, refitted
from rag.curve import FILE, Curve, built_in
from rag.support import Signals


def drawn(count: int, seed: int, bias: float) -> list[Sample]:
    """Questions of seven documents that are right the more often, the higher their focus."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        signals = Signals(*(chance.random() for _ in range(4)))
        right = chance.random() < 1 / (1 + np.exp(-bias - 4 * signals.focus - signals.pairs))
        made.append(Sample("", signals, right or number % 4 == 0, right, str(number % 7)))
    return made


THEIRS, OWN = drawn(600, 1, -2.5), drawn(200, 2, -1.5)
PEOPLE = people_of(THEIRS)


def numbers(curve: Curve) -> list[float]:
    return [curve.bias, *astuple(curve.weights)]


def test_the_summary_stands_for_the_questions() -> None:
    together = numbers(fitted([*OWN, *THEIRS]))
    assert numbers(fitted(OWN, PEOPLE.prior)) == pytest.approx(together, abs=0.15)
    assert abs(fitted(OWN).bias - together[0]) > 0.3


def test_a_certain_prior_is_not_moved_and_an_uncertain_one_says_nothing() -> None:
    sure = Prior(PEOPLE.prior.mean, PEOPLE.prior.precision * 1e6)
    assert numbers(fitted(OWN, sure)) == pytest.approx(list(PEOPLE.prior.mean), abs=1e-3)
    unsure = Prior(PEOPLE.prior.mean, np.eye(5) * 1e-3)
    assert numbers(fitted(OWN, unsure)) == pytest.approx(numbers(fitted(OWN)), abs=0.3)


def test_the_precision_is_the_curvature_of_the_likelihood() -> None:
    def loss(curve: Curve) -> float:
        right = np.array([one.right for one in THEIRS])
        support = supports(curve, THEIRS)
        return -float(np.log(np.where(right, support, 1 - support)).sum())

    moved = replace(PEOPLE.curve, bias=PEOPLE.curve.bias + 0.1)
    assert PEOPLE.distance(PEOPLE.curve) == 0.0
    lost = loss(moved) - loss(PEOPLE.curve)
    assert PEOPLE.distance(moved) / 2 == pytest.approx(lost, rel=0.1)


def test_the_line_refuses_the_same_share_on_another_curve() -> None:
    weights = Signals(specifics=0.0, pairs=1.0, focus=6.0, similarity=0.0)
    other = Curve(-5.0, weights, PEOPLE.curve.refusals)
    line = replace(other, refusals=PEOPLE.line(other))
    answerable = [one for one in THEIRS if one.answerable]
    for share in (0.1, 0.3):
        below = (supports(line, answerable) < line.threshold(share)).mean()
        assert below == pytest.approx(share, abs=0.04)
    assert PEOPLE.line(PEOPLE.curve) == pytest.approx(PEOPLE.curve.refusals)


def test_enough_own_questions_draw_the_line() -> None:
    few = [one for one in OWN if one.answerable][: ENOUGH - 1]
    for samples, own, of_people in ((OWN, True, False), (OWN, False, True), (few, True, True)):
        curve, support = refitted(samples, PEOPLE, own=own)
        assert len(support) == len(samples)
        assert (curve.refusals == PEOPLE.line(curve)) is of_people


def test_made_questions_weigh_half_as_much_as_people_s() -> None:
    once, _ = refitted(OWN, PEOPLE, own=False)
    twice, _ = refitted([*OWN, *OWN], PEOPLE, own=False)
    assert numbers(twice) == pytest.approx(numbers(once))


def test_the_package_holds_a_summary_and_no_questions() -> None:
    known = known_people()
    assert known.curve == built_in()
    assert known.distance(built_in()) == 0.0
    assert np.linalg.eigvalsh(known.prior.precision).min() > 0
    assert np.linalg.eigvalsh(known.covariance).min() > 0
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert people_record(known) == kept
    assert set(kept["people"]) == {"weight", "precision", "mean", "covariance"}

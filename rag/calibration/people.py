"""What people's questions about real PDFs say of the curve, in a few numbers and none of theirs.

An index's own curve is fitted to its questions, with a Gaussian for people's: the Laplace
approximation of what these say of bias and weights (Bishop, Pattern Recognition and Machine
Learning, 4.4). Made questions alone would be taken for what people ask, and are far easier. Where
people's answerable questions lie is kept as their signals' mean and covariance.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from rag.calibration.fitting import Numbers, Prior, Sample, fitted, posterior
from rag.curve import FILE, Curve, curve_of, record_of

_DIGITS = 4


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """What is kept of their questions."""

    curve: Curve  # fitted to them
    weight: float  # of them together: about how many there are
    prior: Prior  # what they say of a curve
    mean: Numbers  # (4,), of the signals of answerable ones
    covariance: Numbers  # (4, 4)

    def distance(self, curve: Curve) -> float:
        """How far a curve is from what people's questions say: Mahalanobis distance, squared.

        Half of it is the likelihood that a curve loses on their questions, in nats.
        """
        apart = np.array([curve.bias, *astuple(curve.weights)]) - self.prior.mean
        return float(apart @ self.prior.precision @ apart)

    def line(self, curve: Curve) -> tuple[float, ...]:
        """The refusals of another curve, so that the same shares of people's questions are refused.

        Before the logistic function, support is a weighted sum of signals. Its mean and deviation
        over their answerable questions are known for both curves; the built-in curve's refusals are
        moved and stretched from the one to the other.
        """
        mean, deviation = self._sums(self.curve)
        to_mean, to_deviation = self._sums(curve)
        support = np.clip(self.curve.refusals, 1e-6, 1 - 1e-6)
        sums = to_mean + (np.log(support / (1 - support)) - mean) * to_deviation / deviation
        return tuple((1 / (1 + np.exp(-sums))).tolist())

    def _sums(self, curve: Curve) -> tuple[float, float]:
        weights = np.array(astuple(curve.weights))
        variance = float(weights @ self.covariance @ weights)
        return curve.bias + float(weights @ self.mean), max(variance, 1e-9) ** 0.5


def people_of(samples: Sequence[Sample]) -> People:
    """The summary of samples; where the line is, those that count say."""
    signals = np.array([astuple(s.signals) for s in samples if s.answerable and s.counts])
    return People(
        curve=fitted(samples),
        weight=sum(sample.weight for sample in samples),
        prior=posterior(samples),
        mean=signals.mean(axis=0),
        covariance=np.cov(signals, rowvar=False),
    )


@lru_cache(maxsize=1)
def known_people() -> People:
    """Those whose questions the built-in curve is fitted to."""
    record = json.loads(FILE.read_text(encoding="utf-8"))
    kept, curve = record["people"], curve_of(record)
    mean = np.array([curve.bias, *astuple(curve.weights)])
    return People(
        curve=curve,
        weight=float(kept["weight"]),
        prior=Prior(mean, np.array(kept["precision"])),
        mean=np.array(kept["mean"]),
        covariance=np.array(kept["covariance"]),
    )


def people_record(people: People) -> Mapping[str, Any]:
    """For rag/support.json: the curve, and what `known_people` reads beside it."""
    return record_of(people.curve) | {
        "people": {
            "weight": people.weight,
            "precision": people.prior.precision.round(_DIGITS).tolist(),
            "mean": people.mean.round(_DIGITS).tolist(),
            "covariance": people.covariance.round(_DIGITS).tolist(),
        }
    }

"""Paired bootstrap: how far a mean, or a difference of two, may be off by the choice of questions.

Questions are drawn with replacement, or whole documents with all their questions (Efron, 1979;
for pairs: Koehn, 2004). One draw serves all measures and both runs of a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.evaluation.measures import Score

DRAWS = 2000
_INSIDE = (2.5, 97.5)  # percentiles

Counts = npt.NDArray[np.float64]  # (draws, questions): how often a question is in a draw
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95% interval."""

    mean: float
    low: float
    high: float
    questions: int  # that it is a mean over


def draws(groups: Sequence[str], seed: int = 0, count: int = DRAWS) -> Counts:
    """How often each question is in each draw; questions of one group are drawn together."""
    names, group = np.unique(np.array(groups), return_inverse=True)
    taken = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=count
    )
    return taken[:, group].astype(float)


def interval(scores: Sequence[Score | None], counts: Counts) -> Interval | None:
    """The weighted mean of the questions' scores; None when no question has any."""
    values, weights = _columns(scores)
    if not weights.any():
        return None
    low, high = _percentiles(_means(values, weights, counts))
    mean = float((values * weights).sum() / weights.sum())
    return Interval(mean, low, high, int((weights > 0).sum()))


def difference(
    before: Sequence[Score | None], after: Sequence[Score | None], counts: Counts
) -> Interval | None:
    """How much the mean of `after` is above that of `before`; None when either has none."""
    (old, old_weights), (new, new_weights) = _columns(before), _columns(after)
    if not (old_weights.any() and new_weights.any()):
        return None
    low, high = _percentiles(_means(new, new_weights, counts) - _means(old, old_weights, counts))
    mean = (new * new_weights).sum() / new_weights.sum()
    mean -= (old * old_weights).sum() / old_weights.sum()
    return Interval(float(mean), low, high, int(((new_weights + old_weights) > 0).sum()))


def _columns(scores: Sequence[Score | None]) -> tuple[Values, Values]:
    known = [score or Score(0.0, 0.0) for score in scores]
    return np.array([s.value for s in known]), np.array([s.weight for s in known])


def _means(values: Values, weights: Values, counts: Counts) -> Values:
    """The mean in each draw, (draws,); NaN where a draw has no question with a score."""
    total = counts @ weights
    means: Values = np.full(len(counts), np.nan)
    return np.divide(counts @ (values * weights), total, out=means, where=total > 0)


def _percentiles(means: Values) -> tuple[float, float]:
    low, high = np.nanpercentile(means, _INSIDE)
    return float(low), float(high)

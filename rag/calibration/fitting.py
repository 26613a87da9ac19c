"""Signals of answered questions → a curve, and how well it refuses and foretells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from rag.curve import STEPS, Curve
from rag.support import Signals

Numbers = npt.NDArray[np.float64]
_CURVATURE = 0.01  # of the prior that keeps weights small
_ROUNDS = 50  # of Newton's method, which takes about ten
_BINS = 10
NO_SIGNALS = Signals(*[0.0] * len(Signals.__slots__))


@dataclass(frozen=True, slots=True)
class Sample:
    """A question that was asked, and what is known of it."""

    question: str
    signals: Signals
    answerable: bool  # from the documents that were asked
    right: bool  # and the answer cites what answers it
    group: str  # questions of a group are never fitted on to judge the others of it
    weight: float = 1.0  # of it in fitting; 0: it is not known whether the answer is right
    counts: bool = True  # among those of which a share may be refused


@dataclass(frozen=True, slots=True)
class Measured:
    """How a curve does on questions that it was not fitted to, when it refuses some share."""

    questions: int
    answerable: int
    wrongly_refused: float  # share of the answerable
    precision: float  # of what is refused: share that has no answer
    recall: float  # share of what has no answer that is refused
    f1: float
    brier: float  # mean squared distance of support from right (1) or not (0)
    ece: float  # expected calibration error over ten bins of equal width


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """What is known of a curve before its samples: a Gaussian over bias and weights."""

    mean: Numbers  # (5,), bias first
    precision: Numbers  # (5, 5): the inverse of the covariance


def fitted(samples: Sequence[Sample], prior: Prior | None = None) -> Curve:
    """The curve of all samples. Its refusals are of supports foretold without a sample's group.

    With a prior, bias and weights are the likeliest after both; without, one keeps weights small.
    """
    beta = _fit(*_arrays(samples), prior)
    return _curve(beta, _shares(samples, out_of_fold(samples, prior)))


def posterior(samples: Sequence[Sample]) -> Prior:
    """What samples say of a curve: a Gaussian around the fit, by Laplace's approximation.

    Its precision is the curvature of the penalised log-likelihood there.
    """
    x, y, weight = _arrays(samples)
    beta = _fit(x, y, weight)
    return Prior(beta, _curvature(_design(x), weight, beta) + _small(x, weight).precision)


def out_of_fold(samples: Sequence[Sample], prior: Prior | None = None) -> Numbers:
    """The support of each sample by a curve that was fitted without its group, (n,)."""
    x, y, weight = _arrays(samples)
    groups = np.array([sample.group for sample in samples])
    support = np.zeros(len(samples))
    for group in dict.fromkeys(groups.tolist()):
        held = groups == group
        support[held] = _predicted(_fit(x[~held], y[~held], weight[~held], prior), x[held])
    return support


def supports(curve: Curve, samples: Sequence[Sample]) -> Numbers:
    """The support of each sample by a given curve, (n,)."""
    return np.array([curve.support(sample.signals) for sample in samples])


def measured(samples: Sequence[Sample], support: Numbers, threshold: float) -> Measured:
    """What refusing all support below a threshold does to these samples."""
    answerable = np.array([sample.answerable for sample in samples], bool)
    right = np.array([sample.right for sample in samples], float)
    known = np.array([sample.weight > 0 for sample in samples], bool)
    refused = support < threshold
    hits = float((refused & ~answerable).sum())
    precision = hits / max(1.0, float(refused.sum()))
    recall = hits / max(1.0, float((~answerable).sum()))
    return Measured(
        questions=len(support),
        answerable=int(answerable.sum()),
        wrongly_refused=float(refused[answerable].mean()) if answerable.any() else 0.0,
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / max(1e-9, precision + recall),
        brier=float(np.mean((support - right)[known] ** 2)),
        ece=expected_error(support[known], right[known]),
    )


def threshold_for(samples: Sequence[Sample], support: Numbers, wrong_refusals: float) -> float:
    """The support below which at most that share lies of the answerable samples that count."""
    return float(np.quantile(_of_answerable(samples, support), wrong_refusals, method="lower"))


def expected_error(support: Numbers, right: Numbers) -> float:
    """Mean distance of support from the share that is right, over bins of equal width."""
    bins = np.minimum((support * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((support - right)[bins == place].sum())) for place in range(_BINS)]
    return sum(gaps) / max(1, len(support))


def _arrays(samples: Sequence[Sample]) -> tuple[Numbers, Numbers, Numbers]:
    return (
        np.array([astuple(sample.signals) for sample in samples], float),
        np.array([sample.right for sample in samples], float),
        np.array([sample.weight for sample in samples], float),
    )


def _fit(x: Numbers, y: Numbers, weight: Numbers, prior: Prior | None = None) -> Numbers:
    """Logistic regression by Newton's method, bias first; weights of signals at least zero."""
    prior = prior or _small(x, weight)
    design = _design(x)
    free = np.ones(design.shape[1], bool)
    while True:
        beta = np.zeros(design.shape[1])
        for _ in range(_ROUNDS):
            missed = weight * (y - _predicted(beta, x))
            gradient = design.T @ missed - prior.precision @ (beta - prior.mean)
            hessian = _curvature(design, weight, beta) + prior.precision
            hessian = hessian[np.ix_(free, free)] + 1e-9 * np.eye(free.sum())
            beta[free] += np.linalg.solve(hessian, gradient[free])
        negative = beta[1:] < 0
        if not negative.any():
            return beta
        free[1:] &= ~negative


def _small(x: Numbers, weight: Numbers) -> Prior:
    """That weights are small, the more so the more their signal varies."""
    spread = weight @ (x - np.average(x, axis=0, weights=weight)) ** 2
    return Prior(np.zeros(x.shape[1] + 1), np.diag(_CURVATURE * np.append(0.0, spread + 1e-3)))


def _curvature(design: Numbers, weight: Numbers, beta: Numbers) -> Numbers:
    p = 1 / (1 + np.exp(-design @ beta))
    return np.asarray((design * (weight * p * (1 - p))[:, None]).T @ design)


def _design(x: Numbers) -> Numbers:
    return np.column_stack([np.ones(len(x)), x])


def _predicted(beta: Numbers, x: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-(beta[0] + x @ beta[1:]))))


def _of_answerable(samples: Sequence[Sample], support: Numbers) -> Numbers:
    wanted = np.array([sample.answerable and sample.counts for sample in samples], bool)
    return np.asarray(support[wanted])


def _shares(samples: Sequence[Sample], support: Numbers) -> tuple[float, ...]:
    answerable = _of_answerable(samples, support)
    return tuple(np.quantile(answerable, np.linspace(0.0, 0.5, STEPS), method="lower").tolist())


def _curve(beta: Numbers, refusals: tuple[float, ...]) -> Curve:
    return Curve(float(beta[0]), Signals(*map(float, beta[1:])), refusals)

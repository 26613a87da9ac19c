"""Signals → support: a logistic curve, and where on it a question is refused.

Support is the probability that the answer cites a page that answers the question, which takes
that the documents asked do answer it. Refused is what has less support than the least supported
share, `wrong_refusals`, of the answerable questions that the curve was fitted to.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.support import Signals

STEPS = 51  # of `Curve.refusals`: shares from 0 to 0.5
FILE = Path(__file__).with_name("support.json")  # benchmarks/fit_support.py writes it


@dataclass(frozen=True, slots=True)
class Curve:
    """How much each signal says. No weight is negative: all of them speak for an answer."""

    bias: float
    weights: Signals
    refusals: tuple[float, ...]  # support below which 0, 1, 2 … 50% of answerable questions fall

    def support(self, signals: Signals) -> float:
        """Support from 0 to 1."""
        pairs = zip(astuple(self.weights), astuple(signals), strict=True)
        t = self.bias + sum(weight * value for weight, value in pairs)
        return 0.5 + 0.5 * math.tanh(t / 2.0)  # the logistic function, which never overflows

    def threshold(self, wrong_refusals: float) -> float:
        """The support from which on to answer, for a share of refusals from 0 (none) to 0.5."""
        if wrong_refusals <= 0.0:
            return 0.0
        place = min(wrong_refusals, 0.5) * 2 * (STEPS - 1)
        low = min(int(place), STEPS - 2)
        below, above = self.refusals[low : low + 2]
        return below + (place - low) * (above - below)


@lru_cache(maxsize=1)
def built_in() -> Curve:
    """The curve that comes with the package."""
    return curve_of(json.loads(FILE.read_text(encoding="utf-8")))


def curve_of(record: Mapping[str, Any]) -> Curve:
    """A curve from what `record_of` made. Raises ValueError when it is none."""
    try:
        named = {field.name: float(record["weights"][field.name]) for field in fields(Signals)}
        refusals = tuple(map(float, record["refusals"]))
        curve = Curve(float(record["bias"]), Signals(**named), refusals)
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"no curve: {error}") from error
    if len(refusals) != STEPS or len(record["weights"]) != len(named):
        raise ValueError("a curve of other signals")
    if not all(map(math.isfinite, (curve.bias, *named.values(), *refusals))):
        raise ValueError("a curve of numbers that are none")
    if min(named.values()) < 0.0 or list(refusals) != sorted(refusals):
        raise ValueError("a curve that falls")
    return curve


def record_of(curve: Curve) -> dict[str, Any]:
    """A curve for JSON."""
    return {
        "bias": round(curve.bias, 3),
        "weights": {name: round(value, 3) for name, value in asdict(curve.weights).items()},
        "refusals": [round(value, 4) for value in curve.refusals],
    }

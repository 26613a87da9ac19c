"""Weighted reciprocal rank fusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)

RANK_CONSTANT = 60.0


def reciprocal_ranks(
    rankings: Mapping[str, Sequence[Item]],
    weights: Mapping[str, float],
    constant: float = RANK_CONSTANT,
) -> dict[Item, dict[str, float]]:
    """What each ranking gives each item: weight / (constant + rank), ranks from 1.

    An item that a ranking holds twice counts at its better place. The sum over rankings is
    the fused score (Cormack, Clarke and Büttcher, SIGIR 2009). A ranking without a weight
    counts once.
    """
    shares: defaultdict[Item, dict[str, float]] = defaultdict(dict)
    for name, ranking in rankings.items():
        weight = weights.get(name, 1.0)
        for rank, item in enumerate(dict.fromkeys(ranking), 1):
            shares[item][name] = weight / (constant + rank)
    return dict(shares)


def by_score(scores: Mapping[Item, float]) -> list[Item]:
    """Items by falling score; ties fall to the smaller item, so that order never wavers."""
    return sorted(scores, key=lambda item: (-scores[item], item))

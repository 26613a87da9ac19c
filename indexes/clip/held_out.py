"""Which figures a tuning learns from, which are held out, and whether those are found better.

Two figures with one crop or one caption are the same to a search. They count once, and never stand
on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexes.clip.evaluate import Likeness, recall
from indexes.types import Vectors
from ingest.errors import TrainingError

LEAST = 100  # different figures, without which nothing can be learnt and nothing be measured
LEAST_HELD_OUT = 20
HELD_OUT = 0.2  # of the different figures
DOCUMENTS = 20  # from so many on, whole documents are held out
DRAWS = 10_000  # of the bootstrap

Numbers = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.float64]  # (n,), 1 / rank


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to learn from."""

    crop: Path  # an encoded picture; two figures with one path have one picture
    texts: tuple[str, ...]  # its caption, and what else is said of it
    document: str = ""  # an id


@dataclass(frozen=True, slots=True)
class Split:
    """Positions of figures."""

    learnt: tuple[int, ...]
    held_out: tuple[int, ...]  # all different
    by_document: bool


@dataclass(frozen=True, slots=True)
class Scores:
    """How well figures and captions find each other among the held-out ones."""

    text_to_picture: dict[str, float]  # recall: "@1", "@5", "@10"
    picture_to_text: dict[str, float]
    reciprocal_rank: float  # mean over figures and over both directions


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference of means, and where it lies with 95 % confidence."""

    mean: float
    low: float
    high: float


def same_figures(figures: Sequence[Figure]) -> Numbers:
    """A number for each figure: one number for those that share a crop or a caption."""
    numbers = list(range(len(figures)))

    def first(at: int) -> int:
        while numbers[at] != at:
            at = numbers[at]
        return at

    seen: dict[Path | str, int] = {}
    for at, figure in enumerate(figures):
        caption = " ".join(figure.texts[0].casefold().split())
        for known in (figure.crop, caption):
            if known in seen:
                numbers[first(at)] = first(seen[known])
            seen.setdefault(known, at)
    return np.array([first(at) for at in range(len(figures))], np.int64)


def require_enough(same: Numbers) -> None:
    """Raises TrainingError when there are too few different figures."""
    count = len(set(same.tolist()))
    if count < LEAST:
        raise TrainingError(
            f"only {count} different figures with captions; train-clip needs at least {LEAST}"
        )


def split(figures: Sequence[Figure], same: Numbers, seed: int) -> Split:
    """Holds out a fifth: whole documents where there are enough, figures otherwise.

    Raises TrainingError.
    """
    require_enough(same)
    target = max(LEAST_HELD_OUT, round(HELD_OUT * len(set(same.tolist()))))
    documents = [figure.document for figure in figures]
    if len(set(documents)) >= DOCUMENTS:
        held, learnt = draw_apart(documents, same, target, seed)
        if len(held) >= LEAST_HELD_OUT and len(set(same[learnt].tolist())) >= LEAST // 2:
            return Split(tuple(learnt), tuple(held), by_document=True)
    held, learnt = draw_apart(same.tolist(), same, target, seed)
    return Split(tuple(learnt), tuple(held), by_document=False)


def draw_apart(
    units: Sequence[Any], same: Numbers, target: int, seed: int
) -> tuple[list[int], list[int]]:
    """Positions of about `target` different figures, from whole units; and of those left.

    A unit that would take far too many with it is passed over. Figures that are the same as a
    drawn one are on neither side.
    """
    members: dict[Any, list[int]] = {}
    for at, unit in enumerate(units):
        members.setdefault(unit, []).append(at)
    drawn: dict[int, int] = {}  # number of the figure → where it was drawn
    chosen = set()
    names = list(members)
    for place in np.random.default_rng((seed, 3)).permutation(len(names)):
        unit = names[place]
        more = {int(same[at]): at for at in reversed(members[unit])}
        if len(drawn) >= target:
            break
        if len(drawn.keys() | more.keys()) <= 1.5 * target:
            drawn = more | drawn
            chosen.add(unit)
    left = [
        at for at, unit in enumerate(units) if unit not in chosen and int(same[at]) not in drawn
    ]
    return sorted(drawn.values()), left


def score(pictures: Vectors, captions: Vectors) -> tuple[Scores, Ranks]:
    """Recall and reciprocal ranks, (n,), of n pictures and their captions, both (n, dim)."""
    likeness = captions @ pictures.T
    ranks = (_reciprocal_ranks(likeness) + _reciprocal_ranks(likeness.T)) / 2
    return Scores(recall(likeness), recall(likeness.T), float(ranks.mean())), ranks


def difference(before: Ranks, after: Ranks, seed: int) -> Interval:
    """The gain's mean with its interval: a bootstrap of pairs (Efron, 1979)."""
    gain = after - before
    rng = np.random.default_rng((seed, 4))
    means = np.array([rng.choice(gain, len(gain)).mean() for _ in range(DRAWS)])
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(gain.mean()), float(low), float(high))


def _reciprocal_ranks(likeness: Likeness) -> Ranks:
    own = np.diag(likeness)
    ranks: Ranks = 1.0 / (likeness >= own[:, None]).sum(axis=1)
    return ranks

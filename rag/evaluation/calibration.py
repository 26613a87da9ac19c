"""Whether support means what it says, and where other thresholds would put the refusals."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evaluation.results import Bin, Calibration, Point

BINS = 10


def calibration(
    against: str, support: Sequence[float], right: Sequence[bool]
) -> Calibration | None:
    """Expected calibration error over ten bins of equal width, and Brier score; None of nothing.

    `against` names what `right` tells.

    ECE is the mean distance of a bin's support from its share of right answers, by answers
    (Naeini et al., 2015).
    """
    pairs = list(zip(support, right, strict=True))
    if not pairs:
        return None
    bins = []
    for place in range(BINS):
        held = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == place]
        if held:
            mean = sum(s for s, _ in held) / len(held)
            share = sum(r for _, r in held) / len(held)
            bins.append(Bin(place / BINS, (place + 1) / BINS, len(held), mean, share))
    gaps = sum(one.answers * abs(one.support - one.right) for one in bins)
    brier = sum((s - r) ** 2 for s, r in pairs) / len(pairs)
    return Calibration(against, gaps / len(pairs), brier, len(pairs), tuple(bins))


def refusal_curve(support: Sequence[float], answerable: Sequence[bool]) -> tuple[Point, ...]:
    """Precision and recall of refusals at each threshold that refuses other questions.

    What was refused counts with the support that its answer carries.
    """
    pairs = sorted(zip(support, answerable, strict=True))
    can = sum(answerable)
    cannot = len(pairs) - can
    points, right = [], 0
    for place, (value, is_answerable) in enumerate(pairs):
        right += not is_answerable
        following = pairs[place + 1][0] if place + 1 < len(pairs) else 1.0
        if following == value:
            continue
        refused = place + 1
        points.append(
            Point(
                threshold=following,
                precision=right / refused,
                recall=right / cannot if cannot else 0.0,
                wrongly_refused=(refused - right) / can if can else 0.0,
            )
        )
    return tuple(points)

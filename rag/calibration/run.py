"""Fitting an index's own curve: ask, fit, check on what was held out, keep it if it is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from ingest.errors import InputError
from rag.calibration.asked_set import Wanted, made_questions, own_questions
from rag.calibration.asking import Asker
from rag.calibration.fitting import (
    Measured,
    Numbers,
    Sample,
    fitted,
    measured,
    out_of_fold,
    supports,
)
from rag.calibration.people import People, known_people
from rag.calibration.saved import save
from rag.curve import Curve, built_in

if TYPE_CHECKING:
    from indexes.store import Store
    from rag.build import Models
    from rag.config import Settings

QUESTIONS = 300
FEWEST = 20  # questions that anything can be learnt from
ENOUGH = 30  # own answerable questions, for the refusals to be set by them alone
MADE_WEIGHT = 0.5  # of all made questions, beside that of all of people's
FARTHEST = 11.07  # from people's curve, for made questions: 95% of chi-squared of five numbers
_AS_GOOD = 0.01  # F1 that may be lost to chance
_SLACK = 0.05  # of the share of wrong refusals, on what was held out

TellCount = Callable[[int, int], None]
"""Told how many questions were asked, of how many."""


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """What a calibration found.

    Before is the built-in curve; after are curves fitted without the group of the question that
    is judged.
    """

    questions: int
    own: bool  # the user's own questions, not made ones
    before: Measured
    after: Measured
    distance: float  # of the curve from what people's questions say: People.distance
    curve: Curve
    better: bool
    saved: Path | None  # None: nothing was written
    seconds: float


def calibrate(
    store: Store,
    models: Models,
    settings: Settings,
    *,
    questions: int = QUESTIONS,
    own: Path | None = None,
    seed: int = 0,
    dry_run: bool = False,
    tell: TellCount | None = None,
) -> CalibrationReport:
    """Fit a curve to an index, and keep it in its folder if it judges better what was held out.

    About so many `questions` are made from the documents, or those of `own`, a qa.jsonl, are
    asked. The share that may be refused is the settings'. Raises InputError (too few questions),
    what `own_questions` and retrieval raise, OSError.
    """
    started = perf_counter()
    wanted = own_questions(own) if own else made_questions(store, questions, seed)
    if len(wanted) < FEWEST or len({one.answerable for one in wanted}) < 2:
        fix = "" if own else "; ingest more text, or give questions of your own: --qa FILE"
        raise InputError(
            f"{len(wanted)} questions are too few to learn from, or all alike; it takes {FEWEST}, "
            f"some that the documents answer and some that they do not{fix}"
        )
    asker = Asker(store, models, settings.rerank_top)
    samples = asked_of(asker, wanted, tell)
    people, share = known_people(), settings.wrong_refusals
    curve, foretold = refitted(samples, people, own=own is not None)
    before = measured(samples, supports(built_in(), samples), built_in().threshold(share))
    after = measured(samples, foretold, curve.threshold(share))
    distance = people.distance(curve)
    better = _is_better(before, after, share) and (own is not None or distance <= FARTHEST)
    saved = None
    if better and not dry_run:
        record = {"before": asdict(before), "after": asdict(after), "own": own is not None}
        saved = save(store.folder, store.spaces, curve, record)
    return CalibrationReport(
        questions=len(samples),
        own=own is not None,
        before=before,
        after=after,
        distance=distance,
        curve=curve,
        better=better,
        saved=saved,
        seconds=perf_counter() - started,
    )


def asked_of(asker: Asker, wanted: Sequence[Wanted], tell: TellCount | None = None) -> list[Sample]:
    """The samples of questions, in their order."""
    samples = []
    for done, one in enumerate(wanted, 1):
        sample = asker.sample(
            one.question,
            within=one.within,
            pages=one.pages,
            answerable=one.answerable,
            group=one.group,
        )
        samples.append(sample)
        if tell:
            tell(done, len(wanted))
    return samples


def refitted(samples: Sequence[Sample], people: People, *, own: bool) -> tuple[Curve, Numbers]:
    """The curve of an index's questions and people's; each sample's support without its group.

    The line is drawn by the own questions when they are enough, else by people's.
    """
    if not own:
        weight = MADE_WEIGHT * people.weight / len(samples)
        samples = [replace(one, weight=weight) for one in samples]
    curve = fitted(samples, people.prior)
    if not own or sum(one.answerable for one in samples) < ENOUGH:
        curve = replace(curve, refusals=people.line(curve))
    return curve, out_of_fold(samples, people.prior)


def is_far(report: CalibrationReport) -> bool:
    """Whether a curve of made questions lies outside what people's questions leave open."""
    return not report.own and report.distance > FARTHEST


def _is_better(before: Measured, after: Measured, share: float) -> bool:
    """Nearer the truth, and no worse at refusing."""
    most = max(share + _SLACK, before.wrongly_refused)
    return (
        after.brier < before.brier
        and after.f1 >= before.f1 - _AS_GOOD
        and after.wrongly_refused <= most
    )

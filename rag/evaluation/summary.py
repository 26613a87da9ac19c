"""Every question's scores → a report's figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rag.evaluation.bootstrap import Counts, draws, interval
from rag.evaluation.calibration import calibration, refusal_curve
from rag.evaluation.items import TYPES
from rag.evaluation.measures import LABELS, REFUSED, Score
from rag.evaluation.options import Options, Resample
from rag.evaluation.questions import Seconds
from rag.evaluation.results import Calibration, Figure, Latency, Provenance, Report, Result

ALL = "all"


def summarised(
    made: Provenance,
    results: Sequence[Result],
    seconds: Seconds,
    options: Options,
    left_out: Mapping[str, int],
    warnings: Sequence[str],
) -> Report:
    """A report of at least one result."""
    answered = [(one, one.reply) for one in results if one.reply is not None]
    return Report(
        provenance=made,
        figures=tuple(_figures(results, drawn(results, options.resample, options.seed))),
        latency={stage: _latency(taken) for stage, taken in seconds.items()},
        calibration=tuple(_calibrations(results)),
        refusal_curve=refusal_curve(
            [reply.support for _, reply in answered], [one.answerable for one, _ in answered]
        ),
        left_out=left_out,
        warnings=tuple(warnings),
        results=tuple(results),
    )


def drawn(results: Sequence[Result], resample: Resample, seed: int) -> Counts:
    """The bootstrap's draws of these questions; one that names no document is drawn alone."""
    by_document = resample == "document"
    return draws([(by_document and one.document) or one.id for one in results], seed)


def column(results: Sequence[Result], measure: str, evidence_type: str) -> list[Score | None]:
    """Each question's score; None where it has none, or evidence of other types."""
    return [
        one.scores.get(measure)
        if evidence_type == ALL or evidence_type in one.evidence_types
        else None
        for one in results
    ]


def types_of(measure: str) -> tuple[str, ...]:
    """What a measure is told for: unanswerable questions have no evidence type."""
    refusals = measure in REFUSED and measure != "wrongly_refused"
    return (ALL,) if refusals else (ALL, *TYPES)


def _calibrations(results: Sequence[Result]) -> Iterator[Calibration]:
    """Of the answers that were given: to answerable questions, then to all."""
    given = [(one, one.reply) for one in results if one.reply and not one.reply.refused]
    citing = [
        (reply, one.scores["citation_precision"].value > 0)
        for one, reply in given
        if "citation_precision" in one.scores
    ]
    telling = [(reply, reply.right) for one, reply in given if "brier_told" in one.scores]
    for against, pairs in (("cites an evidence page", citing), ("tells the gold answer", telling)):
        found = calibration(against, [reply.support for reply, _ in pairs], [r for _, r in pairs])
        if found is not None:
            yield found


def _figures(results: Sequence[Result], counts: Counts) -> Iterator[Figure]:
    for measure in LABELS:
        for evidence_type in types_of(measure):
            value = interval(column(results, measure, evidence_type), counts)
            if value is not None:
                yield Figure(measure, evidence_type, value)


def _latency(seconds: Sequence[float]) -> Latency:
    p50, p95 = np.percentile(seconds, (50, 95))
    return Latency(float(p50), float(p95))

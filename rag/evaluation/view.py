"""A report for people: tables for a terminal, and the same in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rag.evaluation.bootstrap import Interval
from rag.evaluation.items import TYPES
from rag.evaluation.measures import (
    ANSWERED,
    CALIBRATED,
    FOUND,
    LABELS,
    PROVEN,
    RANKED,
    REFUSED,
    SCOPES,
)
from rag.evaluation.results import Report
from rag.evaluation.summary import ALL

Rows = Sequence[Sequence[str | int]]
Table = Callable[[Sequence[str], Rows], str]

SECTIONS = {
    "Retrieval": [*(f"{scope}.{name}" for scope in SCOPES for name in FOUND), *RANKED],
    "Answers": list(ANSWERED),
    "Refusals": list(REFUSED),
    "Proof": [*PROVEN, *CALIBRATED],
}


def shown(report: Report) -> str:
    """The report as text for a terminal."""
    parts = [headline(report), *(text for _, text in sections(report, aligned))]
    return "\n\n".join(parts)


def aligned(head: Sequence[str], rows: Rows) -> str:
    """A table for a terminal, numbers flush right."""
    from rag.terminal import table

    return table(head, rows, right="." + "r" * len(head))


def headline(report: Report) -> str:
    """What was measured, in one line."""
    from rag.terminal import name

    made = report.provenance
    return (
        f"{len(report.results):,} questions of {name(Path(made.file).name)}, "
        f"{made.documents:,} documents, {made.elements:,} elements"
    )


def sections(report: Report, table: Table) -> Iterator[tuple[str, str]]:
    """Each section's title and its table."""
    for title, measures in SECTIONS.items():
        if rows := _rows(report, measures):
            types = [name for name in TYPES if any(f.evidence_type == name for f in report.figures)]
            yield title, table([title, "all", "95%", "n", *types], rows)
    for one in report.calibration:
        bins: list[list[str | int]] = [
            [f"{b.low:.1f}–{b.high:.1f}", b.answers, f"{b.support:.2f}", f"{b.right:.2f}"]
            for b in one.bins
        ]
        bins.append(["expected calibration error", one.answers, "", f"{one.ece:.3f}"])
        yield f"Support: {one.against}", table(["Support", "answers", "mean", one.against], bins)
    times = [
        [stage, f"{1000 * taken.p50:.1f}", f"{1000 * taken.p95:.1f}"]
        for stage, taken in report.latency.items()
    ]
    yield "Latency", table(["Stage", "p50 ms", "p95 ms"], times)


def _rows(report: Report, measures: Sequence[str]) -> Rows:
    values = {(figure.measure, figure.evidence_type): figure.value for figure in report.figures}
    types = [name for name in TYPES if any(kind == name for _, kind in values)]
    return [
        [
            LABELS[measure],
            f"{values[measure, ALL].mean:.3f}",
            spread(values[measure, ALL]),
            values[measure, ALL].questions,
            *(_mean(values.get((measure, name))) for name in types),
        ]
        for measure in measures
        if (measure, ALL) in values
    ]


def spread(value: Interval, signed: bool = False) -> str:
    """The 95% interval."""
    return (
        f"{value.low:+.3f} to {value.high:+.3f}" if signed else f"{value.low:.3f}–{value.high:.3f}"
    )


def _mean(value: Interval | None) -> str:
    return "" if value is None else f"{value.mean:.3f}"

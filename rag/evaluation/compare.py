"""Two runs side by side: how far each measure moved, and which questions changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.evaluation.bootstrap import Interval, difference
from rag.evaluation.earlier import Earlier
from rag.evaluation.measures import LABELS, LOWER_IS_BETTER
from rag.evaluation.results import Report, Result
from rag.evaluation.summary import column, drawn, types_of

WATCHED = (  # the measures by which a question counts as gained or lost
    "within.recall@5",
    "corpus.recall@5",
    "answer_cited",
    "answer_told",
    "wrongly_refused",
    "refusal_recall",
    "ndcg@10",
)
_LEAST = 1e-6  # a smaller change is none


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a measure moved over the questions that both runs have."""

    measure: str
    evidence_type: str
    change: Interval  # after - before

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.change.low > 0 or self.change.high < 0


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that gained or lost."""

    gain: float  # the sum of the changes; below zero it lost
    changes: dict[str, float]  # by measure, above zero is better
    before: Result
    after: Result


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside an earlier one."""

    earlier: str
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]  # worst first
    same: int  # questions
    only_before: int
    only_now: int
    warnings: tuple[str, ...]


def compare(earlier: Earlier, report: Report) -> Comparison:
    """The questions that both runs have, matched by id and wording."""
    before = {(one.id, one.question): one for one in earlier.results}
    pairs = [
        (before[key], one) for one in report.results if (key := (one.id, one.question)) in before
    ]
    changed = sorted(_changed(pairs), key=lambda one: one.gain)
    return Comparison(
        earlier=earlier.name,
        differences=tuple(_differences(pairs, report.provenance.options)),
        changed=tuple(changed),
        same=len(pairs) - len(changed),
        only_before=len(before) - len(pairs),
        only_now=len(report.results) - len(pairs),
        warnings=tuple(_warnings(earlier, report, len(pairs))),
    )


def _warnings(earlier: Earlier, report: Report, shared: int) -> Iterator[str]:
    if not shared:
        yield "the two runs have no question in common"
    if earlier.sha256 != report.provenance.sha256:
        yield "the question files differ; only questions that both have are compared"
    scope = report.provenance.options["scope"]
    if earlier.scope != scope:
        yield f"answers were sought in another scope before: {earlier.scope}, now {scope}"


def _differences(
    pairs: Sequence[tuple[Result, Result]], options: Mapping[str, Any]
) -> Iterator[Difference]:
    if not pairs:
        return
    old, new = zip(*pairs, strict=True)
    counts = drawn(new, options["resample"], options["seed"])
    for measure in LABELS:
        for evidence_type in types_of(measure):
            before, after = (column(run, measure, evidence_type) for run in (old, new))
            change = difference(before, after, counts)
            if change is not None:
                yield Difference(measure, evidence_type, change)


def _changed(pairs: Sequence[tuple[Result, Result]]) -> Iterator[Changed]:
    for before, after in pairs:
        changes = {}
        for measure in WATCHED:
            old, new = before.scores.get(measure), after.scores.get(measure)
            if old is None or new is None:
                continue
            sign = -1.0 if measure in LOWER_IS_BETTER else 1.0
            if abs(new.value - old.value) > _LEAST:
                changes[measure] = sign * (new.value - old.value)
        if changes:
            yield Changed(sum(changes.values()), changes, before, after)

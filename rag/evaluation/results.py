"""What an evaluation gives: a report with its settings, its figures, and every question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.evaluation.bootstrap import Interval
from rag.evaluation.measures import Score


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered."""

    text: str
    short: str  # "" when the answer has no short form
    refused: bool
    support: float  # 0 to 1
    right: bool  # it tells the gold answer
    cited: tuple[str, ...]  # pages, "file.pdf:3", in order of first use


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question."""

    id: str
    question: str
    document: str  # file name; "" when none is named
    answerable: bool
    gold: str
    wanted: tuple[str, ...]  # evidence pages, "file.pdf:3", or judged documents
    evidence_types: tuple[str, ...]
    found: Mapping[str, tuple[str, ...]]  # by scope: the first ten found
    scores: Mapping[str, Score]  # by measure
    reply: Reply | None = None  # None when only retrieval is measured


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over questions of one evidence type, or over all."""

    measure: str
    evidence_type: str  # "all", "text", "table", "figure"
    value: Interval


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose support lies between two values."""

    low: float
    high: float
    answers: int
    support: float  # mean
    right: float  # share


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far support is from the share of answers that are right in one sense."""

    against: str  # "cites an evidence page" (of answerable questions), "tells the gold answer"
    ece: float  # expected calibration error
    brier: float
    answers: int
    bins: tuple[Bin, ...]  # those that have answers


@dataclass(frozen=True, slots=True)
class Point:
    """Refusals, were all refused whose support is below a threshold."""

    threshold: float
    precision: float
    recall: float
    wrongly_refused: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds of one stage."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """What was measured, with what."""

    kind: str  # "questions", "qrels", "beir"
    file: str
    sha256: str  # of the file or files with the questions
    version: str  # of this software
    index: str
    documents: int
    elements: int
    models: Mapping[str, str]  # by space
    settings: Mapping[str, object]
    options: Mapping[str, object]  # scope, seed, …


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation. `to_json` of it is what `rag eval --json` prints and results.json holds."""

    provenance: Provenance
    figures: tuple[Figure, ...]
    latency: Mapping[str, Latency]  # by stage
    calibration: tuple[Calibration, ...]
    refusal_curve: tuple[Point, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)  # questions, by missing document
    warnings: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()

    def value(self, measure: str, evidence_type: str = "all") -> float | None:
        """A measure's mean; None when no question has it."""
        for figure in self.figures:
            if (figure.measure, figure.evidence_type) == (measure, evidence_type):
                return figure.value.mean
        return None

"""The standard measures of retrieval, by ir-measures (trec_eval)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec

from ingest.errors import MissingExtra

Qrels = Mapping[str, Mapping[str, int]]  # by question: the grade of each judged id
Found = Mapping[str, Sequence[str]]  # by question: ids, best first

_NAMES = {"recall": "R", "ndcg": "nDCG", "mrr": "RR", "map": "AP"}


def require() -> None:
    """Raises MissingExtra without ir-measures."""
    if find_spec("ir_measures") is None:
        raise MissingExtra("rag eval needs ir-measures: pip install 'multimodal-rag[eval]'")


def ranking_scores(names: Iterable[str], qrels: Qrels, found: Found) -> dict[str, dict[str, float]]:
    """By question of `qrels`, then by measure ("ndcg@10", "recall@5", …): 0 to 1.

    A grade of 1 or more is relevant; nDCG gains by the grade. Raises MissingExtra.
    """
    require()
    import ir_measures

    measures = {ir_measures.parse_measure(_parsed(name)): name for name in names}
    scores: dict[str, dict[str, float]] = {question: {} for question in qrels}
    judged = {question: dict(grades) for question, grades in qrels.items()}
    run = {  # by falling score: the order given
        question: {name: 1.0 / rank for rank, name in enumerate(dict.fromkeys(ids), 1)}
        for question, ids in found.items()
    }
    for metric in ir_measures.iter_calc(list(measures), judged, run):
        if metric.query_id in scores:
            scores[metric.query_id][measures[metric.measure]] = float(metric.value)
    return {
        q: {name: got.get(name, 0.0) for name in measures.values()} for q, got in scores.items()
    }


def _parsed(name: str) -> str:
    kind, _, depth = name.partition("@")
    return f"{_NAMES[kind]}@{depth}"

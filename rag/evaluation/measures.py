"""What is measured: each measure's name, what it says, and a question's part in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Score(NamedTuple):
    """One question's part in a measure, which is the weighted mean over all questions."""

    value: float  # 0 to 1
    weight: float = 1.0


Scores = Mapping[str, Score]  # by measure; questions that a measure is not about lack it

FOUND = {
    "recall@1": "evidence pages among the first 1",
    "recall@5": "evidence pages among the first 5",
    "recall@10": "evidence pages among the first 10",
    "ndcg@10": "nDCG of the first 10",
    "mrr@10": "1 / rank of the first evidence page",
}
RANKED = ("ndcg@10", "recall@10", "recall@100", "mrr@10", "map@100")  # of judged documents

SCOPES = ("within", "corpus")  # the question's document; the whole index

ANSWERED = {
    "answer_seen": "gold answer in what was retrieved",
    "answer_cited": "gold answer in the cited evidence",
    "answer_told": "gold answer in the answer",
    "answer_short": "gold answer in the short answer",
    "items_told": "items of lists in the answer",
    "answer_proven": "told, and a cited page is an evidence page",
    "citation_precision": "cited pages that are evidence pages",
    "citation_precision_right": "the same, where the answer is told",
    "citation_coverage": "evidence pages that are cited",
}
REFUSED = {
    "refusal_precision": "refusals of what cannot be answered",
    "refusal_recall": "unanswerable questions refused",
    "refusal_f1": "F1 of refusals",
    "wrongly_refused": "answerable questions refused",
}
PROVEN = {
    "verbatim": "quotes verbatim in their element",
    "verbatim_in_file": "quotes in their box of the file",
    "citations_resolve": "citations that resolve",
}
CALIBRATED = {
    "brier_cited": "Brier score of support: cites an evidence page",
    "brier_told": "Brier score of support: tells the gold answer",
}
LOWER_IS_BETTER = frozenset({"wrongly_refused", *CALIBRATED})

LABELS: Mapping[str, str] = {
    **{f"{scope}.{name}": f"{name}, {scope}" for scope in SCOPES for name in FOUND},
    **{name: name for name in RANKED},
    **ANSWERED,
    **REFUSED,
    **PROVEN,
    **CALIBRATED,
}


def refusal_scores(answerable: bool, refused: bool) -> dict[str, Score]:
    """A question's part in the precision, recall and F1 of refusals, and in wrong refusals.

    F1 is 2·right / (2·right + wrong + missed): a right refusal weighs 2.
    """
    scores: dict[str, Score] = {}
    if refused:
        scores["refusal_precision"] = Score(float(not answerable))
    scores["wrongly_refused" if answerable else "refusal_recall"] = Score(float(refused))
    if refused or not answerable:
        right = refused and not answerable
        scores["refusal_f1"] = Score(float(right), 2.0 if right else 1.0)
    return scores

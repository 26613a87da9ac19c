"""Asks questions with known answers of an index, and scores what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from rag.evaluation.answers import answer_scores, is_right, short_of
from rag.evaluation.items import Item, PageOf, pages_found
from rag.evaluation.measures import FOUND, SCOPES, Score, refusal_scores
from rag.evaluation.options import Progressing, Scope
from rag.evaluation.proof import Prover
from rag.evaluation.results import Reply, Result
from rag.evaluation.standard import ranking_scores
from rag.types import Answer

if TYPE_CHECKING:
    from rag.app import Rag

EVIDENCE = 80  # pieces asked for: enough for ten distinct pages
SHOWN = 10  # pages that a result keeps


Seconds = dict[str, list[float]]  # by stage, of each question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the pages found for it in each scope, and its answer."""

    item: Item
    pages: Mapping[str, Sequence[PageOf]]
    answer: Answer


def ask_all(
    rag: Rag, items: Sequence[Item], scope: Scope, tell: Progressing | None = None
) -> tuple[list[Asked], Seconds]:
    """Searches for every question within its document and over the corpus, and has it answered.

    Answers are sought within the document with scope "within", where the question names one.
    """
    rag.ask(items[0].question, record=False)  # loads the models, which is no question's time
    seconds: Seconds = {}
    asked = []
    for done, item in enumerate(items, 1):
        asked.append(_ask(rag, item, scope, seconds))
        if tell:
            tell("questions", done, len(items))
    return asked, seconds


def _ask(rag: Rag, item: Item, scope: Scope, seconds: Seconds) -> Asked:
    pages = {}
    for name in SCOPES:
        if name == "within" and not item.document:
            continue
        started = perf_counter()
        within = item.document if name == "within" else None
        evidence = rag.search(item.question, EVIDENCE, within=within, record=False)
        pages[name] = pages_found(evidence)
        seconds.setdefault(f"search {name}", []).append(perf_counter() - started)
    within = item.document if scope == "within" and item.document else None
    started = perf_counter()
    answer = rag.ask(item.question, within=within, record=False)
    for stage, taken in {**answer.timings, "ask": perf_counter() - started}.items():
        seconds.setdefault(stage, []).append(taken)
    return Asked(item, pages, answer)


def score_all(rag: Rag, asked: Sequence[Asked]) -> list[Result]:
    """Every question's part in the measures. Raises MissingExtra."""
    retrieval = {scope: _retrieval(asked, scope) for scope in SCOPES}
    prover = Prover(rag)
    try:
        return [_result(one, retrieval, prover) for one in asked]
    finally:
        prover.close()


def _retrieval(asked: Sequence[Asked], scope: str) -> dict[str, dict[str, float]]:
    held = [one for one in asked if one.item.answerable and one.item.pages and scope in one.pages]
    qrels = {one.item.id: {str(page): 1 for page in one.item.pages} for one in held}
    found = {one.item.id: [str(page) for page in one.pages[scope]] for one in held}
    return ranking_scores(FOUND, qrels, found) if held else {}


def _result(
    one: Asked, retrieval: Mapping[str, Mapping[str, Mapping[str, float]]], prover: Prover
) -> Result:
    item, answer = one.item, one.answer
    scores = {
        f"{scope}.{name}": Score(value)
        for scope, by_item in retrieval.items()
        for name, value in by_item.get(item.id, {}).items()
    }
    right = is_right(item, answer)
    scores |= refusal_scores(item.answerable, answer.refused)
    if item.answerable:
        scores |= answer_scores(item, answer)
    if not answer.refused:
        scores |= prover.scores(answer)
        if item.answers or not item.answerable:
            scores["brier_told"] = Score((answer.support - right) ** 2)
        if (cited := scores.get("citation_precision")) is not None:
            scores["brier_cited"] = Score((answer.support - (cited.value > 0)) ** 2)
    return Result(
        id=item.id,
        question=item.question,
        document=item.document,
        answerable=item.answerable,
        gold=item.answer,
        wanted=tuple(str(page) for page in sorted(item.pages)),
        evidence_types=item.evidence_types,
        found={name: tuple(map(str, pages[:SHOWN])) for name, pages in one.pages.items()},
        scores=scores,
        reply=Reply(
            text=answer.text,
            short=short_of(answer),
            refused=answer.refused,
            support=answer.support,
            right=right,
            cited=tuple(map(str, pages_found(answer.cited))),
        ),
    )

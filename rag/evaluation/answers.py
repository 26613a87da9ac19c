"""An answer beside the gold answer: whether it is told, in the evidence, and from its pages."""

from __future__ import annotations

import re

from ingest.types import Element
from rag.evaluation.items import Item, pages_found
from rag.evaluation.matching import is_yes_or_no, share_held
from rag.evaluation.measures import Score
from rag.types import Answer

_CITATION = re.compile(r"\s*\[\d+\]")


def told(answer: Answer) -> list[str]:
    """The answer's text without its citations, and its short form; [] when it is refused."""
    if answer.refused:
        return []
    return [_CITATION.sub("", answer.text), *filter(None, [short_of(answer)])]


def is_right(item: Item, answer: Answer) -> bool:
    """Whether the answer tells the gold answer, all items of a list."""
    return item.answerable and share_held(item.answers, told(answer)) == 1.0


def short_of(answer: Answer) -> str:
    """The answer's short form; "" without one."""
    return "" if answer.refused or answer.short is None else answer.short.text


def answer_scores(item: Item, answer: Answer) -> dict[str, Score]:
    """An answerable question's part in the measures of answers; a refusal tells nothing.

    What an answer to a yes-or-no question rests on is not scored: no evidence says "yes". Where no
    gold answer is known, only citations are.
    """
    if not item.answers:
        return citation_scores(item, answer, right=None)
    share = share_held(item.answers, told(answer))
    right = share == 1.0
    short = share_held(item.answers, [short_of(answer)]) == 1.0
    scores = {"answer_told": Score(float(right)), "answer_short": Score(float(short))}
    if len(item.answers) > 1:
        scores["items_told"] = Score(share)
    if not is_yes_or_no(item.answers):
        seen = [_words_of(one.element) for one in answer.evidence]
        cited = [_words_of(one.element) for one in answer.cited]
        scores["answer_seen"] = Score(float(share_held(item.answers, seen) == 1.0))
        scores["answer_cited"] = Score(float(share_held(item.answers, cited) == 1.0))
    return scores | citation_scores(item, answer, right=right)


def citation_scores(item: Item, answer: Answer, *, right: bool | None) -> dict[str, Score]:
    """How the cited pages and the evidence pages overlap; {} without evidence pages.

    `right` is None when that is not known.
    """
    if not item.pages:
        return {}
    cited = set(pages_found(answer.cited))
    held = len(cited & item.pages)
    scores = {"citation_coverage": Score(held / len(item.pages))}
    if right is not None:
        scores["answer_proven"] = Score(float(right and held > 0))
    if cited:
        scores["citation_precision"] = Score(held / len(cited))
        if right:
            scores["citation_precision_right"] = Score(held / len(cited))
    return scores


def _words_of(element: Element) -> str:
    """What the document itself says in an element; not what a model says of it."""
    return "\n".join((*element.headings[-1:], element.caption, element.text))

"""The first pieces of evidence, read again by models that look closer than a vector can.

A late-interaction model compares every token of the question with every token of the evidence;
its ranking joins the others by reciprocal rank. A cross-encoder reads both together and has the
last word on the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexes.texts import text_to_embed
from indexes.types import LateInteraction
from rag.channels import RANK_CONSTANT
from rag.types import Evidence, Reranker

TOKENS = 1.0  # weight of the late-interaction ranking among the channels


def rescored(
    question: str,
    found: Sequence[Evidence],
    top: int,
    *,
    tokens: LateInteraction | None = None,
    reranker: Reranker | None = None,
) -> list[Evidence]:
    """Evidence in its new order, numbered from 1: the first `top` read again, the rest behind."""
    head, rest = list(found[:top]), list(found[top:])
    if question.strip() and head:
        if tokens is not None:
            head = _by_tokens(question, head, tokens)
        if reranker is not None:
            head = _by_reranker(question, head, reranker)
    return [replace(item, number=number) for number, item in enumerate([*head, *rest], 1)]


def _by_tokens(question: str, found: Sequence[Evidence], model: LateInteraction) -> list[Evidence]:
    query = model.embed_query(question)
    texts = [text_to_embed(item.document, item.element) for item in found]
    scores = [model.score(query, vectors) for vectors in model.embed_texts(texts)]
    ranks = sorted(range(len(found)), key=lambda at: -scores[at])
    gained = {at: TOKENS / (RANK_CONSTANT + rank) for rank, at in enumerate(ranks, 1)}
    raised = [
        replace(
            item,
            score=item.score + gained[at],
            channels={**item.channels, "tokens": gained[at]},
        )
        for at, item in enumerate(found)
    ]
    return sorted(raised, key=lambda item: -item.score)


def _by_reranker(question: str, found: Sequence[Evidence], model: Reranker) -> list[Evidence]:
    """By the model's scores, which each piece carries in its channels."""
    scores = model.scores(question, found)
    scored = [
        replace(item, channels={**item.channels, "reranker": score})
        for item, score in zip(found, scores, strict=True)
    ]
    return sorted(scored, key=lambda item: -item.channels["reranker"])

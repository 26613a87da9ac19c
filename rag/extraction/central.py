"""The most central sentences of a document, each verbatim with its pages.

Centrality is LexRank's (Erkan and Radev 2004, https://doi.org/10.1613/jair.1523) over cosines of
sentence vectors: the stationary share of a walk that steps to similar sentences. Its restarts
favour some sentences (Biased LexRank, Otterbacher et al. 2009): those near the title, those that
open a section, and those of an abstract or a conclusion. What says the same again is passed over
by maximal marginal relevance (Carbonell and Goldstein 1998).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexes.types import Embedder, Vectors
from ingest.types import Element
from rag.extraction.candidates import Candidate, candidates

_READ = 2_500  # sentences that are compared with each other: those nearest the document's mean
_SIMILAR = 0.2  # cosine below which two sentences have nothing to do with each other
_DAMPING = 0.85
_DIVERSITY = 0.5  # weight of not repeating what is chosen
_AMONG = 4  # times as many of the most central sentences as are wanted: among these is chosen
_LEAD = 0.05  # of the sentences: a document's first ones
_SAME_SECTION = 0.1  # what a key point loses for each that its section has already
_GIST = re.compile(
    r"\b(?:abstract|(?:executive )?summary|conclusions?|concluding|key (?:findings|takeaways"
    r"|points|messages)|main findings|highlights|overview|in brief|discussion|introduction"
    r"|results of operations)\b",
    re.IGNORECASE,
)
_DETAIL = re.compile(
    r"\b(?:methods?|methodology|survey questions|limitations|ethic\w+|accounting|notes to"
    r"|risk factors|controls and procedures|related work|implementation details|faq)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence about the document."""

    text: str
    pages: tuple[int, ...]  # that it rests on, 1-based; () where there are none, or none is named


def summary_points(elements: Sequence[Element], title: str, embedder: Embedder) -> list[Point]:
    """Three to eight sentences that together tell most of the document, in reading order."""
    pool = candidates(elements)
    count = min(8, max(3, round(len(pool) ** 0.5 / 2)))
    return _points(pool, count, title, embedder, by_section=0.0)


def key_points(elements: Sequence[Element], title: str, embedder: Embedder) -> list[Point]:
    """Five to twelve sentences from all over the document, in reading order."""
    pool = candidates(elements)
    count = min(12, max(5, round(len(pool) ** 0.5)))
    return _points(pool, count, title, embedder, by_section=_SAME_SECTION)


def _points(
    pool: list[Candidate], count: int, title: str, embedder: Embedder, by_section: float
) -> list[Point]:
    if not pool:
        return []
    vectors = embedder.embed_texts([one.text for one in pool])
    if len(pool) > _READ:
        near = vectors @ vectors.mean(axis=0)
        kept = np.sort(np.argsort(-near, kind="stable")[:_READ])
        pool, vectors = [pool[i] for i in kept], vectors[kept]
    scores = _centrality(vectors, _favour(pool, vectors, embedder.embed_query(title)))
    chosen = _choose(pool, vectors, scores, count, by_section)
    return [Point(pool[i].text, pool[i].pages) for i in sorted(chosen)]


def _favour(pool: Sequence[Candidate], vectors: Vectors, title: Vectors) -> Vectors:
    """What each sentence is worth before it is compared with the others, (n,), positive."""
    worth: Vectors = 0.5 + np.clip((vectors @ title.T)[:, 0], 0.0, None)
    for at, one in enumerate(pool):
        if any(_GIST.search(heading) for heading in one.headings):
            worth[at] *= 1.6
        if any(_DETAIL.search(heading) for heading in one.headings):
            worth[at] *= 0.4
        worth[at] *= (1.5 if one.first else 1.0) * (0.4 if one.leaning else 1.0)
        worth[at] *= 1.3 if at < _LEAD * len(pool) else 1.0
    return worth


def _centrality(vectors: Vectors, favour: Vectors) -> Vectors:
    """Stationary share of each sentence, (n,), summing to 1."""
    steps = vectors @ vectors.T
    np.fill_diagonal(steps, 0.0)
    steps[steps < _SIMILAR] = 0.0
    steps *= favour  # a walk leads rather to what is favoured
    steps /= np.maximum(steps.sum(axis=1, keepdims=True), 1e-9)
    restart: Vectors = favour / favour.sum()
    share: Vectors = restart
    for _ in range(100):
        walked = _DAMPING * (share @ steps)
        following: Vectors = walked + (1.0 - walked.sum()) * restart
        done = np.abs(following - share).sum() < 1e-6
        share = following
        if done:
            break
    return share


def _choose(
    pool: Sequence[Candidate], vectors: Vectors, scores: Vectors, count: int, by_section: float
) -> list[int]:
    """Positions of sentences that score well and differ from each other."""
    worth = scores / scores.max()
    left = np.zeros(len(pool), bool)
    left[np.argsort(-worth, kind="stable")[: _AMONG * count]] = True
    nearest = np.zeros(len(pool), np.float32)
    sections: Counter[tuple[str, ...]] = Counter()
    chosen: list[int] = []
    while len(chosen) < min(count, len(pool)):
        crowded = np.array([sections[one.headings] for one in pool], np.float32)
        marginal = (1 - _DIVERSITY) * worth - _DIVERSITY * nearest - by_section * crowded
        best = int(np.argmax(np.where(left, marginal, -np.inf)))
        chosen.append(best)
        left[best] = False
        sections[pool[best].headings] += 1
        nearest = np.maximum(nearest, np.clip(vectors @ vectors[best], 0.0, None))
    return chosen

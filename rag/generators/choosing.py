"""Which quotes of the evidence answer a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexes.lexical import terms
from indexes.types import Embedder, Vectors
from ingest.labels import mentions
from rag.generators.asking import without_instructions
from rag.generators.quotes import Form, Quote, quotes
from rag.question import Question, Wants
from rag.support import answers_type, covered, idf
from rag.types import Evidence
from rag.words import words

COMPARED = 8  # quotes that are embedded: the ones that share most words with the question
MOST = 3  # quotes in an answer
CLOSE = 0.65  # of the best quote's score that a further quote of its page needs
CLOSE_ELSEWHERE = 0.95  # the same, of another page
ALIKE = 0.6  # share of words by which two quotes say the same
_CONTENT = (Form.ROW, Form.WORDS)
_SHORTEST = 3  # words of a sentence worth quoting

_COVERAGE, _SIMILARITY, _TYPE, _NAMED, _RANK, _WHOLE = 1.0, 1.0, 0.2, 0.4, 0.2, 0.1


@dataclass(frozen=True, slots=True)
class Scored:
    """A quote, and how well it fits the question."""

    quote: Quote
    score: float
    similarity: float
    words: frozenset[str]


class QuoteChooser:
    """Ranks the evidence's quotes by the question, and takes those that answer it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}  # of the quotes compared last; replaced, not changed

    def chosen(self, asked: Question, evidence: Sequence[Evidence]) -> list[Scored]:
        """The quotes that answer, the best first; [] when there is nothing to quote."""
        asked = without_instructions(asked)
        ranked = self._rank(asked, evidence)
        return _about_label(asked, ranked) or _choose(ranked)

    def _rank(self, asked: Question, evidence: Sequence[Evidence]) -> list[Scored]:
        """The quotes most like the question, best first."""
        pool = [quote for quote in quotes(evidence) if _worth_quoting(quote, asked)]
        bags = [_words_with_context(quote) for quote in pool]
        weights = idf(asked.words, bags)
        scores = np.array(
            [
                _COVERAGE * covered(weights, bag)
                + _TYPE * answers_type(asked, quote.text)
                + _NAMED * _is_named(asked, quote)
                + _WHOLE * (quote.form is Form.LIST and _wants_items(asked))
                + _RANK / quote.source.number
                for quote, bag in zip(pool, bags, strict=True)
            ]
        )
        first = np.argsort(-scores, kind="stable")[:COMPARED]
        near = self.similarities(asked.text, [with_context(pool[i]) for i in first])
        ranked = [
            Scored(pool[i], float(scores[i] + _SIMILARITY * cosine), float(cosine), bags[i])
            for i, cosine in zip(first, near, strict=True)
        ]
        return sorted(ranked, key=lambda scored: -scored.score)

    def similarities(self, question: str, texts: Sequence[str]) -> Vectors:
        """Cosine of the question and each text, (len(texts),)."""
        if not texts:
            return np.zeros(0, np.float32)
        query = self._embedder.embed_query(question)
        known = self._vectors
        vectors = {text: known[text] for text in texts if text in known}
        if new := [text for text in dict.fromkeys(texts) if text not in vectors]:
            vectors |= zip(new, self._embedder.embed_texts(new), strict=True)
            self._vectors = vectors  # of one answer: its support asks for them again
        return (np.stack([vectors[text] for text in texts]) @ query.T)[:, 0]


def _worth_quoting(quote: Quote, asked: Question) -> bool:
    if quote.form is Form.SENTENCE and quote.text.endswith("?"):
        return False
    if quote.form is not Form.SENTENCE or len(quote.text.split()) >= _SHORTEST:
        return True
    return not quote.text.isascii() and len(terms(quote.text)) >= _SHORTEST  # without spaces


def _wants_items(asked: Question) -> bool:
    return asked.wants is Wants.LIST or "how many" in asked.text.lower()


def with_context(quote: Quote) -> str:
    """A row or a figure's words mean little without their caption and heading."""
    element = quote.source.element
    if quote.form in (Form.ROW, Form.WORDS, Form.LIST) and (element.caption or element.headings):
        return f"{element.caption or element.headings[-1]}\n{quote.text}"
    return quote.text


def _words_with_context(quote: Quote) -> frozenset[str]:
    element = quote.source.element
    headings = " ".join(element.headings[-1:])
    return frozenset(words(f"{with_context(quote)} {headings}"))


def _is_named(asked: Question, quote: Quote) -> float:
    """Whether the question names this quote's element, or the quote mentions what it names."""
    channels = quote.source.channels
    if "label" in channels and quote.form in (Form.CAPTION, Form.ROW, Form.WORDS):
        return 1.5 if quote.form is Form.CAPTION and asked.wants is Wants.FIGURE else 1.0
    if set(quote.source.element.mentions) & set(asked.labels):
        return 0.5
    return 1.0 if channels.keys() & {"page", "section"} else 0.0


def _choose(ranked: Sequence[Scored]) -> list[Scored]:
    """The best quote and those that come close to it, of its own page sooner than of others."""
    chosen: list[Scored] = []
    for scored in ranked:
        if len(chosen) == MOST:
            break
        here = not chosen or _same_page(scored, chosen[0])
        if scored.score < (CLOSE if here else CLOSE_ELSEWHERE) * ranked[0].score:
            continue
        if not any(alike(scored.quote, other.quote) for other in chosen):
            chosen.append(scored)
    return chosen


def _same_page(a: Scored, b: Scored) -> bool:
    mine, other = a.quote.source.element, b.quote.source.element
    return (mine.document_id, mine.place.page) == (other.document_id, other.place.page)


def _about_label(asked: Question, ranked: Sequence[Scored]) -> list[Scored]:
    """For "what does Figure 3 show": its caption, then the sentences that mention it."""
    if asked.wants is not Wants.FIGURE:
        return []
    named = [scored for scored in ranked if "label" in scored.quote.source.channels]
    captions = [scored for scored in named if scored.quote.form is Form.CAPTION]
    labels = {scored.quote.source.element.label for scored in named} | set(asked.labels)
    mentioning = [
        scored
        for scored in ranked
        if scored.quote.form is Form.SENTENCE and labels.intersection(mentions(scored.quote.text))
    ]
    inside = [scored for scored in named if scored.quote.form in _CONTENT]
    return (captions[:1] + mentioning + inside)[:MOST] if captions else []


def alike(a: Quote, b: Quote) -> bool:
    """Whether two quotes say the same; rows of one table never do."""
    if a.form is b.form is Form.ROW and a.source.number == b.source.number:
        return a.text == b.text
    mine, others = set(words(a.text)), set(words(b.text))
    return len(mine & others) > ALIKE * min(len(mine), len(others))


def ordered(chosen: Sequence[Scored]) -> list[Scored]:
    """By evidence, the best first; in reading order within each."""
    order = {scored.quote.source.number: place for place, scored in reversed([*enumerate(chosen)])}
    return sorted(chosen, key=lambda s: (order[s.quote.source.number], s.quote.position))

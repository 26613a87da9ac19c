"""Answers made of the evidence's own sentences, table rows and captions. No model writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexes.types import Embedder
from ingest.types import Kind
from rag.generators.choosing import QuoteChooser, Scored, ordered
from rag.generators.quotes import Quote, quotes
from rag.question import Question, read_question
from rag.support import THRESHOLD, Signals, logistic, measure
from rag.types import Context, Evidence


class ExtractiveGenerator:
    """Quotes what answers, each quote followed by its [n]; nothing when nothing supports it."""

    verbatim = True

    def __init__(self, embedder: Embedder) -> None:
        self._chooser = QuoteChooser(embedder)

    def generate(self, context: Context) -> Iterator[str]:
        """One to three quotes, the best evidence first; nothing when support is too low."""
        asked = read_question(context.question)
        if not context.evidence:
            return
        if not asked.text.strip():  # a picture alone: what looks like it
            yield from (_cite(quote) for quote in _look_alike(context.evidence))
            return
        chosen = self._chooser.chosen(asked, context.evidence)
        if not chosen or logistic(_measured(asked, context.evidence, chosen)) < THRESHOLD:
            return
        for place, scored in enumerate(ordered(chosen)):
            yield (" " if place else "") + _cite(scored.quote)

    def revise(self, context: Context, text: str, problems: Sequence[str]) -> None:
        """Nothing: a quote cannot be put better."""

    def signals(self, context: Context) -> Signals | None:
        """What speaks for the quotes that would answer; None when there are none."""
        asked = read_question(context.question)
        chosen = self._chooser.chosen(asked, context.evidence)
        return _measured(asked, context.evidence, chosen) if chosen else None

    def support(self, context: Context, text: str) -> float:
        """How well the evidence supports `text`, 0 to 1; 0 if it cites none."""
        asked = read_question(context.question)
        cited = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
        found = [item for item in context.evidence if item.number in cited]
        if not found:
            return 0.0
        if not asked.text.strip():
            return 1.0
        pieces = [piece.strip() for piece in re.split(r"\[\d+\]", text) if piece.strip()]
        near = self._chooser.similarities(asked.text, pieces)
        return logistic(measure(asked, context.evidence, float(near.max(initial=0.0))))


def _measured(asked: Question, evidence: Sequence[Evidence], chosen: Sequence[Scored]) -> Signals:
    return measure(asked, evidence, max(scored.similarity for scored in chosen))


def _cite(quote: Quote) -> str:
    return f"{quote.text} [{quote.source.number}]"


def _look_alike(evidence: Sequence[Evidence]) -> list[Quote]:
    """For a picture without words: the caption of the nearest figure, else its words."""
    figures = [item for item in evidence if item.element.kind is Kind.FIGURE]
    return quotes(figures[:1])[:1]

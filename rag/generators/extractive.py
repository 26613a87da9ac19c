"""Answers made of the evidence's own sentences, table rows and captions. No model writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexes.types import Embedder
from ingest.types import Kind
from rag.config import WRONG_REFUSALS
from rag.curve import Curve, built_in
from rag.generators.asking import without_instructions
from rag.generators.choosing import QuoteChooser, Scored, ordered
from rag.generators.quotes import Quote, quotes
from rag.generators.short import short_answer, with_operands
from rag.generators.table_answers import Found
from rag.held import held_by
from rag.question import Question, read_question
from rag.support import Signals, measure
from rag.types import Context, Evidence, ShortAnswer


@dataclass(frozen=True, slots=True)
class _Draft:
    """What would answer a context's question."""

    context: Context
    chosen: list[Scored]
    found: Found | None


class ExtractiveGenerator:
    """Quotes what answers, each quote followed by its [n]; nothing when nothing supports it."""

    verbatim = True

    def __init__(
        self,
        embedder: Embedder,
        curve: Curve | None = None,
        wrong_refusals: float = WRONG_REFUSALS,
    ) -> None:
        self._chooser = QuoteChooser(embedder)
        self._last: _Draft | None = None  # of one answer, which is asked twice; replaced whole
        self._curve = curve or built_in()
        self._threshold = self._curve.threshold(wrong_refusals)

    def generate(self, context: Context) -> Iterator[str]:
        """One to three quotes, the best evidence first; nothing when support is too low."""
        asked = read_question(context.question)
        if not context.evidence:
            return
        if not asked.text.strip():  # a picture alone: what looks like it
            yield from (_cite(quote) for quote in _look_alike(context.evidence))
            return
        draft = self._drafted(asked, context)
        chosen = draft.chosen
        if not chosen or self._curve.support(_measured(asked, context, chosen)) < self._threshold:
            return
        for place, quote in enumerate(with_operands(draft.found, ordered(chosen))):
            yield (" " if place else "") + _cite(quote)

    def short(self, context: Context, text: str) -> ShortAnswer | None:
        """What answers the question in a word, where `text` quotes all that it stands on."""
        asked = read_question(context.question)
        if not context.evidence or not asked.text.strip():
            return None
        found = self._drafted(asked, context).found
        if found is None or any(_cite(quote) not in text for quote in found.quotes):
            return None
        return ShortAnswer(found.text, found.quotes[0].source.number, found.how, found.steps)

    def _drafted(self, asked: Question, context: Context) -> _Draft:
        last = self._last
        if last is None or last.context is not context:
            chosen = self._chooser.chosen(asked, context.evidence)
            found = short_answer(without_instructions(asked), context.evidence, chosen)
            self._last = last = _Draft(context, chosen, found)
        return last

    def revise(self, context: Context, text: str, problems: Sequence[str]) -> None:
        """Nothing: a quote cannot be put better."""

    def signals(self, context: Context) -> Signals | None:
        """What speaks for the quotes that would answer; None when there are none."""
        asked = read_question(context.question)
        chosen = self._drafted(asked, context).chosen
        return _measured(asked, context, chosen) if chosen else None

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
        return self._curve.support(_signals(asked, context, float(near.max(initial=0.0))))


def _measured(asked: Question, context: Context, chosen: Sequence[Scored]) -> Signals:
    return _signals(asked, context, max(scored.similarity for scored in chosen))


def _signals(asked: Question, context: Context, similarity: float) -> Signals:
    held = context.held or held_by(asked, context.evidence)
    return measure(asked, held, context.evidence, similarity)


def _cite(quote: Quote) -> str:
    return f"{quote.text} [{quote.source.number}]"


def _look_alike(evidence: Sequence[Evidence]) -> list[Quote]:
    """For a picture without words: the caption of the nearest figure, else its words."""
    figures = [item for item in evidence if item.element.kind is Kind.FIGURE]
    return quotes(figures[:1])[:1]

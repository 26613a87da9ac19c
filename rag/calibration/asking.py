"""Questions asked of an index, for their signals and for whether the answer would be right."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from rag.calibration.fitting import NO_SIGNALS, Sample
from rag.finding import find
from rag.generators.extractive import ExtractiveGenerator
from rag.held import held_in
from rag.question import read_question
from rag.types import Context, Filter

if TYPE_CHECKING:
    from indexes.store import Store
    from rag.build import Models

K = 8  # pieces of evidence, as `rag ask` takes

Pages = Collection[tuple[str, int]]
"""Where an answer stands: a file's name, and a page from 1 (1 where there are no pages)."""


class Asker:
    """Asks for quotes, whatever writes the answers otherwise: no chat model is asked."""

    def __init__(self, store: Store, models: Models, rerank_top: int) -> None:
        self._store, self._models, self._rerank_top = store, models, rerank_top
        self._generator = ExtractiveGenerator(models.text(), wrong_refusals=0.0)

    def sample(
        self,
        question: str,
        *,
        within: str | None,
        pages: Pages,
        answerable: bool,
        group: str,
        weight: float = 1.0,
        counts: bool = True,
    ) -> Sample:
        """What is known of a question, nothing being refused.

        Its answer is right when a page that it cites is one of `pages`. Raises what `retrieve`
        raises.
        """
        context = self._context(question, within)
        text = "".join(self._generator.generate(context))
        cited = [item for item in context.evidence if f"[{item.number}]" in text]
        places = {(item.document.path.name, item.element.place.page or 1) for item in cited}
        signals = self._generator.signals(context) or NO_SIGNALS
        right = answerable and not places.isdisjoint(pages)
        return Sample(question, signals, answerable, right, group, weight, counts)

    def _context(self, question: str, within: str | None) -> Context:
        store, top = self._store, self._rerank_top
        where = Filter(within=within)
        evidence = find(store, self._models, question, K, where, rerank_top=top)
        among = None if within is None else store.find_documents(within)
        held = held_in(store, read_question(question), among, evidence)
        return Context(question, tuple(evidence), held=held)

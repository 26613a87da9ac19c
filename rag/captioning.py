"""Captions of figures by a vision-language model: on demand, within a budget, each stored at once.

Cached captions and copies of captioned pictures come first, for they cost nothing; then the
figures that questions came near most often, then the others in stored order. The index is
locked only while captions are stored, so that an ingest may run meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexes.texts import caption_to_embed
from indexes.types import Embedding
from ingest.captioners.model import ModelCaptioner
from ingest.captioners.prompts import MAX_TOKENS, Style, prompt_digest
from ingest.errors import ConfigError, NotFound, RagError
from ingest.types import Document, Element, Reading, Receipt
from rag.caption_run import Embed, Run
from rag.caption_types import CaptionInterrupted, CaptionSummary, ProgressCallback
from rag.caption_work import plan
from rag.demand import ranked
from rag.embedding import MAX_WINDOWS, embed_readings, holds_texts

if TYPE_CHECKING:
    from indexes.store import Store
    from indexes.types import Embedder, SharedEmbedder
    from ingest.chat_models.types import ChatModel


def no_captioner() -> ConfigError:
    """What to tell who has no model configured that describes figures."""
    return ConfigError(
        'no model describes figures: captioner is "builtin"; set captioner in rag.toml or give '
        '--model: a transformers model such as "HuggingFaceTB/SmolVLM2-500M-Video-Instruct", '
        '"openai:MODEL" or "anthropic:MODEL"'
    )


def caption(
    store: Store,
    model: ChatModel,
    style: Style,
    embed: Embed,
    *,
    budget_seconds: float | None = None,
    most: int | None = None,
    within: str | None = None,
    dry_run: bool = False,
    progress: ProgressCallback | None = None,
) -> CaptionSummary:
    """Describes the figures that have no description by this model and style yet.

    `budget_seconds`: no call begins that is not expected to end in time, but for the first;
    `most`: calls; `within`: only documents of this path, glob or id; `dry_run`: only counts.

    Raises NotFound (no document is `within`), IndexBusy, what the model raises when it fails
    again and again, and CaptionInterrupted on Ctrl-C.
    """
    captioner = ModelCaptioner(model, style)
    captions = store.captions(model.identity, captioner.prompt)
    texts = {figure: text for figure, (text, _) in captions.items()}
    documents = None if within is None else _documents(store, within)
    work = plan(store.figures(), captioner.by, texts, ranked(store.folder), documents)
    run = Run(store, captioner, embed, work, _seconds_per_call(store, model, style), progress)
    if dry_run:
        return run.forecast()
    run.begin()
    try:
        run.serve()
        run.ask(budget_seconds, most)
    except KeyboardInterrupt:
        raise CaptionInterrupted(run.finish("interrupted")) from None
    except (RagError, OSError):
        run.finish("failed")
        raise
    return run.finish()


def description_embedder(embedder: Embedder, clip: SharedEmbedder | None) -> Embed:
    """What makes the vectors of a figure that change with its description."""

    def embed(document: Document, figure: Element) -> list[Embedding]:
        receipt = Receipt(document.id, 0, 0, 0, 0, 0)
        found = embed_readings(embedder, [Reading(document, (figure,), receipt)])
        if clip is not None and holds_texts(clip):
            texts = [text] if (text := caption_to_embed(figure).strip()) else []
            owners, vectors = clip.embed_long_texts(texts, MAX_WINDOWS)
            found.append(Embedding(clip.space, np.zeros_like(owners), vectors, "caption"))
        return found

    return embed


def _documents(store: Store, within: str) -> set[str]:
    if found := store.find_documents(within):
        return {document.id for document in found}
    raise NotFound(f"no document matches {within!r}; `rag list` shows what is indexed")


def _seconds_per_call(store: Store, model: ChatModel, style: Style) -> float | None:
    """The mean of what this model took before: for this style, or else for any."""
    for styles in ([style], MAX_TOKENS):
        kept = [store.captions(model.identity, prompt_digest(one)) for one in styles]
        taken = [seconds for captions in kept for _, seconds in captions.values() if seconds > 0]
        if taken:
            return sum(taken) / len(taken)
    return None

"""Question → evidence: several channels (see `rag.channels`), fused by rank."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ingest.errors import QuestionError
from ingest.types import Kind
from rag.channels import RANK_CONSTANT, SHARING_WEIGHTS, SPEAKING_OF_FIGURES, WEIGHTS
from rag.embedding import holds_texts
from rag.fusion import by_score, reciprocal_ranks
from rag.lifting import (
    FoundPage,
    add_documents,
    add_lookups,
    add_matches,
    follow_references,
    lend_pages,
)
from rag.question import Question, read_question
from rag.scope import DEPTH, Scope, named_documents
from rag.types import Evidence, Filter

if TYPE_CHECKING:
    from indexes.store import Store
    from indexes.types import Embedder, ImageEmbedder, SharedEmbedder

PAGE_DEPTH = 30
SAME_PICTURE = 0.99  # cosine from which on a figure is the picture that was given

Rankings = dict[str, list[int]]  # keys by channel, best first


def retrieve(
    store: Store,
    embedder: Embedder,
    question: str,
    *,
    k: int = 8,
    where: Filter = Filter(),  # noqa: B008 - frozen
    image: bytes | None = None,
    pixels: ImageEmbedder | None = None,
    clip: SharedEmbedder | None = None,
) -> list[Evidence]:
    """The k best pieces of evidence for a question, an encoded image, or both; best first.

    Evidence is numbered from 1. The order is deterministic: ties fall to what was stored first.
    Raises QuestionError when there is neither a question nor an image that can be compared,
    NotFound when no document is `where.within`.
    """
    question = question.encode("utf-8", "replace").decode().strip()  # no halves of surrogate pairs
    if not question and (image is None or (pixels is None and clip is None)):
        raise QuestionError("the question is empty; ask something, or give an image")
    asked = read_question(question)
    with store.snapshot():
        scope = Scope(store, named_documents(store, where.within), where)
        by_words, pages = _search_question(scope, embedder, clip, asked)
        by_picture, same = _search_picture(scope, pixels, clip, image)
        weights = _weights(clip, asked)
        shares = reciprocal_ranks({**by_words, **by_picture}, weights, RANK_CONSTANT)
        for key in same:
            shares[key]["pixels"] += 1.0  # more than all else together
        # The vectors in memory may be ahead of this snapshot.
        owners = store.owners(list(shares))
        shares = {key: given for key, given in shares.items() if key in owners}
        likely = lend_pages(scope, pages, shares)
        add_lookups(scope, asked, likely, shares)
        owners |= store.owners([key for key in shares if key not in owners])
        add_matches(scope, asked, owners, shares)
        add_documents(scope, asked, owners, shares)
        fetched = follow_references(scope, shares)
        scores = {key: sum(given.values()) for key, given in shares.items()}
        best = by_score(scores)[: max(k, 0)]
        fetched |= store.fetch([key for key in best if key not in fetched])
    return [
        Evidence(number, *fetched[key], score=scores[key], channels=shares[key])
        for number, key in enumerate((key for key in best if key in fetched), 1)
    ]


def _weights(clip: SharedEmbedder | None, asked: Question) -> Mapping[str, float]:
    if clip is None or holds_texts(clip):
        return WEIGHTS
    return SPEAKING_OF_FIGURES if Kind.FIGURE in asked.kinds else SHARING_WEIGHTS


def _search_question(
    scope: Scope, embedder: Embedder, clip: SharedEmbedder | None, asked: Question
) -> tuple[Rankings, list[FoundPage]]:
    """Keys by channel, best first, and the pages whose words are best."""
    if not asked.text:
        return {}, []
    words = " ".join((asked.query, *scope.store.respelt(asked.query)))
    # SQLite and the model both work outside of Python's lock: beside each other.
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(_search_words, scope, words)
        query = embedder.embed_query(asked.text)
        near = scope.nearest(embedder.space, query)
        pages = scope.store.search_pages(words, PAGE_DEPTH, scope.ids)
        moment, by_words = found.result()
    if moment != scope.store.moment():  # something was stored between the two threads' snapshots
        by_words = _search_words(scope, words)[1]
    rankings = {"words": by_words, "text": [hit.key for hit in near]}
    if clip is not None:
        # Figures only: a text model ranks texts better than one that is made for pictures.
        figures = scope.figures() if holds_texts(clip) else None
        query = clip.embed_query(asked.text)
        near = scope.nearest(clip.space, query, among=figures, of=clip.text_space)
        rankings["clip"] = [hit.key for hit in near]
    return rankings, pages


def _search_picture(
    scope: Scope, pixels: ImageEmbedder | None, clip: SharedEmbedder | None, image: bytes | None
) -> tuple[Rankings, list[int]]:
    """Keys by channel, best first, and the keys of the very same picture."""
    rankings: Rankings = {}
    same: list[int] = []
    if image is None:
        return rankings, same
    if pixels is not None:
        alike = scope.nearest(pixels.space, pixels.embed_images([image]), "pixels")
        rankings["pixels"] = [hit.key for hit in alike]
        same = [hit.key for hit in alike if hit.score >= SAME_PICTURE]
    if clip is not None:
        query = clip.embed_images([image])
        near = scope.nearest(clip.space, query, "pixels")
        rankings["picture"] = [hit.key for hit in near]
        if not holds_texts(clip):
            near = scope.nearest(clip.text_space, query, "pixels", of=clip.space)
            rankings["said"] = [hit.key for hit in near]
    return rankings, same


def _search_words(scope: Scope, query: str) -> tuple[int, list[int]]:
    """The moment that was searched, and keys of the elements with the best BM25, best first."""
    store = scope.store
    with store.snapshot():
        found = store.search_words(query, DEPTH, scope.ids, scope.kind, scope.figure_type)
        return store.moment(), [hit.key for hit in found]

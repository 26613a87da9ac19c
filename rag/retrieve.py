"""Question → evidence: several channels, fused by rank.

    words     BM25 over elements
    pages     BM25 over whole pages: a page lends to its best elements
    text      nearest vectors of the question
    clip      nearest figures, by pixels and captions in a space that words and pictures share
    picture   nearest figures and texts in that space, of a picture that is part of the question
    said      nearest texts of that picture in the space of `text`, where the CLIP shares that
    pixels    look-alikes of that picture
    label     named in the question: "Figure 3", "the second table"
    page      named in the question: "page 12", "the last slide"
    section   named in the question: "Section 3.2"
    type      figures of a type named in the question: "the pie chart"
    reference a passage mentions a found figure, or a found passage mentions the figure

The first seven are rankings, fused by weighted reciprocal rank; what the question names and
what refers to it is added on top. An evidence's score is the sum of what its channels gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

from ingest.errors import NotFound, QuestionError
from ingest.types import Document, Element, Kind
from rag.embedding import holds_texts
from rag.fusion import by_score, reciprocal_ranks
from rag.lookup import look_up
from rag.question import Question, read_question
from rag.types import Evidence, Filter

if TYPE_CHECKING:
    from indexes.store import Store
    from indexes.types import (
        Embedder,
        Hit,
        ImageEmbedder,
        Keys,
        Modality,
        SharedEmbedder,
        Space,
        Vectors,
    )

DEPTH = 100  # hits taken from each channel
PAGE_DEPTH = 30
LENT = 3  # elements of a page that a page hit lends to
LIKELY_DOCUMENTS = 5  # where to look up what a question names, over a whole corpus
SOURCES = 10  # best elements whose references are followed
RANK_CONSTANT = 20.0
WEIGHTS: Mapping[str, float] = {
    "words": 1.0,
    "pages": 1.0,
    "text": 1.0,
    "clip": 0.7,
    "picture": 2.0,
    "said": 0.5,
    "pixels": 2.0,
    "label": 3.0,
    "page": 2.0,
    "section": 1.0,
    "type": 0.5,
}
# A CLIP that shares the text channel's space is a small one, and knows figures by pixels alone: it
# has a say where the question speaks of a figure, and breaks ties elsewhere.
SHARING_WEIGHTS: Mapping[str, float] = {**WEIGHTS, "clip": 0.02, "picture": 1.0}
SPEAKING_OF_FIGURES: Mapping[str, float] = {**SHARING_WEIGHTS, "clip": 0.3}
SAME_PICTURE = 0.99  # cosine from which on a figure is the picture that was given
DAMPING = 0.5  # of the way up to its source that a reference lifts

Shares = dict[int, dict[str, float]]  # by key: what each channel gave
Rankings = dict[str, list[int]]  # keys by channel, best first
Fetched = dict[int, tuple[Element, Document]]
FoundPage = tuple[str, int, float]  # document id, page from 1, BM25


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
    question = question.strip()
    if not question and (image is None or (pixels is None and clip is None)):
        raise QuestionError("the question is empty; ask something, or give an image")
    asked = read_question(question)
    with store.snapshot():
        scope = _Scope(store, _scope(store, where.within), where)
        by_words, pages = _search_question(scope, embedder, clip, asked)
        by_picture, same = _search_picture(scope, pixels, clip, image)
        weights = _weights(clip, asked)
        shares = reciprocal_ranks({**by_words, **by_picture}, weights, RANK_CONSTANT)
        for key in same:
            shares[key]["pixels"] += 1.0  # more than all else together
        likely = _lend_pages(scope, pages, shares)
        _add_lookups(scope, asked, likely, shares)
        fetched = _follow_references(scope, shares)
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


class _Scope:
    """The part of a store that a question is about."""

    def __init__(self, store: Store, documents: Sequence[Document] | None, where: Filter) -> None:
        self.store = store
        self.documents = documents
        self.ids = None if documents is None else [document.id for document in documents]
        self.kind, self.figure_type = where.kind, where.figure_type
        any_kind = where.kind is None and where.figure_type is None
        whole = documents is None and any_kind
        self.among: Keys | None = (
            None if whole else store.select(self.ids, where.kind, where.figure_type)
        )
        self._allowed = None if any_kind or self.among is None else set(self.among.tolist())

    def nearest(
        self,
        space: Space,
        query: Vectors,
        modality: Modality = "text",
        among: Keys | None = None,
        of: Space | None = None,
    ) -> list[Hit]:
        """The elements closest to a query (1, dim) that was made from words or from pixels.

        `of` is the space that has vectors of that modality, when it is another.
        """
        among = self.among if among is None else among
        other = None if of is None else of.name
        return self.store.search_vectors(space.name, query, DEPTH, among, modality, other)

    def figures(self) -> Keys:
        """The keys of the figures in it."""
        import numpy as np

        figures = self.store.select(self.ids, Kind.FIGURE)
        return figures if self.among is None else np.intersect1d(figures, self.among)

    def of_kind(self, keys: Sequence[int]) -> list[int]:
        """Those of `keys` that are of the kind and type asked for."""
        return [key for key in keys if self._allowed is None or key in self._allowed]


def _scope(store: Store, within: str | None) -> list[Document] | None:
    if within is None:
        return None
    if found := store.find_documents(within):
        return found
    raise NotFound(f"no document matches {within!r}; `rag list` shows what is indexed")


def _search_question(
    scope: _Scope, embedder: Embedder, clip: SharedEmbedder | None, asked: Question
) -> tuple[Rankings, list[FoundPage]]:
    """Keys by channel, best first, and the pages whose words are best."""
    if not asked.text:
        return {}, []
    # SQLite and the model both work outside of Python's lock: beside each other.
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(_search_words, scope, asked.query)
        query = embedder.embed_query(asked.text)
        words, pages = found.result()
    near = scope.nearest(embedder.space, query)
    rankings = {"words": [hit.key for hit in words], "text": [hit.key for hit in near]}
    if clip is not None:
        # Figures only: a text model ranks texts better than one that is made for pictures.
        figures = scope.figures() if holds_texts(clip) else None
        query = clip.embed_query(asked.text)
        near = scope.nearest(clip.space, query, among=figures, of=clip.text_space)
        rankings["clip"] = [hit.key for hit in near]
    return rankings, pages


def _search_picture(
    scope: _Scope, pixels: ImageEmbedder | None, clip: SharedEmbedder | None, image: bytes | None
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


def _search_words(scope: _Scope, query: str) -> tuple[list[Hit], list[FoundPage]]:
    """The elements and the whole pages with the best BM25."""
    words = scope.store.search_words(query, DEPTH, scope.ids, scope.kind, scope.figure_type)
    return words, scope.store.search_pages(query, PAGE_DEPTH, scope.ids)


def _lend_pages(scope: _Scope, found: Sequence[FoundPage], shares: Shares) -> list[str]:
    """Give each found page's share to its best elements; ids of documents by found pages."""
    likely: dict[str, float] = {}
    lent = {
        page[:2]: given["pages"]
        for page, given in reciprocal_ranks({"pages": found}, WEIGHTS, RANK_CONSTANT).items()
    }
    on_pages = scope.store.on_pages(lent)
    for place, share in lent.items():
        likely[place[0]] = likely.get(place[0], 0.0) + share
        keys = scope.of_kind(on_pages[place])
        # Sorting is stable: of elements that nothing else found, the first on the page.
        keys.sort(key=lambda key: -sum(shares.get(key, {}).values()))
        for nth, key in enumerate(keys[:LENT]):
            if nth == 0 or key in shares:
                shares.setdefault(key, {})["pages"] = share
    return by_score(likely)


def _add_lookups(scope: _Scope, asked: Question, likely: Sequence[str], shares: Shares) -> None:
    named = (asked.labels, asked.pages, asked.sections, asked.ordinals, asked.figure_types)
    if not any(named):
        return
    held = scope.documents if scope.documents is not None else scope.store.documents()
    question = asked.text.lower()
    held = [d for d in held if d.path.name.lower() in question] or held  # "page 5 of a.pdf"
    order = {document_id: place for place, document_id in enumerate(likely)}
    documents = sorted(held, key=lambda document: order.get(document.id, len(order)))
    for channel, lists in look_up(scope.store, asked, documents[:LIKELY_DOCUMENTS]).items():
        for rank, keys in enumerate(lists, 1):
            for key in scope.of_kind(keys):
                given = shares.setdefault(key, {})
                given[channel] = WEIGHTS[channel] / (RANK_CONSTANT + rank)


def _follow_references(scope: _Scope, shares: Shares) -> Fetched:
    """Lift what the best elements refer to, and what refers to the best; gives those elements.

    A source lifts one other element half the way up to itself, and shares that among several:
    what is lifted never passes what lifts it.
    """
    scores = {key: sum(given.values()) for key, given in shares.items()}
    sources = scope.store.fetch(by_score(scores)[:SOURCES])
    for key, linked in _links(scope, sources).items():
        for other in linked:
            lift = DAMPING * (scores[key] - scores.get(other, 0.0)) / len(linked)
            given = shares.setdefault(other, {})
            if lift > given.get("reference", 0.0):
                given["reference"] = lift
    return sources


def _links(scope: _Scope, sources: Fetched) -> dict[int, list[int]]:
    """By source: what it mentions, and what mentions it."""
    mentioned = {
        key: [(document.id, label) for label in element.mentions]
        for key, (element, document) in sources.items()
    }
    names = {
        key: [(document.id, element.label)] if element.label else []
        for key, (element, document) in sources.items()
    }
    labelled = scope.store.labelled(set(chain(*mentioned.values())))
    mentioning = scope.store.mentioning(set(chain(*names.values())))
    return {
        key: scope.of_kind(
            list(
                dict.fromkeys(
                    chain(
                        *(labelled[pair] for pair in mentioned[key]),
                        *(mentioning[pair] for pair in names[key]),
                    )
                )
            )
        )
        for key in sources
    }

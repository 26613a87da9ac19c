"""What is added to the fused rankings: what a question names, matches exactly, refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from rag.channels import RANK_CONSTANT, WEIGHTS, Shares, share
from rag.exact import exact_matches
from rag.fusion import by_score, reciprocal_ranks
from rag.lookup import look_up
from rag.question import Question
from rag.scope import Scope

if TYPE_CHECKING:
    from ingest.types import Document, Element, Kind

LENT = 3  # elements of a page that a page hit lends to
DOCUMENT_DEPTH = 20
LIKELY_DOCUMENTS = 5  # where to look up what a question names, over a whole corpus
READ_CLOSELY = 30  # best elements that are compared with the question's very words
SOURCES = 10  # best elements whose references are followed
DAMPING = 0.5  # of the way up to its source that a reference lifts

Fetched = dict[int, tuple["Element", "Document"]]
FoundPage = tuple[str, int, float]  # document id, page from 1, BM25
Owners = Mapping[int, tuple[str, "Kind"]]  # by key: document id and kind


def lend_pages(scope: Scope, found: Sequence[FoundPage], shares: Shares) -> list[str]:
    """Give each found page's share to its best elements; ids of documents by found pages."""
    likely: dict[str, float] = {}
    lent = {
        page[:2]: given["pages"]
        for page, given in reciprocal_ranks({"pages": found}, WEIGHTS, RANK_CONSTANT).items()
    }
    on_pages = scope.store.on_pages(lent)
    for place, given in lent.items():
        likely[place[0]] = likely.get(place[0], 0.0) + given
        keys = scope.of_kind(on_pages[place])
        # Sorting is stable: of elements that nothing else found, the first on the page.
        keys.sort(key=lambda key: -sum(shares.get(key, {}).values()))
        for nth, key in enumerate(keys[:LENT]):
            if nth == 0 or key in shares:
                shares.setdefault(key, {})["pages"] = given
    return by_score(likely)


def add_lookups(scope: Scope, asked: Question, likely: Sequence[str], shares: Shares) -> None:
    """Lift what a question names outright, rather in the documents that are likelier."""
    pages = (asked.pages, asked.page_names)
    named = (asked.labels, *pages, asked.sections, asked.ordinals, asked.figure_types)
    wider = (asked.statements, asked.front, asked.counted)
    if not any(named) and not any(wider):
        return
    held = scope.documents if scope.documents is not None else scope.store.documents()
    question = asked.text.lower()
    held = [d for d in held if _names(question, d.path.name.lower())] or held  # "page 5 of a.pdf"
    order = {document_id: place for place, document_id in enumerate(likely)}
    documents = sorted(held, key=lambda document: order.get(document.id, len(order)))
    for channel, lists in look_up(scope.store, asked, documents[:LIKELY_DOCUMENTS]).items():
        for rank, keys in enumerate(lists, 1):
            for key in scope.of_kind(keys):
                given = shares.setdefault(key, {})
                given[channel] = share(channel, rank)


def _names(question: str, file_name: str) -> bool:
    """Whether a question names a file; "data.pdf" does not name "a.pdf"."""
    whole = rf"(?<![\w.-]){re.escape(file_name)}(?!\w)"
    return file_name in question and re.search(whole, question) is not None


def add_documents(scope: Scope, asked: Question, owners: Owners, shares: Shares) -> None:
    """Lift all that was found of the documents that the question seems to name."""
    if not asked.text or (scope.ids is not None and len(scope.ids) == 1):
        return
    found = scope.store.search_first_pages(asked.query, DOCUMENT_DEPTH, scope.ids)
    meant = {name: share("document", 1) * score / found[0][2] for name, _, score in found}
    for key, given in shares.items():
        if lifted := meant.get(owners[key][0]):
            given["document"] = lifted


def add_matches(scope: Scope, asked: Question, owners: Owners, shares: Shares) -> None:
    """Lift what is of the kinds that the question speaks of, and what holds its very words."""
    for key, given in shares.items():
        if owners[key][1] in asked.kinds:
            given["kind"] = share("kind", 1)
    scores = {key: sum(given.values()) for key, given in shares.items()}
    best = scope.store.terms_of(by_score(scores)[:READ_CLOSELY])
    for key, matches in exact_matches(asked, best).items():
        shares[key] |= {name: share(name, 1) * part for name, part in matches.items()}


def follow_references(scope: Scope, shares: Shares) -> Fetched:
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


def _links(scope: Scope, sources: Fetched) -> dict[int, list[int]]:
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

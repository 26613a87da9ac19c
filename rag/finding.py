"""Question → evidence with all of the settings' models: retrieved, then reranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.retrieve import retrieve

if TYPE_CHECKING:
    from indexes.store import Store
    from rag.build import Models
    from rag.types import Evidence, Filter


def find(
    store: Store,
    models: Models,
    question: str,
    k: int,
    where: Filter,
    *,
    rerank_top: int,
    picture: bytes | None = None,
) -> list[Evidence]:
    """The k best pieces of evidence. `rerank_top`: how many a reranker reads, if there is one.

    Raises what `retrieve` raises.
    """
    from rag.rescoring import rescored

    tokens, reranker = models.multivector(), models.reranker()
    top = rerank_top if tokens or reranker else 0
    found = retrieve(
        store,
        models.text(),
        question,
        k=max(k, top),
        where=where,
        image=picture,
        pixels=None if picture is None else models.images(),
        clip=models.clip(),
    )
    if top:
        found = rescored(question, found, top, tokens=tokens, reranker=reranker)
    return found[:k]

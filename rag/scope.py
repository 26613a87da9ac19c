"""The part of a store that a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.errors import NotFound
from ingest.types import Document, Kind
from rag.types import Filter

if TYPE_CHECKING:
    from indexes.store import Store
    from indexes.types import Hit, Keys, Modality, Space, Vectors

DEPTH = 100  # hits taken from each channel


class Scope:
    """Some documents of a store, or all, and in them elements of a kind and type, or any."""

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


def named_documents(store: Store, within: str | None) -> list[Document] | None:
    """The documents that a filter names, None for all. Raises NotFound when it names none."""
    if within is None:
        return None
    if found := store.find_documents(within):
        return found
    raise NotFound(f"no document matches {within!r}; `rag list` shows what is indexed")

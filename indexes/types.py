"""What the indexes speak of: vector spaces, keys, hits, embedders, and the indexes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]  # (n, dim), unit rows
Keys = npt.NDArray[np.int64]  # (n,), catalogue rows


@dataclass(frozen=True, slots=True)
class Space:
    """Vectors compare only within one space."""

    name: str  # "text", "pixels", "clip"
    model: str  # with the weights' revision or hash
    dim: int


Modality = Literal["", "text", "caption", "pixels"]
"""What a vector of a shared space was made from; "" in a space that holds one kind only."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One element that one channel found."""

    key: int
    score: float  # cosine or BM25; higher is closer
    channel: str


@dataclass(frozen=True, slots=True)
class Embedding:
    """Vectors of one document's elements in one space.

    An element may own several vectors (windows of a long table) or none (no pixels).
    """

    space: Space
    owners: Keys  # (n,), positions in the document's tuple of elements
    vectors: Vectors  # (n, dim)
    modality: Modality = ""


class Embedder(Protocol):
    """Puts texts into a space."""

    space: Space

    def embed_query(self, question: str) -> Vectors: ...  # (1, dim)
    def embed_texts(self, texts: Sequence[str]) -> Vectors: ...  # (len(texts), dim)


class ImageEmbedder(Protocol):
    """Puts encoded images (PNG, JPEG, … bytes) into a space."""

    space: Space

    def embed_images(self, images: Sequence[bytes]) -> Vectors: ...  # (len(images), dim)


class SharedEmbedder(ImageEmbedder, Protocol):
    """Puts texts and images into one space.

    `text_space` is where an index has the vectors of texts that compare with its pictures':
    `space`, or that of the text channel, when its model is this one's text tower too.
    """

    @property
    def text_space(self) -> Space: ...
    def embed_query(self, question: str) -> Vectors: ...  # (1, dim)
    def embed_texts(self, texts: Sequence[str]) -> Vectors: ...  # (len(texts), dim)
    def embed_long_texts(
        self, texts: Sequence[str], most: int
    ) -> tuple[Keys, Vectors]: ...  # owners (n,) ascending; (n, dim); at most `most` for each


class LateInteraction(Protocol):
    """Gives every token of a text a vector, and compares texts by them."""

    def embed_query(self, question: str) -> Vectors: ...  # (tokens, dim)
    def embed_texts(self, texts: Sequence[str]) -> list[Vectors]: ...  # (tokens, dim) each
    def score(self, query: Vectors, document: Vectors) -> float: ...  # MaxSim


class VectorIndex(Protocol):
    """Nearest neighbours by cosine in one space; a key may own several vectors."""

    space: Space

    def __len__(self) -> int: ...
    def add(self, keys: Keys, vectors: Vectors) -> None: ...
    def remove(self, keys: Keys) -> None: ...
    def search(
        self, queries: Vectors, k: int, among: Keys | None = None
    ) -> tuple[Vectors, Keys]: ...  # both (len(queries), k); missing places: score -inf, key -1
    def save(self, path: Path) -> None: ...

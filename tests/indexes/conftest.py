"""Small readings and vectors for the tests of the indexes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.types import Box, Document, Element, Kind, Mention, Place, Reading, Receipt

TEXT = Space("text", "test-model@1", 8)
PIXELS = Space("pixels", "test-pixels", 4)

MakeReading = Callable[..., Reading]
MakeEmbedding = Callable[..., Embedding]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def spaces() -> tuple[Space, Space]:
    return TEXT, PIXELS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / ".rag", (TEXT, PIXELS))
    yield store
    store.close()


@pytest.fixture
def make_reading(tmp_path: Path) -> MakeReading:
    """A document of four passages, a figure that one of them mentions, and a table, on 3 pages.

    Writes a file of its name; `content` gives it its identity.
    """

    def make(name: str = "a.pdf", content: str = "alpha", words: str = "revenue") -> Reading:
        path = tmp_path / name
        path.write_text(content)
        document = sha(content)

        def element(position: int, kind: Kind, text: str, **fields: object) -> Element:
            place = Place(1 + position // 2, Box(10, 20 * position, 110.5, 20 * position + 15))
            identity = sha(f"{document}/{position}/{text}")
            return Element(identity, document, kind, place, text, **fields)  # type: ignore[arg-type]

        elements = (
            element(0, Kind.TEXT, f"{content} opens with {words}", headings=("Introduction",)),
            element(
                1,
                Kind.TEXT,
                f"As Figure 1 shows, {content} grew",
                headings=("Introduction", "Growth"),
                mentions=("Figure 1",),
            ),
            element(
                2,
                Kind.FIGURE,
                "2019 2020",
                label="Figure 1",
                caption=f"Figure 1: Growth of {content}",
                description="A line chart.",
                figure_type="line chart",
                image=f"PNG {content}".encode(),
            ),
            element(3, Kind.TABLE, "| a | b |\n|---|---|\n| 1 | 2 |", label="Table 1"),
            element(4, Kind.TEXT, "Nothing else"),
            element(5, Kind.TEXT, f"{content} ends"),
        )
        receipt = Receipt(document, 3, 4, 1, 1, 1, (Mention("Figure 2", 3),), (2,), ("a note",))
        return Reading(Document(document, path, content.title(), 3), elements, receipt)

    return make


@pytest.fixture
def make_embedding() -> MakeEmbedding:
    """Random unit vectors, one for each of the first `count` elements."""

    def make(space: Space = TEXT, count: int = 6, seed: int = 0) -> Embedding:
        vectors = np.random.default_rng(seed).standard_normal((count, space.dim))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Embedding(space, np.arange(count), vectors.astype(np.float32))

    return make

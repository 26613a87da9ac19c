from __future__ import annotations

from pathlib import Path

import numpy as np

from ingest.types import Document, Element, Kind, Place, Reading, Receipt
from rag.embedding import MAX_WINDOWS, embed_readings
from tests.fakes import HashEmbedder


class WindowedEmbedder(HashEmbedder):
    """Reads five words at a time."""

    def windows(self, text: str) -> list[str]:
        words = text.split()
        return [" ".join(words[i : i + 5]) for i in range(0, len(words), 5)]


def reading(name: str, *texts: str) -> Reading:
    elements = tuple(
        Element(f"{name}{i}", name, Kind.TEXT, Place(1), text) for i, text in enumerate(texts)
    )
    document = Document(name, Path(f"/{name}"), "", 1)
    return Reading(document, elements, Receipt(name, 1, len(texts), 0, 0, 0))


def test_vectors_go_back_to_their_elements() -> None:
    readings = [reading("a", "short", "a much longer text than that"), reading("b", "middle text")]
    embedder = HashEmbedder()
    first, second = embed_readings(embedder, readings)
    assert first.owners.tolist() == [0, 1]
    assert second.owners.tolist() == [0]
    expected = embedder.embed_texts(["short", "a much longer text than that", "middle text"])
    np.testing.assert_array_equal(np.vstack([first.vectors, second.vectors]), expected)


def test_long_texts_have_several_vectors_up_to_a_limit() -> None:
    words = " ".join(f"w{i}" for i in range(100))
    [embedding] = embed_readings(WindowedEmbedder(), [reading("a", words, "w1 w2 w3 w4 w5 w6")])
    assert embedding.owners.tolist() == [0] * MAX_WINDOWS + [1, 1]


def test_nothing_to_embed() -> None:
    [embedding] = embed_readings(HashEmbedder(), [reading("a")])
    assert embedding.vectors.shape == (0, 64)
    assert embed_readings(HashEmbedder(), []) == []


def test_stopping() -> None:
    assert embed_readings(HashEmbedder(), [reading("a", "text")], lambda: False) == []

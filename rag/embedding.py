"""The texts of several documents, embedded together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from indexes.texts import text_to_embed
from indexes.types import Embedder, Embedding
from ingest.types import Reading

MAX_WINDOWS = 4  # vectors of one element: a long table's first parts stand for it
PAUSE = 0.4  # seconds between two looks at whether to go on, about
SMALLEST, LARGEST = 8, 256  # texts embedded between them


def embed_readings(
    embedder: Embedder, readings: Sequence[Reading], go_on: Callable[[], bool] = lambda: True
) -> list[Embedding]:
    """One Embedding for each reading; [] when `go_on`, asked some twice a second, said no.

    Texts longer than the model reads give several vectors, at most MAX_WINDOWS for an element.
    Texts of like length are embedded together, whichever documents they are from: less padding.
    """
    texts: list[str] = []
    owners: list[list[int]] = []  # for each reading, the element of each of its texts
    for reading in readings:
        mine: list[int] = []
        for position, element in enumerate(reading.elements):
            windows = _windows(embedder, text_to_embed(reading.document, element))
            texts += windows
            mine += [position] * len(windows)
        owners.append(mine)
    vectors = np.zeros((len(texts), embedder.space.dim), np.float32)
    order = np.array(sorted(range(len(texts)), key=lambda i: len(texts[i])), np.int64)
    start, count = 0, 4 * SMALLEST
    while start < len(texts):
        if not go_on():
            return []
        chunk = order[start : start + count]
        began = time.perf_counter()
        vectors[chunk] = embedder.embed_texts([texts[i] for i in chunk])
        start += count
        count = _next_count(count, time.perf_counter() - began)
    ends = np.cumsum([len(mine) for mine in owners])
    return [
        Embedding(embedder.space, np.array(mine, np.int64), vectors[end - len(mine) : end])
        for mine, end in zip(owners, ends, strict=True)
    ]


def warm(embedder: Embedder) -> None:
    """Lets an embedder that can get ready for many texts do so: it costs some time at first."""
    prepare: Callable[[], object] | None = getattr(embedder, "warm", None)
    if prepare is not None:
        prepare()


def _next_count(count: int, seconds: float) -> int:
    """How many texts take about PAUSE, when `count` took `seconds`."""
    if seconds > 1.5 * PAUSE:
        return max(SMALLEST, count // 2)
    return min(LARGEST, 2 * count) if seconds < PAUSE / 2 else count


def _windows(embedder: Embedder, text: str) -> list[str]:
    if not text.strip():
        return []
    split: Callable[[str], list[str]] | None = getattr(embedder, "windows", None)
    return split(text)[:MAX_WINDOWS] if split else [text]

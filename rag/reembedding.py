"""An index's documents embedded again, for models that the index was not made with.

Nothing is parsed again: texts, captions and crops are in the index. See `indexes.switching`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indexes.store import Store
from indexes.types import Embedding, ImageEmbedder, Space
from ingest.types import Document, Element, Kind, Reading, Receipt
from rag.build import Models
from rag.embedding import embed_readings, embed_shared

_SAMPLE = 16  # elements that are embedded to see how long it will take
_BATCH = 256  # elements that are embedded at a time, across documents

OnDocument = Callable[[int, int], object]  # documents done, documents in all


@dataclass(frozen=True, slots=True)
class SwitchPlan:
    """What giving an index other models takes."""

    spaces: tuple[Space, ...]  # that the index will have
    new: tuple[Space, ...]  # those it lacks
    gone: tuple[Space, ...]  # those that it will lose
    documents: int  # to embed; those finished before are not counted
    elements: int
    figures: int
    seconds: float  # about

    @property
    def needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.new or self.gone)


def plan_switch(store: Store, models: Models) -> SwitchPlan:
    """What `switch` would do, and how long it would take: a few elements are timed."""
    spaces = models.spaces()
    new = tuple(space for space in spaces if space not in store.spaces)
    gone = tuple(space for space in store.spaces if space not in spaces)
    waiting = store.unfinished(new)
    elements = [element for id in waiting for _, element in store.elements(id)]
    figures = [element for element in elements if element.kind is Kind.FIGURE]
    seconds = 0.0
    if elements:
        sample = [*elements[: _SAMPLE // 2], *figures[: _SAMPLE // 2]]
        document = next(d for d in store.documents() if d.id == waiting[0])
        _embed(models, new, [_reading(document, sample[:1])])  # the first one warms up
        started = time.perf_counter()
        _embed(models, new, [_reading(document, sample)])
        seconds = (time.perf_counter() - started) / len(sample) * len(elements)
    return SwitchPlan(spaces, new, gone, len(waiting), len(elements), len(figures), seconds)


def switch(store: Store, models: Models, on_document: OnDocument | None = None) -> None:
    """Embed what the new models lack, then make them the index's. The store is stale afterwards.

    What is done when something stops it stays done; called again, it carries on. Raises IndexBusy.
    """
    spaces = models.spaces()
    new = [space for space in spaces if space not in store.spaces]
    waiting = store.unfinished(new)
    with store.writing() as writer:
        done = 0
        for readings in _batches(store, waiting):
            made = _embed(models, new, readings)
            for reading, embeddings in zip(readings, made, strict=True):
                writer.put_coming(reading.document.id, embeddings)
            done += len(readings)
            if on_document is not None:
                on_document(done, len(waiting))
        writer.switch(spaces)


def _batches(store: Store, waiting: Sequence[str]) -> Iterator[list[Reading]]:
    """Documents as they were read, so many together that models work on full batches."""
    known = {document.id: document for document in store.documents()}
    batch: list[Reading] = []
    for id in waiting:
        batch.append(_reading(known[id], [element for _, element in store.elements(id)]))
        if sum(len(reading.elements) for reading in batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _reading(document: Document, elements: Sequence[Element]) -> Reading:
    receipt = Receipt(document.id, document.page_count, 0, 0, 0, 0)
    return Reading(document, tuple(elements), receipt)


def _embed(
    models: Models, new: Sequence[Space], readings: Sequence[Reading]
) -> list[list[Embedding]]:
    """The documents' vectors in the spaces that are new."""
    found: list[list[Embedding]] = [[] for _ in readings]
    text, images, clip = models.text(), models.images(), models.clip()
    if text.space in new:
        for own, embedding in zip(found, embed_readings(text, readings), strict=True):
            own.append(embedding)
    if clip is not None and clip.space in new:
        for own, embeddings in zip(found, embed_shared(clip, readings), strict=True):
            own += embeddings
    if images is not None and images.space in new:
        for own, reading in zip(found, readings, strict=True):
            own.append(_pixels(images, reading))
    return found


def _pixels(embedder: ImageEmbedder, reading: Reading) -> Embedding:
    crops = [
        (at, element.image_path.read_bytes())
        for at, element in enumerate(reading.elements)
        if element.kind is Kind.FIGURE and element.image_path is not None
    ]
    empty = np.empty((0, embedder.space.dim), np.float32)
    vectors = embedder.embed_images([data for _, data in crops]) if crops else empty
    return Embedding(embedder.space, np.array([at for at, _ in crops], np.int64), vectors)


def described(models: Models, document: Document, element: Element) -> list[Embedding]:
    """The vectors of a figure that its description changes: of its text and its caption."""
    reading = _reading(document, [replace(element, image=None)])
    shared = embed_shared(models.clip(), [reading])[0]
    return [
        *embed_readings(models.text(), [reading]),
        *(embedding for embedding in shared if embedding.modality == "caption"),
    ]

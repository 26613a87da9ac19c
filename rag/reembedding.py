"""An index's documents embedded again, for models that the index was not made with.

Nothing is parsed again: texts, captions and crops are in the index. See `indexes.switching`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from indexes.store import Store
from indexes.types import Embedding, Space
from ingest.types import Document, Element, Kind, Reading, Receipt
from rag.build import Models
from rag.embedding import embed_crops, embed_readings, embed_shared, with_crops
from rag.runs import recorded
from rag.seeing import figure_types

_SAMPLE = 16  # elements of a sort that are embedded to see how long it will take
_WARM = 2
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
    """What `switch` would do, and how long it would take: some elements of each sort are timed."""
    spaces = models.spaces()
    new = tuple(space for space in spaces if space not in store.spaces)
    gone = tuple(space for space in store.spaces if space not in spaces)
    groups: dict[tuple[tuple[Space, ...], bool], list[tuple[Document, Element]]] = {}
    waiting = _waiting(store, new)
    documents = {document.id: document for document in store.documents()}
    for lacking, ids in waiting.items():
        for id in ids:
            for _, element in store.elements(id):
                is_figure = element.kind is Kind.FIGURE
                groups.setdefault((lacking, is_figure), []).append((documents[id], element))
    figures = sum(len(group) for (_, is_figure), group in groups.items() if is_figure)
    return SwitchPlan(
        spaces,
        new,
        gone,
        sum(map(len, waiting.values())),
        sum(map(len, groups.values())),
        figures,
        sum(_seconds(models, lacking, group) for (lacking, _), group in groups.items()),
    )


def switch(store: Store, models: Models, on_document: OnDocument | None = None) -> None:
    """Embed what the new models lack, then make them the index's. The store is stale afterwards.

    What is done when something stops it stays done; called again, it carries on. Raises IndexBusy.
    """
    spaces = models.spaces()
    new = [space for space in spaces if space not in store.spaces]
    with store.writing() as writer, recorded(writer, "embed") as record:
        waiting = _waiting(store, new)  # from here on nobody else changes it
        total = sum(map(len, waiting.values()))
        done = 0
        for lacking, ids in waiting.items():
            for readings in _batches(store, ids):
                made = _embed(models, lacking, readings)
                for reading, embeddings in zip(readings, made, strict=True):
                    types = _figure_types(models, embeddings)
                    writer.put_coming(reading.document.id, embeddings, types)
                    done += 1
                    record["documents"] = done
                    if on_document is not None:
                        on_document(done, total)
        writer.switch(spaces)


def _waiting(store: Store, new: Sequence[Space]) -> dict[tuple[Space, ...], list[str]]:
    """Ids of unfinished documents, by the spaces that they lack: one that is done stays done."""
    unfinished = {space: set(store.unfinished([space])) for space in new}
    found: dict[tuple[Space, ...], list[str]] = {}
    for id in store.unfinished(new):
        lacking = tuple(space for space in new if id in unfinished[space])
        found.setdefault(lacking, []).append(id)
    return found


def _seconds(
    models: Models, lacking: Sequence[Space], group: Sequence[tuple[Document, Element]]
) -> float:
    """About how long a group of elements that are alike takes, from a few spread over it."""
    step = -(-len(group) // _SAMPLE)
    sample = [_reading(document, [element]) for document, element in group[::step]]
    _embed(models, lacking, sample[:_WARM])  # the first ones warm up
    started = time.perf_counter()
    _embed(models, lacking, sample)
    return (time.perf_counter() - started) / len(sample) * len(group)


def _batches(store: Store, ids: Sequence[str]) -> Iterator[list[Reading]]:
    """Documents as they were read, so many together that models work on full batches."""
    known = {document.id: document for document in store.documents()}
    batch: list[Reading] = []
    for id in ids:
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
            own.append(embed_crops(images, with_crops(reading.elements)))
    return found


def _figure_types(models: Models, embeddings: Sequence[Embedding]) -> dict[int, str]:
    """What a new CLIP for figures takes them for, by position."""
    typer, clip = models.figure_typer(), models.clip()
    if typer is None or clip is None:
        return {}
    seen = [e for e in embeddings if e.space == clip.space and e.modality == "pixels"]
    return {at: name for one in seen for at, name in figure_types(typer, one).items()}

"""An index embedded again: what is done, in what order, how long it is said to take."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexes.embedders.pictures import open_rgb
from indexes.store import Store, Writer
from indexes.types import Embedding, ImageEmbedder, Keys, Space, Vectors
from ingest.types import Element, Kind
from rag.embedding import embed_shared
from rag.reembedding import plan_switch, switch
from tests.fakes import ColourClip, HashModels
from tests.rag.corpus import element, make_reading

OLD = Space("text", "old", 4)


class SlowClip(ColourClip):
    """Takes 10 ms for a picture and none for a text; remembers the texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_long_texts(self, texts: Sequence[str], most: int) -> tuple[Keys, Vectors]:
        self.texts += texts
        return super().embed_long_texts(texts, most)

    def embed_images(self, images: Sequence[bytes]) -> Vectors:
        for image in images:
            open_rgb(image)
            time.sleep(0.01)
        return super().embed_images(images)


class PixelClip(SlowClip):
    """The same as a model of pixels alone."""

    space = Space("pixels", "colours@1", 5)


class PixelModels(HashModels):
    def images(self) -> ImageEmbedder | None:
        return PixelClip()


def figures(count: int) -> list[Element]:
    found = []
    for n in range(count):
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (n, 255 - n, 0)).save(out, "PNG")
        found.append(replace(element(Kind.FIGURE, 1, f"figure {n}"), image=out.getvalue()))
    return found


def passages(count: int) -> list[Element]:
    return [element(Kind.TEXT, 1, f"red number {n}") for n in range(count)]


def made(folder: Path, **documents: Sequence[Element]) -> Store:
    """An index with documents, made with a model that is to go."""
    store = Store.create(folder, [OLD])
    with store.writing() as writer:
        for name, elements in documents.items():
            owners = np.arange(len(elements), dtype=np.int64)
            vectors = np.eye(1, OLD.dim, dtype=np.float32).repeat(len(elements), 0)
            writer.put(make_reading(name, elements), [Embedding(OLD, owners, vectors)])
        writer.save()
    return store


def test_the_estimate_weighs_texts_and_figures_as_there_are(tmp_path: Path) -> None:
    store = made(tmp_path, a=figures(8), b=passages(92))
    plan = plan_switch(store, HashModels(clip=SlowClip()))
    assert (plan.documents, plan.elements, plan.figures) == (2, 100, 8)
    assert 0.08 <= plan.seconds < 0.35  # with half of the sample figures: above 0.5


@pytest.mark.parametrize("models", [HashModels(clip=SlowClip()), PixelModels()])
def test_damaged_and_missing_crops_do_not_stop_it(tmp_path: Path, models: HashModels) -> None:
    store = made(tmp_path, a=figures(4))
    crops = [figure.image_path for _, figure, _ in store.figures()]
    assert crops[1] is not None
    assert crops[2] is not None
    crops[1].write_bytes(crops[1].read_bytes()[:-30])
    crops[2].unlink()
    plan_switch(store, models)
    switch(store, models)
    again = Store.open(tmp_path)
    assert again.spaces == models.spaces()
    captions = 4 if again.spaces[1].name == "clip" else 0
    assert again.counts().vectors[again.spaces[1].name] == captions + 2
    assert "crops are missing" in again.check()[0]


def test_only_what_a_document_lacks_is_embedded(tmp_path: Path) -> None:
    store = made(tmp_path, a=passages(3), b=passages(5))
    clip = SlowClip()
    models = HashModels(clip=clip)
    first, second = store.documents()
    done = make_reading("a", [found for _, found in store.elements(first.id)])
    with store.writing() as writer:
        writer.put_coming(first.id, embed_shared(ColourClip(), [done])[0])
    told: list[tuple[int, int]] = []
    switch(store, models, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    assert clip.texts == [found.text for _, found in store.elements(second.id)]
    assert Store.open(tmp_path).counts().vectors == {"text": 8, "clip": 8}


class RacedStore(Store):
    """Another process removes a document just before this one gets the lock."""

    raced = False

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        if not self.raced:
            self.raced = True
            with super().writing() as writer:
                writer.remove_document(self.documents()[0].id)
        with super().writing() as writer:
            yield writer


def test_a_document_that_goes_before_the_lock_is_taken(tmp_path: Path) -> None:
    made(tmp_path, a=passages(3), b=passages(5)).close()
    switch(RacedStore.open(tmp_path), HashModels())
    assert Store.open(tmp_path).counts().vectors == {"text": 5}

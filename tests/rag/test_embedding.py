from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from indexes.embedders.pictures import open_rgb
from indexes.types import Vectors
from ingest.types import Document, Element, Kind, Place, Reading, Receipt
from rag.embedding import MAX_WINDOWS, MOST_PICTURES, embed_pictures, embed_readings, embed_shared
from tests.fakes import ColourClip, HashEmbedder


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


class StrictClip(ColourClip):
    """Refuses what it cannot decode, as the real one; tells of each call."""

    def __init__(self, on_images: Callable[[int], object] = lambda count: None) -> None:
        self.on_images = on_images

    def embed_images(self, images: Sequence[bytes]) -> Vectors:
        self.on_images(len(images))
        for image in images:
            open_rgb(image)
        return super().embed_images(images)


def coloured(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()


def album(folder: Path, *pictures: bytes | None) -> Reading:
    """A document of figures with crops on the disk; None: the crop's file is gone."""
    elements = []
    for i, data in enumerate(pictures):
        path = folder / f"{i}.png"
        if data is not None:
            path.write_bytes(data)
        elements.append(Element(str(i), "a", Kind.FIGURE, Place(1), "", image_path=path))
    document = Document("a", Path("/a"), "", 1)
    return Reading(document, tuple(elements), Receipt("a", 1, 0, 0, len(elements), 0))


def test_crops_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    red, green = coloured("red"), coloured("#00ff00")
    damaged = (b"no picture", red[:-30], None)
    pictures = album(tmp_path, red, damaged[0], green, damaged[1], damaged[2], red)
    clip = StrictClip()
    [[_, _, pixels]] = embed_shared(clip, [pictures])
    assert pixels.owners.tolist() == [0, 2, 5]
    np.testing.assert_array_equal(pixels.vectors, clip.embed_images([red, green, red]))


def test_when_no_picture_can_be_read() -> None:
    places, vectors = embed_pictures(StrictClip(), [b"1", b"2", b"3"])
    assert places == []
    assert vectors.shape == (0, 5)


def test_crops_are_read_as_they_are_embedded(tmp_path: Path) -> None:
    counts: list[int] = []
    last = 3 * MOST_PICTURES

    def called(count: int) -> None:
        counts.append(count)
        (tmp_path / f"{last}.png").unlink(missing_ok=True)  # it has not been read yet

    pictures = album(tmp_path, *[coloured("blue")] * (last + 1))
    [[_, _, pixels]] = embed_shared(StrictClip(called), [pictures])
    assert pixels.owners.tolist() == list(range(last))
    assert max(counts) <= MOST_PICTURES


def test_shared_vectors_go_back_to_their_documents() -> None:
    readings = [reading("a", "red", "green"), reading("b"), reading("c", "blue")]
    clip = ColourClip()
    texts = [shared[0] for shared in embed_shared(clip, readings)]
    assert [embedding.owners.tolist() for embedding in texts] == [[0, 1], [], [0]]
    np.testing.assert_array_equal(
        np.vstack([embedding.vectors for embedding in texts]),
        clip.embed_texts(["red", "green", "blue"]),
    )


def test_many_documents_take_no_longer_each_than_few() -> None:
    readings = [reading("a", "red")] * 12_000  # if each looked at all: ten seconds
    started = time.perf_counter()
    assert len(embed_shared(ColourClip(), readings)) == 12_000
    assert time.perf_counter() - started < 4

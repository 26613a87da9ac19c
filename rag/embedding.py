"""The texts and pictures of several documents, embedded together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from indexes.texts import caption_to_embed, text_to_embed
from indexes.types import Embedder, Embedding, ImageEmbedder, Modality, SharedEmbedder, Vectors
from ingest.errors import UnreadableFile
from ingest.spool import image_of
from ingest.types import Document, Element, Kind, Reading

MAX_WINDOWS = 4  # vectors of one element: a long table's first parts stand for it
PAUSE = 0.4  # seconds between two looks at whether to go on, about
SMALLEST, LARGEST = 8, 256  # texts embedded between them
MOST_PICTURES = 64  # a page's crop is about a megabyte


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


def embed_shared(
    clip: SharedEmbedder | None,
    readings: Sequence[Reading],
    go_on: Callable[[], bool] = lambda: True,
    *,
    pixels: bool = True,
) -> list[list[Embedding]]:
    """Passages, captions and pixels in the space that they share: Embeddings for each reading.

    None of them without a `clip`, no texts when those of another space serve, and no `pixels`
    when they are embedded already; [] when `go_on` said no. Crops that cannot be read are left out.
    """
    found: list[list[Embedding]] = [[] for _ in readings]
    if clip is None:
        return found
    texts = holds_texts(clip)
    for modality, of_element in _SHARED.items():
        if not (pixels if modality == "pixels" else texts):
            continue
        pieces = _pieces(readings, of_element)  # read as they are embedded: crops are large
        owners: list[tuple[int, int]] = []
        vectors = [np.empty((0, clip.space.dim), np.float32)]
        most = MOST_PICTURES if modality == "pixels" else LARGEST
        count = 4 * SMALLEST
        while chunk := list(islice(pieces, count)):
            if not go_on():
                return []
            began = time.perf_counter()
            own, made = _embed_chunk(clip, [piece for _, _, piece in chunk])
            owners += [chunk[place][:2] for place in own]
            vectors.append(made)
            count = min(most, _next_count(count, time.perf_counter() - began))
        made = np.concatenate(vectors)
        of_reading, positions = np.array(owners, np.int64).reshape(-1, 2).T
        bounds = np.searchsorted(of_reading, np.arange(len(readings) + 1))
        for own_found, start, end in zip(found, bounds[:-1], bounds[1:], strict=True):
            own_found.append(Embedding(clip.space, positions[start:end], made[start:end], modality))
    return found


def holds_texts(clip: SharedEmbedder) -> bool:
    """Whether a CLIP's space holds texts too, or those of the text channel's space serve."""
    return clip.text_space == clip.space


def embed_pictures(embedder: ImageEmbedder, pictures: Sequence[bytes]) -> tuple[list[int], Vectors]:
    """Places and vectors, (n, dim), of the pictures that can be read; damaged ones have none."""
    if not pictures:
        return [], np.empty((0, embedder.space.dim), np.float32)
    try:
        return list(range(len(pictures))), embedder.embed_images(pictures)
    except UnreadableFile:
        if len(pictures) == 1:
            return [], np.empty((0, embedder.space.dim), np.float32)
    half = len(pictures) // 2
    left, left_made = embed_pictures(embedder, pictures[:half])
    right, right_made = embed_pictures(embedder, pictures[half:])
    return [*left, *(half + place for place in right)], np.concatenate([left_made, right_made])


def embed_crops(
    embedder: ImageEmbedder,
    figures: Sequence[tuple[int, Element]],
    modality: Modality = "",
    tell: Callable[[int, int], object] = lambda done, total: None,
) -> Embedding:
    """One vector for each of a document's figures, given with its position, that can be read.

    `tell` is told how many are done, and of how many.
    """
    owners: list[int] = []
    vectors = [np.empty((0, embedder.space.dim), np.float32)]
    for start in range(0, len(figures), MOST_PICTURES):  # read as they are embedded: see `Spool`
        some = [(at, crop_of(figure)) for at, figure in figures[start : start + MOST_PICTURES]]
        some = [(at, crop) for at, crop in some if crop]
        readable, made = embed_pictures(embedder, [crop for _, crop in some])
        owners += [some[place][0] for place in readable]
        vectors.append(made)
        tell(min(start + MOST_PICTURES, len(figures)), len(figures))
    found = np.concatenate(vectors, dtype=np.float32)
    return Embedding(embedder.space, np.array(owners, np.int64), found, modality)


def with_crops(elements: Sequence[Element]) -> list[tuple[int, Element]]:
    """The figures with crops among a document's elements, with their positions."""
    return [
        (at, element)
        for at, element in enumerate(elements)
        if element.kind is Kind.FIGURE and (element.image or element.image_path)
    ]


def crop_of(element: Element) -> bytes:
    """A figure's crop, b"" when there is none or its file cannot be read: `check` reports it."""
    if element.kind is not Kind.FIGURE:
        return b""
    try:
        return image_of(element)
    except OSError:
        return b""


def _pieces(
    readings: Sequence[Reading], of_element: Callable[[Document, Element], str | bytes]
) -> Iterator[tuple[int, int, str | bytes]]:
    """What is to be embedded, with the reading and the position that it belongs to."""
    for at, reading in enumerate(readings):
        for position, element in enumerate(reading.elements):
            if piece := of_element(reading.document, element):
                yield at, position, piece


def _embed_chunk(clip: SharedEmbedder, chunk: Sequence[str | bytes]) -> tuple[list[int], Vectors]:
    """Owners (positions in the chunk) and vectors of texts, or of encoded pictures."""
    pictures = [piece for piece in chunk if isinstance(piece, bytes)]
    if pictures:
        return embed_pictures(clip, pictures)
    owners, vectors = clip.embed_long_texts([str(piece) for piece in chunk], MAX_WINDOWS)
    return owners.tolist(), vectors


def _passage(document: Document, element: Element) -> str:
    return "" if element.kind is Kind.FIGURE else text_to_embed(document, element).strip()


def _caption(document: Document, element: Element) -> str:
    return caption_to_embed(element).strip() if element.kind is Kind.FIGURE else ""


def _pixels(document: Document, element: Element) -> bytes:
    return crop_of(element)


_SHARED: Mapping[Modality, Callable[[Document, Element], str | bytes]] = {
    "text": _passage,
    "caption": _caption,
    "pixels": _pixels,
}


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

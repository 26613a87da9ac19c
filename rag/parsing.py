"""What a worker process does with a file: read it, see its figures and describe them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from indexes.types import Embedding
from ingest.flow import read
from ingest.types import Element, Kind, Reading, ReadOptions, Report
from rag import build
from rag.config import Settings
from rag.embedding import crops_of, embed_crops
from rag.seeing import see


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """One file for a worker."""

    path: Path
    options: ReadOptions
    settings: Settings


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's reading, and the embeddings that are made where the pixels are."""

    reading: Reading
    embeddings: tuple[Embedding, ...] = ()


def parse(request: ParseRequest, report: Report) -> Parsed:
    """Reads one file. Raises what `ingest.flow.read` raises."""
    reading = read(request.path, request.options, report)
    elements, seen = see(reading.elements, request.settings, request.options.threads)
    reading = replace(reading, elements=_described(elements))
    return Parsed(reading, (*seen, *_pixels(reading, request.settings)))


def _described(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    figures = [i for i, e in enumerate(elements) if e.kind is Kind.FIGURE]
    if not figures:
        return elements
    texts = build.describer().describe([elements[i] for i in figures])
    described = list(elements)
    for i, text in zip(figures, texts, strict=True):
        described[i] = replace(elements[i], description=text)
    return tuple(described)


def _pixels(reading: Reading, settings: Settings) -> list[Embedding]:
    crops = crops_of(reading.elements)
    embedder = build.image_embedder(settings) if crops else None
    return [] if embedder is None else [embed_crops(embedder, crops)]

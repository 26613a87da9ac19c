"""What a worker process does with a file: read it, see its figures and describe them."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import ingest.types
from indexes.types import Embedding, Space
from ingest.errors import PathMissing, RagError, UnreadableFile
from ingest.figure_words import FigureWords
from ingest.files import fingerprint
from ingest.flow import read
from ingest.types import Element, Kind, Reading, ReadOptions, Report
from rag import build
from rag.config import Settings
from rag.embedding import embed_crops, with_crops
from rag.seeing import Tell, see

# An Element's type names it for type checkers only; to decode one it must be there.
vars(ingest.types)["FigureWords"] = FigureWords

_SHA_256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's reading, and the embeddings that are made where the pixels are."""

    reading: Reading
    embeddings: tuple[Embedding, ...] = ()


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """One file for a worker."""

    path: Path
    options: ReadOptions
    settings: Settings
    document_id: str = ""  # SHA-256 that its bytes must have; "" for any

    def refusal(self, parsed: Parsed) -> str:
        """Why what a worker gave cannot be the reading of this file; "" if it can.

        A worker that a document took over could speak for another document, or name a file of the
        user's as a crop.
        """
        document, elements = parsed.reading.document, parsed.reading.elements
        named = (
            document.id,
            parsed.reading.receipt.document_id,
            *(e.document_id for e in elements),
        )
        if document.path != self.path or set(named) != {self.document_id or document.id}:
            return "the reading of another file"
        if not all(_SHA_256.fullmatch(name) for name in (document.id, *(e.id for e in elements))):
            return "an id that is none"
        spool = self.options.spool
        if any(e.image_path is not None and e.image_path.parent != spool for e in elements):
            return "a crop from elsewhere"
        if not all(_fits(embedding, len(elements)) for embedding in parsed.embeddings):
            return "vectors of other elements"
        if not {embedding.space for embedding in parsed.embeddings} <= set(self._spaces()):
            return "vectors of another space"
        return ""

    def _spaces(self) -> Iterator[Space]:
        """Of the vectors that `parse` makes."""
        if (embedder := build.image_embedder(self.settings)) is not None:
            yield embedder.space
        if build.figure_clip_folder(self.settings) is not None:
            tower = build.image_tower(self.settings, self.options.threads)
            assert tower is not None
            yield tower.space


def parse(request: ParseRequest, report: Report) -> Parsed:
    """Reads one file. Raises what `ingest.flow.read` raises.

    Raises PathMissing, too, when the file vanished, and UnreadableFile when it did not hold still.
    """
    reading = _read_at_rest(request, report)

    def tell(done: int, total: int) -> None:
        report("figures", done, total)

    elements, seen = see(reading.elements, request.settings, request.options.threads, tell)
    reading = replace(reading, elements=_described(elements))
    return Parsed(reading, (*seen, *_pixels(reading, request.settings, tell)))


def _read_at_rest(request: ParseRequest, report: Report) -> Reading:
    """The reading of a file that did not change meanwhile; tried twice."""
    options = replace(request.options, passwords=tuple(map(_in_letters, request.options.passwords)))
    for _ in range(2):
        before = _state(request.path)
        try:
            reading = read(request.path, options, report)
        except RagError:
            if _is_at_rest(request, before, request.document_id):
                raise
        else:
            if _is_at_rest(request, before, reading.document.id):
                return reading
    raise UnreadableFile(
        f"{request.path}: changed while it was being read; ingest it again when it is at rest"
    )


def _in_letters(password: str) -> str:
    """A password as parsers take it; one that a command line had not in UTF-8, as Latin-1."""
    try:
        password.encode()
    except UnicodeEncodeError:
        with contextlib.suppress(UnicodeEncodeError):  # half a surrogate pair, and no byte
            return password.encode("utf-8", "surrogateescape").decode("latin-1")
        return password.encode("utf-8", "replace").decode()
    return password


def _is_at_rest(request: ParseRequest, before: tuple[int, int, int], identity: str) -> bool:
    """Whether the file is as it was `before`, has the bytes that were read and were asked for."""
    if _state(request.path) != before or request.document_id not in ("", identity):
        return False
    return not identity or fingerprint(request.path) == identity


def _state(path: Path) -> tuple[int, int, int]:
    """What is another when the file is: size, time of change in nanoseconds, inode."""
    try:
        found = os.stat(path)
    except FileNotFoundError as error:
        raise PathMissing(f"{path}: vanished while it was being read") from error
    return found.st_size, found.st_mtime_ns, found.st_ino


def _fits(embedding: Embedding, elements: int) -> bool:
    owners, vectors = embedding.owners, embedding.vectors
    return (
        owners.ndim == 1
        and vectors.shape == (len(owners), embedding.space.dim)
        and bool(np.all((owners >= 0) & (owners < elements)))
        and bool(np.isfinite(vectors).all())
    )


def _described(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    figures = [i for i, e in enumerate(elements) if e.kind is Kind.FIGURE]
    if not figures:
        return elements
    texts = build.describer().describe([elements[i] for i in figures])
    described = list(elements)
    for i, text in zip(figures, texts, strict=True):
        described[i] = replace(elements[i], description=text)
    return tuple(described)


def _pixels(reading: Reading, settings: Settings, tell: Tell) -> list[Embedding]:
    figures = with_crops(reading.elements)
    embedder = build.image_embedder(settings) if figures else None
    return [] if embedder is None else [embed_crops(embedder, figures, tell=tell)]

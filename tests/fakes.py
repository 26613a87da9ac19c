"""Small real stand-ins: deterministic, quick, no downloads."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from indexes.types import Embedder, ImageEmbedder, Space, Vectors
from ingest.types import Report
from rag.build import Models
from rag.config import Settings
from rag.parsing import Parsed, ParseRequest, parse


class HashEmbedder:
    """Bag of words: each word adds 1 at the place its CRC-32 gives; rows are made unit."""

    space = Space("text", "hash-v1", 64)

    def embed_query(self, question: str) -> Vectors:
        return self.embed_texts([question])

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.space.dim), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                row[crc32(word.strip(".,?!").encode()) % self.space.dim] += 1.0
            row /= max(1.0, float(np.linalg.norm(row)))
        return vectors


class HashModels(Models):
    """Models for tests: words by their hash, no pixels."""

    def __init__(self) -> None:
        super().__init__(Settings(pixels="none"))
        self.loaded = 0

    def text(self) -> Embedder:
        self.loaded += 1
        return HashEmbedder()

    def images(self) -> ImageEmbedder | None:
        return None


# Tasks for worker processes, named "tests.fakes:…"


def double(payload: int, report: Report) -> int:
    report("counting", payload, payload)
    return 2 * payload


def misbehave(payload: Any, report: Report) -> Any:
    """Does what the payload says: crash, vanish, hang, print, fail, or gives it back."""
    if payload == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if payload == "vanish":
        os._exit(3)
    if payload == "hang":
        time.sleep(600)
    if payload == "print":
        print("noise that must not reach the parent's pipe", flush=True)
    if payload == "fail":
        raise ValueError("as asked")
    if isinstance(payload, Path):  # crash at the first try only
        if not payload.exists():
            payload.touch()
            os._exit(3)
        return "second try"
    return payload


def parse_or_crash(request: ParseRequest, report: Report) -> Parsed:
    """The real task, except that a file named crash.* kills its worker, slow.* takes a minute."""
    if request.path.stem == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if request.path.stem == "slow":
        report("pages", 1, 100)
        time.sleep(60)
    return parse(request, report)

"""Small real stand-ins: deterministic, quick, no downloads."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np

from indexes.types import Embedder, ImageEmbedder, Keys, SharedEmbedder, Space, Vectors
from ingest.chat_models.types import ChatModel, Conversation, Part
from ingest.types import Report
from rag.build import Models
from rag.config import Settings
from rag.parsing import Parsed, ParseRequest, parse
from rag.pictures import sized


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
    """Models for tests: words by their hash, no pixels; a CLIP and a chat model if given."""

    def __init__(
        self, *, clip: SharedEmbedder | None = None, chat: ChatModel | None = None
    ) -> None:
        generator = "scripted" if chat else "extractive"
        super().__init__(Settings(pixels="none", clip="none", generator=generator))
        self.loaded = 0
        self._clip, self._chat = clip, chat

    def clip(self) -> SharedEmbedder | None:
        return self._clip

    def chat(self, name: str) -> ChatModel:
        assert self._chat is not None
        return self._chat

    def text(self) -> Embedder:
        self.loaded += 1
        return HashEmbedder()

    def images(self) -> ImageEmbedder | None:
        return None


# Tasks for worker processes, named "tests.fakes:…"; those that misbehave are in worker_tasks


def double(payload: int, report: Report) -> int:
    report("counting", payload, payload)
    return 2 * payload


def parse_or_crash(request: ParseRequest, report: Report) -> Parsed:
    """The real task, except that a file named crash.* kills its worker, slow.* takes a minute."""
    if request.path.stem == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if request.path.stem == "slow":
        report("pages", 1, 100)
        time.sleep(60)
    return parse(request, report)


def parse_while_changing(request: ParseRequest, report: Report) -> Parsed:
    """The real task, except that vanish.* is gone before it is read, and grow.* never at rest."""
    if request.path.stem == "vanish":
        request.path.unlink()
    if request.path.stem == "grow":
        with request.path.open("a") as file:
            file.write("\nMore.")
    return parse(request, report)


class ScriptedModel:
    """A ChatModel that says what it is told to, and remembers what it was given.

    Tokens: four characters of text each, 4 a message; a picture one for each 32×32 pixels.
    """

    name = identity = "scripted"
    counts_exactly = True

    def __init__(self, *replies: str, context_tokens: int | None = None, fixed: int = 0) -> None:
        self.replies = list(replies)
        self.seen: list[Conversation] = []
        self.context_tokens = context_tokens
        self._fixed = fixed  # tokens of any picture, when not by its size

    def complete(self, conversations: Sequence[Conversation], max_tokens: int) -> list[str]:
        self.seen += conversations
        return [self.replies.pop(0) for _ in conversations]

    def stream(self, conversation: Conversation, max_tokens: int) -> Iterator[str]:
        (reply,) = self.complete([conversation], max_tokens)
        yield from _spaced(reply)

    def count_tokens(self, conversation: Conversation) -> int:
        return sum(4 + sum(self._cost(part) for part in message.parts) for message in conversation)

    def image_tokens(self, width: int, height: int) -> int:
        return self._fixed or -(-width // 32) * -(-height // 32)

    def _cost(self, part: Part) -> int:
        if isinstance(part, str):
            return -(-len(part) // 4)
        picture = sized(part.data)
        return self.image_tokens(picture.width, picture.height)


def _spaced(reply: str) -> Iterator[str]:
    for at, word in enumerate(reply.split(" ")):
        yield word if at == 0 else f" {word}"


class ColourClip:
    """A SharedEmbedder: texts by colour words, pictures by their mean colour, far apart.

    Its modality gap is real: all texts lean to one side, all pictures to another.
    """

    space = text_space = Space("clip", "colours@1", 5)
    COLOURS = ("red", "green", "blue")

    def embed_query(self, question: str) -> Vectors:
        return self.embed_texts([question])

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        counts = [[text.lower().count(colour) for colour in self.COLOURS] for text in texts]
        return self._unit(np.array(counts, np.float32).reshape(-1, 3), 3)

    def embed_long_texts(self, texts: Sequence[str], most: int) -> tuple[Keys, Vectors]:
        return np.arange(len(texts)), self.embed_texts(texts)

    def embed_images(self, images: Sequence[bytes]) -> Vectors:
        from PIL import Image

        means = [
            np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32).mean((0, 1)) / 255
            for data in images
        ]
        return self._unit(np.array(means, np.float32).reshape(-1, 3), 4)

    @staticmethod
    def _unit(colours: Vectors, side: int) -> Vectors:
        vectors = np.zeros((len(colours), 5), np.float32)
        vectors[:, :3] = colours
        vectors[:, side] = 2.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

"""Settings → adapters: the only factory. Heavy imports happen inside its functions."""

from __future__ import annotations

import threading
from functools import lru_cache

from indexes.types import Embedder, ImageEmbedder, Space
from ingest.types import Captioner
from rag.config import Settings
from rag.types import Generator


def text_embedder(settings: Settings) -> Embedder:
    """The model for texts and questions, loaded. Raises MissingExtra, ConfigError."""
    if settings.embedder == "minilm":
        from indexes.embedders.minilm import MiniLM

        return MiniLM()
    from indexes.embedders.sentence import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(settings.embedder, settings.device)


@lru_cache(maxsize=1)
def image_embedder(settings: Settings) -> ImageEmbedder | None:
    """The model for figures' pixels; None when there is none."""
    if settings.pixels == "none":
        return None
    from indexes.embedders.thumbnail import ThumbnailEmbedder

    return ThumbnailEmbedder()


@lru_cache(maxsize=1)
def captioner(settings: Settings) -> Captioner:
    """What describes figures."""
    from ingest.captioners.builtin import BuiltinCaptioner

    return BuiltinCaptioner()


def generator(settings: Settings, embedder: Embedder) -> Generator:
    """What writes answers."""
    from rag.generators.extractive import ExtractiveGenerator

    return ExtractiveGenerator(embedder)


class Models:
    """The models of some settings, each loaded once, when first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._text: Embedder | None = None
        self._images: ImageEmbedder | None = None

    def text(self) -> Embedder:
        """The model for texts and questions."""
        with self._lock:
            if self._text is None:
                self._text = text_embedder(self._settings)
            return self._text

    def images(self) -> ImageEmbedder | None:
        """The model for pixels, if there is one."""
        if self._images is None:
            self._images = image_embedder(self._settings)
        return self._images

    def spaces(self) -> tuple[Space, ...]:
        """The vector spaces of an index made with these models."""
        text, images = self.text().space, self.images()
        return (text,) if images is None else (text, images.space)

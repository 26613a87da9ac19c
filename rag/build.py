"""Settings → adapters: the only factory. Heavy imports happen inside its functions."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from indexes.types import Embedder, ImageEmbedder, LateInteraction, SharedEmbedder, Space
from ingest.chat_models.types import ChatModel
from ingest.errors import ConfigError
from ingest.types import Captioner
from rag.config import BUILTIN_CAPTIONER, EXTRACTIVE, FIGURE_CLIP, MINILM, NONE, Settings
from rag.types import Generator, Reranker

if TYPE_CHECKING:
    from indexes.clip.tunable import Start
    from indexes.clip.zero_shot import FigureTyper
    from indexes.embedders.figure_clip import ImageTower
    from rag.curve import Curve
    from rag.generators.extractive import ExtractiveGenerator

_T = TypeVar("_T")


def text_embedder(settings: Settings) -> Embedder:
    """The model for texts and questions, loaded. Raises MissingExtra, ConfigError."""
    if settings.embedder == MINILM:
        from indexes.embedders.minilm import MiniLM

        return MiniLM()
    from indexes.embedders.sentence import SentenceTransformerEmbedder

    dim = settings.embedder_dim or None
    device, precision = _where(settings)
    return SentenceTransformerEmbedder(settings.embedder, device, precision=precision, dim=dim)


@lru_cache(maxsize=1)
def image_embedder(settings: Settings) -> ImageEmbedder | None:
    """What compares figures' pixels in the workers; None when there is none."""
    if settings.pixels == NONE:
        return None
    from indexes.embedders.thumbnail import ThumbnailEmbedder

    return ThumbnailEmbedder()


def clip(settings: Settings, text: Callable[[], Embedder]) -> SharedEmbedder | None:
    """The model for texts and pictures in one space; None when there is none.

    `text` gives the text channel's model, which a figure CLIP shares when it is MiniLM.
    """
    if settings.clip == NONE:
        return None
    if (folder := figure_clip_folder(settings)) is not None:
        from indexes.embedders.figure_clip import FigureClip
        from indexes.embedders.minilm import MiniLM

        if keeps_clip_texts(settings):
            return FigureClip(MiniLM, folder, own_texts=True)
        return FigureClip(cast("Callable[[], MiniLM]", text), folder)
    from indexes.embedders.openclip import OpenClipEmbedder

    return OpenClipEmbedder(settings.clip, *_where(settings))


def clip_to_tune(settings: Settings) -> Start:
    """The settings' CLIP as a tuning takes it. Raises ConfigError, MissingExtra."""
    from indexes.clip.tunable import FigureClipStart, OpenClipStart

    device, _ = _where(settings)
    if (folder := figure_clip_folder(settings)) is not None:
        return FigureClipStart(folder, device)
    return OpenClipStart(settings.clip, device)


def figure_clip_folder(settings: Settings) -> Path | None:
    """The folder of the figure CLIP that the settings name; None when they name another model.

    Raises ConfigError when they name what no file can be looked for under.
    """
    from indexes.clip.files import WEIGHTS, is_figure_clip

    if settings.clip == FIGURE_CLIP:
        return WEIGHTS
    try:
        folder = Path(settings.clip).expanduser()
        return folder if is_figure_clip(folder) else None
    except (RuntimeError, OSError) as error:  # no such home; too long a name; a closed folder
        reason = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        raise ConfigError(
            f"clip = {settings.clip!r}: {reason}; name figure-clip, a folder, a model of open_clip "
            f"or {NONE}"
        ) from error


def keeps_clip_texts(settings: Settings) -> bool:
    """Whether the space of a CLIP holds texts: those of the text channel's space are others'."""
    return settings.embedder != MINILM or figure_clip_folder(settings) is None


@lru_cache(maxsize=1)
def image_tower(settings: Settings, threads: int) -> ImageTower | None:
    """What sees figures where they are read; the package's own beside a CLIP of open_clip.

    None when there is no CLIP.
    """
    if settings.clip == NONE:
        return None
    from indexes.embedders.figure_clip import ImageTower

    folder = figure_clip_folder(settings)
    return ImageTower(folder, threads, own_texts=keeps_clip_texts(settings))


@lru_cache(maxsize=1)
def figure_typer(settings: Settings) -> FigureTyper:
    """What tells the types of figures from the image tower's vectors."""
    from indexes.clip.files import WEIGHTS
    from indexes.clip.zero_shot import FigureTyper

    return FigureTyper.load(figure_clip_folder(settings) or WEIGHTS)


def multivector(settings: Settings) -> LateInteraction | None:
    """The late-interaction model, loaded; None when there is none."""
    if settings.multivector == NONE:
        return None
    from indexes.embedders.multivector import MultiVectorEmbedder

    return MultiVectorEmbedder(settings.multivector, *_where(settings))


def reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder, loaded; None when there is none."""
    if settings.reranker == NONE:
        return None
    from rag.reranking import CrossEncoderReranker

    return CrossEncoderReranker(settings.reranker, *_where(settings))


@lru_cache(maxsize=1)
def describer() -> Captioner:
    """What describes figures while files are read: no model, and nothing to wait for."""
    from ingest.captioners.builtin import BuiltinCaptioner

    return BuiltinCaptioner()


def chat_model(settings: Settings, name: str) -> ChatModel:
    """A vision-language model, loaded: "openai:…", "anthropic:…", or transformers' by name.

    Raises MissingExtra, ConfigError, ModelError.
    """
    kind, _, model = name.partition(":")
    if kind == "openai":
        from ingest.chat_models.openai_endpoint import OpenAIEndpoint

        return OpenAIEndpoint(model, settings.base_url)
    if kind == "anthropic":
        from ingest.chat_models.anthropic_endpoint import AnthropicEndpoint

        return AnthropicEndpoint(model)
    from ingest.chat_models.transformers_vlm import TransformersVLM

    return TransformersVLM(name, *_where(settings))


def _where(settings: Settings) -> tuple[str, str]:
    """Device and precision for torch; and no model asks the hub whether there is a newer one.

    Without a network that takes half a minute a file, and what an index was made with must not
    change by itself: `rag models pull` is how models come. HF_HUB_OFFLINE=0 allows it.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when the hub's library is imported
    from rag.devices import torch_device, torch_precision

    device = torch_device(settings)
    return device, torch_precision(settings, device)


class Models:
    """The models of some settings, each loaded once, when first needed. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._loaded: dict[str, Any] = {}

    def text(self) -> Embedder:
        """The model for texts and questions."""
        return self._once("text", lambda: text_embedder(self._settings))

    def images(self) -> ImageEmbedder | None:
        """What compares pixels, if there is one."""
        return self._once("images", lambda: image_embedder(self._settings))

    def clip(self) -> SharedEmbedder | None:
        """The model of the space that texts and pictures share, if there is one."""
        return self._once("clip", lambda: clip(self._settings, self.text))

    def figure_typer(self) -> FigureTyper | None:
        """What tells figures' types from the CLIP's vectors, if that is one for figures."""
        known = figure_clip_folder(self._settings) is not None
        return figure_typer(self._settings) if known else None

    def multivector(self) -> LateInteraction | None:
        """The late-interaction model, if there is one."""
        return self._once("multivector", lambda: multivector(self._settings))

    def reranker(self) -> Reranker | None:
        """The cross-encoder, if there is one."""
        return self._once("reranker", lambda: reranker(self._settings))

    def chat(self, name: str) -> ChatModel:
        """A vision-language model by the name that a setting gives it."""
        return self._once(f"chat {name}", lambda: chat_model(self._settings, name))

    def captioner(self) -> ChatModel | None:
        """What describes figures on demand; None when the built-in describer is all there is."""
        name = self._settings.captioner
        return None if name == BUILTIN_CAPTIONER else self.chat(name)

    def writer(self) -> ChatModel | None:
        """What writes answers; None when they are quotes."""
        name = self._settings.generator
        return None if name == EXTRACTIVE else self.chat(name)

    def extractive(self, curve: Curve | None = None) -> ExtractiveGenerator:
        """What quotes answers, and measures how well evidence supports any answer.

        `curve` is that of an index that was calibrated.
        """
        from rag.generators.extractive import ExtractiveGenerator

        return ExtractiveGenerator(self.text(), curve, self._settings.wrong_refusals)

    def generator(self, curve: Curve | None = None) -> Generator:
        """What the settings have answers written by; `curve` as for `extractive`."""
        extractive = self.extractive(curve)
        if (model := self.writer()) is None:
            return extractive
        from rag.generators.chat import ChatGenerator

        return ChatGenerator(model, self._settings, extractive.support)

    def spaces(self) -> tuple[Space, ...]:
        """The vector spaces of an index made with these models."""
        found = (self.text(), self.images(), self.clip())
        return tuple(embedder.space for embedder in found if embedder is not None)

    def _once(self, name: str, load: Callable[[], _T]) -> _T:
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = load()
            return cast("_T", self._loaded[name])

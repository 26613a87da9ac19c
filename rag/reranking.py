"""Reranking by a cross-encoder: it reads the question and a piece of evidence together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from indexes.embedders.loading import load
from indexes.embedders.pictures import open_rgb
from indexes.embedders.sentence_inputs import reads_only_texts, windows_of
from indexes.texts import text_to_embed
from ingest.errors import ConfigError, UnreadableFile
from ingest.types import Element
from rag.types import Evidence

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_WINDOWS = 8  # of one piece of evidence; what comes after them is not read


class CrossEncoderReranker:
    """Scores evidence with a cross-encoder of sentence-transformers: a hub name or a folder.

    A text that is longer than the model reads is read in windows, of which the best counts. A
    model that sees is shown figures beside their words. Safe to use from several threads: they
    take turns. Raises MissingExtra without sentence-transformers, ConfigError when the model
    cannot be loaded or is of another kind.
    """

    def __init__(
        self,
        model: str,
        device: str | None = None,
        precision: str = "fp32",
        *,
        batch_size: int = 16,
    ) -> None:
        self._model = load("CrossEncoder", model, device, precision)
        if self._model.num_labels != 1 or not _is_trained(self._model):
            raise ConfigError(f"{model} is no reranker: name a cross-encoder that gives one score")
        self._only_texts = reads_only_texts(self._model)
        self._batch_size = batch_size
        self._lock = threading.Lock()

    def scores(self, question: str, evidence: Sequence[Evidence]) -> list[float]:
        """How well each piece of evidence fits the question: higher is better.

        As the model was trained: mostly from 0 to 1, sometimes without bounds.
        """
        if not evidence:
            return []
        with self._lock:
            parts = [self._parts(question, item) for item in evidence]
            scores = self._model.predict(
                [self._pair(question, part) for of_one in parts for part in of_one],
                batch_size=self._batch_size,
                show_progress_bar=False,
            )
        starts = np.cumsum([0, *(len(of_one) for of_one in parts[:-1])])
        best: list[float] = np.maximum.reduceat(scores, starts).tolist()
        return best

    def _parts(self, question: str, evidence: Evidence) -> list[dict[str, Any]]:
        """What the model reads of the evidence, by modality, in as many parts as it takes."""
        text = text_to_embed(evidence.document, evidence.element)
        windows = windows_of(self._model, text, question, pair=True)[:_MOST_WINDOWS]
        parts: list[dict[str, Any]] = [{"text": window} for window in windows]
        if not self._only_texts and (picture := _picture(evidence.element)) is not None:
            parts[0] = {"image": picture, **parts[0]}
        return parts

    def _pair(self, question: str, part: dict[str, Any]) -> tuple[Any, Any]:
        """Bare texts for a model of texts; for others they are marked as such.

        One that also sees takes a bare text that is a picture's address for the picture, and a
        document shall not make it fetch anything.
        """
        return (question, part["text"]) if self._only_texts else ({"text": question}, part)


def _is_trained(model: Any) -> bool:
    """Whether its score was learned: to a model without one the library adds one at random."""
    kinds = getattr(model.config, "architectures", None) or []
    scoring = ("ForSequenceClassification", "ForCausalLM")
    return bool(model.module_kwargs) or any(kind.endswith(scoring) for kind in kinds)


def _picture(element: Element) -> Image | None:
    """A figure's pixels; None when it has none that can be read: its words are left."""
    try:
        data = element.image
        if data is None and element.image_path is not None:
            data = element.image_path.read_bytes()
        return open_rgb(data) if data else None
    except (OSError, UnreadableFile):
        return None

"""Any model that sentence-transformers can load, as a text embedder."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from indexes.embedders.identity import weights_identity
from indexes.embedders.loading import load, model_name
from indexes.embedders.rows import unit_rows
from indexes.embedders.sentence_inputs import as_texts, document_prompt, windows_of
from indexes.types import Space, Vectors
from ingest.errors import ConfigError


class SentenceTransformerEmbedder:
    """Embeds texts with a sentence-transformers model: a hub name or a folder.

    Questions and passages get the prompts that the model's own configuration names for them
    ("query", "document"); `query_prompt` and `document_prompt` replace those. `dim` keeps only
    the first so many dimensions (Matryoshka models), normalised again. `precision` is what the
    model computes in: "fp32", "bf16" or "fp16". Safe to use from several threads: they take
    turns. Raises MissingExtra without sentence-transformers, ConfigError when the model cannot
    be loaded.
    """

    def __init__(
        self,
        model: str,
        device: str | None = None,
        precision: str = "fp32",
        *,
        revision: str | None = None,
        dim: int | None = None,
        query_prompt: str | None = None,
        document_prompt: str | None = None,
        batch_size: int = 32,
    ) -> None:
        self._model = load(
            "SentenceTransformer", model, device, precision, revision=revision, truncate_dim=dim
        )
        full_dim = self._model.get_embedding_dimension()
        if full_dim is None or (dim is not None and not 0 < dim <= full_dim):
            raise ConfigError(f"the model {model} has {full_dim} dimensions, not {dim}")
        self._prompts = {"query": query_prompt, "document": document_prompt}
        self._batch_size = batch_size
        self._lock = threading.Lock()
        identity = weights_identity(self._model.state_dict(), self._document_prompt())
        self.space = Space("text", f"{model_name(model)}@{identity}", dim or full_dim)

    def embed_query(self, question: str) -> Vectors:
        """The question's unit vector, (1, dim)."""
        return self._encode([question], "query")

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each text, (len(texts), dim); see `windows` for long ones."""
        if not texts:
            return np.empty((0, self.space.dim), np.float32)
        return self._encode(texts, "document")

    def windows(self, text: str) -> list[str]:
        """The text cut between words into parts of like size that the model reads whole."""
        with self._lock:  # a tokenizer too serves one thread at a time
            return windows_of(self._model, text, self._document_prompt())

    def _encode(self, texts: Sequence[str], role: str) -> Vectors:
        encode = self._model.encode_query if role == "query" else self._model.encode_document
        with self._lock:
            vectors = encode(
                as_texts(self._model, texts),
                prompt=self._prompts[role],
                batch_size=self._batch_size,
                show_progress_bar=False,
            )
        return unit_rows(vectors)

    def _document_prompt(self) -> str:
        chosen = self._prompts["document"]
        return chosen if chosen is not None else document_prompt(self._model)

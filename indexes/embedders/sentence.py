"""Any model that sentence-transformers can load, as a text embedder."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexes.types import Space, Vectors
from ingest.errors import ConfigError, MissingExtra


class SentenceTransformerEmbedder:
    """Embeds texts with a sentence-transformers model: a hub name or a folder.

    Questions and passages get the prompts that the model's own configuration names for them
    ("query", "document"); `query_prompt` and `document_prompt` replace those. `dim` keeps only
    the first so many dimensions (Matryoshka models), normalised again. Safe to use from several
    threads: they take turns. Raises MissingExtra without sentence-transformers, ConfigError when
    the model cannot be loaded.
    """

    def __init__(
        self,
        model: str,
        device: str | None = None,
        *,
        revision: str | None = None,
        dim: int | None = None,
        query_prompt: str | None = None,
        document_prompt: str | None = None,
        batch_size: int = 32,
    ) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ModuleNotFoundError as error:
            if error.name != "sentence_transformers":
                raise
            raise MissingExtra(
                f"the model {model} needs sentence-transformers: pip install sentence-transformers"
            ) from error
        try:
            self._model = SentenceTransformer(
                model, device=device, revision=revision, truncate_dim=dim
            )
        except (OSError, ValueError) as error:
            raise ConfigError(f"cannot load the model {model}: {_first_line(error)}") from error
        full_dim = self._model.get_embedding_dimension()
        if full_dim is None or (dim is not None and not 0 < dim <= full_dim):
            raise ConfigError(f"the model {model} has {full_dim} dimensions, not {dim}")
        self._prompts = {"query": query_prompt, "document": document_prompt}
        self._batch_size = batch_size
        self._lock = threading.Lock()
        name = Path(model).name if Path(model).is_dir() else model
        self.space = Space("text", f"{name}@{self._identity()}", dim or full_dim)

    def embed_query(self, question: str) -> Vectors:
        """The question's unit vector, (1, dim)."""
        return self._encode([question], "query")

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each text, (len(texts), dim)."""
        if not texts:
            return np.empty((0, self.space.dim), np.float32)
        return self._encode(texts, "document")

    def _encode(self, texts: Sequence[str], role: str) -> Vectors:
        encode = self._model.encode_query if role == "query" else self._model.encode_document
        with self._lock:
            vectors = encode(
                list(texts),
                prompt=self._prompts[role],
                batch_size=self._batch_size,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
        return np.ascontiguousarray(vectors, np.float32)

    def _identity(self) -> str:
        """Eight hexadecimal digits that change with the weights or with a document's prompt.

        The weights are sampled, not read: a model of several gigabytes must not cost seconds.
        """
        digest = hashlib.sha256(repr(self._document_prompt()).encode())
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(f"{name} {tuple(tensor.shape)}".encode())
            flat = tensor.detach().reshape(-1)
            sample = flat[:: max(1, flat.numel() // 64)][:64]
            digest.update(sample.cpu().double().numpy().tobytes())
        return digest.hexdigest()[:8]

    def _document_prompt(self) -> str:
        chosen = self._prompts["document"]
        prompts: dict[str, Any] = self._model.prompts or {}
        return chosen if chosen is not None else prompts.get("document", "")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]

"""Late interaction: a vector for every token, by sentence-transformers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexes.embedders.identity import weights_identity
from indexes.embedders.loading import load, model_name
from indexes.embedders.rows import unit_rows
from indexes.embedders.sentence_inputs import as_texts, document_prompt, windows_of
from indexes.types import Space, Vectors
from ingest.errors import ConfigError


class MultiVectorEmbedder:
    """Embeds texts token by token with a model such as ColBERT: a hub name or a folder.

    A question and a passage are compared by MaxSim: each token of the question by its best match
    among the passage's tokens (Khattab and Zaharia 2020, arXiv 2004.12832). A passage that is
    longer than the model reads is read in windows, and has the tokens of all of them. Safe to use
    from several threads: they take turns. Raises MissingExtra without sentence-transformers 6,
    ConfigError when the model cannot be loaded or is of another kind.
    """

    def __init__(
        self,
        model: str,
        device: str | None = None,
        precision: str = "fp32",
        *,
        batch_size: int = 32,
    ) -> None:
        self._model = load("MultiVectorEncoder", model, device, precision)
        if not _is_trained(model, self._model):
            raise ConfigError(
                f"{model} gives no vectors to tokens: name a late-interaction model, as ColBERT"
            )
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._before = document_prompt(self._model)
        identity = weights_identity(self._model.state_dict(), self._before)
        dim = self._model.get_embedding_dimension()
        self.space = Space("tokens", f"{model_name(model)}@{identity}", dim)

    def embed_query(self, question: str) -> Vectors:
        """The question's tokens as unit vectors, (tokens, dim)."""
        with self._lock:
            vectors = self._model.encode_query(
                as_texts(self._model, [question]),
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return unit_rows(vectors[0])

    def embed_texts(self, texts: Sequence[str]) -> list[Vectors]:
        """Each text's tokens as unit vectors, (tokens, dim) each."""
        if not texts:
            return []
        length = getattr(self._model[0], "document_length", None)
        with self._lock:
            windows = [windows_of(self._model, text, self._before, most=length) for text in texts]
            encoded = self._model.encode_document(
                as_texts(self._model, [window for parts in windows for window in parts]),
                batch_size=self._batch_size,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        vectors = iter(encoded)
        of_text = ([next(vectors) for _ in parts] for parts in windows)
        return [unit_rows(np.concatenate(of_one)) for of_one in of_text]

    def score(self, query: Vectors, document: Vectors) -> float:
        """MaxSim of a question's tokens and a passage's: higher is closer.

        As the model was trained: summed over the question's tokens, or their mean. The document
        may be stored in float16; one without tokens scores 0.
        """
        if not len(document):
            return 0.0
        score = self._model.similarity_pairwise([query], [document.astype(np.float32)])
        return float(score[0])


def _is_trained(name: str, model: Any) -> bool:
    """Whether its projection was read: to a model without one the library adds one at random."""
    from sentence_transformers.util import load_file_path

    kinds = getattr(model.config, "architectures", None) or []
    if any(kind == "HF_ColBERT" or kind.endswith("ForRetrieval") for kind in kinds):
        return True
    saved = load_file_path(name, "modules.json")
    listed = Path(saved).read_text(encoding="utf-8") if saved is not None else ""
    return "Dense" in listed or not any(type(part).__name__ == "Dense" for part in model)

"""A BERT sentence encoder in NumPy, straight from its safetensors file.

Nothing is converted and nothing is loaded: the weights are views of the mapped file, so the
first vector of a fresh process costs a few milliseconds of page faults and one forward pass.
It is also the float32 oracle that the compiled encoder is tested against.

Architecture: Devlin et al. 2019 (arXiv 1810.04805); pooling: Reimers and Gurevych 2019
(arXiv 1908.10084).
"""

from __future__ import annotations

import json
import mmap
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from indexes.types import Vectors
from ingest.errors import ConfigError

Array = npt.NDArray[np.float32]
TokenIds = Sequence[int]  # one text's tokens, special tokens included


class Encoder(Protocol):
    """Turns token ids into unit vectors; safe to call from several threads."""

    def encode(self, texts: Sequence[TokenIds]) -> Vectors: ...  # (len(texts), dim)


@dataclass(frozen=True)
class Bert:
    """A checkpoint: its weights by their Hugging Face names, and what config.json says."""

    weights: Mapping[str, Array]
    layers: int
    heads: int
    dim: int
    epsilon: float

    @cached_property
    def positions(self) -> Array:
        """Position embeddings with the one token type already added, (max positions, dim)."""
        token_type = self.weights["embeddings.token_type_embeddings.weight"][0]
        total: Array = self.weights["embeddings.position_embeddings.weight"] + token_type
        return total


def load_bert(folder: Path) -> Bert:
    """The checkpoint in `folder` (config.json, model.safetensors), mapped and not read.

    Raises ConfigError when it is not a BERT with absolute positions and exact GELU.
    """
    config = json.loads((folder / "config.json").read_text())
    expected = {"model_type": "bert", "hidden_act": "gelu"}
    wrong = {name: config.get(name) for name in expected if config.get(name) != expected[name]}
    if config.get("position_embedding_type", "absolute") != "absolute":
        wrong["position_embedding_type"] = config["position_embedding_type"]
    if wrong:
        raise ConfigError(
            f"{folder}: not a plain BERT ({wrong}); use the sentence-transformers embedder for it"
        )
    return Bert(
        weights=map_safetensors(folder / "model.safetensors"),
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        dim=config["hidden_size"],
        epsilon=config["layer_norm_eps"],
    )


def map_safetensors(path: Path) -> dict[str, Array]:
    """The float32 tensors of a safetensors file as views of its memory map.

    Format: eight bytes of header length, a JSON header, raw little-endian tensors
    (https://huggingface.co/docs/safetensors). Copy-on-write, because OpenVINO shares only
    writeable arrays; nothing writes to them.
    """
    with path.open("rb") as file:
        (header_size,) = struct.unpack("<Q", file.read(8))
        header: dict[str, Any] = json.loads(file.read(header_size))
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") != "F32":
            continue
        start, end = entry["data_offsets"]
        flat = np.frombuffer(data, "<f4", (end - start) // 4, 8 + header_size + start)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


class NumpyEncoder:
    """The forward pass in NumPy, one text at a time on each of `threads` threads."""

    def __init__(self, bert: Bert, threads: int = 1) -> None:
        self.bert = bert
        self.threads = threads

    def encode(self, texts: Sequence[TokenIds]) -> Vectors:
        """Unit vectors, (len(texts), dim)."""
        vectors = np.empty((len(texts), self.bert.dim), np.float32)

        def encode_one(number: int) -> None:
            pooled = self._forward(np.asarray(texts[number])).mean(axis=0)
            vectors[number] = pooled / np.linalg.norm(pooled)

        with _one_blas_thread():
            if self.threads == 1 or len(texts) == 1:
                for number in range(len(texts)):
                    encode_one(number)
            else:
                with ThreadPoolExecutor(self.threads) as pool:
                    list(pool.map(encode_one, range(len(texts))))
        return vectors

    def _forward(self, ids: npt.NDArray[np.int64]) -> Array:
        """Token ids (n,) to the last layer's states (n, dim)."""
        words = self.bert.weights["embeddings.word_embeddings.weight"][ids]
        x = self._norm(words + self.bert.positions[: len(ids)], "embeddings")
        for number in range(self.bert.layers):
            layer = f"encoder.layer.{number}"
            attended = self._linear(self._attention(x, layer), f"{layer}.attention.output.dense")
            x = self._norm(x + attended, f"{layer}.attention.output")
            inner = gelu(self._linear(x, f"{layer}.intermediate.dense"))
            x = self._norm(x + self._linear(inner, f"{layer}.output.dense"), f"{layer}.output")
        return x

    def _attention(self, x: Array, layer: str) -> Array:
        """Multi-head self-attention over one text: (n, dim) to (n, dim)."""
        n, dim = x.shape
        head_dim = dim // self.bert.heads
        query, key, value = (
            self._linear(x, f"{layer}.attention.self.{part}")
            .reshape(n, self.bert.heads, head_dim)
            .transpose(1, 0, 2)  # (heads, n, head dim)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) * np.float32(head_dim**-0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        heads: Array = (scores @ value).transpose(1, 0, 2).reshape(n, dim)
        return heads

    def _linear(self, x: Array, name: str) -> Array:
        weights = self.bert.weights
        result: Array = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        return result

    def _norm(self, x: Array, name: str) -> Array:
        weights = self.bert.weights
        x = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(self.bert.epsilon))
        scale, shift = weights[f"{name}.LayerNorm.weight"], weights[f"{name}.LayerNorm.bias"]
        result: Array = x / deviation * scale + shift
        return result


def gelu(x: Array) -> Array:
    """The exact GELU, x Φ(x), to about float32's precision.

    erf by Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7), which NumPy lacks.
    """
    z = np.abs(x) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series: Array = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series *= t
        series += np.float32(coefficient)
    erf = 1 - series * t * np.exp(-z * z)
    result: Array = np.float32(0.5) * x * (1 + np.copysign(erf, x))
    return result


_blas_lock = threading.Lock()


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    """Holds BLAS to one thread; callers take turns.

    A query's products are too small to share: with more threads OpenBLAS spins, which on a busy
    machine turns 10 ms into a second. The limit belongs to the process and must be lifted by the
    thread that set it, hence the turns.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with _blas_lock, threadpool_limits(limits=1, user_api="blas"):
        yield

"""The same BERT compiled by OpenVINO, for throughput.

The graph is built in memory from the mapped weights, so there is no converted file to write,
to key or to go stale. Texts run on one core each ("streams"): at these sizes the work is
matrix products at the core's full rate, and cores that never wait for each other also keep
their rate on a busy machine. Where the CPU has bfloat16 (AVX-512 BF16, AMX) OpenVINO uses it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import openvino as ov
from openvino import opset13 as op

from indexes.embedders.bert import Array, Bert, TokenIds
from indexes.types import Vectors

Precision = Literal["auto", "float32"]

# Tokens in one request: enough that short texts share a pass over the weights, few enough that
# the widest activation (tokens x 4 dim, float32) stays in a core's share of the cache.
_BATCH_TOKENS = 512

# OpenVINO keeps some memory for each shape that it has seen: with lengths of every number that is
# half a gigabyte in the end, for 1% of the time with a few.
_STEP = 16  # tokens


class OpenVinoOneEncoder:
    """The compiled forward pass for few texts, one after the other, each on all cores."""

    def __init__(self, bert: Bert, threads: int, precision: Precision = "auto") -> None:
        self.dim = bert.dim
        self._request = _compile(bert, 1, threads, precision).create_infer_request()
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[TokenIds]) -> Vectors:
        """Unit vectors, (len(texts), dim)."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        with self._lock:
            for rows in batches([len(text) for text in texts], threads=1):
                self._request.infer([*pad([texts[row] for row in rows])])
                vectors[rows] = self._request.get_output_tensor(0).data
        return vectors


class OpenVinoEncoder:
    """The compiled forward pass for many texts; `threads` (batches of short) ones at a time."""

    def __init__(self, bert: Bert, threads: int, precision: Precision = "auto") -> None:
        self.dim = bert.dim
        self.threads = threads
        compiled = _compile(bert, threads, threads, precision)
        self._queue = ov.AsyncInferQueue(compiled, threads)
        self._queue.set_callback(_keep)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[TokenIds]) -> Vectors:
        """Unit vectors, (len(texts), dim)."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        with self._lock:
            for rows in batches([len(text) for text in texts], self.threads):
                ids, mask = pad([texts[row] for row in rows], _STEP)
                self._queue.start_async([ids, mask], (vectors, rows))
            self._queue.wait_all()
        return vectors


def _compile(bert: Bert, streams: int, threads: int, precision: Precision) -> ov.CompiledModel:
    settings: dict[str, Any] = {
        "NUM_STREAMS": streams,
        "INFERENCE_NUM_THREADS": threads,
        "ENABLE_CPU_PINNING": False,  # the parsers' processes want the cores as well
    }
    if precision == "float32":
        settings["INFERENCE_PRECISION_HINT"] = "f32"
    return ov.Core().compile_model(build_graph(bert), "CPU", settings)


def _keep(request: Any, destination: tuple[Vectors, list[int]]) -> None:
    vectors, rows = destination
    vectors[rows] = request.get_output_tensor(0).data


def batches(lengths: Sequence[int], threads: int) -> Iterator[list[int]]:
    """Positions of texts that run together: alike in length, so that little is padding.

    Longest first, so that no core is left with a long text at the end; small jobs are cut finer
    so that every core has its part.
    """
    budget = min(_BATCH_TOKENS, max(64, sum(lengths) // (2 * threads)))
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def pad(texts: Sequence[TokenIds], step: int = 1) -> tuple[npt.NDArray[np.int32], Array]:
    """Token ids and their mask (1 for a token, 0 for padding), both (texts, longest).

    The length is a multiple of `step`.
    """
    longest = -(-max(map(len, texts)) // step) * step
    ids = np.zeros((len(texts), longest), np.int32)
    mask = np.zeros(ids.shape, np.float32)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask


def build_graph(bert: Bert) -> ov.Model:
    """The model: ids (batch, tokens) int32 and mask, same shape, float32, to unit vectors."""
    ids = op.parameter([-1, -1], ov.Type.i32, name="ids")
    mask = op.parameter([-1, -1], ov.Type.f32, name="mask")
    token_count = op.gather(op.shape_of(ids), _ints(1), _ints(0))  # (1,)
    words = op.gather(_shared(bert.weights["embeddings.word_embeddings.weight"]), ids, _ints(0))
    positions = op.slice(_shared(bert.positions), _ints(0), token_count, _ints(1), _ints(0))
    x = _norm(bert, op.add(words, positions), "embeddings")
    hidden = op.multiply(op.subtract(op.unsqueeze(mask, _ints(1, 2)), _float(1)), _float(1e9))
    for number in range(bert.layers):
        layer = f"encoder.layer.{number}"
        attended = _attention(bert, x, hidden, layer)
        attended = _linear(bert, attended, f"{layer}.attention.output.dense")
        x = _norm(bert, op.add(x, attended), f"{layer}.attention.output")
        inner = op.gelu(_linear(bert, x, f"{layer}.intermediate.dense"), "erf")
        x = op.add(x, _linear(bert, inner, f"{layer}.output.dense"))
        x = _norm(bert, x, f"{layer}.output")
    total = op.reduce_sum(op.multiply(x, op.unsqueeze(mask, _ints(2))), _ints(1))
    # A sum and a mean have the same direction, and only that is left.
    unit = op.normalize_l2(total, _ints(1), 1e-12, "max")
    return ov.Model([unit], [ids, mask], "bert")


def _attention(bert: Bert, x: Any, hidden: Any, layer: str) -> Any:
    """Multi-head self-attention, written as the pattern that OpenVINO fuses into one kernel."""
    head_dim = bert.dim // bert.heads
    query, key, value = (
        op.transpose(
            op.reshape(
                _linear(bert, x, f"{layer}.attention.self.{part}"),
                _ints(0, 0, bert.heads, head_dim),
                True,
            ),
            _ints(0, 2, 1, 3),
        )
        for part in ("query", "key", "value")
    )
    scores = op.multiply(op.matmul(query, key, False, True), _float(head_dim**-0.5))
    heads = op.matmul(op.softmax(op.add(scores, hidden), -1), value, False, False)
    return op.reshape(op.transpose(heads, _ints(0, 2, 1, 3)), _ints(0, 0, bert.dim), True)


def _linear(bert: Bert, x: Any, name: str) -> Any:
    weight, bias = bert.weights[f"{name}.weight"], bert.weights[f"{name}.bias"]
    return op.add(op.matmul(x, _shared(weight), False, True), _shared(bias))


def _norm(bert: Bert, x: Any, name: str) -> Any:
    scale = bert.weights[f"{name}.LayerNorm.weight"]
    shift = bert.weights[f"{name}.LayerNorm.bias"]
    unit = op.mvn(x, _ints(-1), True, bert.epsilon, "INSIDE_SQRT")
    return op.add(op.multiply(unit, _shared(scale)), _shared(shift))


def _shared(weights: Array) -> Any:
    """A constant that is a view of the mapped file, not a copy."""
    return op.constant(weights, shared_memory=True)


def _ints(*values: int) -> Any:
    return op.constant(np.array(values, np.int64))


def _float(value: float) -> Any:
    return op.constant(np.float32(value))

"""Rows of unit length."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexes.types import Vectors


def unit_rows(vectors: Any) -> Vectors:
    """The rows in float32, of length 1, contiguous; rows of zeros stay so.

    Models normalise in the precision that they compute in, which in bfloat16 is off by up to 1%.
    """
    rows = np.ascontiguousarray(vectors, np.float32)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)

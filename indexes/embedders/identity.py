"""Telling models apart by their weights, without reading all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

_SAMPLES = 1024  # numbers looked at in each tensor


def weights_identity(weights: Mapping[str, Tensor], *also: object) -> str:
    """Eight hexadecimal digits that change with the weights, or with what else is given.

    `weights` is a torch module's state_dict; `also` is what shapes its vectors besides, by its
    repr. Of the weights only signs count, spread samples of them: a model of several gigabytes
    must not cost seconds, and rounding to another precision, which leaves vectors all but the
    same, leaves signs as they are. An index made on a GPU in bfloat16 is asked on a CPU.
    """
    digest = hashlib.sha256(repr(also).encode())
    for name, tensor in sorted(weights.items()):
        digest.update(f"{name} {tuple(tensor.shape)}".encode())
        if tensor.is_floating_point():
            flat = tensor.detach().reshape(-1)
            step = max(1, flat.numel() // _SAMPLES) | 1  # odd: not down one column of a matrix
            signs = flat[::step][:_SAMPLES].signbit()
            digest.update(np.packbits(signs.cpu().numpy()).tobytes())
    return digest.hexdigest()[:8]

"""Zero-shot figure types: the type whose prompt lies nearest to a picture's vector.

After Radford et al. (arXiv 2103.00020, section 3.1): a softmax over the cosines of a picture with
each type's prompt. There is no classifier: other types can be told by giving other words.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexes.clip.files import TYPES, WEIGHTS, read_config
from indexes.types import Vectors
from ingest.errors import ConfigError


@dataclass(frozen=True, slots=True, eq=False)
class FigureTyper:
    """Tells the types of figures from their vectors."""

    names: tuple[str, ...]  # T of them
    vectors: Vectors  # (T, dim), unit rows: of each type's prompt
    bias: npt.NDArray[np.float32]  # (T,)
    temperature: float
    unsure_below: float  # from 0 to 1

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> FigureTyper:
        """From a figure CLIP's folder. Raises ConfigError when its files are not usable."""
        config, path = read_config(folder), folder / TYPES
        try:
            with np.load(path) as stored:
                names = tuple(str(name) for name in stored["names"])
                vectors = np.asarray(stored["vectors"], np.float32)
                bias = np.asarray(stored["bias"], np.float32)
        except Exception as error:  # a file that is broken raises anything
            raise ConfigError(f"{path}: not a figure CLIP's types ({error})") from error
        if vectors.ndim != 2 or len(names) != len(vectors) or bias.shape != (len(names),):
            raise ConfigError(f"{path}: has {len(names)} names for vectors {vectors.shape}")
        return cls(names, vectors, bias, config.temperature, config.unsure_below)

    def figure_types(self, vectors: Vectors) -> list[tuple[str, float]]:
        """The likeliest type of each picture by its unit vector (n, dim), and its probability."""
        logits = self.temperature * (vectors @ self.vectors.T) + self.bias
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = weights / weights.sum(axis=1, keepdims=True)
        best = shares.argmax(axis=1)
        return [(self.names[at], float(row[at])) for at, row in zip(best, shares, strict=True)]

    def sure_types(self, vectors: Vectors) -> list[str]:
        """The type of each picture; "" where it is less probable than `unsure_below`."""
        found = self.figure_types(vectors)
        return [name if share >= self.unsure_below else "" for name, share in found]

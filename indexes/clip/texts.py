"""The vectors of what is said of the figures in a pool: MiniLM is locked, so they are made once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexes.clip.data import SHARD, Pool, Said, shard_files
from indexes.clip.figure_types import FIGURE_TYPES
from indexes.types import Embedder, Vectors

HalfVectors = npt.NDArray[np.float16]
TYPE_FORMS = ("{}", "a {}", "The figure is a {}.", "A {} in a document", "This picture shows a {}.")


def said_vectors(path: Path, said: tuple[Said, ...], embedder: Embedder) -> HalfVectors:
    """Unit vectors (len(said), captions + 2, dim): captions, question, wrong caption.

    Kept in a file beside the shard at `path`, and read from there when it is there.
    """
    kept = path.with_suffix(".texts.npy")
    if kept.exists():
        return np.asarray(np.load(kept))
    texts = [text for one in said for text in (*one.captions, one.question, one.wrong)]
    unique = sorted(set(texts))
    vectors = dict(zip(unique, embedder.embed_texts(unique), strict=True))
    stacked = np.stack([vectors[text] for text in texts]).astype(np.float16)
    stacked = stacked.reshape(len(said), -1, stacked.shape[1])
    np.save(kept, stacked)
    return stacked


def pool_vectors(folder: Path, pool: Pool, embedder: Embedder) -> HalfVectors:
    """The `said_vectors` of all figures of a folder's pool, (len(pool), captions + 2, dim)."""
    return np.concatenate(
        [
            said_vectors(shard, pool.said[at * SHARD : (at + 1) * SHARD], embedder)
            for at, shard in enumerate(shard_files(folder))
        ]
    )


def type_vectors(embedder: Embedder) -> list[Vectors]:
    """For each figure type, the unit vectors of the ways to name it, (ways, dim)."""
    return [
        embedder.embed_texts(
            [form.format(wording) for wording in figure_type.wordings for form in TYPE_FORMS]
        )
        for figure_type in FIGURE_TYPES
    ]

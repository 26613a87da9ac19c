"""Each modality of a shared space is centred before it is compared.

A CLIP model puts texts into one cone of its space and pictures into another: any two texts are
closer than a text and its picture, and raw cosine ranks one modality above the other whatever is
asked. Taking each modality's mean away closes the gap (arXiv 2507.19054). The catalogue keeps
the sums that the means are made from, changed in the transaction that changes the vectors.

A space may also hold one modality while another space holds the other: the pixels of a CLIP whose
text tower is the text channel's own model. A query that comes from the other space is made
relative to the mean of its own modality there, and that is all: what the stored vectors have in
common adds the same to each of their scores, so their own mean changes no rank.

A mean of few vectors says more of them than of their modality, so it is shrunk towards zero by
n / (n + PRIOR): a lone picture keeps its direction.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, delete, insert, select, update

from indexes.catalog import modalities
from indexes.types import Modality, Vectors

PRIOR = 1.0
QUERY = "query"  # the centre of questions in words: the mean of all that is not pixels

Centres = Mapping[str, Vectors]  # by modality, and QUERY: (dim,)


def read_centres(connection: Connection, space: str) -> dict[str, Vectors]:
    """The centres of a space; {} when it holds fewer than two modalities: there is no gap."""
    rows = connection.execute(select(modalities).where(modalities.c.space == space)).all()
    if len(rows) < 2:
        return {}
    sums = {row.modality: (row.members, np.frombuffer(row.total, np.float64)) for row in rows}
    words = [sums[name] for name in sums if name != "pixels"]
    sums[QUERY] = sum(count for count, _ in words), np.sum([total for _, total in words], axis=0)
    return {name: (total / (n + PRIOR)).astype(np.float32) for name, (n, total) in sums.items()}


def centred_elsewhere(
    connection: Connection, space: str, modality: Modality, query: Vectors
) -> Vectors:
    """A query (n, dim) relative to the mean of its modality in the space that holds it."""
    names = ("pixels",) if modality == "pixels" else ("", "text")
    own = (modalities.c.space == space) & modalities.c.modality.in_(names)
    row = connection.execute(select(modalities).where(own)).first()
    if row is None:
        return query
    mean = np.frombuffer(row.total, np.float64) / (row.members + PRIOR)
    return centred(query, mean.astype(np.float32))


def centred(vectors: Vectors, centre: Vectors | None) -> Vectors:
    """Unit rows (n, dim) relative to a centre (dim,); as they are without one."""
    if centre is None:
        return vectors
    moved = vectors - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-12), np.float32)


def distance(left: Centres, right: Centres) -> float:
    """How far the centres lie apart at most; infinite when they are of other modalities."""
    if left.keys() != right.keys():
        return float("inf")
    return max((float(np.linalg.norm(left[name] - right[name])) for name in left), default=0.0)


def count_in(
    connection: Connection, space: str, modality: Modality, vectors: Vectors, sign: int = 1
) -> None:
    """Add vectors (n, dim) to a modality's sums, or with `sign` -1 take them away."""
    if not len(vectors):
        return
    own = (modalities.c.space == space) & (modalities.c.modality == modality)
    row = connection.execute(select(modalities).where(own)).one_or_none()
    total: npt.NDArray[np.float64] = sign * vectors.sum(axis=0, dtype=np.float64)
    count = sign * len(vectors)
    if row is None:
        name = {"space": space, "modality": modality}
        connection.execute(insert(modalities), {**name, "members": count, "total": total.tobytes()})
    elif row.members + count <= 0:
        connection.execute(delete(modalities).where(own))
    else:
        total = total + np.frombuffer(row.total, np.float64)
        changed = {"members": row.members + count, "total": total.tobytes()}
        connection.execute(update(modalities).where(own), changed)

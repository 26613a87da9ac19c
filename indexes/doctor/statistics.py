"""The sums that vectors are centred by, counted again from the vectors; see centring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select

from indexes.catalog import modalities, vectors

_FLOAT = 4  # bytes
_BATCH = 20_000  # vectors in memory at a time
_SUM = 1e-4  # for each vector, how far a sum may be from what it adds up
_COUNTED = select(vectors.c.space, vectors.c.modality, func.count()).group_by(
    vectors.c.space, vectors.c.modality
)


def wrong_statistics(connection: Connection, deep: bool) -> bool:
    """Whether the sums that vectors are centred by are not theirs."""
    stored = {(row.space, row.modality): row for row in connection.execute(select(modalities))}
    counted = {(space, modality): n for space, modality, n in connection.execute(_COUNTED)}
    if {name: row.members for name, row in stored.items()} != counted:
        return True
    if not deep:
        return False
    for name, (members, total) in sums(connection).items():
        held = np.frombuffer(stored[name].total, np.float64)
        if held.shape != total.shape or not np.allclose(held, total, 0.0, _SUM * members):
            return True
    return False


def sums(connection: Connection) -> dict[tuple[str, str], tuple[int, Any]]:
    """How many vectors each space and modality has, and their sum: (dim,), float64."""
    found: dict[tuple[str, str], tuple[int, Any]] = {}
    for space, modality, count in connection.execute(_COUNTED).all():
        own = (vectors.c.space == space) & (vectors.c.modality == modality)
        rows = connection.execution_options(yield_per=_BATCH).execute(
            select(vectors.c.data).where(own)
        )
        parts = [_sum([row.data for row in batch]) for batch in rows.partitions(_BATCH)]
        shapes = {part.shape for part in parts}
        found[space, modality] = count, np.sum(parts, axis=0) if len(shapes) == 1 else parts[0]
    return found


def _sum(data: Sequence[bytes]) -> Any:
    """The sum of vectors (dim,), float64; those of another length than most are left out."""
    usual = Counter(map(len, data)).most_common(1)[0][0] // _FLOAT * _FLOAT
    whole = [row for row in data if len(row) == usual]
    rows = np.frombuffer(b"".join(whole), np.float32).reshape(len(whole), -1)
    return rows.sum(0, dtype=np.float64)


def count_again(connection: Connection) -> None:
    """Put the sums of the vectors that are there in place of those stored."""
    connection.execute(delete(modalities))
    for (space, modality), (members, total) in sums(connection).items():
        row = {"space": space, "modality": modality, "members": members, "total": total.tobytes()}
        connection.execute(insert(modalities), row)

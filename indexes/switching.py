"""Giving an index other models: their vectors grow beside the old ones, then take their place.

Until the last document is done, everything is answered from the old vectors, and what is done
stays done when something stops the work. Vectors to come stand in the table `vectors` under the
space's name and a digest of its model ("clip~1f3a…"); `switched` lists the finished documents.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from indexes.catalog import documents, meta, modalities, switched, vectors
from indexes.types import Space
from ingest.errors import IndexMismatch

_COMING = "~"


def changed(folder: Path) -> IndexMismatch:
    """What to tell who opened an index before it was given other models."""
    return IndexMismatch(f"{folder}: was given other models meanwhile; open it again")


def coming(space: Space) -> Space:
    """The space under the name that its vectors have until the switch."""
    digest = hashlib.sha256(f"{space.model}\n{space.dim}".encode()).hexdigest()[:12]
    return Space(f"{space.name}{_COMING}{digest}", space.model, space.dim)


def unfinished(connection: Connection, spaces: Sequence[Space]) -> list[str]:
    """Ids of the documents that lack vectors of one of these spaces to come, as stored."""
    if not spaces:
        return []
    lacking = [
        ~exists().where(
            switched.c.document == documents.c.number, switched.c.space == coming(space).name
        )
        for space in spaces
    ]
    return list(
        connection.scalars(select(documents.c.id).where(or_(*lacking)).order_by(documents.c.number))
    )


def mark(connection: Connection, number: int, spaces: Sequence[Space]) -> None:
    """Note that a document's vectors of these spaces to come are stored."""
    for space in spaces:
        row = {"space": coming(space).name, "document": number}
        connection.execute(insert(switched).prefix_with("OR REPLACE"), row)


def unmark(connection: Connection, number: int) -> None:
    """Have a document embedded again for whatever spaces are to come: it has changed."""
    connection.execute(delete(switched).where(switched.c.document == number))


def clear(connection: Connection, spaces: Sequence[Space]) -> None:
    """Forget the spaces (of whatever name) and their vectors."""
    names = [space.name for space in spaces]
    for table in (vectors, modalities, switched):
        connection.execute(delete(table).where(table.c.space.in_(names)))


def complete(
    connection: Connection, old: Sequence[Space], new: Sequence[Space], generation: int
) -> None:
    """Make `new` the index's spaces: what it has of `old` and not of `new` goes.

    The index gets another identity, so that no cache and no open reader takes the new vectors
    for the old ones.
    """
    clear(connection, [space for space in old if space not in new])
    for space in new:
        if space not in old:
            name = coming(space).name
            for table in (vectors, modalities):
                connection.execute(
                    update(table).where(table.c.space == name).values(space=space.name)
                )
    for table in (vectors, modalities):  # of models that were begun and given up
        connection.execute(delete(table).where(table.c.space.contains(_COMING)))
    connection.execute(delete(switched))
    values = {
        "spaces": [[space.name, space.model, space.dim] for space in new],
        "index": uuid.uuid4().hex,
        "horizon": generation,
    }
    for name, value in values.items():
        connection.execute(update(meta).where(meta.c.name == name), {"value": value})

"""What an index notes of itself, read with care: any byte of it may be damaged, or hostile."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from indexes.types import Space


def read_meta(connection: Connection) -> dict[str, Any]:
    """The rows of the table meta; values that are no JSON are left out."""
    found = {}
    for name, value in connection.exec_driver_sql("SELECT name, CAST(value AS BLOB) FROM meta"):
        try:
            found[name] = json.loads(value)
        except (ValueError, TypeError, RecursionError):
            continue
    return found


def stored_spaces(connection: Connection) -> tuple[Space, ...] | None:
    """The spaces of the index; None when nothing sensible is noted.

    Their names are names of files: none leads out of the index folder.
    """
    try:
        noted = read_meta(connection)["spaces"]
        spaces = tuple(Space(str(name), str(model), int(dim)) for name, model, dim in noted)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    usable = all(space.name.isidentifier() and space.dim > 0 for space in spaces)
    return spaces if usable and len({space.name for space in spaces}) == len(spaces) else None

"""Files that killed or outlasted their worker: passed over until they change."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from indexes.catalog import quarantine
from indexes.runs import now


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file as it was when it was tried."""

    size: int  # bytes
    mtime_ns: int
    reason: str
    since: str  # ISO 8601, UTC


def add(connection: Connection, path: Path, stat: os.stat_result, reason: str) -> None:
    """Quarantine a file (absolute), or again, in another state or for another reason."""
    row = {
        "path": path,
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "reason": reason,
        "since": now(),
    }
    connection.execute(insert(quarantine).prefix_with("OR REPLACE"), row)


def release(connection: Connection, path: Path) -> None:
    """Let a file be tried again; nothing when it was not quarantined."""
    connection.execute(delete(quarantine).where(quarantine.c.path == path))


def stored(connection: Connection) -> dict[Path, Quarantined]:
    """All quarantined files, by path (absolute)."""
    rows = connection.execute(select(quarantine).order_by(quarantine.c.path))
    return {row.path: Quarantined(row.size, row.mtime_ns, row.reason, row.since) for row in rows}

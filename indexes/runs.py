"""The log of what was done to an index: each run's beginning is there before its work."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from indexes.catalog import runs

KEPT = 1_000  # runs
_DISTRIBUTION = "multimodal-rag"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. Times are ISO 8601, UTC, and for people only: a clock may have been set back."""

    number: int  # ascending
    command: str  # "ingest"
    version: str  # of this software
    process: int | None  # its id
    started: str | None  # None in what older versions wrote
    finished: str | None  # None: it is under way, or it died
    outcome: str | None  # "done", "interrupted" or "failed"
    summary: dict[str, Any]


def begin(connection: Connection, command: str) -> int:
    """Note that a run of this process begins; gives the run's number. The oldest goes."""
    row = {
        "command": command,
        "version": _version(),
        "process": os.getpid(),
        "started": now(),
        "summary": {},
    }
    inserted = connection.execute(insert(runs), row).inserted_primary_key
    assert inserted is not None
    number = int(inserted[0])
    connection.execute(delete(runs).where(runs.c.number <= number - KEPT))
    return number


def end(connection: Connection, number: int, outcome: str, summary: Mapping[str, Any]) -> None:
    """Note how a run ended (JSON values; others are stored as text)."""
    body = json.loads(json.dumps(dict(summary), default=str))
    values = {"finished": now(), "outcome": outcome, "summary": body}
    connection.execute(update(runs).where(runs.c.number == number).values(values))


def latest(connection: Connection, most: int) -> list[RunRecord]:
    """The last runs, newest first."""
    rows = connection.execute(select(runs).order_by(runs.c.number.desc()).limit(most))
    return [
        RunRecord(
            number=row.number,
            command=row.command,
            version=row.version,
            process=row.process,
            started=row.started,
            finished=row.finished,
            outcome=row.outcome,
            summary=row.summary,
        )
        for row in rows
    ]


def now() -> str:
    """The time of day, as the catalogue keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0+source"

"""An earlier run's results.json, read again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import PathMissing, UnreadableFile
from rag.evaluation.measures import Score
from rag.evaluation.results import Reply, Result

RESULTS = "results.json"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is compared with: the results of an earlier run."""

    name: str
    sha256: str  # of the file or files with its questions
    scope: str  # where its answers were sought
    results: tuple[Result, ...]


def load(path: Path) -> Earlier:
    """An earlier run, from its results.json or the folder with it.

    Raises PathMissing, UnreadableFile.
    """
    file = path / RESULTS if path.is_dir() else path
    if not file.is_file():
        raise PathMissing(f"{file}: no such file; rag eval --out DIR writes one")
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        results = tuple(_result(row) for row in record["results"])
        made = record["provenance"]
        return Earlier(str(path), made["sha256"], made["options"]["scope"], results)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFile(
            f"{file}: holds no results of rag eval, or those of another version ({error!r})"
        ) from error


def _result(row: dict[str, Any]) -> Result:
    reply = row["reply"]
    changed = {
        "wanted": tuple(row["wanted"]),
        "evidence_types": tuple(row["evidence_types"]),
        "found": {scope: tuple(ids) for scope, ids in row["found"].items()},
        "scores": {name: Score(*map(float, score)) for name, score in row["scores"].items()},
        "reply": reply and Reply(**{**reply, "cited": tuple(reply["cited"])}),
    }
    return Result(**{**row, **changed})

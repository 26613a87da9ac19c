"""What was measured, and with what: so that two results can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import version
from rag.evaluation.judged import hash_of
from rag.evaluation.options import Options
from rag.evaluation.results import Provenance
from rag.jsonable import jsonable

if TYPE_CHECKING:
    from indexes.store import Store
    from rag.app import Rag


def provenance(
    kind: str, rag: Rag, store: Store, path: Path, files: Sequence[Path], options: Options
) -> Provenance:
    """The state of index, settings and question files; no server's address: it may hold a key."""
    counts = store.counts()
    settings = {k: v for k, v in jsonable(rag.settings).items() if k != "base_url"}
    return Provenance(
        kind=kind,
        file=str(path),
        sha256=hash_of(*files),
        version=version(),
        index=str(rag.index),
        documents=counts.documents,
        elements=counts.passages + counts.tables + counts.figures,
        models={space.name: space.model for space in store.spaces},
        settings=settings,
        options={
            "scope": options.scope,
            "resample": options.resample,
            "seed": options.seed,
            "qrels": None if options.qrels is None else str(options.qrels),
        },
    )

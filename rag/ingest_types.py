"""What goes into an ingest and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.types import Receipt
from rag.outcomes import FileOutcome

TASK = "rag.parsing:parse"


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller asks for."""

    paths: tuple[str | Path, ...]
    passwords: tuple[str, ...] = ()
    prune: bool = False  # remove what vanished from the folders given
    again: bool = False  # read unchanged files too, and those in quarantine
    wait: float = 0.0  # seconds for another process that is writing
    task: str = TASK


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What an ingest did. Paths are absolute."""

    added: tuple[Path, ...] = ()
    updated: tuple[Path, ...] = ()  # other bytes than before at the same path
    unchanged: tuple[Path, ...] = ()
    copies: tuple[Path, ...] = ()  # new paths whose bytes were in the index already
    removed: tuple[Path, ...] = ()  # vanished, and taken out of the index (prune)
    vanished: tuple[Path, ...] = ()  # vanished, and still in the index
    failed: tuple[tuple[Path, str], ...] = ()  # with the reason
    skipped: tuple[tuple[Path, str], ...] = ()  # with the reason
    receipts: tuple[tuple[Path, Receipt], ...] = ()  # of the files that were read, by path
    outcomes: tuple[FileOutcome, ...] = ()  # of every file that was found, by path
    timings: Mapping[str, float] = field(default_factory=dict)  # seconds per stage
    peak_memory: Mapping[str, int] = field(default_factory=dict)  # bytes: "main", and "worker"

    @property
    def changed(self) -> bool:
        """Whether the index is another than before."""
        return bool(self.added or self.updated or self.copies or self.removed)

    @property
    def pages(self) -> int:
        """How many pages were read."""
        return sum(receipt.pages for _, receipt in self.receipts)


class IngestInterrupted(KeyboardInterrupt):
    """Ctrl-C or SIGTERM in an ingest. Finished documents are in the index; `summary` lists them."""

    def __init__(self, summary: IngestSummary, message: str = "interrupted") -> None:
        super().__init__(message)
        self.summary = summary

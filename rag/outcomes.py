"""What became of each file that an ingest found: one status, and the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.types import Receipt


class FileStatus(StrEnum):
    """How much of a file is in the index."""

    OK = "ok"
    PARTIAL = "partial"  # some pages or parts of it could not be read
    SKIPPED = "skipped"  # not tried, or needs something first: a password, a supported type
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file of an ingest."""

    path: Path  # absolute
    status: FileStatus
    reason: str = ""  # one line; "" for a new file that was read whole
    seconds: float = 0.0  # of work in its worker


def status_of(receipt: Receipt) -> tuple[FileStatus, str]:
    """Whether a document was read whole, and if not, which pages are missing."""
    if not receipt.unreadable:
        return FileStatus.OK, ""
    noun = "page" if len(receipt.unreadable) == 1 else "pages"
    return FileStatus.PARTIAL, f"{noun} {spans(receipt.unreadable)} unreadable"


def spans(numbers: Sequence[int]) -> str:
    """Whole numbers in words: 3, 4, 5 and 7 give "3-5, 7"."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number <= found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}-{b}" if b > a else str(a) for a, b in found)

"""What became of each file that an ingest found: one status, and the reason in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ingest.types import Receipt
from rag import events

UNCHANGED = "unchanged"  # the reason of a file that is in the index as it is
ENCRYPTED = "EncryptedFile"  # kinds of outcomes that more than one module knows
VANISHED = "PathMissing"
QUARANTINED = "quarantined"
INTERRUPTED = "interrupted"
FATAL = frozenset({"crashed", "timeout", "memory"})  # to a worker, twice: quarantine

_GIVE = "give --password or --password-file"


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
    kind: str = ""  # of reason, for programs: an error's name, "crashed", "quarantined", …

    @property
    def wanting(self) -> bool:
        """Whether it is a document that the index should have had whole or in part, and has not.

        A file of another type, or what is no file at all, is not missed.
        """
        return self.status is FileStatus.FAILED or (
            self.status is FileStatus.SKIPPED and self.kind in (ENCRYPTED, QUARANTINED)
        )


class Outcomes:
    """The outcomes of one ingest so far: one a file, the last one noted; each is logged."""

    def __init__(self) -> None:
        self._of: dict[Path, FileOutcome] = {}

    def __contains__(self, path: Path) -> bool:
        return path in self._of

    def note(
        self,
        path: Path,
        status: FileStatus,
        reason: str = "",
        *,
        kind: str = "",
        seconds: float = 0.0,
        **told: Any,
    ) -> None:
        """Note a file's outcome; what else is `told` is for the log."""
        self._of[path] = FileOutcome(path, status, reason, seconds, kind)
        events.log(
            "file",
            level="warning" if status is FileStatus.FAILED else "info",
            path=path,
            status=status,
            reason=reason,
            kind=kind,
            seconds=seconds,
            **told,
        )

    def not_reached(self, path: Path) -> None:
        """Note a file that an interrupted ingest did not come to; it is not logged."""
        reason = "the ingest ended before it was read"
        self._of[path] = FileOutcome(path, FileStatus.SKIPPED, reason, 0.0, INTERRUPTED)

    def of(self, path: Path) -> FileOutcome | None:
        """A file's outcome, if it has one yet."""
        return self._of.get(path)

    def all(self) -> tuple[FileOutcome, ...]:
        """All of them, by path."""
        return tuple(self._of[path] for path in by_path(self._of))


def by_path(paths: Iterable[Path]) -> list[Path]:
    """Paths in order; as `sorted`, in a tenth of the time."""
    return sorted(paths, key=lambda path: path.parts)


def with_status(
    outcomes: Iterable[FileOutcome], status: FileStatus
) -> tuple[tuple[Path, str], ...]:
    """The files of a status, with their reasons."""
    return tuple((one.path, one.reason) for one in outcomes if one.status is status)


def status_of(receipt: Receipt) -> tuple[FileStatus, str]:
    """Whether a document was read whole, and if not, which pages are missing."""
    if not receipt.unreadable:
        return FileStatus.OK, ""
    noun = "page" if len(receipt.unreadable) == 1 else "pages"
    return FileStatus.PARTIAL, f"{noun} {spans(receipt.unreadable)} unreadable"


def counted(outcomes: Iterable[FileOutcome]) -> dict[str, int]:
    """How many files there are of each status, those of which there are none left out."""
    counts = dict.fromkeys(FileStatus, 0)
    for outcome in outcomes:
        counts[outcome.status] += 1
    return {str(status): count for status, count in counts.items() if count}


def password_reason(message: str, given: bool) -> str:
    """Why an encrypted file was passed over, from what its parser says."""
    if "--password" not in message:
        return f"password: {message}"
    return f"password: {'none of those given opens it' if given else _GIVE}"


def quarantine_reason(since: str, reason: str) -> str:
    """Why a file in quarantine was passed over; `since` is ISO 8601."""
    return f"quarantined on {since[:10]}: {reason}; --again tries it"


def spans(numbers: Sequence[int]) -> str:
    """Whole numbers in words: 3, 4, 5 and 7 give "3-5, 7"."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number <= found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}-{b}" if b > a else str(a) for a, b in found)

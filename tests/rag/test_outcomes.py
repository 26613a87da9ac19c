from __future__ import annotations

from pathlib import Path

import pytest

from ingest.types import Receipt
from rag.outcomes import (
    FileOutcome,
    FileStatus,
    Outcomes,
    counted,
    password_reason,
    quarantine_reason,
    spans,
    status_of,
)

A, B = Path("/docs/a.pdf"), Path("/docs/b.pdf")


def test_a_receipt_with_unreadable_pages() -> None:
    receipt = Receipt("id", 9, 1, 0, 0, 0)
    assert status_of(receipt) == (FileStatus.OK, "")
    partly = Receipt("id", 9, 1, 0, 0, 0, unreadable=(3, 4, 7))
    assert status_of(partly) == (FileStatus.PARTIAL, "pages 3-4, 7 unreadable")
    assert status_of(Receipt("id", 9, 1, 0, 0, 0, unreadable=(2,)))[1] == "page 2 unreadable"
    assert spans([5, 1, 2, 2, 9, 10]) == "1-2, 5, 9-10"


def test_the_last_word_counts() -> None:
    outcomes = Outcomes()
    outcomes.note(B, FileStatus.FAILED, "its worker process crashed", kind="crashed")
    outcomes.note(A, FileStatus.OK)
    outcomes.note(B, FileStatus.PARTIAL, "page 2 unreadable")
    assert [(one.path, one.status) for one in outcomes.all()] == [
        (A, FileStatus.OK),
        (B, FileStatus.PARTIAL),
    ]
    assert counted(outcomes.all()) == {"ok": 1, "partial": 1}
    assert B in outcomes


@pytest.mark.parametrize(
    ("status", "kind", "wanting"),
    [
        (FileStatus.OK, "", False),
        (FileStatus.PARTIAL, "", False),
        (FileStatus.FAILED, "UnreadableFile", True),
        (FileStatus.SKIPPED, "", False),
        (FileStatus.SKIPPED, "EncryptedFile", True),
        (FileStatus.SKIPPED, "quarantined", True),
        (FileStatus.SKIPPED, "interrupted", False),
    ],
)
def test_what_the_index_lacks(status: FileStatus, kind: str, wanting: bool) -> None:
    assert FileOutcome(A, status, "", 0.0, kind).wanting == wanting


def test_reasons() -> None:
    encrypted = "encrypted, and none was given; give --password"
    assert password_reason(encrypted, False) == "password: give --password or --password-file"
    assert password_reason(encrypted, True) == "password: none of those given opens it"
    assert password_reason("is protected (DRM)", True) == "password: is protected (DRM)"
    assert quarantine_reason("2026-11-21T10:00:00+00:00", "its worker process crashed") == (
        "quarantined on 2026-11-21: its worker process crashed; --again tries it"
    )

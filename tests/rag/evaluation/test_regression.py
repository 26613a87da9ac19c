from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import PathMissing, UnreadableFile
from rag.app import Rag
from rag.evaluation.regression import Change, Checked, check, keep, read, write

QUESTIONS = [
    ("What does the quick brown fox jump over?", "animals.md"),
    ("Which astronaut whistled on Europa yesterday?", ""),
]


@pytest.fixture
def filled(rag: Rag, docs: Path) -> Rag:
    rag.ingest(docs)
    return rag


def fox(checked: list[Checked]) -> tuple[Change, ...]:
    return checked[0].changes


def test_nothing_changed(filled: Rag, tmp_path: Path) -> None:
    kept = keep(filled, QUESTIONS)
    assert [one.refused for one in kept] == [False, True]
    assert kept[0].evidence[0].name == "animals.md"
    assert "lazy dog" in kept[0].evidence[0].text
    write(tmp_path / "kept.json", kept)
    assert read(tmp_path / "kept.json") == kept
    told: list[tuple[str, int, int]] = []
    checked = check(filled, kept, lambda *step: told.append(step))
    assert [one.changes for one in checked] == [(), ()]
    assert told == [("questions", 1, 2), ("questions", 2, 2)]


def test_a_file_that_changed_before_and_after_it_is_read_again(filled: Rag, docs: Path) -> None:
    kept = keep(filled, QUESTIONS)
    (docs / "animals.md").write_text(
        "# Animals\n\n## Foxes\n\nThe quick brown fox jumps over the sleeping cat.\n"
    )
    assert fox(check(filled, kept)) == (Change.SOURCE_CHANGED,)
    filled.ingest(docs)
    changes = fox(check(filled, kept))
    assert changes == (Change.SOURCE_CHANGED, Change.ANSWER, Change.EVIDENCE)


def test_a_file_that_is_gone(filled: Rag, docs: Path) -> None:
    kept = keep(filled, QUESTIONS)
    (docs / "animals.md").unlink()
    assert fox(check(filled, kept)) == (Change.SOURCE_MISSING,)
    filled.remove("animals.md")
    (checked, _) = check(filled, kept)
    assert (checked.now, checked.changes) == (None, (Change.SOURCE_MISSING,))


def test_refused_and_answered_now(filled: Rag) -> None:
    answered, refused = keep(filled, QUESTIONS)
    swapped = [
        replace(refused, question=answered.question, within=answered.within),
        replace(answered, question=refused.question, within=refused.within),
    ]
    first, second = check(filled, swapped)
    assert first.changes == (Change.ANSWERED, Change.EVIDENCE)
    assert second.changes == (Change.REFUSED, Change.EVIDENCE)


def test_files_that_hold_no_answers(tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match="rag eval --save FILE writes one"):
        read(tmp_path / "none.json")
    file = tmp_path / "kept.json"
    row = '{"question": null, "within": "", "text": "", "refused": false, "evidence": []}'
    for text in (
        "nonsense",
        "[]",
        '{"questions": [{"question": "?"}]}',
        '{"questions": []}',
        '{"questions": ["?"]}',
        f'{{"questions": [{row}]}}',
    ):
        file.write_text(text)
        with pytest.raises(UnreadableFile, match=r"kept\.json: holds no"):
            read(file)

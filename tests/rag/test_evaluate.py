from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import PathMissing, UnreadableFile
from rag.evaluate import PageOf, page_recall, read_items, refusal_scores


def test_page_recall_counts_distinct_pages() -> None:
    found = [PageOf("a", 1), PageOf("a", 1), PageOf("a", 2), PageOf("b", 3)]
    wanted = {PageOf("a", 2), PageOf("a", 9)}
    assert [page_recall(found, wanted, k) for k in (1, 2, 3)] == [0.0, 0.5, 0.5]


def test_refusal_scores() -> None:
    scores = refusal_scores([True, True, True, False, False], [True, False, False, True, False])
    assert (scores.precision, scores.recall, scores.f1) == (0.5, 0.5, 0.5)
    assert scores.wrongly_refused == pytest.approx(1 / 3)


def test_read_items(tmp_path: Path) -> None:
    file = tmp_path / "qa.jsonl"
    file.write_text(
        '{"question": " Who? ", "answer": "Me", "answerable": true, "doc": "a.pdf", '
        '"pages": [2, 3], "evidence_type": ["text"]}\n\n',
        encoding="utf-8",
    )
    (item,) = read_items(file)
    assert item.question == "Who?"
    assert item.pages == {PageOf("a.pdf", 2), PageOf("a.pdf", 3)}
    assert item.evidence_types == ("text",)


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "qa.jsonl"
    file.write_text('{"question": "Who?"}\n', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="line 1"):
        read_items(file)
    with pytest.raises(PathMissing):
        read_items(tmp_path / "none.jsonl")

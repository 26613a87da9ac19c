from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import PathMissing, UnreadableFile
from rag.evaluation.items import PageOf, read_items


def written(folder: Path, *rows: object) -> Path:
    file = folder / "qa.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_all_fields(tmp_path: Path) -> None:
    row = {
        "id": "a1",
        "question": " Who? ",
        "answer": "Me",
        "answerable": True,
        "doc": "a.pdf",
        "pages": [2, 3],
        "evidence_type": ["text"],
    }
    (item,) = read_items(written(tmp_path, row, ""))
    assert (item.id, item.question, item.answer, item.document) == ("a1", "Who?", "Me", "a.pdf")
    assert item.pages == {PageOf("a.pdf", 2), PageOf("a.pdf", 3)}
    assert (item.evidence_types, item.answers) == (("text",), ("Me",))
    assert str(PageOf("a.pdf", 2)) == "a.pdf:2"


def test_a_question_is_enough(tmp_path: Path) -> None:
    (item,) = read_items(written(tmp_path, "\ufeff" + json.dumps({"question": "Who?"})))
    assert (item.id, item.answerable, item.document, item.pages) == ("1", False, "", frozenset())
    zero, nothing = {"question": "?", "answer": 0, "id": None}, {"question": "?", "answer": []}
    items = read_items(written(tmp_path, zero, nothing))
    assert [(item.id, item.answerable) for item in items] == [("1", True), ("2", False)]


@pytest.mark.parametrize(
    ("answer", "items"),
    [
        (["a", 2], ("a", "2")),
        ("['a', 'b c']", ("a", "b c")),
        ("[1500, 8000]", ("1500", "8000")),
        ("[sic] and so on", ("[sic] and so on",)),
        (0, ("0",)),
        ("12%", ("12%",)),
        ("[" * 3000, ("[" * 3000,)),
    ],
)
def test_items_of_an_answer(tmp_path: Path, answer: Any, items: tuple[str, ...]) -> None:
    (item,) = read_items(written(tmp_path, {"question": "?", "answer": answer, "answerable": True}))
    assert item.answers == items


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (['{"answer": "x"}'], "line 1: not a question .no 'question'"),
        (['{"question": "Who?"}', "nonsense"], "line 2: not a JSON object"),
        (['{"question": "Who?", "pages": [1]}'], "line 1: .*pages without a doc"),
        (['{"question": "Who?", "answerable": "yes"}'], "line 1: .*neither true nor false"),
        (['{"question": "Who?", "doc": "a", "pages": ["x"]}'], "line 1: "),
        (['{"question": "Who?", "doc": "a", "pages": "12"}'], "pages is no list of page numbers"),
        (['{"question": "Who?", "doc": "a", "pages": [-1]}'], "pages is no list of page numbers"),
        (['{"question": 5}'], "line 1: .*the question is empty, or no text"),
        (['{"question": "half a \\ud83d character"}'], "line 1: not a JSON object"),
        (["[" * 100_000], "line 1: not a JSON object"),
        (["[]"] * 5, "line 3: not a JSON object; and 2 more"),
        (['{"question": "Who?", "id": 1}'] * 2, "2 questions have the id 1"),
        ([""], "is empty"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, rows: list[str], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=f"qa.jsonl.*{reason}"):
        read_items(written(tmp_path, *rows))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match=r"none\.jsonl: no such file"):
        read_items(tmp_path / "none.jsonl")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        read_items(tmp_path / "bytes")

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from rag import build
from tests.fakes import HashEmbedder
from tests.rag.command_line import Capture, run, run_json

FOX = {
    "question": "What does the quick brown fox jump over?",
    "answer": "the lazy dog",
    "doc": "animals.md",
    "pages": [1],
    "evidence_type": "text",
}
NO = {"question": "Which astronaut whistled on Europa?", "answerable": False, "doc": "animals.md"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, docs: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with an index of `docs` and a question file, with stand-ins for models."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "rag.toml").write_text('pixels = "none"\nclip = "none"\nworkers = 2\n')
    monkeypatch.setattr(build, "text_embedder", lambda settings: HashEmbedder())
    (tmp_path / "qa.jsonl").write_text(f"{json.dumps(FOX)}\n{json.dumps(NO)}\n")
    run(capsys, "ingest", "-q", "docs")


def test_tables(capsys: Capture) -> None:
    out, err = run(capsys, "eval", "qa.jsonl")
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "2 questions of qa.jsonl, 2 documents, 2 elements"
    assert "Retrieval\tall\t95%\tn\ttext" in lines
    assert "recall@1, within\t1.000\t1.000–1.000\t1\t1.000" in lines
    assert "unanswerable questions refused\t1.000\t1.000–1.000\t1\t" in lines


def test_json_and_files_agree(capsys: Capture, tmp_path: Path) -> None:
    report = run_json(capsys, "eval", "qa.jsonl", "--out", "run")
    assert {path.name for path in Path("run").iterdir()} == {
        "results.json",
        "report.md",
        "plot.png",
    }
    assert json.loads(Path("run/results.json").read_text()) == report
    assert report["provenance"]["options"]["scope"] == "within"
    assert [result["reply"]["refused"] for result in report["results"]] == [False, True]


def test_compare(capsys: Capture) -> None:
    run(capsys, "eval", "qa.jsonl", "--out", "run")
    out, _ = run(capsys, "eval", "qa.jsonl", "--compare", "run")
    assert out.endswith("0 questions lost, 0 gained, 2 as before\n")
    record = json.loads(Path("run/results.json").read_text())
    record["results"][0]["scores"]["within.recall@5"] = [0.0, 1.0]
    record["results"][0]["found"]["within"] = ["prices.md:1"]
    record["results"][0]["reply"]["text"] = "The cat. [1]"
    Path("run/results.json").write_text(json.dumps(record))
    out, _ = run(capsys, "eval", "qa.jsonl", "--compare", "run")
    shown = out[out.index("0 questions lost") :]
    assert shown.startswith("0 questions lost, 1 gained, 1 as before\n\n+1.00  1: What does")
    assert "within  prices.md:1 → animals.md:1" in shown
    assert "before  The cat. [1]" in shown
    assert run_json(capsys, "eval", "qa.jsonl", "--compare", "run")["comparison"]["same"] == 1


@pytest.mark.parametrize(
    ("package", "arguments"), [("ir_measures", []), ("matplotlib", ["--out", "run"])]
)
def test_an_extra_that_is_not_installed(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, package: str, arguments: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as if it could not be imported
    _, err = run(capsys, "eval", "qa.jsonl", *arguments, code=5)
    assert "pip install 'multimodal-rag[eval]'" in err
    assert err.count("\n") == 1


def test_documents_that_are_not_there_are_named(capsys: Capture, tmp_path: Path) -> None:
    with (tmp_path / "qa.jsonl").open("a") as file:
        file.write(json.dumps({**FOX, "doc": "gone.pdf"}))
    for arguments in (["qa.jsonl"], ["--save", "kept.json", "qa.jsonl"]):
        _, err = run(capsys, "eval", *arguments)
        assert err == "Note: not in the index, its questions are left out: gone.pdf (1)\n"


def test_save_and_against(capsys: Capture, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(capsys, "eval", "--save", "kept.json", "qa.jsonl")[0] == (
        "2 answers kept in kept.json\n"
    )
    out, _ = run(capsys, "eval", "--against", "kept.json", "--strict")
    assert out == "2 of 2 answers are the same\n"
    (docs / "animals.md").write_text("# Animals\n\nThe quick brown fox jumps over the old cat.\n")
    run(capsys, "ingest", "-q", "docs")
    out, _ = run(capsys, "eval", "--against", "kept.json", "--strict", code=1)
    assert out.startswith("source changed, answer changed, evidence changed: What does the quick")
    assert "1 of 2 answers are the same; 1 source changed, 1 answer" in out
    checked = run_json(capsys, "eval", "--against", "kept.json")
    assert checked[0]["changes"] == ["source changed", "answer changed", "evidence changed"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("Who?\n\nWhat is a fox?\n"))
    kept = run_json(capsys, "eval", "--save", "kept.json", "-")
    assert [one["question"] for one in kept["questions"]] == ["Who?", "What is a fox?"]


def test_a_beir_folder_is_indexed_in_the_cache(capsys: Capture, tmp_path: Path) -> None:
    folder = tmp_path / "beir"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text('{"_id": "a", "title": "", "text": "A brown fox."}')
    (folder / "queries.jsonl").write_text('{"_id": "1", "text": "fox"}')
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n")
    out, _ = run(capsys, "eval", "beir", "--run", "run.txt")
    assert "ndcg@10\t1.000\t1.000–1.000\t1" in out.splitlines()
    assert Path("run.txt").read_text() == "1 Q0 a 1 1.000000 rag\n"
    (made,) = (tmp_path / "cache/multimodal-rag/eval").iterdir()
    assert made.name.startswith("beir-")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "which questions?"),
        (["none.jsonl"], 2, "none.jsonl: no such file"),
        (["qa.jsonl", "qa.jsonl"], 2, "one question file at a time, not 2"),
        (["docs"], 2, "corpus.jsonl: no such file; a BEIR folder has"),
        (["qa.jsonl", "--index", "nowhere"], 3, "no index at"),
        (["qa.jsonl", "--compare", "docs"], 2, "results.json: no such file"),
        (["qa.jsonl", "--out", "rag.toml"], 2, "rag.toml: cannot be written to"),
        (["--against", "qa.jsonl"], 2, "qa.jsonl: holds no answers"),
        (["--against", "a", "--save", "b"], 2, "--save and --against do not go together"),
        (["--save", "kept.json", "none.jsonl"], 2, "none.jsonl: no such file"),
        (["--save", "no/kept.json", "Who?"], 2, "no/kept.json: cannot be written"),
        (["qa.jsonl", "--run", "docs"], 2, "docs: cannot be written"),
        (["qa.jsonl", "--strict"], 2, "--strict goes with --against"),
        (["--against", "a", "qa.jsonl"], 2, "--against asks the questions that --save kept"),
        (["--against", "a", "--out", "run"], 2, "--out is for measuring"),
        (["none.jsonl", "--out", "run"], 2, "none.jsonl: no such file"),
        (["--save", "kept.json", " "], 2, "no question there"),
    ],
)
def test_one_line_says_what_is_wrong(
    capsys: Capture, arguments: list[str], code: int, message: str
) -> None:
    out, err = run(capsys, "eval", *arguments, code=code)
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert not Path("run").exists()  # nothing is left behind


def test_a_question_may_be_longer_than_a_file_name(capsys: Capture) -> None:
    out, _ = run(capsys, "eval", "--save", "kept.json", "Who is the fox? " * 50)
    assert out == "1 answer kept in kept.json\n"

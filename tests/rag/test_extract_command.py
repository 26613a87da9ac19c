"""`rag extract` as a person and as a program sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import InputError
from rag import build
from rag.cli import parser_of
from rag.commands import extract
from tests.fakes import HashEmbedder, ScriptedModel
from tests.ingest.samples import save

Capture = pytest.CaptureFixture[str]

GUIDE = """\
# Boats

There were 24 boats in the harbour, all painted blue, on the first day of May.

| Month | Boats |
| --- | --- |
| May | 14 |
| June | 1,000 |
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with stand-ins for models."""
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "guide.md", GUIDE)
    save(tmp_path / "rag.toml", 'ocr = "off"\n')
    monkeypatch.setattr(build, "text_embedder", lambda settings: HashEmbedder())


def run(capsys: Capture, *arguments: str) -> tuple[str, str]:
    """What is printed on stdout and stderr."""
    capsys.readouterr()
    assert extract.run(parser_of("extract").parse_args(arguments)) == 0
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_text(capsys: Capture) -> None:
    assert run(capsys, "guide.md", "--as", "text") == (GUIDE, "")


def test_tables(capsys: Capture) -> None:
    markdown = "Boats\n\n" + GUIDE[GUIDE.index("| Month") :]
    assert run(capsys, "guide.md", "--as", "tables")[0] == markdown
    csv = 'Month,Boats\nMay,14\nJune,"1,000"\n'
    assert run(capsys, "guide.md", "--as", "tables", "--csv")[0] == csv
    (table,) = json.loads(run(capsys, "guide.md", "--as", "tables", "--json")[0])
    assert table["rows"] == [["May", "14"], ["June", "1,000"]]


def test_several_tables_as_csv_are_told_apart(tmp_path: Path, capsys: Capture) -> None:
    save(
        tmp_path / "two.md",
        GUIDE + "\nTable 2: Sizes.\n\n| Boat | Size |\n| - | - |\n| Ann | 5 m |\n",
    )
    out, _ = run(capsys, "two.md", "--as", "tables", "--csv")
    assert out == (
        '# Boats\nMonth,Boats\nMay,14\nJune,"1,000"\n\n# Table 2: Sizes.\nBoat,Size\nAnn,5 m\n'
    )


def test_numbers(capsys: Capture) -> None:
    out, _ = run(capsys, "guide.md", "--as", "numbers")
    assert out.splitlines() == [
        "of\tnumber\tunit\ttimes\tpage",
        "There were 24 boats in the harbour, all painted blue, on the first day of May.\t24\t\t\t",
        "May × Boats\t14\t\t\t",
        "June × Boats\t1,000\t\t\t",
    ]
    out, _ = run(capsys, "guide.md", "--as", "numbers", "--csv")
    assert out.splitlines()[2] == "14,14,1.0,,May × Boats,May,Boats,,"
    found = json.loads(run(capsys, "guide.md", "--as", "numbers", "--json")[0])
    assert [number["value"] for number in found] == [24, 14, 1000]


def test_points_of_the_document_itself(capsys: Capture) -> None:
    sentence = "There were 24 boats in the harbour, all painted blue, on the first day of May."
    assert run(capsys, "guide.md", "--as", "summary")[0] == sentence + "\n"
    assert run(capsys, "guide.md", "--as", "key-points")[0] == f"- {sentence}\n"
    found = json.loads(run(capsys, "guide.md", "--as", "key-points", "--json")[0])
    assert found == [{"text": sentence, "pages": []}]


def test_json_is_valid_under_its_schema(tmp_path: Path, capsys: Capture) -> None:
    row = {
        "type": "object",
        "properties": {"month": {"type": "string"}, "boats": {"type": "integer"}},
    }
    save(tmp_path / "s.json", json.dumps({"type": "array", "items": row, "minItems": 1}))
    expected = [{"month": "May", "boats": 14}, {"month": "June", "boats": 1000}]
    out, err = run(capsys, "guide.md", "--as", "json", "--schema", "s.json", "--json")
    assert (json.loads(out), err) == (expected, "")
    assert json.loads(run(capsys, "guide.md", "--as", "json", "--schema", "s.json")[0]) == expected
    whole = json.loads(run(capsys, "guide.md", "--as", "json")[0])
    assert (whole["title"], len(whole["tables"]), len(whole["numbers"])) == ("Boats", 1, 3)


def test_a_chat_models_words_and_notes(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []

    def chat_model(settings: object, name: str) -> ScriptedModel:
        named.append(name)
        return ScriptedModel("There were 25 boats.")

    monkeypatch.setattr(build, "chat_model", chat_model)
    out, err = run(capsys, "guide.md", "--as", "summary", "--generator", "openai:some-model")
    assert out == "There were 25 boats.\n"
    assert err == "Note: not in the document's words: 25 in “There were 25 boats.”\n"
    assert named == ["openai:some-model"]


def test_arguments_that_do_not_go_together(capsys: Capture) -> None:
    for wrong in (["text", "--csv"], ["tables", "--csv", "--json"], ["text", "--schema", "s.json"]):
        with pytest.raises(InputError):
            run(capsys, "guide.md", "--as", *wrong)
    with pytest.raises(SystemExit):
        parser_of("extract").parse_args(["guide.md"])
    with pytest.raises(SystemExit):
        parser_of("extract").parse_args(["guide.md", "--as", "poem"])


def test_control_sequences_of_documents_do_not_reach_the_terminal(
    tmp_path: Path, capsys: Capture
) -> None:
    save(tmp_path / "evil.txt", "Rise \x1b]0;owned\x07 of 5 boats.\n")
    for kind in ("text", "numbers", "summary"):
        assert "\x1b" not in run(capsys, "evil.txt", "--as", kind)[0]


def test_the_default_preset_needs_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from rag.cli import parser_of; from rag.commands import extract; "
        "extract.run(parser_of('extract').parse_args(['guide.md', '--as', 'key-points'])); "
        "never = {'torch', 'transformers', 'sentence_transformers', 'open_clip', 'jsonschema'}; "
        "print(sorted(never & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": "", "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"

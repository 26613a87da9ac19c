from __future__ import annotations

import io
import json
import sqlite3
import sys
from pathlib import Path

import pytest
from PIL import Image

from indexes.store import Store
from ingest.mupdf import pymupdf
from rag import Rag, build
from tests.fakes import HashEmbedder
from tests.rag.command_line import Capture, run, run_json


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with stand-ins for models."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rag.toml").write_text('pixels = "none"\nclip = "none"\nworkers = 2\n')
    monkeypatch.setattr(build, "text_embedder", lambda settings: HashEmbedder())


MORE_THAN_ANY = 2**22 + 1  # process


def locked(path: Path, password: str) -> None:
    """A PDF that needs a password."""
    with pymupdf.open() as pdf:
        pdf.new_page().insert_text((72, 72), "Nobody may read this.")
        pdf.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=password, owner_pw="x")


@pytest.fixture
def figures(docs: Path) -> Path:
    Image.new("RGB", (200, 100), "red").save(docs / "red.png")
    return docs


def test_ingest(docs: Path, tmp_path: Path, capsys: Capture) -> None:
    out, err = run(capsys, "ingest", "docs")
    assert out.splitlines()[:3] == [
        "document\tpages\tpassages\ttables\tfigures\tcaptions\tOCR pages",
        "docs/animals.md\t1\t1\t0\t0\t0/0\t",
        "docs/prices.md\t1\t0\t1\t0\t0/1\t",
    ]
    assert out.splitlines()[-1].startswith("Files: 2 read. 2 pages and 0 figures in ")
    assert err == "New index: .rag\n"
    assert run(capsys, "ingest", "docs") == ("Nothing to do: 2 files unchanged.\n", "")


def test_ingest_json(docs: Path, capsys: Capture) -> None:
    (docs / "broken.docx").write_bytes(b"nothing of the kind")
    summary = run_json(capsys, "ingest", "docs", code=1)
    assert summary["added"] == [str(docs / "animals.md"), str(docs / "prices.md")]
    assert summary["receipts"][0][1]["passages"] == 1
    assert [Path(path).name for path, _ in summary["failed"]] == ["broken.docx"]


def test_ingest_quiet(docs: Path, capsys: Capture) -> None:
    (docs / "broken.docx").write_bytes(b"nothing of the kind")
    out, err = run(capsys, "ingest", "docs", "--quiet", code=1)
    assert out == ""
    assert err.startswith("rag: docs/broken.docx: ")
    assert err.count("\n") == 1


def test_ingest_fails_whole(docs: Path, tmp_path: Path, capsys: Capture) -> None:
    (docs / "broken.docx").write_bytes(b"nothing of the kind")
    run(capsys, "ingest", "docs/broken.docx", code=2)
    _, err = run(capsys, "ingest", "nowhere", code=2)
    assert err == "rag: nowhere: no such file or folder; check the spelling\n"
    (tmp_path / "empty").mkdir()
    _, err = run(capsys, "ingest", "empty", code=2)
    assert err.startswith("rag: empty: no file that can be read (it is empty)")


def test_ingest_strict(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--strict")
    (docs / "gap.md").write_text("# T\n\nSee Figure 1 and Figure 2.\n")
    out, _ = run(capsys, "ingest", "docs")
    assert "docs/gap.md\n  Figure 1 is mentioned" in out
    assert "but was not found" in out
    _, err = run(capsys, "ingest", "docs", "--strict", code=1)  # unchanged, and still a gap
    assert "rag: gap: docs/gap.md: Figure 1 is mentioned" in err


def test_ingest_tells_what_is_not_ok(docs: Path, capsys: Capture) -> None:
    for name in ("a.xyz", "b.xyz"):
        (docs / name).write_text("?")
    (docs / "broken.docx").write_bytes(b"nothing of the kind")
    locked(docs / "locked.pdf", "sesame")
    out, err = run(capsys, "ingest", "docs", code=1)
    assert "2 files: skipped, files of type '.xyz' are not supported" in out
    assert "Files: 2 read, 3 skipped, 1 failed. 2 pages" in out
    assert err.splitlines()[1].startswith("rag: docs/broken.docx: ")
    assert err.splitlines()[2] == (
        "rag: docs/locked.pdf: skipped, password: give --password or --password-file"
    )
    (docs / "broken.docx").unlink()
    summary = run_json(capsys, "ingest", "docs", code=1)
    assert [(Path(one["path"]).name, one["status"]) for one in summary["outcomes"]] == [
        ("a.xyz", "skipped"),
        ("animals.md", "ok"),
        ("b.xyz", "skipped"),
        ("locked.pdf", "skipped"),
        ("prices.md", "ok"),
    ]
    (docs / "locked.pdf").unlink()
    run(capsys, "ingest", "docs")  # files of other types are no reason to complain


def test_ingest_password_file(docs: Path, tmp_path: Path, capsys: Capture) -> None:
    locked(docs / "locked.pdf", "open sesame")
    words = tmp_path / "words"
    words.write_text("wrong\n\nopen sesame\n")
    run(capsys, "ingest", "docs/locked.pdf", code=2)
    _, err = run(capsys, "ingest", "docs", "--password-file", "nowhere", code=2)
    assert err == "rag: nowhere: no such password file; check the spelling\n"
    out, err = run(capsys, "ingest", "docs", "--password-file", "words", "--log-json", "run.log")
    assert "docs/locked.pdf\t1" in out
    log = (tmp_path / "run.log").read_text()
    assert "sesame" not in out + err + log


def test_ingest_log(
    docs: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_API_KEY", "sk-secret-key")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other-secret")
    (docs / "broken.docx").write_bytes(b"sk-secret-key")
    _, err = run(capsys, "ingest", "docs", "--password", "opensesame", "--log-json", code=1)
    events = [json.loads(line) for line in err.splitlines()]  # and nothing else
    files = {Path(one["path"]).name: one for one in events if one["event"] == "file"}
    assert {name: one["status"] for name, one in files.items()} == {
        "animals.md": "ok",
        "broken.docx": "failed",
        "prices.md": "ok",
    }
    animals = files["animals.md"]
    assert (animals["pages"], animals["elements"], animals["run"]) == (1, 1, 1)
    assert animals["seconds"] > 0
    assert animals["peak_memory"] > 0
    stages = {one["name"] for one in events if one["event"] == "stage"}
    assert stages == {"plan", "read", "embed", "store", "save", "total"}
    assert [events[0]["event"], events[-1]["event"]] == ["start", "end"]
    assert events[-1]["exit_code"] == 1
    assert "secret" not in err
    assert "opensesame" not in err


def test_ask_log(docs: Path, tmp_path: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    run_json(capsys, "ask", "What does the fox jump over?", "--log-json=log")
    run(capsys, "ask", "", "--log-json=log", code=2)
    told = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [one["event"] for one in told] == [
        "start",
        "search",
        "ask",
        "end",
        "start",
        "error",
        "end",
    ]
    assert set(told[2]["timings"]) == {"load", "retrieve", "generate"}
    assert (told[5]["kind"], told[5]["level"]) == ("QuestionError", "error")
    assert "fox" not in (tmp_path / "log").read_text()  # questions are private


def test_ingest_prune(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs")
    (docs / "animals.md").unlink()
    _, err = run(capsys, "ingest", "docs")
    assert err == (
        "1 file gone from the disk but still in the index; rag ingest --prune docs removes them\n"
    )
    out, err = run(capsys, "ingest", "docs", "--prune")
    assert (out, err) == ("Files: 1 unchanged, 1 removed.\n", "")


def test_ingest_asks_on_a_terminal(
    docs: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "ingest", "docs")
    (docs / "animals.md").unlink()
    answers = io.StringIO("n\ny\n")
    monkeypatch.setattr(answers, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", answers)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    for left in (2, 1):
        run(capsys, "ingest", "docs")
        assert len(run_json(capsys, "list")) == left


def test_ingest_into_another_index(docs: Path, tmp_path: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--index", "elsewhere/index")
    assert len(run_json(capsys, "list", "--index", "elsewhere/index")) == 2
    assert not (tmp_path / ".rag").exists()


def test_ingest_a_name_with_control_characters(docs: Path, capsys: Capture) -> None:
    (docs / "evil\x1b[31m\n.md").write_text("text")
    out, _ = run(capsys, "ingest", "docs")
    assert r"docs/evil\x1b[31m\n.md" in out
    assert "\x1b" not in run(capsys, "list")[0]


def test_list(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    (docs / "twin.md").write_bytes((docs / "animals.md").read_bytes())
    run(capsys, "ingest", "docs", "--quiet")
    lines = [line.split("\t") for line in run(capsys, "list")[0].splitlines()]
    assert [line[0] for line in lines] == [
        "document", "docs/animals.md", "docs/twin.md (same bytes)", "docs/prices.md",
    ]  # fmt: skip
    assert lines[1][2:] == ["1", "1", "0", "0"]
    documents = run_json(capsys, "list", "animals*")
    assert [Path(path).name for path in documents[0]["copies"]] == ["twin.md"]
    assert run(capsys, "list", "zebra")[0] == "No document matches zebra.\n"


def test_show_a_document(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    out, _ = run(capsys, "show", "animals.md")
    assert "docs/animals.md" in out
    assert "The quick brown fox" in out
    shown = run_json(capsys, "show", "animals.md")
    assert list(shown) == ["document", "receipt", "elements"]
    (docs / "animals.md").write_text("other")
    assert "has changed since; rag ingest reads it again" in run(capsys, "show", "animals.md")[0]
    (docs / "animals.md").unlink()
    assert "docs/animals.md is gone" in run(capsys, "show", "animals.md")[0]


def test_show_an_element(docs: Path, tmp_path: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    [element] = run_json(capsys, "show", "prices.md")["elements"]
    assert run_json(capsys, "show", element["id"]) == element
    out, _ = run(capsys, "show", element["id"][:10])
    assert "docs/prices.md" in out
    assert "| pear" in out
    run(capsys, "show", element["id"], "--save", "table.md")
    assert "| pear" in (tmp_path / "table.md").read_text()
    _, err = run(capsys, "show", "ffffffffffff", code=4)
    assert err.count("\n") == 1


def test_show_a_figure(figures: Path, tmp_path: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    [element] = run_json(capsys, "show", "red.png")["elements"]
    assert Path(element["image"]).is_file()
    run(capsys, "show", element["id"], "--save", "crop.png")
    assert Image.open(tmp_path / "crop.png").size == (200, 100)
    run(capsys, "show", element["id"], "--page", "--save", "page.png")
    assert Image.open(tmp_path / "page.png").convert("RGB").getpixel((100, 50)) == (255, 0, 0)
    out, _ = run(capsys, "show", element["id"], "--images", "always")
    assert "\x1b_Ga=T,f=100" in out
    (figures / "red.png").unlink()
    _, err = run(capsys, "show", element["id"], "--page", code=4)
    assert "the file is gone, so its page cannot be drawn" in err


def test_remove(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    _, err = run(capsys, "remove", "animal.md", code=4)
    assert err == "rag: no document in the index matches 'animal.md'; near: animals.md\n"
    assert run(capsys, "remove", "animals.md")[0] == "removed docs/animals.md\n"
    assert run_json(capsys, "remove", "prices*") == [str(docs / "prices.md")]
    assert run(capsys, "list")[0] == "No documents.\n"


def test_status(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    out, _ = run(capsys, "status")
    assert "documents  2 at 2 paths" in out
    assert "hash-v1 (text, 64 dimensions)" in out
    assert "health     good" in out
    assert run_json(capsys, "status")["counts"]["tables"] == 1


def test_status_tells_of_runs(docs: Path, capsys: Capture) -> None:
    (docs / "broken.docx").write_bytes(b"nothing of the kind")
    run(capsys, "ingest", "docs", "--quiet", code=1)
    out, _ = run(capsys, "status", "--last")
    assert "run        1, rag ingest" in out
    assert "files      2 ok, 1 failed" in out
    assert "failed     docs/broken.docx: " in out
    run(capsys, "remove", "animals.md")
    last = run_json(capsys, "status", "--last")
    assert (last["command"], last["state"], last["outcome"]) == ("remove", "done", "done")
    with Store.open(Path(".rag").absolute()).writing() as writer:
        writer.begin_run("ingest")
    assert run_json(capsys, "status", "--last")["state"] == "running"
    with sqlite3.connect(".rag/catalog.sqlite") as catalogue:
        catalogue.execute("UPDATE runs SET process = ? WHERE number = 3", (MORE_THAN_ANY,))
    out, _ = run(capsys, "status", "--last", code=1)
    assert f"state      did not finish: process {MORE_THAN_ANY} was killed" in out
    out, _ = run(capsys, "status", "--runs", "2", code=1)
    assert [line.split("\t")[:2] for line in out.splitlines()[1:]] == [
        ["3", "ingest"],
        ["2", "remove"],
    ]


def test_status_lists_what_is_in_quarantine(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    file = docs / "deadly.pdf"
    file.write_bytes(b"%PDF-1.4 deadly")
    with Store.open(Path(".rag").absolute()).writing() as writer:
        writer.quarantine(file, file.stat(), "its worker process crashed (SIGSEGV)")
    out, _ = run(capsys, "status")
    assert "held       docs/deadly.pdf: quarantined on 20" in out
    assert list(run_json(capsys, "status")["quarantined"]) == [str(file)]
    _, err = run(capsys, "ingest", "docs", "--quiet", code=1)
    assert err.startswith("rag: docs/deadly.pdf: skipped, quarantined on 20")
    assert err.endswith(": its worker process crashed (SIGSEGV); --again tries it\n")


def test_search(figures: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    found = run_json(capsys, "search", "quick", "brown", "fox", "-k", "2")
    assert found[0]["number"] == 1
    assert Path(found[0]["document"]["path"]).name == "animals.md"
    out, _ = run(capsys, "search", "quick brown fox", "-k", "1")
    assert out.startswith("[1] docs/animals.md, ")
    assert "section Animals › Foxes" in out


def test_ask(docs: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    question = "What does the quick brown fox jump over?"
    answer = run_json(capsys, "ask", question)
    assert "lazy dog" in answer["text"]
    assert (answer["question"], answer["refused"]) == (question, False)
    out, _ = run(capsys, "ask", question)
    assert "\nSources\n[1] docs/animals.md, " in out
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{question}\n"))
    assert run_json(capsys, "ask", "-")["question"] == question


def test_ask_what_is_not_there(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    question = "When did Napoleon cross the Berezina?"
    assert run_json(capsys, "ask", question)["refused"]
    assert "Nearest evidence" in run(capsys, "ask", question)[0]


def test_bad_questions(docs: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    assert "the question is empty" in run(capsys, "ask", "", code=2)[1]
    monkeypatch.setattr(sys, "stdin", io.StringIO("x" * 100_000))
    _, err = run(capsys, "ask", "-", code=2)
    assert err == "rag: the question has 100,000 characters; at most 10,000 are read\n"
    _, err = run(capsys, "ask", "a fox?", "--doc", "animal.md", code=4)
    assert "near: animals.md" in err
    _, err = run(capsys, "ask", "what is it?", "--image", "nowhere.png", code=2)
    assert err.startswith("rag: nowhere.png: the picture cannot be read")


def test_search_by_picture(figures: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "rag.toml").write_text('clip = "none"\nworkers = 2\n')
    Image.linear_gradient("L").save(figures / "gradient.png")
    run(capsys, "ingest", "docs", "--quiet")
    found = run_json(capsys, "search", "--image", "docs/gradient.png", "-k", "1")
    assert Path(found[0]["document"]["path"]).name == "gradient.png"
    found = run_json(capsys, "search", "the price of foxes", "--image", "docs/gradient.png")
    assert Path(found[0]["document"]["path"]).name == "gradient.png"  # though words find others
    assert len(found) > 1
    _, err = run(capsys, "search", "--image", "docs/prices.md", code=2)
    assert err == "rag: docs/prices.md: not a picture that can be read; try a PNG\n"


def test_a_wrong_setting(docs: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "rag.toml").write_text("worker = 2")
    _, err = run(capsys, "ingest", "docs", code=2)
    assert err == f"rag: {tmp_path}/rag.toml: unknown setting 'worker'; did you mean workers?\n"


def test_the_library_and_the_commands_share_the_index(docs: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "--quiet")
    with Rag.open(create=False) as rag:
        assert len(rag.documents()) == 2

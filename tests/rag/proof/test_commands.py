from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rag import verify_bundle
from rag.proof.bundle_read import read_bundle
from rag.proof.bundle_write import zipped
from tests.rag.command_line import Capture, run, run_json
from tests.rag.proof.conftest import HARBOUR, Made, write_pdf

ROOT = Path(__file__).parents[3]
NEVER = {"onnxruntime", "torch", "transformers", "openvino", "faiss", "sqlalchemy", "tokenizers"}


@pytest.fixture
def asked(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A question that is answered from an index of the default models, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    write_pdf(tmp_path / "docs" / "port.pdf", HARBOUR)
    return "To what depth was the harbour of Port Alder dredged in 1931?"


def test_ask_verifies_and_bundles(asked: str, tmp_path: Path, capsys: Capture) -> None:
    run(capsys, "ingest", "docs", "-q")
    out, err = run(capsys, "ask", asked, "--verify", "--bundle", "a.zip")
    assert HARBOUR in " ".join(out.split())
    assert "\nWhat was needed\n[1] needed: without it, there is no answer.\n" in out
    assert "Answered 1 time more for this, in " in out
    assert err == "Bundle: a.zip; rag verify checks it\n"
    assert verify_bundle("a.zip").holds

    _, err = run(capsys, "ask", asked, "--bundle", "a.zip", code=2)
    assert err == "rag: a.zip: is there already; replace it with --force, or name another\n"
    record = run_json(capsys, "ask", asked, "--verify", "--bundle", "a.zip", "--force")
    assert record["verification"]["citations"][0]["need"] == "needed"
    assert record["verification"]["answers"] == 1
    stored = json.loads(read_bundle(tmp_path / "a.zip").entries["answer.json"])
    assert stored["verification"]["citations"] == record["verification"]["citations"]
    assert "verification" not in run_json(capsys, "ask", asked)
    for proof in (["--verify"], ["--bundle", "b.zip"]):
        _, err = run(capsys, "ask", asked, "--show-context", *proof, code=2)
        assert err.startswith("rag: --show-context asks nothing, so it does not go with")


def test_verify(made: Made, tmp_path: Path, capsys: Capture) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    number = made.answers["pdf"].cited[0].number
    out, err = run(capsys, "verify", str(bundle))
    lines = out.splitlines()
    assert err == ""
    assert lines[0] == "How deep was the harbour dredged?"
    assert lines[1].startswith("bundle: as it was written on 20")
    assert lines[2] == "answer: 1 statement, borne out by what is cited"
    assert lines[3] == f"port.pdf: unchanged, {made.docs / 'north' / 'port.pdf'}"
    assert lines[4] == f"[{number}] port.pdf, page 1: stands where it was"
    assert lines[5:] == ["Holds: 1 file unchanged, 1 piece of evidence where it was."]
    record = run_json(capsys, "verify", str(bundle))
    assert record["holds"] is True
    assert record["problems"] == []
    assert record["sources"][0]["state"] == "intact"
    assert record["evidence"][0]["standing"] == "here"


def test_verify_names_what_does_not_hold(made: Made, tmp_path: Path, capsys: Capture) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    number = made.answers["pdf"].cited[0].number
    copied = made.copy_of_docs(tmp_path)
    path = write_pdf(copied / "north" / "port.pdf", "A new first page.", HARBOUR)
    out, _ = run(capsys, "verify", str(bundle), "--root", str(copied), code=1)
    assert out.splitlines()[3:] == [
        f"port.pdf: CHANGED, {path}",
        f"[{number}] port.pdf, page 1: stands elsewhere now: page 2",
        f"    “{HARBOUR}”: stands elsewhere now: page 2",
        "Does not hold: port.pdf is changed",
    ]
    shutil.rmtree(copied / "north")
    record = run_json(capsys, "verify", str(bundle), "--root", str(copied), code=1)
    assert record["holds"] is False
    assert record["problems"] == ["port.pdf is missing"]
    _, err = run(capsys, "verify", str(bundle), "--root", str(tmp_path / "no"), code=2)
    assert "no such folder to look for the files in" in err


def test_verify_of_what_is_no_bundle(made: Made, tmp_path: Path, capsys: Capture) -> None:
    _, err = run(capsys, "verify", str(tmp_path / "none.zip"), code=2)
    assert err.endswith("none.zip: no such file; check the spelling\n")
    (tmp_path / "a.txt").write_text("text")
    run(capsys, "verify", str(tmp_path / "a.txt"), code=2)


def test_nothing_from_a_bundle_reaches_the_terminal_raw(
    made: Made, tmp_path: Path, capsys: Capture
) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    entries = dict(read_bundle(bundle).entries)
    record = json.loads(entries["manifest.json"])
    evil = "a\x1b]0;title\x07\x1b[2J\nb"
    record |= {"question": evil, "created": evil}
    record["sources"][0] |= {"name": evil, "paths": [f"/nowhere/{evil}"]}
    entries["manifest.json"] = json.dumps(record).encode()
    entries[f"\x1b[31m{evil}"] = b""
    bundle.write_bytes(zipped(entries))
    out, _ = run(capsys, "verify", str(bundle), code=1)
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "a b" in out  # one line each


def test_verify_imports_no_model_and_no_index(made: Made, tmp_path: Path) -> None:
    bundle = made.bundle("pdf", tmp_path / "out.zip")
    code = (
        "import sys, json; from rag.cli import main; "
        f"assert main(['verify', {str(bundle)!r}]) == 0; "
        "json.dump(sorted({name.partition('.')[0] for name in sys.modules}), sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    modules = set(json.loads(done.stderr))
    assert "pymupdf" in modules
    assert not modules & NEVER

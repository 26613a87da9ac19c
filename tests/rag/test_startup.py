"""What the commands import: a user waits for every module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from rag.app import Rag
from rag.config import Settings

ROOT = Path(__file__).parents[2]
NEVER = {"torch", "transformers", "sentence_transformers", "open_clip", "pymupdf", "rapidocr"}


def imported_by(code: str, cwd: Path) -> set[str]:
    """Top-level modules that a fresh Python has after running some code."""
    report = (
        "import sys, json; "
        "json.dump(sorted({name.partition('.')[0] for name in sys.modules}), sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(json.loads(done.stderr))


def test_import_rag_costs_nothing(tmp_path: Path) -> None:
    before = imported_by("", tmp_path)
    assert imported_by("import rag", tmp_path) - before <= {"rag", "typing", "importlib"} | set(
        sys.stdlib_module_names
    )


def test_help_imports_the_standard_library_only(tmp_path: Path) -> None:
    code = "from rag.cli import main; main(['--help']); main(['ask', '--help'])"
    foreign = imported_by(code, tmp_path) - set(sys.stdlib_module_names) - imported_by("", tmp_path)
    assert foreign <= {"rag", "ingest"}


def test_ask_imports_what_it_uses(docs: Path, tmp_path: Path) -> None:
    with Rag.open(tmp_path / ".rag", settings=Settings(workers=2)) as rag:
        rag.ingest(docs)
    code = (
        "from rag.cli import main; "
        "assert main(['ask', 'What does the quick brown fox jump over?', '--json']) == 0"
    )
    assert not imported_by(code, tmp_path) & (
        NEVER | {"rich", "PIL", "onnxruntime", "bs4", "docx", "lxml"}
    )


def test_an_ingest_imports_no_torch_and_no_parser_in_this_process(
    docs: Path, tmp_path: Path
) -> None:
    code = "from rag.cli import main; assert main(['ingest', 'docs', '--json']) == 0"
    assert not imported_by(code, tmp_path) & NEVER


def test_an_ingest_with_nothing_to_do_loads_no_model(docs: Path, tmp_path: Path) -> None:
    with Rag.open(tmp_path / ".rag", settings=Settings(workers=2)) as rag:
        rag.ingest(docs)
    code = "from rag.cli import main; assert main(['ingest', 'docs']) == 0"
    assert not imported_by(code, tmp_path) & (NEVER | {"tokenizers", "openvino", "onnxruntime"})

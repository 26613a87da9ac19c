"""What may import what, and what the default path must not import at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
NEVER = ("torch", "transformers", "sentence_transformers", "open_clip")
NEVER_TO_ASK = (*NEVER, "pymupdf", "rapidocr", "cv2", "docx", "pptx", "openpyxl", "bs4")


def loaded_by(code: str, folder: Path) -> set[str]:
    """Run code in a fresh interpreter; the top-level modules that it loaded."""
    program = (
        f"{code}\nimport sys; print('|'.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "RAG_INDEX": str(folder / ".rag")},
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.strip().splitlines()[-1].split("|"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small index, and what making it loaded, in modules.txt."""
    folder = tmp_path_factory.mktemp("startup")
    (folder / "note.md").write_text(
        "# Harbour\n\nThe harbour master counted 214 boats in May and 97 boats in June.\n",
        encoding="utf-8",
    )
    modules = loaded_by(
        "from rag.cli import main; assert main(['ingest', '-q', 'note.md']) == 0", folder
    )
    (folder / "modules.txt").write_text("\n".join(modules), encoding="utf-8")
    return folder


@pytest.mark.parametrize("package", ["rag", "indexes", "ingest"])
def test_importing_a_package_costs_next_to_nothing(package: str, tmp_path: Path) -> None:
    modules = loaded_by(f"import {package}", tmp_path)
    assert not modules & {*NEVER_TO_ASK, "numpy", "sqlalchemy", "faiss", "rich"}


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    modules = loaded_by("from rag.cli import main; main(['--help'])", tmp_path)
    assert not modules & {*NEVER_TO_ASK, "numpy", "sqlalchemy", "faiss"}


def test_ingest_imports_no_torch(index: Path) -> None:
    modules = set((index / "modules.txt").read_text(encoding="utf-8").split())
    assert not modules & set(NEVER)
    assert "numpy" in modules  # the test would else prove nothing


@pytest.mark.parametrize("command", ["ask", "search"])
def test_ask_imports_neither_torch_nor_parsers(index: Path, command: str) -> None:
    modules = loaded_by(
        f"from rag.cli import main; assert main(['{command}', 'How many boats in May?']) == 0",
        index,
    )
    assert not modules & set(NEVER_TO_ASK)
    assert "numpy" in modules


def test_import_rules_hold(repository: Path) -> None:
    pytest.importorskip("importlinter")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c()",
            "--no-logo",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
    )
    assert done.returncode == 0, done.stdout + done.stderr

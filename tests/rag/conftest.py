from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.app import Rag
from rag.config import Settings
from tests.fakes import HashModels

FOX = "# Animals\n\n## Foxes\n\nThe quick brown fox jumps over the lazy dog.\n"
TABLE = "# Prices\n\n| fruit | price |\n| --- | --- |\n| apple | 3 |\n| pear | 4 |\n"
OLD = 1_600_000_000  # seconds of the epoch


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("RAG_INDEX", "RAG_DEBUG", "RAG_OCR", "RAG_WORKERS", "RAG_IMAGES"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "animals.md").write_text(FOX)
    (folder / "prices.md").write_text(TABLE)
    for path in folder.iterdir():
        os.utime(path, (OLD, OLD))  # what is brand-new is looked at again by the next ingest
    return folder


@pytest.fixture
def settings() -> Settings:
    return Settings(pixels="none", clip="none", workers=2, images="never")


@pytest.fixture
def rag(tmp_path: Path, settings: Settings) -> Iterator[Rag]:
    """An index beside `docs`, still empty, whose models are stand-ins."""
    with Rag(tmp_path / ".rag", settings, HashModels()) as rag:
        yield rag

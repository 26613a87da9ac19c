from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexes.sources import FILE_NAME, forget_sources, read_sources, write_sources
from ingest.errors import StoreError


def test_sources_add_up(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(b"/docs/caf\xe9\n.pdf"))
    assert read_sources(tmp_path) == []
    write_sources(tmp_path, [Path("/docs"), odd])
    written = (tmp_path / FILE_NAME).stat()
    assert written.st_mode & 0o777 == 0o600
    write_sources(tmp_path, [odd])
    assert (tmp_path / FILE_NAME).stat().st_ino == written.st_ino  # nothing new: not written
    write_sources(tmp_path, [Path("/more"), Path("/docs")])
    assert read_sources(tmp_path) == [Path("/docs"), odd, Path("/more")]
    forget_sources(tmp_path, [odd, Path("/unknown")])
    assert read_sources(tmp_path) == [Path("/docs"), Path("/more")]
    assert os.listdir(tmp_path) == [FILE_NAME]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"paths": 3}', '{"paths": [3]}', "[" * 100_000])
def test_a_damaged_file_names_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    assert read_sources(tmp_path) == []
    write_sources(tmp_path, [Path("/docs")])
    assert read_sources(tmp_path) == [Path("/docs")]


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="gone"):
        write_sources(tmp_path / "gone", [Path("/docs")])

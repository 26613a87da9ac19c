from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import InputError
from ingest.paths import expanded, is_gone


def test_gone_is_what_is_not_there_and_not_what_cannot_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    (tmp_path / "loop").symlink_to("loop")
    assert not is_gone(tmp_path)
    assert not is_gone(tmp_path / "file")
    assert not is_gone(tmp_path / ("n" * 300))  # too long a name: nobody can tell
    for name in ("nothing", "file/below", "loop", "nul\0"):
        assert is_gone(tmp_path / name)


def test_a_home_folder_that_is_none_is_named(tmp_path: Path) -> None:
    assert expanded(tmp_path) == tmp_path
    with pytest.raises(InputError, match="~nobody-has-this-name/x: no such home folder"):
        expanded("~nobody-has-this-name/x")

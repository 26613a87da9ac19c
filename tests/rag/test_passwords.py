from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ConfigError, PathMissing
from rag.passwords import passwords_of
from rag.secrets import hidden


def test_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_bytes("\ufeffopen sesame \r\n\n\tümlaut\nopen sesame \nlast".encode())
    assert passwords_of(["first"], str(file)) == ("first", "open sesame ", "\tümlaut", "last")
    assert hidden("it was 'first'") == "it was '[hidden]'"


def test_without_a_file() -> None:
    assert passwords_of([], None) == ()


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (None, PathMissing, "no such password file"),
        (b"\xff\xfe", ConfigError, "not UTF-8"),
        (b"x" * (1 << 21), ConfigError, "too large"),
    ],
)
def test_errors(content: bytes | None, kind: type[Exception], message: str, tmp_path: Path) -> None:
    file = tmp_path / "words"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(kind, match=message):
        passwords_of([], str(file))


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        passwords_of([], str(tmp_path))

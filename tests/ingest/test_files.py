from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ingest.errors import PathMissing, UnreadableFile
from ingest.files import discover, fingerprint
from tests.ingest.samples import png, save


def names(found: tuple[Path, ...], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in found]


def test_a_folder_is_read_in_a_fixed_order_without_what_is_not_meant(tmp_path: Path) -> None:
    for name in ("b.md", "a.PDF", "sub/c.txt", "sub/.hidden.md", ".git/x.md", ".rag/y.md"):
        save(tmp_path / name, "text")
    for name in ("node_modules/z.md", "env/pyvenv.cfg", "env/z.md", "~$b.docx"):
        save(tmp_path / name, "text")
    save(tmp_path / "code.py", "x = 1")
    found = discover([tmp_path])
    assert names(found.files, tmp_path) == ["a.PDF", "b.md", "sub/c.txt"]
    assert found.skipped == ((tmp_path / "code.py", "files of type '.py' are not supported"),)


def test_each_file_comes_once_and_links_do_not_loop(tmp_path: Path) -> None:
    save(tmp_path / "sub/a.md", "text")
    (tmp_path / "sub/loop").symlink_to(tmp_path)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    found = discover([tmp_path / "sub" / "a.md", tmp_path, tmp_path / "sub"])
    assert names(found.files, tmp_path) == ["sub/a.md"]
    assert found.skipped == ((tmp_path / "gone.md", "a symbolic link to nothing"),)


def test_a_file_given_by_name_may_be_hidden_or_carry_a_wrong_suffix(tmp_path: Path) -> None:
    hidden = save(tmp_path / ".notes.md", "text")
    wrong = save(tmp_path / "picture.dat", png())
    readme = save(tmp_path / "README", "plain words")
    binary = save(tmp_path / "x.bin", b"\0\1\2")
    found = discover([hidden, wrong, readme, binary])
    assert found.files == (hidden, wrong, readme)
    assert found.skipped == ((binary, "files of type '.bin' are not supported"),)


def test_excluded_folders_and_files_are_passed_over(tmp_path: Path) -> None:
    save(tmp_path / "a.md", "text")
    save(tmp_path / "b.md", "text")
    save(tmp_path / "index/c.md", "text")
    found = discover([tmp_path], exclude=[tmp_path / "index", tmp_path / "b.md"])
    assert names(found.files, tmp_path) == ["a.md"]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match=r"nowhere: no such file or folder"):
        discover([tmp_path / "nowhere"])


def test_the_fingerprint_is_sha256_of_the_bytes(tmp_path: Path) -> None:
    data = b"bytes" * 100_000
    assert fingerprint(save(tmp_path / "f", data)) == hashlib.sha256(data).hexdigest()
    with pytest.raises(UnreadableFile, match="cannot be read"):
        fingerprint(tmp_path)

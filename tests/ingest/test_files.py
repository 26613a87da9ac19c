from __future__ import annotations

import hashlib
import os
import socket
import zipfile
from pathlib import Path

import pytest

from ingest.errors import PathMissing, UnreadableFile
from ingest.files import discover, fingerprint
from ingest.formats import format_of
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
    with pytest.raises(UnreadableFile, match="is a folder and no file"):
        fingerprint(tmp_path)


def test_new_office_files_under_old_names_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "new.doc", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    save(tmp_path / "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    found = discover([tmp_path])
    assert names(found.files, tmp_path) == ["new.doc"]
    [(path, reason)] = found.skipped
    assert path.name == "old.doc"
    assert reason.startswith("Office formats from before 2007 are not supported")


def test_links_are_followed_inside_the_folders_given_only(tmp_path: Path) -> None:
    save(tmp_path / "outside/secret.md", "text")
    save(tmp_path / "given/a.md", "text")
    save(tmp_path / "also/b.md", "text")
    for name, target in (
        ("file.md", "outside/secret.md"),
        ("folder", "outside"),
        ("inner.md", "given/a.md"),
        ("other.md", "also/b.md"),
    ):
        (tmp_path / "given" / name).symlink_to(tmp_path / target)
    (tmp_path / "given/self.md").symlink_to("self.md")
    out = "a symbolic link out of the folders given"
    found = discover([tmp_path / "given"])
    assert names(found.files, tmp_path / "given") == ["a.md", "inner.md"]
    assert {path.name: reason for path, reason in found.skipped} == {
        "file.md": out,
        "folder": out,
        "other.md": out,
        "self.md": "a symbolic link to nothing",
    }
    both = discover([tmp_path / "given", tmp_path / "also"])
    assert tmp_path / "given/other.md" in both.files
    (tmp_path / "named").symlink_to(tmp_path / "given")
    assert names(discover([tmp_path / "named"]).files, tmp_path / "named") == ["a.md", "inner.md"]


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.md"))
        (tmp_path / "folder.pdf").mkdir()
        save(tmp_path / "folder.pdf/a.md", "text")
        found = discover([tmp_path, tmp_path / "pipe.md", Path("/dev/zero")])
    assert names(found.files, tmp_path) == ["folder.pdf/a.md"]
    assert dict(found.skipped) == {
        tmp_path / "pipe.md": "a FIFO and no file",
        tmp_path / "socket.md": "a socket and no file",
        Path("/dev/zero"): "a device and no file",
    }
    for function in (fingerprint, format_of):
        with pytest.raises(UnreadableFile, match="is a FIFO and no file"):
            function(tmp_path / "pipe.md")


@pytest.mark.parametrize(
    "name",
    [
        b"line\nend.md",
        b"a'b\"c`d$(e);f.md",
        b"\x1b[31mred\x07.md",
        b"caf\xe9.md",
        b"-rf.md",
        b"*?[.md",
    ],
)
def test_any_name_is_found_as_it_is(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(b"text")
    found = discover([tmp_path])
    assert [os.fsencode(file.name) for file in found.files] == [name]
    assert fingerprint(found.files[0]) == hashlib.sha256(b"text").hexdigest()

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.errors import EncryptedFile, UnreadableFile, UnsupportedFile
from ingest.formats import SUFFIXES, format_of
from tests.ingest.samples import png, save

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7", "pdf"),
        ("a.txt", b"\n%PDF-1.7", "pdf"),
        ("a.doc", b"<html><body>x", "html"),
        ("a.txt", b"<!DOCTYPE html><p>x", "html"),
        ("a.md", b"<p align=center>x</p> and <html> in the text", "markdown"),
        ("a.csv", b"a,b\n1,2", "csv"),
        ("a.jpg", png(), "image"),
        ("a.txt", b"BMW makes cars", "text"),
        ("a.svg", b'<?xml version="1.0"?><svg xmlns="x"/>', "svg"),
        ("LICENSE", b"words", "text"),
    ],
)
def test_the_first_bytes_correct_the_suffix(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    assert format_of(save(tmp_path / name, content)) == expected


def test_a_zip_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    for member, expected in (
        ("word/document.xml", "docx"),
        ("ppt/presentation.xml", "pptx"),
        ("xl/workbook.xml", "xlsx"),
        ("META-INF/container.xml", "epub"),
    ):
        path = tmp_path / f"{expected}.doc"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, "x")
        assert format_of(path) == expected


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFile, match=r"a\.mp3: files of type '\.mp3' are not supported"):
        format_of(save(tmp_path / "a.mp3", b"ID3"))
    with pytest.raises(UnreadableFile, match="the file is empty"):
        format_of(save(tmp_path / "a.pdf", b""))
    with pytest.raises(UnsupportedFile, match=r"save it as \.docx"):
        format_of(save(tmp_path / "old.doc", OLE))
    with pytest.raises(UnsupportedFile, match=r"'\.msg' are not supported"):
        format_of(save(tmp_path / "mail.msg", OLE))
    with pytest.raises(EncryptedFile, match="without a password"):
        format_of(save(tmp_path / "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")))
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        format_of(tmp_path / "missing.pdf")


def test_every_suffix_is_lower_case_with_a_dot() -> None:
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in SUFFIXES)

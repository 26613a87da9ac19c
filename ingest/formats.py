"""Which format a file is in: by its suffix, corrected by its first bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ingest.errors import EncryptedFile, UnreadableFile, UnsupportedFile
from ingest.regular import open_regular

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": "pdf",
        ".md": "markdown",
        ".markdown": "markdown",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".txt": "text",
        ".text": "text",
        ".rst": "text",
        ".adoc": "text",
        ".asciidoc": "text",
        ".csv": "csv",
        ".tsv": "csv",
        ".docx": "docx",
        ".docm": "docx",
        ".pptx": "pptx",
        ".pptm": "pptx",
        ".ppsx": "pptx",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
        ".epub": "epub",
        ".png": "image",
        ".jpg": "image",
        ".jpeg": "image",
        ".webp": "image",
        ".tif": "image",
        ".tiff": "image",
        ".gif": "image",
        ".bmp": "image",
        ".svg": "svg",
        ".svgz": "svg",
    }
)
"""Suffix (lower case, with the dot) to format."""

_HEAD = 4096  # bytes that are looked at
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel and PowerPoint before 2007; encrypted ones
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_TEXTS = frozenset({"markdown", "text", "csv"})  # these have no signature of their own
OLD_OFFICE = frozenset({".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps"})
"""Suffixes of formats that are not read, which files of the newer formats often carry."""

_OFFICE = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))


def format_of(path: Path) -> str:
    """The format of the file at `path`: a value of `SUFFIXES`.

    The first bytes decide where they are clear, so that a PDF named .txt is still read as a PDF.

    Raises UnsupportedFile, EncryptedFile (an encrypted Office file), UnreadableFile (empty, no
    regular file, or cannot be opened).
    """
    suffix = path.suffix.lower()
    named = SUFFIXES.get(suffix)
    with open_regular(path) as file:
        try:
            head = file.read(_HEAD)
        except OSError as error:
            raise UnreadableFile(f"{path}: cannot be read ({error.strerror})") from error
    if not head.strip():
        raise UnreadableFile(f"{path}: the file is empty; remove it or save it again")
    if head.startswith(_OLE):
        raise _ole_error(path)
    found = _signature(head, path)
    if found == "html" and named in _TEXTS:  # Markdown may open with HTML; only a whole page counts
        found = "html" if _is_html_page(head) else None
    if found is not None:
        return found
    if named is None and not suffix and _looks_like_text(head):
        return "text"  # README, LICENSE
    if named is None:
        raise _unsupported(path)
    return named


def _signature(head: bytes, path: Path) -> str | None:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_IMAGES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return "image"
    if head.startswith(b"BM") and path.suffix.lower() not in {".txt", ".md", ".csv"}:
        return "image"
    if head.startswith(b"PK\x03\x04"):
        return _zip_format(path)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in start and (start.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--"))):
        return "svg"
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:1024]:
        return "html"
    return None


def _is_html_page(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _zip_format(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        if path.suffix.lower() in SUFFIXES:
            return None  # let the parser of its suffix say what is wrong
        raise UnreadableFile(f"{path}: the archive is damaged ({error})") from error
    if "META-INF/container.xml" in names:
        return "epub"
    for folder, name in _OFFICE:
        if any(member.startswith(folder) for member in names):
            return name
    return None


def _ole_error(path: Path) -> EncryptedFile | UnsupportedFile:
    marker = "EncryptedPackage".encode("utf-16-le")
    with open_regular(path) as file:
        if marker in file.read(1 << 24):
            return EncryptedFile(
                f"{path}: the Office file is encrypted; save a copy without a password"
            )
    if path.suffix.lower() in OLD_OFFICE or path.suffix.lower() in SUFFIXES:
        return UnsupportedFile(
            f"{path}: Office formats from before 2007 are not supported; "
            "save it as .docx, .pptx or .xlsx"
        )
    return _unsupported(path)


def _unsupported(path: Path) -> UnsupportedFile:
    suffix = path.suffix.lower() or "unknown"
    return UnsupportedFile(f"{path}: files of type {suffix!r} are not supported")


def _looks_like_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a character cut at the end of the head
    return True

"""EPUB: its chapters in spine order, each read as HTML."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from ingest.archive import Archive, BadPart, Node, member_of, opened, xml
from ingest.decode import decode
from ingest.errors import EncryptedFile, UnreadableFile
from ingest.files import fingerprint
from ingest.html import read_html
from ingest.images import Load, Pictures
from ingest.outline import Outline
from ingest.pictures import title_of
from ingest.types import Document, Element, ReadOptions, Report

_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


class EpubParser:
    """Reads .epub. Its page count is its number of chapters; places have no pages."""

    suffixes = frozenset({".epub"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.options = options
        self.report = report
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its elements; raises UnreadableFile, EncryptedFile."""
        with opened(path) as archive:
            _refuse_encrypted(archive, path)
            package, root = _package(archive, path)
            chapters = _spine(package, root)
        named = package.find(".//{*}metadata/{*}title")
        title = " ".join((named.text or "").split()) if named is not None else ""
        if not chapters:
            raise UnreadableFile(f"{path}: has no chapters; save it again")
        document = Document(fingerprint(path), path, title or title_of(path), len(chapters))
        return document, self._elements(path, chapters)

    def _elements(self, path: Path, chapters: list[str]) -> Iterator[Element]:
        with opened(path) as archive:
            for number, chapter in enumerate(chapters, start=1):
                try:
                    data = member_of(archive, chapter)
                except BadPart as error:
                    self.skipped.append(f"chapter {chapter[:200]}: {error}")
                    continue
                if data is None:
                    self.skipped.append(f"chapter {chapter[:200]}: not in the archive")
                    continue
                outline = Outline()
                pictures = Pictures(_inside(archive, chapter), self.options, self.skipped)
                read_html(decode(data), outline, pictures)
                pictures.finish()
                yield from outline.finish()
                if self.report:
                    self.report("chapters", number, len(chapters))


def _refuse_encrypted(archive: Archive, path: Path) -> None:
    data = member_of(archive, "META-INF/encryption.xml")
    methods = (
        [m.get("Algorithm", "") for m in xml(data).iter("{*}EncryptionMethod")] if data else []
    )
    if any(method not in _FONT_SCRAMBLING for method in methods):
        raise EncryptedFile(f"{path}: is protected (DRM) and cannot be read; use an open copy")


def _package(archive: Archive, path: Path) -> tuple[Node, str]:
    """The root of the package document, and its folder in the archive."""
    data = member_of(archive, "META-INF/container.xml")
    found = xml(data).find(".//{*}rootfile") if data else None
    name = found.get("full-path", "") if found is not None else ""
    package = member_of(archive, name)
    if package is None:
        raise UnreadableFile(f"{path}: has no package document; save it again as EPUB")
    return xml(package), posixpath.dirname(name)


def _spine(package: Node, folder: str) -> list[str]:
    """Names of the chapters in the archive, in reading order; the table of contents is left out."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    names = []
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in item.get("properties", "").split():
            continue
        names.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "")))))
    return list(dict.fromkeys(names))  # each once: a spine of one chapter a million times is none


def _inside(archive: Archive, chapter: str) -> Load:
    folder = posixpath.dirname(chapter)

    def load(name: str) -> bytes | None:
        try:
            return member_of(archive, posixpath.normpath(posixpath.join(folder, name)))
        except BadPart:
            return None

    return load

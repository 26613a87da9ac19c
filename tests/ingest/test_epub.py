from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.errors import EncryptedFile, UnreadableFile
from ingest.types import Kind
from tests.ingest.samples import png, reading

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PACKAGE = """<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>The Book</dc:title></metadata><manifest>
<item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="text/two.xhtml"/>
<item id="a" href="text/one%20.xhtml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def book(path: Path, **more: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", PACKAGE)
        archive.writestr(
            "OPS/text/one .xhtml", "<html><body><h1>One</h1><p>First.</p></body></html>"
        )
        archive.writestr(
            "OPS/text/two.xhtml",
            '<html><body><h1>Two</h1><img src="../img/a.png" alt="A box"/></body></html>',
        )
        archive.writestr("OPS/img/a.png", png())
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def test_chapters_come_in_the_order_of_the_spine(tmp_path: Path) -> None:
    found = reading(book(tmp_path / "a.epub"))
    assert (found.document.title, found.document.page_count) == ("The Book", 2)
    text, figure = found.elements
    assert (text.text, text.headings) == ("First.", ("One",))
    assert (figure.kind, figure.caption, figure.headings) == (Kind.FIGURE, "A box", ("Two",))


def test_protected_books_are_refused(tmp_path: Path) -> None:
    rights = '<encryption><EncryptionMethod Algorithm="http://x/aes128-cbc"/></encryption>'
    with pytest.raises(EncryptedFile, match="DRM"):
        reading(book(tmp_path / "a.epub", **{"META-INF__encryption.xml": rights}))


def test_archives_that_unpack_to_too_much_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", bytes(60 << 20))
    with pytest.raises(UnreadableFile, match="unpacks to 63 MB"):
        reading(path)

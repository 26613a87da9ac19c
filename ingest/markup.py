"""Markdown, HTML and plain text. Markdown is rendered to HTML: one walk reads both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ingest.decode import decode
from ingest.errors import UnreadableFile
from ingest.files import fingerprint
from ingest.images import Pictures, beside
from ingest.outline import Outline
from ingest.pictures import title_of
from ingest.types import Document, Element, ReadOptions, Report

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MOST_BRACKETS = 3000  # in one paragraph
_FRONT_TITLE = re.compile(r"^title\s*:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


class HtmlParser:
    """Reads HTML: headings, paragraphs, lists, tables, figures; navigation is left out."""

    suffixes = frozenset({".html", ".htm", ".xhtml"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.options = options
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its elements; raises UnreadableFile."""
        return self._parse(path, path.read_bytes(), decode)

    def _parse(
        self, path: Path, data: bytes, to_html: Callable[[bytes], str], title: str = ""
    ) -> tuple[Document, Iterator[Element]]:
        from ingest.html import read_html

        outline = Outline()
        pictures = Pictures(beside(path, self.options.roots), self.options, self.skipped)
        found = read_html(to_html(data), outline, pictures)
        pictures.finish()
        document = Document(fingerprint(path), path, title or found or title_of(path), 1)
        return document, outline.finish()


class MarkdownParser(HtmlParser):
    """Reads Markdown (CommonMark with tables), and the HTML inside it."""

    suffixes = frozenset({".md", ".markdown"})

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its elements; its title is the front matter's or the first heading."""
        from markdown_it import MarkdownIt

        text = decode(path.read_bytes())
        title = ""
        if front := _FRONT_MATTER.match(text):
            text = text[front.end() :]
            named = _FRONT_TITLE.search(front[1])
            title = named[1] if named else ""
        renderer = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
        renderer.core.ruler.at("inline", _inline)
        return self._parse(path, b"", lambda _: renderer.render(text), title)


def _inline(state: Any) -> None:
    """MarkdownIt's own rule, but for paragraphs of brackets: links in these take squared time."""
    from markdown_it.token import Token

    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if token.content.count("[") > _MOST_BRACKETS:
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


class TextParser:
    """Reads plain text: paragraphs are divided by empty lines."""

    suffixes = frozenset({".txt", ".text", ".rst", ".adoc", ".asciidoc"})

    def __init__(self, options: ReadOptions, report: Report | None = None) -> None:
        self.ocr_pages: list[int] = []
        self.skipped: list[str] = []

    def parse(self, path: Path) -> tuple[Document, Iterator[Element]]:
        """The document and its paragraphs; raises UnreadableFile for binary data."""
        text = decode(path.read_bytes())
        if _is_binary(text):
            raise UnreadableFile(f"{path}: holds no text but binary data; check what it is")
        outline = Outline()
        for paragraph in re.split(r"\n\s*\n|\f", text):
            outline.text(paragraph.strip("\n").rstrip())
        return Document(fingerprint(path), path, title_of(path), 1), outline.finish()


def _is_binary(text: str) -> bool:
    sample = text[:10_000]
    odd = sum(ch == "\ufffd" or (ch < " " and ch not in "\n\t\f\v\b\x1b") for ch in sample)
    return odd > len(sample) * 0.1

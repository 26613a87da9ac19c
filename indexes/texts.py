"""What of an element is indexed for words, and what an embedder reads of it."""

from __future__ import annotations

import re

from indexes.lexical import terms
from ingest.types import Document, Element, Kind

COLUMNS = ("title", "headings", "caption", "body")

_CONTEXT_WORDS = 12  # of each line of context: an embedder reads some 190 words in all
_RULE = re.compile(r"^\s*\|?[\s:|-]*-{3,}[\s:|-]*\|?\s*$", re.MULTILINE)  # |---|---|
_CELL_BORDER = re.compile(r"\s*(?<!\\)\|\s*")


def text_to_index(document: Document, element: Element) -> dict[str, str]:
    """The columns of the word index: terms with spaces between them."""
    label = "" if element.caption.startswith(element.label) else element.label
    columns = {
        "title": document.title,
        "headings": "\n".join(element.headings),
        "caption": f"{label}\n{element.caption}",
        "body": f"{element.text}\n{element.description}",
    }
    return {name: " ".join(terms(text)) for name, text in columns.items()}


def text_to_embed(document: Document, element: Element) -> str:
    """An element's text after the little context that tells what it is about.

    Title, last heading and caption come first and are kept short, for the model reads 256 tokens.
    Table borders are left out: they cost tokens and mean nothing to it.
    """
    heading = element.headings[-1] if element.headings else ""
    caption = element.caption or element.label
    context = [_shorten(document.title), _shorten(heading)]
    body = _plain_table(element.text) if element.kind is Kind.TABLE else element.text
    parts = [*context, caption, body, element.description]
    different = dict.fromkeys(part.strip() for part in parts)
    return "\n".join(part for part in different if part)


def _shorten(text: str) -> str:
    return " ".join(text.split()[:_CONTEXT_WORDS])


def _plain_table(markdown: str) -> str:
    lines = (_CELL_BORDER.sub(" ", line).strip() for line in _RULE.sub("", markdown).splitlines())
    return "\n".join(line for line in lines if line)

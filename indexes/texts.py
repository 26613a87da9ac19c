"""What of an element is indexed for words, and what an embedder reads of it."""

from __future__ import annotations

import re
from dataclasses import replace

from indexes.lexical import terms
from ingest.types import Document, Element, Kind

COLUMNS = ("title", "headings", "caption", "body")

_CONTEXT_WORDS = 12  # of each line of context: an embedder reads some 190 words in all
_RULE = re.compile(r"^\s*\|?[\s:|-]*-{3,}[\s:|-]*\|?\s*$", re.MULTILINE)  # |---|---|
_CELL_BORDER = re.compile(r"\s*(?<!\\)\|\s*")
_SPACE = re.compile(r"\s+")
_LETTER = re.compile(r"[^\W\d_]")
_FRAME = frozenset(  # of the built-in description's sentences, around the document's own words
    terms(
        "A An wide tall figure titled in the section title it is its horizontal vertical axis axes "
        "are runs shows from to and legend rows values shown other words labels described as"
    )
)


def text_to_index(document: Document, element: Element) -> dict[str, str]:
    """The columns of the word index: terms with spaces between them."""
    label = "" if element.caption.startswith(element.label) else element.label
    columns = {
        "title": document.title,
        "headings": "\n".join(element.headings),
        "caption": f"{label}\n{element.caption}",
        "body": f"{element.text}\n{_verified(element)}",
    }
    return {name: " ".join(terms(text)) for name, text in columns.items()}


_MOST = 40_000  # characters: many times what a few windows of a model hold


def text_to_embed(document: Document, element: Element) -> str:
    """An element's text after the little context that tells what it is about.

    Title, last heading and caption come first and are kept short, for the model reads 256 tokens.
    Table borders, and numbers that stand alone in a cell or at an axis, are left out: they cost
    most of the tokens and mean nothing to it. BM25 finds them. Of a very
    long text only the beginning is given.
    """
    heading = element.headings[-1] if element.headings else ""
    caption = element.caption or element.label
    context = [_shorten(document.title), _shorten(heading)]
    body = element.text if element.kind is Kind.TEXT else _without_numbers(element)
    parts = (*context, caption, body, _verified(element))
    different = dict.fromkeys(part.strip() for part in parts)
    return "\n".join(part for part in different if part)[:_MOST]


def caption_to_embed(element: Element) -> str:
    """What is said of a figure, for a space that its pixels share: caption and description.

    A figure that nothing is said of lends the words inside it.
    """
    described = verified_description(element) if element.described_by else ""
    told = "\n".join(part for part in (element.caption, described) if part.strip())
    return told or _without_numbers(element) or element.label


def _verified(element: Element) -> str:
    return verified_description(replace(element, description=_description(element)))


def verified_description(element: Element) -> str:
    """The description without what a model may have misread: nobody shall find it by that."""
    text = element.description
    for doubtful in sorted(element.unverified, key=len, reverse=True):
        whole = rf"(?<!\w)(?<!\d[.,]){re.escape(doubtful)}(?!\w)(?![.,]\d)"
        text = re.sub(whole, " ", text)
    return text


def _shorten(text: str) -> str:
    return " ".join(text.split()[:_CONTEXT_WORDS])


def _without_numbers(element: Element) -> str:
    """The words of a table or a figure, a row or line each, without cells of numbers alone."""
    cut = _CELL_BORDER if element.kind is Kind.TABLE else _SPACE
    lines = (
        " ".join(cell for cell in cut.split(line) if _LETTER.search(cell))
        for line in _RULE.sub("", element.text).splitlines()
    )
    return "\n".join(line for line in lines if line)


def _description(element: Element) -> str:
    """A model's description; the built-in one unless it only repeats what the document says."""
    if element.described_by:
        return element.description
    told = (element.label, *element.headings, element.caption, element.text, element.figure_type)
    new = set(terms(element.description)) - set(terms("\n".join(told))) - _FRAME
    return element.description if new else ""

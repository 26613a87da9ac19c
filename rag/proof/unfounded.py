"""Which sentences of a bundle's answer its own evidence does not bear out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ingest.errors import RagError
from ingest.types import Document, Element
from rag.citations import CITED
from rag.grounding import problems
from rag.proof.file_text import FileText
from rag.proof.manifest import Manifest, Piece, Source
from rag.proof.said import Statement, quoted
from rag.proof.standing import has_words, run
from rag.types import Evidence
from rag.words import words

_WORKED_OUT = ("count", "sum", "difference", "change", "comparison")


File = tuple[Path | None, FileText | None]
"""Where a source is, and its words; None where there is none that is unchanged and readable."""


def unfounded(
    manifest: Manifest,
    said: Sequence[Statement],
    elements: Mapping[int, Element],
    files: Mapping[str, File],
) -> tuple[str, ...]:
    """Sentences that are no quotes, and whose numbers and names their evidence does not hold.

    `files` are the sources by SHA-256. They are read through for titles and headings, but only if
    there is such a sentence.

    Those that the answer itself names as not borne out are not counted again.
    """
    quotes = [
        one
        for one in said
        if any(n in elements and quoted(one.text, elements[n]) for n in one.cited)
    ]
    short = _short(manifest, list(elements.values()))
    if len(quotes) == len(said):
        return short
    sources = {source.sha256: source for source in manifest.sources}
    evidence = [
        _evidence(piece, elements[piece.number], sources[piece.source], files[piece.source])
        for piece in manifest.evidence
        if piece.source in sources
    ]
    known = {run(sentence) for sentence in manifest.unsupported}
    runs = [run(one.text) for one in quotes]
    wrong = (
        sentence
        for sentence in problems(manifest.answer, evidence)
        if run(sentence) not in known and not any(_bare(sentence) in quote for quote in runs)
    )
    return (*short, *wrong)


def _short(manifest: Manifest, elements: Sequence[Element]) -> tuple[str, ...]:
    """The short answer, if the evidence does not hold it, nor what it is taken from.

    One that is worked out (a sum, a count) is not worked out again: its steps must stand.
    """
    short = manifest.short
    if short is None:
        return ()
    told = [line for e in elements for line in (e.caption, e.text, *e.headings, e.label)]
    held = set(words("\n".join(told)))
    parts = short.steps if short.how in _WORKED_OUT else (short.text, *short.steps)
    return () if all(held.issuperset(words(part)) for part in parts) else (short.text,)


def _bare(sentence: str) -> str:
    return run(CITED.sub("", sentence)).rstrip(".")


def _evidence(piece: Piece, element: Element, source: Source, file: File) -> Evidence:
    """A piece of evidence under a title and headings that its file holds, and the file's name.

    Only what stands in the file counts: a bundle may call its evidence what it likes.
    """
    path, text = file
    named = [source.title, *piece.headings]
    held = named if text is None else _standing(named, text)
    headings = tuple(heading for heading in piece.headings if heading in held)
    title = source.title if source.title in held else ""
    document = Document(piece.source, path or Path(source.name), title, source.pages)
    return Evidence(piece.number, replace(element, headings=headings), document, 0.0)


def _standing(wanted: Sequence[str], text: FileText) -> set[str]:
    """Those that stand somewhere in the file, each within one place."""
    left = {words for words in wanted if words.strip()}
    found: set[str] = set()
    with suppress(RagError):  # a page of it cannot be read: what was found until there counts
        for _, lines in text.everywhere():
            found |= {words for words in left if has_words(words, lines)}
            left -= found
            if not left:
                break
    return found

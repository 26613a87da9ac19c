"""What an answer bundle says of itself: its manifest, written and read.

A manifest is JSON: `to_record` and `from_record` lead from its types to plain values and back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import UnreadableFile
from ingest.types import Box, Kind, Place
from rag.types import ShortAnswer

FORMAT = "multimodal-rag answer bundle"
VERSION = 1  # of the format: a change that older software would misread raises it

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that the answer rests on."""

    sha256: str  # of its bytes; what its document is known by
    name: str
    paths: tuple[Path, ...]  # where it was, the one that the answer names first
    title: str
    size: int | None  # bytes; None when it was gone already
    pages: int
    ocr_pages: tuple[int, ...]  # pages (from 1) whose words were read from pixels


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence. Files are names of entries in the bundle."""

    number: int  # its [n] in the answer
    id: str  # the element's
    source: str  # its file's SHA-256
    kind: Kind
    place: Place
    headings: tuple[str, ...]
    label: str
    caption: str
    description: str  # a model's words about a figure, which a model's answer may rest on
    described_by: str
    unverified: tuple[str, ...]
    text: str  # entry that holds its text
    text_sha256: str
    matched: bool  # whether its text was found in the file when the bundle was made
    crop: str | None  # a figure's picture
    redrawn: bool  # whether the file gave the very same picture when the bundle was made
    page_image: str | None  # its page with its box


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a later check needs, but for the evidence's texts."""

    created: str  # ISO 8601, UTC
    software: Mapping[str, str]  # versions
    models: Mapping[str, Any]
    settings: Mapping[str, Any]
    question: str
    picture: str | None  # entry with the picture that was part of the question
    answer: str
    short: ShortAnswer | None
    refused: bool
    support: float
    cited: tuple[int, ...]  # numbers, in order of first use
    unsupported: tuple[str, ...]  # sentences that were known not to be borne out
    sources: tuple[Source, ...]
    evidence: tuple[Piece, ...]  # what is cited; of a refusal all that was looked at
    notes: tuple[str, ...]  # what could not be put in, a line each


def to_record(manifest: Manifest) -> dict[str, Any]:
    """A manifest as JSON has it."""
    from rag.jsonable import jsonable

    return {"format": FORMAT, "version": VERSION, **jsonable(manifest)}


def from_record(record: Any, name: str) -> Manifest:
    """The manifest in a JSON value; `name` is the bundle's, for messages.

    Raises UnreadableFile when the value is none, or of a later version of the format.
    """
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise UnreadableFile(f"{name}: is no answer bundle; rag ask --bundle writes one")
    version = record.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise UnreadableFile(f"{name}: its manifest states no version of the format")
    if version > VERSION:
        raise UnreadableFile(
            f"{name}: is of version {version} of the format, and this software reads up to "
            f"{VERSION}; check it with a newer one"
        )
    try:
        return _manifest(record)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise UnreadableFile(f"{name}: its manifest is damaged ({error!r})") from error


def _manifest(record: Mapping[str, Any]) -> Manifest:
    return Manifest(
        created=_text(record["created"]),
        software=dict(record["software"]),
        models=dict(record["models"]),
        settings=dict(record["settings"]),
        question=_text(record["question"]),
        picture=_maybe(_text, record["picture"]),
        answer=_text(record["answer"]),
        short=_maybe(_short, record["short"]),
        refused=bool(record["refused"]),
        support=float(record["support"]),
        cited=tuple(int(number) for number in record["cited"]),
        unsupported=tuple(_text(sentence) for sentence in record["unsupported"]),
        sources=tuple(_source(source) for source in record["sources"]),
        evidence=tuple(_piece(piece) for piece in record["evidence"]),
        notes=tuple(_text(note) for note in record["notes"]),
    )


def _short(record: Mapping[str, Any]) -> ShortAnswer:
    return ShortAnswer(
        text=_text(record["text"]),
        number=int(record["number"]),
        how=_text(record["how"]),
        steps=tuple(_text(step) for step in record["steps"]),
    )


def _source(record: Mapping[str, Any]) -> Source:
    return Source(
        sha256=_text(record["sha256"]),
        name=_text(record["name"]),
        paths=tuple(Path(_text(path)) for path in record["paths"]),
        title=_text(record["title"]),
        size=_maybe(int, record["size"]),
        pages=int(record["pages"]),
        ocr_pages=tuple(int(page) for page in record["ocr_pages"]),
    )


def _piece(record: Mapping[str, Any]) -> Piece:
    return Piece(
        number=int(record["number"]),
        id=_text(record["id"]),
        source=_text(record["source"]),
        kind=Kind(record["kind"]),
        place=_place(record["place"]),
        headings=tuple(_text(heading) for heading in record["headings"]),
        label=_text(record["label"]),
        caption=_text(record["caption"]),
        description=_text(record["description"]),
        described_by=_text(record["described_by"]),
        unverified=tuple(_text(words) for words in record["unverified"]),
        text=_text(record["text"]),
        text_sha256=_text(record["text_sha256"]),
        matched=bool(record["matched"]),
        crop=_maybe(_text, record["crop"]),
        redrawn=bool(record["redrawn"]),
        page_image=_maybe(_text, record["page_image"]),
    )


def _place(record: Mapping[str, Any]) -> Place:
    box = record["box"]
    seconds = record["seconds"]
    if box is not None and len(box) != 4:
        raise ValueError("a box has four sides")
    return Place(
        page=_maybe(int, record["page"]),
        box=None if box is None else Box(*(float(side) for side in box)),
        seconds=None if seconds is None else (float(seconds[0]), float(seconds[1])),
        printed=_text(record.get("printed", "")),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _maybe(convert: Callable[[Any], _T], value: Any) -> _T | None:
    return None if value is None else convert(value)

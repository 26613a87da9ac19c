"""What goes into a bundle: sources found, evidence's texts, crops, pages with boxes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import RagError
from ingest.paths import expanded
from ingest.types import Box, Document, Place, Receipt
from rag.proof.drawn import crop_again
from rag.proof.file_text import FileText, open_text
from rag.proof.manifest import Piece, Source
from rag.proof.places import piece_stands
from rag.proof.sources import SourceState, find_source

if TYPE_CHECKING:
    from rag.types import Evidence

_PICTURES = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}


@dataclass(slots=True)
class Gathered:
    """What has been gathered so far."""

    crop_dpi: int  # of the settings
    files: dict[str, bytes] = field(default_factory=dict)  # entries by name
    found: dict[str, Path] = field(default_factory=dict)  # unchanged sources by SHA-256
    opened: dict[Path, FileText | None] = field(default_factory=dict)  # None: cannot be
    notes: list[str] = field(default_factory=list)


def gather_sources(
    job: Gathered, shown: Sequence[Evidence], receipts: Mapping[Path, Receipt]
) -> tuple[Source, ...]:
    """The files that evidence is of, with where each is now in `job.found`."""
    documents = {item.document.id: item.document for item in shown}
    return tuple(_source(job, document, receipts) for document in documents.values())


def _source(job: Gathered, document: Document, receipts: Mapping[Path, Receipt]) -> Source:
    receipt = receipts.get(document.path)
    name = document.path.name
    source = Source(
        sha256=document.id,
        name=name,
        paths=(document.path, *document.copies),
        title=document.title,
        size=None,
        pages=document.page_count,
        ocr_pages=receipt.ocr_pages if receipt else (),
    )
    check = find_source(source, None)
    if check.state is not SourceState.INTACT or check.found is None:
        job.notes.append(
            f"{name} was {check.state} when the bundle was made: its pages are not drawn"
        )
        return source
    job.found[document.id] = check.found
    return replace(source, size=check.found.stat().st_size)


def gather_pieces(job: Gathered, shown: Sequence[Evidence]) -> tuple[Piece, ...]:
    """The evidence, with its texts, crops and pages in `job.files`; after `gather_sources`."""
    texts = [encoded(item.element.text) for item in shown]
    for item, text in zip(shown, texts, strict=True):
        job.files[f"evidence/{item.number}.txt"] = text
    crops = [_crop(job, item) for item in shown]
    pages = _page_images(job, shown)
    compared = [
        _compare(job, item, job.files.get(crop or ""))
        for item, crop in zip(shown, crops, strict=True)
    ]
    return tuple(
        Piece(
            number=item.number,
            id=item.element.id,
            source=item.document.id,
            kind=item.element.kind,
            place=_as_written(item.element.place),
            headings=item.element.headings,
            label=item.element.label,
            caption=item.element.caption,
            description=item.element.description,
            described_by=item.element.described_by,
            unverified=item.element.unverified,
            text=f"evidence/{item.number}.txt",
            text_sha256=hashlib.sha256(text).hexdigest(),
            matched=matched,
            crop=crop,
            redrawn=redrawn,
            page_image=pages.get(item.number),
        )
        for item, text, crop, (matched, redrawn) in zip(shown, texts, crops, compared, strict=True)
    )


def _crop(job: Gathered, item: Evidence) -> str | None:
    path = item.element.image_path
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        job.notes.append(f"[{item.number}]: its picture cannot be read ({error.strerror})")
        return None
    name = f"crops/{item.number}{path.suffix}"
    job.files[name] = data
    return name


def _page_images(job: Gathered, shown: Sequence[Evidence]) -> dict[int, str]:
    """Draws each page once, with all boxes on it; the entry by evidence number."""
    from rag.proof.drawing import Marked, page_with_boxes

    pages: dict[tuple[str, int], list[Evidence]] = {}
    for item in shown:
        if item.element.place.page is not None and item.document.id in job.found:
            pages.setdefault((item.document.id, item.element.place.page), []).append(item)
    named: dict[int, str] = {}
    for (id, page), items in pages.items():
        path = job.found[id]
        if not _has_pages(path):
            continue
        marked = [Marked(item.number, _as_written(item.element.place).box) for item in items]
        try:
            data = page_with_boxes(path, page, marked)
        except RagError as error:
            job.notes.append(f"page {page} is not drawn: {error}")
            continue
        name = _page_name(job, path.stem, page)
        job.files[name] = data
        named |= {item.number: name for item in items}
    return named


def _has_pages(path: Path) -> bool:
    from ingest.formats import format_of

    return format_of(path) in ("pdf", "image")


def _page_name(job: Gathered, stem: str, page: int) -> str:
    """An entry's name that every file system takes, and that no other page has."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:60] or "document"
    name, again = f"pages/{plain}-p{page}.png", 2
    while name in job.files:
        name, again = f"pages/{plain}-{again}-p{page}.png", again + 1
    return name


def _compare(job: Gathered, item: Evidence, crop: bytes | None) -> tuple[bool, bool]:
    """Whether the file itself holds the evidence's words (others are read from pixels), and
    whether it gives the very same crop.
    """  # noqa: D205
    path = job.found.get(item.document.id)
    if path is None:
        return False, False
    try:
        if path not in job.opened:
            job.opened[path] = None  # tried once: a file that cannot be opened is noted once
            job.opened[path] = open_text(path)
        text = job.opened[path]
        if text is None:
            return False, False
        place = _as_written(item.element.place)
        redrawn = crop is not None and crop_again(place, crop, text, job.crop_dpi)
        return piece_stands(item.element, text), redrawn
    except RagError as error:
        job.notes.append(f"[{item.number}] is not compared with its file: {error}")
        return False, False


def _as_written(place: Place) -> Place:
    """The place as the manifest will have it."""
    if place.box is None:
        return place
    return replace(place, box=Box(*(round(float(side), 2) for side in place.box)))


def gather_picture(job: Gathered, image: Path | None) -> str | None:
    """The entry of the picture that was asked about."""
    if image is None:
        return None
    try:
        data = expanded(image).read_bytes()
    except OSError as error:
        job.notes.append(f"the picture asked about cannot be read ({error.strerror})")
        return None
    suffix = next((s for start, s in _PICTURES.items() if data.startswith(start)), ".bin")
    name = f"question{suffix}"
    job.files[name] = data
    return name


def encoded(text: str) -> bytes:
    """UTF-8; what has no place there becomes a question mark."""
    return text.encode("utf-8", "replace")

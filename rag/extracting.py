"""One document in, structured data out: text, tables, numbers, key points, a summary, or JSON.

Nothing is indexed. Text, tables and numbers come from the parser. Summaries, key points and JSON
are written by the chat model of the settings; without one, points are the document's own most
central sentences, and a JSON Schema is filled with what can be read off the document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import InputError, UnreadableFile
from ingest.paths import expanded
from ingest.types import Document, Element, ReadOptions

if TYPE_CHECKING:
    from rag.build import Models
    from rag.config import Settings
    from rag.extraction.looking import Wanted
    from rag.json_schema import Schema


_ONLY_PICTURES = "a picture's tables and charts are read by a chat model: --generator NAME"


class ExtractionKind(StrEnum):
    """What can be taken out of a document."""

    SUMMARY = "summary"
    TABLES = "tables"
    KEY_POINTS = "key-points"
    NUMBERS = "numbers"
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was taken out of a document.

    `value` by kind: SUMMARY and KEY_POINTS a tuple of `Point`, TABLES of `TableData`, NUMBERS of
    `Number`, TEXT of `PageText` (all in `rag.extraction`); JSON what the schema says, without one
    an `Overview`.
    """

    document: Document
    kind: ExtractionKind
    value: Any
    written_by: str  # the chat model whose words they are; "": the document's own
    notes: tuple[str, ...]  # what a reader should know of it, a line each


def extract(
    path: str | Path,
    kind: ExtractionKind | str,
    *,
    schema: str | Path | Mapping[str, Any] | None = None,
    models: Models,
    settings: Settings,
    pages: str | None = None,
    passwords: Sequence[str] = (),
) -> Extraction:
    """Reads one file and takes something out of it.

    `schema` (for JSON only) is a JSON Schema, or a file of one; the value is then valid under it.
    `pages` are those to read, "1-3,7"; `passwords` are tried on an encrypted file.

    Raises PathMissing, UnsupportedFile, UnreadableFile, EncryptedFile; InputError for a kind,
    pages or a schema that cannot be used, and for a document in which a required property is not
    found; ModelError, ConfigError, MissingExtra from the chat model.

        >>> extract("report.pdf", "tables", models=models, settings=settings)  # doctest: +SKIP
    """
    from ingest.flow import read
    from rag.extraction.pages import on_pages, without_page_numbers
    from rag.os_process import cores

    wanted, checked = _wanted(kind, schema)
    path = expanded(path)
    if path.is_dir():
        raise UnreadableFile(f"{path}: is a folder; name one file in it")
    options = ReadOptions(settings.ocr, tuple(passwords), settings.crop_dpi, cores())
    reading = read(path, options)
    document, skipped = reading.document, reading.receipt.skipped
    elements = on_pages(document, without_page_numbers(reading.elements), pages)
    job = _Job(document, wanted, elements, models, settings, checked, skipped)
    return _HANDLERS[wanted](job)


@dataclass(frozen=True, slots=True)
class _Job:
    document: Document
    kind: ExtractionKind
    elements: list[Element]
    models: Models
    settings: Settings
    schema: Schema | None
    skipped: tuple[str, ...]  # what could not be read of the document

    def done(self, value: Any, written_by: str = "", notes: Sequence[str] = ()) -> Extraction:
        return Extraction(self.document, self.kind, value, written_by, (*self.skipped, *notes))


def _wanted(
    kind: ExtractionKind | str, schema: str | Path | Mapping[str, Any] | None
) -> tuple[ExtractionKind, Schema | None]:
    if kind not in set(ExtractionKind):
        raise InputError(f"{kind!r} cannot be extracted; use one of {', '.join(ExtractionKind)}")
    wanted = ExtractionKind(kind)
    if schema is None:
        return wanted, None
    if wanted is not ExtractionKind.JSON:
        raise InputError(f"a schema is for json, not for {wanted}; leave it away, or ask for json")
    from rag.json_schema import read_schema

    return wanted, read_schema(schema)


def _points(job: _Job) -> Extraction:
    if (model := job.models.writer()) is not None:
        from rag.extraction.asking import ask_points

        summary = job.kind is ExtractionKind.SUMMARY
        name = job.document.path.name
        given = ask_points(job.elements, name, model, job.settings, summary=summary)
        return job.done(given.value, model.name, given.notes)
    from rag.extraction.central import key_points, summary_points

    central = summary_points if job.kind is ExtractionKind.SUMMARY else key_points
    found = central(job.elements, job.document.title, job.models.text())
    note = () if found else ("no sentences were found; text and numbers may have more",)
    return job.done(tuple(found), notes=note)


def _tables(job: _Job) -> Extraction:
    from rag.extraction.tables import tables

    elements, notes = _looked_at(job, "tables")
    return job.done(tuple(tables(elements)), notes=notes)


def _numbers(job: _Job) -> Extraction:
    from rag.extraction.numbers import numbers

    elements, notes = _looked_at(job, "tables")
    return job.done(tuple(numbers(elements)), notes=notes)


def _text(job: _Job) -> Extraction:
    from rag.extraction.text import page_texts

    elements, notes = _looked_at(job, "text")
    return job.done(tuple(page_texts(elements)), notes=notes)


def _json(job: _Job) -> Extraction:
    from rag.extraction.overview import ABOUT, overview

    if (model := job.models.writer()) is not None:
        from rag.extraction.asking import ask_json
        from rag.json_schema import read_schema

        schema = job.schema or read_schema(ABOUT)
        given = ask_json(job.elements, schema, job.document.path.name, model, job.settings)
        value = given.value if job.schema else overview(job.document, job.elements, given.value)
        return job.done(value, model.name, given.notes)
    if job.schema is None:
        return job.done(overview(job.document, job.elements, None))
    return job.done(_filled(job, job.schema))


def _filled(job: _Job, schema: Schema) -> Any:
    """What the parser alone finds for a schema. Raises InputError naming what it does not."""
    from rag.extraction.filling import filled
    from rag.extraction.labels import Labels
    from rag.json_schema import problems

    found = filled(schema, job.document, Labels(job.elements))
    wrong = [] if found.missing else problems(found.value, schema)
    if not found.missing and not wrong:
        return found.value
    doubtful = [path for path in found.missing if path in found.doubtful]
    absent = [path for path in found.missing if path not in found.doubtful]
    told = [f"does not tell {', '.join(absent)}"] if absent else []
    told += [f"tells {', '.join(doubtful)} in different ways"] if doubtful else []
    told += [f"gives a value that is not valid: {wrong[0]}"] if wrong else []
    raise InputError(
        f"{job.document.path}: {', and '.join(told)}, as far as it can be read without a chat "
        "model; name one with --generator, or do not require it in the schema"
    )


def _looked_at(job: _Job, wanted: Wanted) -> tuple[list[Element], list[str]]:
    """The elements, with what the chat model reads from pictures, and a note of that."""
    from rag.extraction.looking import unread, with_words_read

    pictures = unread(job.elements, wanted)
    model = job.models.writer() if pictures else None
    if model is None:
        only = bool(pictures) and len(pictures) == len(job.elements)
        return job.elements, [_ONLY_PICTURES] if only else []
    found = with_words_read(job.elements, wanted, model, job.settings)
    read = [e for e, before in zip(found, job.elements, strict=True) if e is not before]
    pages = ", ".join(str(page) for page in dict.fromkeys(e.place.page for e in read) if page)
    where = f" on page {pages}" if pages else ""
    return found, [f"read from pictures{where} by {model.name}"] if read else []


_HANDLERS: Mapping[ExtractionKind, Callable[[_Job], Extraction]] = {
    ExtractionKind.SUMMARY: _points,
    ExtractionKind.KEY_POINTS: _points,
    ExtractionKind.TABLES: _tables,
    ExtractionKind.NUMBERS: _numbers,
    ExtractionKind.TEXT: _text,
    ExtractionKind.JSON: _json,
}

"""Parsing of files, records and messages: what each target does with an input."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ingest.errors import RagError
from ingest.types import Box, Element, Kind, Place, Reading, Receipt

from .texts import DOCUMENT


def reply(text: str) -> None:
    """A model's reply that should hold JSON."""
    from rag.json_schema import parsed

    parsed(text)


def schema(found: tuple[Any, Any]) -> None:
    """A JSON Schema, and a value for it."""
    from rag.json_schema import problems, read_schema, resolve

    definition, value = found
    if isinstance(definition, (dict, bool)):
        problems(value, read_schema(definition))
        resolve(definition, definition)


SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"$ref": "#/$defs/b"}}, "b": {"enum": [1, "x"]}},
    "$defs": {"b": {"type": ["number", "null"], "minimum": 0}},
    "required": ["a"],
    "allOf": [{"properties": {"c": {"format": "date"}}}],
}


def decoded(found: bytes) -> None:
    """Bytes of a text file."""
    from ingest.decode import decode

    decode(found)


def curve(value: Any) -> None:
    """A curve of support, as `rag calibrate` keeps it."""
    from rag.curve import curve_of

    curve_of(value)


@cache
def curve_record() -> Any:
    """The curve that comes with the package."""
    from rag.curve import FILE

    return json.loads(FILE.read_text(encoding="utf-8"))


def manifest(value: Any) -> None:
    """A bundle's manifest."""
    from rag.proof.manifest import from_record

    from_record(value, "a.bundle")


MANIFEST = {
    "format": "multimodal-rag answer bundle", "version": 1, "created": "2026-01-01T00:00:00Z",
    "software": {"name": "x"}, "models": {}, "settings": {}, "question": "q", "picture": None,
    "answer": "a [1].", "short": {"text": "a", "number": 1, "how": "cell", "steps": ["a"]},
    "refused": False, "support": 0.5, "cited": [1], "unsupported": [], "notes": [],
    "sources": [
        {"sha256": "0", "name": "a.pdf", "paths": ["a.pdf"], "title": "t", "size": 9, "pages": 1,
         "ocr_pages": []}
    ],
    "evidence": [
        {"number": 1, "id": "1", "source": "0", "kind": "figure", "headings": ["h"], "label": "",
         "place": {"page": 1, "box": [0, 0, 1, 1], "seconds": None, "printed": "i"},
         "caption": "c", "description": "", "described_by": "", "unverified": [], "text": "a",
         "text_sha256": "0", "matched": True, "crop": "crops/1.png", "redrawn": False,
         "page_image": None}
    ],
}  # fmt: skip


def from_file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """A reader of files, given bytes."""

    def run(found: bytes) -> object:
        path = _folder() / "input"
        path.write_bytes(found)
        return read(path)

    return run


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def items(path: Path) -> object:
    """A file of questions with answers."""
    from rag.evaluation.items import read_items

    return read_items(path)


def beir(path: Path) -> None:
    """The three files of a BEIR folder."""
    from rag.evaluation.beir import passages_of
    from rag.evaluation.judged import read_qrels, read_queries

    for read in (passages_of, read_queries, read_qrels):
        try:
            read(path)
        except RagError:
            continue


def bundle(path: Path) -> object:
    """A bundle of an answer."""
    from rag.proof.bundle_read import read_bundle

    return read_bundle(path)


@cache
def zips() -> tuple[bytes, ...]:
    """Bundles to change."""
    from rag.proof.bundle_write import zipped

    return (zipped({"manifest.json": json.dumps(MANIFEST).encode(), "SHA256SUMS": b"0  a\n"}),)


def vectors(path: Path) -> object:
    """A file of vectors."""
    from indexes.faiss_files import read
    from indexes.types import Space

    return read(path, Space("text", "m", 4), "auto")


@cache
def vector_headers() -> tuple[bytes, ...]:
    """Files of vectors to change."""
    header = {"space": ["text", "m", 4], "kind": "auto", "count": 0, "stamp": {}}
    return (b"rag vectors 1\n" + json.dumps(header).encode() + b"\n",)


def captioners(path: Path) -> None:
    """The note of captioners that were used."""
    from rag.recall import FILE_NAME, used_captioners

    path.rename(path.parent / FILE_NAME)
    used_captioners(path.parent)


def wire(found: bytes) -> None:
    """A message of a worker."""
    from rag.wire import receive

    receive(io.BytesIO(len(found).to_bytes(8, "little") + found), _answers())


@cache
def _answers() -> Any:
    from rag.parsing import parse
    from rag.wire import answer_decoder, result_type

    return answer_decoder(result_type(parse))


@cache
def messages() -> tuple[bytes, ...]:
    """Messages of workers to change."""
    import numpy as np

    from indexes.types import Embedding, Space
    from rag.parsing import Parsed
    from rag.wire import Done, Heard, send

    element = Element("1", "0", Kind.FIGURE, Place(1, Box(0, 0, 9, 9)), "a", image=b"png")
    reading = Reading(DOCUMENT, (element,), Receipt("0", 9, 0, 0, 1, 0, skipped=("x",)))
    vectors = Embedding(Space("t", "m", 4), np.array([0]), np.ones((1, 4), np.float32))
    made = []
    for message in (Heard("pages", 1, 9), Done(Parsed(reading, (vectors,)), 5, False)):
        pipe = io.BytesIO()
        send(pipe, message)
        made.append(pipe.getvalue()[8:])
    return tuple(made)


def undecodable() -> tuple[type[Exception], ...]:
    """What `rag.wire.receive` raises."""
    from rag.wire import Undecodable

    return (Undecodable, EOFError)


ITEM = {"question": "q", "answer": "a", "doc": "a.pdf", "pages": [1], "evidence_type": ["text"]}
ROW = {"_id": "1", "title": "t", "text": "words", "query-id": "1", "corpus-id": "1", "score": 1}

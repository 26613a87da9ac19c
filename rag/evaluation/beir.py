"""A BEIR folder: its files, and an index of its passages made as any other index is."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from indexes.store import Store, Writer
from ingest.errors import ConfigError, PathMissing, StoreError, UnreadableFile
from ingest.types import Document, Element, Kind, Place, Reading, Receipt
from rag.embedding import embed_readings, embed_shared, warm
from rag.evaluation.items import complain_of, read_jsonl
from rag.evaluation.judged import Query, hash_of, joined, read_qrels, read_queries
from rag.evaluation.options import Progressing
from rag.types import Evidence

if TYPE_CHECKING:
    from rag.build import Models

MARK = "corpus.json"  # in an index that was made here: which corpus, and how
_TOGETHER = 256  # passages that are embedded at a time
_QRELS = ("qrels/test.tsv", "qrels.tsv", "qrels/dev.tsv")


@dataclass(frozen=True, slots=True)
class Passage:
    """One document of a corpus."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files of a BEIR folder."""

    passages: Path
    queries: Path
    qrels: Path


def corpus_of(folder: Path, qrels: Path | None = None) -> Corpus:
    """The files of a folder. Raises PathMissing that names what it lacks."""
    found = [qrels] if qrels else [folder / name for name in _QRELS if (folder / name).is_file()]
    first = found[0] if found else folder / _QRELS[0]
    corpus = Corpus(folder / "corpus.jsonl", folder / "queries.jsonl", first)
    for path in (corpus.passages, corpus.queries, corpus.qrels):
        if not path.is_file():
            raise PathMissing(
                f"{path}: no such file; a BEIR folder has corpus.jsonl, queries.jsonl and "
                "qrels.tsv or qrels/test.tsv"
            )
    return corpus


def queries_of(corpus: Corpus) -> list[Query]:
    """The judged queries. Raises UnreadableFile."""
    return joined(read_queries(corpus.queries), read_qrels(corpus.qrels), corpus.qrels)


def passages_of(path: Path) -> list[Passage]:
    """The passages of a corpus.jsonl. Raises UnreadableFile."""
    passages, wrong = [], []
    for number, row in read_jsonl(path, 'a line is {"_id": …, "title": …, "text": …}'):
        if row.get("_id") in (None, "") or not isinstance(row.get("text"), str):
            wrong.append(f"line {number}: no _id or no text")
        else:
            passages.append(Passage(str(row["_id"]), str(row.get("title") or ""), row["text"]))
    complain_of(path, wrong)
    return passages


def passage_id(evidence: Evidence) -> Sequence[str]:
    """The id of the passage that evidence is."""
    return [unquote(evidence.document.path.stem)]


def index_folder(corpus: Corpus) -> Path:
    """Where a corpus's index is kept when no folder is named."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    if not os.access(Path.home(), os.W_OK) and "XDG_CACHE_HOME" not in os.environ:
        base = tempfile.gettempdir()
    name = f"{corpus.passages.parent.resolve().name}-{hash_of(corpus.passages)[:12]}"
    return Path(base, "multimodal-rag", "eval", name)


def build_index(
    folder: Path, corpus: Corpus, models: Models, tell: Progressing | None = None
) -> bool:
    """An index of a corpus's passages in `folder`, unless it is there already; whether it was made.

    Each passage is a document of one page under its title. Vectors, words and catalogue are made
    as for files. Raises ConfigError when the folder holds something else.
    """
    spaces = models.spaces()
    mark = {"corpus": hash_of(corpus.passages), "models": [space.model for space in spaces]}
    if _holds(folder, mark):
        return False
    passages = [one for one in passages_of(corpus.passages) if f"{one.title}{one.text}".strip()]
    if not passages:
        raise UnreadableFile(f"{corpus.passages}: none of its passages has a title or a text")
    _make_room(folder)
    with closing(Store.create(folder, spaces)) as store, store.writing() as writer:
        (folder / MARK).write_text("{}")  # ours, should it be stopped before it is done
        warm(models.text())
        for start in range(0, len(passages), _TOGETHER):
            chunk = passages[start : start + _TOGETHER]
            _store(writer, models, [_reading(corpus.passages.parent, one) for one in chunk])
            if tell:
                tell("passages", start + len(chunk), len(passages))
        writer.save()
    (folder / MARK).write_text(json.dumps(mark), encoding="utf-8")
    return True


def _holds(folder: Path, mark: Mapping[str, object]) -> bool:
    """Whether an index of this very corpus, of these models, is in a folder and can be read."""
    try:
        if json.loads((folder / MARK).read_text(encoding="utf-8")) != mark:
            return False
        Store.open(folder).close()
    except (OSError, ValueError, StoreError):
        return False
    return True


def _make_room(folder: Path) -> None:
    """Only an index that was made here is ever replaced."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MARK).is_file():
            raise ConfigError(
                f"{folder}: holds something else; name another folder with --index, or none"
            )
        shutil.rmtree(folder)


def _reading(folder: Path, passage: Passage) -> Reading:
    """A passage as a file of one page gives it."""
    path = folder / "corpus.jsonl" / f"{quote(passage.id, safe='')}.txt"
    identity = sha256(f"{passage.id}\n{passage.title}\n{passage.text}".encode()).hexdigest()
    element = Element(
        id=sha256(identity.encode()).hexdigest(),
        document_id=identity,
        kind=Kind.TEXT,
        place=Place(1),
        text=passage.text,
        headings=(passage.title,) if passage.title else (),
    )
    document = Document(identity, path, passage.title, 1)
    return Reading(document, (element,), Receipt(identity, 1, 1, 0, 0, 0))


def _store(writer: Writer, models: Models, readings: Sequence[Reading]) -> None:
    texts = embed_readings(models.text(), readings)
    shared = embed_shared(models.clip(), readings)
    for reading, text, others in zip(readings, texts, shared, strict=True):
        writer.put(reading, [text, *others])

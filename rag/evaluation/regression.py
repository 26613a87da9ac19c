"""Answers kept, and asked for again later: what another ingest or version changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import NotFound, PathMissing, UnreadableFile
from ingest.types import Box
from rag.evaluation.options import Progressing
from rag.types import Answer, Evidence

if TYPE_CHECKING:
    from rag.app import Rag

_NEAR = 0.5  # points by which a box may move


class Change(StrEnum):
    """What is no longer as it was kept."""

    SOURCE_MISSING = "source missing"  # a cited document is not in the index, or its file is gone
    SOURCE_CHANGED = "source changed"  # its file has other bytes
    REFUSED = "refused now"
    ANSWERED = "answered now"
    ANSWER = "answer changed"
    EVIDENCE = "evidence changed"


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """A piece of evidence that an answer cited."""

    document: str  # SHA-256 of the file
    name: str  # of the file
    page: int | None
    box: Box | None
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A question with its answer as it was."""

    question: str
    within: str  # file name; "" for the whole index
    text: str
    refused: bool
    evidence: tuple[KeptEvidence, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A kept answer beside the one of now; `now` is None when its document is missing."""

    kept: Kept
    now: Kept | None
    changes: tuple[Change, ...]  # () when all is the same


def keep(
    rag: Rag, questions: Sequence[tuple[str, str]], tell: Progressing | None = None
) -> list[Kept]:
    """The answers to questions, each with the file name that it is within, or ""."""
    kept = []
    for done, (question, within) in enumerate(questions, 1):
        kept.append(_kept(rag.ask(question, within=within or None, record=False), within))
        if tell:
            tell("questions", done, len(questions))
    return kept


def check(rag: Rag, kept: Sequence[Kept], tell: Progressing | None = None) -> list[Checked]:
    """Asks again, and says what changed."""
    checked = []
    for done, one in enumerate(kept, 1):
        try:
            answer = rag.ask(one.question, within=one.within or None, record=False)
            now = _kept(answer, one.within)
        except NotFound:
            now = None
        checked.append(Checked(one, now, _changes(rag, one, now)))
        if tell:
            tell("questions", done, len(kept))
    return checked


def write(path: Path, kept: Sequence[Kept]) -> None:
    """Writes answers as JSON."""
    from rag.jsonable import to_json

    path.write_text(to_json({"questions": list(kept)}) + "\n", encoding="utf-8")


def read(path: Path) -> list[Kept]:
    """The answers of such a file. Raises PathMissing, UnreadableFile."""
    if not path.is_file():
        raise PathMissing(f"{path}: no such file; rag eval --save FILE writes one")
    try:
        kept = [_parsed(row) for row in json.loads(path.read_text(encoding="utf-8"))["questions"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFile(f"{path}: holds no answers of rag eval --save ({error!r})") from error
    if not kept:
        raise UnreadableFile(f"{path}: holds no questions")
    return kept


def _kept(answer: Answer, within: str) -> Kept:
    evidence = tuple(_evidence(one) for one in answer.cited)
    return Kept(answer.question, within, answer.text, answer.refused, evidence)


def _evidence(one: Evidence) -> KeptEvidence:
    place = one.element.place
    text = "\n".join(part for part in (one.element.caption, one.element.text) if part)
    box = None if place.box is None else Box(*(round(float(side), 2) for side in place.box))
    return KeptEvidence(one.document.id, one.document.path.name, place.page, box, text)


def _parsed(row: dict[str, Any]) -> Kept:
    evidence = tuple(
        KeptEvidence(**{**one, "box": None if one["box"] is None else Box(*map(float, one["box"]))})
        for one in row["evidence"]
    )
    kept = Kept(**{**row, "evidence": evidence})
    texts = [kept.question, kept.within, kept.text]
    texts += [text for one in evidence for text in (one.document, one.name, one.text)]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a question, an answer or its evidence is no text")
    return kept


def _changes(rag: Rag, before: Kept, now: Kept | None) -> tuple[Change, ...]:
    found = _source_changes(rag, before)
    if now is None:
        return (*dict.fromkeys((*found, Change.SOURCE_MISSING)),)
    if before.refused != now.refused:
        found.append(Change.REFUSED if now.refused else Change.ANSWERED)
    elif _plain(before.text) != _plain(now.text):
        found.append(Change.ANSWER)
    if not _same_evidence(before.evidence, now.evidence):
        found.append(Change.EVIDENCE)
    return tuple(found)


def _source_changes(rag: Rag, before: Kept) -> list[Change]:
    found = dict[Change, None]()
    for one in before.evidence:
        held = rag.find(one.name)
        same = [document for document in held if document.id == one.document]
        if same and rag.intact(same[0]) is not None:
            continue
        on_disk = any(path.exists() for d in held for path in (d.path, *d.copies))
        found[Change.SOURCE_CHANGED if on_disk else Change.SOURCE_MISSING] = None
    return list(found)


def _same_evidence(before: Sequence[KeptEvidence], now: Sequence[KeptEvidence]) -> bool:
    return len(before) == len(now) and all(map(_alike, before, now))


def _alike(one: KeptEvidence, other: KeptEvidence) -> bool:
    return (
        (one.document, one.page) == (other.document, other.page)
        and _plain(one.text) == _plain(other.text)
        and _near(one.box, other.box)
    )


def _near(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def _plain(text: str) -> str:
    return " ".join(text.split())

"""Questions with known answers: reading them, page recall, refusal scores."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ingest.errors import PathMissing, UnreadableFile
from rag.types import Evidence


class PageOf(NamedTuple):
    """A page of a document, by its file name."""

    document: str
    page: int  # 1-based


@dataclass(frozen=True, slots=True)
class Item:
    """One question whose answer is known."""

    id: str
    question: str
    answer: str
    answerable: bool  # from its document
    document: str  # file name
    pages: frozenset[PageOf]  # where the evidence is; may be empty
    evidence_types: tuple[str, ...] = ()  # "text", "table", "figure"


def read_items(path: Path) -> list[Item]:
    """The questions of a qa.jsonl, one JSON object a line.

    Fields: question, answer, answerable, doc, pages (1-based); if known, id and evidence_type.
    Raises PathMissing, and UnreadableFile with the line that is wrong.
    """
    if not path.is_file():
        raise PathMissing(f"{path}: no such file; a question file has one JSON object a line")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_item(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _item(path: Path, number: int, line: str) -> Item:
    try:
        row = json.loads(line)
        return Item(
            id=str(row.get("id", number)),
            question=row["question"].strip(),
            answer=str(row["answer"]),
            answerable=bool(row["answerable"]),
            document=row["doc"],
            pages=frozenset(PageOf(row["doc"], int(page)) for page in row["pages"]),
            evidence_types=tuple(row.get("evidence_type", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(f"{path}, line {number}: not a question ({error!r})") from error


def pages_found(evidence: Iterable[Evidence]) -> list[PageOf]:
    """The pages that evidence lies on, each once, in its order."""
    found = (
        PageOf(item.document.path.name, item.element.place.page)
        for item in evidence
        if item.element.place.page is not None
    )
    return list(dict.fromkeys(found))


def page_recall(found: Sequence[PageOf], wanted: Collection[PageOf], k: int) -> float:
    """The share of the wanted pages that are among the first k distinct pages found."""
    first = list(dict.fromkeys(found))[:k]
    return len(set(wanted).intersection(first)) / len(set(wanted))


@dataclass(frozen=True, slots=True)
class RefusalScores:
    """How well refusals fall on what cannot be answered."""

    precision: float  # of the refusals, the share that was right
    recall: float  # of what cannot be answered, the share that was refused
    f1: float
    wrongly_refused: float  # of what can be answered, the share that was refused


def refusal_scores(answerable: Sequence[bool], refused: Sequence[bool]) -> RefusalScores:
    """Scores of refusals against the truth, pair by pair."""
    pairs = list(zip(answerable, refused, strict=True))
    right = sum(1 for can, no in pairs if no and not can)
    wrong = sum(1 for can, no in pairs if no and can)
    precision = right / max(right + wrong, 1)
    recall = right / max(sum(1 for can, _ in pairs if not can), 1)
    return RefusalScores(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / max(precision + recall, 1e-12),
        wrongly_refused=wrong / max(sum(1 for can, _ in pairs if can), 1),
    )

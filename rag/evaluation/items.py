"""Questions with known answers, and the file that holds them."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ingest.errors import PathMissing, UnreadableFile
from rag.types import Evidence

TYPES = ("text", "table", "figure")


class PageOf(NamedTuple):
    """A page of a document, by its file name."""

    document: str
    page: int  # 1-based

    def __str__(self) -> str:
        return f"{self.document}:{self.page}"


@dataclass(frozen=True, slots=True)
class Item:
    """One question whose answer is known."""

    id: str
    question: str
    answer: str  # as written in the file
    answerable: bool  # from its document
    document: str  # file name; "" when none is named
    pages: frozenset[PageOf]  # where the evidence is; may be empty
    evidence_types: tuple[str, ...] = ()  # "text", "table", "figure"
    answers: tuple[str, ...] = ()  # the items of a list, else the answer alone


def read_items(path: Path) -> list[Item]:
    """The questions of a qa.jsonl, one JSON object a line.

    `question` is needed; `answer`, `answerable` (else: whether there is an answer), `doc`, `pages`
    (1-based), `evidence_type` (one or a list) and `id` (else: the line's number) where known.
    Raises PathMissing, and UnreadableFile with the lines that are wrong.
    """
    rows = read_jsonl(path, "a question file has one JSON object a line")
    items, wrong = [], []
    for number, row in rows:
        try:
            items.append(_item(number, row))
        except (ValueError, KeyError, TypeError) as error:
            wrong.append(f"line {number}: not a question ({_reason(error)})")
    complain_of(path, wrong)
    counts = Counter(item.id for item in items)
    complain_of(path, [f"{n} questions have the id {name}" for name, n in counts.items() if n > 1])
    return items


def read_jsonl(path: Path, shape: str) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a file with one a line, each with its line's number, from 1.

    `shape` says in errors what was expected. Raises PathMissing, and UnreadableFile (no text,
    no objects, lines that are none).
    """
    rows, wrong = [], []
    for number, line in lines_of(path, shape):
        row = _parsed(line)
        if isinstance(row, dict):
            rows.append((number, row))
        else:
            wrong.append(f"line {number}: not a JSON object")
    complain_of(path, wrong)
    return rows


def _parsed(line: str) -> object:
    """A line's JSON value; None when it is none, or has half a character."""
    try:
        row = json.loads(line)
        if "\\ud" in line.lower():  # a surrogate, which text has in pairs only
            json.dumps(row, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return row


def lines_of(path: Path, shape: str) -> list[tuple[int, str]]:
    """The lines of a text file that say something, with their numbers. Errors: `read_jsonl`."""
    if not path.is_file():
        raise PathMissing(f"{path}: no such file; {shape}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path}: is not UTF-8 text; {shape}") from error
    found = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not found:
        raise UnreadableFile(f"{path}: is empty; {shape}")
    return found


def complain_of(path: Path, wrong: list[str]) -> None:
    """Raises UnreadableFile that names the first wrong lines; nothing when there are none."""
    if wrong:
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise UnreadableFile(f"{path}, {'; '.join(wrong[:3])}{more}")


def pages_found(evidence: Iterable[Evidence]) -> list[PageOf]:
    """The pages that evidence lies on, each once, in its order.

    What has no pages (Markdown, HTML) counts as page 1.
    """
    found = (PageOf(item.document.path.name, item.element.place.page or 1) for item in evidence)
    return list(dict.fromkeys(found))


def _item(number: int, row: dict[str, Any]) -> Item:
    question = row["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("the question is empty, or no text")
    answer = "" if row.get("answer") is None else row["answer"]
    answerable = row.get("answerable", answer not in ("", []))  # the answer may be 0
    if not isinstance(answerable, bool):
        raise ValueError("answerable is neither true nor false")
    document = row.get("doc") or ""
    pages = row.get("pages") or []
    if not isinstance(document, str) or (pages and not document):
        raise ValueError("pages without a doc, or doc is no file name")
    if not isinstance(pages, list) or not all(type(page) is int and page >= 0 for page in pages):
        raise ValueError("pages is no list of page numbers")
    types = row.get("evidence_type") or []
    return Item(
        id=str(number if row.get("id") is None else row["id"]),
        question=question.strip(),
        answer=str(answer),
        answerable=answerable,
        document=document,
        pages=frozenset(PageOf(document, page) for page in pages),
        evidence_types=(types,) if isinstance(types, str) else tuple(map(str, types)),
        answers=_answers(answer) if answerable else (),
    )


def _answers(answer: object) -> tuple[str, ...]:
    """The items of a list, be it written as text: "['a', 'b']"; else the answer alone."""
    if isinstance(answer, str) and answer.lstrip().startswith("["):
        try:
            answer = ast.literal_eval(answer.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return (str(answer),)
    held: list[object] = answer if isinstance(answer, list) else [answer]
    return tuple(text for one in held if (text := str(one).strip()))


def _reason(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)

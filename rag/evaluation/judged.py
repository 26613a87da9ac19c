"""Queries with judged documents: BEIR folders, and TREC's qrels and runs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from ingest.errors import InputError, PathMissing, UnreadableFile
from rag.evaluation.items import complain_of, lines_of, read_jsonl
from rag.evaluation.measures import RANKED, Score
from rag.evaluation.options import Progressing
from rag.evaluation.questions import SHOWN, Seconds
from rag.evaluation.results import Result
from rag.evaluation.standard import ranking_scores
from rag.types import Evidence

if TYPE_CHECKING:
    from rag.app import Rag

DEPTH = 100  # pieces of evidence asked for

_GRADE = re.compile(r"-?[0-9]{1,9}")

Names = Callable[[Evidence], Sequence[str]]  # the ids by which qrels may name it
Grades = dict[str, dict[str, int]]  # by query: the grade of each judged document


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the grades of what was judged for it, by document id."""

    id: str
    text: str
    grades: Mapping[str, int]


def read_queries(path: Path) -> dict[str, str]:
    """The texts of queries by id: JSON lines with _id (or id) and text (or question), or TSV.

    Raises PathMissing, UnreadableFile.
    """
    if path.suffix == ".tsv":
        rows = [(n, line.split("\t")) for n, line in lines_of(path, "a line is an id, a tab, text")]
        wrong = [f"line {n}: not an id, a tab and a text" for n, row in rows if len(row) != 2]
        complain_of(path, wrong)
        return {name.strip(): text.strip() for _, (name, text) in rows}
    queries, wrong = {}, []
    for number, row in read_jsonl(path, 'a line is {"_id": …, "text": …}'):
        name, text = row.get("_id", row.get("id")), row.get("text", row.get("question"))
        if name is None or not isinstance(text, str) or not text.strip():
            wrong.append(f"line {number}: no _id or no text")
        else:
            queries[str(name)] = text.strip()
    complain_of(path, wrong)
    return queries


def read_qrels(path: Path) -> Grades:
    """Grades by query and document: TREC's "query 0 document grade", or BEIR's three columns.

    BEIR's are between tabs, the first line naming them. A TREC document's id is all between the
    second column and the last: file names may have spaces. Raises PathMissing, UnreadableFile.
    """
    grades: Grades = {}
    wrong = []
    for number, line in lines_of(path, "a line is: query 0 document grade"):
        columns = line.rstrip("\r\n").split("\t")
        if len(columns) != 3:
            first = line.split(None, 2)
            columns = [first[0], *first[2].rsplit(None, 1)] if len(first) == 3 else []
        if number == 1 and columns[2:] == ["score"]:
            continue
        if len(columns) != 3 or not _GRADE.fullmatch(columns[2].strip()):
            wrong.append(f"line {number}: not query, document and a whole grade")
        else:
            grades.setdefault(columns[0].strip(), {})[columns[1].strip()] = int(columns[2])
    complain_of(path, wrong)
    return grades


def joined(queries: Mapping[str, str], grades: Grades, path: Path) -> list[Query]:
    """The queries for which something is relevant. Raises UnreadableFile when none are left."""
    found = [
        Query(name, queries[name], judged)
        for name, judged in grades.items()
        if name in queries and any(grade > 0 for grade in judged.values())
    ]
    if not found:
        raise UnreadableFile(f"{path}: finds nothing relevant to any query; are the ids the same?")
    return found


def answer_queries(
    rag: Rag, queries: Sequence[Query], names: Names, tell: Progressing | None = None
) -> tuple[dict[str, list[str]], Seconds]:
    """The ids found for each query, best first."""
    rag.search(queries[0].text, record=False)  # loads the models
    found: dict[str, list[str]] = {}
    seconds: list[float] = []
    for done, query in enumerate(queries, 1):
        started = perf_counter()
        evidence = rag.search(query.text, DEPTH, record=False)
        seconds.append(perf_counter() - started)
        found[query.id] = list(dict.fromkeys(name for one in evidence for name in names(one)))
        if tell:
            tell("questions", done, len(queries))
    return found, {"search": seconds}


def score_queries(queries: Sequence[Query], found: Mapping[str, Sequence[str]]) -> list[Result]:
    """Every query's part in the measures. Raises MissingExtra."""
    scores = ranking_scores(RANKED, {query.id: query.grades for query in queries}, found)
    return [
        Result(
            id=query.id,
            question=query.text,
            document="",
            answerable=True,
            gold="",
            wanted=tuple(name for name, grade in query.grades.items() if grade > 0),
            evidence_types=(),
            found={"corpus": tuple(found[query.id][:SHOWN])},
            scores={name: Score(value) for name, value in scores[query.id].items()},
        )
        for query in queries
    ]


def names_in_index(judged: Collection[str], rag: Rag) -> tuple[Names, list[str]]:
    """How qrels name evidence of an index, and the ids that name nothing in it.

    An id is a file's name, "name:page", or an element's id.
    """
    documents = {path.name: d for d in rag.documents() for path in (d.path, *d.copies)}
    by_page = {name for name in judged if _is_page(name, documents)}
    by_name = {name for name in judged if name in documents}
    others = {name for name in judged if name not in by_page and name not in by_name}
    by_element = {name for name in others if _is_element(name, rag)}

    def names(evidence: Evidence) -> list[str]:
        document, element = evidence.document, evidence.element
        called = [path.name for path in (document.path, *document.copies)]
        pages = [f"{name}:{element.place.page or 1}" for name in called]
        found = ([pages[0]] if by_page else []) + ([called[0]] if by_name else [])
        found += [name for name in (*pages[1:], *called[1:]) if name in judged]
        return found + ([element.id] if by_element else [])

    return names, sorted(others - by_element)


def _is_page(name: str, documents: Collection[str]) -> bool:
    document, colon, page = name.rpartition(":")
    return bool(colon) and page.isdigit() and document in documents


def _is_element(name: str, rag: Rag) -> bool:
    from ingest.errors import NotFound

    try:
        return len(name) == 64 and bool(rag.element(name))
    except NotFound:
        return False


def write_run(path: Path, found: Mapping[str, Sequence[str]]) -> None:
    """A TREC run: "query Q0 document rank score rag" a line."""
    lines = [
        f"{query} Q0 {name} {rank} {1 / rank:.6f} rag"
        for query, names in found.items()
        for rank, name in enumerate(names, 1)
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def require_place(path: Path) -> None:
    """Raises InputError where no file can be written: told before the questions are asked."""
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: cannot be written; name a file in a folder that is there")


def hash_of(*paths: Path) -> str:
    """SHA-256 of files, one after the other."""
    digest = sha256()
    for path in paths:
        if not path.is_file():
            raise PathMissing(f"{path}: no such file")
        digest.update(path.read_bytes())
    return digest.hexdigest()

"""One evaluation from its question file to its report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import InputError, QuestionError
from rag.evaluation.asked_documents import in_index, warning_of
from rag.evaluation.beir import corpus_of, passage_id, queries_of
from rag.evaluation.judged import (
    Names,
    Query,
    answer_queries,
    joined,
    names_in_index,
    read_qrels,
    read_queries,
    require_place,
    score_queries,
    write_run,
)
from rag.evaluation.options import Options, Progressing
from rag.evaluation.provenance import provenance
from rag.evaluation.questions import ask_all, score_all
from rag.evaluation.results import Report
from rag.evaluation.standard import require
from rag.evaluation.summary import summarised

if TYPE_CHECKING:
    from indexes.store import Store
    from rag.app import Rag


def evaluate(
    rag: Rag, store: Store, path: Path, options: Options, tell: Progressing | None
) -> Report:
    """Measures an index on a question file, on queries with qrels, or on a BEIR folder.

    See `Rag.evaluate`.
    """
    require()
    if options.seed < 0:
        raise InputError(f"a seed is a whole number from 0, not {options.seed}")
    if options.run is not None:
        require_place(options.run)
    if path.is_dir():
        corpus = corpus_of(path, options.qrels)
        files = (corpus.passages, corpus.queries, corpus.qrels)
        return _judged(rag, store, path, files, options, tell)
    if options.qrels is not None:
        return _judged(rag, store, path, (path, options.qrels), options, tell)
    return _questions(rag, store, path, options, tell)


def _questions(
    rag: Rag, store: Store, path: Path, options: Options, tell: Progressing | None
) -> Report:
    items, left_out = in_index(rag, path)
    asked, seconds = ask_all(rag, items, options.scope, tell)
    if options.run:
        write_run(
            options.run, {one.item.id: [str(p) for p in one.pages["corpus"]] for one in asked}
        )
    results = score_all(rag, asked)
    made = provenance("questions", rag, store, path, (path,), options)
    return summarised(made, results, seconds, options, left_out, warning_of(left_out))


def _judged(
    rag: Rag,
    store: Store,
    path: Path,
    files: tuple[Path, ...],
    options: Options,
    tell: Progressing | None,
) -> Report:
    warnings: list[str] = []
    if path.is_dir():
        queries, kind = queries_of(corpus_of(path, options.qrels)), "beir"
        names: Names = passage_id
    else:
        queries, names, warnings = _trec(rag, *files)
        kind = "qrels"
    found, seconds = answer_queries(rag, queries, names, tell)
    if options.run:
        write_run(options.run, found)
    results = score_queries(queries, found)
    made = provenance(kind, rag, store, path, files, options)
    return summarised(made, results, seconds, options, {}, warnings)


def _trec(rag: Rag, path: Path, qrels: Path) -> tuple[list[Query], Names, list[str]]:
    """Queries and their judgements of what is in the index, how that is named, and warnings."""
    queries = joined(read_queries(path), read_qrels(qrels), qrels)
    names, missing = names_in_index({name for query in queries for name in query.grades}, rag)
    if not missing:
        return queries, names, []
    shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
    kept = _without(queries, set(missing))
    if not kept:
        raise QuestionError(f"{qrels}: none of its relevant documents is in the index ({shown})")
    return kept, names, [f"{len(missing)} judged documents are not in the index, left out: {shown}"]


def _without(queries: Sequence[Query], missing: set[str]) -> list[Query]:
    """Queries without the judgements of what is missing, those with nothing relevant left out."""
    kept = []
    for query in queries:
        grades = {name: grade for name, grade in query.grades.items() if name not in missing}
        if any(grade > 0 for grade in grades.values()):
            kept.append(Query(query.id, query.text, grades))
    return kept

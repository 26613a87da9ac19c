"""The questions that a calibration asks: made ones, their twins, or the user's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from ingest.types import Document, Element
from rag.calibration.asking import Pages
from rag.calibration.making import Made, questions_of
from rag.calibration.twins import twin_of
from rag.wording import forms

if TYPE_CHECKING:
    from indexes.store import Store


_FEWEST_GROUPS = 5  # of documents, for each to be judged by a curve fitted without it


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to ask."""

    question: str
    within: str | None  # the document that is asked; None: all
    pages: Pages
    answerable: bool
    form: str  # of Made; "own" for the user's own
    group: str = ""  # of Sample


def made_questions(store: Store, count: int, seed: int) -> list[Wanted]:
    """About so many: half with an answer, the others twins or asked of another document.

    The same for the same index and seed.
    """
    random = Random(seed)
    documents = sorted(store.documents(), key=lambda document: document.path)
    random.shuffle(documents)
    documents = documents[: max(1, count // 2)]
    each = -(-count // (2 * max(1, len(documents))))
    made = [
        question
        for document in documents
        for question in questions_of(document, _elements(store, document), each, random)
    ]
    random.shuffle(made)
    made = made[: count // 2]
    by_document = len(documents) >= _FEWEST_GROUPS
    return [
        replace(one, group=question.document if by_document else f"{place % _FEWEST_GROUPS}")
        for place, question in enumerate(made)
        for one in _with_twin(store, question, made, random)
    ]


def own_questions(path: Path) -> list[Wanted]:
    """Those of a qa.jsonl, but for answerable ones without pages. Raises UnreadableFile's kinds."""
    from rag.evaluation.items import read_items

    return [
        Wanted(
            item.question,
            item.document or None,
            item.pages,
            item.answerable,
            "own",
            item.document or item.id,
        )
        for item in read_items(path)
        if item.pages or not item.answerable
    ]


def _elements(store: Store, document: Document) -> list[Element]:
    return [element for _, element in store.elements(document.id)]


def _with_twin(
    store: Store, made: Made, all_made: Sequence[Made], random: Random
) -> Iterator[Wanted]:
    """A made question and one without an answer: its twin, or itself asked elsewhere."""
    yield _wanted(made, made.document)
    elsewhere = [other.document for other in all_made if other.document != made.document]
    if elsewhere and made.form != "label" and random.random() < 0.5:
        yield _wanted(
            Made(made.question, made.document, (), made.form, "", False), random.choice(elsewhere)
        )
        return
    ids = [document.id for document in store.find_documents(made.document)]
    others = [other for other in all_made if other.document != made.document]
    twin = twin_of(made, others, lambda key: _holds(store, key, ids), random)
    if twin is not None:
        yield _wanted(twin, twin.document)


def _holds(store: Store, key: str, ids: Sequence[str]) -> bool:
    if any(store.labelled([(document_id, key) for document_id in ids]).values()):
        return True
    return all(store.occurring([forms(word) for word in key.split()], ids))


def _wanted(made: Made, within: str) -> Wanted:
    return Wanted(made.question, within, made.pages, made.answerable, made.form)

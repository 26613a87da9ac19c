from __future__ import annotations

from pathlib import Path

import pytest

from rag.app import Rag
from rag.held import Held, held_by, held_in
from rag.question import read_question
from tests.rag.corpus import PUMPS, evidence_of

SURVEY = """# Survey

In Wave III some 44 districts were sampled. Wave II had 30. Children were asked in May 2016.

The survey of 2018 is another one, see Table 1.
"""
ALL = Held(1.0, 1.0)


@pytest.fixture
def asked_of(rag: Rag, docs: Path):  # type: ignore[no-untyped-def]
    (docs / "survey.md").write_text(SURVEY)
    rag.ingest(docs)
    store = rag._opened()

    def held(question: str, within: str | None = "survey.md") -> Held:
        documents = None if within is None else store.find_documents(within)
        evidence = rag.search(question, within=within)
        return held_in(store, read_question(question), documents, evidence)

    return held


@pytest.mark.parametrize(
    ("question", "specifics"),
    [
        ("How many districts were in Wave III?", 1.0),
        ("How many districts were in Wave IV?", 0.5),
        ("How many districts were in Phase IV?", 0.0),
        ("Who was asked in FY2016?", 1.0),
        ("Who was asked in 2017?", 0.5),
        ("Does it say anything about Surveyy?", 1.0),  # a typing error
        ("What is on page 90?", 0.5),
        ("What does it say about foxes?", 1.0),  # other words may be put otherwise
    ],
)
def test_what_is_named_and_not_there(asked_of, question: str, specifics: float) -> None:  # type: ignore[no-untyped-def]
    assert asked_of(question).specifics == specifics


def test_neighbours_that_stand_apart(asked_of) -> None:  # type: ignore[no-untyped-def]
    assert asked_of("Who was asked, Wave III districts?").pairs == 1.0
    assert asked_of("Which Wave III children?").pairs == 0.5
    assert asked_of("Which survey districts?").pairs == 0.0
    assert asked_of("Why?") == Held(1.0, 0.5)


def test_only_the_documents_that_are_asked_count(asked_of) -> None:  # type: ignore[no-untyped-def]
    question = "Is Wave III said to be lazy?"
    assert asked_of(question, "animals.md").specifics == 0.0
    assert asked_of(question, None).specifics == 1.0


def test_the_evidence_stands_in_for_a_store() -> None:
    evidence = evidence_of("pumps.pdf", PUMPS)
    assert held_by(read_question("Who built the Kestrel pump?"), evidence) == ALL
    assert held_by(read_question("Who built the Osprey pump?"), evidence) == Held(0.5, 0.0)
    assert held_by(read_question("What does Figure 9 show?"), evidence).specifics == 0.5

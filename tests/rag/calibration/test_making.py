from __future__ import annotations

from pathlib import Path
from random import Random

from ingest.types import Document, Kind
from rag.calibration.making import Made, questions_of
from rag.calibration.twins import twin_of
from rag.words import words
from tests.rag.corpus import element

DOCUMENT = Document("a" * 64, Path("/d/report.pdf"), "Report", 3)
TABLE = "| Country | Area | Capital city |\n|---|---|---|\n| Nepal | 147 | Kathmandu |"
TEXT = "The survey in Nepal was led by Ada Moore in 2014. They asked 44 districts in Wave III."
ELEMENTS = (
    element(Kind.TEXT, 2, TEXT),
    element(Kind.TABLE, 3, TABLE),
    element(Kind.FIGURE, 3, "1 2", "Figure 2", "Figure 2: The districts."),
)


def made(form: str) -> Made:
    found = [q for seed in range(20) for q in questions_of(DOCUMENT, ELEMENTS, 9, Random(seed))]
    return next(question for question in found if question.form == form)


def test_a_table_gives_a_row_and_a_column() -> None:
    question = made("table")
    assert question.question in ("What is the Area of Nepal?", "What is the Capital city of Nepal?")
    assert (question.pages, question.key) == ((("report.pdf", 3),), "Nepal")


def test_a_caption_gives_a_label() -> None:
    question = made("label")
    assert question.question in ("What does Figure 2 show?", "What is the title of Figure 2?")


def test_a_number_is_asked_for_and_not_told() -> None:
    question = made("count")
    assert question.question.startswith("How many districts ")
    assert "44" not in question.question
    assert question.pages == (("report.pdf", 2),)


def test_a_year_is_asked_for_and_not_told() -> None:
    question = made("date")
    assert question.question.startswith("In which year ")
    assert "2014" not in question.question
    assert question.key in question.question


def test_a_question_keeps_words_of_the_document() -> None:
    question = made("words").question
    assert set(words(question)) - set(words("What is said about reported on")) <= set(words(TEXT))


def test_questions_are_the_same_for_the_same_seed() -> None:
    assert questions_of(DOCUMENT, ELEMENTS, 9, Random(3)) == questions_of(
        DOCUMENT, ELEMENTS, 9, Random(3)
    )
    assert len(questions_of(DOCUMENT, ELEMENTS, 2, Random(3))) == 2


def twin(question: str, form: str, key: str, holds: str = "") -> Made | None:
    one = Made(question, "report.pdf", (("report.pdf", 1),), form, key)
    return twin_of(one, [], lambda other: other in holds.split(), Random(0))


def test_a_twin_differs_in_what_the_documents_lack() -> None:
    found = twin("Who led it in 2014?", "words", "2014", holds="2013 2015 2016")
    assert found is not None
    assert (found.answerable, found.pages) == (False, ())
    assert found.key.isdigit()
    assert found.key not in ("2013", "2014", "2015", "2016")
    assert found.question == f"Who led it in {found.key}?"


def test_a_twin_names_what_another_document_names() -> None:
    one = Made("What is the Area of Nepal?", "report.pdf", (), "table", "Nepal")
    other = Made("What is the Area of Peru?", "b.pdf", (), "table", "Peru")
    found = twin_of(one, [other], lambda key: False, Random(0))
    assert found is not None
    assert found.question == "What is the Area of Peru?"


def test_the_twin_of_a_label_is_beyond_it() -> None:
    found = twin("What does Figure 2 show?", "label", "Figure 2")
    assert found is not None
    assert int(found.key.removeprefix("Figure ")) > 3


def test_there_is_no_twin_where_all_is_held() -> None:
    one = Made("What about Nepal?", "report.pdf", (), "words", "Nepal")
    assert twin_of(one, [], lambda key: True, Random(0)) is None

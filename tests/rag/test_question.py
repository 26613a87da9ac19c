from __future__ import annotations

import time

import pytest

from ingest.types import Kind
from rag.question import Ordinal, Wants, read_question


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("What does Fig. 3 show?", ("Figure 3",)),
        ("the title of figure two", ("Figure 2",)),
        ("figure ſix", ("Figure 6",)),
        ("Compare Figs. 2-4", ("Figure 2", "Figure 3", "Figure 4")),
        ("rows of Table 2 and chart 4", ("Table 2", "Chart 4")),
        ("Who wrote it?", ()),
    ],
)
def test_labels(text: str, labels: tuple[str, ...]) -> None:
    assert read_question(text).labels == labels


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("What is on page 12?", (12,)),
        ("see p. 12", (12,)),
        ("pp. 12–14", (12, 13, 14)),
        ("pages 3 and 4", (3, 4)),
        ("page 15 and page 16", (15, 16)),
        ("slide 7", (7,)),
        ("the top of the page two", (2,)),
        ("the first page", (1,)),
        ("the 6th page", (6,)),
        ("the last slide", (-1,)),
        ("people on the cover", (1,)),
        ("the colour of the cover page", (1,)),
        ("Does insurance cover surgery?", ()),
        ("the handle on the cover of the pot", ()),
        ("the fıfth page and page ſix", (6, 5)),  # letters that look the same to a pattern
        ("Which p value?", ()),
        ("How many pages contain 3 tables?", ()),
    ],
)
def test_pages(text: str, pages: tuple[int, ...]) -> None:
    assert read_question(text).pages == pages


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("What does Section 3.2 say?", ("3.2",)),
        ("strengths in Appendix C", ("C",)),
        ("summarise § 4", ("4",)),
        ('In the "Parts and Features" section', ("Parts and Features",)),
        ("sections of the report", ()),
    ],
)
def test_sections(text: str, sections: tuple[str, ...]) -> None:
    assert read_question(text).sections == sections


def test_ordinals() -> None:
    asked = read_question("Compare the second figure with the last table")
    assert asked.ordinals == (Ordinal(Kind.FIGURE, 2), Ordinal(Kind.TABLE, -1))
    assert asked.kinds == {Kind.FIGURE, Kind.TABLE}


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("What does Figure 3 show?", Wants.FIGURE),
        ("What is the third figure?", Wants.FIGURE),
        ("How many people live in Figure 3's city?", Wants.NUMBER),
        ("What percentage of users agree?", Wants.NUMBER),
        ("What is the total revenue?", Wants.NUMBER),
        ("When was it founded?", Wants.DATE),
        ("In which year was it founded?", Wants.DATE),
        ("Who signed the report?", Wants.NAME),
        ("What is the name of the governor?", Wants.NAME),
        ("List the members.", Wants.LIST),
        ("What are the three steps?", Wants.LIST),
        ("Is the pump on?", Wants.YES_NO),
        ("What is an overlay network?", Wants.DEFINITION),
        ("What does FTS stand for?", Wants.DEFINITION),
        ("How does Best Buy record inventories?", Wants.ANYTHING),
    ],
)
def test_wants(text: str, wants: Wants) -> None:
    assert read_question(text).wants is wants


def test_query_leaves_out_where_to_look() -> None:
    asked = read_question("What colour is the elephant in the picture on page 25?")
    assert asked.query == "colour elephant"
    assert asked.words == ("colour", "elephant")


def test_a_question_of_stop_words_searches_for_itself() -> None:
    assert read_question("What is it?").query == "What is it?"
    assert read_question("").wants is Wants.ANYTHING


@pytest.mark.parametrize(
    ("text", "front"),
    [
        ("What is the title of the slide?", True),
        ("Who is the presenter of this slide?", True),
        ("Who produced the document that was revised in May?", True),
        ("When was this report published?", True),
        ("What is the web link to this paper?", True),
        ("Which company created this presentation?", True),
        ("What is the title of Figure 2?", False),
        ("Who wrote War and Peace?", False),
        ("Who is the author of the annual report?", True),
        ("Who is the Speaker of the House?", False),
        ("What does the report say of authors?", False),
    ],
)
def test_questions_about_the_document_itself(text: str, front: bool) -> None:
    assert read_question(text).front is front


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("How many tables are there?", {Kind.TABLE}),
        ("Which figures show a cell?", {Kind.FIGURE}),
        ("List all the charts and tables", {Kind.FIGURE}),
        ("the number of different photos", {Kind.FIGURE}),
        ("What does the table show?", set()),
        ("How many people are in the picture?", set()),
    ],
)
def test_kinds_of_which_all_are_asked_for(text: str, counted: set[Kind]) -> None:
    assert read_question(text).counted == counted


@pytest.mark.parametrize(
    "text", ["page" + " " * 9990 + "x", "net " * 2500, "pages " + "1-50, " * 1600, "total " * 1600]
)
def test_a_long_question_is_read_quickly(text: str) -> None:
    started = time.perf_counter()
    read_question(text)
    assert time.perf_counter() - started < 1.0

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from ingest.types import Document, Element, Kind, Place
from rag.answer import answer
from rag.commands.ask import Draft, show_answer
from rag.contradictions import disagreements
from rag.contradictions.dates import dates_in
from rag.contradictions.editions import are_editions, edition
from rag.contradictions.telling import in_words
from rag.types import Context, Evidence

PUMPS = "How many pumps does the north station run?"


def document(name: str, title: str = "") -> Document:
    return Document(sha256(name.encode()).hexdigest(), Path("/docs", name), title or name, 9)


REPORT = document("report.pdf", "Water report")


def text(words: str, page: int = 1, of: Document = REPORT) -> Evidence:
    return made(Kind.TEXT, words, page, of)


def table(words: str, page: int = 2, of: Document = REPORT, caption: str = "") -> Evidence:
    return made(Kind.TABLE, words, page, of, caption)


def chart(words: str, caption: str, page: int = 3, of: Document = REPORT) -> Evidence:
    return made(Kind.FIGURE, words, page, of, caption)


def made(kind: Kind, words: str, page: int, of: Document, caption: str = "") -> Evidence:
    name = sha256(f"{of.id}{page}{kind}{words}".encode()).hexdigest()
    return Evidence(0, Element(name, of.id, kind, Place(page), words, caption=caption), of, 1.0)


def numbered(*pieces: Evidence) -> list[Evidence]:
    return [replace(piece, number=n) for n, piece in enumerate(pieces, 1)]


def values(question: str, *pieces: Evidence) -> list[tuple[str, str]]:
    told = disagreements(question, numbered(*pieces))
    return [(each.sides[0].value, each.sides[1].value) for each in told]


STATIONS = "| Station | Pumps | Staff |\n|---|---|---|\n| North | 12 | 40 |\n| South | 9 | 31 |"


def test_two_sentences() -> None:
    told = values(
        PUMPS,
        text("The north station runs 12 pumps. It was built on sand."),
        text("According to the report, the north station runs 21 pumps.", page=7),
    )
    assert told == [("12", "21")]


def test_a_row_of_a_table_and_a_sentence() -> None:
    rows = STATIONS.replace("North", "North station").replace("South", "South station")
    evidence = numbered(table(rows), text("The north station has 21 pumps in all weathers.", 7))
    (each,) = disagreements(PUMPS, evidence)
    assert [(side.number, side.value) for side in each.sides] == [(1, "12"), (2, "21")]
    assert each.sides[0].quote == "Station: North station; Pumps: 12; Staff: 40"


def test_words_of_a_chart_and_a_sentence() -> None:
    bars = "North station\n12\nSouth station\n9\nEast station\n15"
    evidence = numbered(
        chart(bars, "Figure 1: Pumps by station"), text("The north station has 21 pumps.", 7)
    )
    (each,) = disagreements(PUMPS, evidence)
    assert [(side.value, side.quote) for side in each.sides] == [
        ("12", "North station 12"),
        ("21", "The north station has 21 pumps."),
    ]


@pytest.mark.parametrize(
    "other",
    [
        "The north station runs 12 pumps at night.",  # the same
        "The north station runs about 12.4 pumps.",  # rounded
        "The south station runs 21 pumps.",  # another name
        "The north station runs 21 pumps at most times and 12 pumps at night.",  # both
        "The north station runs 15 to 21 pumps.",
        "The north station runs at least 21 pumps.",
        "In 2019, the north station ran 21 pumps.",  # another time, as far as is told
        "The north station runs 21% of pumps.",  # another unit
        "The north station no longer runs 21 pumps.",
        "The north station runs pumps, as Figure 21 shows.",
        "The north station runs pumps (95% CI 20, 22).",
        "The old north station runs 21 pumps.",
    ],
)
def test_what_is_no_disagreement(other: str) -> None:
    assert values(PUMPS, text("The north station runs 12 pumps."), text(other, 7)) == []


def test_scale_and_rounding_are_no_disagreement() -> None:
    question = "How much revenue did the company have in 2015?"
    accounts = (
        "| (in thousands) | 2015 | 2014 |\n|---|---|---|\n| Revenue | $6,779,511 | $5,504,656 |"
    )
    said = "Revenue was ${} billion in 2015."
    assert values(question, table(accounts), text(said.format("6.8"), 7)) == []
    assert values(question, table(accounts), text(said.format("6.7"), 7)) == []  # cut off
    assert values(question, table(accounts), text(said.format("7.9"), 7)) == [
        ("$6,779,511", "$7.9 billion")
    ]


def test_years_and_groups_of_rows_are_kept_apart() -> None:
    question = "How many men and women smoke?"
    groups = "| Group | 2012 | 2014 |\n|---|---|---|\n| Men | 31 | 29 |\n| Women | 24 | 22 |"
    assert values(question, table(groups), text("Of the men, 31 smoke.", 7)) == []
    assert values(question, table(groups), text("In 2014, 22 women smoke.", 7)) == []
    assert values("How many women smoke?", text("24 women smoke."), text("31 men smoke.", 7)) == []


def test_change_without_a_period_is_not_compared() -> None:
    question = "By how much did costs of delivery increase?"
    first = text("Costs of delivery increased $4.1 million due to fuel.")
    second = text("Costs of delivery increased $6.3 million due to fuel.", 7)
    assert values(question, first, second) == []


def test_editions_the_newer_first() -> None:
    older, newer = document("guide-2022.md", "Guide"), document("guide-2023.md", "Guide")
    evidence = numbered(
        text("The entrance fee for adults is $12.", of=older),
        text("The entrance fee for adults is $15.", of=newer),
    )
    (each,) = disagreements("What is the entrance fee for adults?", evidence)
    assert [(s.edition, s.value, s.number) for s in each.sides] == [
        ("2023", "$15", 2),
        ("2022", "$12", 1),
    ]
    assert disagreements("What was the entrance fee for adults in 2022?", evidence) == ()


def test_rows_of_two_editions() -> None:
    older, newer = document("fees-2022.pdf", "Fees"), document("fees-2023.pdf", "Fees")
    rows = "| Visitor | Fee |\n|---|---|\n| Adults | $12 |\n| Children | $6 |"
    found = values(
        "What fee do adults pay?",
        table(rows, of=older),
        table(rows.replace("$12", "$15"), of=newer),
    )
    assert found == [("$15", "$12")]
    same_document = (table(rows), table(rows.replace("$12", "$15"), page=5))
    assert values("What fee do adults pay?", *same_document) == []  # tables of no name


def test_what_an_edition_is() -> None:
    assert edition(document("report_v2.pdf"))[1] == "version 2"
    assert edition(document("q3.pdf", "Sales Q3 2021"))[1] == "Q3 2021"
    assert are_editions(document("a-2021.pdf", "X"), document("a-2022.pdf", "X"))
    assert not are_editions(document("a-2021.pdf", "X"), document("b-2022.pdf", "Y"))
    assert not are_editions(document("2021.pdf"), document("a.pdf"))


def test_dates() -> None:
    question = "When was the plan revised?"
    first = text("The plan was revised in May 2016.")
    assert values(question, first, text("The plan was revised in June 2016.", 7)) == [
        ("May 2016", "June 2016")
    ]
    assert values(question, first, text("The plan was revised on 4 May 2016.", 7)) == []
    assert values(question, first, text("The plan was adopted in June 2015.", 7)) == []
    assert dates_in("On 3/4/2016, or March 3, 2016") == [((2016, 3, 3), "March 3, 2016")]


def test_questions_that_ask_for_no_number() -> None:
    pieces = (text("Ada Moore built 12 pumps."), text("Ada Moore built 21 pumps.", 7))
    assert values("Who built the pumps?", *pieces) == []
    assert values("How many pumps did Ada Moore build?", *pieces) == [("12", "21")]


class Says:
    """A generator that writes a given text."""

    verbatim = True

    def __init__(self, text: str) -> None:
        self.text = text

    def generate(self, context: Context) -> Iterator[str]:
        yield self.text

    def revise(self, context: Context, text: str, problems: Sequence[str]) -> None:
        return None

    def support(self, context: Context, text: str) -> float:
        return 0.75


EVIDENCE = tuple(
    numbered(
        text("The north station runs 12 pumps."),
        text("Pumps are costly.", 4),
        text("The north station runs 21 pumps.", page=7),
    )
)
CONTEXT = Context(PUMPS, EVIDENCE)


def test_an_answer_quotes_and_cites_both_sides() -> None:
    heard: list[str] = []
    given = answer(CONTEXT, Says("The north station runs 12 pumps. [1]"), {}, heard.append)
    assert given.text == (
        "The north station runs 12 pumps. [1] The north station runs 21 pumps. [3]"
    )
    assert "".join(heard) == given.text
    assert [item.number for item in given.cited] == [1, 3]
    (each,) = given.disagreements
    assert in_words(each, given) == (
        "The sources disagree: 12 [1] (text, page 1) against 21 [3] (text, page 7)."
    )


def test_a_person_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    both = answer(CONTEXT, Says("It runs 12 pumps [1] or 21 [3]."), {})
    show_answer(both, None, Draft())
    told = capsys.readouterr().out
    assert "The sources disagree: 12 [1] (text, page 1) against 21 [3] (text, page 7)." in told
    assert "“The north station runs 21 pumps.” [3]" in told


def test_an_answer_that_gives_both_is_left_as_it_is() -> None:
    both = "It runs 12 pumps [1] or 21 [3]."
    given = answer(CONTEXT, Says(both), {})
    assert given.text == both
    assert len(given.disagreements) == 1


def test_a_refusal_has_no_disagreements() -> None:
    given = answer(CONTEXT, Says(""), {})
    assert (given.refused, given.disagreements, given.cited) == (True, (), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The plant cost $5 million in FY2019.", "The plant cost $7 million in FY2020."),
        ("The plant cost $5 million in FY19.", "The plant cost $7 million in FY 20."),
        ("Phase 1 of the plant cost $5 million.", "Phase 2 of the plant cost $7 million."),
        ("Plant B cost $5 million.", "Plant C cost $7 million."),
    ],
)
def test_fiscal_years_and_one_of_several_are_told_apart(one: str, other: str) -> None:
    assert values("What did the plant cost?", text(one), text(other, 2)) == []


def test_a_fiscal_year_is_one_however_it_is_written() -> None:
    told = values(
        "What did the plant cost?",
        text("The plant cost $5 million in FY19."),
        text("The plant cost $7 million in FY2019.", 2),
    )
    assert told == [("$5 million", "$7 million")]

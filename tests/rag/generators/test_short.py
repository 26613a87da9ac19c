from __future__ import annotations

import pytest

from ingest.types import Kind
from rag.answer import answer
from rag.commands.ask import Draft, show_answer
from rag.generators.extractive import ExtractiveGenerator
from rag.jsonable import jsonable
from rag.short_view import headline, how_found
from rag.types import Answer, Context, ShortAnswer
from tests.fakes import HashEmbedder
from tests.rag.corpus import PUMPS, element, evidence_of

ACCOUNTS = """
| | January 28, 2023 | January 29, 2022 | Change |
|---|---|---|---|
| Current assets | | | |
| Cash and equivalents | $1,874 | $2,936 | (36)% |
| Receivables, net | 1,141 | 1,042 | 10% |
| Total current assets | 3,015 | 3,978 | (24)% |
| Equity | | | |
| Retained earnings | 2,795 | 3,020 | (7)% |
"""
PEAKS = """
| Peak | Country | Height (m) | Climbs |
|---|---|---|---|
| Thun | Switzerland | 217 | 48 |
| Garda | Italy | 346 | 370 |
| Como | Italy | 425 | 146 |
| Maggiore | Italy | 372 | 212 |
| Total | | 1,360 | 776 |
"""


def short_of(question: str, table: str, caption: str = "") -> ShortAnswer | None:
    given = ask(question, element(Kind.TABLE, 3, table, "Table 1", caption))
    if given.short is not None:  # all that it stands on is quoted
        numbers = [step.rpartition(": ")[2] for step in given.short.steps]
        assert all(number in given.text for number in numbers), given.text
    return given.short


def ask(question: str, *elements: object) -> Answer:
    context = Context(question, tuple(evidence_of("a.pdf", elements)))  # type: ignore[arg-type]
    return answer(context, ExtractiveGenerator(HashEmbedder(), wrong_refusals=0.0), {})


@pytest.mark.parametrize(
    ("question", "text", "step"),
    [
        (
            "What are the total current assets in FY2023?",
            "3,015",
            "Current assets; Total current assets; January 28, 2023: 3,015",
        ),
        (
            "What were cash and equivalents in 2022?",
            "$2,936",
            "Current assets; Cash and equivalents; January 29, 2022: $2,936",
        ),
        (
            "What is the change of receivables, net?",
            "10%",
            "Current assets; Receivables, net; Change: 10%",
        ),
    ],
)
def test_a_cell_by_its_row_and_column(question: str, text: str, step: str) -> None:
    short = short_of(question, ACCOUNTS)
    assert short == ShortAnswer(text, 1, "cell", (step,))


@pytest.mark.parametrize(
    "question",
    [
        "What were the total current assets in 2019?",  # no such year
        "What are the current assets?",  # of which year?
        "What was the goodwill in 2023?",  # no such row
        "What percentage were retained earnings in 2023?",  # it is no percentage
        "What was the ratio of receivables to equity in 2023?",  # nothing plain
    ],
)
def test_no_cell_where_none_is_meant_beyond_doubt(question: str) -> None:
    assert short_of(question, ACCOUNTS) is None


def test_other_rows_of_the_table_are_not_quoted_beside_a_cell() -> None:
    given = ask(
        "What is the height of Como in m?", element(Kind.TABLE, 3, PEAKS, "Table 1", "Peaks")
    )
    assert given.short is not None
    assert given.short.text == "425"
    assert "Como" in given.text
    assert "Garda" not in given.text


def test_the_scale_in_the_caption_goes_with_a_cell() -> None:
    short = short_of("What were receivables, net, in 2023?", ACCOUNTS, "Assets ($ in millions)")
    assert short is not None
    assert short.text == "1,141 (in millions)"


@pytest.mark.parametrize(
    ("question", "text", "how"),
    [
        ("Which peak has the highest height?", "Como", "comparison"),
        ("Which peak has the second highest height?", "Maggiore", "comparison"),
        ("Which peak has the smallest number of climbs?", "Thun", "comparison"),
        ("What is the difference in height between Garda and Thun?", "129", "difference"),
        ("What is the sum of the climbs of Como and Garda?", "516", "sum"),
        ("How many peaks are in Italy?", "3", "count"),
        ("List the peaks in Italy.", "Garda; Como; Maggiore", "list"),
    ],
)
def test_plain_operations_over_rows(question: str, text: str, how: str) -> None:
    short = short_of(question, PEAKS, "Table 1: Peaks, their height and climbs")
    assert short is not None
    assert (short.text, short.how) == (text, how)


def test_a_change_in_percent_is_worked_out_from_the_earlier_year() -> None:
    short = short_of(
        "By what percentage did receivables, net, increase from 2022 to 2023?",
        ACCOUNTS.replace(" Change |", "|").replace("10% |", "|"),
    )
    assert short is not None
    assert (short.text, short.how) == ("9.5%", "change")


def test_a_table_below_a_table_has_its_own_header() -> None:
    stacked = """
| Province | Stores |
|---|---|
| Alberta | 24 |
| Quebec | 23 |
| Region | Owned sites |
| Domestic | 922 |
"""
    wide = stacked.replace(" |\n", " | 7 |\n").replace("Stores | 7", "Stores | Kiosks")
    wide = wide.replace("sites | 7", "sites | Leased sites").replace("---| 7 |", "---|---|")
    short = short_of("How many owned sites does the domestic region have?", wide)
    assert short is not None
    assert short.steps == ("Domestic; Owned sites: 922",)


@pytest.mark.parametrize(
    ("question", "told", "text", "how"),
    [
        (
            "When was the Kestrel pump built?",
            "The Kestrel pump was built on May 18, 1931.",
            "May 18, 1931",
            "date",
        ),
        (
            "Who built the Kestrel pump?",
            "The Kestrel pump was built by Ada Moore in a barn.",
            "Ada Moore",
            "name",
        ),
        (
            "How many valves does the Kestrel pump have?",
            "The Kestrel pump of 1931 has 12 valves and is painted blue.",
            "12",
            "number",
        ),
        (
            "What was the rent expense in 2014?",
            "Rent expense was $34.7 million and $26.6 million in 2015 and 2014, respectively.",
            "$26.6 million",
            "number",
        ),
        (
            "How many steps replace the grille?",
            "To replace the grille:\n1. Line up the tabs.\n2. Push it in.\n3. Close the doors.",
            "3",
            "count",
        ),
        (
            "List the parts of the pump.",
            "Parts of the pump:\n• Valve\n• Long shaft\n• Wheel",
            "Valve, Long shaft, Wheel",
            "list",
        ),
    ],
)
def test_what_a_quote_says(question: str, told: str, text: str, how: str) -> None:
    given = ask(question, element(Kind.TEXT, 1, told)).short
    assert given is not None
    assert (given.text, given.how, given.number) == (text, how, 1)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("When was the Kestrel pump built?", "The Kestrel pump was built in 1931 or in 1932."),
        (
            "Who built the Kestrel pump?",
            "The Kestrel pump was built by Ada Moore, then by Bo Lind.",
        ),
        ("How many valves has the pump?", "The pump has 12 valves, an older pump has 14 valves."),
        ("How many valves has the pump in 2019?", "The pump has 12 valves."),
        ("How many figures are shown in the paper?", "The paper has shown 12 figures of pumps."),
        ("How many more valves has the pump?", "The pump has 12 valves."),
    ],
)
def test_nothing_where_several_things_could_be_meant(question: str, told: str) -> None:
    assert ask(question, element(Kind.TEXT, 1, told)).short is None


def test_a_refusal_has_no_short_answer() -> None:
    context = Context("Who built the opera of Sydney?", tuple(evidence_of("pumps.pdf", PUMPS)))
    given = answer(context, ExtractiveGenerator(HashEmbedder()), {})
    assert (given.refused, given.short) == (True, None)


def test_it_is_shown_first_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    given = ask("Which peak has the highest height?", element(Kind.TABLE, 1, PEAKS))
    assert given.short is not None
    assert jsonable(given)["short"]["text"] == "Como"
    show_answer(given, None, Draft())
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == headline(given.short) == "Como [1]"
    assert lines[1].startswith("Compared: Como; Height (m): 425 | Maggiore; Height (m): 372")
    assert how_found(ShortAnswer("May 1931", 1, "date", ("Built in May 1931.",))) == ""


CITIES = """
| City | Country | Year | People | Area |
|---|---|---|---|---|
| Bern | Switzerland | 2020 | 134,000 | 52 |
| Geneva | Switzerland | 2020 | 203,000 | 16 |
| Lyon | France | 2020 | 522,000 | 48 |
| Turin | Italy | 2010 | 841,000 | 130 |
| Total | | | 1,700,000 | 246 |
"""
LOSSES = """
| (in millions) | 2022 | 2023 |
|---|---|---|
| Net loss or income | (120) | 45 |
| Revenue | 1,200 | 1,500 |
| Grants | 700 | |
| Grants | | 900 |
"""
MEMBERS = """
| | Men | Women | Women |
|---|---|---|---|
| | 2021 | 2020 | 2021 |
| Bern | 13 | 21 | |
| Geneva | 6 | 7 | 8 |
"""


@pytest.mark.parametrize(
    ("question", "table", "text"),
    [
        ("Which city in Switzerland has the largest area?", CITIES, "Bern"),
        ("Which city has the most people in 2020?", CITIES, "Lyon"),
        ("Which city has the 2nd largest area?", CITIES, "Bern"),
        ("What is the difference in net loss or income of 2022 and 2023?", LOSSES, "165"),
        ("By what percentage did revenue grow from 2022 to 2023?", LOSSES, "25.0%"),
    ],
)
def test_only_the_rows_and_years_named_are_compared(question: str, table: str, text: str) -> None:
    short = short_of(question, table)
    assert short is not None
    assert short.text.removesuffix(" (in millions)") == text


@pytest.mark.parametrize(
    ("question", "table"),
    [
        ("Which Portuguese city has the largest area?", CITIES),
        ("Which two cities have the largest area?", CITIES),
        ("Which city has the largest area after Turin?", CITIES),
        ("Which city has the most people in 1990?", CITIES),
        ("Which city in Switzerland has the third largest area?", CITIES),
        ("How many cities are not in Switzerland?", CITIES),
        ("What is the area and the people of Bern?", CITIES),
        ("By what percentage did net loss or income grow from 2022 to 2023?", LOSSES),
        ("What was the revenue in 2022 at a tax of 5%?", LOSSES),
        ("What were the grants in 2022?", LOSSES),  # of which of the two?
        ("How many women were in Bern in 2021?", MEMBERS),
        ("Which city has the highest number of women?", MEMBERS),
    ],
)
def test_nothing_plain_tables_do_not_tell(question: str, table: str) -> None:
    assert short_of(question, table) is None


def test_a_bound_stays_with_its_number() -> None:
    given = ask(
        "How many people work there?", element(Kind.TEXT, 1, "More than 90 people work there.")
    )
    assert given.short is not None
    assert given.short.text == "More than 90"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who built the Kestrel pump?", "The Kestrel pump was not built by Ada Moore."),
        ("List the colours of the flag.", "Its colours are red, white and blue, and it is old."),
    ],
)
def test_what_is_denied_or_another_clause_is_no_answer(question: str, told: str) -> None:
    assert ask(question, element(Kind.TEXT, 1, told)).short is None

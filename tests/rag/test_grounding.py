"""What a model invents is found: sentences without sources, numbers and names from nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.types import Kind
from rag.grounding import claims, numbers, problems
from tests.rag.corpus import PUMPS, TOWNS, element, evidence_of

PUMP = evidence_of("pumps.pdf", PUMPS)
TOWN = evidence_of("towns.pdf", TOWNS)
REVENUE = """| (in thousands) | 2015 | 2014 | Change |
|---|---|---|---|
| Revenues | $6,779,511 | $5,504,656 | 23 % |
| Memberships | 74,762 | 57,391 | 30 % |
| Revenue each | $8.15 | $8.20 | (1)% |"""
PROSE = """In Apr. 2012 the U.S. survey found for the first time that 59% of Republicans in Quebec
take three types of plans, a six-point rise. 1,200,000 seniors paid $6.8 billion; authenticity was
0.73. The World Health Organization, or WHO, names social networking sites, and fiscal 2023."""
REPORT = evidence_of(
    "report.pdf",
    (
        element(Kind.TABLE, 2, REVENUE, "Table 2", "Table 2: Income."),
        element(Kind.TEXT, 3, PROSE),
        element(Kind.TEXT, 3, "Membership of the WHO and the U.N. grew by 10%. Tea is green."),
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        "The Kestrel pump was built by Ada Moore in 1931 [1].",
        "It was built by Ada Moore in 1931. [1]",
        "- Ada Moore built it [1].\n- It shows a valve [3].",
        "1. Ada Moore built it [1].\n2. Oil the bearing weekly [5].",
        "Figure 2 on page 3 shows the discharge curve [4].",
        "The curve reaches 40 [4].",  # a word inside the figure
        "Here is what is known:\n- Ada Moore built it [1].",
        "",
    ],
)
def test_borne_out(text: str) -> None:
    assert problems(text, PUMP) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The pump was built by Ada Moore.", "cites no evidence"),
        ("The pump was built in 1931 [9].", "cites no evidence"),
        ("The pump was built in 1932 [1].", "1932 is not in [1]"),
        ("It was built by Ben Moore [1].", "Ben is not in [1]"),
        ("It was built in 1931 [2].", "1931 is not in [2]"),  # true, but not there
        ("It moves 400 litres at 30 bar [1][4].", "400, 30 is not in [1][4]"),
        ("The pump is approved by the FDA [1].", "FDA is not in [1]"),
    ],
)
def test_not_borne_out(text: str, reason: str) -> None:
    (found,) = problems(text, PUMP).values()
    assert reason in found


def test_only_the_wrong_sentence_is_named() -> None:
    text = "Ada Moore built it [1]. It cost 90 dollars [1]. Oil it weekly [5]."
    assert list(problems(text, PUMP)) == ["It cost 90 dollars [1]."]


def test_numbers_are_the_same_however_they_are_written() -> None:
    assert (
        problems("Basel has 173000 people, Aarau 21 500 [2].".replace(" 5", "\u202f5"), TOWN) == {}
    )
    assert numbers("1,200.50 and 1200.5; −3 and 3; 007 and 7; 3,5 and 3.5") == {
        "1200.5",
        "3",
        "7",
        "3.5",
    }
    assert numbers("from 1931-1933 in Q3") == {"1931", "1933"}


def test_nouns_are_no_names_where_all_nouns_have_capitals() -> None:
    text = "Die Pumpe wurde von Ada Moore im Jahr 1931 in der Stadt gebaut [1]."
    assert problems(text, PUMP) == {}
    assert "1932" in str(problems(text.replace("1931", "1932"), PUMP))


def test_what_a_model_saw_counts_but_not_what_it_may_have_misread() -> None:
    figure = replace(
        PUMP[3].element,
        description="A curve that peaks at 37 near Bern.",
        described_by="vlm@1",
        unverified=("37",),
    )
    seen = [*PUMP[:3], replace(PUMP[3], element=figure), PUMP[4]]
    assert problems("It peaks near Bern [4].", seen) == {}
    assert "37 is not in [4]" in str(problems("It peaks at 37 [4].", seen))
    builtin = [replace(seen[3], element=replace(figure, described_by=""))]
    assert "Bern" in str(problems("It peaks near Bern [4].", builtin))


def test_claims_keep_the_citations_behind_their_full_stop() -> None:
    found = claims("One thing. [1][2] Another thing [3]. A third.")
    assert [(claim.text, claim.cited) for claim in found] == [
        ("One thing. [1][2]", (1, 2)),
        ("Another thing [3].", (3,)),
        ("A third.", ()),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Revenues were about $6.8 billion in 2015 [1].",
        "Revenues were $6,779.5 million [1].",
        "Revenues were $6,779,511 thousand, or $6.78B [1].",
        "It had 74.8 million memberships, exactly 74,762,000 [1].",
        "There are 1.2 million seniors [2].",
        "They paid $6.8 billion, between 6.8 and 6.8 [2].",
        "Growth was 10 percent [3].",
        "Authenticity was 73% [2].",
        "It offers 3 types for the 1st time, a 6-point rise [2].",
        "Netto waren es 6.779.511 Tausend [1].",
        "Il a atteint 6 779 511 milliers [1].",
        "2015年的收入为6,779,511千美元 [1]。",
        "It made USD6,779,511 thousand [1].",
    ],
)
def test_numbers_in_other_units_and_rounded(text: str) -> None:
    assert problems(text, REPORT) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Revenues were $6.8 million [1].", "6.8 is not in"),
        ("Revenues were $6.9 billion [1].", "6.9 is not in"),
        ("Revenues were $6,779.5 billion [1].", "6,779.5 is not in"),
        ("It had 74.8 thousand memberships [1].", "74.8 is not in"),
        ("It had 74,762,001 memberships [1].", "74,762,001 is not in"),
        ("There are 1.3 million seniors [2].", "1.3 is not in"),
        ("They paid $6.8 million [2].", "6.8 is not in"),
        ("Growth was 11 percent [3].", "11 is not in"),
        ("Over $59K they have plans [2].", "59 is not in"),
        ("It offers 5 types [2].", "5 is not in"),
        ("Der Umsatz war 6.779.512 Tausend [1].", "6.779.512 is not in"),
        ("Il a atteint 6 779 512 milliers [1].", "779, 512 is not in"),
        ("2015年的收入为6,779,512千美元 [1]。", "6,779,512 is not in"),
        ("It made USD6,779,512 thousand [1].", "6,779,512 is not in"),
        ("Revenues were $6.8 billion [3].", "6.8 is not in [3]"),  # true, but not there
    ],
)
def test_numbers_of_another_size(text: str, reason: str) -> None:
    assert reason in str(problems(text, REPORT))


@pytest.mark.parametrize(
    "text",
    [
        "In the United States, 59% of Republican-leaning people do [2].",
        "In April 2012 it was so in the US and in Québec [2].",
        "In FY23 and FY2023 SNS were named, says Tab. 2 [1][2].",
        "Surely the World Health Organization grew [3].",
        "Der Umsatz stieg 2015 um 23 Prozent [1].",
        "Selon le rapport, 59 % des Américains le font [2].",
        "El 59 % de la población de Estados Unidos lo hace [2].",
        "Growth in the green tea membership (GTM) was seen. [3] The GTM grew by 10% [3].",
        "Yes. It grew by 10% [3].",
        "## Revenue in Brief\n\n**Summary**\n\n**Revenue:** 74,762 [1]\n\n**Tightness**: tea [3].",
        "- **Tightness**: Tea is green [3].",
        "| Segment | Total (thousands) |\n|---|---|\n| Members | 74,762 [1] |\n| Tea | 10% [3] |",
    ],
)
def test_names_and_structure_that_are_right(text: str) -> None:
    assert problems(text, REPORT) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("In the United Kingdom, 59% of Republicans do [2].", "Kingdom is not in"),
        ("About 59% of Democratic-leaning people do [2].", "Democratic-leaning is not in"),
        ("In May and in August 2012 it was so [2].", "August is not in"),
        ("In FY24 it was so [2].", "FY24 is not in"),
        ("It was the World Trade Organization [2].", "Trade is not in"),
        ("Here the NBA is named [2].", "NBA is not in"),
        ("Der Umsatz stieg 2015 um 24 Prozent [1].", "24 is not in"),
        ("Growth of 10%.", "cites no evidence"),
        ("Ada Moore.", "cites no evidence"),
        ("**Growth was 10% in all**", "cites no evidence"),
        ("- **Tightness**: Tea is green.", "cites no evidence"),
        ("| A | B |\n|---|---|\n| Members | 74,763 [1] |", "74,763 is not in [1]"),
        ("| A | B |\n|---|---|\n| Members | 74,762 [1] |\n| Tea | 10% |", "Tea | 10%"),
    ],
)
def test_names_and_structure_that_are_wrong(text: str, reason: str) -> None:
    assert reason in str(problems(text, REPORT))


def test_a_misread_number_takes_no_other_with_it() -> None:
    figure = replace(
        PUMP[3].element,
        description="From 2015 it moves 5 litres.",
        described_by="vlm@1",
        unverified=("5",),
    )
    seen = [*PUMP[:3], replace(PUMP[3], element=figure)]
    assert problems("So it was in 2015 [4].", seen) == {}
    assert "5 is not in [4]" in str(problems("It moves 5 litres [4].", seen))

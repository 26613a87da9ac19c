"""What a model invents is found: sentences without sources, numbers and names from nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.grounding import claims, numbers, problems
from tests.rag.corpus import PUMPS, TOWNS, evidence_of

PUMP = evidence_of("pumps.pdf", PUMPS)
TOWN = evidence_of("towns.pdf", TOWNS)


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

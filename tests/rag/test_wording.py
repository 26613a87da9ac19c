from __future__ import annotations

import pytest

from rag.question import read_question
from rag.wording import forms, wording


def specifics(text: str) -> list[str]:
    return [word.text for word in wording(read_question(text)).words if word.specific]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many districts were sampled during Wave IV?", ["Wave", "IV"]),
        ("What was the revenue of Acme in FY2022?", ["Acme", "FY2022"]),
        ("Which error has number 288?", ["288"]),
        ("Did O'Brien see Acme's book?", ["Brien", "Acme's"]),
        ("WHAT IS THE LOGO COLOR OF ACME LIMITED?", []),  # capitals say nothing here
        ("Who wrote it? Where was Ada born?", ["Ada"]),  # nor does one that opens a sentence
        ("What is on page 12 near Figure 3?", []),  # addresses are looked up otherwise
        ("What is the highest percentage?", []),
    ],
)
def test_names_numbers_and_codes_are_specific(question: str, expected: list[str]) -> None:
    assert specifics(question) == expected


def test_a_year_counts_in_an_instruction_too_but_not_in_an_example() -> None:
    asked = "How many smoke? Please answer for the 2022 survey as a list like ['2014', '2018']."
    assert specifics(asked) == ["2022"]


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("districts", (("district",),)),
        ("FY2022", (("fy2022",), ("2022",))),
        ("15th", (("15th",), ("15",))),
        ("250M", (("250m",), ("250",))),
        ("AR03", (("ar03",),)),
        ("Wi-Fi", (("wifi",), ("wi", "fi"))),
        ("Lincoln's", (("lincoln",),)),
    ],
)
def test_forms_in_which_a_word_may_stand(token: str, expected: object) -> None:
    assert forms(token) == expected


def test_pairs_are_words_with_nothing_between_them() -> None:
    said = wording(read_question("Who built the Kestrel pump in May 1931?"))
    pairs = [(first.text, second.text) for first, second in said.pairs]
    assert pairs == [("Kestrel", "pump")]

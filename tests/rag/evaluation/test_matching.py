from __future__ import annotations

import pytest

from rag.evaluation.matching import holds, is_yes_or_no, share_held


@pytest.mark.parametrize(
    ("gold", "text"),
    [
        ("1200", "It cost $1,200 in all."),
        ("$1,200", "It cost 1200 dollars."),
        ("$1,200", "It cost 1.2 thousand dollars."),
        ("1200 dollars", "It cost USD 1,200."),
        ("1.2 thousand", "It cost $1,200."),
        ("399 million", "399,000,000 people"),
        ("30216492.00", "Dividend 30,216,492"),
        ("$6.8 billion", "(in thousands) total 6,779,511"),
        ("12%", "Of them, 12 percent came."),
        ("12%", "A share of 0.12 came."),
        ("12 %", "share (%) 12"),
        ("44.96%", "FIIs 44.96"),
        ("4", "There are four of them."),
        ("16", "(max. 16 g)"),
        ("2007", "as of 31st March, 2007"),
        ("5 km", "It is 5 kilometres away."),
        ("2.5 km", "It is 2500 m away."),
        ("90 minutes", "It took 1.5 hours."),
        ("2.5-3cm", "between 2.5 and 3 cm"),
        ("73.0", "73 of them"),
        ("March 3, 2019", "on 2019-03-03"),
        ("2019-03-03", "on 3 March 2019"),
        ("3 March 2019", "SIGNED MARCH 3rd, 2019"),
        ("Rick Scott", "Governor: RICK  SCOTT."),
        ("the lower of cost", "at lower of\ncost or value"),
        ("LONG,HEALTHY LIFE", "Long, healthy life"),
        ("Little Rock", "AR01 LittleRock"),
        ("seven-for-one stock split", "a seven for one stock split was"),
        ("http://dx.doi.org/10.1016/j.x", "see http://dx.doi.org/10.1016/j.x"),
        (
            "diagram of old gashes with top denuded off",
            "Diagram: old gashes, with the top denuded off",
        ),
        ("Yes", "Yes, both are."),
        ("15:00", "starts at 15:00"),
    ],
)
def test_holds(gold: str, text: str) -> None:
    assert holds(text, gold)


@pytest.mark.parametrize(
    ("gold", "text"),
    [
        ("1200", "It cost $12,000."),
        ("1200", "the year 120"),
        ("12%", "12 kg of sand"),
        ("0.12", "12% of them"),
        ("$5", "5 km"),
        ("5 km", "5 kg"),
        ("2.5 km", "2600 m"),
        ("March 3, 2019", "March 4, 2019"),
        ("March 3, 2019", "in March 2019"),
        ("Rick Scott", "Rick met Scott"),
        ("cat", "concatenate"),
        ("diagram of old gashes with top denuded off", "diagram of other gashes, with a base"),
        ("No", "there is no such thing"),
        ("51.286", "51.29"),
        ("4", "GPT-4 was used"),
        ("3", "Figure 3 shows it"),
        ("8", "on March 8, 2020"),
        ("?", "what?"),
    ],
)
def test_does_not_hold(gold: str, text: str) -> None:
    assert not holds(text, gold)


def test_all_items_of_a_list_in_any_of_the_texts() -> None:
    assert share_held(["Radio", "12%"], ["on the radio", "12 percent"]) == 1.0
    assert share_held(["Radio", "13%"], ["on the radio", "12 percent"]) == 0.5
    assert share_held([], ["anything"]) == 0.0
    assert share_held(["Radio"], []) == 0.0


def test_yes_or_no() -> None:
    assert is_yes_or_no(["No"])
    assert not is_yes_or_no(["Norway"])
    assert not is_yes_or_no(["yes", "no"])

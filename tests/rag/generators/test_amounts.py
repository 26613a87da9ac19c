from __future__ import annotations

import pytest

from rag.generators.amounts import amount_of, amounts, written


@pytest.mark.parametrize(
    ("text", "value", "unit", "found"),
    [
        ("It cost $1,874 then", 1874.0, "$", "$1,874"),
        ("about 34.7 million people", 34_700_000.0, "", "34.7 million"),
        ("a share of 44.96 %", 44.96, "%", "44.96 %"),
        ("up by 30 percent", 30.0, "%", "30 percent"),
        ("a loss of (1,372) in all", -1372.0, "", "(1,372)"),
        ("fell by -5.3%", -5.3, "%", "-5.3%"),
        ("in rupees 3,02,16,492.00", 30216492.0, "", "3,02,16,492.00"),
        ("max. 16 g)", 16.0, "g", "16 g"),
        ("twelve of them", 12.0, "", "twelve"),
    ],
)
def test_a_number_in_a_text(text: str, value: float, unit: str, found: str) -> None:
    (amount,) = amounts(text)
    assert (amount.value, amount.unit, amount.text) == (pytest.approx(value), unit, found)
    assert text[amount.start : amount.end] == found


def test_a_range_is_two_numbers_and_a_name_none() -> None:
    assert [amount.value for amount in amounts("2014–2015")] == [2014.0, 2015.0]
    assert amounts("GPT-4o and A4x") == []


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("$2,253", 2253.0),
        ("(20)", -20.0),
        ("85.9(2.5)", 85.9),  # a deviation, or the number of a note
        ("12*", 12.0),
        ("Amount", None),
        ("3 of 4", None),
        ("Q3 2015", None),
        ("", None),
    ],
)
def test_the_number_that_a_cell_is(cell: str, value: float | None) -> None:
    found = amount_of(cell)
    assert (found.value if found else None) == value


def test_a_computed_number_looks_like_what_it_comes_from() -> None:
    for cell, value, told in (
        ("$1,874.50", 12.5, "$12.50"),
        ("1,263,899", 638317.0, "638,317"),
        ("5.5%", 1.25, "1.2%"),
    ):
        like = amount_of(cell)
        assert like is not None
        assert written(value, like) == told

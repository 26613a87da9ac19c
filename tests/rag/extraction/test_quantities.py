"""Numbers in running text: what is one, how much, of what unit, at what scale."""

from __future__ import annotations

import pytest

from rag.extraction.dates import first_date
from rag.extraction.quantities import numeral, quantities


def found(text: str) -> list[tuple[str, float, float, str]]:
    return [(q.text, q.value, q.scale, q.unit) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "value", "scale", "unit"),
    [
        ("$6.8 billion", 6.8, 1e9, "USD"),
        ("$1.5 Billion", 1.5, 1e9, "USD"),
        ("£5m", 5, 1e6, "GBP"),
        ("$511 M", 511, 1e6, "USD"),
        ("EUR 1.234,56", 1234.56, 1, "EUR"),
        ("100 million USD", 100, 1e6, "USD"),
        ("Rs. 36,99,266", 3699266, 1, "INR"),
        ("$(0.86)", -0.86, 1, "USD"),
        ("54,000 euros", 54000, 1, "EUR"),
        ("23%", 23, 1, "%"),
        ("~85 percent", 85, 1, "%"),
        ("1.5 percentage points", 1.5, 1, "pp"),
        ("30-day", 30, 1, "day"),
        ("5 m", 5, 1, "m"),
        ("300 K", 300, 1, "K"),
        ("−3.2 °C", -3.2, 1, "°C"),
        ("1,496 pages/s", 1496, 1, "pages/s"),
        ("50 mg/l", 50, 1, "mg/l"),
        ("3 × 10^8 m/s", 3e8, 1, "m/s"),
        ("24X", 24, 1, "×"),
        ("2.5e-5", 2.5e-5, 1, ""),
        ("12\u2009345,6 km", 12345.6, 1, "km"),
        ("9.339.686.244", 9339686244, 1, ""),
        ("< 0.05", 0.05, 1, ""),
    ],
)
def test_a_number_alone(text: str, value: float, scale: float, unit: str) -> None:
    assert found(text) == [(" ".join(text.split()), value, scale, unit)]


def test_units_are_not_taken_from_the_words_that_happen_to_follow() -> None:
    assert found("Revenue was $5 in 2014 and 20 in all, from 300K users and 12 × 12 tiles.") == [
        ("$5", 5, 1, "USD"),
        ("2014", 2014, 1, "calendar year"),
        ("20", 20, 1, ""),
        ("300K", 300, 1e3, ""),
        ("12", 12, 1, ""),
        ("12", 12, 1, ""),
    ]
    assert found("159,566 $ 13,846") == [("159,566", 159566, 1, ""), ("$ 13,846", 13846, 1, "USD")]


@pytest.mark.parametrize(
    "text",
    [
        "On December 31, 2015, at 10:30 pm, on 5 May 2020 and 2024-03-05.",
        "See Figure 3, Tables 4 and 5, Section 2.1, page 7 and Item 1A.",
        "As shown [12, 13] by Doe et al. (2020) and (Roe, 2019).",
        "GPT-4, A4, Q3, COVID-19, BM25, 3D, 5G, a 10-K and the S&P 500.",
        "1) one thing (2) and another; the 2nd, the 20th.",
        "Version 1.2.3, +49 30 1234567, no. 77-0467272, a 16/9 screen, https://x.org/7",
        "in the late 1990s, arXiv:2204.04991, mail 5@x.org",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert found(text) == []


def test_what_a_range_tells_once_holds_for_both_ends() -> None:
    first, last = quantities("between 5 and 7 million people")
    assert (first.value, first.scale, first.implied) == (5, 1e6, ("scale",))
    assert (last.value, last.scale, last.implied) == (7, 1e6, ())
    low, high = quantities("$5–7 million")
    assert (low.unit, low.scale, high.unit, high.implied) == ("USD", 1e6, "USD", ("unit",))
    mean, error = quantities("4.2 ± 0.3 kg")
    assert (mean.unit, mean.implied, error.unit) == ("kg", ("unit",), "kg")
    assert [q.scale for q in quantities("rose 23% to $6.8 billion")] == [1, 1e9]


def test_years() -> None:
    assert [q.unit for q in quantities("in 2014 and 2015, since 1850")] == ["calendar year"] * 3
    assert [q.unit for q in quantities("2015–2016")] == ["calendar year"] * 2
    assert [(q.value, q.unit) for q in quantities("some 2000 patients")] == [(2000, "")]


def test_long_lines_and_codes() -> None:
    words = "the boat sails out " * 300
    (found,) = quantities(f"{words}{words}for 24 hours {words}")
    assert (found.value, found.unit, found.start) == (24, "h", 2 * len(words) + 4)
    assert quantities("9" * 40_000) == []
    assert quantities("1e999") == []


def test_numerals() -> None:
    assert numeral("1,234.5") == 1234.5
    assert numeral("1.234,5") == 1234.5
    assert numeral("3,5") == 3.5
    assert numeral("007") == 7
    assert isinstance(numeral("1,000"), int)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("March 5, 2024", "2024-03-05"),
        ("Sept. 1st, 2023", "2023-09-01"),
        ("the 5th of March 2024", "2024-03-05"),
        ("31.12.2015", "2015-12-31"),
        ("03/14/2024", "2024-03-14"),
        ("14/03/2024", "2024-03-14"),
        ("2024-03-05T10:00", "2024-03-05"),
    ],
)
def test_dates(text: str, day: str) -> None:
    found = first_date(text)
    assert found is not None
    assert found.isoformat() == day


@pytest.mark.parametrize("text", ["03/04/2024", "2024-13-05", "February 30, 2024", "soon", "2024"])
def test_dates_in_doubt(text: str) -> None:
    assert first_date(text) is None

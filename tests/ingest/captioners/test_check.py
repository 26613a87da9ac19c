from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.captioners.check import marked, unverified
from ingest.types import Element, Kind, Place

SALES = Element(
    id="",
    document_id="",
    kind=Kind.FIGURE,
    place=Place(2),
    text="0 200 400 1,000 1,200\n2019 2020 2021\nNorth South\nUnits sold (reve-\nnue)\n−5 12% 3.50",
    headings=("4 Results", "Sales in Europe"),
    label="Figure 3",
    caption="Figure 3: Sales of Kestrel pumps by region",
)


@pytest.mark.parametrize(
    ("written", "doubtful"),
    [
        ("about 1200 or 1,200 or 1’200 or 1\u202f200", ()),
        ("12% or 12 percent, 12 or 0.12", ()),
        ("1.2k, 1.2 thousand and 0.0012 million", ()),
        ("down to -5 or \u22125, a fall of 5", ()),
        ("down to -12", ("-12",)),
        ("from 2019–2021 and 2019-2022", ("2022",)),
        ("3.5 and 3,50 and $3.50", ()),
        ("35 or 350", ("35", "350")),
        ("1 thousand", ()),
        ("200ms after 40ms", ("40ms",)),
        ("Figure 3 has 3 bars", ("3",)),  # the figure's number bears out nothing
        ("section 4", ("4",)),
        ("1. first\n2. second\n2) third", ()),  # a list
        ("the 3rd of the 2D bars", ()),
        ("8% or 8 %", ("8%", "8")),
    ],
)
def test_numbers(written: str, doubtful: tuple[str, ...]) -> None:
    assert unverified(written, SALES) == doubtful


@pytest.mark.parametrize(
    ("written", "doubtful"),
    [
        ('The axis says "Units sold" and “units SOLD”.', ()),
        ('The axis says "Litres sold", the legend `West`.', ("Litres sold", "West")),
        ("Sales of Kestrel pumps in Europe: the North leads.", ()),
        ("Here the Falcon Heavy beats Kestrel's pumps.", ("Falcon Heavy",)),
        ("It is a bar chart. However, there are NASA and H2O.", ("NASA", "H2O")),
        ("Ada Moore built it. She lives in Aarau.", ("Ada Moore", "Aarau")),
        ("Bars rise. Lines fall: Steeply.\nTrend: Rising", ()),  # words that open a sentence
        ("The word revenue is hyphenated in the figure: 'Revenue'.", ()),
        ("It doesn't say whose; it's the region's.", ()),
        ("„Nord“ und «Süd» und das ist ein Haus mit Garten", ("Nord", "Süd")),
    ],
)
def test_words(written: str, doubtful: tuple[str, ...]) -> None:
    assert unverified(written, SALES) == doubtful


def test_cells_of_a_table() -> None:
    table = "| Year | North | West |\n|---|---|---|\n| 2019 | 200 | 410 |\n| 2024 | 400 Mt | a |"
    assert unverified(table, SALES) == ("West", "410", "2024", "400 Mt")


def test_what_is_inside_of_a_doubtful_quotation_is_told_once() -> None:
    assert unverified('It reads "Plan 2031 for Asia".', SALES) == ("Plan 2031 for Asia",)


def test_an_alternative_text_bears_out_and_another_models_words_do_not() -> None:
    told = replace(SALES, description="described as: The Aare at Bern, 77 boats")
    assert unverified("the Aare at Bern has 77 boats", told) == ()
    other = replace(told, described_by="vlm@1")
    assert unverified("the Aare at Bern has 77 boats", other) == ("Aare", "Bern", "77")


def test_strings_stand_as_they_occur() -> None:
    description = "A chart of Zürich with 1\u202f234,5 units and −7°C; “Oslo  Fjord” too."
    found = unverified(description, SALES)
    assert found == ("Zürich", "1\u202f234,5", "−7", "Oslo  Fjord")
    assert all(text in description for text in found)


def test_the_empty_and_the_odd() -> None:
    assert unverified("", SALES) == ()
    assert unverified("☃ ||| \"\" '' `` 1e999999", SALES) == ()
    assert unverified('"' * 9999 + "|" * 9999, SALES) == ()


def test_marks_for_showing() -> None:
    text = "In 12 towns 12.5% and 112 of Ada's and Ada; 12, and 12."
    assert marked(text, ["12", "Ada"]) == (
        "In 12 (?) towns 12.5% and 112 of Ada (?)'s and Ada (?); 12 (?), and 12 (?)."
    )
    assert marked("New York and York", ["York", "New York"]) == "New York (?) and York (?)"
    assert marked("C++ (a) costs −5", ["C++ (a)", "−5"]) == "C++ (a) (?) costs −5 (?)"
    assert marked("as it is", ()) == "as it is"


def test_every_doubtful_string_gets_its_mark() -> None:
    description = "Oslo has 4.5 and −7 %, “Bad Ragaz”.\n\n| A 1 | 9 |\n|---|---|\n| Chur | 8,8 |"
    found = unverified(description, SALES)
    assert found == ("4.5", "−7", "Bad Ragaz", "A 1", "9", "Chur", "8,8")
    shown = marked(description, found)
    assert all(f"{text} (?)" in shown for text in found)
    assert shown.replace(" (?)", "") == description


@given(
    st.text(
        st.one_of(st.sampled_from("0123.,'−-–%$kM \"“”|`\nAaBz²½"), st.characters()), max_size=60
    )
)
def test_a_figures_own_words_bear_themselves_out(text: str) -> None:
    assert unverified(text, replace(SALES, text=text)) == ()
    found = unverified(text, SALES)
    assert all(doubtful and doubtful in text for doubtful in found)
    marked(text, found)

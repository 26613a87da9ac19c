from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from ingest.figure_words import Axis, FigureWords, read_words
from ingest.flow import read
from ingest.legends import Mark
from ingest.ocr import lines_of
from ingest.page import Line
from ingest.types import Box, Kind, ReadOptions
from tests.ingest.samples import WITHOUT_OCR

SIZE = 8.0


def line(text: str, x: float, y: float, *, size: float = SIZE, bold: bool = False) -> Line:
    """A line centred on (x, y)."""
    width, height = 0.5 * size * len(text), size
    box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return Line(box, text, size, bold, False, "Sans", 0)


def ending(text: str, x: float, y: float) -> Line:
    """A line that ends at x."""
    return line(text, x - 0.25 * SIZE * len(text), y)


def turned(text: str, x: float, y: float) -> Line:
    """A line that runs up, centred on (x, y)."""
    length = 0.5 * SIZE * len(text)
    box = Box(x - SIZE / 2, y - length / 2, x + SIZE / 2, y + length / 2)
    return Line(box, text, SIZE, False, False, "Sans", 0, horizontal=False)


def words(lines: list[Line], marks: list[Mark] | None = None) -> FigureWords:
    return read_words(lines, lines_of, marks or [])


def column(texts: str, x: float = 20, top: float = 40, bottom: float = 160) -> list[Line]:
    """Lines whose right edges meet, evenly spaced from the bottom up."""
    found = texts.split()
    step = (bottom - top) / (len(found) - 1)
    return [
        line(text, x - 0.25 * SIZE * len(text), bottom - i * step) for i, text in enumerate(found)
    ]


def row(texts: str, y: float = 175, left: float = 40, right: float = 240) -> list[Line]:
    found = texts.split()
    step = (right - left) / (len(found) - 1)
    return [line(text, left + i * step, y) for i, text in enumerate(found)]


def test_a_chart_is_read_as_people_read_it() -> None:
    found = words(
        [
            line("Revenue by region", 140, 10, size=11),
            *column("0 20 40 60 80 100"),
            *row("2015 2016 2017 2018 2019"),
            turned("Revenue, $M", -15, 100),
            line("Year", 140, 190),
            line("80", 90, 60),
            line("Europe", 280, 60),
            line("Asia", 276, 72),
            line("forecast", 180, 100),
        ],
        [Mark(Box(254, 58, 262, 62), (0, 0, 1)), Mark(Box(254, 70, 262, 74), (1, 0, 0))],
    )
    assert found == FigureWords(
        text="Revenue by region\nYear\nRevenue, $M\nEurope\nAsia\n80\nforecast\n"
        "2015 2016 2017 2018 2019\n0 20 40 60 80 100",
        title="Revenue by region",
        across=(Axis("Year", ("2015", "2016", "2017", "2018", "2019"), True),),
        upward=(Axis("Revenue, $M", ("0", "20", "40", "60", "80", "100"), True),),
        legend=("Europe", "Asia"),
        values=("80",),
        others=("forecast",),
    )


@pytest.mark.parametrize(
    ("texts", "first", "last"),
    [
        ("$0 $50 $100 $150", "$0", "$150"),
        ("0% 25% 50% 75% 100%", "0%", "100%"),
        ("-4 -2 0 2 4", "-4", "4"),
        ("0.01 0.1 1 10 100", "0.01", "100"),
        ("1,000 1,500 2,000 2,500", "1,000", "2,500"),
        ("'98 '00 '02 '04 '06", "'98", "'06"),
        ("100 80 60 40 20", "100", "20"),
    ],
)
def test_ticks_grow_in_step_with_their_positions(texts: str, first: str, last: str) -> None:
    axis = words([*column(texts), *row("2000 2005 2010 2015")]).upward
    assert [(a.ticks[0], a.ticks[-1]) for a in axis] == [(first, last)]


@pytest.mark.parametrize("texts", ["3 9 4 17 8 20", "12 7 9", "0 7 13", "51 53 54 56 60 66"])
def test_numbers_that_do_not_are_values(texts: str) -> None:
    found = words([*column(texts), *row("2000 2005 2010 2015 2020")])
    assert found.upward == ()
    assert sorted(found.values) == sorted(texts.split())


def test_powers_of_ten_whose_exponents_look_like_digits_are_not_told() -> None:
    found = words([*column("100 101 102 103 104"), *row("10 20 30 40"), turned("Bytes", -15, 100)])
    assert found.upward == (Axis("Bytes", (), True),)
    assert found.text.endswith("\n100 101 102 103 104")


def test_a_misread_tick_is_no_value_and_stays_in_the_text() -> None:
    found = words([*column("0 20 40 66 80 100"), *row("2000 2005 2010 2015")])
    assert found.upward == (Axis("", ("0", "20", "40", "80", "100"), True),)
    assert found.values == ()
    assert found.text.endswith("\n0 20 40 66 80 100")


def test_words_under_the_ticks_are_categories_of_one_or_more_lines() -> None:
    months = row("Dec Jan Mar June")
    years = row("2017 2018 2018 2018", y=184)
    found = words([*column("0 10 20 30"), *months, *years, line("Month of the survey", 140, 200)])
    assert found.across == (
        Axis("Month of the survey", ("Dec 2017", "Jan 2018", "Mar 2018", "June 2018"), False),
    )


def test_panels_with_the_same_axes_tell_them_once() -> None:
    left = [*column("0 20 40 60 80"), *row("5 10 15 20", right=140)]
    right = [*column("0 20 40 60 80", x=200), *row("5 10 15 20", left=220, right=320)]
    found = words([*left, *right])
    assert found.across == (Axis("", ("5", "10", "15", "20"), True),)
    assert found.upward == (Axis("", ("0", "20", "40", "60", "80"), True),)


def test_two_vertical_axes_have_their_own_titles() -> None:
    found = words(
        [
            *column("75 125 175 225"),
            *column("2000 3000 4000 5000", x=275),
            *row("Apr May Jun Jul Aug"),
            turned("Share price", -5, 100),
            turned("Index", 290, 100),
        ]
    )
    assert [(a.title, a.ticks[0]) for a in found.upward] == [
        ("Share price", "75"),
        ("Index", "2000"),
    ]


def test_a_row_of_ticks_set_as_one_line_is_taken_apart() -> None:
    found = words([*column("0 20 40 60"), line("10 20 30 40 50 60 70 80", 140, 175)])
    assert found.across == (Axis("", ("10", "20", "30", "40", "50", "60", "70", "80"), True),)


def test_bars_are_named_by_the_words_before_their_numbers() -> None:
    found = words(
        [
            ending("Human rights", 90, 20),
            line("20%", 160, 20),
            ending("Make good decisions", 90, 50),
            ending("about trade", 90, 59.5),
            line("9", 120, 55),
            ending("Men", 90, 80),
            line("3", 100, 80),
            ending("Women", 90, 90),
            line("4", 104, 90),
        ]
    )
    assert found.rows == ("Human rights", "Make good decisions about trade", "Men", "Women")
    assert found.values == ("20%", "9", "3", "4")
    assert found.text.startswith("Human rights 20%\n")


def test_a_diagram_has_labels_and_no_axes() -> None:
    found = words(
        [
            line("Vision", 40, 20),
            line("encoder", 40, 30),
            line("Text", 140, 20),
            line("encoder", 140, 30),
            line("1", 90, 22),
            line("2", 90, 60),
            line("Decoder", 90, 90),
        ]
    )
    assert sorted(found.others) == ["1", "2", "Decoder", "Text encoder", "Vision encoder"]
    assert (found.across, found.upward, found.values, found.legend) == ((), (), (), ())


def test_a_chart_without_ticks_has_titled_axes() -> None:
    found = words(
        [
            turned("Price Level", 10, 80),
            line("Real GDP", 120, 170),
            line("AD", 150, 60),
            line("P", 30, 100),
        ]
    )
    assert found.upward == (Axis("Price Level", (), True),)
    assert found.across == (Axis("Real GDP", (), True),)
    two = [turned("Price", 10, 80), turned("Price", 110, 80), line("Quantity", 60, 170)]
    assert words(two).upward == ()


def test_bullets_of_a_list_are_no_legend() -> None:
    points = [line(text, 60, 20 + 14 * i) for i, text in enumerate(("Faster", "Better", "Closer"))]
    bullets = [Mark(Box(38, 18 + 14 * i, 42, 22 + 14 * i), (i, 0, 0)) for i in range(3)]
    assert words(points, bullets).legend == ()


def test_words_are_never_made_up_nor_lost() -> None:
    lines = [*column("0 20 40 60"), *row("a b c d"), turned("Score", -15, 100), line("x", 90, 90)]
    found = words(lines)
    assert sorted(found.text.split()) == sorted(w for one in lines for w in one.text.split())
    assert words([]) == FigureWords()


def chart(path: Path, kind: str) -> Path:
    """A page with a chart by matplotlib."""
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3.5), dpi=150)
    FigureCanvasAgg(figure)
    axes: Any = figure.add_subplot()
    axes.plot([2015, 2018, 2022], [10, 60, 110], label="Europe")
    axes.plot([2015, 2018, 2022], [20, 30, 50], label="Asia")
    axes.set(xlabel="Year", ylabel="Revenue in M$", title="Revenue by region", ylim=(0, 120))
    axes.legend()
    figure.savefig(path, format=kind, bbox_inches="tight")
    return path


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_a_chart_of_matplotlib_from_its_drawings_and_from_its_pixels(
    tmp_path: Path, kind: str
) -> None:
    options = WITHOUT_OCR if kind == "pdf" else ReadOptions()
    elements = read(chart(tmp_path / f"chart.{kind}", kind), options).elements
    [figure] = [element for element in elements if element.kind is Kind.FIGURE]
    found = figure.words
    assert found is not None
    assert found.legend == ("Europe", "Asia")
    [across], [upward] = found.across, found.upward
    assert (across.title, across.ticks[0], across.ticks[-1]) == ("Year", "2015", "2022")
    assert (upward.title, upward.ticks[0], upward.ticks[-1]) == ("Revenue in M$", "0", "120")
    assert "Revenue by region" in {found.title, figure.caption}
    assert figure.text.splitlines()[-1] == "0 20 40 60 80 100 120"


def test_the_words_of_a_figure_survive_the_way_to_another_process(tmp_path: Path) -> None:
    import pickle

    elements = read(chart(tmp_path / "chart.pdf", "pdf"), WITHOUT_OCR).elements
    packed = io.BytesIO()
    pickle.dump(elements, packed)
    assert pickle.loads(packed.getvalue()) == elements

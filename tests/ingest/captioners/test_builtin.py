from __future__ import annotations

from dataclasses import replace

from ingest.captioners.builtin import BuiltinCaptioner
from ingest.figure_words import Axis, FigureWords
from ingest.types import Element, Kind, Place
from tests.ingest.samples import png

BARE = Element("2", "d", Kind.FIGURE, Place(1), "")
YEARS = Axis("Year", ("2015", "2018", "2022"), True)


def described(figure: Element) -> str:
    [text] = BuiltinCaptioner().describe([figure])
    return text


def test_a_description_repeats_only_what_is_known() -> None:
    known = Element(
        id="1",
        document_id="d",
        kind=Kind.FIGURE,
        place=Place(3),
        text="2023\n2024 Sales",
        headings=("Report", "Results"),
        label="Figure 2",
        caption="Fig. 2: Sales by year",
        description="bars that grow",
        image=png(400, 100),
    )
    assert BuiltinCaptioner().describe([known, BARE]) == [
        "A wide figure, Figure 2, titled \"Sales by year\" in the section 'Report > Results'. "
        "Described as: bars that grow. It shows the words: 2023, 2024 Sales.",
        "A figure.",
    ]


def test_a_chart_is_told_by_its_parts() -> None:
    words = FigureWords(
        title="Revenue by region",
        across=(YEARS,),
        upward=(Axis("Revenue, $M", ("0", "60", "120"), True),),
        legend=("Europe", "Asia"),
        values=("12", "80", "12"),
        others=("forecast",),
    )
    figure = replace(BARE, figure_type="bar chart", label="Figure 3", words=words)
    assert described(figure) == (
        'A bar chart, Figure 3, titled "Revenue by region". Its horizontal axis is "Year" '
        '(2015 to 2022), its vertical axis is "Revenue, $M" (0 to 120). Legend: Europe, Asia. '
        "Values shown: 12, 80. Other words: forecast."
    )
    captioned = replace(figure, caption="Figure 3: How revenue by region grew")
    assert "title in it" not in described(captioned)
    captioned = replace(figure, caption="Figure 3: Growth")
    assert 'titled "Growth". The title in it is "Revenue by region".' in described(captioned)


def test_words_of_a_figure_that_is_no_chart() -> None:
    words = FigureWords("Start\nWait...", others=("Start", "Wait..."))
    figure = replace(BARE, description="how it starts", words=words)
    assert described(figure) == (
        "A figure. Described as: how it starts. It shows the words: Start, Wait..."
    )


def test_axes_without_titles_and_axes_of_words() -> None:
    words = FigureWords(
        across=(Axis("", ("gold, pure", "80"), False),), upward=(Axis("", ("0", "5", "9"), True),)
    )
    assert described(replace(BARE, figure_type="area chart", words=words)) == (
        "An area chart. Its horizontal axis shows gold, pure; 80, its vertical axis runs "
        "from 0 to 9."
    )
    two = FigureWords(across=(YEARS, Axis("Month", (), True)), rows=("Men", "Women", "Total"))
    assert described(replace(BARE, words=two)) == (
        'A figure. Its horizontal axes are "Year" (2015 to 2022) and "Month". '
        "Rows: Men, Women, Total."
    )


def test_a_diagram_has_labels_and_a_photograph_words() -> None:
    words = FigureWords(text="Encoder\nDecoder", others=("Encoder", "Decoder"))
    diagram = replace(BARE, figure_type="flow chart", text=words.text, words=words)
    assert described(diagram) == "A flow chart. Its labels are: Encoder, Decoder."
    sign = FigureWords(text="EXIT\n1 2 3", upward=(YEARS,), others=("EXIT",))
    photograph = replace(BARE, figure_type="photograph", text=sign.text, words=sign)
    assert described(photograph) == "A photograph. It shows the words: EXIT, 1 2 3."


def test_a_description_is_clipped() -> None:
    many = tuple(f"label {n}" for n in range(200))
    words = FigureWords(across=(Axis("", many, False),), values=many, legend=many, others=many)
    text = described(replace(BARE, caption=" ".join(many), words=words))
    assert len(text.split()) < 160
    assert text.count("…") >= 4

"""Labels, mentions, and captions through a document."""

from __future__ import annotations

import pytest

from ingest.captions import find_captions, mentions, normalise_label
from ingest.page import Line, Page, Style
from ingest.types import Box

STYLE = Style(body_size=10.0, body_font="Body", line_height=12.0, furniture=frozenset())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Fig. 3a", "Figure 3"),
        ("Table II", "Table 2"),
        ("Table C", "Table C"),
        ("Abb. 4", "Figure 4"),
        ("Tabelle 2: Werte", "Table 2"),
        ("Cuadro 3. Datos", "Table 3"),
        ("Рис. 3. Схема", "Figure 3"),
        ("图1 方法", "Figure 1"),
        ("図 2", "Figure 2"),
        ("[표 1] 비교", "Table 1"),
        ("Figure 2–1 Rows", "Figure 2-1"),
        ("Figure S3. More", "Figure S3"),
        ("Table A.1: x", "Table A.1"),
        ("Exhibit 2", "Exhibit 2"),
        ("CHART 4", "Chart 4"),
        ("Exhibit 31.1", ""),
        ("Table of contents", ""),
        ("Configure 3", ""),
        ("", ""),
    ],
)
def test_labels_have_one_form(text: str, label: str) -> None:
    assert normalise_label(text) == label


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("see Figs. 3 and 4", ("Figure 3", "Figure 4")),
        ("Figures 2–4 show", ("Figure 2", "Figure 3", "Figure 4")),
        ("Figures 2-4 show", ("Figure 2", "Figure 3", "Figure 4")),
        ("Figures 1-2 and 1-3", ("Figure 1-2", "Figure 1-3")),
        ("Figures 3.1–3.3", ("Figure 3.1", "Figure 3.2", "Figure 3.3")),
        ("Tables 1, 2 and 3.", ("Table 1", "Table 2", "Table 3")),
        ("as in Fig. 3a-c, and Table IV", ("Figure 3", "Table 4")),
        ("figure 7, then Figure 7 again", ("Figure 7",)),
        ("Figure 3 and 20 others", ("Figure 3",)),
        ("in Abbildung 3 und Tabelle 4", ("Figure 3", "Table 4")),
        ("如图3所示", ("Figure 3",)),
        ("a stable 4 and a figure I drew", ()),
    ],
)
def test_mentions_name_each_label_once(text: str, labels: tuple[str, ...]) -> None:
    assert mentions(text) == labels


def line(y: float, text: str, block: int, *, size: float = 10.0, x: float = 72.0) -> Line:
    width = 0.5 * size * len(text)
    font = "Body" if size == 10.0 else "Caption"
    return Line(Box(x, y, x + width, y + size), text, size, False, False, font, block)


def page(number: int, *lines: Line) -> Page:
    return Page(number, 612, 792, lines, (), ())


def test_a_sentence_about_a_figure_is_no_caption() -> None:
    pages = [
        page(
            1,
            line(100, "Figure 1: Speed by size.", 0),
            line(200, "The results are clear.", 1),
            line(212, "Figure 1 shows that speed falls", 1),
            line(300, "Figure 2 shows that it rises again", 2),
        ),
        page(2, line(100, "Figure 2: Speed by age.", 0)),
    ]
    found = find_captions(pages, STYLE)
    assert {n: [c.text for c in cs] for n, cs in found.items()} == {
        1: ["Figure 1: Speed by size."],
        2: ["Figure 2: Speed by age."],
    }


def test_a_caption_holds_all_its_lines_and_no_more() -> None:
    caption = [
        line(100, "Figure 1: The depth of the tree grows with the num-", 0, size=9.0),
        line(111, "ber of leaves in it.", 0, size=9.0),
    ]
    found = find_captions([page(1, *caption, line(130, "Body text follows at once.", 1))], STYLE)
    assert found[1][0].text == (
        "Figure 1: The depth of the tree grows with the number of leaves in it."
    )
    assert found[1][0].lines == (0, 1)
    assert found[1][0].box == Box(72, 100, 301.5, 120)


def test_a_title_under_a_bare_label_belongs_to_it() -> None:
    lines = [line(100, "TABLE II", 0), line(112, "Errors by year", 1, size=8.0)]
    caption = find_captions([page(1, *lines)], STYLE)[1][0]
    assert (caption.label, caption.is_table, caption.text) == (
        "Table 2",
        True,
        "TABLE II Errors by year",
    )


def test_a_list_of_figures_and_running_heads_are_no_captions() -> None:
    style = Style(10.0, "Body", 12.0, frozenset({(1, 1)}))
    listed = line(100, "Figure 1: Speed by size ............ 17", 0)
    head = line(20, "Chart 3: Annual report", 1)
    assert find_captions([page(1, listed, head)], style) == {}


def test_captions_of_one_document_have_one_form() -> None:
    pages = [page(n, line(100, f"Figure {n}: Speed.", 0)) for n in range(1, 5)]
    pages.append(page(5, line(100, "Figure 4. Speed was measured twice.", 0)))
    assert sorted(find_captions(pages, STYLE)) == [1, 2, 3, 4]


def test_a_label_whose_number_is_a_piece_of_its_own() -> None:
    pieces = [("Table", 100, 130), ("1.", 136, 144), ("Settings of the runs", 150, 300)]
    lines = [
        Line(Box(x0, 50, x1, 60), text, 9.0, x0 < 150, False, "Body", 0) for text, x0, x1 in pieces
    ]
    page = Page(1, 400, 600, tuple(lines), (), ())
    (caption,) = find_captions([page], STYLE)[1]
    assert (caption.label, caption.lines) == ("Table 1", (0, 1, 2))
    assert caption.text == "Table 1. Settings of the runs"

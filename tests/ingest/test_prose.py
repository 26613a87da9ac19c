"""Reading order, paragraphs and headings."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.headings import Headings, is_deck
from ingest.page import Line, Page, Style
from ingest.prose import Paragraph, join, paragraphs
from ingest.reading_order import reading_order
from ingest.types import Box

STYLE = Style(body_size=10, body_font="Serif", line_height=12, furniture=frozenset())


def line(text: str, x: float, y: float, width: float = 200, size: float = 10, **kw: bool) -> Line:
    box = Box(x, y, x + width, y + size)
    return Line(
        box, text, size, kw.get("bold", False), False, "Serif", 0, kw.get("horizontal", True)
    )


def page(lines: Sequence[Line], width: float = 500, height: float = 700) -> Page:
    return Page(1, width, height, tuple(lines), (), ())


def texts(lines: Sequence[Line], floats: Sequence[Box] = ()) -> list[str | int]:
    found = paragraphs(page(lines), range(len(lines)), floats, STYLE)
    return [item.text if isinstance(item, Paragraph) else item for item in found]


def column(x: float, name: str, top: float, rows: int) -> list[Line]:
    return [line(f"{name}{row} goes on", x, top + 12 * row) for row in range(rows)]


def test_two_columns_under_a_title_that_spans_them() -> None:
    left, right = column(30, "left", 100, 8), column(260, "right", 100, 8)
    title = line("A title over both", 100, 60, 300)
    mixed = [title, *(item for pair in zip(right, left, strict=True) for item in pair)]
    order = reading_order([item.box for item in mixed], 10)
    assert [mixed[i].text for i in order] == [item.text for item in (title, *left, *right)]


def test_columns_are_read_band_by_band_around_a_wide_float() -> None:
    upper = [*column(30, "A", 50, 6), *column(260, "B", 50, 6)]
    lower = [*column(30, "C", 300, 6), *column(260, "D", 300, 6)]
    found = texts([*lower, *upper], [Box(30, 140, 460, 280)])
    firsts = [str(item).split(" ")[0] for item in found]
    assert firsts == ["A0", "B0", "0", "C0", "D0"]


def test_three_columns() -> None:
    lines = [item for x in (300, 165, 30) for item in column(x, f"x{x}-", 50, 5)]
    narrow = [Line(Box(i.box.x0, i.box.y0, i.box.x0 + 120, i.box.y1), *_rest(i)) for i in lines]
    order = reading_order([item.box for item in narrow], 10)
    assert [lines[i].text.split("-")[0] for i in order[::5]] == ["x30", "x165", "x300"]


def _rest(item: Line) -> tuple[str, float, bool, bool, str, int]:
    return item.text, item.size, item.bold, item.italic, item.font, item.block


def test_a_line_that_ends_inside_the_gutter_does_not_close_it() -> None:
    left, right = column(30, "left", 100, 12), column(244, "right", 100, 12)
    late = line("a footnote that is a little too long", 30, 244, 209)
    lines = [*left, late, *right]
    assert reading_order([item.box for item in lines], 10) == list(range(len(lines)))


def test_labels_and_values_are_read_row_by_row() -> None:
    lines = [line(f"Label {r}", 30, 50 + 14 * r, 50) for r in range(5)]
    lines += [line(f"value {r}", 200, 50 + 14 * r, 40) for r in range(5)]
    order = reading_order([item.box for item in lines], 10)
    assert order == [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]


@pytest.mark.parametrize(
    ("above", "below", "words", "joined"),
    [
        ("an exam-", "ple of it", set(), "an example of it"),
        ("a well-", "known fact", {"well-known"}, "a well-known fact"),
        ("state-of-the-", "art", set(), "state-of-the-art"),
        ("in pre-", "War time", set(), "in pre-War time"),
        ("pages 3-", "5 show", set(), "pages 3- 5 show"),
        ("soft\u00ad", "ware", set(), "software"),
        ("no hyphen", "here", set(), "no hyphen here"),
    ],
)
def test_words_broken_at_the_end_of_a_line(
    above: str, below: str, words: set[str], joined: str
) -> None:
    assert join(above, below, words) == joined


def test_paragraphs_by_indent_gap_and_bullets() -> None:
    lines = [
        line("First paragraph begins here and", 30, 50),
        line("ends here.", 30, 62, 60),
        line("Second is indented and goes on", 42, 74, 188),
        line("to its end.", 30, 86, 70),
        line("After a gap comes the third.", 30, 120),
        line("• one item", 30, 132, 60),
        line("• another", 30, 144, 60),
    ]
    assert texts(lines) == [
        "First paragraph begins here and ends here.",
        "Second is indented and goes on to its end.",
        "After a gap comes the third.",
        "• one item",
        "• another",
    ]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    left = [*column(30, "left", 50, 6)[:-1], line("and the last word is bro-", 30, 110)]
    right = [line("ken in two parts.", 260, 50), *column(260, "Right", 90, 6)]
    found = texts([*left, *right])
    assert "broken in two parts." in str(found[0])
    assert str(found[1]).startswith("Right0")


def test_sideways_text_comes_last_and_breaks_nothing() -> None:
    lines = column(60, "body", 50, 6)
    stamp = line("arXiv:1234.5678", 10, 50, 12, 80, horizontal=False)
    found = texts([lines[0], stamp, *lines[1:]])
    assert len(found) == 2
    assert found[1] == "arXiv:1234.5678"


def paragraph(text: str, size: float = 10, y: float = 50, bold: bool = False) -> Paragraph:
    return Paragraph(text, Box(30, y, 200, y + size), size, bold, False, 1)


def test_heading_path_by_size_number_and_bookmarks() -> None:
    headings = Headings(STYLE, title="The Title", bookmarks=[(2, "Marked", 1)])
    items = [
        paragraph("The Title", 20),
        paragraph("1 Introduction", 14),
        paragraph("This is text that ends with a full stop.", 14),
        paragraph("1.1 Aims", 12, bold=True),
        paragraph("Body text of ordinary size"),
        paragraph("2 Methods", 14),
        paragraph("3.2 Numbered at body size"),
        paragraph("Marked"),
    ]
    found = headings.enter_page(page([]), items)
    assert found == {0, 1, 3, 5, 6, 7}
    paths = []
    for index in sorted(found):
        headings.push(items[index], 1)
        paths.append(headings.path)
    assert paths == [
        (),
        ("1 Introduction",),
        ("1 Introduction", "1.1 Aims"),
        ("2 Methods",),
        ("2 Methods", "3.2 Numbered at body size"),
        ("Marked",),
    ]


def test_numbers_and_contents_lines_are_no_headings() -> None:
    headings = Headings(STYLE)
    items = [paragraph("87%", 30), paragraph("Introduction ...... 5", 14), paragraph("• point", 10)]
    items += [paragraph("1University of the Hills", 14), paragraph("3D models", 14)]
    assert headings.enter_page(page([]), items) == {4}


def test_a_slide_has_its_own_title() -> None:
    slide = page([], 800, 450)
    headings = Headings(STYLE, deck=True)
    items = [paragraph("Results", 28), paragraph("• better", 18, 150), paragraph("2.3x", 40, 300)]
    assert headings.enter_page(slide, items) == {0}
    headings.push(items[0], 1)
    assert headings.path == ("Results",)
    headings.enter_page(slide, [])
    assert headings.path == ()


def test_decks_are_wide_and_have_few_words() -> None:
    words = [line("a few words", 30, 50)]
    assert is_deck([page(words, 800, 450)] * 3)
    assert not is_deck([page(words)] * 3)
    assert not is_deck([])

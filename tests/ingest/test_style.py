"""Body size, line height and furniture."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.page import Line, Page
from ingest.style import document_style
from ingest.types import Box


def line(text: str, y: float, x: float = 50, size: float = 10, block: int = 0) -> Line:
    return Line(Box(x, y, x + 5 * len(text), y + size), text, size, False, False, "Serif", block)


def page(number: int, lines: Sequence[Line]) -> Page:
    return Page(number, 400, 600, tuple(lines), (), ())


def body(number: int, head: str, foot: str) -> Page:
    text = [line(f"body text {number} {row} and more", 100 + 12 * row) for row in range(20)]
    return page(number, [line(head, 20), *text, line(foot, 570)])


def furniture(pages: Sequence[Page]) -> list[tuple[int, str]]:
    style = document_style(pages)
    texts = {p.number: p.lines for p in pages}
    return sorted((n, texts[n][i].text) for n, i in style.furniture)


def test_body_size_font_and_line_height() -> None:
    style = document_style([body(1, "head", "1"), page(2, [line("Large", 100, size=30)])])
    assert (style.body_size, style.body_font, style.line_height) == (10, "Serif", 12)


def test_an_empty_document_has_a_style() -> None:
    assert document_style([]).body_size == 10


def test_running_heads_and_page_numbers() -> None:
    pages = [body(n, f"Chapter {n // 3}", str(n + 10)) for n in range(1, 8)]
    found = furniture(pages)
    assert len(found) == 14
    assert (3, "Chapter 1") in found
    assert (3, "13") in found


def test_text_that_repeats_inside_the_page_stays() -> None:
    pages = [page(n, [line("Same words", 300), line(f"other {n}", 320)]) for n in range(1, 6)]
    assert furniture(pages) == []


def test_numbers_that_do_not_run_with_the_pages_stay() -> None:
    pages = [
        body(n, f"Unique {chr(96 + n) * n}", str(value)) for n, value in enumerate([90, 7, 55], 1)
    ]
    assert furniture(pages) == []


def test_the_header_row_of_a_table_right_above_its_rows_stays() -> None:
    pages = [
        page(n, [line("Item", 30), *(line(f"row {n} {r}", 42 + 12 * r) for r in range(20))])
        for n in range(1, 6)
    ]
    assert furniture(pages) == []


def test_large_titles_on_a_few_slides_stay() -> None:
    pages = [body(n, f"head {chr(96 + n) * n}", "") for n in range(1, 11)]
    titled = [
        page(p.number, [line("Results", 20, size=24), *p.lines[1:-1]]) if p.number < 4 else p
        for p in pages
    ]
    assert furniture(titled) == []


def test_a_page_of_nothing_but_repeated_lines_keeps_them() -> None:
    potato = [
        Page(
            n,
            612,
            792,
            (Line(Box(72, 40, 150, 52), f"Potato {n}", 12, False, False, "F", 0),),
            (),
            (),
        )
        for n in range(1, 31)
    ]
    assert document_style(potato).furniture == frozenset()

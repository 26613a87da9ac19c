"""What pages call themselves: labels of the PDF, numbers in the margins, and what only looks so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.flow import read
from ingest.mupdf import pymupdf
from ingest.page_labels import own_labels, page_labels
from ingest.page_numbers import numbers_in, written
from ingest.page_reader import read_page
from ingest.types import ReadOptions

WIDTH, HEIGHT = 400, 560
Draw = Callable[[Any, int], None]  # given a page and its number from 1


def pdf_of(count: int, draw: Draw, width: int = WIDTH) -> Any:
    pdf = pymupdf.open()
    for number in range(1, count + 1):
        page = pdf.new_page(width=width, height=HEIGHT)
        for row in range(8):
            page.insert_text((50, 120 + 14 * row), "Words of the body of a page.", fontsize=10)
        draw(page, number)
    return pdf


def labels_of(pdf: Any) -> tuple[str, ...]:
    pages = [read_page(page) for page in pdf]
    return page_labels(own_labels(pdf), [n for page in pages for n in numbers_in(page, 10)])


def foot(page: Any, text: str, x: float = 190, y: float = HEIGHT - 25, size: float = 9) -> None:
    page.insert_text((x, y), text, fontsize=size)


def numbered(first: int, last: int, offset: int, form: str = "{}") -> Draw:
    """Draws the page number at the foot of pages first to last: the page's place and `offset`."""

    def draw(page: Any, number: int) -> None:
        if first <= number <= last:
            foot(page, form.format(number + offset))

    return draw


def numbers(first: int, last: int) -> tuple[str, ...]:
    return tuple(map(str, range(first, last + 1)))


def test_the_pdfs_own_labels() -> None:
    pdf = pdf_of(6, lambda page, number: None)
    pdf.set_page_labels(
        [
            {"startpage": 0, "style": "r", "firstpagenum": 1},
            {"startpage": 2, "style": "D", "firstpagenum": 1},
            {"startpage": 4, "style": "D", "prefix": "A-", "firstpagenum": 1},
        ]
    )
    assert labels_of(pdf) == ("i", "ii", "1", "2", "A-1", "A-2")


def test_own_labels_in_letters_and_words() -> None:
    pdf = pdf_of(5, lambda page, number: None)
    pdf.set_page_labels(
        [
            {"startpage": 0, "style": "", "prefix": "Cover"},
            {"startpage": 1, "style": "A", "firstpagenum": 26},
            {"startpage": 3, "style": "D", "prefix": "Page 0", "firstpagenum": 9},
        ]
    )
    assert labels_of(pdf) == ("Cover", "Z", "AA", "9", "10")


def test_own_labels_agree_with_mupdf() -> None:
    pdf = pdf_of(6, lambda page, number: None)
    rules = [{"startpage": i, "style": "rRD"[i % 3], "firstpagenum": 89 * i + 1} for i in range(6)]
    pdf.set_page_labels(rules)
    assert own_labels(pdf) == [page.get_label() for page in pdf]


def test_own_labels_that_only_count_give_way_to_printed_numbers() -> None:
    pdf = pdf_of(5, numbered(1, 5, 80))
    pdf.set_page_labels([{"startpage": 0, "style": "D", "firstpagenum": 1}])
    assert labels_of(pdf) == numbers(81, 85)


def test_own_labels_that_the_printed_numbers_contradict() -> None:
    pdf = pdf_of(5, numbered(1, 5, 80))
    pdf.set_page_labels([{"startpage": 0, "style": "D", "firstpagenum": 40}])
    assert labels_of(pdf) == numbers(81, 85)


def test_own_labels_that_a_printed_number_corrects() -> None:
    def draw(page: Any, number: int) -> None:
        if number > 1:
            foot(page, "i" if number == 2 else str(number - 2))

    pdf = pdf_of(7, draw)
    pdf.set_page_labels(
        [
            {"startpage": 0, "style": "r", "firstpagenum": 1},
            {"startpage": 2, "style": "D", "firstpagenum": 1},
        ]
    )
    assert labels_of(pdf) == ("", "i", *numbers(1, 5))


@pytest.mark.parametrize(
    "form",
    ["{}", "- {} -", "Page {}", "Page {} of 20", "{} / 20", "P a g e | {}", "[{}]", "Seite {}"],
)
def test_printed_numbers_with_an_offset(form: str) -> None:
    assert labels_of(pdf_of(7, numbered(3, 7, -2, form))) == ("", "", *numbers(1, 5))


@pytest.mark.parametrize("form", ["{} | Annual report", "Annual report {}", "Annual report | {}"])
def test_a_number_in_a_running_foot(form: str) -> None:
    assert labels_of(pdf_of(6, numbered(1, 6, 40, form))) == numbers(41, 46)


def test_a_large_number_that_says_what_it_is() -> None:
    pdf = pdf_of(5, lambda page, number: foot(page, f"Slide{number + 1}", size=30))
    assert labels_of(pdf) == numbers(2, 6)


def test_numbers_that_equal_the_place_in_the_file_say_nothing() -> None:
    assert labels_of(pdf_of(6, numbered(1, 6, 0))) == ()


def test_roman_front_matter_then_arabic() -> None:
    def draw(page: Any, number: int) -> None:
        if number in (2, 3):
            foot(page, written("i", number))
        elif number > 4:
            foot(page, str(number - 4))

    assert labels_of(pdf_of(9, draw)) == ("i", "ii", "iii", "", *numbers(1, 5))


def test_unnumbered_pages_within_and_before_a_run() -> None:
    def draw(page: Any, number: int) -> None:
        if number in (3, 4, 6, 7, 8):
            foot(page, str(number + 99), x=50 if number % 2 else 330)

    assert labels_of(pdf_of(9, draw)) == (*numbers(100, 107), "")


def test_an_inserted_sheet_leaves_no_wrong_number() -> None:
    shown = {1: 49, 3: 50, 4: 52, 5: 53, 6: 54, 7: 55}  # page 51 is missing, a sheet is inserted

    def draw(page: Any, number: int) -> None:
        if number in shown:
            foot(page, str(shown[number]))

    assert labels_of(pdf_of(7, draw)) == ("49", "", "", *numbers(52, 55))


def test_plates_before_a_run_in_the_midst_of_a_volume_are_not_counted() -> None:
    assert labels_of(pdf_of(9, numbered(6, 9, 160))) == ("",) * 5 + numbers(166, 169)


def test_two_pages_on_a_sheet() -> None:
    def draw(page: Any, number: int) -> None:
        foot(page, str(2 * number + 6), x=60)
        foot(page, str(2 * number + 7), x=700)

    found = labels_of(pdf_of(4, draw, width=800))
    assert found == ("8–9", "10–11", "12–13", "14–15")


def test_sections_that_number_their_own_pages() -> None:
    def draw(page: Any, number: int) -> None:
        foot(page, f"F-{number - 3}" if number > 3 else str(number))

    assert labels_of(pdf_of(7, draw)) == ("1", "2", "3", "F-1", "F-2", "F-3", "F-4")


def test_numbers_that_follow_on_the_text_however_short_the_page() -> None:
    def draw(page: Any, number: int) -> None:
        foot(page, str(number + 2), y=330 + 37 * (number * 7 % 5))

    assert labels_of(pdf_of(9, draw)) == numbers(3, 11)


def _years(page: Any, number: int) -> None:
    foot(page, str(2014 + number))


def _the_same_year(page: Any, number: int) -> None:
    foot(page, "© Somebody 2015")


def _figures(page: Any, number: int) -> None:
    foot(page, f"Figure {number + 2}", y=30)


def _titles(page: Any, number: int) -> None:
    foot(page, str(number + 2), y=45, size=30)


def _table(page: Any, number: int) -> None:
    for column in range(4):
        foot(page, str(number + 7 + column), x=60 + 80 * column)


def _versions(page: Any, number: int) -> None:
    foot(page, "Version 1.3")
    foot(page, f"${number + 4}", x=60)
    foot(page, f"{number + 20}%", x=330)


def _scattered(page: Any, number: int) -> None:
    foot(page, str((12, 7, 903, 44, 61)[number - 1]))


@pytest.mark.parametrize(
    "draw", [_years, _the_same_year, _figures, _titles, _table, _versions, _scattered]
)
def test_what_is_no_page_number(draw: Draw) -> None:
    assert labels_of(pdf_of(5, draw)) == ()


@pytest.mark.parametrize(("value", "text"), [(4, "iv"), (9, "ix"), (14, "xiv"), (88, "lxxxviii")])
def test_roman_numbers(value: int, text: str) -> None:
    assert written("i", value) == text
    assert written("I", value) == text.upper()


def test_a_very_long_line_holds_no_page_number() -> None:
    page = read_page(pdf_of(1, numbered(1, 1, 6))[0])
    assert [number.value for number in numbers_in(page, 10)] == [7]
    lines = [replace(line, text=" " * 9000 + f"x {line.text}") for line in page.lines]
    assert list(numbers_in(replace(page, lines=lines), 10)) == []


def test_elements_carry_the_printed_number(tmp_path: Path) -> None:
    pdf_of(5, numbered(3, 5, -2)).save(tmp_path / "a.pdf")
    found = read(tmp_path / "a.pdf", ReadOptions(ocr="off"))
    assert _printed(found.elements) == {(1, ""), (2, ""), (3, "1"), (4, "2"), (5, "3")}
    assert found.elements[-1].place.page_name == "5 (printed 3)"
    assert found.elements[0].place.page_name == "1"


def test_scanned_pages(tmp_path: Path) -> None:
    words = pdf_of(3, lambda page, number: foot(page, str(number + 56), size=12))
    scan = pymupdf.open()
    for page in words:
        picture = page.get_pixmap(dpi=150).tobytes()
        scan.new_page(width=WIDTH, height=HEIGHT).insert_image(page.rect, stream=picture)
    scan.save(tmp_path / "scan.pdf")
    found = read(tmp_path / "scan.pdf", ReadOptions(ocr="auto"))
    assert _printed(found.elements) == {(1, "57"), (2, "58"), (3, "59")}


def _printed(elements: Sequence[Any]) -> set[tuple[int, str]]:
    return {(element.place.page, element.place.printed) for element in elements}

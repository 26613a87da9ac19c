from __future__ import annotations

import io
import logging

import pytest

from ingest.ocr import Word, lines_of, recognise, worth_reading
from ingest.types import Box
from tests.ingest.samples import picture_of, png


def bitmap(text: str) -> bytes:
    packed = io.BytesIO()
    picture_of(text).save(packed, "BMP")
    return packed.getvalue()


def test_words_are_read_with_their_boxes_and_nothing_is_logged(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        words = recognise(bitmap("Revenue grew\nby 12 percent"), threads=1)
    assert lines_of(words) == ["Revenue grew", "by 12 percent"]
    first = words[0]
    assert 10 < first.box.x0 < 30
    assert 15 < first.box.y0 < first.box.y1 < 70
    assert 0.9 < first.confidence <= 1
    assert capfd.readouterr() == ("", "")


def test_a_picture_without_words_gives_none() -> None:
    assert recognise(png(300, 200), threads=1) == []
    with pytest.raises(ValueError, match="no image"):
        recognise(b"not an image", threads=1)


def test_worth_reading_is_cheap_and_says_no_only_to_the_plain() -> None:
    assert worth_reading(bitmap("Some words"))
    assert not worth_reading(png(400, 300))
    assert not worth_reading(png(30, 300))


def word(x0: float, y0: float, text: str, width: float = 100) -> Word:
    return Word(Box(x0, y0, x0 + width, y0 + 20), text, 1.0)


def test_words_of_one_line_are_ordered_from_left_to_right() -> None:
    words = [word(200, 12, "right"), word(0, 10, "left"), word(0, 50, "below")]
    assert lines_of(words) == ["left right", "below"]


def test_columns_of_running_text_are_read_one_after_the_other() -> None:
    title = word(0, 0, "A title over both columns of the page", 420)
    left = [word(0, 40 + 30 * n, f"the left column's line {n}", 200) for n in range(5)]
    right = [word(220, 43 + 30 * n, f"the right column's line {n}", 200) for n in range(5)]
    lines = lines_of([*right, *left, title])
    assert lines[0].startswith("A title")
    assert lines[1:] == [w.text for w in left] + [w.text for w in right]


def test_rows_of_a_table_stay_together() -> None:
    cells = [word(220 * c, 40 * r, f"r{r}c{c}") for r in range(6) for c in range(3)]
    assert lines_of(cells)[1] == "r1c0 r1c1 r1c2"


def test_words_that_run_up_the_page_are_read_as_axes_are_labelled() -> None:
    lying = picture_of("Average Cost of Production")
    packed = io.BytesIO()
    lying.rotate(90, expand=True).save(packed, "PNG")
    [word] = recognise(packed.getvalue(), threads=1)
    assert word.text == "Average Cost of Production"
    assert word.confidence > 0.9
    assert word.box.y1 - word.box.y0 > 5 * (word.box.x1 - word.box.x0)

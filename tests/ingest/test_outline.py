from __future__ import annotations

from ingest.outline import Outline
from ingest.raster import Picture
from ingest.types import Kind

SHOWN = Picture(b"png", 100, 50, 1.0)


def test_headings_nest_and_close() -> None:
    outline = Outline()
    outline.heading(1, "A")
    outline.heading(3, "deep")
    outline.text("x")
    outline.heading(2, "B")
    outline.text("y")
    outline.heading(1, "C")
    assert [e.headings for e in outline.finish()] == [("A", "deep"), ("A", "B"), ()]


def test_all_panels_above_a_caption_share_it() -> None:
    outline = Outline()
    outline.figure(SHOWN)
    outline.figure(SHOWN, alt="right half")
    outline.text("Figure 3: Two panels.")
    outline.text("Figure 3 shows two panels.")
    left, right, text = outline.finish()
    assert left.label == right.label == "Figure 3"
    assert right.description == "right half"
    assert text.text == "Figure 3 shows two panels."


def test_a_caption_above_its_figure_when_there_is_none_above() -> None:
    outline = Outline()
    outline.text("Fig. 1. Above")
    outline.figure(SHOWN)
    (figure,) = outline.finish()
    assert (figure.label, figure.caption) == ("Figure 1", "Fig. 1. Above")


def test_a_table_takes_the_caption_above_before_the_one_below() -> None:
    outline = Outline()
    rows = [["k", "v"], ["a", "1"]]
    outline.text("Table 1: First")
    outline.table(rows)
    outline.text("Table 2: Second")
    outline.table(rows)
    assert [e.caption for e in outline.finish()] == ["Table 1: First", "Table 2: Second"]


def test_a_long_table_is_cut_and_every_part_keeps_header_and_caption() -> None:
    outline = Outline()
    outline.table([["n", "square"], *([str(n), str(n * n)] for n in range(100))])
    outline.text("Table 4. Squares", caption=True)
    parts = list(outline.finish())
    assert [e.text.count("\n") - 1 for e in parts] == [40, 40, 20]
    assert all(e.text.startswith("| n | square |\n| --- | --- |\n") for e in parts)
    assert {e.label for e in parts} == {"Table 4"}
    assert {e.kind for e in parts} == {Kind.TABLE}


def test_items_that_follow_each_other_are_one_list() -> None:
    outline = Outline()
    for text in ("- a", "- b"):
        outline.item(text)
    outline.text("between")
    outline.item("- c")
    outline.heading(1, "H")
    outline.item("- d")
    assert [e.text for e in outline.finish()] == ["- a\n- b", "between", "- c", "- d"]


def test_a_caption_without_its_figure_stays_text() -> None:
    outline = Outline()
    outline.text("Figure 9: Lost")
    (text,) = outline.finish()
    assert (text.kind, text.text) == (Kind.TEXT, "Figure 9: Lost")

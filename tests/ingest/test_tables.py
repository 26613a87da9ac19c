"""Tables from rules, captions and aligned numbers; Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.grid import is_numeric, to_markdown
from ingest.page import Caption, Drawing, Line, Page, Style
from ingest.tables import find_tables
from ingest.types import Box

STYLE = Style(body_size=10, body_font="Serif", line_height=12, furniture=frozenset())


def cell(text: str, x: float, y: float) -> Line:
    box = Box(x, y, x + 5 * len(text), y + 10)
    return Line(box, text, 10, False, False, "Serif", 0)


def right(text: str, x: float, y: float) -> Line:
    return cell(text, x - 5 * len(text), y)


def page(lines: Sequence[Line], rules: Sequence[Box] = ()) -> Page:
    return Page(1, 500, 700, tuple(lines), (), (), tuple(rules))


def across(y: float, x0: float = 50, x1: float = 350) -> Box:
    return Box(x0, y, x1, y)


def down(x: float, y0: float, y1: float) -> Box:
    return Box(x, y0, x, y1)


def rows_of(names: Sequence[Sequence[str]], top: float, step: float = 14) -> list[Line]:
    return [
        cell(text, 52 + 100 * column, top + step * row)
        for row, texts in enumerate(names)
        for column, text in enumerate(texts)
        if text
    ]


def test_booktabs_with_its_caption() -> None:
    caption_line = cell("Table 1: Scores of both models", 50, 60)
    caption = Caption("Table 1", True, caption_line.text, caption_line.box, (0,))
    body = rows_of([["Model", "F1", "EM"], ["Ours", "90.1", "85"], ["Theirs", "88.0", "80"]], 84)
    prose = cell("A paragraph that goes on under the table.", 50, 150)
    rules = [across(80), across(96), across(126)]
    found = find_tables(page([caption_line, *body, prose], rules), [caption], STYLE)
    assert len(found) == 1
    table = found[0]
    assert table.caption is caption
    assert table.rows == (("Model", "F1", "EM"), ("Ours", "90.1", "85"), ("Theirs", "88.0", "80"))
    assert table.markdown.splitlines()[:2] == ["| Model | F1 | EM |", "| --- | --- | --- |"]
    assert table.box == Box(50, 80, 350, 126)
    assert 0 not in table.lines
    assert len(table.lines) == 9


def test_a_table_stops_at_the_chart_beside_and_under_it() -> None:
    body = rows_of([["Model", "Recall"], ["small", "0.52"], ["large", "0.71"]], 60)
    rules = [across(y, 50, 250) for y in (56, 72, 101)]
    ticks = [cell(str(10 * i), 60 + 45 * i, 245) for i in range(5)]
    ticks += [cell(f"0.{i}", 30, 240 - 20 * i) for i in range(5)]
    axes = [across(240, 50, 250), across(140, 50, 250), down(50, 140, 240)]
    curve = Drawing(Box(55, 145, 245, 235), False, True, None, (1, 0, 0), 1, 30, False, False)
    arrow = across(56.4, 290, 330)  # of a diagram in the next column, at a rule's height
    sheet = replace(page(body + ticks, [*rules, *axes, arrow]), drawings=(curve,))
    caption = Caption("Table 1", True, "Table 1: Recall", Box(50, 40, 250, 52), ())
    (table,) = find_tables(sheet, [caption], STYLE)
    assert table.caption is caption
    assert table.rows == (("Model", "Recall"), ("small", "0.52"), ("large", "0.71"))
    assert table.box.y1 < 110


def test_a_frame_drawn_as_one_path_is_a_tables() -> None:
    body = rows_of([["Name", "Use"], ["First", "cuts"], ["Second", "holds"]], 60)
    rules = [across(y, 50, 250) for y in (56, 72, 86, 100)]
    rules += [down(x, 56, 100) for x in (50, 150, 250)]
    frame = Drawing(Box(50, 56, 250, 100), False, True, None, (0, 0, 0), 1, 12, False, False)
    (table,) = find_tables(replace(page(body, rules), drawings=(frame,)), [], STYLE)
    assert table.rows == (("Name", "Use"), ("First", "cuts"), ("Second", "holds"))


def test_a_grid_joins_the_lines_of_its_cells() -> None:
    body = rows_of(
        [["Name", "Use"], ["First", "cuts long"], ["", "cables"], ["Second", "holds"]], 60
    )
    rules = [across(y, 50, 250) for y in (56, 72, 100, 114)]
    rules += [down(x, 56, 114) for x in (50, 150, 250)]
    (table,) = find_tables(page(body, rules), [], STYLE)
    assert table.rows == (("Name", "Use"), ("First", "cuts long cables"), ("Second", "holds"))


def test_a_financial_statement_without_rules() -> None:
    lines = [right("2023", 300, 60), right("2022", 400, 60)]
    amounts = [("Revenue", "1,200", "1,100"), ("Cost of sales", "(800)", "(750)")]
    amounts += [("Other", "—", "12"), ("Net income", "400", "362")]
    for row, (label, this, last) in enumerate(amounts):
        y = 74 + 14 * row
        lines += [cell(label, 50, y), cell("$", 250, y), right(this, 300, y), right(last, 400, y)]
    (table,) = find_tables(page(lines), [], STYLE)
    assert table.caption is None
    assert table.rows[0] == ("", "2023", "2022")
    assert table.rows[1] == ("Revenue", "$1,200", "1,100")
    assert table.rows[4] == ("Net income", "$400", "362")


def test_a_header_over_several_columns_is_given_to_each() -> None:
    lines = [cell("Precision", 160, 60), *rows_of([["Model", "Dev", "Test"]], 74)]
    lines += rows_of([[f"m{r}", f"0.{r}1", f"0.{r}2"] for r in range(4)], 88)
    rules = [across(56), across(72, 150, 290), across(86), across(144)]
    caption = Caption("Table 2", True, "Table 2: x", Box(50, 148, 120, 158), ())
    (table,) = find_tables(page(lines, rules), [caption], STYLE)
    assert table.rows[0] == ("Model", "Precision Dev", "Precision Test")


def test_two_columns_of_prose_are_no_table() -> None:
    left = [cell("the left column of a paper goes on", 30, 60 + 12 * r) for r in range(12)]
    other = [cell("and so does its right column here", 260, 60 + 12 * r) for r in range(12)]
    assert find_tables(page([*left, *other]), [], STYLE) == []


def test_a_table_of_contents_is_no_table() -> None:
    lines = [
        line
        for r in range(8)
        for line in (
            cell(f"Chapter number {r}", 50, 60 + 14 * r),
            right(str(3 * r + 1), 400, 60 + 14 * r),
        )
    ]
    assert find_tables(page(lines), [], STYLE) == []


def test_numbers_next_to_a_figures_caption_are_the_figures() -> None:
    lines = rows_of([[str(r), f"0.{r}", f"1.{r}"] for r in range(5)], 60)
    caption = Caption("Figure 1", False, "Figure 1: x", Box(50, 132, 200, 142), ())
    assert find_tables(page(lines), [caption], STYLE) == []


def test_text_in_a_captioned_box_is_a_table_without_cells() -> None:
    lines = [cell("A prompt that was given to the model", 60, 64 + 12 * r) for r in range(5)]
    caption = Caption("Table 9", True, "Table 9: Prompt", Box(50, 130, 200, 140), ())
    rules = [across(60), across(126)]
    (table,) = find_tables(page(lines, rules), [caption], STYLE)
    assert table.rows == ()
    assert table.markdown.splitlines() == ["A prompt that was given to the model"] * 5


def test_markdown_escapes_pipes() -> None:
    assert to_markdown((("a|b", "c"), ("1", ""))) == "| a\\|b | c |\n| --- | --- |\n| 1 |  |"


def test_numeric_cells() -> None:
    for text in ("1,234", "(3.5)", "$ 7", "12 %", "-0.5", "—", "n/a", "3.2 ± 0.1", "2015"):
        assert is_numeric(text), text
    for text in ("Total", "Model 3", "", "a", "1st place"):
        assert not is_numeric(text), text


def test_a_title_above_the_header_is_the_caption() -> None:
    title = cell("Cell phones by age: % of those who have a phone of some kind", 52, 62)
    names = [["Age", "Phone", "Tablet"], ["65-69", "most", "few"], ["70-74", "many", "none"]]
    body = rows_of(names, 80)
    rules = [across(58), across(76), across(92), across(124)]
    (table,) = find_tables(page([title, *body], rules), [], STYLE)
    assert table.caption == Caption("", True, title.text, title.box, (0,))
    assert table.rows == tuple(map(tuple, names))
    assert 0 not in table.lines


def test_values_in_the_first_row_leave_the_header_empty() -> None:
    names = [["Total", "77%", "81%"], ["Male", "82", "84"], ["Female", "73", "75"]]
    rules = [across(y) for y in (58, 74, 88, 104)]
    (table,) = find_tables(page(rows_of(names, 62), rules), [], STYLE)
    assert table.rows == (("", "", ""), *map(tuple, names))


def test_rows_go_on_under_the_last_rule_and_groups_stay_rows() -> None:
    top = [["Name", "2013", "2014"], ["Male", "82b", "84"], ["Age"], ["65-69", "84", "86"]]
    below = [["70-74", "80", "81"], ["75-79", "72", "75"]]
    prose = cell("Source: a survey that was taken in the summer of 2013.", 52, 160)
    rules = [across(y) for y in (58, 74, 88, 102, 116)]
    (table,) = find_tables(page([*rows_of(top + below, 62), prose], rules), [], STYLE)
    assert [row[0] for row in table.rows] == ["Name", "Male", "Age", "65-69", "70-74", "75-79"]
    assert table.rows[2] == ("Age", "", "")
    assert len(table.lines) == 16


def test_a_tall_row_does_not_end_a_grid() -> None:
    first = rows_of([["Part", "Use", "Share"]], 62)
    wrapped = [cell(f"goes on in line {i}", 152, 80 + 12 * i) for i in range(8)]
    rest = rows_of([["Second", "Security", "4"], ["Third", "Access", "5"]], 182, 18)
    ys = (58, 76, 178, 196, 214)
    walls = [down(x, a, b) for a, b in pairwise(ys) for x in (50, 148, 248, 350)]
    rules = [*map(across, ys), *walls]
    (table,) = find_tables(page([*first, *wrapped, *rest], rules), [], STYLE)
    assert table.box == Box(50, 58, 350, 214)
    assert table.rows[0] == ("Part", "Use", "Share")
    assert table.rows[1][1].startswith("goes on in line 0 goes on in line 1")


def test_numbers_in_the_bars_of_a_chart_are_no_table() -> None:
    names = [["North", "62", "25"], ["South", "52", "34"], ["East", "58", "31"]]
    lines = rows_of(names, 62)
    rules = [across(y) for y in (58, 76, 90, 106)]
    assert len(find_tables(page(lines, rules), [], STYLE)) == 1
    bars = [
        Drawing(Box(x, 60, x + 80, 104), True, False, fill, None, 0, 3, False, False)
        for x, fill in ((130, (0.1, 0.3, 0.5)), (230, (0.5, 0.6, 0.3)))
    ]
    assert find_tables(replace(page(lines, rules), drawings=tuple(bars)), [], STYLE) == []


def test_the_names_of_columns_go_on_under_a_groups_name() -> None:
    unit = cell("(Million kg)", 260, 62)
    names = [["Year", "Tea", "Other"], ["1981", "86", "320"], ["2005", "76", "417"]]
    rules = [across(y) for y in (58, 74, 90, 104, 120)]
    (table,) = find_tables(page([unit, *rows_of(names, 78)], rules), [], STYLE)
    assert table.rows[0] == ("Year", "Tea", "(Million kg) Other")
    assert table.rows[1] == ("1981", "86", "320")


def test_a_name_of_two_years_spans_its_columns() -> None:
    names = [
        ["Members", "11,747", "64 %"],
        ["Revenue", "1,953", "49 %"],
        ["Costs", "1,780", "54 %"],
    ]
    header = [cell("2015 vs. 2014", 180, 62)]
    rules = [across(58), across(74), across(120)]
    (table,) = find_tables(page([*header, *rows_of(names, 78)], rules), [], STYLE)
    assert table.rows[0] == ("", "2015 vs. 2014", "2015 vs. 2014")

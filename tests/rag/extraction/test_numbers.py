"""Numbers of tables: their rows and columns, and what a table says of their units."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.types import Box, Element, Kind, Place
from rag.extraction.numbers import Number, numbers
from rag.extraction.pages import without_page_numbers
from rag.extraction.tables import tables, to_csv, to_markdown

BOX = Box(1, 2, 3, 4)


def table(text: str, caption: str = "", page: int = 3) -> Element:
    lines = [line.strip() for line in text.strip().splitlines()]
    width = lines[0].count("|") - 1
    markdown = "\n".join([lines[0], "| --- " * width + "|", *lines[1:]])
    return Element("t", "d", Kind.TABLE, Place(page, BOX), markdown, caption=caption)


def prose(text: str, page: int | None = 3, id: str = "p") -> Element:
    return Element(id, "d", Kind.TEXT, Place(page, BOX), text)


def told(elements: Sequence[Element]) -> dict[str, tuple[float, float, str]]:
    return {n.of: (n.value, n.scale, n.unit) for n in numbers(elements)}


ACCOUNTS = """
| | Year ended 2015 | Year ended 2014 (in thousands, except per share data) | Change |
| Revenues | $6,779,511 | $5,504,656 | 23 % |
| Operating income | 305,826 | (402,648) | (24)% |
| Earnings per share: | | | |
| Basic | $0.29 | $0.63 | (54)% |
| Shares outstanding: | | | |
| Basic | 425,889 | 420,544 | 1% |
"""


def test_accounts() -> None:
    assert told([table(ACCOUNTS)]) == {
        "Revenues × Year ended 2015": (6779511, 1e3, "USD"),
        "Revenues × Year ended 2014": (5504656, 1e3, "USD"),
        "Revenues × Change": (23, 1, "%"),
        "Operating income × Year ended 2015": (305826, 1e3, "USD"),
        "Operating income × Year ended 2014": (-402648, 1e3, "USD"),
        "Operating income × Change": (-24, 1, "%"),
        "Earnings per share: Basic × Year ended 2015": (0.29, 1, "USD"),
        "Earnings per share: Basic × Year ended 2014": (0.63, 1, "USD"),
        "Earnings per share: Basic × Change": (-54, 1, "%"),
        "Shares outstanding: Basic × Year ended 2015": (425889, 1e3, ""),
        "Shares outstanding: Basic × Year ended 2014": (420544, 1e3, ""),
        "Shares outstanding: Basic × Change": (1, 1, "%"),
    }


def test_what_is_told_elsewhere_is_marked() -> None:
    found = {n.of: n for n in numbers([table(ACCOUNTS)])}
    assert found["Operating income × Year ended 2015"].implied == ("unit", "scale")
    assert found["Revenues × Year ended 2015"].implied == ("scale",)
    assert found["Revenues × Change"].implied == ()
    assert found["Operating income × Year ended 2014"] == Number(
        text="(402,648)",
        value=-402648,
        scale=1000.0,
        unit="USD",
        implied=("unit", "scale"),
        of="Operating income × Year ended 2014",
        row="Operating income",
        column="Year ended 2014",
        label="",
        page=3,
        box=BOX,
    )


def test_a_note_that_spans_columns_leaves_the_header() -> None:
    (found,) = tables([table(ACCOUNTS)])
    assert found.header == ("", "Year ended 2015", "Year ended 2014", "Change")
    assert found.note == "in thousands, except per share data"
    own = "| Shop | Sales (in thousands) | Staff |\n| Bern | 5 | 7 |"
    (kept,) = tables([table(own)])
    assert (kept.header, kept.note) == (("Shop", "Sales (in thousands)", "Staff"), "")
    assert told([table(own)]) == {
        "Bern × Sales (in thousands)": (5, 1e3, ""),
        "Bern × Staff": (7, 1, ""),
    }


def test_units_of_columns_and_rows() -> None:
    found = told(
        [
            table(
                """
                | System | pages/s | Warm, ms | Weight (kg) | peak_mb | Min | Times |
                | one | 18.5 | 9.4 | 2 | 70 | 3 | 4 |
                """
            ),
            table("| Model | Ours |\n| Speed (km/h) | 80 |\n| Margin, % | 12 |\n| Price | $3 |"),
        ]
    )
    assert {of: unit for of, (_, _, unit) in found.items()} == {
        "one × pages/s": "pages/s",
        "one × Warm, ms": "ms",
        "one × Weight (kg)": "kg",
        "one × peak_mb": "MB",
        "one × Min": "",
        "one × Times": "",
        "Speed (km/h) × Ours": "km/h",
        "Margin, % × Ours": "%",
        "Price × Ours": "USD",
    }


def test_a_list_of_properties_lends_no_currency() -> None:
    found = told(
        [table("| | A | B |\n| Price | $500 | $600 |\n| Mass | 3 kg | 4 kg |\n| Life | 9 | 8 |")]
    )
    assert found["Life × A"] == (9, 1, "")


def test_notes_beside_a_table() -> None:
    rows = table("| | 2014 | CAGR |\n| PRINT | 193 | 11.5% |")
    found = told([rows, prose("Advertising spend (in INR Billions)")])
    assert found["PRINT × 2014"] == (193, 1e9, "INR")
    assert found["PRINT × CAGR"] == (11.5, 1, "%")
    shares = table("| | Online |\n| Total | 59% |\n| Age | |\n| 65-69 | 74 |\n| 70-74 | 68 |")
    assert told([prose("% of adults who …"), shares])["Age: 65-69 × Online"] == (74, 1, "%")
    assert told([shares])["Age: 70-74 × Online"] == (68, 1, "%")  # the first row tells it


def test_rows_named_by_several_columns_and_by_keys() -> None:
    found = told(
        [
            table("| Setting | Model | F1 |\n| General | GPT-4 (0.5) | 35.6 |\n| | Other | 32.9 |"),
            table("| Vectors | float32 |\n| 1,000 | 1.5 |\n| 10,000 | 15.4 |"),
            table("| Year | Sales |\n| 2014 | 5 |\n| 2015 | 1999 |"),
        ]
    )
    assert found == {
        "General GPT-4 (0.5) × F1": (35.6, 1, ""),
        "General Other × F1": (32.9, 1, ""),
        "Vectors": (10000, 1, ""),
        "Vectors 1,000 × float32": (1.5, 1, ""),
        "Vectors 10,000 × float32": (15.4, 1, ""),
        "2014 × Sales": (5, 1, ""),
        "2015 × Sales": (1999, 1, ""),
    }


def test_columns_that_a_narrow_gap_had_merged() -> None:
    (found,) = tables(
        [table("| Metric | General Specific |\n| Sense (1) | 1.00 0.9 |\n| Way | 2 3% |")]
    )
    assert found.header == ("Metric", "General", "Specific")
    assert found.rows == (("Sense (1)", "1.00", "0.9"), ("Way", "2", "3%"))
    (kept,) = tables([table("| Metric | Mean Human Avg. |\n| Sense | 1.00 0.9 |")])
    assert kept.header == ("Metric", "Mean Human Avg.")  # which word heads which is unknown


def test_chunks_of_one_table_are_one() -> None:
    head = "| Name | Size |\n| --- | --- |\n"
    chunks = [
        Element(str(n), "d", Kind.TABLE, Place(None, None), f"{head}| row {n} | {n} |")
        for n in range(3)
    ]
    (whole,) = tables(chunks)
    assert whole.rows == (("row 0", "0"), ("row 1", "1"), ("row 2", "2"))
    assert len(tables([chunks[0], prose("between", None), chunks[1]])) == 2


def test_cells_with_bars_and_breaks() -> None:
    (found,) = tables([table(r"| a \| b | c |" + '\n| x<br>y | z, "q" |')])
    assert found.header == ("a | b", "c")
    assert found.rows == (("x y", 'z, "q"'),)
    assert to_csv(found) == 'a | b,c\nx y,"z, ""q"""\n'
    assert to_markdown(found) == '| a \\| b | c |\n| --- | --- |\n| x y | z, "q" |'


def test_prose_figures_and_captions() -> None:
    figure = Element(
        "f", "d", Kind.FIGURE, Place(4, BOX), "0 10\nboats", (), "Figure 1", "Figure 1: 12 boats."
    )
    found = numbers([prose("It took 24 seconds. It cost $3."), figure])
    assert [(n.text, n.of, n.label, n.page) for n in found] == [
        ("24 seconds", "It took 24 seconds.", "", 3),
        ("$3", "It cost $3.", "", 3),
        ("12", "Figure 1: 12 boats.", "Figure 1", 4),
        ("0", "0 10", "Figure 1", 4),
        ("10", "0 10", "Figure 1", 4),
    ]


def test_bibliographies_are_left_out() -> None:
    entry = Element("b", "d", Kind.TEXT, Place(9, BOX), "A. Doe. Boats 3, 2020.", ("7 References",))
    assert numbers([entry]) == []


def test_page_numbers_are_dropped_and_lone_numbers_kept() -> None:
    pages = [prose(f"There are 5 boats.\n\n{n + 10}", n, str(n)) for n in (1, 2, 3)]
    found = without_page_numbers([*pages, prose("77", 4, "4")])
    assert [e.text for e in found] == ["There are 5 boats."] * 3 + ["77"]

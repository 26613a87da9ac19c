from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from indexes.texts import COLUMNS, text_to_embed, text_to_index
from ingest.types import Document, Element, Kind, Place

DOCUMENT = Document("d" * 64, Path("/d/report.pdf"), "Annual Report 2019", 9)


def element(kind: Kind, text: str, headings: tuple[str, ...] = (), **fields: Any) -> Element:
    return replace(Element("e", DOCUMENT.id, kind, Place(1), text, headings), **fields)


def test_columns_of_a_figure() -> None:
    figure = element(
        Kind.FIGURE,
        "Q1 Q2",
        ("Results", "Sales"),
        label="Figure 3",
        caption="Figure 3: Sales by quarter",
        description="A bar chart whose tallest bars stand at the end of every fiscal year",
    )
    columns = text_to_index(DOCUMENT, figure)
    assert tuple(columns) == COLUMNS
    assert columns["title"] == "annual report 2019"
    assert columns["headings"] == "result sale"
    assert columns["caption"] == "figur 3 sale by quarter"
    assert columns["body"] == (
        "q1 q2 a bar chart whose tallest bar stand at the end of everi fiscal year"
    )


def test_a_label_that_the_caption_lacks_is_indexed() -> None:
    table = element(Kind.TABLE, "", label="Table 2", caption="Growth")
    assert text_to_index(DOCUMENT, table)["caption"] == "tabl 2 growth"


def test_a_passage_is_embedded_after_title_and_last_heading() -> None:
    passage = element(Kind.TEXT, "Sales grew.", ("Results", "Sales"))
    assert text_to_embed(DOCUMENT, passage) == "Annual Report 2019\nSales\nSales grew."


def test_context_is_kept_short_and_said_once() -> None:
    passage = element(Kind.TEXT, "Body", (" ".join(["long"] * 50),))
    assert text_to_embed(DOCUMENT, passage).splitlines()[1] == " ".join(["long"] * 12)
    repeated = element(Kind.TEXT, "Annual Report 2019", ("Annual Report 2019",))
    assert text_to_embed(DOCUMENT, repeated) == "Annual Report 2019"


def test_a_table_is_embedded_without_borders_and_bare_numbers() -> None:
    table = element(
        Kind.TABLE,
        "| Year | Sales |\n| --- | ---: |\n| 2019 | 4.5 |\n| FY 2020 | 5 |",
        caption="Table 1. Sales",
    )
    assert text_to_embed(DOCUMENT, table) == (
        "Annual Report 2019\nTable 1. Sales\nYear Sales\nFY 2020"
    )


def test_a_description_that_only_repeats_is_left_out() -> None:
    figure = element(
        Kind.FIGURE,
        "Q1 10 20 Sales",
        caption="Figure 1: Sales",
        description='A figure, Figure 1, titled "Sales"; it shows the words: Q1 10 20 Sales.',
    )
    assert text_to_embed(DOCUMENT, figure) == "Annual Report 2019\nFigure 1: Sales\nQ1 Sales"
    assert text_to_index(DOCUMENT, figure)["body"] == "q1 10 20 sale"

"""Parsing of text and pages: what each target does with an input."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ingest.types import Document, Element, Kind, Place

DOCUMENT = Document("0" * 64, Path("a.pdf"), "A document", 9)


def captions(found: Any) -> None:
    """Captions of pages."""
    from ingest.captions import find_captions
    from ingest.style import document_style

    find_captions(found, document_style(found))


def labels(text: str) -> None:
    """Labels: "Figure 3"."""
    from ingest.labels import label_start, mentions, normalise_label

    label_start(text)
    normalise_label(text[:60])
    mentions(text)


def layout(found: Any) -> None:
    """All that is made of pages: paragraphs, tables, figures, page numbers."""
    from ingest.layout import Layout, arrange
    from ingest.page_numbers import numbers_in

    layout = Layout.of(found)
    for page in found:
        arrange(page, layout)
        list(numbers_in(page, layout.style.body_size))


class _Labelled:
    """A PDF with these rules for the labels of its pages."""

    page_count = 40

    def __init__(self, rules: Any) -> None:
        self._rules = rules

    def get_page_labels(self) -> Any:
        """As PyMuPDF gives them."""
        return self._rules


def page_labels(found: Any) -> None:
    """A PDF's rules for the labels of pages, and numbers in their margins."""
    from ingest.page_labels import own_labels, page_labels
    from ingest.page_numbers import Printed

    rules, numbers = found
    own = own_labels(_Labelled(rules))
    page_labels(own, [Printed(*number) for number in numbers])


RULES = st.lists(
    st.fixed_dictionaries(
        {"startpage": st.integers(-3, 50)},
        optional={
            "prefix": st.text(max_size=30),
            "style": st.sampled_from(("", "D", "r", "R", "a", "A")),
            "firstpagenum": st.integers(-5, 10**12),
        },
    ),
    max_size=5,
)
NUMBERS = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.integers(0, 99_999),
        st.sampled_from(("1", "i", "I", "A-")),
        st.sampled_from(("top", "bottom")),
        st.floats(0, 300),
        st.sampled_from(("", "", "head")),
        st.integers(1, 2),
    ),
    max_size=60,
)


def table(text: str) -> None:
    """A table as Markdown."""
    from rag.extraction.table_numbers import cell_numbers
    from rag.extraction.tables import tables, to_csv, to_markdown
    from rag.generators.tables import document_words, read_tables
    from rag.types import Evidence

    element = Element("1", "0", Kind.TABLE, Place(1), text, caption="Table 1, in millions")
    for table in tables([element, element]):
        to_markdown(table)
        to_csv(table)
        list(cell_numbers(table))
    evidence = Evidence(1, element, DOCUMENT, 1.0)
    for read in read_tables([evidence]):
        for cell in read.cells:
            read.quote(cell.row, [cell.column])
    document_words(evidence)


def citations(text: str) -> None:
    """An answer with citations."""
    from rag.citations import normalised
    from rag.claims import claims

    claims(normalised(text, {1, 2, 3, 17}))


def question(text: str) -> None:
    """A question."""
    from rag.question import read_question
    from rag.statements import statements_for
    from rag.wording import wording

    wording(read_question(text))
    statements_for(text)


def word_search(text: str) -> None:
    """A question, put to SQLite's full-text search."""
    from indexes.words import search_elements, search_first_pages, search_pages, search_phrases

    connection = _catalogue()
    search_elements(connection, text, 3, [1], Kind.TEXT, "chart")
    search_pages(connection, text, 3)
    search_first_pages(connection, text, 3)
    search_phrases(connection, [text[:200], text[200:400]], 3)


@cache
def _catalogue() -> Any:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    from indexes.catalog import metadata

    engine = create_engine("sqlite://", poolclass=StaticPool)
    connection = engine.connect()
    metadata.create_all(connection)
    return connection


def quantities(text: str) -> None:
    """Numbers with units, dates, names."""
    from ingest.ticks import number
    from rag.extraction.dates import first_date
    from rag.extraction.labels import names_of
    from rag.extraction.quantities import quantities
    from rag.extraction.units import currency_of, scale_of, unit_of

    for parse in (quantities, first_date, names_of, unit_of, currency_of, scale_of, number):
        parse(text)


def coerced(found: tuple[str, str, str]) -> None:
    """A text, and the type and form that a schema asks for."""
    from rag.extraction.values import coerced

    text, kind, form = found
    coerced(text, {"type": kind, "format": form, "items": {"type": "number"}})


KINDS = st.sampled_from(("string", "number", "integer", "boolean", "array", "object", "null"))
FORMS = st.sampled_from(("", "date", "date-time", "email", "uri", "time"))


def said(text: str) -> None:
    """A sentence beside a source: what numbers and names it tells."""
    from rag.names_said import acronyms_defined, told, unheld_names
    from rag.quantities_said import source, unheld

    half = len(text) // 2
    unheld(text[:half], [source(text[half:])])
    unheld_names(text[:half], told(text[half:]), acronyms_defined(text))


def page_set(text: str) -> None:
    """Pages that a user names: "1-3,7"."""
    from rag.extraction.pages import page_set

    page_set(text[:60])


def passages(text: str) -> None:
    """A text that is cut into sentences and passages."""
    from ingest.split import pack, sentences

    if "".join(sentences(text)) != text:
        raise AssertionError("sentences do not give back their text")
    list(pack([Element("", "", Kind.TEXT, Place(1), text)] * 2))

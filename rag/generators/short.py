"""The short answer: the cell, number, date, name or list that a question asks for, or a sum."""

from __future__ import annotations

from collections.abc import Sequence

from rag.generators.choosing import MOST, Scored, alike
from rag.generators.quote_answers import from_quote
from rag.generators.quotes import Form, Quote
from rag.generators.table_answers import Found, from_tables
from rag.generators.table_extremes import extreme
from rag.generators.table_lists import listed
from rag.generators.tables import read_tables
from rag.question import Question
from rag.types import Evidence

LEAST = 0.6  # share of the question's words that a table's headings must explain
LEAST_IN_QUOTE = 0.75  # the same, of a quote's own words


def short_answer(
    asked: Question, evidence: Sequence[Evidence], chosen: Sequence[Scored]
) -> Found | None:
    """What answers a question in a word, with the quotes it stands on; None when unsure."""
    tables = read_tables(evidence)
    for found in (from_tables(asked, tables), extreme(asked, tables), listed(asked, tables)):
        if found and found.sure >= LEAST:
            return found
    in_quotes = (from_quote(asked, scored) for scored in chosen)
    return next((found for found in in_quotes if found and found.sure >= LEAST_IN_QUOTE), None)


def with_operands(found: Found | None, chosen: Sequence[Scored]) -> list[Quote]:
    """What is quoted: first what the short answer stands on, then what adds to it, of its pages.

    Further rows of the table that it is read from add nothing.
    """
    others = [scored.quote for scored in chosen]
    if found is None:
        return others
    pages = {_page(quote) for quote in found.quotes}
    tables = {quote.source.number for quote in found.quotes if quote.form is Form.ROW}
    kept = [
        quote
        for quote in others
        if _page(quote) in pages
        and not (quote.form is Form.ROW and quote.source.number in tables)
        and not any(alike(quote, operand) for operand in found.quotes)
    ]
    return [*found.quotes, *kept[: max(0, MOST - len(found.quotes))]]


def _page(quote: Quote) -> tuple[str, int | None]:
    element = quote.source.element
    return element.document_id, element.place.page

"""BM25 over elements and over pages, by SQLite's FTS5.

Two FTS5 tables (see catalog) stand beside the elements: a row of `element_words` for each
element, and a row of `page_words` for each page, which is all its elements together. They hold
terms (see lexical), which FTS5 only splits at the spaces between them.

FTS5 fixes k1 = 1.2 and b = 0.75, and a term that more than half of the rows hold counts for
nearly nothing. What is rare is measured over the whole index, also when a search is narrowed.

The column `scope` narrows a search within the full-text query, so that rows outside cost nothing:
"#17" stands in every row of document 17, "#figure" in every figure, "#first" in each document's
first page, which also has the words of its file's name. No text has such terms, for "#" never
begins one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select

from indexes.catalog import WORD_TABLES, elements, pages
from indexes.lexical import query_terms, terms
from indexes.texts import text_to_index
from ingest.types import Document, Element, Kind

# Weights of the columns: scope, title, headings, caption, body; of a page without caption.
_ELEMENT_SCORE = "-bm25(element_words, 0, 0.5, 1.5, 2, 1)"
_PAGE_SCORE = "-bm25(page_words, 0, 0.5, 1, 1)"
# More documents than this are looked up row by row; so many terms would slow down every row.
_MOST_SCOPES = 16
_FIRST = "#first"
_MERGED_PAGES = 5000  # of SQLite's, at a time: about 20 MB, a fifth of a second

_INSERT_ELEMENTS = (
    "INSERT INTO element_words (rowid, scope, title, headings, caption, body)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_INSERT_PAGES = (
    "INSERT INTO page_words (rowid, scope, title, headings, body) VALUES (?, ?, ?, ?, ?)"
)
_DELETE_ELEMENTS = (
    "DELETE FROM element_words WHERE rowid IN (SELECT key FROM elements WHERE document = ?)"
)
_DELETE_PAGES = (
    "DELETE FROM page_words WHERE rowid IN (SELECT number FROM pages WHERE document = ?)"
)
_TERMS = (
    "SELECT rowid, headings, caption, body FROM element_words"
    " WHERE rowid IN (SELECT value FROM json_each(?))"
)
_LAST_PAGE = select(func.max(pages.c.number))

# The plus keeps SQLite from asking FTS5 anew for every row of the list.
_LISTED = "document IN (SELECT value FROM json_each(?))"
ELEMENTS_WITHIN = f" AND +rowid IN (SELECT key FROM elements WHERE {_LISTED})"  # noqa: S608 - of constants
_ELEMENTS_TYPED = " AND +rowid IN (SELECT key FROM elements WHERE figure_type = ?)"
_PAGES_WITHIN = f" AND +rowid IN (SELECT number FROM pages WHERE {_LISTED})"  # noqa: S608 - of constants


_BEST_FIRST = " ORDER BY score DESC, rowid LIMIT ?"


def _best(table: str, score: str, within: str = "") -> str:
    found = f" FROM {table} WHERE {table} MATCH ?{within}"
    return f"SELECT rowid AS number, {score} AS score{found}{_BEST_FIRST}"


def _best_pages(within: str = "") -> str:
    best = _best("page_words", _PAGE_SCORE, within)
    return (
        f"SELECT id, page, score FROM ({best}) AS best"  # noqa: S608 - as above
        " JOIN pages USING (number) JOIN documents ON documents.number = pages.document"
        " ORDER BY score DESC, best.number"
    )


_SEARCH_PAGES = _best_pages()
_SEARCH_PAGES_WITHIN = _best_pages(_PAGES_WITHIN)


def search_elements(
    connection: Connection,
    question: str,
    k: int,
    documents: Sequence[int] | None = None,
    kind: Kind | None = None,
    figure_type: str | None = None,
) -> list[tuple[int, float]]:
    """The k best elements (of these documents, kind and type): key and score, best first."""
    query, listed = _narrowed(query_terms(question), documents, kind)
    if not query:
        return []
    typed = () if figure_type is None else (figure_type,)
    within = (ELEMENTS_WITHIN if listed else "") + (_ELEMENTS_TYPED if typed else "")
    statement = _best("element_words", _ELEMENT_SCORE, within)
    rows = connection.exec_driver_sql(statement, (query, *listed, *typed, max(k, 0))).all()
    return [(key, score) for key, score in rows]


def search_pages(
    connection: Connection, question: str, k: int, documents: Sequence[int] | None = None
) -> list[tuple[str, int, float]]:
    """The k best pages (of these documents): document id, page (1-based), score, best first."""
    query, listed = _narrowed(query_terms(question), documents)
    return _found_pages(connection, query, listed, k)


def _found_pages(
    connection: Connection, query: str, listed: tuple[str, ...], k: int
) -> list[tuple[str, int, float]]:
    if not query:
        return []
    statement = _SEARCH_PAGES_WITHIN if listed else _SEARCH_PAGES
    rows = connection.exec_driver_sql(statement, (query, *listed, max(k, 0))).all()
    return [(document, page, score) for document, page, score in rows]


def search_first_pages(
    connection: Connection, question: str, k: int, documents: Sequence[int] | None = None
) -> list[tuple[str, int, float]]:
    """The k documents' first pages with the best BM25; as `search_pages`."""
    query, listed = _narrowed(query_terms(question), documents)
    return _found_pages(connection, query and f'{query} AND "{_FIRST}"', listed, k)


def search_phrases(
    connection: Connection,
    phrases: Sequence[str],
    k: int,
    documents: Sequence[int] | None = None,
) -> list[tuple[str, int, float]]:
    """The k pages (of these documents) with the best BM25 of phrases, each counted as one term."""
    joined = dict.fromkeys(" ".join(terms(phrase)) for phrase in phrases)
    query, listed = _narrowed([phrase for phrase in joined if phrase], documents)
    return _found_pages(connection, query, listed, k)


def terms_of(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    """Elements' terms in their order, spaces between them, by key: all columns but the title."""
    rows = connection.exec_driver_sql(_TERMS, (json.dumps([int(key) for key in keys]),)).all()
    found = {key: " ".join(columns) for key, *columns in rows}
    return {key: found[key] for key in keys if key in found}


def store(
    connection: Connection,
    number: int,
    document: Document,
    keys: Sequence[int],
    found: Sequence[Element],
) -> None:
    """Index a document's elements, with their keys, and its pages."""
    scope = _document_scope(number)
    texts = [text_to_index(document, element) for element in found]
    element_rows = [
        (key, f"{scope} {_kind_scope(element.kind)}", *columns.values())
        for key, (element, columns) in zip(keys, zip(found, texts, strict=True), strict=True)
    ]
    numbered = list(enumerate(_by_page(found), (connection.scalar(_LAST_PAGE) or 0) + 1))
    page_rows = [
        (row, *_page_columns(number, document, [(found[at], texts[at]) for at in positions], nth))
        for nth, (row, (_, positions)) in enumerate(numbered)
    ]
    if element_rows:
        connection.exec_driver_sql(_INSERT_ELEMENTS, element_rows)
    if page_rows:
        places = [{"number": row, "document": number, "page": page} for row, (page, _) in numbered]
        connection.execute(insert(pages), places)
        connection.exec_driver_sql(_INSERT_PAGES, page_rows)


def replace_element(
    connection: Connection,
    number: int,
    document: Document,
    found: Sequence[tuple[int, Element]],
    old: int,
    new: int,
) -> None:
    """Index an element that changed, and its page: `found` are the document's, by key."""
    connection.exec_driver_sql("DELETE FROM element_words WHERE rowid = ?", (old,))
    element = dict(found)[new]
    scope = _document_scope(number)
    columns = text_to_index(document, element).values()
    row = (new, f"{scope} {_kind_scope(element.kind)}", *columns)
    connection.exec_driver_sql(_INSERT_ELEMENTS, row)
    page = element.place.page
    place = (pages.c.document == number) & (pages.c.page == page)
    at = connection.scalar(select(pages.c.number).where(place))
    if at is not None and page is not None:
        on_page = [(e, text_to_index(document, e)) for _, e in found if e.place.page == page]
        nth = [first for first, _ in _by_page([e for _, e in found])].index(page)
        connection.exec_driver_sql("DELETE FROM page_words WHERE rowid = ?", (at,))
        columns_of_page = _page_columns(number, document, on_page, nth)
        connection.exec_driver_sql(_INSERT_PAGES, (at, *columns_of_page))


def remove(connection: Connection, number: int) -> None:
    """Forget the words of a document, while its elements are still there."""
    connection.exec_driver_sql(_DELETE_ELEMENTS, (number,))
    connection.exec_driver_sql(_DELETE_PAGES, (number,))
    connection.execute(delete(pages).where(pages.c.document == number))


def merge(connection: Connection) -> None:
    """Bring FTS5's many small b-trees together, some of them each time.

    A search within one document then takes two thirds of the time.
    """
    for table in WORD_TABLES:
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)",  # noqa: S608 - as above
            (-_MERGED_PAGES,),
        )


def verify(connection: Connection) -> None:
    """FTS5's own comparison of its indexes with their rows; needs a connection that may write.

    Raises IndexCorrupt.
    """
    for table in WORD_TABLES:
        check = f"INSERT INTO {table} ({table}) VALUES ('integrity-check')"  # noqa: S608 - as above
        connection.exec_driver_sql(check)


def problems(connection: Connection) -> Iterator[str]:
    """How the rows differ from the catalogue's elements and their pages, in words."""
    keys = set(connection.scalars(select(elements.c.key)))
    indexed = set(connection.exec_driver_sql("SELECT rowid FROM element_words").scalars())
    if count := len(keys ^ indexed):
        yield f"{count} elements differ between the catalogue and its word index"
    paged = select(elements.c.document, elements.c.page).where(elements.c.page.is_not(None))
    wanted = set(map(tuple, connection.execute(paged.distinct())))
    stored = {row.number: (row.document, row.page) for row in connection.execute(select(pages))}
    indexed = set(connection.exec_driver_sql("SELECT rowid FROM page_words").scalars())
    known = {stored.get(number) for number in indexed}
    if count := len(wanted ^ known):
        yield f"{count} pages differ between the catalogue and its word index"


def _page_columns(
    number: int,
    document: Document,
    on_page: Sequence[tuple[Element, Mapping[str, str]]],
    nth: int,  # of its pages, from 0
) -> tuple[str, str, str, str]:
    """Scope, title, headings and body of a page: its elements, each with its own columns."""
    headings = dict.fromkeys(part for element, _ in on_page for part in element.headings)
    body = " ".join(f"{columns['caption']} {columns['body']}" for _, columns in on_page)
    scope, title = _document_scope(number), document.title
    if nth == 0:
        scope, title = f"{scope} {_FIRST}", f"{title}\n{document.path.stem}"
    return scope, " ".join(terms(title)), " ".join(terms("\n".join(headings))), body


def _by_page(found: Sequence[Element]) -> list[tuple[int, list[int]]]:
    """The pages that have elements, ascending, each with its elements' positions."""
    on_page: dict[int, list[int]] = {}
    for position, element in enumerate(found):
        if element.place.page is not None:
            on_page.setdefault(element.place.page, []).append(position)
    return sorted(on_page.items())


def _narrowed(
    wanted: Sequence[str], documents: Sequence[int] | None = None, kind: Kind | None = None
) -> tuple[str, tuple[str, ...]]:
    """FTS5's query, "" for none, and the document numbers as JSON if they are too many for it.

    `wanted`: terms, or phrases of several terms with spaces between them.
    """
    if not wanted:
        return "", ()
    parts = [_any(wanted), *([] if kind is None else [_any([_kind_scope(kind)])])]
    return narrowed_to(" AND ".join(parts), documents)


def narrowed_to(query: str, documents: Sequence[int] | None) -> tuple[str, tuple[str, ...]]:
    """The query in these documents; see `_narrowed`."""
    if not query or (documents is not None and not documents):
        return "", ()
    if documents is None:
        return query, ()
    if len(documents) <= _MOST_SCOPES:
        return f"{query} AND {_any(map(_document_scope, documents))}", ()
    return query, (json.dumps(list(documents)),)


def _any(wanted: Iterable[str]) -> str:
    """FTS5's query for any of these terms."""
    return f"({' OR '.join(map(quoted, wanted))})"


def quoted(term: str) -> str:
    """A term, or terms with spaces between, as an FTS5 string: nothing in it is syntax."""
    return '"{}"'.format(term.replace('"', '""'))


def _document_scope(number: int) -> str:
    return f"#{number}"


def _kind_scope(kind: Kind) -> str:
    return f"#{kind.value}"

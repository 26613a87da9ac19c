"""Pages asked for by what is printed on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexes.store import Store
from ingest.types import Kind
from rag.lookup import look_up
from rag.question import read_question
from rag.retrieve import retrieve
from rag.types import Filter
from tests.fakes import HashEmbedder
from tests.rag.corpus import element, make_reading

LABELS = ("i", "ii", "1", "2", "3", "4–5", "F-1")  # of the pages 1 to 7


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store.create(tmp_path_factory.mktemp("index") / ".rag", [HashEmbedder().space])
    placed = [element(Kind.TEXT, page, f"Words of {page}.") for page in range(1, len(LABELS) + 1)]
    placed = [
        replace(item, place=replace(item.place, printed=label))
        for item, label in zip(placed, LABELS, strict=True)
    ]
    with made.writing() as writer:
        for name, elements in (("a.pdf", placed), ("b.pdf", placed[:0])):
            reading = make_reading(name, elements)
            document = replace(reading.document, page_count=len(LABELS))
            writer.put(replace(reading, document=document), [])
    yield made
    made.close()


def pages(store: Store, question: str) -> dict[str, list[int | None]]:
    """By channel: the pages that a question names."""
    document = store.find_documents("a.pdf")[0]
    found = look_up(store, read_question(question), [document])
    return {
        channel: [element.place.page for element, _ in store.fetch(keys).values()]
        for channel, (keys,) in found.items()
    }


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is on page 1?", {"page": [3], "position": [1]}),
        ("What is on page two?", {"page": [4], "position": [2]}),
        ("What is on the first page?", {"page": [1]}),
        ("What is on the last page?", {"page": [7]}),
        ("What is on page ii?", {"page": [2]}),
        ("What is on p. II?", {"page": [2]}),
        ("What is on page 5?", {"page": [6], "position": [5]}),
        ("What is on page 7?", {"page": [7]}),
        ("What do pages 2-4 say?", {"page": [4, 5, 6], "position": [2, 3]}),
        ("Who signed page F-1?", {"page": [7]}),
        ("What is on page 6985?", {}),
    ],
)
def test_the_printed_page_comes_before_the_one_of_that_place(
    store: Store, question: str, expected: dict[str, list[int]]
) -> None:
    found = pages(store, question)
    assert {channel: sorted(of, key=str) for channel, of in found.items()} == expected


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("page 9", ("9",)),
        ("pages 9-11 and page iv", ("9", "10", "11", "iv")),
        ("page XII", ("XII",)),
        ("page A-3", ("A-3",)),
        ("the ninth page", ()),
        ("the page I saw", ()),
        ("a page vice versa", ()),
    ],
)
def test_names_of_pages(question: str, names: tuple[str, ...]) -> None:
    assert read_question(question).page_names == names


def test_the_printed_page_scores_higher(store: Store) -> None:
    found = retrieve(store, HashEmbedder(), "page 2", where=Filter(within="a.pdf"))
    by_page = {item.element.place.page: item.channels for item in found}
    assert by_page[4]["page"] > by_page[2]["position"]


def test_the_printed_number_is_stored(store: Store) -> None:
    document = store.find_documents("a.pdf")[0]
    elements = [element for _, element in store.elements(document.id)]
    assert tuple(element.place.printed for element in elements) == LABELS
    keys = store.printed([(document.id, "F-1"), (document.id, "9")])
    assert [len(found) for found in keys.values()] == [1, 0]

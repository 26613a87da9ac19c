"""Whether words stand in documents at all, and near each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexes.store import Store
from ingest.types import Document, Element, Kind, Place, Reading, Receipt

TEXTS = (
    "In May 2016 the Kestrel pump was revised; a valve of 2018 was not.",
    'A "quoted" NEAR(term) and 44 districts.',
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.create(tmp_path_factory.mktemp("index") / ".rag", ())
    with store.writing() as writer:
        for number, text in enumerate(TEXTS):
            document = Document(f"{number:064x}", Path(f"/d/{number}.pdf"), "", 1)
            element = Element(f"{number}", document.id, Kind.TEXT, Place(1), text)
            writer.put(Reading(document, (element,), Receipt(document.id, 1, 1, 0, 0, 0)), {})
        writer.save()
    yield store
    store.close()


FIRST, SECOND = f"{0:064x}", f"{1:064x}"


@pytest.mark.parametrize(
    ("alternatives", "documents", "there"),
    [
        ([["pump"]], None, True),
        ([["pump"]], [SECOND], False),
        ([["pump"]], [FIRST, SECOND], True),
        ([["pump"]], [], False),
        ([["osprey"], ["kestrel"]], None, True),
        ([["may", "2016"]], None, True),
        ([["2016", "may"]], None, True),
        ([["may", "2018"]], None, False),  # both are there, far from each other
        ([["kestrel", "district"]], None, False),
        ([], None, False),
        ([[]], None, False),
        ([['"quoted" OR *']], None, False),  # no syntax, just a term that nothing holds
    ],
)
def test_what_stands_where(
    store: Store, alternatives: list[list[str]], documents: list[str] | None, there: bool
) -> None:
    assert store.occurring([alternatives], documents) == [there]


def test_many_at_once_and_many_documents(store: Store) -> None:
    wanted = [[["pump"]], [["nothing"]], [["44", "district"]]]
    assert store.occurring(wanted) == [True, False, True]
    among = [FIRST, *(f"{n:064x}" for n in range(10, 40))]
    assert store.occurring(wanted, among) == [True, False, False]
    assert store.occurring([]) == []

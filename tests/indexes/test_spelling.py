from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexes.store import Store
from tests.indexes.test_words import filled, passage


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    texts = ["Netflix and Norway", "Norway again", "Norman was there"]
    readings = [passage(text, number) for number, text in enumerate(texts)]
    store = filled(Path(tmp_path_factory.mktemp("index")), readings)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("question", "spelt"),
    [
        ("Neflix", ["netflix"]),  # a letter left out
        ("Nettflix", ["netflix"]),  # put in
        ("Netflux", ["netflix"]),  # changed
        ("Netfilx", ["netflix"]),  # swapped
        ("Norwey and Neflix", ["norway", "netflix"]),
        ("Netflix", []),  # is known
        ("Getflix", []),  # another first letter
        ("Netfolex", []),  # two letters
        ("neflix", []),  # not a name
        ("Nor", []),
        ("", []),
    ],
)
def test_names_are_respelt(store: Store, question: str, spelt: list[str]) -> None:
    assert store.respelt(question) == spelt


def test_the_more_frequent_term_wins(tmp_path: Path) -> None:
    texts = ["Marlow", "Harbour", "Marlot", "Marlot again"]
    store = filled(tmp_path, [passage(text, number) for number, text in enumerate(texts)])
    assert store.respelt("Marlox") == ["marlot"]

"""What is added to fused rankings, on a small report with financial statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from indexes.store import Store
from indexes.types import Embedding
from ingest.types import Element, Kind
from rag.retrieve import retrieve
from rag.types import Evidence, Filter
from tests.fakes import HashEmbedder
from tests.rag.corpus import element, make_reading

BALANCE = """| Item | 2023 | 2022 |
|---|---|---|
| Total current assets | 8,802 | 10,539 |
| Total assets | 15,803 | 17,504 |
| Total current liabilities | 8,979 | 10,674 |
| Retained earnings | 2,795 | 3,020 |"""
INCOME = """| Item | 2023 | 2022 |
|---|---|---|
| Cost of sales | 36,386 | 40,121 |
| Gross profit | 9,912 | 11,640 |
| Operating income | 1,795 | 3,039 |
| Net earnings | 1,419 | 2,454 |"""
ACME = (
    element(Kind.TEXT, 1, "Acme Stores, annual report. Prepared by Lena Ott."),
    element(Kind.TEXT, 2, "We return capital to those who are employed and to holders of stock."),
    element(Kind.TEXT, 3, "The fiscal year was a good one; capital was employed with care."),
    element(Kind.TABLE, 4, BALANCE, "", "Consolidated balance sheets"),
    element(Kind.TABLE, 5, INCOME, "", "Consolidated statements of earnings"),
)
FERNS = (
    element(Kind.TEXT, 1, "The ferns of Norway. By Kari Lund."),
    element(Kind.TEXT, 2, "Ferns grow in the shade of 1,200 lakes. They were counted in 2019."),
    element(Kind.FIGURE, 3, "", "Figure 1", "Figure 1: A frond."),
    element(Kind.FIGURE, 3, "", "Figure 2", "Figure 2: Its spores."),
)
MOSSES = (
    element(Kind.TEXT, 1, "The mosses of Finland. By Eero Salo."),
    element(Kind.TEXT, 2, "Mosses grow in the shade of 1,300 lakes. They were counted in 2021."),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    embedder = HashEmbedder()
    made = Store.create(tmp_path_factory.mktemp("index") / ".rag", [embedder.space])
    with made.writing() as writer:
        for name, elements in (("acme.pdf", ACME), ("ferns.pdf", FERNS), ("mosses.pdf", MOSSES)):
            reading = make_reading(name, elements)
            vectors = embedder.embed_texts([f"{e.caption} {e.text}" for e in reading.elements])
            owners = np.arange(len(vectors), dtype=np.int64)
            writer.put(reading, [Embedding(embedder.space, owners, vectors)])
        writer.save()
    yield made
    made.close()


def ask(store: Store, question: str, within: str | None = None, k: int = 20) -> list[Evidence]:
    return retrieve(store, HashEmbedder(), question, k=k, where=Filter(within))


def by(found: Sequence[Evidence], channel: str) -> list[str]:
    """The texts, cut short, of what a channel gave something to."""
    return [_name(item.element) for item in found if channel in item.channels]


def _name(one: Element) -> str:
    return one.caption or one.text[:10]


def test_a_ratio_is_about_the_statements_that_it_is_computed_from(store: Store) -> None:
    found = ask(store, "What is the ROCE?", "acme.pdf")
    statements = ["Consolidated balance sheets", "Consolidated statements of earnings"]
    assert sorted(by(found, "statement")) == statements
    assert sorted(_name(item.element) for item in found[:2]) == statements


def test_a_report_without_statements_has_none(store: Store) -> None:
    assert by(ask(store, "What is the return on capital employed?", "ferns.pdf"), "statement") == []


def test_who_wrote_it_stands_on_the_first_page(store: Store) -> None:
    found = ask(store, "Who is the author of this report?", "ferns.pdf")
    assert by(found, "front") == ["The ferns "]
    assert found[0].element.place.page == 1
    assert by(ask(store, "Where do ferns grow?", "ferns.pdf"), "front") == []


def test_all_of_a_kind(store: Store) -> None:
    found = ask(store, "How many figures are there?", "ferns.pdf")
    figures = ["Figure 1: A frond.", "Figure 2: Its spores."]
    assert sorted(by(found, "every")) == sorted(by(found, "kind")) == figures
    assert by(ask(store, "What does the figure of a frond show?"), "every") == []


def test_a_document_is_meant_by_its_first_page(store: Store) -> None:
    found = ask(store, "In which year were the lakes of Finland counted?")
    assert [item.document.path.name for item in found[:2]] == ["mosses.pdf"] * 2
    assert {i.document.path.name for i in found if "document" in i.channels} == {"mosses.pdf"}
    assert by(ask(store, "the lakes of Finland", "mosses.pdf"), "document") == []


def test_phrases_numbers_and_names_as_they_are_written(store: Store) -> None:
    found = {
        item.element.text[:6]: item.channels for item in ask(store, "the shade of 1,300 lakes")
    }
    assert found["Mosses"]["number"] > 0
    assert "number" not in found["Ferns "]
    assert found["Mosses"]["phrase"] > found["Ferns "]["phrase"] > 0
    assert by(ask(store, "When did Lund write?"), "name") == ["The ferns "]


def test_a_misspelt_name_is_found(store: Store) -> None:
    found = ask(store, "Norwey", k=1)
    assert found[0].element.text.startswith("The ferns of Norway")
    assert "words" in found[0].channels


def test_scores_are_still_the_sum_of_the_channels(store: Store) -> None:
    for item in ask(store, "Which figure of Norway shows 1,200 lakes?"):
        assert item.score == pytest.approx(sum(item.channels.values()))


def test_nothing_is_found_twice_with_a_long_question(store: Store, tmp_path: Path) -> None:
    found = ask(store, "total assets " * 400)
    assert len({item.element.id for item in found}) == len(found)

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexes.store import Store
from indexes.types import Embedding
from ingest.errors import NotFound, QuestionError
from ingest.types import Kind
from rag.retrieve import retrieve
from rag.types import Evidence, Filter
from tests.fakes import HashEmbedder
from tests.rag.corpus import element, make_reading, make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = make_store(tmp_path_factory.mktemp("index") / ".rag")
    yield made
    made.close()


def ask(store: Store, question: str, k: int = 8, **where: object) -> list[Evidence]:
    return retrieve(store, HashEmbedder(), question, k=k, where=Filter(**where))  # type: ignore[arg-type]


def names(evidence: list[Evidence]) -> list[str]:
    return [item.element.label or item.element.text[:12] for item in evidence]


def test_words_find_the_passage_and_evidence_is_numbered(store: Store) -> None:
    found = ask(store, "Who built the Kestrel pump?")
    assert found[0].element.text.startswith("The Kestrel pump")
    assert [item.number for item in found] == list(range(1, len(found) + 1))
    assert {"words", "pages", "text"} <= found[0].channels.keys()


def test_score_is_the_sum_of_the_channels_and_falls(store: Store) -> None:
    found = ask(store, "pump figure 2")
    assert [item.score for item in found] == sorted((i.score for i in found), reverse=True)
    for item in found:
        assert item.score == pytest.approx(sum(item.channels.values()))


def test_a_label_is_looked_up(store: Store) -> None:
    found = ask(store, "What does figure 2 show?", within="pumps.pdf")
    assert found[0].element.label == "Figure 2"
    assert "label" in found[0].channels


def test_a_label_over_the_corpus_prefers_the_document_asked_about(store: Store) -> None:
    found = ask(store, "In the towns, what is in Figure 2?")
    assert found[0].element.caption == "Figure 2: Map of the towns."


@pytest.mark.parametrize(
    ("question", "page"), [("what is on page 3?", 3), ("the last page", 3), ("slide two", 2)]
)
def test_a_page_is_looked_up(store: Store, question: str, page: int) -> None:
    found = ask(store, question, k=2, within="pumps.pdf")
    assert [item.element.place.page for item in found] == [page, page]
    assert all("page" in item.channels for item in found)


@pytest.mark.parametrize("name", ["pumps.pdf", "towns.pdf"])
def test_a_file_named_in_the_question_is_where_to_look(store: Store, name: str) -> None:
    found = ask(store, f"What does Figure 2 of {name} show?")
    assert (found[0].document.path.name, found[0].element.label) == (name, "Figure 2")
    assert all("label" not in i.channels for i in found if i.document.path.name != name)


def test_a_file_name_that_ends_like_another(store: Store) -> None:
    found = ask(store, "What does Figure 2 of mytowns.pdf show?")
    assert {i.document.path.name for i in found if "label" in i.channels} == {
        "pumps.pdf",
        "towns.pdf",
    }


def test_half_a_surrogate_pair_is_no_error(store: Store) -> None:
    assert ask(store, "pump \ud800") == ask(store, "pump ?")


def test_vectors_may_be_ahead_of_the_snapshot(tmp_path: Path) -> None:
    made = make_store(tmp_path / ".rag")
    known = ask(made, "water moves", k=20)
    with made.snapshot():
        made.documents()
        with ThreadPoolExecutor(1) as other:
            assert other.submit(_store_and_ask, made, "water moves").result() > len(known)
        found = ask(made, "water moves", k=20)
    assert [item.element.id for item in found] == [item.element.id for item in known]
    made.close()


def _store_and_ask(store: Store, question: str) -> int:
    """Store one more document, and bring the vectors in memory level with it."""
    embedder = HashEmbedder()
    texts = ["Water moves slowly."]
    reading = make_reading("water.pdf", [element(Kind.TEXT, 1, text) for text in texts])
    vectors = embedder.embed_texts(texts)
    with store.writing() as writer:
        writer.put(reading, [Embedding(embedder.space, np.zeros(1, np.int64), vectors)])
    return len(ask(store, question, k=20))


def test_ordinals_and_sections_are_looked_up(store: Store) -> None:
    assert ask(store, "the second figure", within="pumps.pdf")[0].element.label == "Figure 2"
    assert ask(store, "the last figure", within="pumps.pdf")[0].element.label == "Figure 2"
    found = ask(store, "Section 2?", within="pumps.pdf")
    assert [item.element.headings == ("2 Results",) for item in found] == [
        "section" in item.channels for item in found
    ]


def test_references_are_followed_both_ways(store: Store) -> None:
    found = ask(store, "flow pressure valve opens", within="pumps.pdf")
    assert found[0].element.mentions == ("Figure 2",)
    figure = next(item for item in found if item.element.label == "Figure 2")
    assert 0 < figure.channels["reference"] < found[0].score
    found = ask(store, "discharge curve machine", within="pumps.pdf")
    assert found[0].element.label == "Figure 2"
    passage = next(item for item in found if "Figure 2" in item.element.mentions)
    assert 0 < passage.channels["reference"] < found[0].score


def test_kind_and_document_filters(store: Store) -> None:
    tables = ask(store, "Aarau people in Figure 2 on page 2", kind=Kind.TABLE)
    assert {item.element.kind for item in tables} == {Kind.TABLE}
    inside = ask(store, "Aarau people", within="towns.pdf")
    assert {item.document.path.name for item in inside} == {"towns.pdf"}


def test_order_is_the_same_every_time(store: Store) -> None:
    first = ask(store, "water towns figure")
    assert all(ask(store, "water towns figure") == first for _ in range(3))


def test_k_bounds_the_evidence(store: Store) -> None:
    assert len(ask(store, "pump", k=1)) == 1
    assert ask(store, "pump", k=0) == []


def test_errors(store: Store) -> None:
    with pytest.raises(QuestionError):
        ask(store, "  ")
    with pytest.raises(NotFound, match=r"nothing\.pdf"):
        ask(store, "pump", within="nothing.pdf")

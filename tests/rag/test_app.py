from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import rag as package
from indexes.types import Space
from ingest.errors import IndexMismatch, IndexMissing, NotFound, QuestionError
from rag import Kind, Rag, Settings
from tests.fakes import HashEmbedder, HashModels


def test_public_names() -> None:
    for name in package.__all__:
        assert getattr(package, name).__name__ == name
    assert set(package.__all__) <= set(dir(package))
    assert package.__version__
    with pytest.raises(AttributeError):
        package.nothing  # noqa: B018


def test_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(IndexMissing, match="make one with: rag ingest PATH"):
        Rag.open(create=False)
    with Rag.open() as rag:
        assert rag.index == tmp_path / ".rag"
        with pytest.raises(IndexMissing):
            rag.documents()
        with pytest.raises(IndexMissing):
            rag.ask("anything?")
    assert not rag.index.exists()


def test_the_index_is_found_from_below(
    rag: Rag, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rag.ingest(docs)
    monkeypatch.chdir(docs)
    with Rag.open(create=False) as found:
        assert found.index == rag.index
        assert len(found.documents()) == 2


@pytest.mark.parametrize("question", ["", "  \n", "x" * 10_001])
def test_bad_questions(rag: Rag, question: str) -> None:
    with pytest.raises(QuestionError):
        rag.ask(question)


def test_other_models(rag: Rag, docs: Path, settings: Settings) -> None:
    rag.ingest(docs)

    class OtherEmbedder(HashEmbedder):
        space = Space("text", "other-v2", 64)

    class OtherModels(HashModels):
        def text(self) -> OtherEmbedder:
            return OtherEmbedder()

    with Rag(rag.index, settings, OtherModels()) as other:
        with pytest.raises(IndexMismatch, match="hash-v1"):
            other.ask("a fox?")
        (docs / "new.md").write_text("new")
        with pytest.raises(IndexMismatch):
            other.ingest(docs)
        assert len(other.documents()) == 2  # looking needs no models


def test_search_and_ask(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    first = rag.search("quick brown fox", 3)[0]
    assert (first.number, first.document.path) == (1, docs / "animals.md")
    assert rag.search("price of a pear", kind="table")[0].element.kind is Kind.TABLE
    assert {e.document.path.name for e in rag.search("fox", within="prices*")} == {"prices.md"}
    answer = rag.ask("What does the quick brown fox jump over?")
    assert "lazy dog" in answer.text
    assert answer.cited[0].document.path == docs / "animals.md"
    assert {"load", "retrieve"} <= set(answer.timings)


def test_within_nothing(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    with pytest.raises(NotFound, match=r"matches 'animal\.md'; near: animals\.md"):
        rag.ask("a fox?", within="animal.md")
    with pytest.raises(QuestionError, match="use one of text, table, figure"):
        rag.search("a fox?", kind="video")


def test_elements(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    [document] = rag.find("animals.md")
    [element] = rag.elements(document)
    assert rag.element(element.id[:12]) == (element, document)
    assert element.headings == ("Animals", "Foxes")
    with pytest.raises(NotFound):
        rag.element("0" * 64)


def test_remove(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    with pytest.raises(NotFound):
        rag.remove("animals.md", "nothing*")
    assert len(rag.documents()) == 2
    assert rag.remove("anim*") == [docs / "animals.md"]
    assert [document.path.name for document in rag.documents()] == ["prices.md"]


def test_remove_one_of_two_paths(rag: Rag, docs: Path) -> None:
    twin = docs / "twin.md"
    twin.write_bytes((docs / "animals.md").read_bytes())
    rag.ingest(docs)
    rag.remove(docs / "animals.md")
    [document] = rag.find("twin.md")
    assert (document.path, document.copies) == (twin, ())
    assert rag.remove(document.id) == [twin]


def test_intact(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    [document] = rag.find("animals.md")
    assert rag.intact(document) == docs / "animals.md"
    (docs / "animals.md").write_text("other")
    assert rag.intact(document) is None


def test_status(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    (docs / "animals.md").unlink()
    status = rag.status()
    assert (status.counts.documents, status.counts.passages, status.counts.tables) == (2, 1, 1)
    assert status.gone == (docs / "animals.md",)
    assert status.problems == ()
    assert [space.model for space in status.spaces] == ["hash-v1"]


def test_threads(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: rag.search("fox", 1)[0].element.id, range(40)))
        (docs / "new.md").write_text("# New\n\nNothing of interest.\n")
        searching = [pool.submit(rag.search, "fox", 1) for _ in range(20)]
        rag.ingest(docs)
    assert len(set(found)) == 1
    assert {future.result()[0].element.id for future in searching} == set(found)


def test_close_and_use_again(rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    rag.close()
    assert len(rag.documents()) == 2


def test_settings_of_a_file_beside_the_index(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('ocr = "off"')
    assert Rag.open(tmp_path / ".rag").settings.ocr == "off"
    assert Rag.open(tmp_path / ".rag", settings=Settings()).settings.ocr == "auto"

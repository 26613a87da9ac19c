from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.errors import ConfigError, PathMissing, QuestionError, UnreadableFile
from rag.app import Rag
from rag.config import Settings
from rag.evaluation.judged import read_qrels, read_queries
from tests.fakes import HashModels

PASSAGES = {
    "d/1": ("Foxes", "The quick brown fox jumps over the lazy dog."),
    "d 2": ("Pumps", "The Kestrel pump moves cold water."),
    "d3": ("", "Towns grew slowly beside the river."),
    "d4": ("", ""),
}
QUERIES = {"q1": "brown fox", "q2": "cold water pump", "q3": "river towns", "q4": "never judged"}


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": i, "title": title, "text": text} for i, (title, text) in PASSAGES.items()]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    lines = [json.dumps({"_id": i, "text": text}) for i, text in QUERIES.items()]
    (folder / "queries.jsonl").write_text("\n".join(lines))
    (folder / "qrels/test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td/1\t1\nq2\td 2\t2\nq2\td3\t1\nq3\td3\t0\n"
    )
    return folder


def test_queries(tmp_path: Path) -> None:
    file = tmp_path / "queries.tsv"
    file.write_text("1\tWho?\n2\tWhat is it?\n")
    assert read_queries(file) == {"1": "Who?", "2": "What is it?"}
    file.write_text("1 Who?\n")
    with pytest.raises(UnreadableFile, match="line 1: not an id, a tab and a text"):
        read_queries(file)
    lines = tmp_path / "queries.jsonl"
    lines.write_text('{"id": 7, "question": "Who?"}\n{"_id": 8}\n')
    with pytest.raises(UnreadableFile, match="line 2: no _id or no text"):
        read_queries(lines)


def test_qrels(tmp_path: Path) -> None:
    file = tmp_path / "qrels.txt"
    file.write_text("1 0 my file.pdf:3 2\n1 0 b.pdf -1\n2\t0\tc d.pdf\t1\n")
    assert read_qrels(file) == {"1": {"my file.pdf:3": 2, "b.pdf": -1}, "2": {"c d.pdf": 1}}
    file.write_text("1 0 a.pdf 1\n1 a.pdf\n1 0 a.pdf many\n")
    with pytest.raises(UnreadableFile, match=r"line 2: .*; line 3: "):
        read_qrels(file)
    file.write_text(f"1 0 a --3\n1 0 a \N{SUPERSCRIPT TWO}\n1 0 a {10**20}\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"line 1: .*; line 2: .*; line 3: "):
        read_qrels(file)


def test_a_beir_folder(beir: Path, tmp_path: Path, settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    with Rag(tmp_path / "made", settings, HashModels()) as rag:
        report = rag.evaluate(beir, progress=lambda *step: told.append(step), run=tmp_path / "run")
        before = (tmp_path / "made/corpus.json").stat().st_mtime_ns
        assert rag.evaluate(beir).figures == report.figures
    assert (tmp_path / "made/corpus.json").stat().st_mtime_ns == before  # used as it was
    assert told == [("passages", 3, 3), ("questions", 1, 2), ("questions", 2, 2)]
    assert (report.provenance.kind, report.provenance.documents) == ("beir", 3)
    assert [result.id for result in report.results] == ["q1", "q2"]  # q3: nothing is relevant
    assert report.results[0].found["corpus"][0] == "d/1"
    assert report.value("recall@100") == 1.0
    assert report.value("mrr@10") == 1.0
    run = (tmp_path / "run").read_text().splitlines()
    assert run[0] == "q1 Q0 d/1 1 1.000000 rag"


def test_another_corpus_makes_the_index_again(
    beir: Path, tmp_path: Path, settings: Settings
) -> None:
    with Rag(tmp_path / "made", settings, HashModels()) as rag:
        assert rag.evaluate(beir).value("recall@10") == 1.0
        rows = (beir / "corpus.jsonl").read_text().splitlines()
        (beir / "corpus.jsonl").write_text("\n".join(rows[1:]))
        report = rag.evaluate(beir)
    assert report.provenance.documents == 2
    assert report.value("recall@10") == 0.5


def test_an_index_of_files_is_not_replaced(beir: Path, rag: Rag, docs: Path) -> None:
    rag.ingest(docs)
    with pytest.raises(ConfigError, match="holds something else"):
        rag.evaluate(beir)
    assert len(rag.documents()) == 2


def test_a_folder_that_lacks_a_file(beir: Path, rag: Rag) -> None:
    (beir / "qrels/test.tsv").unlink()
    with pytest.raises(PathMissing, match=r"qrels/test\.tsv: no such file; a BEIR folder has"):
        rag.evaluate(beir)


@pytest.mark.parametrize("name", ["animals.md", "animals.md:1", "element"])
def test_trec_qrels_name_files_pages_or_elements(
    rag: Rag, docs: Path, tmp_path: Path, name: str
) -> None:
    rag.ingest(docs)
    fox = rag.search("fox")[0].element.id if name == "element" else name
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels"
    queries.write_text("1\tquick brown fox\n")
    qrels.write_text(f"1 0 {fox} 1\n1 0 other.pdf 1\n")
    report = rag.evaluate(queries, qrels=qrels)
    assert report.value("ndcg@10") == 1.0
    assert report.results[0].found["corpus"][0] == fox
    assert report.warnings == ("1 judged documents are not in the index, left out: other.pdf",)


def test_qrels_of_other_documents(rag: Rag, docs: Path, tmp_path: Path) -> None:
    rag.ingest(docs)
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels"
    queries.write_text("1\tfox\n")
    qrels.write_text("1 0 other.pdf 1\n")
    with pytest.raises(QuestionError, match=r"none of its relevant documents .*other\.pdf"):
        rag.evaluate(queries, qrels=qrels)
    qrels.write_text("2 0 animals.md 1\n")
    with pytest.raises(UnreadableFile, match="are the ids the same"):
        rag.evaluate(queries, qrels=qrels)


@pytest.mark.parametrize("name", ["copy.md", "copy.md:1"])
def test_a_copy_may_be_judged(rag: Rag, docs: Path, tmp_path: Path, name: str) -> None:
    (docs / "copy.md").write_bytes((docs / "animals.md").read_bytes())
    rag.ingest(docs)
    assert rag.find("copy.md")[0].path.name == "animals.md"
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels"
    queries.write_text("1\tquick brown fox\n")
    qrels.write_text(f"1 0 {name} 1\n")
    assert rag.evaluate(queries, qrels=qrels).value("recall@10") == 1.0


def test_an_index_that_was_stopped_halfway_is_made_again(
    beir: Path, tmp_path: Path, settings: Settings
) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with Rag(tmp_path / "made", settings, HashModels()) as rag:
        with pytest.raises(KeyboardInterrupt):
            rag.evaluate(beir, progress=stop)
        assert rag.evaluate(beir).value("recall@100") == 1.0


def test_a_corpus_that_says_nothing(beir: Path, rag: Rag) -> None:
    (beir / "corpus.jsonl").write_text('{"_id": "a", "text": " "}')
    with pytest.raises(UnreadableFile, match="none of its passages has a title or a text"):
        rag.evaluate(beir)
    (beir / "corpus.jsonl").write_text('{"_id": "", "text": "x"}')
    with pytest.raises(UnreadableFile, match="line 1: no _id"):
        rag.evaluate(beir)
    assert not rag.index.exists()

"""A whole evaluation of a small index, its comparison with another, and what is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import InputError, PathMissing, QuestionError, UnreadableFile
from rag.app import Rag
from rag.config import version
from rag.evaluation.compare import compare
from rag.evaluation.compare_view import shown_comparison
from rag.evaluation.earlier import Earlier, load
from rag.evaluation.measures import LABELS, Score
from rag.evaluation.regression import check, keep
from rag.evaluation.results import Report
from rag.evaluation.saved import save
from rag.evaluation.summary import drawn
from rag.evaluation.view import aligned, shown
from tests.rag.proof.conftest import write_chart

QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "fox",
        "question": "What does the quick brown fox jump over?",
        "answer": "the lazy dog",
        "doc": "animals.md",
        "pages": [1],
        "evidence_type": ["text"],
    },
    {
        "id": "pear",
        "question": "What is the price of the pear fruit?",
        "answer": "4",
        "doc": "prices.md",
        "pages": [1],
        "evidence_type": "table",
    },
    {
        "id": "moon",
        "question": "Which astronaut whistled on Europa yesterday?",
        "answerable": False,
        "doc": "animals.md",
    },
    {"id": "gone", "question": "Who?", "answer": "Me", "doc": "gone.pdf", "pages": [1]},
]


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    file = tmp_path / "qa.jsonl"
    file.write_text("\n".join(map(json.dumps, QUESTIONS)))
    return file


@pytest.fixture
def filled(rag: Rag, docs: Path) -> Rag:
    rag.ingest(docs)
    return rag


@pytest.fixture
def report(filled: Rag, asked: Path) -> Report:
    return filled.evaluate(asked)


def test_what_it_measures(report: Report) -> None:
    fox, pear, moon = report.results
    assert (fox.found["within"], fox.wanted) == (("animals.md:1",), ("animals.md:1",))
    assert set(fox.found["corpus"]) == {"animals.md:1", "prices.md:1"}
    assert fox.scores["within.recall@1"] == fox.scores["corpus.recall@1"] == Score(1.0)
    assert fox.reply is not None
    assert (fox.reply.right, fox.reply.refused, fox.reply.cited) == (True, False, ("animals.md:1",))
    for name in ("answer_told", "answer_cited", "answer_proven", "citation_precision", "verbatim"):
        assert fox.scores[name].value == 1.0, name
    assert pear.scores["answer_seen"] == Score(1.0)
    assert moon.reply is not None
    assert moon.reply.refused
    assert report.value("refusal_recall") == report.value("refusal_f1") == 1.0
    assert report.value("within.recall@1", "table") == 1.0
    assert report.value("within.recall@1", "figure") is None
    assert report.value("citations_resolve") == 1.0
    assert report.value("verbatim_in_file") is None  # no PDF
    assert {figure.measure for figure in report.figures} <= set(LABELS)


def test_what_it_was_made_with(report: Report, asked: Path) -> None:
    made = report.provenance
    assert (made.kind, made.file, made.version) == ("questions", str(asked), version())
    assert (made.documents, made.models["text"]) == (2, "hash-v1")
    assert made.settings["workers"] == 2
    assert len(made.sha256) == 64
    assert report.left_out == {"gone.pdf": 1}
    assert report.warnings == ("not in the index, its questions are left out: gone.pdf (1)",)
    assert {"search within", "search corpus", "retrieve", "generate"} <= set(report.latency)
    assert all(0 < taken.p50 <= taken.p95 for taken in report.latency.values())


def test_progress_and_the_scope_of_answers(filled: Rag, asked: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report = filled.evaluate(asked, scope="corpus", progress=lambda *step: told.append(step))
    assert told == [("questions", n, 3) for n in (1, 2, 3)]
    assert report.provenance.options["scope"] == "corpus"
    assert report.value("within.recall@1") == 1.0  # retrieval is measured in both


def test_a_document_may_be_named_by_its_path_or_a_copy(
    filled: Rag, docs: Path, asked: Path
) -> None:
    (docs / "copy.md").write_bytes((docs / "animals.md").read_bytes())
    filled.ingest(docs)
    rows = [
        {**QUESTIONS[0], "doc": "copy.md"},
        {**QUESTIONS[0], "id": "b", "doc": str(docs / "animals.md")},
    ]
    asked.write_text("\n".join(map(json.dumps, rows)))
    report = filled.evaluate(asked)
    assert [result.wanted for result in report.results] == [("animals.md:1",)] * 2
    assert report.value("within.recall@1") == 1.0


def test_no_question_is_about_the_index(rag: Rag, docs: Path, asked: Path) -> None:
    rag.ingest(docs / "prices.md")
    asked.write_text(json.dumps(QUESTIONS[0]))
    with pytest.raises(QuestionError, match=r"no question is about .*animals\.md \(1\)"):
        rag.evaluate(asked)


def test_written_and_read_again(report: Report, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    save(report, folder)
    earlier = load(folder)
    assert earlier.results == report.results
    assert load(folder / "results.json") == replace(earlier, name=str(folder / "results.json"))
    assert (earlier.sha256, earlier.scope) == (report.provenance.sha256, "within")
    assert "base_url" not in report.provenance.settings  # it may hold a key
    text = (folder / "report.md").read_text()
    assert "| recall@1, within | 1.000 | 1.000–1.000 | 2 | 1.000 | 1.000 |" in text
    assert "(plot.png)" in text
    assert (folder / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_compared_with(tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match=r"results\.json: no such file; rag eval --out"):
        load(tmp_path)
    for text in ('{"results": [{}]}', '{"results": [], "provenance": {}}', "[]", "[" * 100_000):
        (tmp_path / "results.json").write_text(text)
        with pytest.raises(
            UnreadableFile, match="holds no results of rag eval, or those of another"
        ):
            load(tmp_path)


def test_a_comparison_names_what_changed_worst_first(report: Report) -> None:
    fox, pear, moon = report.results
    worse = {"corpus.recall@5": Score(0.0), "answer_told": Score(1.0)}
    before = (
        replace(fox, scores={**fox.scores, "corpus.recall@5": Score(0.0)}),
        replace(pear, scores={**pear.scores, "wrongly_refused": Score(1.0)}),
        replace(moon, id="another"),
    )
    after = replace(
        report,
        results=(
            fox,
            replace(pear, scores={**pear.scores, **worse, "wrongly_refused": Score(1.0)}),
            moon,
        ),
    )
    found = compare(Earlier("before", report.provenance.sha256, "within", before), after)
    assert [(one.after.id, one.gain < 0) for one in found.changed] == [
        ("pear", True),
        ("fox", False),
    ]
    assert found.changed[0].changes["corpus.recall@5"] == -1.0
    assert found.changed[1].changes == {"corpus.recall@5": 1.0}
    assert (found.same, found.only_before, found.only_now) == (0, 1, 1)
    change = next(d for d in found.differences if d.measure == "corpus.recall@5")
    assert change.change.mean == 0.0
    assert not change.is_clear
    assert found.warnings == ()


def test_a_comparison_with_other_questions_says_so(report: Report) -> None:
    found = compare(Earlier("before", "other", "corpus", ()), report)
    assert (found.changed, found.only_now) == ((), 3)
    assert found.warnings[0] == "the two runs have no question in common"
    assert found.warnings[1].startswith("the question files differ")
    assert found.warnings[2] == "answers were sought in another scope before: corpus, now within"


def test_a_missing_question_file(filled: Rag, tmp_path: Path) -> None:
    with pytest.raises(PathMissing, match=r"no\.jsonl: no such file"):
        filled.evaluate(tmp_path / "no.jsonl")


def test_a_question_without_a_gold_answer_is_judged_by_its_pages(filled: Rag, asked: Path) -> None:
    row = {**QUESTIONS[0], "answer": None, "answerable": True}
    asked.write_text(f"{json.dumps(row)}\n{json.dumps(QUESTIONS[2])}")
    report = filled.evaluate(asked)
    fox = report.results[0]
    assert fox.scores["citation_precision"] == Score(1.0)
    assert not {"answer_told", "answer_proven", "brier_told"} & fox.scores.keys()
    assert [one.against for one in report.calibration] == ["cites an evidence page"]


def test_nothing_to_draw(filled: Rag, asked: Path, tmp_path: Path) -> None:
    asked.write_text(json.dumps({**QUESTIONS[2], "answerable": True}))
    report = filled.evaluate(asked)
    (tmp_path / "plot.png").write_bytes(b"of another run")
    save(report, tmp_path)
    assert not (tmp_path / "plot.png").exists()
    assert "plot.png" not in (tmp_path / "report.md").read_text()


def test_questions_about_no_document_are_drawn_alone(report: Report) -> None:
    alone = [replace(one, document="") for one in report.results]
    assert (drawn(alone, "document", 0) == drawn(alone, "question", 0)).all()
    together = drawn([replace(one, document="a.md") for one in report.results], "document", 0)
    assert (together == 1).all()


def test_names_reach_the_terminal_harmless(report: Report) -> None:
    evil = "a\x1b[2Jb.md"
    fox = replace(report.results[0], id=evil, wanted=(f"{evil}:1",), found={"within": (evil,)})
    before = replace(fox, scores={**fox.scores, "corpus.recall@5": Score(0.0)}, found={})
    after = replace(
        report, results=(fox,), provenance=replace(report.provenance, file=f"/x/{evil}")
    )
    comparison = compare(Earlier(evil, "", "within", (before,)), after)
    told = shown(after) + shown_comparison(comparison, aligned)
    assert "\x1b" not in told
    assert "wanted  a\\x1b[2Jb.md:1" in told


def test_an_evaluation_does_not_count_as_asking(
    filled: Rag, asked: Path, docs: Path, tmp_path: Path
) -> None:
    write_chart(docs / "chart.png")
    filled.ingest(docs)
    log = filled.index / "wanted.log"
    filled.evaluate(asked)
    (tmp_path / "queries.tsv").write_text("1\tchart\n")
    (tmp_path / "qrels").write_text("1 0 chart.png 1\n")
    found = filled.evaluate(tmp_path / "queries.tsv", qrels=tmp_path / "qrels").results[0].found
    assert "chart.png" in found["corpus"]
    check(filled, keep(filled, [("What does the chart show?", "")]))
    assert not log.exists()
    filled.search("chart")
    assert log.exists()


def test_a_seed_below_zero(filled: Rag, asked: Path) -> None:
    with pytest.raises(InputError, match="a seed is a whole number from 0, not -1"):
        filled.evaluate(asked, seed=-1)

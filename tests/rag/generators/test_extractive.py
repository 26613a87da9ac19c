from __future__ import annotations

import re

import pytest

from ingest.types import Kind
from rag.generators.extractive import ExtractiveGenerator
from rag.generators.quotes import Form, quotes, table_rows
from rag.types import Context, Evidence
from tests.fakes import HashEmbedder
from tests.rag.corpus import PUMPS, TABLE, TOWNS, element, evidence_of

GENERATOR = ExtractiveGenerator(HashEmbedder())


def write(question: str, evidence: list[Evidence]) -> str:
    return "".join(GENERATOR.generate(Context(question, tuple(evidence))))


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def assert_verbatim(text: str, evidence: list[Evidence]) -> None:
    """Every piece before a [n] is in element n: a row by its cells, all else as it stands."""
    pieces = re.findall(r"(.+?) \[(\d+)\]", text)
    assert pieces
    for piece, number in pieces:
        item = evidence[int(number) - 1].element
        held = flat(f"{item.text}\n{item.caption}")
        cells = re.split(r"; |: ", piece) if item.kind is Kind.TABLE else [piece]
        assert all(flat(cell) in held for cell in cells), piece


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who built the Kestrel pump?", "The Kestrel pump was built by Ada Moore in 1931. [1]"),
        (
            "When was the Kestrel pump built?",
            "The Kestrel pump was built by Ada Moore in 1931. [1]",
        ),
        ("How often should the bearing be oiled?", "Oil the bearing weekly. [5]"),
    ],
)
def test_the_sentence_that_answers_is_quoted(question: str, expected: str) -> None:
    evidence = evidence_of("pumps.pdf", PUMPS)
    text = write(question, evidence)
    assert text.startswith(expected)
    assert_verbatim(text, evidence)


def test_a_table_answers_with_a_row() -> None:
    evidence = evidence_of("towns.pdf", TOWNS)
    text = write("Towns and their people: how many people has Basel?", evidence)
    assert "Town: Basel; People: 173,000 [2]" in text
    assert_verbatim(text, evidence)


def test_a_figure_answers_with_its_caption_and_what_mentions_it() -> None:
    evidence = evidence_of("pumps.pdf", PUMPS[3:4], label=0.1) + [
        Evidence(2, item.element, item.document, 0.1, {"reference": 0.1})
        for item in evidence_of("pumps.pdf", PUMPS[1:2])
    ]
    text = write("What does Figure 2 show?", evidence)
    assert text.startswith("Figure 2: Discharge curve of the machine. [1]")
    assert "as Fig. 2 shows. [2]" in text


@pytest.mark.parametrize(
    "question",
    ["What is the capital of Mongolia?", "qwzx vbnj plok?", "How do I cook risotto?", "Figure 9?"],
)
def test_what_the_evidence_does_not_answer_is_refused(question: str) -> None:
    assert write(question, evidence_of("pumps.pdf", PUMPS)) == ""
    assert write(question, []) == ""


def test_support_falls_with_what_is_cited() -> None:
    context = Context("Who built the Kestrel pump?", tuple(evidence_of("pumps.pdf", PUMPS)))
    good = GENERATOR.support(context, "The Kestrel pump was built by Ada Moore in 1931. [1]")
    poor = GENERATOR.support(context, "Oil the bearing weekly. [5]")
    assert 0.0 <= poor < good <= 1.0
    assert GENERATOR.support(context, "Nothing cited.") == 0.0


def test_a_sources_own_reference_is_no_citation() -> None:
    found = quotes(evidence_of("pumps.pdf", PUMPS[4:]))
    assert [quote.text for quote in found][1] == "Never run the pump dry, see [ 3 ]."


def test_the_same_sentence_is_quoted_once() -> None:
    twice = [element(Kind.TEXT, page, "The Kestrel pump was built in 1931.") for page in (1, 2)]
    text = write("When was the Kestrel pump built?", evidence_of("pumps.pdf", twice))
    assert text == "The Kestrel pump was built in 1931. [1]"


def test_table_rows() -> None:
    assert list(table_rows(TABLE)) == [
        "Town: Aarau; People: 21,500",
        "Town: Basel; People: 173,000",
    ]
    assert list(table_rows("| a \\| b | |\n|---|---|\n| 1 | 2 |")) == ["a | b: 1; 2"]


def test_long_runs_without_sentence_ends_are_cut() -> None:
    words = element(Kind.FIGURE, 1, " ".join(f"w{i}" for i in range(130)))
    found = quotes(evidence_of("pumps.pdf", [words]))
    assert [quote.form for quote in found] == [Form.WORDS] * 3
    assert max(len(quote.text.split()) for quote in found) == 60


def test_signals_tell_one_piece_that_holds_all_from_many_that_hold_some() -> None:
    evidence = evidence_of("pumps.pdf", PUMPS)
    together = GENERATOR.signals(Context("Who built the Kestrel pump?", tuple(evidence)))
    apart = GENERATOR.signals(Context("Which Kestrel bearing valve?", tuple(evidence)))
    assert together is not None
    assert apart is not None
    assert (together.coverage, together.focus) == (1.0, 1.0)
    assert apart.coverage == 1.0
    assert apart.focus == pytest.approx(1 / 3)

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.types import Kind
from rag.answer import answer
from rag.generators.asking import without_instructions
from rag.generators.extractive import ExtractiveGenerator
from rag.generators.quotes import Form, quotes, table_rows
from rag.question import read_question
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
    assert (together.specifics, together.focus) == (1.0, 1.0)
    assert apart.specifics == 1.0
    assert apart.focus == pytest.approx(1 / 3)


def quoted(text: str, kind: Kind = Kind.TEXT) -> list[tuple[Form, str]]:
    found = quotes(evidence_of("pumps.pdf", [element(kind, 1, text)]))
    return [(quote.form, quote.text) for quote in found]


def test_a_list_is_quoted_whole_with_what_leads_in_to_it() -> None:
    text = "Oil these parts every week without fail, in this order:\n• the shaft\n• the wheel"
    assert (
        Form.LIST,
        "Oil these parts every week without fail, in this order: • the shaft • the wheel",
    ) in quoted(text)
    (whole,) = [q for q in quotes(evidence_of("a.pdf", [element(Kind.TEXT, 1, text)])) if q.items]
    assert whole.items == ("the shaft", "the wheel")


def test_lines_that_are_no_sentences_stand_together() -> None:
    slide = "Revised May 2016\n\nProduced by:\n\nDepartment of Health\n\nIt moves cold water."
    assert quoted(slide) == [
        (Form.SENTENCE, "Revised May 2016 Produced by: Department of Health"),
        (Form.SENTENCE, "It moves cold water."),
    ]


def test_a_figures_words_are_cut_between_its_lines() -> None:
    lines = [f"label{n} {'word ' * 24}".strip() for n in range(3)]
    assert [text for _, text in quoted("\n".join(lines), Kind.FIGURE)] == [
        " ".join(lines[:2]),
        lines[2],
    ]


def test_a_rows_group_goes_with_it_and_a_long_row_is_cut_between_cells() -> None:
    table = "| Item | 2023 |\n|---|---|\n| Assets | |\n| Cash | 7 |\n| Stock | 9 |"
    assert list(table_rows(table)) == [
        "Assets; Item: Cash; 2023: 7",
        "Assets; Item: Stock; 2023: 9",
    ]
    long = "word " * 40
    wide = f"| Name | A | B |\n|---|---|---|\n| Basel | {long}| {long}|"
    assert [row.split()[:3] for row in table_rows(wide)] == [
        ["Name:", "Basel;", "A:"],
        ["Name:", "Basel;", "B:"],
    ]


def test_a_header_within_a_table_heads_the_rows_below_it() -> None:
    stacked = "| Town | People | Area |\n|---|---|---|\n| Bern | 134 | 52 |\n"
    stacked += "| Lake | Depth | Width |\n| Thun | 217 | 3 |"
    assert list(table_rows(stacked)) == [
        "Town: Bern; People: 134; Area: 52",
        "Lake: Thun; Depth: 217; Width: 3",
    ]


def test_how_to_write_the_answer_is_no_part_of_the_question() -> None:
    asked = read_question("How deep is the lake? Please write the answer in integer format.")
    assert without_instructions(asked).text == "How deep is the lake?"
    asked = read_question("Give the depth in meters. It lies in Italy.")
    assert without_instructions(asked) is asked


def test_further_quotes_come_from_the_best_ones_page() -> None:
    here = "The Kestrel pump was built in 1931. The Kestrel pump was painted blue later on."
    there = "A Kestrel is a bird and no machine at all, unlike what was painted."
    pages = [element(Kind.TEXT, 1, here), element(Kind.TEXT, 2, there)]
    text = write("When was the Kestrel pump built?", evidence_of("pumps.pdf", pages))
    assert "[1]" in text
    assert "[2]" not in text


def test_threads_do_not_mix_their_questions() -> None:
    towns = [f"Town{n}" for n in range(40)]
    generator = ExtractiveGenerator(HashEmbedder(), wrong_refusals=0.0)

    def asked(town: str) -> tuple[str, str]:
        told = element(Kind.TEXT, 1, f"The bridge of {town} was built by Ada {town}son in 1931.")
        context = Context(f"Who built the bridge of {town}?", tuple(evidence_of("a.pdf", [told])))
        given = answer(context, generator, {})
        assert given.short is not None
        return given.text, given.short.text

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(asked, towns))
    for town, (text, short) in zip(towns, found, strict=True):
        assert text == f"The bridge of {town} was built by Ada {town}son in 1931. [1]"
        assert short == f"Ada {town}son"


def test_a_script_without_spaces_is_compared_by_pairs_of_characters() -> None:
    evidence = tuple(
        evidence_of("bridge.md", [element(Kind.TEXT, 1, "长江大桥于1957年建成，全长1670米。")])
    )
    near, far = (
        GENERATOR.signals(Context(question, evidence))
        for question in ("长江大桥是哪一年建成的？", "北京的人口是多少？")
    )
    assert near is not None
    assert far is not None
    assert (near.focus, far.focus) == (0.5, 0.0)

"""However a model cites, it becomes "[1]"; what only looks like a citation stays."""

from __future__ import annotations

import pytest

from rag.answer import check_citations
from rag.citations import normalised
from tests.rag.corpus import PUMPS, evidence_of

PUMP = evidence_of("pumps.pdf", PUMPS)  # 1 to 5


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("So [1-3].", "So [1][2][3]."),
        ("So [4–9].", "So [4][5]."),
        ("So【1】。", "So[1]。"),
        ("So 【1†source】.", "So [1]."),
        ("So ［1］.", "So [1]."),
        ("So [^1].", "So [1]."),
        ("So [1, p. 1].", "So [1]."),
        ("So [1, pp. 3-4].", "So [1]."),
        ("So [Evidence 1].", "So [1]."),
        ("So [Evidence 1, Evidence 3].", "So [1][3]."),
        ("So [1, and 3].", "So [1][3]."),
        ("So [1; 3].", "So [1][3]."),
        ("So [[1]].", "So [1]."),
        ("So **[1][3]**.", "So [1][3]."),
        ("So ([1]).", "So [1]."),
        ("So [1] (Evidence 2).", "So [1] [2]."),
    ],
)
def test_forms(written: str, meant: str) -> None:
    assert normalised(written, range(1, 6)) == meant
    assert normalised(meant, range(1, 6)) == meant


def test_round_brackets_cite_only_what_is_known_where_nothing_else_is_cited() -> None:
    assert normalised("So (1), and so (1, 3).", range(1, 6)) == "So [1], and so [1][3]."
    for text in ("So (9).", "It has (2) valves [1].", "(1) Oil it.\n(2) Run it.", "f(1) is so."):
        assert normalised(text, range(1, 6)) == text


@pytest.mark.parametrize(
    "text", ["[sic]", "[p. 3]", "[2015 restated]", "[1](https://a.org)", "x [a1]", "[ ]"]
)
def test_other_brackets_stay(text: str) -> None:
    assert normalised(f"It {text} is.", range(1, 6)) == f"It {text} is."


def test_a_line_keeps_the_citation_that_it_begins_with() -> None:
    assert normalised("[1] One.\n[3] Two. Three.", range(1, 6)) == "One [1].\nTwo [3]. Three."
    assert normalised("- [1] One\n- [2][3]: Two", range(1, 6)) == "- One [1]\n- Two [2][3]"
    for text in ("One.\n[1]\n\nTwo [2].", "[1] and [2] say so.", "One.\n[1] Two [2]."):
        assert normalised(text, range(1, 6)) == text


def test_checked_text_keeps_its_lines_and_numbers_that_exist() -> None:
    assert check_citations("[1] One.\n[3] Two.\n[9]", PUMP) == ("One [1].\nTwo [3].", [1, 3])
    assert check_citations("One【4】。\n[Evidence 2]", PUMP) == ("One [4]。\n[2]", [4, 2])
    assert check_citations("One [7-9].", PUMP) == ("One.", [])

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.answer import REFUSAL, answer, check_citations
from rag.types import Context
from tests.rag.corpus import PUMPS, evidence_of


@dataclass(frozen=True)
class Says:
    """A generator that writes a given text."""

    text: str

    def generate(self, context: Context) -> Iterator[str]:
        yield from self.text

    def support(self, context: Context, text: str) -> float:
        return 0.75


EVIDENCE = evidence_of("pumps.pdf", PUMPS)


def test_citations_are_parsed_in_order_of_first_use() -> None:
    given = answer("Who?", EVIDENCE, Says("Ada built it [3]. In 1931 [1][3]."), {"retrieve": 0.5})
    assert [item.number for item in given.cited] == [3, 1]
    assert given.text == "Ada built it [3]. In 1931 [1][3]."
    assert (given.refused, given.support) == (False, 0.75)
    assert given.timings["retrieve"] == 0.5
    assert given.timings["generate"] >= 0


def test_citations_of_nothing_are_struck_out() -> None:
    assert check_citations("One [9]. Two [1, 7]. Three[2].", EVIDENCE) == (
        "One. Two [1]. Three [2].",
        [1, 2],
    )


def test_nothing_written_or_cited_is_a_refusal_that_keeps_the_evidence() -> None:
    for text in ("", "It is so.", "It is so [12]."):
        given = answer("Who?", EVIDENCE, Says(text), {})
        assert (given.text, given.refused, given.support) == (REFUSAL, True, 0.0)
        assert given.cited == ()
        assert len(given.evidence) == len(EVIDENCE)

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.answer import REFUSAL, answer, check_citations
from rag.types import Context
from tests.rag.corpus import PUMPS, evidence_of


@dataclass
class Says:
    """A generator that writes a given text, and then given others when asked to revise it."""

    text: str
    then: str | None = None
    verbatim: bool = True
    asked: list[Sequence[str]] = field(default_factory=list)

    def generate(self, context: Context) -> Iterator[str]:
        yield from self.text

    def revise(self, context: Context, text: str, problems: Sequence[str]) -> str | None:
        self.asked.append(problems)
        return self.then

    def support(self, context: Context, text: str) -> float:
        return 0.75


EVIDENCE = tuple(evidence_of("pumps.pdf", PUMPS))
CONTEXT = Context("Who?", EVIDENCE)


def test_citations_are_parsed_in_order_of_first_use() -> None:
    given = answer(CONTEXT, Says("Ada built it [3]. In 1931 [1][3]."), {"retrieve": 0.5})
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
        given = answer(CONTEXT, Says(text), {})
        assert (given.text, given.refused, given.support) == (REFUSAL, True, 0.0)
        assert given.cited == ()
        assert len(given.evidence) == len(EVIDENCE)


def test_the_draft_is_told_piece_by_piece() -> None:
    heard: list[str] = []
    answer(CONTEXT, Says("So [1]."), {}, heard.append)
    assert "".join(heard) == "So [1]."
    assert len(heard) == 7


def test_what_is_not_borne_out_is_given_back_once() -> None:
    wrong, right = "It was built in 1999 [1].", "It was built in 1931 [1]."
    evidence = tuple(
        item for item in EVIDENCE if "1931" in item.element.text or "1931" in item.element.caption
    )
    right = right.replace("[1]", f"[{evidence[0].number}]")
    wrong = wrong.replace("[1]", f"[{evidence[0].number}]")
    writer = Says(wrong, right, verbatim=False)
    given = answer(CONTEXT, writer, {})
    assert (given.text, given.unsupported) == (right, ())
    assert len(writer.asked) == 1
    assert "1999 is not in" in writer.asked[0][0]


def test_what_remains_wrong_is_named() -> None:
    wrong = f"It was built in 1999 [{EVIDENCE[0].number}]."
    given = answer(CONTEXT, Says(wrong, verbatim=False), {})
    assert (given.text, given.unsupported, given.refused) == (wrong, (wrong,), False)


def test_a_revision_that_is_worse_is_not_taken() -> None:
    first = EVIDENCE[0].number
    draft = f"It is there [{first}]. It was built in 1999 [{first}]."
    worse = f"In 1998 [{first}]. In 1999 [{first}]. In 2001 [{first}]."
    given = answer(CONTEXT, Says(draft, worse, verbatim=False), {})
    assert given.text == draft


def test_a_revision_may_refuse_what_was_wrong_altogether() -> None:
    given = answer(CONTEXT, Says("It was 1999 [1].", "", verbatim=False), {})
    assert given.refused


def test_a_refusal_does_not_take_away_what_was_borne_out() -> None:
    draft = "Ada Moore built it [1]. It was 1999 [1]."
    given = answer(CONTEXT, Says(draft, "", verbatim=False), {})
    assert (given.text, given.unsupported) == (draft, ("It was 1999 [1].",))


def test_a_quotes_own_brackets_are_left_alone() -> None:
    plain = "As in (Source 3) and clause (2) of the act [1]."
    given = answer(CONTEXT, Says(plain), {})
    assert given.text == plain
    assert [item.number for item in given.cited] == [1]

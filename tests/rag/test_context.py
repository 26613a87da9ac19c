from __future__ import annotations

from rag.context import build_context, tokens
from tests.rag.corpus import PUMPS, evidence_of


def test_evidence_is_kept_best_first_inside_the_budget() -> None:
    evidence = evidence_of("pumps.pdf", PUMPS)
    budget = tokens(evidence[0]) + tokens(evidence[1])
    assert build_context("Who?", evidence, token_budget=budget).evidence == tuple(evidence[:2])


def test_one_piece_is_kept_whatever_it_costs() -> None:
    evidence = evidence_of("pumps.pdf", PUMPS)
    assert len(build_context("Who?", evidence, token_budget=1).evidence) == 1
    assert build_context("Who?", []).evidence == ()

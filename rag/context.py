"""Evidence → what a generator sees, within a token budget."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.types import Context, Evidence

TOKEN_BUDGET = 8_000
IMAGE_TOKENS = 1_000  # about what a vision-language model spends on one figure
_CHARACTERS = 4  # of English a token


def build_context(
    question: str,
    evidence: Sequence[Evidence],
    *,
    image: Path | None = None,
    token_budget: int = TOKEN_BUDGET,
) -> Context:
    """The evidence that fits the budget, best first; at least one piece, if there is any.

    Numbers are kept, so that [n] means the same before and after.
    """
    kept: list[Evidence] = []
    spent = 0
    for item in evidence:
        spent += tokens(item)
        if kept and spent > token_budget:
            break
        kept.append(item)
    return Context(question, tuple(kept), image)


def tokens(evidence: Evidence) -> int:
    """About how many tokens a model needs for this evidence, its picture included."""
    element = evidence.element
    letters = len(element.text) + len(element.caption) + sum(map(len, element.headings))
    return letters // _CHARACTERS + IMAGE_TOKENS * (element.image_path is not None)

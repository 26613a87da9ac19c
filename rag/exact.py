"""What of a question stands word for word in a text: phrases, numbers, names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from indexes.lexical import query_terms, terms
from rag.question import Question

Term = TypeVar("Term", bound=Hashable)

_NAME = re.compile(r"(?<!^)\b[A-Z][\w&-]+")  # capitalised, but for the first word


def exact_matches(
    asked: Question, texts: Mapping[int, Sequence[str]]
) -> dict[int, dict[str, float]]:
    """By key: the shares, 0 to 1, of a question's phrases, numbers and names that a text holds.

    `texts` are terms in their order. A phrase is two words of the question side by side, not both
    of them stop words. The rarer a term is among the texts, the more it counts. Shares of nothing,
    and of 0, are left out.
    """
    holders = Counter(term for text in texts.values() for term in set(text))
    weights = {
        term: math.log(1 + (len(texts) - holders[term] + 0.5) / (holders[term] + 0.5))
        for term in query_terms(asked.query)
    }
    pairs = [pair for pair in pairwise(terms(asked.text)) if any(term in weights for term in pair)]
    numbers = [term for term in weights if any(letter.isdigit() for letter in term)]
    names = [term for term in terms(" ".join(_NAME.findall(asked.text))) if term in weights]
    phrases = {pair: sum(weights.get(term, 0.0) for term in pair) for pair in pairs}
    found: dict[int, dict[str, float]] = {}
    for key, text in texts.items():
        held = set(text)
        shares = {
            "phrase": _share(phrases, set(pairwise(text))),
            "number": _share({term: weights[term] for term in numbers}, held),
            "name": _share({term: weights[term] for term in names}, held),
        }
        found[key] = {name: share for name, share in shares.items() if share}
    return found


def _share(wanted: Mapping[Term, float], held: Collection[Term]) -> float:
    total = sum(wanted.values())
    return sum(weight for one, weight in wanted.items() if one in held) / total if total else 0.0

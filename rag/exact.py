"""What of a question stands word for word in a text: phrases, numbers, names."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from indexes.lexical import query_terms, terms
from rag.question import Question

Term = TypeVar("Term", bound=Hashable)

_NAME = re.compile(r"(?<!^)\b[A-ZÀ-ÖØ-Þ][\w&-]+")  # capitalised, but for the first word


def exact_matches(asked: Question, texts: Mapping[int, str]) -> dict[int, dict[str, float]]:
    """By key: the shares, 0 to 1, of a question's phrases, numbers and names that a text holds.

    `texts` are terms with spaces between them. A phrase is two words of the question side by side,
    not both of them stop words. The rarer a term is among the texts, the more it counts. Shares of
    nothing, and of 0, are left out.
    """
    held = {key: frozenset(text.split()) for key, text in texts.items()}
    weights = _weights(query_terms(asked.query), list(held.values()))
    pairs = [pair for pair in pairwise(terms(asked.text)) if any(term in weights for term in pair)]
    phrases = {pair: sum(weights.get(term, 0.0) for term in pair) for pair in pairs}
    numbers = {term: w for term, w in weights.items() if any(letter.isdigit() for letter in term)}
    named = set(terms(" ".join(_NAME.findall(asked.text))))
    names = {term: w for term, w in weights.items() if term in named}
    found: dict[int, dict[str, float]] = {}
    written = {pair: f" {pair[0]} {pair[1]} " for pair in phrases}
    for key, text in texts.items():
        padded, words = f" {text} ", held[key]
        together = [pair for pair in phrases if pair[0] in words and pair[1] in words]
        side_by_side = {pair for pair in together if written[pair] in padded}
        shares = {
            "phrase": _share(phrases, side_by_side),
            "number": _share(numbers, words),
            "name": _share(names, words),
        }
        found[key] = {name: share for name, share in shares.items() if share}
    return found


def _weights(wanted: Sequence[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = {term: sum(term in text for text in texts) for term in wanted}
    return {
        term: math.log(1 + (len(texts) - count + 0.5) / (count + 0.5))
        for term, count in counts.items()
    }


def _share(wanted: Mapping[Term, float], held: Collection[Term]) -> float:
    found = sum(weight for one, weight in wanted.items() if one in held)
    return found / sum(wanted.values()) if found else 0.0

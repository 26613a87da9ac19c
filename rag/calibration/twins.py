"""Impossible twins: a question with one thing changed so that no document asked answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from rag.calibration.making import Made

Holds = Callable[[str], bool]
"""Whether the documents asked hold a name or number."""

# For documents that have no other documents to take names from.
_NAMES = (
    *("Ouagadougou", "Reykjavik", "Tasmania", "Bolivia", "Saskatchewan", "Montenegro", "Zanzibar"),
    *("Patagonia", "Svalbard", "Okonkwo", "Lindqvist", "Takahashi", "Brzezinski", "Halloran"),
    *("Vasquez", "Nakamura", "Petrov", "Anselmo", "Halcyon", "Corvus", "Tungsten", "Obsidian"),
)
_FAR = 40  # how far a year or a number is moved at most


def twin_of(made: Made, others: Sequence[Made], holds: Holds, random: Random) -> Made | None:
    """The question with another key; None where none is found that the documents lack.

    `others`: questions of other documents, whose keys are tried first.
    """
    for key in _keys(made, others, random):
        if key != made.key and not holds(key):
            question = made.question.replace(made.key, key)
            return replace(made, question=question, key=key, pages=(), answerable=False)
    return None


def _keys(made: Made, others: Sequence[Made], random: Random) -> list[str]:
    key = made.key
    if made.form == "label":
        kind, _, number = key.rpartition(" ")
        first = int(re.sub(r"\D", "", number) or 1) + 1
        return [f"{kind} {n}" for n in range(first + 1, first + _FAR)]
    if key.isdigit():
        moved = [int(key) + step for step in range(-_FAR, _FAR + 1) if step]
        random.shuffle(moved)
        return [str(number) for number in moved if number > 0]
    alike = [other.key for other in others if other.form == made.form and _is_alike(other.key, key)]
    random.shuffle(alike)
    return [*alike[:_FAR], *random.sample(_NAMES, len(_NAMES))]


def _is_alike(other: str, key: str) -> bool:
    return not other.isdigit() and other[0].isupper() == key[0].isupper()

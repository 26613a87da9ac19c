"""What a hostile file is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

Expected = Literal["ok", "partial", "skipped", "failed", "any"]
Scale = Literal["quick", "full"]


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a family makes: its name in the family's folder, its bytes, what is expected."""

    name: str
    data: bytes
    kind: str
    expected: Expected = "any"
    phrase: str = ""  # that must be found; then the file must be "ok" or "partial"


@dataclass(frozen=True, slots=True)
class HostileFile:
    """A file as it lies on the disk."""

    path: Path
    kind: str  # family and what is wrong with it: "pdfs/page-tree-loop"
    expected: Expected  # the outcome; "any" where several are right
    phrase: str = ""


_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


def phrase(rng: Random) -> str:
    """Words that stand nowhere else: "the harbour keeps kolumabedi"."""
    return "the harbour keeps " + "".join(rng.choice(_SYLLABLES) for _ in range(6))


def sentences(said: str) -> str:
    """A short paragraph around a phrase."""
    return f"In the north {said} through every winter. The keepers count it twice a year."

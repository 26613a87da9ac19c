"""How to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Scope = Literal["within", "corpus"]
Resample = Literal["question", "document"]
Progressing = Callable[[str, int, int], None]
"""Progress: what is done ("questions", "passages"), how many, of how many."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller of an evaluation may choose."""

    qrels: Path | None = None  # TREC's: then the file holds queries
    run: Path | None = None  # where to write a TREC run
    scope: Scope = "within"  # where answers are sought: the question's document, or the index
    resample: Resample = "question"  # what the bootstrap draws
    seed: int = 0

"""What the check of a bundle finds: the bundle, its files, its evidence, its sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rag.proof.sources import SourceCheck, SourceState


class Standing(StrEnum):
    """Where a piece of evidence stands now."""

    HERE = "here"  # its words are at its page and in its box
    BY_HASH = "by hash"  # the file is the same; its words cannot be looked for in it
    ELSEWHERE = "elsewhere"  # in a changed file, at another place
    GONE = "gone"
    UNKNOWN = "unknown"  # there is no file to look into


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What the answer quotes of a piece of evidence, and where it stands now."""

    text: str
    standing: Standing
    where: str = ""  # "page 5" when it stands elsewhere


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """A piece of evidence, looked for again."""

    number: int
    source: str  # its file's name
    page: int | None
    standing: Standing  # of its whole text; in a changed file of the quotes, if there are any
    where: str
    quotes: tuple[QuoteCheck, ...]
    holds: bool  # its file is unchanged, and says it
    note: str = ""


@dataclass(frozen=True, slots=True)
class BundleCheck:
    """All that the check of a bundle found."""

    path: Path
    created: str
    question: str
    answer: str
    refused: bool
    damage: tuple[str, ...]  # what is wrong with the bundle itself; () when nothing is
    unfounded: tuple[str, ...]  # sentences that their evidence does not bear out, not known as such
    sentences: int
    pictures: tuple[str, ...] | None  # entries that are not what their files show; None: they were
    # drawn by other versions of the software and are not compared
    sources: tuple[SourceCheck, ...]
    evidence: tuple[EvidenceCheck, ...]

    @property
    def holds(self) -> bool:
        """Whether the bundle is whole, its files are unchanged, and they say what it quotes."""
        return not self.problems

    @property
    def problems(self) -> tuple[str, ...]:
        """What does not hold, a line each."""
        files = [f"{s.name} is {s.state}" for s in self.sources if s.state != SourceState.INTACT]
        intact = {s.name for s in self.sources if s.state == SourceState.INTACT}
        said = [
            f"[{e.number}] does not stand in {e.source}"
            for e in self.evidence
            if not e.holds and e.source in intact
        ]
        sentences = [f"not in its evidence: {text}" for text in self.unfounded]
        pictures = [f"{name} is not what its file shows" for name in self.pictures or ()]
        return (*self.damage, *sentences, *files, *said, *pictures)

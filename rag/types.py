"""What a question gives: evidence, the context a generator sees, and the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ingest.types import Document, Element, Kind

if TYPE_CHECKING:
    from rag.held import Held


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the index a question is about; empty means all of it."""

    within: str | None = None  # a path, a document id or its start, or a glob
    kind: Kind | None = None
    figure_type: str | None = None  # a type's name: "pie chart"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One element offered as evidence."""

    number: int  # the [n] an answer cites, from 1
    element: Element
    document: Document
    score: float  # fused; higher is better
    channels: Mapping[str, float] = field(default_factory=dict)  # what each channel gave


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Context:
    """All that a generator may use."""

    question: str
    evidence: tuple[Evidence, ...]
    image: Path | None = None  # a picture that is part of the question
    history: tuple[Turn, ...] = ()  # earlier turns of the conversation, oldest first
    held: Held | None = None  # what the documents asked hold of the question; None: not looked up


@dataclass(frozen=True, slots=True)
class Side:
    """What one piece of evidence tells, where another tells otherwise."""

    number: int  # of the evidence, as in [n]
    value: str  # as written: "12", "$6.8 billion", "May 2016"
    quote: str  # the sentence, row or label that tells it
    edition: str = ""  # "2023", where the two are editions of one document


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two pieces of evidence that tell different values of one quantity."""

    sides: tuple[Side, Side]  # of editions the newer first, else the better evidence first


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The answer in a word: taken out of the quotes, or worked out from numbers in them.

    `how`: "cell", "number", "date", "name" or "list" where it stands in the evidence as it is;
    "count", "sum", "difference", "change" or "comparison" where it is worked out.
    """

    text: str
    number: int  # of the evidence, as in [n]
    how: str
    steps: tuple[str, ...]  # what it is taken from, verbatim: "row; column: cell", or the quote


@dataclass(frozen=True, slots=True)
class Answer:
    """A grounded answer: every sentence of its text ends in [n]."""

    question: str
    text: str
    evidence: tuple[Evidence, ...]  # all that the generator saw
    cited: tuple[Evidence, ...]  # what the text uses, in order of first use
    refused: bool  # the evidence does not support an answer
    support: float  # 0 to 1: how well the evidence supports the text
    timings: Mapping[str, float]  # seconds per stage
    unsupported: tuple[str, ...] = ()  # sentences that their citations do not bear out
    disagreements: tuple[Disagreement, ...] = ()  # where the evidence gives different numbers
    short: ShortAnswer | None = None  # of quotes only; None when it would be a guess


class Reranker(Protocol):
    """Reads a question beside each piece of evidence."""

    def scores(self, question: str, evidence: Sequence[Evidence]) -> list[float]: ...


class Generator(Protocol):
    """Writes an answer from a context, streamed; yields nothing to refuse.

    `verbatim`: its sentences are the evidence's own, so that there is nothing to check. `revise`
    gives a better text, "" to refuse after all, or None when it has none.
    """

    verbatim: bool

    def generate(self, context: Context) -> Iterator[str]: ...
    def revise(self, context: Context, text: str, problems: Sequence[str]) -> str | None: ...
    def support(self, context: Context, text: str) -> float: ...


@runtime_checkable
class Concise(Protocol):
    """A generator that can also say in a word what its text answers; None when unsure."""

    def short(self, context: Context, text: str) -> ShortAnswer | None: ...

"""Where the evidence for a question disagrees in its numbers or dates.

Two pieces disagree when they tell different numbers for one quantity: the same subject, the same
unit, the same period, or editions of one document. Rounding and scale are no disagreement. Few
are found rather than wrong ones: what differs in a name, a group or a period is another quantity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from rag.contradictions.editions import are_editions, edition
from rag.contradictions.passages import Passage, passages
from rag.question import Question, Wants, read_question
from rag.types import Disagreement, Evidence, Side

if TYPE_CHECKING:
    from rag.contradictions.comparing import Pair
    from rag.contradictions.numbers import Told

MOST = 3  # disagreements that are told
_NO_NUMBER = (Wants.NAME, Wants.FIGURE)  # what is asked for when no number is


def disagreements(question: str, evidence: Sequence[Evidence]) -> tuple[Disagreement, ...]:
    """What the evidence tells differently of what is asked, the best evidence first.

    Each has two sides, of editions the newer first. () where a question asks for no number.
    """
    asked = read_question(question)
    if asked.wants in _NO_NUMBER:
        return ()
    found = passages(asked, evidence)
    if len({passage.element for passage in found}) < 2:
        return ()
    pairs = _dates_apart(found) if asked.wants is Wants.DATE else _numbers_apart(found)
    told = [pair for pair in pairs if pair and not _is_settled(asked, pair)]
    return tuple(dict.fromkeys(map(_disagreement, told)))[:MOST]


def _numbers_apart(found: Sequence[Passage]) -> Iterator[Pair]:
    from rag.contradictions.comparing import difference, may_differ
    from rag.contradictions.numbers import numbers_in, same

    read = cache(numbers_in)
    told = (difference(a, b, read) for a, b in combinations(found, 2) if may_differ(a, b))
    pairs = [pair for pair in told if pair]
    # What one table bears out is no disagreement with a row of that name in another table.
    agreed = {one.passage for one, other in pairs if same(one, other)}
    for one, other in pairs:
        if not {one.passage, other.passage} & agreed:
            yield one, other


def _dates_apart(found: Sequence[Passage]) -> Iterator[Pair | None]:
    from rag.contradictions.comparing import of_one_question
    from rag.contradictions.dates import date_difference

    for one, other in combinations(found, 2):
        if of_one_question(one, other):
            yield date_difference(one, other)


def _is_settled(asked: Question, pair: Pair) -> bool:
    """Whether the question names one of two editions; a year in both quotes is none."""
    documents = [told.passage.quote.source.document for told in pair]
    if not are_editions(*documents):
        return False
    common = pair[0].passage.periods & pair[1].passage.periods
    names = {edition(document)[1] for document in documents} - common
    return sum(name in asked.text for name in names) == 1


def _disagreement(pair: Pair) -> Disagreement:
    documents = [told.passage.quote.source.document for told in pair]
    if not are_editions(*documents):
        return Disagreement((_side(pair[0]), _side(pair[1])))
    newer = edition(documents[0])[0] >= edition(documents[1])[0]
    first, second = pair if newer else (pair[1], pair[0])
    return Disagreement((_side(first, editions=True), _side(second, editions=True)))


def _side(told: Told, *, editions: bool = False) -> Side:
    quote = told.passage.quote
    name = edition(quote.source.document)[1] if editions else ""
    return Side(quote.source.number, told.text, quote.text, name)

"""What the documents asked hold of a question: its names and numbers, its phrases."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexes.lexical import terms
from rag.question import Question
from rag.support import named, text_of
from rag.wording import Forms, Word, wording

if TYPE_CHECKING:
    from indexes.store import Store
    from ingest.types import Document
    from rag.types import Evidence

MOST_DOCUMENTS = 16  # among more, what a label or a page number names is not looked up
_NEARBY = 4  # as in indexes.occurring
_FIRST_LABELS = range(1, 10)
_ALIKE = 0.84  # of two spellings of a name
_SHORTEST = 5  # letters of a name that may be misspelt

Occurring = Callable[[Sequence[Forms]], list[bool]]


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in the documents, each from 0 to 1; 1 where the question has nothing such."""

    specifics: float  # its names, numbers, labels and pages: 1 all, 0.5 all but one, 0 fewer
    pairs: float  # share of its neighbouring words that stand near each other; 0.5 without any


def held_in(
    store: Store,
    asked: Question,
    documents: Sequence[Document] | None,
    evidence: Sequence[Evidence],
) -> Held:
    """What these documents, or all for None, hold; a few look-ups in the word index.

    A name that differs by a letter or two from one in the evidence counts as held.
    """
    ids = None if documents is None else [document.id for document in documents]
    among = store.documents() if documents is None else documents
    gone = 0
    if len(among) <= MOST_DOCUMENTS:
        gone = _labels_gone(store, asked, among) + _pages_gone(store, asked, among)
    return _held(asked, lambda wanted: store.occurring(wanted, ids), evidence, gone)


def held_by(asked: Question, evidence: Sequence[Evidence]) -> Held:
    """What the evidence holds, for want of a store."""
    texts = [terms(text_of(item)) for item in evidence]
    gone = int(named(asked, evidence) == 0.0)
    return _held(asked, lambda wanted: [_stands(one, texts) for one in wanted], evidence, gone)


def _held(asked: Question, occurring: Occurring, evidence: Sequence[Evidence], gone: int) -> Held:
    said = wording(asked)
    specific = [word for word in said.words if word.specific]
    pairs = [_together(*pair) for pair in said.pairs]
    found = occurring([*(word.forms for word in specific), *pairs])
    missing = [word for word, is_there in zip(specific, found, strict=False) if not is_there]
    if missing:
        spelt = {word.lower() for item in evidence for word in re.findall(r"\w+", text_of(item))}
        missing = [word for word in missing if not _is_spelt_otherwise(word, spelt)]
    absent = gone + len(missing)
    near = found[len(specific) :]
    return Held(
        specifics=max(0.0, 1.0 - absent / 2),
        pairs=sum(near) / len(near) if near else 0.5,
    )


def _together(first: Word, second: Word) -> Forms:
    return tuple((*one, *other) for one in first.forms for other in second.forms)


def _stands(forms: Forms, texts: Sequence[Sequence[str]]) -> bool:
    return any(_near(group, text) for group in forms for text in texts)


def _near(group: Sequence[str], text: Sequence[str]) -> bool:
    """Whether the terms stand close together, in any order."""
    reach = len(group) + _NEARBY
    starts = [place for place, term in enumerate(text) if term == group[0]]
    return any(set(group) <= set(text[max(0, at - reach) : at + reach]) for at in starts)


def _is_spelt_otherwise(word: Word, spelt: set[str]) -> bool:
    """Whether the evidence has the word, in a file's name or but for a typing error."""
    lower = word.text.lower()
    if lower in spelt:
        return True
    if len(lower) < _SHORTEST or any(letter.isdigit() for letter in lower):
        return False
    from difflib import get_close_matches

    near = [other for other in spelt if other[0] == lower[0] and abs(len(other) - len(lower)) < 3]
    return bool(get_close_matches(lower, near, 1, _ALIKE))


def _labels_gone(store: Store, asked: Question, documents: Sequence[Document]) -> int:
    """1 if no document has what is named ("Figure 7"), though they label things of that kind."""
    if not asked.labels:
        return 0
    wanted = [(document.id, label) for document in documents for label in asked.labels]
    if any(store.labelled(wanted).values()) or any(store.mentioning(wanted).values()):
        return 0
    kinds = {label.split()[0] for label in asked.labels}
    others = [
        (document.id, f"{kind} {number}")
        for document in documents
        for kind in kinds
        for number in _FIRST_LABELS
    ]
    return int(any(store.labelled(others).values()))


def _pages_gone(store: Store, asked: Question, documents: Sequence[Document]) -> int:
    """1 if all pages named are beyond the last one, and no page bears such a number, either."""
    printed = store.printed([(d.id, name) for d in documents for name in asked.page_names])
    if any(printed.values()):
        return 0
    last = max((document.page_count for document in documents), default=0)
    if not asked.pages or any(abs(page) <= last for page in asked.pages):
        return 0
    ids = [document.id for document in documents]
    return int(not any(store.occurring([((str(abs(page)),),) for page in asked.pages], ids)))

"""Questions made from documents without a model, each with the page that answers it.

A table gives "What is the <column> of <row>?", a caption "What does Figure 3 show?", a sentence
with a number "How many …?" or "When …?", another one a question by some of its words. Some words
are left out each time, for people do not ask in the words of a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from ingest.types import Document, Element, Kind
from rag.markdown_tables import cells
from rag.sentences import sentences
from rag.words import STOP

KEPT = 0.6  # share of a sentence's words with a meaning that a question keeps
LONGEST = 12  # words of it that a question keeps
_FEWEST, _MOST = 6, 40  # words of a sentence that questions are made of
_MOST_OF_PROSE = 3  # questions of one passage
_CELL = re.compile(r"[^\W\d_][\w ,.&/()'’-]{2,60}")  # that names a row or a column
_YEAR = re.compile(r"\b(?:in|since|by|of|for|until) ((?:19|20)\d\d)\b")
_COUNT = re.compile(r"(?<![\w.,$€£])(\d{1,3}(?:,\d{3})+|\d+)\s+(?!and\b|to\b|of\b)([a-z]{3,}s)\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w&-]+")


@dataclass(frozen=True, slots=True)
class Made:
    """A question that a document answers, or its impossible twin."""

    question: str
    document: str  # file name
    pages: tuple[tuple[str, int], ...]  # where its answer stands
    form: str  # "table", "label", "count", "date", "words"
    key: str  # what makes it this question: a row, a label, a year, a name; a twin has another
    answerable: bool = True


Asked = tuple[str, str, str]
"""Form, question and key."""


def questions_of(
    document: Document, elements: Sequence[Element], count: int, random: Random
) -> list[Made]:
    """At most so many questions, spread over the document and over the forms."""
    places = list(elements)
    random.shuffle(places)
    by_form: dict[str, list[Made]] = {}
    for element in places:
        for form, question, key in _of_element(element, random):
            page = (document.path.name, element.place.page or 1)
            made = Made(question, document.path.name, (page,), form, key)
            by_form.setdefault(form, []).append(made)
        if min(map(len, by_form.values()), default=0) > count:
            break
    found: dict[str, Made] = {}
    while any(by_form.values()) and len(found) < count:
        for held in by_form.values():
            if held and len(found) < count:
                one = held.pop(0)
                found.setdefault(one.question, one)
    return list(found.values())


def _of_element(element: Element, random: Random) -> Iterator[Asked]:
    if element.label and element.caption:
        form = random.choice(("What does {} show?", "What is the title of {}?"))
        yield "label", form.format(element.label), element.label
    if element.kind is Kind.TABLE:
        yield from _of_table(element, random)
    elif element.kind is Kind.TEXT:
        yield from _of_prose(element, random)


def _of_table(element: Element, random: Random) -> Iterator[Asked]:
    rows = cells(element.text)
    pairs = [
        (column, row[0])
        for row in rows[1:]
        for column, cell in zip(rows[0][1:], row[1:], strict=False)
        if cell and _CELL.fullmatch(column) and _CELL.fullmatch(row[0])
    ]
    if pairs:
        column, row = random.choice(pairs)
        yield "table", f"What is the {column} of {row}?", row


def _of_prose(element: Element, random: Random) -> Iterator[Asked]:
    """One question of some of the sentences."""
    found = [one for one in sentences(element.text) if _FEWEST <= len(one.split()) <= _MOST]
    random.shuffle(found)
    asked = (list(_of_sentence(sentence, random)) for sentence in found)
    yield from islice((random.choice(options) for options in asked if options), _MOST_OF_PROSE)


def _of_sentence(sentence: str, random: Random) -> Iterator[Asked]:
    """What can be asked of a sentence. The key stays in the question; the answer does not."""
    names = _NAME.findall(sentence)
    years = [match[1] for match in _YEAR.finditer(sentence)]
    if match := _COUNT.search(sentence):
        rest = f"{sentence[: match.start()]} {sentence[match.end() :]}"
        key = random.choice([*names, *years, match[2]])
        yield "count", f"How many {match[2]} {_some(rest, key, random)}?", key
    if years and names:
        key = random.choice(names)
        rest = _YEAR.sub("", sentence, count=1)
        yield "date", f"In which year {_some(rest, key, random)}?", key
    if names or years:
        key = random.choice(names + years)
        start = random.choice(("What is said about", "What about", "What is reported on"))
        yield "words", f"{start} {_some(sentence, key, random)}?", key


def _some(sentence: str, key: str, random: Random) -> str:
    """Some of a sentence's words in their order, near the key, which is always among them."""
    kept = []
    for word in sentence.split():
        bare = word.strip(".,;:()[]\"'“”‘’?!•")
        if bare and (bare.lower() in STOP or key in bare or random.random() < KEPT):
            kept.append(bare)
    at = next((place for place, word in enumerate(kept) if key in word), 0)
    first = max(0, min(at - random.randrange(LONGEST), len(kept) - LONGEST))
    return " ".join(kept[first : first + LONGEST])

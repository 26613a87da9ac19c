"""Whether two passages tell different numbers for one quantity."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.contradictions.editions import are_editions, edition
from rag.contradictions.numbers import Told, all_values, comparable, other_labels, same
from rag.contradictions.passages import Passage
from rag.contradictions.reading import GENERIC, meaning, periods_of, turns_of, years_of
from rag.generators.quotes import Form

ALIKE = 0.55  # Dice coefficient of two sentences' words
CLOSE = 5  # words between a number and a label after it
NEAR = 0.5  # Dice coefficient of what stands around two numbers
LABEL = 0.84  # share of the words of a row's label or column that a sentence must hold
CAPTIONS = 0.8  # Dice coefficient of the captions of two tables
ROWS = 0.9  # Dice coefficient of two rows' words, the columns' headings among them
FEWEST = 2  # words that two passages must share

_POINTING = re.compile(r"(?:This|These|Those|It|They|Such|He|She|Here|There)\b")

Pair = tuple[Told, Told]
Read = Callable[[Passage], Sequence[Told]]


def of_one_question(one: Passage, other: Passage) -> bool:
    """Whether two passages of different elements hold the same words of the question."""
    return one.element != other.element and one.said <= other.asked and other.said <= one.asked


def may_differ(one: Passage, other: Passage) -> bool:
    """Whether two passages speak of the same thing, as far as their words tell."""
    if one.quote.text == other.quote.text or not of_one_question(one, other):
        return False
    editions = are_editions(one.quote.source.document, other.quote.source.document)
    forms = {one.quote.form, other.quote.form}
    if forms & {Form.ROW, Form.WORDS}:
        return len(one.words & other.words) >= 1
    return _one_period(one, other, editions) and agree_in_words(one, other)


def agree_in_words(one: Passage, other: Passage) -> bool:
    """Whether two sentences speak of the same, by their names and their other words."""
    return one.turns == other.turns and _names_agree(one, other) and _alike(one.words, other.words)


def difference(one: Passage, other: Passage, read: Read) -> Pair | None:
    """The numbers that two passages tell of one thing; None when they do not disagree in them.

    A row that bears a sentence out gives the sentence's number twice.

    `read` gives the numbers of a passage: `numbers.numbers_in`, or what remembers it.
    """
    forms = (one.quote.form, other.quote.form)
    drawn = [form in (Form.ROW, Form.WORDS) for form in forms]
    if all(drawn):
        return _of_rows(one, other, read) if forms == (Form.ROW, Form.ROW) else None
    return _of_cells(one, other, read) if any(drawn) else _of_sentences(one, other, read)


def _of_sentences(one: Passage, other: Passage, read: Read) -> Pair | None:
    mine, others = read(one), read(other)
    left = [n for n in mine if not any(_told_again(n, m) for m in others)]
    right = [n for n in others if not any(_told_again(n, m) for m in mine)]
    if (
        _points_back(one)
        and one.quote.source.element.headings != other.quote.source.element.headings
    ):
        return None
    pairs = [(a, b) for a in left for b in right if comparable(a, b) and _same_noun(a, b)]
    editions = are_editions(one.quote.source.document, other.quote.source.document)
    if not one.periods and not editions:  # since when is not told
        pairs = [(a, b) for a, b in pairs if not a.change and not b.change]
    if not pairs:
        return None
    if len(pairs) > 1 and not editions and len(left) > 1 and len(right) > 1:
        return None  # two statements of one form about different things
    ranked = sorted(pairs, key=lambda pair: -_dice(pair[0].near, pair[1].near))
    best = ranked[0]
    if len(mine) == len(others) == 1:
        return best
    return best if _dice(best[0].near, best[1].near) >= NEAR else None


def _of_cells(one: Passage, other: Passage, read: Read) -> Pair | None:
    """A table's row or a chart's label against a sentence."""
    row, sentence = (one, other) if one.quote.form in (Form.ROW, Form.WORDS) else (other, one)
    if not any(words and words <= sentence.words for words in row.heads):
        return None
    cells, said = read(row), read(sentence)
    if not cells or not said:
        return None
    element = row.quote.source.element
    told = " ".join((row.quote.text, element.caption, *element.headings))
    if not years_of(sentence.quote.text) <= years_of(told):
        return None
    if not sentence.names <= row.words | row.around | GENERIC | meaning(" ".join(sentence.periods)):
        return None
    values = all_values(row)
    for cell in cells:
        label, column = meaning(cell.label), meaning(cell.column)
        if not label or not _holds(sentence, cell.label, label):
            continue
        headed = column or periods_of(cell.column)
        if len(cells) > 1 and not (headed and _holds(sentence, cell.column, column)):
            continue
        if any(label <= other and other <= sentence.words for other in other_labels(cell)):
            continue  # the sentence is of that row, or of both
        of_cell = label | column | meaning(f"{element.caption} {' '.join(sentence.periods)}")
        fitting = [
            n
            for n in said
            if comparable(cell, n)
            and n.change == cell.change
            and turns_of(n.clause) <= turns_of(told)
            and _stands_beside(n, label, of_cell)
        ]
        if len(fitting) != 1:
            continue
        said_so = fitting[0]
        if any(same(said_so, c) for c in cells) or _among(said_so, values):
            return said_so, said_so  # the row bears the sentence out
        return (cell, said_so) if row is one else (said_so, cell)
    return None


def _among(number: Told, values: Sequence[float]) -> bool:
    return any(abs(value - number.value) <= number.step for value in values)


def _stands_beside(number: Told, label: frozenset[str], of_cell: frozenset[str]) -> bool:
    """Whether nothing but the cell's own words stands between its label and a number."""
    text = number.passage.quote.text
    before, after = text[: number.start].split(), text[number.end :].split()
    reach = 2 * len(label) + 2  # words that a label may stretch over
    for side, most in ((before[::-1], len(before)), (after, CLOSE)):
        first = next((n for n, word in enumerate(side) if meaning(word) & label), len(side))
        held = meaning(" ".join(side[first : first + reach])) & label
        between = meaning(" ".join(side[:first]))
        if first <= most and len(held) >= LABEL * len(label) and between <= of_cell:
            return True
    return False


def _of_rows(one: Passage, other: Passage, read: Read) -> Pair | None:
    documents = one.quote.source.document, other.quote.source.document
    editions = are_editions(*documents)
    if documents[0].id == documents[1].id and _table(one) == _table(other):
        return None  # two parts of a table: rows of different groups
    captions = [meaning(item.quote.source.element.caption) for item in (one, other)]
    if not editions and (not all(captions) or _dice(*captions) < CAPTIONS):
        return None  # the same rows of different tables
    alike = _dice(one.words, other.words) >= ROWS and set(one.heads) & set(other.heads)
    if not alike or one.turns != other.turns:
        return None
    pairs = [
        (a, b)
        for a in read(one)
        for b in read(other)
        if _heading(a.label) == _heading(b.label)
        and _heading(a.column) == _heading(b.column)
        and comparable(a, b)
    ]
    if len(pairs) > len({id(a) for a, _ in pairs}):
        return None  # columns of one name
    if not pairs or (not editions and sum(same(a, b) for a, b in pairs) * 2 < len(pairs) - 1):
        return None
    return next(((a, b) for a, b in pairs if not same(a, b)), None)


def _told_again(one: Told, other: Told) -> bool:
    return comparable(one, other) and same(one, other)


def _points_back(passage: Passage) -> bool:
    """Whether a sentence speaks of what was named before it."""
    return _POINTING.match(passage.quote.text) is not None


def _same_noun(one: Told, other: Told) -> bool:
    """Whether two bare numbers count the same."""
    if one.unit or other.unit:
        return True
    return one.noun == other.noun or one.noun in other.near or other.noun in one.near


def _one_period(one: Passage, other: Passage, editions: bool) -> bool:
    if one.periods == other.periods:
        return True
    if not editions:
        return False
    return _without_own(one) == _without_own(other)


def _without_own(passage: Passage) -> frozenset[str]:
    """A passage's periods without the year that its document is the edition of."""
    own = str(edition(passage.quote.source.document)[0][0])
    return frozenset(period for period in passage.periods if period != own)


def _names_agree(one: Passage, other: Passage) -> bool:
    known = one.words | one.around, other.words | other.around
    return one.names - GENERIC <= known[1] | other.names and (
        other.names - GENERIC <= known[0] | one.names
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    if shared < FEWEST or _dice(one, other) < ALIKE:
        return False
    return min(len(one - other), len(other - one)) == 0


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def _holds(sentence: Passage, heading: str, words: frozenset[str]) -> bool:
    """Whether a sentence has the words of a row's or column's heading, its years included."""
    if not periods_of(heading) <= sentence.periods or not turns_of(heading) <= sentence.turns:
        return False
    return len(words & sentence.words) >= LABEL * len(words)


def _heading(text: str) -> str:
    """A row's or column's heading, comparable: without the mark of a footnote."""
    return " ".join(re.sub(r"\(\w\)", "", text).casefold().split())


def _table(passage: Passage) -> tuple[str, Sequence[str], int | None]:
    element = passage.quote.source.element
    return element.caption, element.headings, element.place.page

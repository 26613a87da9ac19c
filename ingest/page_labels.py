"""What pages call themselves: "iv", "9", "6985", rarely the number of the page in its file.

A PDF can say so itself. Where it does not, numbers in the margins tell, but only where they count
on with the pages: years, chapters, dates and values do not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.page_numbers import ARABIC, Printed, written
from ingest.types import Element

_FEWEST = 3  # pages whose numbers count on; two in a document of at most _SHORT pages
_SHORT = 4
_YEARS = range(1900, 2100)
_FEWEST_YEARS = 6  # pages, if all their numbers could be years
_CERTAIN = 8  # pages: the numbers may stand at different heights, and be few among many pages
_GAP = 6  # pages without a number that a run bridges
_DENSITY = 0.4  # of a run's pages that carry their number; half of that in a long run
_REPEATED = 4  # pages on which a running head stands
_HEIGHT = 10.0  # points by which the height of page numbers varies
_TITLE_PAGES = 3  # before the first number printed
_PAGE_WORD = re.compile(r"^page\s*(?=\d)", re.IGNORECASE)
_LONGEST = 20  # characters of a PDF's own label


def page_labels(own: Sequence[str], seen: Iterable[Printed]) -> tuple[str, ...]:
    """What each page calls itself, "" where that is not known; () if none differs from 1, 2, 3.

    `own` are the PDF's own labels, one a page, "" for none; `seen` the numbers in the margins.
    Where the two differ, what is printed is right: on single pages, and on all if on most. A sheet
    with two pages on it is "8–9", with an en dash.
    """
    printed = _printed(len(own), list(seen))
    both = [(a, b) for a, b in zip(own, printed, strict=True) if a and b]
    wrong = sum(a.casefold() != b.casefold() for a, b in both) > len(both) / 2
    if not wrong and not _trivial(own):
        taken = set(printed)
        printed = [a or ("" if b in taken else b) for a, b in zip(printed, own, strict=True)]
    return () if _trivial(printed) else tuple(printed)


def _trivial(labels: Sequence[str]) -> bool:
    return all(label in ("", str(number)) for number, label in enumerate(labels, 1))


def with_labels(elements: Iterable[Element], labels: Sequence[str]) -> Iterator[Element]:
    """The elements of a document, each with the label of its page; () changes none."""
    for element in elements:
        place = element.place
        if labels and place.page is not None:
            element = replace(element, place=replace(place, printed=labels[place.page - 1]))
        yield element


def own_labels(pdf: Any) -> list[str]:
    """The labels that a PyMuPDF document gives its pages, "" for those without.

    Read from its rules all at once: PyMuPDF's `get_label` reads every rule again for each page.
    """
    labels = [""] * pdf.page_count
    try:
        rules = sorted(pdf.get_page_labels(), key=lambda rule: rule["startpage"])
    except Exception:  # labels that MuPDF cannot read: as if there were none
        return labels
    stops = [rule["startpage"] for rule in rules[1:]]
    for rule, stop in zip(rules, [*stops, len(labels)], strict=False):
        for page in range(max(rule["startpage"], 0), min(stop, len(labels))):
            labels[page] = _plain(_by_rule(rule, page))
    return labels


def _by_rule(rule: dict[str, Any], page: int) -> str:
    """A page's label (PDF 32000-1, 12.4.2): `page` counts from 0."""
    value = rule.get("firstpagenum", 1) + page - rule["startpage"]
    prefix, style = rule.get("prefix", ""), rule.get("style", "")
    if value < 1 or not style:
        return str(prefix)
    if style in "aA":  # a to z, aa to zz, …
        number = chr(ord(style) + (value - 1) % 26) * min(1 + (value - 1) // 26, _LONGEST)
    else:
        number = written({"r": "i", "R": "I"}.get(style, ARABIC), min(value, 99_999))
    return f"{prefix}{number}"


def _plain(label: str) -> str:
    """A label as people cite it: "Page 009" is "9"."""
    label = _PAGE_WORD.sub("", " ".join(label.split()))
    if len(label) > _LONGEST or not label.isprintable():
        return ""
    return str(int(label)) if label.isdecimal() else label


@dataclass(frozen=True, slots=True)
class _Run:
    """Pages whose numbers count on."""

    numbers: tuple[Printed, ...]  # by page

    @property
    def first(self) -> int:
        return self.numbers[0].page

    @property
    def last(self) -> int:
        return self.numbers[-1].page

    @property
    def key(self) -> tuple[str, int, int]:
        return _key(self.numbers[0])

    def value(self, page: int) -> int:
        """The number of a page that may be outside the run; below 1 where there can be none."""
        start = self.numbers[0]
        return start.value + (page - start.page) * start.pages

    def label(self, page: int) -> str:
        style, pages, _ = self.key
        last = self.value(page) + pages - 1
        label = written(style, self.value(page))
        return label if pages == 1 else f"{label}–{written(style, last)}"

    def contradicted(self, number: Printed) -> bool:
        """Whether a number stands where the run's do, and does not count on with them."""
        first = self.value(number.page)
        fits = number.style == self.key[0] and first <= number.value < first + self.key[1]
        return not fits and _place(number) in self.places()

    def places(self) -> Counter[tuple[str, int]]:
        """At which heights the numbers stand, in steps that no page number varies by."""
        return Counter(map(_place, self.numbers))


def _place(number: Printed) -> tuple[str, int]:
    return number.side, round(number.distance / _HEIGHT)


def _key(number: Printed) -> tuple[str, int, int]:
    """The same for numbers that count on: style, pages a sheet, and what is left of the value."""
    return number.style, number.pages, number.value - number.page * number.pages


def _printed(count: int, seen: Sequence[Printed]) -> list[str]:
    """The labels that the numbers in the margins of `count` pages give."""
    spread = Counter(beside for beside, _ in {(n.beside, n.page) for n in seen})
    runs = _runs(n for n in seen if not n.beside or spread[n.beside] >= _REPEATED)
    accepted = _disjoint([run for run in runs if _counts_on(run, count)])
    front = [run for run in runs if _is_front_matter(run, accepted)]
    accepted = _disjoint([*accepted, *front])
    return _labels(count, sorted(accepted, key=lambda run: run.first), seen)


def _runs(numbers: Iterable[Printed]) -> list[_Run]:
    """All runs of numbers that count on with few pages between them."""
    alike: defaultdict[tuple[str, int, int], dict[int, Printed]] = defaultdict(dict)
    for number in numbers:
        alike[_key(number)].setdefault(number.page, number)
    runs: list[_Run] = []
    for by_page in alike.values():
        run: list[Printed] = []
        for page in sorted(by_page):
            if run and page - run[-1].page > _GAP:
                runs.append(_Run(tuple(run)))
                run = []
            run.append(by_page[page])
        runs.append(_Run(tuple(run)))
    return runs


def _counts_on(run: _Run, count: int) -> bool:
    """Whether a run, in a document of `count` pages, is too regular to be chance."""
    fewest = _FEWEST if count > _SHORT else 2
    if all(number.style == ARABIC and number.value in _YEARS for number in run.numbers):
        fewest = _FEWEST_YEARS
    found = len(run.numbers)
    density = _DENSITY / 2 if found >= _CERTAIN else _DENSITY
    together = max(run.places().values())
    return (
        found >= fewest
        and found >= density * (run.last - run.first + 1)
        and (together >= 0.5 * found or found >= _CERTAIN)
    )


def _is_front_matter(run: _Run, others: Sequence[_Run]) -> bool:
    """Whether a short run of Roman numbers stands where the other page numbers do."""
    if run.numbers[0].style not in ("i", "I"):
        return False
    certain = (
        len(run.numbers) > 1
        or run.numbers[0].value == run.first > 1
        or any(other.value(run.last + 1) == 1 for other in others)
    )
    places = {place for other in others for place in other.places()}
    return certain and not places.isdisjoint(run.places())


def _disjoint(runs: Sequence[_Run]) -> list[_Run]:
    """Runs, the longest first, but for those that reach into the pages of a longer one."""
    kept: list[_Run] = []
    for run in sorted(runs, key=lambda r: (-len(r.numbers), -r.numbers[0].pages, r.first)):
        if all(run.last < other.first or run.first > other.last for other in kept):
            kept.append(run)
    return kept


def _labels(count: int, runs: Sequence[_Run], seen: Sequence[Printed]) -> list[str]:
    """A label for every page of the runs, for unnumbered pages between numbers of the same run,
    and for those that it must have begun with.
    """  # noqa: D205
    labels = [""] * (count + 1)  # by page, from 1
    alone: defaultdict[int, list[Printed]] = defaultdict(list)
    for number in seen:
        if not number.beside:
            alone[number.page].append(number)
    last = 0  # page that the runs so far reach
    for before, run in zip([None, *runs], runs, strict=False):
        goes_on = before is not None and before.key == run.key
        start = last if goes_on else _beginning(run, last) - 1
        pages = [number.page for number in run.numbers]
        for previous, page in zip([start, *pages], pages, strict=False):
            between = range(previous + 1, page)
            if not any(run.contradicted(number) for p in between for number in alone[p]):
                for unnumbered in between:
                    labels[unnumbered] = run.label(unnumbered)
            labels[page] = run.label(page)
        last = run.last
    return labels[1:]


def _beginning(run: _Run, before: int) -> int:
    """The first page of a run: title pages are counted, and seldom numbered.

    They are where the count starts, or the document; in its midst, pages may be inserted.
    """
    for first in range(run.first - 1, max(before, run.first - 1 - _TITLE_PAGES), -1):
        if run.value(first) == 1 or first == 1:
            return first if run.value(first) >= 1 else run.first
    return run.first

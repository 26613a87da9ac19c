"""How many planted contradictions are found, and how often agreement is taken for one.

    python benchmarks/contradictions.py --index .rag [--each 60] [--seed 0] [--missed] [--json]

Reads an index and changes nothing in it. A sentence or a table's row with a number is taken from
a document; what it says is told again by another piece of evidence with another number:

    sentence  the sentence in other words, elsewhere in the document
    row       a table's row as a sentence
    chart     a table's rows as the words of a chart, and a sentence about one of them
    edition   the sentence, or the whole table, in another edition of the document

The question is made of words around the number. Both pieces are put among the eight that a search
for it finds. "found" is the share for which a disagreement names both; "false" the share of twins,
whose number is the same or rounded, for which any disagreement with the twin is told.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.types import Document, Element, Kind
from rag import Rag
from rag.contradictions import disagreements
from rag.extraction.quantities import CALENDAR_YEAR, Quantity, quantities
from rag.markdown_tables import cells
from rag.sentences import sentences
from rag.types import Evidence
from rag.words import STOP

KINDS = ("sentence", "row", "chart", "edition")
_LEADS = ("According to the authors, ", "As noted above, ", "In short, ", "Notably, ", "")
_SYNONYMS = {
    **{"about": "roughly", "showed": "revealed", "said": "stated", "used": "employed"},
    **{"has": "holds", "have": "hold", "large": "big", "people": "persons", "also": "in addition"},
    **{"reported": "recorded", "found": "observed", "increased": "rose", "show": "reveal"},
    **{"such as": "like", "however": "yet", "approximately": "about", "many": "numerous"},
}
_NO_AMOUNT = re.compile(
    r"\b(?:ages?|aged|years? old|figure|table|section|page|note|item|between|at least|more than"
    r"|less than|up to|over|under)\b|\d\s?[-–—±]\s?\d|\d to \d|[\[\]<>=≤≥…]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A question, and two pieces that tell of it."""

    kind: str
    question: str
    first: tuple[Element, Document]
    second: tuple[Element, Document]


def main() -> None:
    """Prints what is found, by kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--each", type=int, default=60, help="contradictions of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--missed", action="store_true", help="print what is missed or false")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    results: dict[str, dict[str, float]] = {}
    with Rag.open(arguments.index, create=False) as rag:
        pieces = [(one, d) for d in rag.documents() for one in rag.elements(d)]
        for kind in KINDS:
            results[kind] = measured(rag, kind, pieces, arguments, random)
    total = {name: mean([one[name] for one in results.values()]) for name in results[KINDS[0]]}
    results["all"] = {**total, "planted": sum(one["planted"] for one in results.values())}
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    print(f"{'':10}{'planted':>9}{'found':>8}{'false':>8}{'ms':>8}")
    for kind, one in results.items():
        print(
            f"{kind:10}{one['planted']:9.0f}{one['found']:8.2f}{one['false']:8.2f}{one['ms']:8.1f}"
        )


def measured(
    rag: Rag,
    kind: str,
    pieces: Sequence[tuple[Element, Document]],
    arguments: argparse.Namespace,
    random: Random,
) -> dict[str, float]:
    """Recall and false alarms of one kind, and milliseconds of an answer."""
    found: list[bool] = []
    false: list[bool] = []
    times: list[float] = []
    for contradiction, twin in planted(kind, pieces, arguments.each, random):
        nearest = rag.search(contradiction.question, 8)
        for one, hits in ((contradiction, found), (twin, false)):
            evidence = among(nearest, one, random)
            started = perf_counter()
            told = disagreements(one.question, evidence)
            times.append(perf_counter() - started)
            ids = {item.number: item.element.id for item in evidence}
            pairs = [{ids[side.number] for side in each.sides} for each in told]
            ends = {one.first[0].id, one.second[0].id}
            hits.append(ends in pairs if hits is found else any(ends & pair for pair in pairs))
            if arguments.missed and hits[-1] == (hits is false):
                print(f"{'FALSE' if hits is false else 'MISSED'} {kind}: {one.question}")
                for element, _ in (one.first, one.second):
                    print(f"    {' '.join(element.text.split())[:400]}")
    return {
        "planted": len(found),
        "found": mean(found),
        "false": mean(false),
        "ms": 1000 * mean(times),
    }


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of none."""
    return sum(values) / len(values) if values else 0.0


def among(nearest: Sequence[Evidence], one: Planted, random: Random) -> list[Evidence]:
    """The evidence of a search, with the two pieces among it, numbered again."""
    ends = {one.first[0].id, one.second[0].id}
    kept = [
        (item.element, item.document)
        for item in nearest
        if item.element.id not in ends
        # beside its editions, the document itself would be a third one
        and (one.kind != "edition" or item.document.title != one.first[1].title)
    ][:6]
    for piece in (one.first, one.second):
        kept.insert(random.randrange(len(kept) + 1), piece)
    return [Evidence(n, element, document, 1 / n) for n, (element, document) in enumerate(kept, 1)]


def planted(
    kind: str, pieces: Sequence[tuple[Element, Document]], count: int, random: Random
) -> Iterator[tuple[Planted, Planted]]:
    """Contradictions of one kind, each with its twin that agrees."""
    of_tables = kind in ("row", "chart")
    given = 0
    order = list(pieces)
    random.shuffle(order)
    for element, document in order:
        if given == count:
            return
        table = of_tables or (kind == "edition" and given % 2 == 1)
        if (element.kind is Kind.TABLE) is not table or element.kind is Kind.FIGURE:
            continue
        make = from_table if table else from_prose
        if made := make(kind, element, document, random):
            given += 1
            yield made


def from_prose(
    kind: str, element: Element, document: Document, random: Random
) -> tuple[Planted, Planted] | None:
    """A sentence of a passage told again."""
    fitting = [s for s in map(joined, sentences(element.text)) if is_telling(s)]
    if not fitting:
        return None
    sentence = random.choice(fitting)
    number = random.choice(amounts(sentence))
    bare = f"{sentence[: number.start]} # {sentence[number.end :]}"
    question = asked(bare, number, random)
    changed, agreeing = altered(number, random), rounded(number, random)

    def told(text: str) -> Planted:
        new = sentence[: number.start] + text + sentence[number.end :]
        if kind == "edition":
            one, other = editions(document)
            where = r"\s+".join(map(re.escape, sentence.split()))
            copy = copied(element, other, re.sub(where, lambda _: new, element.text))
            return Planted(kind, question, (element, one), (copy, other))
        copy = copied(element, document, reworded(new, text, random))
        return Planted(kind, question, (element, document), (copy, document))

    return told(changed), told(agreeing)


def from_table(
    kind: str, element: Element, document: Document, random: Random
) -> tuple[Planted, Planted] | None:
    """A table's cell told again."""
    rows = cells(element.text)
    places = [
        (n, at)
        for n, row in enumerate(rows[1:], 1)
        for at in range(1, len(row))
        if is_label(row[0]) and (rows[0][at] or len(row) == 2) and is_cell(row[at])
    ]
    if not places:
        return None
    n, at = random.choice(places)
    label, head = rows[n][0], rows[0][at]
    number = quantities(rows[n][at])[0]
    headings = " ".join(element.headings[-1:])
    question = asked(f"{label} # {head} {headings}", number, random)
    scale = " thousand" if kind == "row" and "in thousands" in element.text else ""
    sign = "%" if re.search("%|percent", f"{head} {element.caption}", re.IGNORECASE) else ""

    def told(text: str) -> Planted:
        if kind == "edition":
            one, other = editions(document)
            line = next(line for line in element.text.splitlines() if label in line)
            new = line.replace(rows[n][at], rows[n][at].replace(number.text, text))
            copy = copied(element, other, element.text.replace(line, new))
            return Planted(kind, question, (element, one), (copy, other))
        said = stated(label, head, text if "%" in text else text + (sign or scale), random)
        copy = replace(copied(element, document, said), kind=Kind.TEXT, caption="", label="")
        first = element if kind == "row" else drawn(element, rows, at)
        return Planted(kind, question, (first, document), (copy, document))

    return told(altered(number, random)), told(rounded(number, random))


def joined(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def is_telling(sentence: str) -> bool:
    """Whether it is a whole sentence with an amount or a few, no range and no bound."""
    words = sentence.split()
    if not 7 <= len(words) <= 45 or not sentence.endswith(".") or not sentence[0].isupper():
        return False
    if len([word for word in words if word.isalpha() and word.islower()]) < 0.5 * len(words):
        return False  # a reference, a heading, a list
    return not _NO_AMOUNT.search(sentence) and 1 <= len(amounts(sentence)) <= 3


def amounts(text: str) -> list[Quantity]:
    """The quantities of a text but for years and single digits."""
    found = [one for one in quantities(text) if one.unit != CALENDAR_YEAR and abs(one.value) >= 4]
    return [one for one in found if text[: one.start][-1:] in ("", " ")]


def is_label(text: str) -> bool:
    """Whether a row's heading names something."""
    words = re.findall(r"[A-Za-z]{3,}", text)
    return 1 <= len(words) <= 10 and not re.search(r"\d", text) and words[0].lower() not in STOP


def is_cell(text: str) -> bool:
    """Whether a cell is one amount."""
    found = amounts(text)
    return len(found) == 1 and len(text) <= len(found[0].text) + 2


def asked(about: str, number: Quantity, random: Random) -> str:
    """A question made of the words nearest to a number, which "#" stands for."""
    tokens = re.findall(r"[\w'&-]+|#", about)
    at = tokens.index("#")
    telling = [
        (abs(n - at), n)
        for n, token in enumerate(tokens)
        if token[0].isalpha() and token.lower() not in STOP
    ]
    nearest = sorted(telling)[: random.randint(4, 7)]
    words = " ".join(tokens[n] for _, n in sorted(nearest, key=lambda pair: pair[1]))
    years = " ".join(dict.fromkeys(re.findall(r"\b20\d\d\b", about)))
    start = {"%": "What percentage", "USD": "How much"}.get(number.unit, "How many")
    return f"{start} {words} {years}".strip() + "?"


def altered(number: Quantity, random: Random) -> str:
    """The number with another value, written in the same way."""
    factor = random.choice((0.4, 0.6, 0.75, 0.85, 1.2, 1.35, 1.6, 2.2))
    value = abs(number.value) * factor
    if number.unit == "%":
        value = min(value, 97.0)
    return written(number, value if value != abs(number.value) else value + 7)


def rounded(number: Quantity, random: Random) -> str:
    """The same number, or one digit less of it where it has a fraction."""
    if "." in number.text and number.value >= 10 and random.random() < 0.5:
        return written(number, abs(number.value), decimals=0)
    return number.text


def written(number: Quantity, value: float, decimals: int | None = None) -> str:
    """A value in the manner of a number."""
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", number.text)
    assert digits is not None
    places = len(digits[0].partition(".")[2]) if decimals is None else decimals
    told = f"{value:,.{places}f}" if "," in digits[0] or value < 1000 else f"{value:.{places}f}"
    return number.text.replace(digits[0], told)


def reworded(sentence: str, number: str, random: Random) -> str:
    """A sentence in somewhat other words; the number stays."""
    text = re.sub(r"\s?\([^()]*\)", lambda m: m[0] if number in m[0] else "", sentence)
    first, comma, rest = text.partition(", ")
    moved = comma and number in rest and len(first.split()) <= 8 and first[-1].isalpha()
    if moved and rest[:1].islower() and random.random() < 0.5:
        text = f"{rest[0].upper()}{rest[1:].rstrip('.')}, {lowered(first)}."
    first, comma, rest = text.rpartition(", ")
    if comma and number in first and len(rest.split()) <= 8 and random.random() < 0.5:
        text = f"{first}."
    for word, other in _SYNONYMS.items():
        text = re.sub(rf"\b{word}\b", other, text)
    lead = random.choice(_LEADS)
    return lead + (lowered(text) if lead else text)


def lowered(text: str) -> str:
    """Text that goes on a sentence: its first word without a capital unless it may be a name."""
    return text[0].lower() + text[1:] if text.split()[0].lower() in STOP else text


def stated(label: str, head: str, number: str, random: Random) -> str:
    """A table's cell as a sentence."""
    column = f" for {head}" if head else ""
    forms = (
        f"{label}{column} came to {number}.",
        f"The report puts {label}{column} at {number}.",
        f"We count {number} under {label}{column}.",
        f"At {number}, {label}{column} was much discussed.",
    )
    return random.choice(forms)


def drawn(element: Element, rows: Sequence[Sequence[str]], at: int) -> Element:
    """One column of a table as the words of a chart."""
    lines = [f"{row[0]} {row[at]}" for row in rows[1:] if row[0] and row[at]]
    caption = f"{element.caption} {rows[0][at]}".strip()
    return replace(element, kind=Kind.FIGURE, text="\n".join(lines), caption=caption)


def copied(element: Element, document: Document, text: str) -> Element:
    """Another element with a text."""
    name = sha256((document.id + text + "copy").encode()).hexdigest()
    return replace(element, id=name, document_id=document.id, text=text)


def editions(document: Document) -> tuple[Document, Document]:
    """A document as the 2022 and the 2023 edition of itself."""
    stem = re.sub(r"(?:19|20)\d\d", "", document.path.stem)
    one, other = (
        replace(
            document,
            id=sha256(f"{document.id}{year}".encode()).hexdigest(),
            path=document.path.with_name(f"{stem}-{year}.pdf"),
        )
        for year in (2022, 2023)
    )
    return one, other


if __name__ == "__main__":
    main()

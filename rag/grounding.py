"""Is what an answer says in what it cites? Sentence by sentence, by numbers and names.

A check by words proves nothing true; it finds what a model most often invents. A sentence is
borne out when it cites evidence that exists and every number and name in it stands somewhere in
what it cites: its text, caption, label, headings, title and file name, or what a model saw in
the figure, but for what of that was unverified itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexes.texts import verified_description
from rag.claims import Claim, claims
from rag.names_said import acronyms_defined, is_foreign, told, unheld_names
from rag.quantities_said import numbers, source, unheld
from rag.types import Evidence

__all__ = ["Claim", "claims", "numbers", "problems"]


def problems(text: str, evidence: Sequence[Evidence]) -> dict[str, str]:
    """What is wrong with an answer: by sentence, in words for the model and the reader."""
    by_number = {item.number: item for item in evidence}
    defined = acronyms_defined(text)
    found: dict[str, str] = {}
    for claim in claims(text):
        bare = claim.bare
        if not re.search(r"\w", bare) or bare.endswith((":", "?")):
            continue
        sources = [by_number[number] for number in claim.cited if number in by_number]
        if not sources:
            if not _says_nothing(bare):
                found[claim.text] = f'"{bare}" cites no evidence'
        elif missing := _missing(bare, sources, defined, foreign=is_foreign(bare, text)):
            cited = "".join(f"[{item.number}]" for item in sources)
            found[claim.text] = f'"{bare}": {", ".join(missing)} is not in {cited}'
    return found


def _says_nothing(sentence: str) -> bool:
    """Whether it is a word or two, as "Yes." is, without a number or a name."""
    return len(sentence.split()) <= 2 and not re.search(r"\d|[A-Z]", sentence[1:])


def _missing(
    sentence: str, sources: Sequence[Evidence], defined: set[str], *, foreign: bool
) -> list[str]:
    """The numbers and names of a sentence that no source holds."""
    texts = [_told(item) for item in sources]
    missing = unheld(sentence, [source(text) for text in texts], foreign=foreign)
    if not foreign:
        missing += unheld_names(sentence, told("\n".join(texts)), defined)
    return list(dict.fromkeys(missing))


def _told(item: Evidence) -> str:
    """All that a piece of evidence says, and is called."""
    element = item.element
    page = f"page {element.place.page_name}" if element.place.page_name else ""
    return "\n".join(
        (
            item.document.title,
            item.document.path.stem.replace("_", " "),
            page,
            *element.headings,
            element.label,
            element.caption,
            element.text,
            verified_description(element) if element.described_by else "",
        )
    )

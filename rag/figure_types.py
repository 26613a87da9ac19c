"""Figure types as people write them: in a filter, or within a question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from indexes.clip.figure_types import BY_NAME, FIGURE_TYPES
from ingest.errors import QuestionError

# Words of any question; and a table is an element of its own kind.
_COMMON = ("text", "table")


def named_type(wanted: str, stored: Iterable[str] = ()) -> str:
    """The name of the type that `wanted` means: "pie", "Pies" and "donut chart" give "pie chart".

    An exact wording comes before the start of a name, and that before the start of a wording.
    `stored` are the types that an index holds; a CLIP that was trained by its user may know
    others than ours. Raises QuestionError, naming the types, when it means none or several.
    """
    names = list(dict.fromkeys([*BY_NAME, *stored]))
    wordings = {_folded(wording): one.name for one in FIGURE_TYPES for wording in one.wordings}
    wordings |= {_folded(name): name for name in names}
    asked = _folded(wanted)
    if asked in wordings:
        return wordings[asked]
    in_names = {name for name in names if _folded(name).startswith(asked)}
    in_wordings = {name for wording, name in wordings.items() if wording.startswith(asked)}
    found = (in_names or in_wordings) if asked else set()
    if len(found) == 1:
        return found.pop()
    raise QuestionError(f"figure type {wanted!r} {_hint(asked, found, wordings)}; {_list(names)}")


def types_in(question: str) -> tuple[str, ...]:
    """The names of the figure types that a question names, each once, as they come."""
    found = (_by_wording()[_folded(match[0])] for match in _pattern().finditer(question.casefold()))
    return tuple(dict.fromkeys(found))


def _folded(words: str) -> str:
    """Small letters, single spaces, and the last word in the singular."""
    text = " ".join(words.casefold().replace("-", " ").split())
    return text[:-1] if text.endswith("s") and not text.endswith("ss") else text


def _hint(asked: str, found: set[str], wordings: dict[str, str]) -> str:
    import difflib

    if found:
        return f"may be {' or '.join(sorted(found))}"
    near = difflib.get_close_matches(asked, wordings, 3, cutoff=0.6)
    close = dict.fromkeys(wordings[wording] for wording in near)
    return f"is unknown; did you mean {' or '.join(close)}?" if close else "is unknown"


def _list(names: Iterable[str]) -> str:
    return f"types: {', '.join(names)}"


@cache
def _by_wording() -> dict[str, str]:
    return {
        _folded(wording): one.name
        for one in FIGURE_TYPES
        if one.name not in _COMMON
        for wording in one.wordings
    }


@cache
def _pattern() -> re.Pattern[str]:
    """Any wording in small letters, the longest first, in the singular or the plural."""
    wordings = sorted(_by_wording(), key=len, reverse=True)
    spaced = (re.escape(wording).replace(r"\ ", r"[\s-]+") for wording in wordings)
    return re.compile(rf"\b(?:{'|'.join(spaced)})s?\b")

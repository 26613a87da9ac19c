"""What changed since answers were kept, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rag.evaluation.regression import Checked, Kept

_LENGTH = 160  # characters of an answer


def shown_checks(checked: Sequence[Checked]) -> str:
    """Each changed answer, before and now; then how many changed, and how."""
    changed = [one for one in checked if one.changes]
    counts = Counter(str(change) for one in changed for change in one.changes)
    told = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    last = f"{len(checked) - len(changed)} of {len(checked)} answers are the same"
    parts = ["\n".join(_lines(one)) for one in changed]
    return "\n\n".join([*parts, f"{last}; {told}" if told else last])


def _lines(one: Checked) -> Iterator[str]:
    from rag.terminal import one_line, shortened, styled

    yield styled(", ".join(one.changes), "yellow") + f": {one_line(one.kept.question)}"
    before, now = shortened(one.kept.text, _LENGTH), shortened(_text(one.now), _LENGTH)
    yield f"    before  {before}  ({_places(one.kept)})"
    yield f"    now     {now}  ({_places(one.now)})"


def _text(kept: Kept | None) -> str:
    return "" if kept is None else kept.text


def _places(kept: Kept | None) -> str:
    if kept is None:
        return "not in the index"
    from rag.terminal import name

    names = ((name(e.name), e.page) for e in kept.evidence)
    pages = (named if page is None else f"{named}:{page}" for named, page in names)
    return ", ".join(dict.fromkeys(pages)) or "no source"

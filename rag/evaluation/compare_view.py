"""A comparison for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.evaluation.compare import Changed, Comparison
from rag.evaluation.measures import LABELS
from rag.evaluation.results import Result
from rag.evaluation.summary import ALL
from rag.evaluation.view import Table, spread

SHOWN = 20  # questions; --json and results.json have all
_PAGES = 3
_LONG = 30  # characters of a name and page


def shown_comparison(comparison: Comparison, table: Table) -> str:
    """Differences with their intervals, then what changed, worst first."""
    from rag.terminal import name

    rows = [
        [
            LABELS[one.measure] + ("" if one.evidence_type == ALL else f", {one.evidence_type}"),
            f"{one.change.mean:+.3f}",
            spread(one.change, signed=True),
            "*" if one.is_clear else "",
        ]
        for one in comparison.differences
        if one.evidence_type == ALL or one.is_clear
    ]
    head = ["Change", "mean", "95%", ""]
    parts = [f"Compared with {name(comparison.earlier)} (* zero is outside of the interval)"]
    parts += [table(head, rows)] if rows else []
    lost = sum(one.gain < 0 for one in comparison.changed)
    gained = len(comparison.changed) - lost
    parts.append(f"{lost} questions lost, {gained} gained, {comparison.same} as before")
    parts += ["\n".join(_lines(one)) for one in comparison.changed[:SHOWN]]
    if len(comparison.changed) > SHOWN:
        parts.append(f"and {len(comparison.changed) - SHOWN} more; --json shows all")
    return "\n\n".join(parts)


def _lines(one: Changed) -> Iterator[str]:
    moved = ", ".join(f"{LABELS[name]} {change:+.2f}" for name, change in one.changes.items())
    yield f"{one.gain:+.2f}  {_cut(one.after.id)}: {_cut(one.after.question)}"
    yield f"    {moved}"
    if one.after.wanted:
        yield f"    wanted  {_pages(one.after.wanted)}"
    for scope, pages in one.after.found.items():
        before = one.before.found.get(scope, ())
        if before != pages:
            yield f"    {scope:7} {_pages(before)} → {_pages(pages)}"
    if one.after.gold:
        yield f"    gold    {_cut(one.after.gold)}"
    if _text(one.before) != _text(one.after):
        yield f"    before  {_text(one.before)}"
        yield f"    now     {_text(one.after)}"


def _pages(pages: Sequence[str]) -> str:
    """The first few, long names by their end."""
    from rag.terminal import name

    named = map(name, pages[:_PAGES])
    shown = (page if len(page) <= _LONG else f"…{page[-_LONG:]}" for page in named)
    return ", ".join(shown) + (" …" if len(pages) > _PAGES else "")


def _text(result: Result) -> str:
    return "" if result.reply is None else _cut(result.reply.text)


def _cut(text: str) -> str:
    from rag.terminal import shortened

    return shortened(text, 160)

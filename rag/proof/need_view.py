"""What an answer needed of its evidence, in words."""

from __future__ import annotations

from rag.config import EXTRACTIVE
from rag.proof.need import CitationNeed, Need, Outcome, Verification, Without, answers_needed
from rag.terminal import one_line, plural, shortened
from rag.types import Answer

_SHOWN = 160  # characters of an answer


def need_lines(verification: Verification) -> list[str]:
    """A line for each citation, and one for the answer without all of them."""
    if verification.without_all is None:
        return ["Nothing is cited, so there is nothing to leave out."]
    lines = [_citation_line(one) for one in verification.citations]
    if len(lines) > 1:
        lines.append(f"Without all of them: {_told(verification.without_all)}.")
    return lines


def warning(answer: Answer, generator: str) -> str:
    """What verifying costs with a chat model, to be said before; "" if it costs nothing."""
    times = answers_needed(answer)
    if generator == EXTRACTIVE or not times:
        return ""
    return f"Asking {one_line(generator)} {plural(times, 'time')} more, without cited sources …"


def effort(verification: Verification) -> str:
    """What it took."""
    return (
        f"Answered {plural(verification.answers, 'time')} more for this, "
        f"in {verification.seconds:.1f} s."
    )


def _citation_line(one: CitationNeed) -> str:
    match one.need:
        case Need.NEEDED:
            return f"[{one.number}] needed: without it, {_told(one.without)}."
        case Need.REPLACEABLE:
            others = "".join(f"[{number}]" for number in one.replaced_by)
            return f"[{one.number}] replaceable by {others}, which says the same."
        case Need.NOT_NEEDED:
            left = "the answer stays as it is"
            if one.without.outcome is Outcome.CHANGED:
                left = "the answer stands and only what it adds goes"
            return f"[{one.number}] not needed: without it, {left}."


def _told(without: Without) -> str:
    if without.outcome is Outcome.LOST:
        return "there is no answer"
    if without.outcome is Outcome.UNCHANGED:
        return "the answer is the same"
    if without.short is not None:
        return f"the answer is {one_line(without.short.text)} [{without.short.number}]"
    return f"the answer is “{one_line(shortened(without.text, _SHOWN))}”"

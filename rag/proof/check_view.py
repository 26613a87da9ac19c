"""The check of a bundle in words, a line for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Iterator

from rag.proof.checks import BundleCheck, EvidenceCheck, QuoteCheck, Standing
from rag.proof.sources import SourceCheck, SourceState
from rag.terminal import name, one_line, plural, shortened

_SHOWN = 100  # characters of a quote


def check_lines(check: BundleCheck) -> Iterator[tuple[str, bool]]:
    """Lines, each with whether what it tells is as it should be."""
    if not check.damage:
        yield f"bundle: as it was written on {one_line(check.created)}", True
    for damage in check.damage:
        yield f"bundle: {one_line(damage)}", False
    yield from _answer_lines(check)
    if check.pictures is None:
        yield "pictures: not compared; other versions of the software drew them", True
    for picture in check.pictures or ():
        yield f"{picture}: NOT what its file shows", False
    for source in check.sources:
        yield _source_line(source), source.state is SourceState.INTACT
    for evidence in check.evidence:
        yield _evidence_line(evidence), evidence.holds
        for quote in evidence.quotes:
            if quote.standing is not Standing.HERE:
                yield f"    {_quote_line(quote)}", False


def verdict(check: BundleCheck) -> str:
    """The last line: whether it holds, and if not, what does not."""
    if not check.holds:
        problems = [one_line(problem) for problem in check.problems]
        more = f"; and {len(problems) - 4} more" if len(problems) > 4 else ""
        return f"Does not hold: {'; '.join(problems[:4])}{more}"
    files = plural(len(check.sources), "file")
    by_hash = sum(one.standing is Standing.BY_HASH for one in check.evidence)
    words = plural(len(check.evidence) - by_hash, "piece") + " of evidence where it was"
    seen = f", {by_hash} by the file's bytes alone" if by_hash else ""
    return f"Holds: {files} unchanged, {words}{seen}."


def _answer_lines(check: BundleCheck) -> Iterator[tuple[str, bool]]:
    if check.refused:
        yield "answer: a refusal; it rests on the evidence below", True
        return
    for sentence in check.unfounded:
        yield f"answer: not in its evidence: {shortened(sentence, _SHOWN)}", False
    if not check.unfounded:
        yield f"answer: {plural(check.sentences, 'statement')}, borne out by what is cited", True


def _source_line(source: SourceCheck) -> str:
    match source.state:
        case SourceState.INTACT:
            told = f"unchanged, {name(source.found or '')}"
        case SourceState.CHANGED:
            told = f"CHANGED, {name(source.found or '')}"
        case SourceState.MISSING:
            told = f"MISSING, it was {name(source.recorded)}"
        case SourceState.UNREADABLE:
            told = "UNREADABLE"
    note = f" ({one_line(source.note)})" if source.note else ""
    return f"{name(source.name)}: {told}{note}"


def _evidence_line(one: EvidenceCheck) -> str:
    page = f", page {one.page}" if one.page is not None else ""
    note = f" ({one_line(one.note)})" if one.note else ""
    return f"[{one.number}] {name(one.source)}{page}: {_standing(one.standing, one.where)}{note}"


def _quote_line(quote: QuoteCheck) -> str:
    return f"“{shortened(quote.text, _SHOWN)}”: {_standing(quote.standing, quote.where)}"


def _standing(standing: Standing, where: str) -> str:
    match standing:
        case Standing.HERE:
            return "stands where it was"
        case Standing.BY_HASH:
            return "by the file's bytes alone"
        case Standing.ELSEWHERE:
            return f"stands elsewhere now: {one_line(where)}"
        case Standing.GONE:
            return "does not stand there"
        case Standing.UNKNOWN:
            return "cannot be looked for"

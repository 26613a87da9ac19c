"""The ways models cite, made one: "[1-3]", "【1】", "[Evidence 1, p. 4]" and "(1)" become "[1]"."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.sentences import sentences

CITED = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)*)\]")  # [1] and [1, 3]

_BRACKETS = str.maketrans("【】［］", "[][]")
_DOUBLED = re.compile(r"\[\s*(\[[^\[\]]*\](?:[\s,;]*\[[^\[\]]*\])*)\s*\]")
_ROUND = re.compile(r"(?<![\w(])[(（]([^()（）]{1,60})[)）]", re.ASCII)
_ROUND_NAMED = re.compile(r"[(（]((?:evidence|sources?) \d[^()（）]{0,50})[)）]", re.IGNORECASE)
_GROUP = re.compile(r"\[([^\[\]\n]{1,80})\](?!\()")  # no link: "[1](https://…)"
_SEPARATOR = re.compile(r"\s*(?:[,;&、，]|\band\b|\bund\b|\bet\b)\s*", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:(?:evidence|source|ref|reference|doc|document|citation)s?\b\W*|[\^#]\s*)?"
    r"(\d{1,4})(?:\s*[-–—]\s*(\d{1,4}))?(?!\d|[.%]\d)",
    re.IGNORECASE,
)
_RUN = r"(?:\[\d+\][ \t]*)*\[\d+\]"
_MARKED = re.compile(rf"(\*\*|\*|__|`)({_RUN})\1|\(({_RUN})\)|<sup>({_RUN})</sup>")
_FIRST = re.compile(
    rf"^([ \t]*(?:[-*•>]\s+|\d{{1,2}}[.)]\s+)?)({_RUN})[ \t:]*(?=[^\s.,;:!?)])", re.M
)
_STOP = re.compile(r"[.!?…。！？]+[\"'”’)*]*$")


def normalised(text: str, known: Collection[int]) -> str:
    """`text` with its citations as "[1][3]", each at the end of the sentence that it is for.

    `known` are the numbers that can be cited: ranges are expanded among them, and "(1)" cites
    only where it is one of them and nothing is cited in square brackets. A citation of another
    number stays as it is, for the caller to strike out.
    """
    text = _DOUBLED.sub(r"\1", text.translate(_BRACKETS))
    text = _GROUP.sub(lambda match: _written(match, known), text)
    round_ones = _ROUND_NAMED if CITED.search(text) else _ROUND
    text = round_ones.sub(lambda match: _written(match, known, only_known=True), text)
    text = _MARKED.sub(lambda match: match[2] or match[3] or match[4], text)
    return "\n".join(_citation_last(text.split("\n")))


def _written(match: re.Match[str], known: Collection[int], *, only_known: bool = False) -> str:
    """A bracket as citations, or as it was when it holds none."""
    numbers: list[int] = []
    for n, part in enumerate(_SEPARATOR.split(match[1].strip())):
        if found := _NUMBER.match(part):
            numbers += _range(int(found[1]), int(found[2] or found[1]), known)
        elif n == 0:
            return match[0]
    if only_known:
        before = match.string[: match.start()].rpartition("\n")[2]
        heads_item = not before.strip() and not re.search(r"[^\W\d_]", match[1])  # "(1) Oil it."
        if heads_item or not set(numbers) <= set(known):
            return match[0]
    elif re.search(r"[^\W\d_]", match[1]) and not set(numbers) & set(known):
        return match[0]  # "[2015 restated]"
    return "".join(f"[{number}]" for number in dict.fromkeys(numbers))


def _range(first: int, last: int, known: Collection[int]) -> list[int]:
    between = sorted(number for number in known if first <= number <= last)
    return between or [first, last]


def _citation_last(lines: list[str]) -> list[str]:
    """Lines that begin with a citation, "[1] So it is.", with it behind their first sentence.

    One whose first sentence has another citation, or goes on in lower case, stays: there it ends
    what is in the line before.
    """
    moved = []
    for line in lines:
        match = _FIRST.match(line)
        if match is None:
            moved.append(line)
            continue
        rest = line[match.end() :]
        first = sentences(rest)[0]
        ends_another = any(before.strip() for before in moved[-1:]) and CITED.search(first)
        if first[0].islower() or ends_another:
            moved.append(line)
            continue
        stop = _STOP.search(first)
        end = stop.start() if stop else len(first)
        cited = f"{first[:end]} {match[2].strip()}{first[end:]}"
        moved.append(match[1] + cited + rest[rest.index(first) + len(first) :])
    return moved

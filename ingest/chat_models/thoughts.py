"""Replies of models that think aloud first: only the answer is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPEN, CLOSE = "<think>", "</think>"


def answer_in(text: str) -> str:
    """What follows a thought at the start of `text`, without white space around it.

    It is empty while the thought lasts, and while the text may yet turn out to begin with one.
    A longer text never has less of an answer.
    """
    text = text.lstrip()
    if text.startswith(OPEN):
        return text.partition(CLOSE)[2].strip()
    return "" if OPEN.startswith(text) else text.rstrip()


def answers(pieces: Iterable[str], *, thinking: bool = False) -> Iterator[str]:
    """The answer in a reply that comes in pieces; `thinking`: the prompt has opened a thought."""
    heard = OPEN if thinking else ""
    told = 0
    for piece in pieces:
        heard += piece
        answer = answer_in(heard)
        if len(answer) > told:
            yield answer[told:]
            told = len(answer)

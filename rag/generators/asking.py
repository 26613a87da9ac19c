"""What a question asks, without how the answer is to be written: "... Answer in millions."."""

from __future__ import annotations

import re

from rag.question import Question, read_question

_SENTENCE = re.compile(r"(?<=[?!])\s*(?=\w)|(?<=[.])\s+(?=[A-Z])")
_INSTRUCTION = re.compile(
    r"(?:please )?(?:directly )?(?:answer|write|give|return|represent|express|round|provide|format"
    r"|(?:the|your) (?:answer|output)|here don['’]t|for example|e\.g\.)\b"
    r"|(?:please )?list .*\b(?:like|format)\b",
    re.IGNORECASE,
)


def without_instructions(asked: Question) -> Question:
    """The same question without its sentences on the form of the answer, but for the first."""
    first, *others = _SENTENCE.split(asked.text)
    kept = [first, *(one for one in others if not _INSTRUCTION.match(one))]
    return asked if len(kept) == len(others) + 1 else read_question(" ".join(kept))

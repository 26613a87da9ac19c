"""Answers that a vision-language model writes from the evidence's text and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ingest.chat_models.types import ChatModel, Message
from ingest.errors import ModelError
from rag.config import Settings
from rag.context import REFUSAL, Prompt, build_prompt
from rag.types import Context

_REVISE = f"""\
Your answer has these problems:
{{listed}}
Write the whole answer again without them, from the evidence alone, every sentence ending in its \
[number]. Leave out what no evidence says; if nothing is left, reply with exactly: {REFUSAL}"""

Support = Callable[[Context, str], float]


class ChatGenerator:
    """A Generator through any ChatModel; `support` measures how well evidence bears out a text."""

    verbatim = False

    def __init__(self, model: ChatModel, settings: Settings, support: Support) -> None:
        self._model = model
        self._settings = settings
        self.support = support

    def prompt(self, context: Context, reserved: int = 0) -> Prompt:
        """Exactly what the model will get for a context, `reserved` tokens being kept free."""
        budget = self._settings.context_tokens
        if self._model.context_tokens is not None:
            budget = min(budget, self._model.context_tokens - self._settings.answer_tokens)
        return build_prompt(context, self._model, budget - reserved, context.history)

    def generate(self, context: Context) -> Iterator[str]:
        """The model's words as they come; nothing when there is no evidence or it declines."""
        if not context.evidence:
            return
        yield from _unless_refused(
            self._model.stream(self.prompt(context).messages, self._settings.answer_tokens)
        )

    def revise(self, context: Context, text: str, problems: Sequence[str]) -> str | None:
        """The answer written again, with what was wrong with it pointed out.

        "" when the model declines now; None when it writes nothing or fails: the draft stands.
        """
        listed = "\n".join(f"- {problem}" for problem in problems)
        turns = (Message("assistant", (text,)), Message("user", (_REVISE.format(listed=listed),)))
        prompt = self.prompt(context, reserved=self._model.count_tokens(turns))
        try:
            pieces = self._model.stream((*prompt.messages, *turns), self._settings.answer_tokens)
            reply = "".join(pieces).strip()
        except ModelError:
            return None
        if not reply:
            return None
        return "" if _bare(reply).startswith(REFUSAL) else reply


def _unless_refused(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, held back while they may yet turn out to be the refusal; nothing if they do."""
    held = ""
    undecided = True
    for piece in pieces:
        if not undecided:
            yield piece
            continue
        held += piece
        start = _bare(held)
        if start.startswith(REFUSAL):
            return
        if not REFUSAL.startswith(start[: len(REFUSAL)]):
            undecided = False
            yield held
    if undecided and held.strip():
        yield held


def _bare(text: str) -> str:
    """A reply's letters from the first on, in capitals."""
    return text.lstrip(" \n\t\"'*.").upper()

"""Conversations as a model's own chat template takes them.

Templates differ: some know no system role, some want its words as one string and not as a list of
parts. How one is to be fed is found out by rendering a small conversation in each way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from ingest.chat_models.bitmaps import bitmap, blank
from ingest.chat_models.thoughts import OPEN
from ingest.chat_models.types import Conversation, Message, Part
from ingest.errors import ConfigError

_PLAIN_ROLES = ((), ("system",), ("assistant",), ("system", "assistant"))
_MARKS = ("Zebra", "Quince", "Walnut", "Marrow")  # what the turns of the small conversation say


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """How a model's chat template is to be fed."""

    plain: tuple[str, ...]  # roles whose words it wants as one string
    folds_system: bool  # the system's words go to the start of the next user's turn
    switches: Mapping[str, Any]  # variables of the template that are set
    escape: Callable[[str], str]  # takes a text's special tokens their meaning
    thinking: bool = False  # its prompts end in a thought that the model is to go on with

    def turns(self, conversation: Conversation) -> list[dict[str, Any]]:
        """The conversation as transformers takes it. Raises UnreadableFile."""
        messages = _folded(conversation) if self.folds_system else conversation
        return [self._turn(message) for message in messages]

    def _turn(self, message: Message) -> dict[str, Any]:
        parts: list[dict[str, Any]] = [
            {"type": "text", "text": self.escape(part)}
            if isinstance(part, str)
            else {"type": "image", "image": bitmap(part)}
            for part in _joined(message.parts)
        ]
        if message.role in self.plain:
            return {"role": message.role, "content": "".join(p.get("text", "") for p in parts)}
        return {"role": message.role, "content": parts}


def chat_template(processor: Any, model: str) -> ChatTemplate:
    """The way to feed the template of a processor. Raises ConfigError when there is none."""
    if processor.chat_template is None:  # some checkpoints keep it with the tokenizer
        processor.chat_template = processor.tokenizer.chat_template
    if processor.chat_template is None:
        raise ConfigError(
            f"the model {model} has no chat template, so that it cannot be asked: "
            "use its instruct or chat variant"
        )
    # Where thinking can be switched off it is: a reply is to be short, and soon there.
    switches = {"enable_thinking": False} if "enable_thinking" in processor.chat_template else {}
    for folds, plain in product((False, True), _PLAIN_ROLES):
        way = ChatTemplate(plain, folds, switches, _escape(processor))
        prompt = _rendered(processor, way, (blank(32, 32), _MARKS[1]))
        blind = _rendered(processor, way, (_MARKS[1],))
        shown = all(prompt.count(mark) == 1 for mark in _MARKS) and "'type'" not in prompt
        if shown and prompt != blind:
            return replace(way, thinking=prompt.rstrip().endswith(OPEN))
    raise ConfigError(f"the chat template of the model {model} does not take pictures and texts")


def _rendered(processor: Any, way: ChatTemplate, asked: tuple[Part, ...]) -> str:
    """A small conversation as a prompt; "" where the template fails."""
    from jinja2 import TemplateError

    conversation = [
        Message("system", (_MARKS[0],)),
        Message("user", asked),
        Message("assistant", (_MARKS[2],)),
        Message("user", (_MARKS[3],)),
    ]
    try:
        return str(
            processor.apply_chat_template(
                way.turns(conversation), add_generation_prompt=True, tokenize=False, **way.switches
            )
        )
    except (TemplateError, TypeError, ValueError):  # how templates and Python refuse
        return ""


def _folded(conversation: Conversation) -> Iterator[Message]:
    """The conversation with what the system says at the start of the next user's turn."""
    held: list[Part] = []
    for message in conversation:
        if message.role == "system":
            held += [*message.parts, "\n\n"]
        elif message.role == "user":
            yield replace(message, parts=(*held, *message.parts))
            held = []
        else:
            yield message
    if held:
        yield Message("user", tuple(held[:-1]))


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Neighbouring texts as one: templates separate parts, or show only the first.

    A turn of nothing says nothing, in one part, for templates look at the first.
    """
    joined: list[Part] = []
    for part in parts or ("",):
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _escape(processor: Any) -> Callable[[str], str]:
    """What takes special tokens in a text their meaning, by a space after the first character.

    A document that quotes "<image>" or "<|im_end|>" shows no picture and ends no turn.
    """
    tokenizer = processor.tokenizer
    added = tokenizer.added_tokens_decoder.values()
    tokens = {str(token) for token in added if token.special} | set(tokenizer.all_special_tokens)
    tokens |= {str(getattr(processor, f"{kind}_token", "")) for kind in ("image", "video")}
    tokens = {token for token in tokens if len(token.strip()) > 1}
    found = re.compile("|".join(re.escape(t) for t in sorted(tokens, key=len, reverse=True)))
    return lambda text: found.sub(lambda m: f"{m[0][0]} {m[0][1:]}", text) if tokens else text

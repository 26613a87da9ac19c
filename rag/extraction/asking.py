"""What a chat model takes out of a document: points that cite pages, or JSON for a schema.

A document that does not fit is read part by part, and what its parts gave is merged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.chat_models.types import ChatModel, Conversation, Message
from ingest.errors import ModelError
from ingest.types import Element
from rag.config import Settings
from rag.extraction.central import Point
from rag.extraction.prompts import asked, document_parts, notes
from rag.grounding import numbers
from rag.json_schema import Schema, parsed, problems
from rag.sentences import sentences

_CITES = (
    " End each with the page that it rests on, as in [page 3] or [pages 3, 5]: the marks in the "
    "document say where pages start."
)
_SUMMARY = "Write a summary of the document: 4 to 7 sentences, what matters most first.{cites}"
_KEY_POINTS = (
    "List the document's 6 to 10 most important points, one a line, each a full sentence that "
    'starts with "- ".{cites}'
)
_OF_PART = (
    "This is part {n} of {all} of a document. List what matters most in it, at most 8 points, one "
    'a line, each a full sentence that starts with "- ".{cites}'
)
_OF_NOTES = "The notes are on the parts of one document, in order. {task}"
_JSON = (
    "Take out of the document what this JSON Schema asks for:\n{schema}\n"
    "Reply with the JSON value alone. Leave out what the document does not tell, or give null "
    "where the schema requires it and allows null; never guess."
)
_JSON_PART = (
    "This is part {n} of {all} of a document. Take out of it what this JSON Schema asks for:\n"
    "{schema}\nReply with the JSON value alone, without whatever this part does not tell, even if "
    "the schema requires it."
)
_JSON_NOTES = (
    "The notes hold JSON values that were taken from the parts of one document, in order. Merge "
    "them into one value for this JSON Schema:\n{schema}\n"
    "Keep lists whole and in order, without repetitions. Reply with the JSON value alone."
)
_REPAIR = (
    "That is not valid:\n{problems}\nWrite the whole JSON value again, with this put right from "
    "the document alone. Reply with the JSON value alone."
)
_PAGES = re.compile(r"\[\s*(?:pages?|pp?\.)\s*([\d\s,;and–-]+)\]", re.IGNORECASE)
_AFTER_STOP = re.compile(rf"([.!?])((?:\s*{_PAGES.pattern})+)", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_SLACK = 64  # tokens that a chat template may add to a longer conversation
_PROBLEMS = 512  # tokens that a list of what is wrong may take


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model gave."""

    value: Any
    notes: tuple[str, ...]  # what a reader should know of it, a line each


@dataclass(frozen=True, slots=True)
class _Reader:
    """A model with its limits."""

    model: ChatModel
    name: str  # of the document, for errors
    most: int  # tokens of a prompt
    reply: int  # tokens of a reply

    def complete(self, conversations: Sequence[Conversation]) -> list[str]:
        return self.model.complete(conversations, self.reply)

    def room(self, task: str) -> int:
        """Tokens that are left for a document beside a task."""
        left = self.most - self.model.count_tokens(asked((), task)) - _SLACK
        if left < _SLACK:
            raise ModelError(
                f"{self.model.name}: no room for {self.name} beside the instructions in "
                f"{self.most:,} tokens; raise context_tokens or lower answer_tokens"
            )
        return left


def ask_points(
    elements: Sequence[Element],
    name: str,
    model: ChatModel,
    settings: Settings,
    *,
    summary: bool,
) -> Asked:
    """A summary's sentences, or else the key points, each a `Point` with the pages it cites.

    Pages that are not the document's are struck out; numbers that its words do not have are
    told in the notes. Raises ModelError.
    """
    pages = {element.place.page for element in elements} - {None}
    cites = _CITES if pages else ""
    task = (_SUMMARY if summary else _KEY_POINTS).format(cites=cites)

    def of_part(n: int, count: int) -> str:
        return _OF_PART.format(n=n, all=count, cites=cites)

    reader = _reader(model, settings, name, settings.answer_tokens, 0)
    conversation, told = _conversation(elements, reader, task, of_part, _OF_NOTES.format(task=task))
    (reply,) = reader.complete([conversation])
    points = _points(reply, {page for page in pages if page}, lines=not summary)
    if not points:
        raise ModelError(
            f"{model.name}: wrote nothing of {name} that can be used; try another model"
        )
    return Asked(points, (*told, *_ungrounded(points, elements)))


def ask_json(
    elements: Sequence[Element], schema: Schema, name: str, model: ChatModel, settings: Settings
) -> Asked:
    """A value that is valid under a schema; the model gets one chance to put right what is not.

    Raises ModelError naming the path that fails.
    """
    shown = json.dumps(schema.definition, ensure_ascii=False, separators=(",", ":"))
    reply_tokens = max(settings.answer_tokens, settings.context_tokens // 4)
    if model.context_tokens is not None:
        reply_tokens = min(reply_tokens, max(settings.answer_tokens, model.context_tokens // 4))

    def of_part(n: int, count: int) -> str:
        return _JSON_PART.format(n=n, all=count, schema=shown)

    reader = _reader(model, settings, name, reply_tokens, reply_tokens + _PROBLEMS)
    task, merge = _JSON.format(schema=shown), _JSON_NOTES.format(schema=shown)
    conversation, told = _conversation(elements, reader, task, of_part, merge)
    (reply,) = reader.complete([conversation])
    value, wrong = _checked(reply, schema)
    if wrong:
        request = _REPAIR.format(problems="\n".join(f"- {line}" for line in wrong))
        repair = (*conversation, Message("assistant", (reply,)), Message("user", (request,)))
        value, wrong = _checked(reader.complete([repair])[0], schema)
    if wrong:
        raise ModelError(
            f"{model.name}: its JSON for {name} is not valid under {schema.source}: "
            f"{'; '.join(wrong[:3])}; try another model, or raise answer_tokens"
        )
    return Asked(value, tuple(told))


def _reader(model: ChatModel, settings: Settings, name: str, reply: int, further: int) -> _Reader:
    """`further`: tokens that a second round adds to the first."""
    most = settings.context_tokens
    if model.context_tokens is not None:
        most = min(most, model.context_tokens - reply - further)
    return _Reader(model, name, most, reply)


def _conversation(
    elements: Sequence[Element],
    reader: _Reader,
    task: str,
    of_part: Callable[[int, int], str],
    of_notes: str,
) -> tuple[tuple[Message, ...], list[str]]:
    """What the model is to be asked at last: of the document, or of notes on its parts."""
    room = min(reader.room(task), reader.room(of_part(999, 999)))
    document = document_parts(elements, reader.model, room)
    told = []
    if document.left_out:
        told.append(f"{document.left_out} pictures had no room; their words stood for them")
    if len(document.parts) <= 1:
        return asked(document.parts[0] if document.parts else (), task), told
    count = len(document.parts)
    told.append(f"read in {count} parts, then merged")
    found = reader.complete(
        [asked(part, of_part(n, count)) for n, part in enumerate(document.parts, start=1)]
    )
    return asked(notes(_merged(found, reader, of_notes)), of_notes), told


def _merged(found: list[str], reader: _Reader, of_notes: str) -> list[str]:
    """Notes that fit into one prompt: while they do not, neighbours are merged by the model."""
    room = reader.room(of_notes)
    while len(found) > 1 and _tokens(found, reader) > room:
        groups: list[list[str]] = []
        for text in found:
            if groups and _tokens([*groups[-1], text], reader) <= room:
                groups[-1].append(text)
            else:
                groups.append([text])
        if len(groups) == len(found):  # no two fit: the longest are cut
            return [text[: 2 * room // len(found)] for text in found]
        single = {n for n, group in enumerate(groups) if len(group) == 1}
        asking = [asked(notes(g), of_notes) for n, g in enumerate(groups) if n not in single]
        replies = iter(reader.complete(asking))
        found = [group[0] if n in single else next(replies) for n, group in enumerate(groups)]
    return found


def _tokens(texts: Sequence[str], reader: _Reader) -> int:
    return reader.model.count_tokens([Message("user", notes(texts))])


def _checked(reply: str, schema: Schema) -> tuple[Any, list[str]]:
    """The value in a reply, and what is wrong with it."""
    try:
        value = parsed(reply)
    except ValueError as error:
        return None, [f"$: {error}"]
    return value, problems(value, schema)


def _points(reply: str, pages: set[int], *, lines: bool) -> tuple[Point, ...]:
    """The sentences of a reply, their citations taken out of them."""
    tidy = _AFTER_STOP.sub(lambda match: f"{match[2]}{match[1]}", reply.strip())
    texts = tidy.splitlines() if lines else sentences(tidy)
    if lines and any(_BULLET.match(text) for text in texts):
        texts = [text for text in texts if _BULLET.match(text)]
    found = []
    for text in texts:
        cited = [page for group in _PAGES.findall(text) for page in _numbers(group)]
        bare = re.sub(r"\s+([.,;!?])", r"\1", _PAGES.sub("", _BULLET.sub("", text)))
        bare = " ".join(bare.split()).strip()
        if re.search(r"\w", bare):
            found.append(Point(bare, tuple(p for p in dict.fromkeys(cited) if p in pages)))
    return tuple(found)


def _numbers(group: str) -> list[int]:
    """The pages of "3, 5" and "3-5"."""
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", group):
        end = int(last or first)
        found += range(int(first), min(end, int(first) + 100) + 1)
    return found


def _ungrounded(points: Sequence[Point], elements: Sequence[Element]) -> list[str]:
    """Numbers that the model wrote and the document's words do not have."""
    words = "\n".join(f"{e.text}\n{e.caption}\n{' '.join(e.headings)}" for e in elements)
    known = numbers(words)
    return [
        f"not in the document's words: {', '.join(sorted(unknown))} in “{point.text}”"
        for point in points
        if (unknown := numbers(point.text) - known)
    ]

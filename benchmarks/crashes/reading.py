"""What a process of its own does with an index that a fault has struck, so that a crash is seen.

`Helper` runs these functions in a child that is started again when it dies or hangs.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import RagError
from rag import Rag, config
from rag.build import Models

from .checker import Held, broken, half_documents
from .restoring import restore

_T = TypeVar("_T")
_SAME = 1e-5
_MOST = 8  # pieces of evidence for a question
_DEEP = 30  # hits of one channel
_PATIENCE = 300.0  # seconds that the helper may take for one thing


@dataclass(frozen=True, slots=True)
class Answered:
    """What one question gave: element ids with scores, fused and by channel, and the answer."""

    question: str
    evidence: tuple[tuple[str, float], ...]
    channels: dict[str, tuple[tuple[str, float], ...]]
    text: str
    shares: dict[str, dict[str, float]]  # what each channel gave each piece of evidence


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command of `rag` gave."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        said = " / ".join(f"{self.err}\n{self.out}".strip().splitlines()[-4:])
        return f"exit {self.code}: {said}"


class HelperDied(Exception):
    """The helper's process was killed by what it was given to read, or hung."""


class Helper:
    """One child process that reads indexes."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def ask(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Call a function of this module in the child. Raises HelperDied and what it raises."""
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn)
        try:
            return self._pool.submit(function, *arguments).result(timeout=_PATIENCE)
        except (BrokenProcessPool, TimeoutError) as error:
            self.close()
            raise HelperDied(f"{function.__name__}: {type(error).__name__}") from error

    def close(self) -> None:
        """End the child."""
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def look(index: Path, questions: list[str]) -> str:
    """Read all there is and ask: "" or what a RagError says. Anything else is raised."""
    try:
        with _opened(index) as rag:
            for document in rag.documents():
                for element in rag.elements(document):
                    assert element.document_id == document.id
            for question in questions:
                for one in rag.ask(question, _MOST, record=False).evidence:
                    assert one.element.document_id == one.document.id
    except RagError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def answered(index: Path, questions: list[str]) -> list[Answered]:
    """What an index answers."""
    with _opened(index) as rag:
        return [_answered(rag, question) for question in questions]


def answered_in_order(
    clean: Path, index: Path, again: Path, questions: list[str]
) -> list[Answered]:
    """What a clean index answers whose documents are stored in the order of another's.

    Equal scores are ordered by what was stored first, which is for the workers to say. It is made
    in `again` from what the clean index holds.
    """
    shutil.rmtree(again, ignore_errors=True)
    restore(clean, again, index)
    return answered(again, questions)


def check(index: Path, clean: Held) -> list[str]:
    """`checker.broken` and what the index's own check says."""
    wrong = broken(index, clean)
    with _opened(index) as rag:
        try:
            wrong += [f"rag status: {problem}" for problem in rag.status().problems]
        except RagError as error:
            wrong.append(f"rag status: {error}")
    return wrong


def half(index: Path, whole: list[Held]) -> list[str]:
    """`checker.half_documents`, where there is a catalogue."""
    catalogue = index / "catalog.sqlite"
    if not catalogue.is_file() or not catalogue.stat().st_size:
        return []
    return half_documents(index, whole)


def command(*arguments: str) -> Ended:
    """What `rag` prints for these arguments."""
    from rag.cli import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return Ended(code, out.getvalue(), err.getvalue())


def other_answers(found: list[Answered], clean: list[Answered]) -> list[str]:
    """Which questions two indexes answer otherwise; equal scores may stand in any order."""
    wrong = []
    for ours, theirs in zip(found, clean, strict=True):
        parts = [
            channel
            for channel in theirs.channels.keys() | ours.channels.keys()
            if not _alike(ours.channels.get(channel, ()), theirs.channels.get(channel, ()))
        ]
        if not _alike(ours.evidence, theirs.evidence):
            parts.append(f"evidence ({_shares(ours, theirs)})")
        if ours.text != theirs.text:
            parts.append(f"text ({ours.text!r}, not {theirs.text!r})")
        if parts:
            wrong.append(f"{ours.question!r}: other {', '.join(sorted(parts))}")
    return wrong


def _alike(found: tuple[tuple[str, float], ...], clean: tuple[tuple[str, float], ...]) -> bool:
    """Whether both hold the same with the same scores, but for ties at the end of the list."""
    if len(found) != len(clean):
        return False
    last = min((score for _, score in clean), default=0.0) + _SAME
    left = {identity: score for identity, score in found if score > last}
    right = {identity: score for identity, score in clean if score > last}
    return left.keys() == right.keys() and all(
        abs(left[identity] - right[identity]) <= _SAME for identity in right
    )


def _shares(found: Answered, clean: Answered) -> str:
    """The first piece of evidence whose score is another, and why."""
    for identity, score in clean.evidence:
        ours = dict(found.evidence).get(identity)
        if ours is None:
            return f"{identity[:8]} is lacking"
        if abs(ours - score) > _SAME:
            return f"{identity[:8]}: {found.shares[identity]}, not {clean.shares[identity]}"
    return "other pieces"


def _answered(rag: Rag, question: str) -> Answered:
    store, models = rag._opened(), _models(rag.settings)
    hits = {"words": store.search_words(question, _DEEP)}
    query = models.text().embed_query(question)
    hits["text"] = store.search_vectors("text", query, _DEEP)
    if (clip := models.clip()) is not None:
        of = clip.text_space.name
        hits["clip"] = store.search_vectors("clip", clip.embed_query(question), _DEEP, of=of)
    channels = {}
    for name, found in hits.items():
        held = store.fetch([hit.key for hit in found])
        channels[name] = tuple((held[hit.key][0].id, hit.score) for hit in found)
    answer = rag.ask(question, _MOST, record=False)
    evidence = tuple((one.element.id, one.score) for one in answer.evidence)
    shares = {one.element.id: dict(one.channels) for one in answer.evidence}
    return Answered(question, evidence, channels, answer.text, shares)


def _opened(index: Path) -> Rag:
    settings = config.load(index.parent)
    return Rag(index, settings, _models(settings))


@lru_cache(maxsize=1)
def _models(settings: config.Settings) -> Models:
    return Models(settings)

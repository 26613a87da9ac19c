"""One run of captioning: texts from the cache or the model into the index, batch by batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.captioners.model import ModelCaptioner
from ingest.errors import IndexBusy, NotFound, RagError, StoreError
from rag import runs
from rag.caption_types import CaptionProgress, CaptionSummary, ProgressCallback
from rag.caption_work import Copies, Work
from rag.interruption import interruptible
from rag.recall import UsedCaptioner, described, remember

if TYPE_CHECKING:
    from indexes.store import Store, Writer
    from indexes.types import Embedding
    from ingest.types import Document, Element

Embed = Callable[["Document", "Element"], "list[Embedding]"]
"""The vectors that change with a figure's description; all of them owned by position 0."""

BATCH_SECONDS = 20.0  # about: what Ctrl-C may cost
LARGEST_BATCH = 16  # figures in one call of the model
PATIENCE = 3600.0  # seconds to wait for another writer
LAST_PATIENCE = 1.0  # to wait for it at the end
MOST_FAILURES = 3  # in a row, from which on the model is at fault, not the figures


@dataclass(frozen=True, slots=True)
class _Caption:
    """A text for the figures of one picture; `seconds` is None for one that is cached."""

    picture: Copies
    text: str
    seconds: float | None = None


class Run:
    """One run under way."""

    def __init__(
        self,
        store: Store,
        captioner: ModelCaptioner,
        embed: Embed,
        work: Work,
        seconds_per_call: float | None,
        progress: ProgressCallback | None,
    ) -> None:
        self._store = store
        self._captioner = captioner
        self._embed = embed
        self._work = work
        self._before = seconds_per_call
        self._progress = progress
        self._started = time.monotonic()
        self._asking = 0.0  # seconds in the model
        self._calls = self._total = 0
        self._counts = dict.fromkeys(("described", "cached", "copies", "silent", "stale"), 0)
        self._failed: list[tuple[str, str]] = []
        self._in_a_row = 0
        self._fatal: RagError | OSError | None = None
        self._changed = False
        self._number: int | None = None  # of this run in the index's record

    def begin(self) -> None:
        """Has the index record this run, now or, if it cannot be written now, later."""
        with suppress(StoreError), self._store.writing() as writer:
            self._number = runs.begin(writer, "caption")

    def serve(self) -> None:
        """Stores what needs no call."""
        for name, ready in (("cached", self._work.cached), ("copies", self._work.copied)):
            for start in range(0, len(ready), LARGEST_BATCH):
                batch = ready[start : start + LARGEST_BATCH]
                new = 0.0 if name == "copies" else None  # a copy gets a cache entry of its own
                self._keep([_Caption(picture, text, new) for picture, text in batch], name)

    def ask(self, budget: float | None, most: int | None) -> None:
        """Asks the model, batch by batch, and stores each."""
        self._total = min(len(self._work.calls), len(self._work.calls) if most is None else most)
        until = None if budget is None else self._started + budget
        self._tell()
        while count := self._next_batch(until):
            batch = self._work.calls[self._calls : self._calls + count]
            began = time.monotonic()
            texts = self._answers(batch)
            took = time.monotonic() - began
            self._asking += took
            self._calls += count
            said = [
                _Caption(picture, text, took / count)
                for picture, text in zip(batch, texts, strict=True)
                if text is not None
            ]
            self._keep(said, "")
            twins = [
                _Caption(twin, one.text, 0.0)
                for one in said
                for twin in self._work.same.get(one.picture.name, ())
            ]
            self._keep(twins, "copies")
            self._tell(next((one.text for one in reversed(said) if one.text), ""))
            if self._fatal is not None:
                raise self._fatal

    def finish(self, outcome: str = "done") -> CaptionSummary:
        """Saves the index's caches, if anything changed, ends the record, and counts."""
        summary = self._summary(dry_run=False)
        if not self._changed and self._number is None:
            return summary
        # Who is writing now will save them; until then a search brings them up to date.
        with suppress(IndexBusy), _writing(self._store, LAST_PATIENCE) as writer:
            if self._changed:
                writer.save()
            if self._number is not None:
                counts = {**self._counts, "calls": self._calls, "failed": len(self._failed)}
                runs.end(writer, self._number, outcome, {"by": self._captioner.by, **counts})
        return summary

    def forecast(self) -> CaptionSummary:
        """What there is to do."""
        work = self._work
        free = {"cached": work.cached, "copies": work.copied}
        for name, ready in free.items():
            self._counts[name] = sum(len(picture.figures) for picture, text in ready if text)
        twins = sum(len(twin.figures) for same in work.same.values() for twin in same)
        self._counts["copies"] += twins
        asked = sum(len(picture.figures) for picture in work.calls)
        self._counts["described"] = self._counts["cached"] + self._counts["copies"] + asked
        return self._summary(dry_run=True)

    def _next_batch(self, until: float | None) -> int:
        """How many pictures to ask about now; 0 to stop."""
        count = self._total - self._calls
        each = self._mean()
        if not self._calls:
            return min(1, count)  # to learn how long one takes
        if each:
            count = min(count, LARGEST_BATCH, max(1, int(BATCH_SECONDS / each)))
        if until is not None and each:
            count = min(count, int((until - time.monotonic()) / each))
        return max(0, min(count, LARGEST_BATCH))

    def _answers(self, batch: Sequence[Copies]) -> list[str | None]:
        """The model's texts; None where it failed. One by one when it failed for some."""
        if self._fatal is not None:
            return [None] * len(batch)
        try:
            texts = self._captioner.describe([one.first for one in batch])
        except (RagError, OSError) as error:
            if len(batch) > 1:
                return [self._answers([one])[0] for one in batch]
            self._failed.append((batch[0].first.id, str(error)))
            self._in_a_row += 1
            if self._in_a_row >= MOST_FAILURES:
                self._fatal = error
            return [None]
        self._in_a_row = 0
        return [*texts]

    def _keep(self, captions: Sequence[_Caption], counted: str) -> None:
        """Stores captions, each for all its figures: Ctrl-C waits for that."""
        changes = [
            (key, figure, self._embed(document, figure))
            for caption in captions
            for key, before, document in caption.picture.figures
            if (figure := described(before, caption.text, self._captioner.by)) is not before
        ]
        if not captions:
            return
        with _writing(self._store, PATIENCE) as writer, interruptible() as interrupted:
            if self._number is None:
                self._number = runs.begin(writer, "caption")
            for caption in captions:
                self._cache(writer, caption)
            for key, figure, embeddings in changes:
                self._describe(writer, key, figure, embeddings, counted)
        if interrupted.is_set():
            raise KeyboardInterrupt

    def _cache(self, writer: Writer, caption: _Caption) -> None:
        if not caption.text:
            self._counts["silent"] += len(caption.picture.figures)
        if caption.seconds is not None:
            model, prompt = self._captioner.model.identity, self._captioner.prompt
            name, text = caption.picture.name, caption.text
            writer.keep_caption(name, model, prompt, text, caption.seconds)
        if not self._changed:
            self._changed = True
            mine = self._captioner
            remember(self._store.folder, UsedCaptioner(mine.model.identity, mine.prompt, mine.by))

    def _describe(
        self,
        writer: Writer,
        key: int,
        figure: Element,
        embeddings: Sequence[Embedding],
        counted: str,
    ) -> None:
        try:
            writer.describe(
                key,
                figure.description,
                embeddings,
                described_by=figure.described_by,
                unverified=figure.unverified,
            )
        except NotFound:
            self._counts["stale"] += 1
            return
        self._counts["described"] += 1
        if counted:
            self._counts[counted] += 1

    def _mean(self) -> float | None:
        """Seconds that a call takes: in this run, or before it."""
        return self._asking / self._calls if self._calls else self._before

    def _tell(self, latest: str = "") -> None:
        if self._progress is None:
            return
        each, seconds = self._mean(), time.monotonic() - self._started
        left = self._total - self._calls
        self._progress(
            CaptionProgress(
                calls=self._calls,
                calls_total=self._total,
                described=self._counts["described"],
                failed=len(self._failed),
                seconds=seconds,
                remaining=None if each is None else each * left,
                latest=latest,
            )
        )

    def _summary(self, *, dry_run: bool) -> CaptionSummary:
        each = self._mean()
        left = len(self._work.calls) - self._calls
        return CaptionSummary(
            by=self._captioner.by,
            dry_run=dry_run,
            figures=self._work.figures,
            current=self._work.current,
            calls=self._calls,
            left=left,
            failed=tuple(self._failed),
            seconds=time.monotonic() - self._started,
            seconds_per_call=each,
            expected=0.0 if not left else None if each is None else each * left,
            **self._counts,
        )


@contextmanager
def _writing(store: Store, patience: float) -> Iterator[Writer]:
    """The write lock, waited for while another process has it. Raises IndexBusy."""
    until = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                writer = stack.enter_context(store.writing())
                break
            except IndexBusy:
                if time.monotonic() > until:
                    raise
            time.sleep(0.5)
        yield writer

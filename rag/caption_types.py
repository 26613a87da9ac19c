"""What captioning tells: how far it is, and what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptionSummary:
    """What a run did, or, if `dry_run`, what it would do with no limits."""

    by: str  # as in Element.described_by: model, style, version of the prompt
    dry_run: bool
    figures: int  # in question
    current: int  # had a description by this captioner before
    calls: int  # pictures that the model was asked about
    described: int  # figures that got a description, with or without a call
    cached: int  # of those: from the cache of captions
    copies: int  # of those: from another encoding of the same picture
    left: int  # pictures that still need a call
    silent: int  # figures that the model says nothing about
    stale: int  # figures that were replaced in the index meanwhile
    failed: tuple[tuple[str, str], ...]  # element id and reason
    seconds: float
    seconds_per_call: float | None  # None: not known yet
    expected: float | None  # seconds that the calls that are left will take


@dataclass(frozen=True, slots=True)
class CaptionProgress:
    """A snapshot of a run, after each batch."""

    calls: int  # done
    calls_total: int  # that there are, or that were asked for
    described: int  # figures
    failed: int
    seconds: float
    remaining: float | None  # seconds; None when too early to say
    latest: str = ""  # the newest description

    @property
    def rate(self) -> float:
        """Calls per minute so far."""
        return 60 * self.calls / self.seconds if self.seconds > 0 else 0.0


ProgressCallback = Callable[[CaptionProgress], None]


class CaptionInterrupted(KeyboardInterrupt):
    """Ctrl-C while captioning. What is described stays; `summary` counts it."""

    def __init__(self, summary: CaptionSummary, message: str = "interrupted") -> None:
        super().__init__(message)
        self.summary = summary

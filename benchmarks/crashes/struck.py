"""What a fault did to a site, and what has to hold afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


def _nothing() -> None:
    """What most faults need to be lifted."""


@dataclass(frozen=True, slots=True)
class Struck:
    """One fault, once it has struck."""

    what: str  # how to do it again
    edition: int  # of the files that are laid out
    damaged: bool = False  # files of the index were changed behind its back
    wrong: list[str] = field(default_factory=list)  # what was broken while it struck
    lift: Callable[[], None] = _nothing  # free the disk, allow writing: before it is repaired
    clear: Callable[[], None] = _nothing  # at the very end

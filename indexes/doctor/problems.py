"""What can be wrong with an index folder, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal[
    "missing",  # there is no catalogue
    "catalogue",  # SQLite cannot read it, or tables are missing
    "version",  # made by another version of this software
    "rows",  # rows that belong to nothing, or numbers that contradict each other
    "document",  # one that is not as it was stored
    "path",  # a document whose file nobody knows
    "statistics",  # sums that do not fit their vectors
    "words",
    "crops",
    "cache",  # a vector file
    "waste",  # files that nothing needs
    "permissions",
    "unwritable",
    "disk",
    # What follows is good to know, and no damage.
    "writer",  # someone writes right now
    "run",  # one that did not finish
    "backup",  # copies of the catalogue that were put aside
    "quarantine",
    "clock",
    "source",  # a file that is gone or changed
    "sources",  # nothing says what the index was made from
]
_GOOD_TO_KNOW = frozenset({"writer", "run", "backup", "quarantine", "clock", "source", "sources"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. Of the same kind and cause there is one, however many rows it has."""

    kind: Kind
    message: str  # one line, with the number found
    repair: str = ""  # what mends it; "" where there is nothing to mend
    documents: tuple[Path, ...] = ()  # the paths of the documents it is about

    @property
    def is_damage(self) -> bool:
        """Whether the index is not as it should be; else it is only good to know."""
        return self.kind not in _GOOD_TO_KNOW


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that a repair did, or could not do."""

    message: str  # one line
    done: bool = True
    documents: tuple[Path, ...] = ()

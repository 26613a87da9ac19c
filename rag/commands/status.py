"""Counts, sizes, models and health of the index. Exit code 1 when it is not healthy.

examples:
  rag status
  rag status --json | jq .counts
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rag.commands import opened

if TYPE_CHECKING:
    from rag.app import Status


def arguments(parser: argparse.ArgumentParser) -> None:
    """`rag status` takes nothing but what every command takes."""


def run(args: argparse.Namespace) -> int:
    """Prints a Status."""
    with opened(args) as rag:
        status = rag.status()
    if args.json:
        from rag.jsonable import to_json

        print(to_json(status))
    else:
        _show(status)
    return 1 if status.problems else 0


def _show(status: Status) -> None:
    from rag.terminal import name, one_line, plural, size, styled

    counts = status.counts
    lines = [
        ("index", name(status.index)),
        ("documents", f"{counts.documents:,} at {plural(counts.paths, 'path')}"),
        ("pages", f"{counts.pages:,}"),
        ("passages", f"{counts.passages:,}"),
        ("tables", f"{counts.tables:,}"),
        ("figures", f"{counts.figures:,}"),
        *(("vectors", f"{n:,} in space {space!r}") for space, n in counts.vectors.items()),
        *(("model", f"{s.model} ({s.name}, {s.dim} dimensions)") for s in status.spaces),
        ("on disk", size(counts.bytes_on_disk)),
        ("version", status.version),
    ]
    for key, value in lines:
        print(f"{styled(key.ljust(10), 'dim')} {value}")
    if status.gone:
        key = styled("gone".ljust(10), "yellow")
        shown = ", ".join(name(path) for path in status.gone[:3])
        more = f" and {len(status.gone) - 3} more" if len(status.gone) > 3 else ""
        print(f"{key} {shown}{more}: no longer on the disk")
    for problem in status.problems:
        print(f"{styled('problem'.ljust(10), 'red')} {one_line(problem)}")
    if not status.problems:
        print(f"{styled('health'.ljust(10), 'dim')} {styled('good', 'green')}")

"""Counts, sizes, models and health of the index. Exit code 1 when it is not healthy.

With --last or --runs, what was done to the index: each ingest, remove, caption and embed is a run.
Exit code 1 when the last run failed, or did not finish because its process was killed.

examples:
  rag status
  rag status --last                  what the last run did, and what it could not read
  rag status --runs 20
  rag status --json | jq .counts
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rag.commands import opened, positive

if TYPE_CHECKING:
    from indexes.store import RunRecord
    from rag.app import Rag, Status

_MOST_GONE = 3  # files that are named
_MOST_QUARANTINED = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag status` takes."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--last", action="store_true", help="the last run, in place of the counts")
    one.add_argument("--runs", type=positive, metavar="N", help="the last N runs, a line each")


def run(args: argparse.Namespace) -> int:
    """Prints a Status; with --last or --runs RunRecords, with --json their `state` beside."""
    with opened(args) as rag:
        if args.last or args.runs:
            return _runs(args, rag)
        status = rag.status()
    if args.json:
        from rag.jsonable import to_json

        print(to_json(status))
    else:
        _show(status)
    return 1 if status.problems else 0


def _runs(args: argparse.Namespace, rag: Rag) -> int:
    from rag.runs import state_of

    runs = rag.runs(args.runs or 1)
    if args.json:
        from rag.jsonable import jsonable, to_json

        told = [{**jsonable(one), "state": state_of(one)} for one in runs]
        print(to_json(told if args.runs else next(iter(told), None)))
    elif not runs:
        print("No run is recorded.")
    elif args.runs:
        _list(runs)
    else:
        from rag.run_view import lines_of

        print("\n".join(lines_of(runs[0])))
    return 1 if runs and state_of(runs[0]) in ("failed", "did not finish") else 0


def _list(runs: list[RunRecord]) -> None:
    from rag.run_view import head, row
    from rag.terminal import table

    print(table(head, [row(one) for one in runs], right="r....r"))


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
        *(
            ("vectors", f"{n:,} in space {one_line(space)!r}")
            for space, n in counts.vectors.items()
        ),
        *(("model", one_line(f"{s.model} ({s.name}, {s.dim} dimensions)")) for s in status.spaces),
        ("on disk", size(counts.bytes_on_disk)),
        ("version", status.version),
    ]
    for key, value in lines:
        print(f"{styled(key.ljust(10), 'dim')} {value}")
    if status.gone:
        key = styled("gone".ljust(10), "yellow")
        shown = ", ".join(name(path) for path in status.gone[:_MOST_GONE])
        rest = len(status.gone) - _MOST_GONE
        more = f" and {rest:,} more" if rest > 0 else ""
        print(f"{key} {shown}{more}: no longer on the disk")
    for path, held in list(status.quarantined.items())[:_MOST_QUARANTINED]:
        key = styled("held".ljust(10), "yellow")
        print(f"{key} {name(path)}: quarantined on {held.since[:10]}: {one_line(held.reason)}")
    if (rest := len(status.quarantined) - _MOST_QUARANTINED) > 0:
        print(f"           and {rest:,} more in quarantine: rag status --json")
    for problem in status.problems:
        print(f"{styled('problem'.ljust(10), 'red')} {one_line(problem)}")
    if not status.problems:
        print(f"{styled('health'.ljust(10), 'dim')} {styled('good', 'green')}")

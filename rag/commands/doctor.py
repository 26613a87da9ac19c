"""Say what is wrong in the index folder, and with --repair mend it.

It works also where no other command does: on a damaged, missing or half-made catalogue. What can
be read is kept, caches and word indexes are made again, and documents that are damaged are read
again from their files. A damaged catalogue is put aside, never deleted. Exit code 0 when nothing
is wrong any more, 1 when something is, or a document could not be kept.

examples:
  rag doctor
  rag doctor --deep
  rag doctor --repair
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands import opened

if TYPE_CHECKING:
    from indexes.doctor import Problem
    from rag.doctoring import DoctorReport

_MOST_NAMED = 5  # paths in a line


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag doctor` takes."""
    parser.add_argument("--repair", action="store_true", help="mend what is wrong")
    parser.add_argument(
        "--deep",
        action="store_true",
        help="also read every crop and compare every vector (a repair always does)",
    )
    parser.add_argument(
        "--password",
        action="append",
        default=[],
        metavar="WORD",
        help="for encrypted files that have to be read again; may be given more than once",
    )
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        help='passwords to try, one a line; "-" reads standard input',
    )


def run(args: argparse.Namespace) -> int:
    """Prints a DoctorReport."""
    from rag.passwords import passwords_of

    passwords = passwords_of(args.password, args.password_file)
    with opened(args) as rag, _told(quiet=args.json) as tell:
        report = rag.doctor(args.repair, deep=args.deep, passwords=passwords, tell=tell)
    if args.json:
        from rag.jsonable import to_json

        print(to_json(report))
    else:
        _show(report, args.repair)
    missed = any(repair.documents and not repair.done for repair in report.repairs)
    return 1 if report.problems or report.lost or missed else 0


@contextmanager
def _told(*, quiet: bool) -> Iterator[Callable[[str], object]]:
    """What shows the stage under way on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage: None
        return
    from rich.console import Console

    with Console(stderr=True).status("checking") as status:
        yield lambda stage: status.update(f"{stage} …")


def _show(report: DoctorReport, repair: bool) -> None:
    from rag.terminal import name, one_line, plural, styled

    _line("index", name(report.index))
    for problem in report.found:
        _problem("problem" if not repair else "found", problem, "red")
    for one in report.repairs:
        colour = "green" if one.done else "yellow"
        _line("done" if one.done else "not done", one_line(one.message), colour)
        _paths(one.documents)
    if report.salvaged:
        _line("saved", f"{plural(report.salvaged, 'document')} from the damaged catalogue", "green")
    if report.read_again:
        _line("read again", plural(len(report.read_again), "file"), "green")
    for path in report.lost:
        _line("lost", f"{name(path)}: damaged, and its file is gone", "red")
    if repair:
        for problem in report.problems:
            _problem("left", problem, "red")
    for note in report.notes:
        _problem("note", note, "dim")
    if not report.problems:
        print(f"{styled('health'.ljust(10), 'dim')} {styled('good', 'green')}")
    elif not repair:
        print("Mend it with: rag doctor --repair")


def _problem(key: str, problem: Problem, colour: str) -> None:
    from rag.terminal import one_line

    mended = f"; {problem.repair}" if problem.repair else ""
    _line(key, one_line(problem.message + mended), colour)
    _paths(problem.documents)


def _line(key: str, text: str, colour: str = "dim") -> None:
    from rag.terminal import styled

    print(f"{styled(key.ljust(10), colour)} {text}")


def _paths(paths: Sequence[Path]) -> None:
    from rag.terminal import name

    for path in paths[:_MOST_NAMED]:
        print(f"{'':10}   {name(path)}")
    if len(paths) > _MOST_NAMED:
        print(f"{'':10}   … and {len(paths) - _MOST_NAMED} more")

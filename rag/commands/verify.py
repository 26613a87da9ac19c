"""Check an answer bundle against the files it was made from. No model and no index is needed.

A bundle is what `rag ask --bundle` writes. Each file must have the bytes that it had, and what the
answer quotes must stand in it, at its page and in its box. A file that was changed or is missing is
named; of a changed one, whether each quote still stands there, elsewhere, or no longer.

Exit code 0: all of it holds; 1: something does not; 2: no bundle that can be read.

examples:
  rag verify answer.zip
  rag verify answer.zip --root ./docs     the files are here now
  rag verify answer.zip --json
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.proof.checks import BundleCheck


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag verify` takes."""
    parser.add_argument("bundle", help="the file that rag ask --bundle wrote")
    parser.add_argument(
        "--root", metavar="FOLDER", help="look for the files below this folder, not where they were"
    )
    parser.add_argument(
        "--password",
        action="append",
        default=[],
        metavar="WORD",
        help="for encrypted files; may be repeated",
    )


def run(args: argparse.Namespace) -> int:
    """Prints a BundleCheck, with --json beside whether it holds and what does not."""
    from rag.proof.recheck import verify_bundle

    check = verify_bundle(args.bundle, root=args.root, passwords=args.password)
    if args.json:
        from rag.jsonable import jsonable, to_json

        told = {"holds": check.holds, "problems": check.problems}
        print(to_json({**told, **jsonable(check)}))
    else:
        _show(check)
    return 0 if check.holds else 1


def _show(check: BundleCheck) -> None:
    from rag.proof.check_view import check_lines, verdict
    from rag.terminal import shortened, styled

    print(styled(shortened(check.question, 200) or "(a picture)", "bold"))
    for line, good in check_lines(check):
        print(line if good else styled(line, "yellow"))
    print(styled(verdict(check), "bold", "green" if check.holds else "red"))

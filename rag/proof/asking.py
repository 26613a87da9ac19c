"""What `rag ask` does for proof of an answer: --verify and --bundle."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rag.jsonable import to_json
from rag.proof.need import Verification, answer_record
from rag.proof.need_view import effort, need_lines, warning
from rag.terminal import name, one_line, styled, wrapped
from rag.types import Answer

if TYPE_CHECKING:
    from rag.app import Rag


def prove(args: argparse.Namespace, rag: Rag, answer: Answer) -> None:
    """Says which sources the answer needed, prints its JSON, and writes its bundle: what is asked.

    The answer itself is on the terminal already, unless JSON is wanted.
    """
    verification = _verified(args, rag, answer) if args.verify else None
    if args.json:
        print(to_json(answer_record(answer, verification)))
    if args.bundle:
        _bundle(args, rag, answer, verification)


def _verified(args: argparse.Namespace, rag: Rag, answer: Answer) -> Verification:
    """Which sources the answer needed, printed below it unless it is wanted as JSON."""
    if told := warning(answer, rag.settings.generator):
        print(told, file=sys.stderr)
    verification = rag.verify_answer(answer, within=args.doc, image=args.image)
    if not args.json:
        print("\n" + styled("What was needed", "bold"))
        for line in need_lines(verification):
            print(wrapped(line))
        print(styled(effort(verification), "dim"))
    return verification


def _bundle(
    args: argparse.Namespace, rag: Rag, answer: Answer, verification: Verification | None
) -> None:
    """Writes the answer's bundle, and says so, and what had to be left out, on stderr."""
    manifest = rag.bundle(
        answer, args.bundle, image=args.image, verification=verification, force=args.force
    )
    for note in manifest.notes:
        print(f"Note: {one_line(note)}", file=sys.stderr)
    print(f"Bundle: {name(args.bundle)}; rag verify checks it", file=sys.stderr)

"""Answer a question from the documents.

Every sentence of the answer cites a source [n]; the sources follow, with page and box (points
from the page's top left). When the documents do not support an answer, the reply says so and
shows the nearest evidence; that is a good answer too, with exit code 0 and "refused": true in
the JSON.

examples:
  rag ask "What does Figure 3 show?"
  rag ask "How many people were asked?" --doc "survey*.pdf" --kind table
  rag ask --image chart.png "Where is this chart from?"
  cat question.txt | rag ask -
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rag.commands import add_filters, opened, positive, question_of

if TYPE_CHECKING:
    from rag.inline_pictures import Protocol
    from rag.types import Answer


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag ask` takes."""
    parser.add_argument("question", nargs="*", help='the question; "-" reads it from stdin')
    parser.add_argument(
        "-k", type=positive, default=8, metavar="N", help="pieces of evidence (default: 8)"
    )
    add_filters(parser)


def run(args: argparse.Namespace) -> int:
    """Prints an Answer."""
    with opened(args, images=args.images) as rag:
        answer = rag.ask(
            question_of(args), args.k, within=args.doc, kind=args.kind, image=args.image
        )
        if args.json:
            from rag.jsonable import to_json

            print(to_json(answer))
        else:
            from rag.inline_pictures import protocol

            _show(answer, protocol(rag.settings.images))
    return 0


def _show(answer: Answer, spoken: Protocol | None) -> None:
    from rag.commands.search import show_evidence
    from rag.terminal import styled, wrapped

    print(wrapped(answer.text))
    shown = answer.evidence[:3] if answer.refused else answer.cited
    if shown:
        print("\n" + styled("Nearest evidence" if answer.refused else "Sources", "bold"))
    for evidence in shown:
        show_evidence(evidence, spoken, quoted=answer.refused)

"""Answer a question from the documents.

Every sentence of the answer cites a source [n]; the sources follow, with page and box (points
from the page's top left). When the documents do not support an answer, the reply says so and
shows the nearest evidence; that is a good answer too, with exit code 0 and "refused": true in
the JSON.

With a chat model as generator (see "models" below) the answer appears as it is written, is then
checked against what it cites, and corrected if need be; --show-context prints exactly what the
model would get and what that costs.

examples:
  rag ask "What does Figure 3 show?"
  rag ask "How many people were asked?" --doc "survey*.pdf" --kind table
  rag ask --image chart.png "Where is this chart from?"
  rag ask "Who signed?" --verify               which sources the answer needed
  rag ask "Who signed?" --bundle signed.zip    keep it with its proof: see rag verify
  cat question.txt | rag ask -
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ingest.errors import InputError
from ingest.paths import expanded
from rag.commands import (
    add_filters,
    add_models,
    add_wrong_refusals,
    filters_of,
    opened,
    positive,
    question_of,
)
from rag.config import EXTRACTIVE

if TYPE_CHECKING:
    from rag.inline_pictures import Protocol
    from rag.types import Answer


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag ask` takes."""
    parser.add_argument("question", nargs="*", help='the question; "-" reads it from stdin')
    parser.add_argument(
        "-k", type=positive, default=8, metavar="N", help="pieces of evidence (default: 8)"
    )
    parser.add_argument(
        "--show-context", action="store_true", help="print the chat model's prompt, do not ask it"
    )
    add_wrong_refusals(parser)
    add_proof(parser)
    add_filters(parser)
    add_models(parser)


def add_proof(parser: argparse.ArgumentParser) -> None:
    """The arguments that ask for proof of an answer."""
    parser.add_argument(
        "--verify",
        action="store_true",
        help="answer again without each cited source, and say which were needed",
    )
    parser.add_argument(
        "--bundle", metavar="FILE", help="write the answer and all it rests on to a zip file"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace the bundle that --bundle names"
    )


def run(args: argparse.Namespace) -> int:
    """Prints an Answer, or with --show-context a Prompt."""
    if args.show_context and (args.verify or args.bundle):
        raise InputError("--show-context asks nothing, so it does not go with --verify or --bundle")
    with opened(args, images=args.images, wrong_refusals=args.wrong_refusals) as rag:
        question = question_of(args)
        filters = filters_of(args)
        if args.show_context:
            from rag.prompt_view import prompt_lines, prompt_record

            prompt = rag.prompt(question, args.k, **filters)
            print(to_text(prompt_record(prompt)) if args.json else prompt_lines(prompt))
            return 0
        if args.bundle:
            from rag.proof.bundle_write import require_free

            require_free(expanded(args.bundle), args.force)
        draft = None if args.json else Draft()
        # Quotes are there at once; what a model writes is shown as it comes.
        writes = rag.settings.generator != EXTRACTIVE
        told = draft.told if draft and writes else None
        answer = rag.ask(question, args.k, **filters, on_text=told)
        if draft:
            from rag.inline_pictures import protocol

            show_answer(answer, protocol(rag.settings.images), draft)
        if args.verify or args.bundle:
            from rag.proof.asking import prove

            prove(args, rag, answer)
        elif args.json:
            print(to_text(answer))
    return 0


def to_text(value: object) -> str:
    """JSON."""
    from rag.jsonable import to_json

    return to_json(value)


class Draft:
    """What is on the terminal of an answer while it is written."""

    def __init__(self) -> None:
        self.text = ""

    def told(self, piece: str) -> None:
        """Prints a piece of the draft, where a person is watching."""
        from rag.terminal import clean, is_terminal

        if is_terminal():
            print(clean(piece), end="", flush=True)
            self.text += piece


def show_answer(answer: Answer, spoken: Protocol | None, draft: Draft) -> None:
    """The checked answer, what is not borne out in it, and its sources."""
    from rag.commands.search import show_evidence
    from rag.terminal import styled, wrapped

    if answer.short:
        from rag.short_view import headline, how_found

        print(styled(wrapped(headline(answer.short)), "bold"))
        if how := how_found(answer.short):
            print(styled(wrapped(how), "dim"))
        print()
    same = "".join(draft.text.split()) == "".join(answer.text.split())
    if draft.text:
        print("\n" if same else "\n\n" + styled("Checked against its sources:", "bold"))
    if not same:
        print(wrapped(answer.text))
    for sentence in answer.unsupported:
        print(styled(wrapped(f"Not borne out by its source: {sentence}"), "yellow"))
    if answer.disagreements:
        from rag.contradictions.telling import in_words

        for each in answer.disagreements:
            print("\n" + styled(wrapped(in_words(each, answer)), "yellow"))
            for side in each.sides:
                if side.quote not in answer.text:
                    print(wrapped(f"“{side.quote}” [{side.number}]", "    "))
    shown = answer.evidence[:3] if answer.refused else answer.cited
    if shown:
        print("\n" + styled("Nearest evidence" if answer.refused else "Sources", "bold"))
    for evidence in shown:
        show_evidence(evidence, spoken, quoted=answer.refused)

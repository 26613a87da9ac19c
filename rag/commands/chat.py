r"""Questions in a row: a follow-up ("and in 2020?") is understood from what was said before.

An empty line, Ctrl-D or "exit" ends it; "/new" forgets what was said. Lines may also come from a
pipe: one question each.

examples:
  rag chat
  rag chat --doc "*.pdf" --generator openai:llava --base-url http://localhost:11434/v1
  printf 'Who built it?\nWhen?\n' | rag chat --json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from ingest.errors import RagError
from rag.commands import add_filters, add_models, filters_of, opened, positive


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag chat` takes."""
    parser.add_argument(
        "-k", type=positive, default=8, metavar="N", help="pieces of evidence (default: 8)"
    )
    add_filters(parser)
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Answers line by line; with --json one Answer a line."""
    from rag.commands.ask import Draft, show_answer
    from rag.inline_pictures import protocol
    from rag.jsonable import to_json
    from rag.terminal import one_line, styled

    with opened(args, images=args.images) as rag:
        conversation = rag.conversation()
        filters = filters_of(args)
        for question in _questions():
            if question == "/new":
                conversation = rag.conversation()
                continue
            draft = Draft()
            watch = None if args.json else draft.told
            try:
                answer = conversation.ask(question, k=args.k, **filters, on_text=watch)
            except RagError as error:
                if not sys.stdin.isatty():
                    raise
                print(f"rag: {one_line(str(error))}", file=sys.stderr)
                continue
            if args.json:
                print(to_json(answer, indent=None), flush=True)
                continue
            if answer.question != question:
                print(styled(f"({one_line(answer.question)})", "dim"))
            show_answer(answer, protocol(rag.settings.images), draft)
            print(flush=True)
    return 0


def _questions() -> Iterator[str]:
    """Lines from a person or a pipe, until there are no more."""
    person = sys.stdin.isatty()
    if person:
        import contextlib

        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 - gives input() its history and editing
    while True:
        try:
            line = input("? ") if person else sys.stdin.readline()
        except EOFError:
            return
        if not person and not line:
            return
        question = line.strip()
        if person and question.lower() in {"", "exit", "quit", "/exit", "/quit"}:
            return
        if question:
            yield question

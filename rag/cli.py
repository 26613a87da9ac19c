"""The command line: finds the command, runs it, and turns what goes wrong into one line.

Each command is a module of `rag.commands` with `arguments(parser)` and `run(args) -> exit code`,
imported only when it is called.

Exit codes: 0 all is well · 1 something failed or was not read, or `--strict` found gaps · 2 bad
input · 3 the index cannot be used · 4 not found · 5 an optional package is missing · 6 a model
failed · 130 Ctrl-C · 143 SIGTERM.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from ingest.errors import RagError
from rag import events, secrets
from rag.interruption import ended_by_sigterm, exit_code

COMMANDS = {
    "ingest": "read files and folders into the index",
    "ask": "answer a question, citing pages and figures",
    "verify": "check an answer bundle against its files",
    "chat": "questions in a row, follow-ups included",
    "search": "find passages, tables and figures",
    "caption": "have a model describe the figures in the index",
    "describe": "describe a picture, or a document's figures",
    "extract": "text, tables, numbers, key points or JSON out of a file",
    "eval": "measure retrieval, answers and refusals on questions with known answers",
    "embed": "give the index other models",
    "calibrate": "fit how sure answers are to the index's own documents",
    "train-clip": "tune the CLIP on the index's own figures",
    "models": "list, download and try models",
    "list": "list the documents",
    "show": "show a document, or one passage, table or figure",
    "remove": "take documents out of the index",
    "status": "counts, sizes, models and health of the index",
    "doctor": "say what is wrong in the index folder, and mend it",
}

_EXAMPLES = """
examples:
  rag ingest ./docs                     read a folder; run it again after changes
  rag ask "What does Figure 3 show?"    an answer with its sources
  rag ask "Who signed?" --doc "*.pdf"   from some documents only
  rag search "error rate" --kind table  look for tables

The index is the folder .rag, looked for from the current folder upwards; --index PATH or the
variable RAG_INDEX name another. "rag COMMAND --help" tells more about a command.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `rag` and returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # names that are not valid text
    try:
        with ended_by_sigterm():
            code = _ran(arguments)
        events.end(code)
        return code
    finally:
        secrets.forget()


def _ran(arguments: list[str]) -> int:
    """Runs a command; what goes wrong is one line and an exit code."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader went away: `rag list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that closing stdout does not complain
        return 141
    except KeyboardInterrupt as error:
        return _complain(str(error) or "interrupted", exit_code(), "interrupted")
    except RagError as error:
        _debug()
        return _complain(str(error), error.exit_code, type(error).__name__)
    except OSError as error:
        _debug()
        name = f"{error.filename}: " if error.filename else ""
        return _complain(f"{name}{error.strerror or error}", 1, type(error).__name__)
    except Exception as error:  # the outermost boundary: a bug is one line too
        _debug()
        reason = f"{type(error).__name__}: {error}"
        return _complain(f"unexpected error: {reason} (RAG_DEBUG=1 shows where)", 1, "unexpected")


def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of one command's arguments."""
    module = _module(command)
    parser = _Parser(
        prog=f"rag {command}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    parser.add_argument("--index", metavar="PATH", help="the index folder (default: .rag, upwards)")
    parser.add_argument("--json", action="store_true", help="print one JSON value on stdout")
    parser.add_argument(
        "--log-json",
        metavar="FILE",
        help="log events as JSON lines: appended to FILE, or on stderr when no FILE follows",
    )
    return parser


class _Parser(argparse.ArgumentParser):
    """Its messages quote arguments, which a shell may have made of file names."""

    def _print_message(self, message: str, file: Any = None) -> None:
        from rag.terminal import clean

        super()._print_message(clean(message), file)


def _run(arguments: list[str]) -> int:
    first = arguments[0] if arguments else "--help"
    if first in COMMANDS:
        try:
            args = parser_of(first).parse_args(events.with_target(arguments[1:]))
        except SystemExit as done:  # argparse has printed its message
            return int(done.code or 0)
        if args.log_json is not None:
            events.begin(args.log_json, first)
        return int(_module(first).run(args))
    if first in ("-V", "--version"):
        from rag.config import version

        print(f"rag {version()}")
        return 0
    if first in ("-h", "--help", "help"):
        if len(arguments) > 1 and arguments[1] in COMMANDS:
            parser_of(arguments[1]).print_help()
        else:
            print(_help())
        return 0
    return _complain(_unknown(first), 2)


def _module(command: str) -> ModuleType:
    return import_module(f"rag.commands.{command.replace('-', '_')}")


def _help() -> str:
    width = max(map(len, COMMANDS)) + 2
    commands = "\n".join(f"  {name:{width}}{about}" for name, about in COMMANDS.items())
    return (
        "usage: rag COMMAND …\n\nAsk your documents: every answer cites a page and a box.\n\n"
        f"commands:\n{commands}\n{_EXAMPLES.rstrip()}"
    )


def _unknown(word: str) -> str:
    import difflib

    if word.startswith("-"):
        return f"{word}: options come after the command; see rag --help"
    near = difflib.get_close_matches(word, COMMANDS, 1)
    hint = f"did you mean rag {near[0]}?" if near else f"commands: {', '.join(COMMANDS)}"
    return f"unknown command {word!r}; {hint}"


def _complain(message: str, code: int, kind: str = "") -> int:
    from rag.terminal import one_line

    events.log("error", level="error", message=message, kind=kind)
    if not events.on_stderr():
        print(f"rag: {one_line(secrets.hidden(message))}", file=sys.stderr)
    return code


def _debug() -> None:
    if os.environ.get("RAG_DEBUG"):
        import traceback

        from rag.terminal import clean

        print(clean(secrets.hidden(traceback.format_exc())), file=sys.stderr)

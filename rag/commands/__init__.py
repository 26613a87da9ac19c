"""The commands of `rag`: `arguments(parser)` says what each takes, `run(args)` does it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.app import Rag


def opened(args: argparse.Namespace, *, create: bool = False, **flags: Any) -> Rag:
    """The index that the arguments name, with flags before all other settings."""
    from rag import config
    from rag.app import Rag

    folder = Path(args.index).expanduser().absolute() if args.index else config.find_index()
    settings = config.load(folder.parent if folder else None, flags)
    return Rag.open(folder, create=create, settings=settings)


def positive(text: str) -> int:
    """An argument that is a whole number from 1."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The arguments that `ask` and `search` share."""
    parser.add_argument(
        "--doc",
        metavar="GLOB",
        help="only these documents: a path, a glob on path or name, or the start of an id",
    )
    parser.add_argument("--kind", choices=["text", "table", "figure"], help="only this kind")
    parser.add_argument("--image", metavar="FILE", help="a picture as the question, or part of it")
    parser.add_argument(
        "--images",
        choices=["auto", "never", "always"],
        help="show figures in the terminal (default: auto, where it can)",
    )


def question_of(args: argparse.Namespace) -> str:
    """The question from the arguments, or from standard input for "-"."""
    import sys

    words = " ".join(args.question)
    return sys.stdin.read(200_000) if words == "-" else words

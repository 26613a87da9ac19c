"""Describe picture files, or the figures of documents, with a vision-language model.

No index is needed. What the words inside the picture do not bear out is marked (?). Without a
model (captioner = "builtin") a sentence is put together from what is known of the figure.

examples:
  rag describe chart.png
  rag describe chart.png --style data             its values, as a Markdown table
  rag describe photo.jpg -n 3                     three different descriptions
  rag describe report.pdf --page 7 --style alt-text
  rag describe chart.png --model HuggingFaceTB/SmolVLM2-500M-Video-Instruct
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.paths import expanded
from rag.commands import add_models, positive, settings_of

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.describing import Described

STYLES = ["descriptive", "technical", "data", "alt-text"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag describe` takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a picture or a document")
    parser.add_argument("--style", choices=STYLES, help="what to tell (default: descriptive)")
    parser.add_argument(
        "-n", type=positive, default=1, metavar="N", help="different descriptions (default: 1)"
    )
    parser.add_argument(
        "--model",
        dest="captioner",
        metavar="MODEL",
        help="the model to ask, as --captioner",
    )
    parser.add_argument(
        "--page", type=positive, metavar="N", help="only figures on this page of a document"
    )
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Prints a list of Described."""
    settings = settings_of(args, caption_style=args.style)
    found = []
    for one in _described(args, settings):
        found.append(one)
        if not args.json:
            _show(one)
    if args.json:
        from rag.jsonable import to_json

        print(to_json(found))
    return 0


def _described(args: argparse.Namespace, settings: Settings) -> Iterator[Described]:
    from ingest.types import ReadOptions
    from rag.build import Models
    from rag.describing import describe_file
    from rag.os_process import cores

    model = Models(settings).captioner()
    if model is None and args.n > 1:
        print("rag: one description each: no model is configured to find others", file=sys.stderr)
    options = ReadOptions(settings.ocr, crop_dpi=settings.crop_dpi, threads=cores())
    for file in args.files:
        yield from describe_file(
            expanded(file),
            model,
            style=settings.caption_style,
            count=args.n,
            page=args.page,
            options=options,
            settings=settings,
        )


def _show(one: Described) -> None:
    from ingest.captioners.check import marked
    from rag.terminal import name, one_line, shortened, styled, wrapped

    where = [name(one.path), *([] if one.page is None else [f"page {one.page}"])]
    print(styled(", ".join([*where, *([one_line(one.label)] if one.label else [])]), "bold"))
    if one.caption:
        print(styled(shortened(one.caption, 200), "dim"))
    for number, told in enumerate(one.descriptions, 1):
        text = wrapped(marked(told.text, told.unverified))
        print(text if len(one.descriptions) == 1 else f"{number}. {text}")
    if not one.descriptions:
        print("(the model says nothing)")
    if one.figure_type:
        print(styled(f"type: {one_line(one.figure_type)}", "dim"))
    by = f"{one.style}, by {one.model}" if one.model else "by no model"
    print(styled(f"({one_line(by)})", "dim") + "\n", flush=True)

"""Take structured data out of one document or picture. No index is needed or touched.

What to take:
  text        the text in reading order, headings as Markdown
  tables      every table: label, caption, page, header and rows
  numbers     every number with its unit and scale, and what it is a number of
  key-points  the main points, each with its page
  summary     a few sentences, each with its page
  json        title, headings, tables, numbers, figures and text; with --schema, what that asks for

Text, tables and numbers come from the file itself. With a chat model (--generator), summaries,
key points and JSON are written by it, checked and corrected once; without one, points are the
document's own most central sentences, and a schema is filled with what stands beside its
properties' names in the document. A property that is required and not found is an error, never a
guess.

examples:
  rag extract report.pdf --as tables --pages 40-44 --csv > tables.csv
  rag extract report.pdf --as key-points
  rag extract invoice.pdf --as json --schema invoice.schema.json
  rag extract chart.png --as numbers --generator openai:gpt-5-mini --json
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rag.commands import add_models, settings_of

if TYPE_CHECKING:
    from rag.extracting import Extraction

_KINDS = ("summary", "tables", "key-points", "numbers", "text", "json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag extract` takes."""
    parser.add_argument("file", help="the document or picture")
    parser.add_argument(
        "--as", dest="kind", choices=_KINDS, required=True, help="what to take out of it"
    )
    parser.add_argument("--schema", metavar="FILE", help="a JSON Schema for --as json")
    parser.add_argument("--pages", metavar="PAGES", help="only these pages: 3, 1-3 or 1-3,7")
    parser.add_argument(
        "--password",
        action="append",
        default=[],
        metavar="WORD",
        help="for an encrypted file; may be repeated",
    )
    parser.add_argument("--csv", action="store_true", help="tables or numbers as CSV")
    parser.add_argument("--ocr", choices=["auto", "off", "all"], help="read words from pixels")
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Prints an Extraction; with --json its value alone, which is valid under the schema."""
    import sys

    from ingest.errors import InputError
    from rag.build import Models
    from rag.extracting import extract
    from rag.terminal import one_line

    if args.csv and (args.json or args.kind not in ("tables", "numbers")):
        raise InputError("--csv is for tables and numbers, and does not go with --json")
    settings = settings_of(args, ocr=args.ocr)
    extraction = extract(
        args.file,
        args.kind,
        schema=args.schema,
        models=Models(settings),
        settings=settings,
        pages=args.pages,
        passwords=args.password,
    )
    print(_shown(extraction, args))
    for note in extraction.notes:
        print(f"Note: {one_line(note)}", file=sys.stderr)
    return 0


def _shown(extraction: Extraction, args: argparse.Namespace) -> str:
    if args.json:
        from rag.jsonable import to_json

        return to_json(extraction.value)
    from rag.extraction.view import csv, lines

    return csv(extraction) if args.csv else lines(extraction)

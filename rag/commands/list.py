"""List the documents of the index, and what was read of each; or its figures of one type.

examples:
  rag list
  rag list "*.pptx"
  rag list --figure-type "flow chart"
  rag list --json | jq -r '.[].path'
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rag.commands import add_figure_type, opened

if TYPE_CHECKING:
    from rag.app import Rag


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag list` takes."""
    add_figure_type(parser)
    parser.add_argument("pattern", nargs="?", help="a path, a glob on path or name, or an id")


def run(args: argparse.Namespace) -> int:
    """Prints the Documents; of figures, pairs of Element and Document."""
    if args.figure_type is not None:
        return _figures(args)
    from rag.terminal import name, one_line, plural, table

    with opened(args) as rag:
        documents = rag.find(args.pattern) if args.pattern else rag.documents()
        if args.json:
            from rag.jsonable import to_json

            print(to_json(documents))
            return 0
        receipts = rag.receipts()
    rows: list[tuple[str | int, ...]] = []
    for document in documents:
        receipt = receipts.get(document.path)
        counts = (receipt.passages, receipt.tables, receipt.figures) if receipt else ("", "", "")
        rows.append((name(document.path), document.id[:12], document.page_count, *counts))
        rows += [
            (f"{name(copy)} (same bytes)", document.id[:12], "", "", "", "")
            for copy in document.copies
        ]
    if not rows:
        pattern = one_line(args.pattern or "")
        print(f"No document matches {pattern}." if pattern else "No documents.")
        return 0
    head = ("document", "id", "pages", "passages", "tables", "figures")
    print(table(head, rows, right="..rrrr"))
    _foot(plural(len(documents), "document"))
    return 0


def _figures(args: argparse.Namespace) -> int:
    from rag.terminal import name, plural, shortened, table, title

    with opened(args) as rag:
        found = rag.figures(within=args.pattern, figure_type=args.figure_type)
        _warn_of_untyped(rag, args.pattern)
    if args.json:
        from rag.jsonable import to_json

        print(to_json([{"element": element, "document": document} for element, document in found]))
        return 0
    if not found:
        print("No figure of this type.")
        return 0
    rows = [
        (
            element.id[:12],
            element.figure_type,
            name(document.path),
            element.place.page or "",
            shortened(title(element) or element.text, 60),
        )
        for element, document in found
    ]
    print(table(("id", "type", "document", "page", "caption"), rows, right="...r."))
    _foot(plural(len(rows), "figure"))
    return 0


def _warn_of_untyped(rag: Rag, pattern: str | None) -> None:
    """Without a CLIP, files are read and figures get no type: the list may lack some."""
    from rag.config import NONE
    from rag.terminal import plural

    if rag.settings.clip != NONE:
        return
    untyped = sum(not element.figure_type for element, _ in rag.figures(within=pattern))
    if untyped:
        print(
            f'rag: clip = "none": {plural(untyped, "figure")} without a type may belong here; '
            "a CLIP and rag embed give them types",
            file=sys.stderr,
        )


def _foot(text: str) -> None:
    from rag.terminal import is_terminal, styled

    if is_terminal():
        print(styled(text, "dim"))

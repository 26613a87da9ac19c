"""List the documents of the index, and what was read of each.

examples:
  rag list
  rag list "*.pptx"
  rag list --json | jq -r '.[].path'
"""

from __future__ import annotations

import argparse

from rag.commands import opened


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag list` takes."""
    parser.add_argument("pattern", nargs="?", help="a path, a glob on path or name, or an id")


def run(args: argparse.Namespace) -> int:
    """Prints the Documents."""
    from rag.terminal import name, plural, table

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
        print("No documents." if not args.pattern else f"No document matches {args.pattern}.")
        return 0
    head = ("document", "id", "pages", "passages", "tables", "figures")
    print(table(head, rows, right="..rrrr"))
    _foot(plural(len(documents), "document"))
    return 0


def _foot(text: str) -> None:
    from rag.terminal import is_terminal, styled

    if is_terminal():
        print(styled(text, "dim"))

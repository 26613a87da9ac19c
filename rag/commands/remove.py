"""Take documents out of the index. The files themselves stay where they are.

examples:
  rag remove old-report.pdf
  rag remove "drafts/*" --yes
"""

from __future__ import annotations

import argparse
import sys

from rag.commands import opened


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag remove` takes."""
    parser.add_argument(
        "pattern", nargs="+", help="a path, a glob on path or name, or the start of an id"
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Removes, and prints the paths that were removed."""
    from rag.terminal import name, plural

    with opened(args) as rag:
        paths = sorted({path for pattern in args.pattern for path in rag.paths(pattern)})
        if paths and not (args.yes or args.json) and sys.stdin.isatty() and sys.stderr.isatty():
            for path in paths[:20]:
                print(f"  {name(path)}", file=sys.stderr)
            if len(paths) > 20:
                print(f"  … and {len(paths) - 20} more", file=sys.stderr)
            if not confirmed(f"Take {plural(len(paths), 'file')} out of the index?"):
                print("Nothing was removed.")
                return 0
        removed = rag.remove(*args.pattern)
    if args.json:
        from rag.jsonable import to_json

        print(to_json(removed))
        return 0
    for path in removed:
        print(f"removed {name(path)}")
    return 0


def confirmed(question: str) -> bool:
    """Asks on the terminal; anything but y or yes is a no."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")

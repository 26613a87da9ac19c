"""Give the index the models of the settings: embed what it holds with them.

An index remembers which models made it, and refuses others. This command embeds its texts,
captions and crops with those that rag.toml, RAG_* or the flags name now; nothing is parsed again.
It says first what that takes. Ctrl-C keeps what is done: the next run carries on. Until the end
the index answers only when it is asked with the old settings.

examples:
  rag embed --dry-run
  rag embed --preset standard --yes
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rag.commands import add_models, opened

if TYPE_CHECKING:
    from rag.app import Rag
    from rag.reembedding import SwitchPlan


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag embed` takes."""
    parser.add_argument("--dry-run", action="store_true", help="only say what it would take")
    parser.add_argument("--yes", action="store_true", help="do not ask on a terminal")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Switches the index's models; prints the plan, or with --json a SwitchPlan."""
    with opened(args) as rag:
        plan = rag.plan_switch()
        if args.json:
            from rag.jsonable import to_json

            print(to_json(plan))
        elif not args.quiet:
            print("\n".join(_lines(plan)), flush=True)
        if not plan.needed or args.dry_run or not _agreed(args):
            return 0
        _switch(args, rag, plan)
    if not (args.json or args.quiet):
        print("Done.")
    return 0


def _switch(args: argparse.Namespace, rag: Rag, plan: SwitchPlan) -> None:
    from rag.progress_count import shown_count

    counted = 0, plan.documents
    try:
        with shown_count("documents", quiet=args.quiet or args.json) as show:

            def on_document(done: int, total: int) -> None:
                nonlocal counted
                counted = done, total
                show(done, total)

            rag.switch_models(on_document)
    except KeyboardInterrupt:
        done, total = counted
        raise KeyboardInterrupt(
            f"interrupted; {done:,} of {total:,} documents are done, the next rag embed carries on"
        ) from None


def _lines(plan: SwitchPlan) -> list[str]:
    from rag.terminal import duration, one_line, plural

    if not plan.needed:
        return ["The index has these models already."]
    lines = [f"new:  {one_line(space.model)} ({one_line(space.name)})" for space in plan.new]
    lines += [f"gone: {one_line(space.model)} ({one_line(space.name)})" for space in plan.gone]
    if plan.documents:
        lines.append(
            f"{plural(plan.elements, 'element')}, of which {plural(plan.figures, 'figure')}, in "
            f"{plural(plan.documents, 'document')}: about {duration(plan.seconds)}"
        )
    return lines


def _agreed(args: argparse.Namespace) -> bool:
    if args.yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    from rag.commands.remove import confirmed

    return confirmed("Go on?")

"""Describe the index's figures with a vision-language model, within a budget.

Figures that questions came near come first, then the others in the order in which they were
stored. A picture is described once, however often it occurs; captions are kept, so that a second
run, or another ingest, makes no call. What the figure's own words do not bear out is not indexed
as words, and is marked (?) where it is shown.

Ctrl-C keeps what is done, and the next run carries on. Exit code 1: some figures failed.

examples:
  rag caption --dry-run                 how many calls, and about how long
  rag caption --budget 10m
  rag caption --max 50 --style data     the values of charts, as Markdown tables
  rag caption --model openai:MODEL --doc "report*.pdf"
"""

from __future__ import annotations

import argparse
import re
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from rag.commands import add_models, opened, positive
from rag.commands.describe import STYLES

if TYPE_CHECKING:
    from rag.app import Rag
    from rag.caption_types import CaptionSummary

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_SPAN = re.compile(r"(?:\d+(?:\.\d+)?[smh])+")
_MOST_FAILED = 10  # lines


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag caption` takes."""
    parser.add_argument(
        "--budget", type=seconds, metavar="TIME", help="time to spend: 90s, 10m, 1h30m"
    )
    parser.add_argument("--max", type=positive, metavar="N", help="calls of the model, at most")
    parser.add_argument("--dry-run", action="store_true", help="say what there is to do")
    parser.add_argument("--style", choices=STYLES, help="what to tell (default: descriptive)")
    parser.add_argument(
        "--model",
        dest="captioner",
        metavar="MODEL",
        help="the model to ask, as --captioner",
    )
    parser.add_argument("--doc", metavar="GLOB", help="only figures of these documents")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    add_models(parser)


def seconds(text: str) -> float:
    """An argument that is a span of time: "90s", "10m", "1h30m"."""
    if not _SPAN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 90s, 10m or 1h30m")
    return sum(float(n) * _UNITS[unit] for n, unit in re.findall(r"([\d.]+)([smh])", text))


def run(args: argparse.Namespace) -> int:
    """Captions, and prints a CaptionSummary."""
    from rag.caption_types import CaptionInterrupted

    with opened(args, caption_style=args.style) as rag:
        try:
            summary = _caption(args, rag)
        except CaptionInterrupted as stopped:
            raise CaptionInterrupted(stopped.summary, _kept(stopped.summary)) from None
    if args.json:
        from rag.jsonable import to_json

        print(to_json(summary))
    elif summary.dry_run:
        _show_forecast(summary)
    elif not args.quiet:
        _show(summary)
    _complain(summary)
    return 1 if summary.failed else 0


def _caption(args: argparse.Namespace, rag: Rag) -> CaptionSummary:
    if args.quiet or args.json or args.dry_run:
        shown = nullcontext()
    else:
        from rag.caption_display import shown_captioning

        shown = shown_captioning()  # type: ignore[assignment]
    with shown as progress:
        return rag.caption(
            budget_seconds=args.budget,
            most=args.max,
            within=args.doc,
            dry_run=args.dry_run,
            progress=progress,
        )


def _show_forecast(summary: CaptionSummary) -> None:
    from rag.terminal import duration, one_line, plural

    print(f"Figures: {summary.figures:,}, {summary.current:,} described by {one_line(summary.by)}.")
    free = [(summary.cached, "from the cache"), (summary.copies, "copies of another picture")]
    if any(count for count, _ in free):
        print("Without a call: " + ", ".join(f"{n:,} {what}" for n, what in free if n) + ".")
    line = f"To ask: {plural(summary.left, 'call')}"
    if summary.left:
        each, expected = summary.seconds_per_call, summary.expected
        line += (
            ", time unknown: this model has described nothing yet"
            if each is None or expected is None
            else f", about {duration(expected)} at {duration(each)} each"
        )
    print(f"{line}.")


def _show(summary: CaptionSummary) -> None:
    from rag.terminal import duration, plural

    if not (summary.described or summary.calls):
        left = f"; {plural(summary.left, 'call')} left" if summary.left else ""
        print(f"Nothing to do: {summary.current:,} of {summary.figures:,} described already{left}.")
        return
    parts = [f"{plural(summary.described, 'figure')} described in {duration(summary.seconds)}"]
    details = [
        (summary.calls, "calls"),
        (summary.cached, "from the cache"),
        (summary.copies, "copies"),
        (summary.silent, "of which the model says nothing"),
        (summary.stale, "replaced meanwhile"),
        (len(summary.failed), "failed"),
    ]
    parts += [f"{count:,} {what}" for count, what in details if count]
    print(", ".join(parts) + ".")
    if summary.left:
        about = "" if summary.expected is None else f", about {duration(summary.expected)}"
        print(f"{plural(summary.left, 'call')} left{about}: rag caption carries on.")


def _complain(summary: CaptionSummary) -> None:
    from rag.terminal import one_line

    for figure, reason in summary.failed[:_MOST_FAILED]:
        print(f"rag: figure {figure[:12]}: {one_line(reason)}", file=sys.stderr)
    if (more := len(summary.failed) - _MOST_FAILED) > 0:
        print(f"rag: … and {more:,} more", file=sys.stderr)


def _kept(summary: CaptionSummary) -> str:
    from rag.terminal import plural

    kept = plural(summary.described, "figure")
    return f"interrupted; {kept} described by this run, the next rag caption carries on"

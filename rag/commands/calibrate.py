"""Fit how sure answers are, and what is refused, to the index's own documents.

Questions are made from the documents, without a model: from tables, captions, numbers, years and
names; each has a twin that no document answers. They are asked, and the curve that makes support
out of signals is fitted again, to them and to questions that people asked of other documents. It is
kept, in calibration.json in the index folder, when it judges better what was held out; otherwise
nothing is written, and the exit code is 1. Questions of your own tell more: --qa QA.jsonl.

examples:
  rag calibrate
  rag calibrate --wrong-refusals 0.05        refuse fewer questions that have an answer
  rag calibrate --qa questions.jsonl
                   {"question": …, "answerable": true, "doc": "a.pdf", "pages": [3]} a line
  rag calibrate --reset                      back to the built-in curve
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rag.commands import add_wrong_refusals, opened, positive

if TYPE_CHECKING:
    from rag.calibration.fitting import Measured
    from rag.calibration.run import CalibrationReport


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag calibrate` takes."""
    parser.add_argument("--qa", metavar="FILE", help="your own questions, a qa.jsonl as for eval")
    parser.add_argument(
        "--questions", type=positive, default=300, metavar="N", help="to make (default: 300)"
    )
    add_wrong_refusals(parser)
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another one makes other questions"
    )
    parser.add_argument("--dry-run", action="store_true", help="measure, and write nothing")
    parser.add_argument("--reset", action="store_true", help="use the built-in curve again")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")


def run(args: argparse.Namespace) -> int:
    """Calibrates, and prints a CalibrationReport."""
    from rag.jsonable import to_json

    with opened(args, wrong_refusals=args.wrong_refusals) as rag:
        if args.reset:
            was_there = rag.reset_calibration()
            told = "calibration removed" if was_there else "there was no calibration"
            print(to_json({"reset": was_there}) if args.json else told)
            return 0
        from rag.progress_count import shown_count

        with shown_count("questions", quiet=args.quiet or args.json) as tell:
            report = rag.calibrate(
                args.qa,
                questions=args.questions,
                seed=args.seed,
                dry_run=args.dry_run,
                tell=tell,
            )
    if args.json:
        print(to_json(report))
    elif not (args.quiet and report.better):
        print(told_of(report))
    return 0 if report.better else 1


def told_of(report: CalibrationReport) -> str:
    """The report for a person."""
    from rag.calibration.run import is_far
    from rag.terminal import name

    asked = "your own questions" if report.own else "questions made from the documents"
    before, after = report.before, report.after
    lines = [
        f"{report.questions} {asked}, {before.answerable} with an answer; {report.seconds:.0f} s",
        "",
        f"{'':34}{'before':>8}{'after':>8}",
        *_rows(before, after),
        f"{'distance from what people ask':42}{report.distance:8.2f}",
        "",
    ]
    if report.saved:
        lines.append(f"kept in {name(report.saved)}")
    elif report.better:
        lines.append("better; not written, for this is a dry run")
    elif is_far(report):
        lines.append("too far from what people ask; nothing was written")
    else:
        lines.append("not better on what was held out; nothing was written")
    return "\n".join(lines)


def _rows(before: Measured, after: Measured) -> list[str]:
    measures = {
        "F1 of refusals": (before.f1, after.f1),
        "answerable refused": (before.wrongly_refused, after.wrongly_refused),
        "Brier score of support": (before.brier, after.brier),
    }
    return [f"{name:34}{b:8.2f}{a:8.2f}" for name, (b, a) in measures.items()]

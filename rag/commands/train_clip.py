"""Tune the CLIP on the index's own figures, their captions and what passages say of them.

A fifth of the figures is held out. The tuned model is written only when it finds those surely
better than before, by figures and by words, and still tells their types; otherwise nothing is
written, and the exit code is 1. Training is a matter of minutes for the built-in CLIP; a large one
of open_clip wants a GPU. It takes at least 100 figures with captions, all different, and
pip install 'multimodal-rag[models]'.

examples:
  rag train-clip
  rag train-clip --clip ViT-B-16-SigLIP2-256/webli --minutes 30 --out my-clip
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.commands import MODEL_FLAGS, opened, positive

if TYPE_CHECKING:
    from indexes.clip.lesson import Tell
    from indexes.clip.tune import TuningReport


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag train-clip` takes."""
    parser.add_argument(
        "--out", metavar="FOLDER", help="where it goes (default: beside the index, NAME-tuned)"
    )
    parser.add_argument("--force", action="store_true", help="replace a CLIP that is in the folder")
    parser.add_argument(
        "--epochs", type=positive, default=20, metavar="N", help="at most (default: 20)"
    )
    parser.add_argument("--minutes", type=positive, metavar="N", help="stop training after so many")
    parser.add_argument(
        "--rate",
        type=_rate,
        metavar="NUMBER",
        help="the highest learning rate (default: 1e-4, 1e-5 for a CLIP of open_clip)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another one holds out other figures"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    parser.add_argument(
        "--clip", metavar="NAME", help="the model to start from (default: the setting clip)"
    )
    parser.add_argument("--device", metavar="NAME", help=MODEL_FLAGS["device"])


def _rate(text: str) -> float:
    """An argument that is a number between 0 and 1."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no learning rate; write it as 1e-4")
    return rate


def run(args: argparse.Namespace) -> int:
    """Tunes, and prints a TuningReport."""
    with opened(args) as rag, _shown(args.quiet or args.json) as tell:
        try:
            report = rag.train_clip(
                args.out,
                epochs=args.epochs,
                minutes=args.minutes,
                rate=args.rate,
                seed=args.seed,
                force=args.force,
                tell=tell,
            )
        except KeyboardInterrupt:
            raise KeyboardInterrupt("interrupted; nothing was written") from None
    if args.json:
        from rag.jsonable import to_json

        print(to_json(report))
    elif not args.quiet:
        _show(report)
    if report.folder is None:
        print(f"rag: nothing was written: {_reason(report)}", file=sys.stderr)
        return 1
    return 0


def _show(report: TuningReport) -> None:
    from rag.terminal import duration, one_line, plural, table

    held = "whole documents" if report.by_document else "figures"
    print(
        f"{one_line(report.model)}: {plural(report.pairs, 'pair')} of "
        f"{plural(report.learnt_from, 'figure')} and texts learnt in {duration(report.seconds)}; "
        f"measured on {report.held_out:,} figures that were held out ({held})"
    )
    rows = []
    for name, before, after in (
        ("caption → figure", report.before.text_to_picture, report.after.text_to_picture),
        ("figure → caption", report.before.picture_to_text, report.after.picture_to_text),
    ):
        rows += [(f"{name}, {at}", f"{before[at]:.2f}", f"{after[at]:.2f}") for at in before]
    was, now = report.before.reciprocal_rank, report.after.reciprocal_rank
    rows.append(("mean reciprocal rank", f"{was:.3f}", f"{now:.3f}"))
    print(table(("found", "before", "after"), rows, right=".rr"))
    print(f"Gain: {_gain(report)}. Types kept: {_types(report)}.")
    if report.folder is not None:
        print(f'To use it: clip = "{one_line(str(report.folder))}" in rag.toml, then\n  rag embed')


def _gain(report: TuningReport) -> str:
    gain = report.gain
    return f"{gain.mean:+.3f} (95 % interval {gain.low:+.3f} to {gain.high:+.3f})"


def _types(report: TuningReport) -> str:
    return f"{report.types_kept:.0%} of {report.typed}" if report.typed else "none was clear before"


def _reason(report: TuningReport) -> str:
    if report.gain.low <= 0:
        return (
            f"the {report.held_out} held-out figures are not surely found better, mean reciprocal "
            f"rank {_gain(report)}"
        )
    return f"only {_types(report)} held-out figures keep their type"


@contextmanager
def _shown(quiet: bool) -> Iterator[Tell]:
    """A callback that shows how far it is: a bar on a terminal, a line now and then in a log."""
    if quiet:
        yield lambda stage, done, total: None
        return
    if not sys.stderr.isatty():
        from rag.progress_log import logged

        yield logged(lambda stage, done, total: f"{stage}: {done:,} of {total:,}")
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done)

        yield tell

"""Read files and folders into the index: PDF, Markdown, HTML, text, CSV, .docx, .pptx, .xlsx,
.epub and images. Run it again after changes: unchanged files cost nothing.

Ctrl-C keeps what is done, and the next run carries on. A file that twice crashed the process that
reads it, or went beyond its limits of time or memory, is quarantined: passed over until it changes,
is named here itself, or --again is given.

Exit code 0: all documents were read, if need be in part; 1: some were not (each is named): failed,
quarantined, or in need of a password; or --strict found gaps; 2: nothing could be read. What is no
document, as a file of another type in a folder, changes nothing.

examples:
  rag ingest ./docs
  rag ingest ./docs --prune          and forget files that are gone
  rag ingest scans --ocr all         read words from pixels on every page
  rag ingest secret.pdf --password opensesame
  rag ingest ./docs --password-file words.txt
  rag ingest ./docs --wait 600 --log-json=ingest.log
"""  # noqa: D205

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rag import events
from rag.commands import add_models, opened, positive

if TYPE_CHECKING:
    from ingest.types import Receipt
    from rag.app import Rag
    from rag.ingesting import IngestSummary


_MOST_GAPS = 12  # lines for one document
_LONGEST_WAIT = 1e7  # seconds


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag ingest` takes."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    parser.add_argument(
        "--ocr",
        choices=["auto", "off", "all"],
        help="words from pixels: where it pays (auto, the default), never, or everywhere",
    )
    parser.add_argument(
        "--password",
        action="append",
        default=[],
        metavar="WORD",
        help="tried on encrypted files; may be given more than once",
    )
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        help='passwords to try, one a line; "-" reads standard input',
    )
    parser.add_argument(
        "--prune",
        action=argparse.BooleanOptionalAction,
        help="forget files that are gone from a folder given here (default: ask on a terminal)",
    )
    parser.add_argument(
        "--again", action="store_true", help="read unchanged files too, and those in quarantine"
    )
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="processes that read (default: one a core)"
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="wait so long while another process is writing (default: say so and end)",
    )
    parser.add_argument("--strict", action="store_true", help="gaps give exit code 1")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    add_models(parser)


def _seconds(text: str) -> float:
    """An argument that is a time in seconds, from 0."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds <= _LONGEST_WAIT:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0")
    return seconds


def run(args: argparse.Namespace) -> int:
    """Ingests, and prints the coverage receipt."""
    from rag.ingesting import IngestInterrupted
    from rag.passwords import passwords_of

    passwords = passwords_of(args.password, args.password_file)
    with opened(args, create=True, ocr=args.ocr, workers=args.workers) as rag:
        silent = args.quiet or args.json or events.on_stderr()
        new = not rag.index.exists()
        try:
            summary = _ingest(args, rag, passwords, silent)
        except IngestInterrupted as stopped:
            raise IngestInterrupted(stopped.summary, _kept(stopped.summary)) from None
        if new and not silent and rag.index.exists():
            _say(f"New index: {_name(rag.index)}")
        if summary.vanished and args.prune is None and not silent and _wants_pruning(summary):
            summary = _pruned(args, rag, summary)
        gaps = _gaps(args, rag, summary) if args.strict else []
    if args.json:
        from rag.jsonable import to_json

        print(to_json(summary))
    elif not args.quiet:
        _show(summary)
    _complain(args, summary, gaps)
    return _exit_code(summary, gaps)


def _ingest(
    args: argparse.Namespace, rag: Rag, passwords: tuple[str, ...], silent: bool
) -> IngestSummary:
    if silent:
        shown = nullcontext()
    else:
        from rag.progress_display import shown_progress

        shown = shown_progress()  # type: ignore[assignment]
    with shown as progress:
        return rag.ingest(
            *args.paths,
            passwords=passwords,
            prune=bool(args.prune),
            again=args.again,
            wait=args.wait,
            progress=progress,
        )


def _wants_pruning(summary: IngestSummary) -> bool:
    from rag.commands.remove import confirmed
    from rag.terminal import plural

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    for path in summary.vanished[:20]:
        _say(f"  gone: {_name(path)}")
    return confirmed(f"Take {plural(len(summary.vanished), 'file')} out of the index?")


def _pruned(args: argparse.Namespace, rag: Rag, summary: IngestSummary) -> IngestSummary:
    from dataclasses import replace

    removed = rag.remove(*summary.vanished)
    return replace(summary, removed=tuple(removed), vanished=())


def _show(summary: IngestSummary) -> None:
    from rag.commands.show import gaps
    from rag.terminal import styled, table

    if summary.receipts:
        head = ("document", "pages", "passages", "tables", "figures", "captions", "OCR pages")
        rows = [(_name(path), *_counts(receipt)) for path, receipt in summary.receipts]
        print(table(head, rows, right=".rrrrrr"))
    for path, receipt in summary.receipts:
        lines = gaps(receipt)
        if lines:
            print(_name(path))
        for line in lines[:_MOST_GAPS]:
            print(styled(f"  {line}", "yellow"))
        if len(lines) > _MOST_GAPS:
            print(f"  … and {len(lines) - _MOST_GAPS} more: rag show {_one_line(path.name)}")
    for one in summary.outcomes:
        if one.status == "partial":
            print(styled(f"{_name(one.path)}: partial, {_one_line(one.reason)}", "yellow"))
    for line in _passed_over(summary):
        print(styled(line, "dim"))
    print(_totals(summary))


def _passed_over(summary: IngestSummary) -> list[str]:
    """A line for each file that is no document to read, or for each reason that several share."""
    by_reason: dict[str, list[Path]] = {}
    for one in summary.outcomes:
        if one.status == "skipped" and not one.wanting:
            by_reason.setdefault(_one_line(one.reason), []).append(one.path)
    return [
        f"{_name(paths[0]) if len(paths) == 1 else f'{len(paths):,} files'}: skipped, {reason}"
        for reason, paths in by_reason.items()
    ]


def _counts(receipt: Receipt) -> tuple[int | str, ...]:
    captioned = f"{receipt.captions_linked}/{receipt.tables + receipt.figures}"
    ocr = len(receipt.ocr_pages) or ""
    return receipt.pages, receipt.passages, receipt.tables, receipt.figures, captioned, ocr


def _totals(summary: IngestSummary) -> str:
    """One line on the whole run."""
    from rag.outcomes import counted
    from rag.terminal import duration, plural

    wanting = any(one.wanting for one in summary.outcomes)
    if not (summary.changed or summary.receipts or wanting):
        return f"Nothing to do: {plural(len(summary.unchanged), 'file')} unchanged."
    known = {*summary.copies, *summary.unchanged}
    counts = counted(one for one in summary.outcomes if one.path not in known)
    parts = []
    for count, verb in (
        (counts.get("ok", 0), "read"),
        (counts.get("partial", 0), "partial"),
        (len(summary.copies), "known under another path"),
        (len(summary.unchanged), "unchanged"),
        (len(summary.removed), "removed"),
        (counts.get("skipped", 0), "skipped"),
        (counts.get("failed", 0), "failed"),
    ):
        if count:
            parts.append(f"{count:,} {verb}")
    line = f"Files: {', '.join(parts)}."
    seconds = summary.timings.get("total", 0.0)
    if summary.receipts:
        figures = sum(receipt.figures for _, receipt in summary.receipts)
        rate = f", {summary.pages / seconds:.0f} pages/s" if seconds > 0 else ""
        what = f"{plural(summary.pages, 'page')} and {plural(figures, 'figure')}"
        line += f" {what} in {duration(seconds)}{rate}."
    return line


def _complain(args: argparse.Namespace, summary: IngestSummary, gaps: list[str]) -> None:
    from rag.terminal import plural

    for one in summary.outcomes:
        if one.wanting:
            how = "skipped, " if one.status == "skipped" else ""
            _say(f"rag: {_name(one.path)}: {how}{_one_line(one.reason)}")
    for gap in gaps:
        _say(f"rag: gap: {gap}")
    if summary.vanished and not args.quiet:
        gone = plural(len(summary.vanished), "file")
        paths = _one_line(" ".join(args.paths))
        _say(
            f"{gone} gone from the disk but still in the index; "
            f"rag ingest --prune {paths} removes them"
        )


def _gaps(args: argparse.Namespace, rag: Rag, summary: IngestSummary) -> list[str]:
    """What --strict objects to, in the unchanged files' receipts too."""
    from ingest.files import SUFFIXES
    from rag.commands.show import gaps
    from rag.planning import absolute

    receipts = dict(summary.receipts)
    if summary.unchanged or summary.copies:
        stored = rag.receipts()
        receipts |= {p: stored[p] for p in (*summary.unchanged, *summary.copies) if p in stored}
    given = {absolute(path) for path in args.paths}
    found = [f"{_name(path)}: {line}" for path in sorted(receipts) for line in gaps(receipts[path])]
    for path, reason in summary.skipped:  # a file in a folder whose type is not read is no gap
        if path in given or path.suffix.lower() in SUFFIXES or not path.is_file():
            found.append(f"{_name(path)}: {reason}")
    return found


def _exit_code(summary: IngestSummary, gaps: list[str]) -> int:
    worked = summary.receipts or summary.unchanged or summary.copies or summary.removed
    if any(one.wanting for one in summary.outcomes):
        return 1 if worked else 2
    return 1 if gaps else 0


def _kept(summary: IngestSummary) -> str:
    from rag.terminal import plural

    kept = plural(len(summary.receipts), "document")
    return f"interrupted; {kept} of this run kept, the next rag ingest carries on"


def _say(line: str) -> None:
    """A line for people, where stderr is not for the log."""
    if events.on_stderr():
        return
    print(line, file=sys.stderr, flush=True)


def _name(path: Path) -> str:
    from rag.terminal import name

    return name(path)


def _one_line(text: str) -> str:
    from rag.terminal import one_line

    return one_line(text)

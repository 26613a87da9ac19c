"""Read files and folders into the index: PDF, Markdown, HTML, text, CSV, .docx, .pptx, .xlsx,
.epub and images. Run it again after changes: unchanged files cost nothing.

Ctrl-C keeps what is done, and the next run carries on. Exit code 0: all files were read;
1: some failed (each is named), or --strict found gaps; 2: nothing could be read.

examples:
  rag ingest ./docs
  rag ingest ./docs --prune          and forget files that are gone
  rag ingest scans --ocr all         read words from pixels on every page
  rag ingest secret.pdf --password opensesame
"""  # noqa: D205

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands import add_models, opened, positive

if TYPE_CHECKING:
    from ingest.types import Receipt
    from rag.app import Rag
    from rag.ingesting import IngestSummary


_MOST_GAPS = 12  # lines for one document


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
        "--prune",
        action=argparse.BooleanOptionalAction,
        help="forget files that are gone from a folder given here (default: ask on a terminal)",
    )
    parser.add_argument("--again", action="store_true", help="read unchanged files too")
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="processes that read (default: one a core)"
    )
    parser.add_argument("--strict", action="store_true", help="gaps give exit code 1")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Ingests, and prints the coverage receipt."""
    from rag.ingesting import IngestInterrupted

    with opened(args, create=True, ocr=args.ocr, workers=args.workers) as rag:
        silent = args.quiet or args.json
        new = not rag.index.exists()
        try:
            summary = _ingest(args, rag, silent)
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


def _ingest(args: argparse.Namespace, rag: Rag, silent: bool) -> IngestSummary:
    if silent:
        shown = nullcontext()
    else:
        from rag.progress_display import shown_progress

        shown = shown_progress()  # type: ignore[assignment]
    with shown as progress:
        return rag.ingest(
            *args.paths,
            passwords=args.password,
            prune=bool(args.prune),
            again=args.again,
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
            print(f"  … and {len(lines) - _MOST_GAPS} more: rag show {path.name}")
    for line in _skipped(summary):
        print(styled(line, "dim"))
    print(_totals(summary))


def _skipped(summary: IngestSummary) -> list[str]:
    """A line for each file that was skipped, or for each reason that several share."""
    by_reason: dict[str, list[Path]] = {}
    for path, reason in summary.skipped:
        by_reason.setdefault(_one_line(reason), []).append(path)
    return [
        f"{_name(paths[0]) if len(paths) == 1 else f'{len(paths)} files'}: skipped, {reason}"
        for reason, paths in by_reason.items()
    ]


def _counts(receipt: Receipt) -> tuple[int | str, ...]:
    captioned = f"{receipt.captions_linked}/{receipt.tables + receipt.figures}"
    ocr = len(receipt.ocr_pages) or ""
    return receipt.pages, receipt.passages, receipt.tables, receipt.figures, captioned, ocr


def _totals(summary: IngestSummary) -> str:
    """One line on the whole run."""
    from rag.terminal import duration, plural

    if not (summary.changed or summary.receipts or summary.failed):
        return f"Nothing to do: {plural(len(summary.unchanged), 'file')} unchanged."
    parts = []
    for paths, verb in (
        (summary.added, "added"),
        (summary.updated, "updated"),
        (summary.copies, "known under another path"),
        (summary.unchanged, "unchanged"),
        (summary.removed, "removed"),
        (summary.failed, "failed"),
    ):
        if paths:
            parts.append(f"{len(paths):,} {verb}")
    line = f"Files: {', '.join(parts)}."
    seconds = summary.timings.get("total", 0.0)
    if summary.receipts:
        pages = sum(receipt.pages for _, receipt in summary.receipts)
        figures = sum(receipt.figures for _, receipt in summary.receipts)
        rate = f", {pages / seconds:.0f} pages/s" if seconds > 0 else ""
        what = f"{plural(pages, 'page')} and {plural(figures, 'figure')}"
        line += f" {what} in {duration(seconds)}{rate}."
    return line


def _complain(args: argparse.Namespace, summary: IngestSummary, gaps: list[str]) -> None:
    from rag.terminal import plural

    for path, reason in summary.failed:
        _say(f"rag: {_name(path)}: {_one_line(reason)}")
    for gap in gaps:
        _say(f"rag: gap: {gap}")
    if summary.vanished and not args.quiet:
        gone = plural(len(summary.vanished), "file")
        paths = " ".join(args.paths)
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
    if summary.failed:
        return 1 if worked else 2
    return 1 if gaps else 0


def _kept(summary: IngestSummary) -> str:
    from rag.terminal import plural

    kept = plural(len(summary.receipts), "document")
    return f"interrupted; {kept} of this run kept, the next rag ingest carries on"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _name(path: Path) -> str:
    from rag.terminal import name

    return name(path)


def _one_line(text: str) -> str:
    from rag.terminal import one_line

    return one_line(text)

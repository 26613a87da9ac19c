"""Measure retrieval, answers and refusals on questions with known answers.

QUESTIONS is one of
  a file with a question a line: {"question": …, "answer": …, "doc": "a.pdf", "pages": [3]}
  a BEIR folder: corpus.jsonl, queries.jsonl, qrels.tsv; an index of its passages is made
  a file of queries, with --qrels FILE (TREC: query 0 document grade)

With --out DIR the results are kept, and --compare DIR tells what another run changed, question by
question. --save FILE keeps the answers of now; after another ingest --against FILE tells which
answers and which evidence changed.

examples:
  rag eval questions.jsonl --out before
  rag eval questions.jsonl --compare before
  rag eval beir/scifact
  rag eval queries.jsonl --qrels qrels.txt --run run.txt
  rag eval --save answers.json "What does Figure 3 show?" "Who signed?"
  rag eval --against answers.json --strict
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.paths import expanded
from rag.commands import add_models, opened, settings_of

if TYPE_CHECKING:
    from rag.app import Rag
    from rag.evaluation.compare import Comparison
    from rag.evaluation.options import Progressing
    from rag.evaluation.results import Report


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag eval` takes."""
    parser.add_argument(
        "questions", nargs="*", help='a question file or folder; for --save also questions, or "-"'
    )
    parser.add_argument("--qrels", metavar="FILE", help="TREC judgements of the queries")
    parser.add_argument("--run", metavar="FILE", help="write what was found as a TREC run")
    parser.add_argument(
        "--scope",
        choices=["within", "corpus"],
        default="within",
        help="where answers are sought: the question's document (default), or the whole index",
    )
    parser.add_argument(
        "--resample",
        choices=["question", "document"],
        default="question",
        help="what the intervals' bootstrap draws (default: question)",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the bootstrap")
    parser.add_argument("--out", metavar="DIR", help="write results.json, report.md and plot.png")
    parser.add_argument("--compare", metavar="RUN", help="an earlier --out folder or results.json")
    parser.add_argument("--save", metavar="FILE", help="keep the answers of now")
    parser.add_argument("--against", metavar="FILE", help="tell what changed since --save")
    parser.add_argument("--strict", action="store_true", help="--against: exit with 1 on a change")
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Prints a Report, or what changed since answers were kept."""
    from ingest.errors import InputError

    if args.save and args.against:
        raise InputError("--save and --against do not go together: first check, then save again")
    _require_together(args)
    if args.against:
        return _check(args)
    if not args.questions:
        raise InputError("which questions? name a file, or a folder; see rag eval --help")
    if args.save:
        return _save(args)
    if len(args.questions) > 1:
        raise InputError(f"one question file at a time, not {len(args.questions)}")
    return _evaluate(args)


def _require_together(args: argparse.Namespace) -> None:
    """Raises InputError for arguments that would be passed over."""
    from ingest.errors import InputError

    if args.strict and not args.against:
        raise InputError("--strict goes with --against: what else should be strict?")
    if args.against and args.questions:
        raise InputError("--against asks the questions that --save kept; name no others")
    measuring = [f"--{name}" for name in ("qrels", "run", "out", "compare") if vars(args)[name]]
    if measuring and (args.save or args.against):
        raise InputError(f"{measuring[0]} is for measuring; --save and --against do not measure")


def _evaluate(args: argparse.Namespace) -> int:
    from rag.evaluation.compare import compare
    from rag.evaluation.earlier import load

    if args.out:
        _require_folder(Path(args.out))
    earlier = load(Path(args.compare)) if args.compare else None
    with _index(args) as rag, _progress(args) as progress:
        report = rag.evaluate(
            args.questions[0],
            qrels=args.qrels,
            run=args.run,
            scope=args.scope,
            resample=args.resample,
            seed=args.seed,
            progress=progress,
        )
    comparison = compare(earlier, report) if earlier else None
    _show(args, report, comparison)
    if args.out:
        _write(Path(args.out), report, comparison)
    return 0


def _index(args: argparse.Namespace) -> Rag:
    """The index to ask; for a BEIR folder one that may still have to be made."""
    path = expanded(args.questions[0])
    if not path.is_dir():
        return opened(args)
    from rag.app import Rag
    from rag.evaluation.beir import corpus_of, index_folder

    corpus = corpus_of(path, Path(args.qrels) if args.qrels else None)
    folder = expanded(args.index) if args.index else index_folder(corpus)
    return Rag.open(folder, settings=settings_of(args))


def _require_folder(folder: Path) -> None:
    """Fails before the questions are asked, not after; only results make the folder."""
    from ingest.errors import InputError
    from rag.evaluation.plot import require

    require()
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise InputError(f"{folder}: cannot be written to; name another folder")


def _show(args: argparse.Namespace, report: Report, comparison: Comparison | None) -> None:
    _warn([*report.warnings, *(comparison.warnings if comparison else ())])
    if args.json:
        from rag.evaluation.saved import record
        from rag.jsonable import to_json

        print(to_json(record(report, comparison)))
        return
    from rag.evaluation.compare_view import shown_comparison
    from rag.evaluation.view import aligned, shown

    print(shown(report))
    if comparison is not None:
        print("\n" + shown_comparison(comparison, aligned))


def _warn(warnings: Sequence[str]) -> None:
    from rag.terminal import one_line

    for warning in warnings:
        print(f"Note: {one_line(warning)}", file=sys.stderr)


def _write(folder: Path, report: Report, comparison: Comparison | None) -> None:
    from rag.evaluation.saved import save
    from rag.terminal import name

    save(report, folder, comparison)
    print(f"Written: results.json, report.md and plot.png in {name(folder)}", file=sys.stderr)


def _save(args: argparse.Namespace) -> int:
    from rag.evaluation.judged import require_place
    from rag.evaluation.regression import keep, write
    from rag.terminal import name, plural

    require_place(Path(args.save))
    with opened(args) as rag, _progress(args) as progress:
        kept = keep(rag, _questions(args, rag), progress)
    write(Path(args.save), kept)
    if args.json:
        from rag.jsonable import to_json

        print(to_json({"questions": kept}))
    else:
        print(f"{plural(len(kept), 'answer')} kept in {name(args.save)}")
    return 0


def _questions(args: argparse.Namespace, rag: Rag) -> list[tuple[str, str]]:
    """Questions, each with the file name that it is within: of a file, the arguments, or stdin."""
    from ingest.errors import QuestionError
    from rag.evaluation.asked_documents import in_index, warning_of

    (first, *others) = args.questions
    if not others and (first.endswith(".jsonl") or os.path.isfile(first)):
        items, missing = in_index(rag, Path(first))
        _warn(warning_of(missing))
        return [(item.question, item.document if args.scope == "within" else "") for item in items]
    lines = sys.stdin.read(1_000_000).splitlines() if [first, *others] == ["-"] else args.questions
    asked = [(line.strip(), "") for line in lines if line.strip()]
    if not asked:
        raise QuestionError("no question there; on standard input, one a line")
    return asked


def _check(args: argparse.Namespace) -> int:
    from rag.evaluation.regression import check, read
    from rag.evaluation.regression_view import shown_checks

    kept = read(Path(args.against))
    with opened(args) as rag, _progress(args) as progress:
        checked = check(rag, kept, progress)
    if args.json:
        from rag.jsonable import to_json

        print(to_json(checked))
    else:
        print(shown_checks(checked))
    return int(args.strict and any(one.changes for one in checked))


@contextmanager
def _progress(args: argparse.Namespace) -> Iterator[Progressing]:
    """A bar for each stage on a terminal; elsewhere nothing."""
    from rag.progress_count import shown_count

    quiet = args.json or not sys.stderr.isatty()
    with ExitStack() as bars:
        shown: dict[str, Callable[[int, int], None]] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in shown:
                bars.close()
                shown[stage] = bars.enter_context(shown_count(stage, quiet=quiet))
            shown[stage](done, total)

        yield tell

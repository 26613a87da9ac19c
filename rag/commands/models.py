"""The models: which there are, get them, try them.

  list                 the presets and the settings: what each part is, and whether it is here
  pull PRESET|MODEL…   download the models of a preset, or single ones
  check                load each model of the settings, give it one input, print time and memory

examples:
  rag models
  rag models pull standard
  rag models check --preset standard
  rag models check --generator openai:llava --base-url http://localhost:11434/v1
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ingest.errors import ConfigError, QuestionError
from rag.commands import add_models, settings_of

if TYPE_CHECKING:
    from rag.model_check import Check
    from rag.model_files import PartModel


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `rag models` takes."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=["list", "pull", "check"],
        default="list",
        help="what to do (default: list)",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="for pull: presets or models")
    add_models(parser)


def run(args: argparse.Namespace) -> int:
    """Prints a list of PartModels or of Checks, or downloads."""
    if args.names and args.action != "pull":
        raise QuestionError(f"rag models {args.action} takes no names; flags name models")
    return {"list": _list, "pull": _pull, "check": _check}[args.action](args)


def _list(args: argparse.Namespace) -> int:
    from rag.model_files import part_models, presets
    from rag.terminal import size, table

    found = [*presets(), *part_models(settings_of(args))]
    if args.json:
        _print_json(found)
        return 0
    rows = [
        (
            model.preset or "(in use)",
            model.part,
            model.model,
            model.parameters,
            model.licence,
            f"{model.where}, {size(model.bytes_on_disk)}" if model.bytes_on_disk else model.where,
        )
        for model in found
    ]
    print(table(("preset", "part", "model", "parameters", "licence", "where"), rows, right="...r"))
    return 0


def _pull(args: argparse.Namespace) -> int:
    from rag.model_files import pull
    from rag.terminal import one_line

    if not args.names:
        raise QuestionError("what to pull? rag models pull standard, or a model's name")
    failed: list[str] = []
    for model in dict.fromkeys(_named(args.names)):
        try:
            folder = pull(model)
        except ConfigError as error:
            failed.append(str(error))
            continue
        print(one_line(f"{model}: {folder or 'nothing to download'}"), flush=True)
    for line in failed:
        print(f"rag: {one_line(line)}", file=sys.stderr)
    return 2 if failed else 0


def _named(names: list[str]) -> list[str]:
    """The models that names of presets and models mean."""
    from rag.model_files import presets

    of_preset: dict[str, list[str]] = {}
    for model in presets():
        of_preset.setdefault(model.preset, []).append(model.model)
    return [model for name in names for model in of_preset.get(name, [name])]


def _check(args: argparse.Namespace) -> int:
    from rag.model_check import check_models

    done: list[Check] = []
    for check in check_models(settings_of(args)):
        done.append(check)
        if not args.json:
            _show(check)
    if args.json:
        _print_json(done)
    return 0 if all(check.ok for check in done) else 1


def _show(check: Check) -> None:
    from rag.terminal import duration, one_line, styled

    word = styled("ok", "green") if check.ok else styled("failed", "red")
    print(f"{check.part:12} {one_line(check.model)}: {word}, {one_line(check.message)}")
    if check.ok:
        print(
            f"{'':12} loaded in {duration(check.load_seconds)}, one input in "
            f"{duration(check.run_seconds)}, {check.megabytes:,.0f} MB",
            flush=True,
        )


def _print_json(value: list[PartModel] | list[Check]) -> None:
    from rag.jsonable import to_json

    print(to_json(value))

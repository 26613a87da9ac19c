"""The commands of `rag`: `arguments(parser)` says what each takes, `run(args)` does it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.paths import expanded

if TYPE_CHECKING:
    from rag.app import Rag
    from rag.config import Settings


MODEL_FLAGS = {
    "preset": "defaults for all models: embedded, standard or max",
    "embedder": "the text model: minilm, or one of sentence-transformers",
    "clip": "the model of texts and pictures: figure-clip, a folder, one of open_clip, or none",
    "multivector": "a late-interaction model of sentence-transformers, or none",
    "reranker": "a cross-encoder of sentence-transformers, or none",
    "captioner": "what describes figures: builtin, openai:…, anthropic:… or one of transformers",
    "generator": "what writes answers: extractive, openai:…, anthropic:… or one of transformers",
    "base_url": "of an OpenAI-compatible server",
    "device": "where models and FAISS run: auto, cpu, cuda, cuda:1, cuda:all, mps",
    "precision": "of models: auto, bf16, fp16 or fp32",
}


def opened(args: argparse.Namespace, *, create: bool = False, **flags: Any) -> Rag:
    """The index that the arguments name, with flags before all other settings."""
    from rag.app import Rag

    folder = _folder(args)
    return Rag.open(folder, create=create, settings=settings_of(args, **flags))


def settings_of(args: argparse.Namespace, **flags: Any) -> Settings:
    """The settings that hold, the arguments' model flags and `flags` before all others."""
    from rag import config

    named = {name: getattr(args, name, None) for name in MODEL_FLAGS}
    folder = _folder(args)
    return config.load(folder.parent if folder else None, {**named, **flags})


def _folder(args: argparse.Namespace) -> Path | None:
    from rag import config

    return expanded(args.index).absolute() if args.index else config.find_index()


def add_models(parser: argparse.ArgumentParser) -> None:
    """The flags that name models, for one call; rag.toml names them for good."""
    group = parser.add_argument_group("models, for this call")
    for name, meaning in MODEL_FLAGS.items():
        group.add_argument(f"--{name.replace('_', '-')}", metavar="NAME", help=meaning)


def add_wrong_refusals(parser: argparse.ArgumentParser) -> None:
    """The argument that sets how much is refused."""
    parser.add_argument(
        "--wrong-refusals",
        type=_share,
        metavar="SHARE",
        help="of answerable questions that may be refused, 0 to 0.5 (default: the setting, 0.15)",
    )


def _share(text: str) -> float:
    """An argument that is a share, at most a half."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 0.5:
        raise argparse.ArgumentTypeError(f"{text!r} is no share from 0 to 0.5")
    return share


def positive(text: str) -> int:
    """An argument that is a whole number from 1."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The arguments that `ask` and `search` share."""
    parser.add_argument(
        "--doc",
        metavar="GLOB",
        help="only these documents: a path, a glob on path or name, or the start of an id",
    )
    parser.add_argument("--kind", choices=["text", "table", "figure"], help="only this kind")
    add_figure_type(parser)
    parser.add_argument("--image", metavar="FILE", help="a picture as the question, or part of it")
    parser.add_argument(
        "--images",
        choices=["auto", "never", "always"],
        help="show figures in the terminal (default: auto, where it can)",
    )


def add_figure_type(parser: argparse.ArgumentParser) -> None:
    """The argument that keeps to figures of one type."""
    parser.add_argument(
        "--figure-type", metavar="TYPE", help='only figures of this type: pie, "flow chart", photo'
    )


def filters_of(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `add_filters` as `Rag.search` and `Rag.ask` take them."""
    return {
        "within": args.doc,
        "kind": args.kind,
        "figure_type": args.figure_type,
        "image": args.image,
    }


def question_of(args: argparse.Namespace) -> str:
    """The question from the arguments, or from standard input for "-"."""
    import sys

    words = " ".join(args.question)
    return sys.stdin.read(200_000) if words == "-" else words

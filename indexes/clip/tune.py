"""Tunes a CLIP's image tower on figures and what is said of them, and measures whether it helped.

The contrastive loss brings a picture and one of its texts together; another holds each picture's
vector near to what it was, so that what was known is not forgotten. Texts' vectors never change.
Training stops when figures that are set aside for that get no better. What counts is measured on
others, which are never seen before: only a model that finds those better is kept.
Needs the extra "models".
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from indexes.clip.held_out import (
    Figure,
    Interval,
    Numbers,
    Scores,
    difference,
    require_enough,
    same_figures,
    score,
    split,
)
from indexes.clip.lesson import Lesson, Recipe, Tell, learn
from indexes.clip.tunable import Learner, Start
from indexes.types import SharedEmbedder, Vectors
from ingest.errors import UnreadableFile

TYPES_KEPT = 0.9  # the least share of held-out figures that must keep their type
_READ = 64  # pictures that are read at a time


@dataclass(frozen=True, slots=True)
class TuningReport:
    """What was learnt from, and what it did to the figures that were held out."""

    model: str
    folder: Path | None  # where the tuned model is; None when it did not help
    documents: int
    learnt_from: int  # figures, those that tell when to stop included
    held_out: int  # figures
    by_document: bool  # whether whole documents were held out
    pairs: int  # of a figure and a text, to learn from
    epochs: int  # after which the model was best
    seconds: float
    before: Scores
    after: Scores
    gain: Interval  # of the reciprocal rank
    typed: int  # held-out figures whose type was clear before
    types_kept: float  # share of them whose type is the same after

    @property
    def helps(self) -> bool:
        """Whether held-out figures are surely found better, and types kept."""
        return self.gain.low > 0 and self.types_kept >= TYPES_KEPT


def tune(
    start: Start,
    figures: Sequence[Figure],
    folder: Path,
    recipe: Recipe = Recipe(),  # noqa: B008 - frozen
    tell: Tell = lambda stage, done, total: None,
) -> TuningReport:
    """Tunes a CLIP on figures; writes it to the folder when it helps, and nothing otherwise.

    The folder is replaced when it is there. With the same seed and no limit of time, the same
    comes out on one machine. `tell` hears how far it is. Raises TrainingError (too few figures),
    ConfigError (a model that cannot be tuned), OSError.
    """
    began = time.perf_counter()
    require_enough(same_figures(figures))
    embedder, learner = start.embedder(), start.learner()
    figures, pictures = _readable(embedder, figures, tell)
    same = same_figures(figures)
    parts = split(figures, same, recipe.seed)
    learnt, held = list(parts.learnt), list(parts.held_out)
    captions = embedder.embed_texts([figures[at].texts[0] for at in held])
    typer = start.typer(embedder, learner.scale)
    sure = typer.sure_types(pictures[held])
    before, ranks_before = score(pictures[held], captions)
    recipe = replace(recipe, rate=recipe.rate or start.rate)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        lesson = _lesson(
            [figures[at] for at in learnt],
            pictures[learnt],
            same[learnt],
            (embedder, learner),
            Path(scratch, "pixels"),
            tell,
        )
        epochs = learn(learner, lesson, recipe, tell)
        after, ranks_after, types = before, ranks_before, sure
        made = Path(scratch, "model")
        if epochs:
            learner.save(made)
            crops = [figures[at].crop.read_bytes() for at in held]
            tuned = start.embedder(made).embed_images(crops)  # as it will be used
            after, ranks_after = score(tuned, captions)
            types = [name for name, _ in typer.figure_types(tuned)]
        clear = [now == was for now, was in zip(types, sure, strict=True) if was]
        report = TuningReport(
            model=start.name,
            folder=None,
            documents=len({figure.document for figure in figures}),
            learnt_from=len(learnt),
            held_out=len(held),
            by_document=parts.by_document,
            pairs=sum(len(figures[at].texts) for at in learnt),
            epochs=epochs,
            seconds=time.perf_counter() - began,
            before=before,
            after=after,
            gain=difference(ranks_before, ranks_after, recipe.seed),
            typed=len(clear),
            types_kept=sum(clear) / len(clear) if clear else 1.0,
        )
        if not report.helps:
            return report
        if folder.exists():
            folder.rename(Path(scratch, "old"))
        made.rename(folder)
    return replace(report, folder=folder)


def _readable(
    embedder: SharedEmbedder, figures: Sequence[Figure], tell: Tell
) -> tuple[list[Figure], Vectors]:
    """The figures whose pictures can be read, and the pictures' vectors (n, dim)."""
    kept: list[Figure] = []
    vectors: list[Vectors] = []

    def embed(group: Sequence[Figure]) -> None:
        try:
            vectors.append(embedder.embed_images([one.crop.read_bytes() for one in group]))
            kept.extend(group)
        except (OSError, UnreadableFile):
            for one in group if len(group) > 1 else ():
                embed([one])

    for at in range(0, len(figures), _READ):
        tell("reading", at, len(figures))
        embed(figures[at : at + _READ])
    return kept, np.concatenate(vectors) if vectors else np.empty(
        (0, embedder.space.dim), np.float32
    )


def _lesson(
    figures: Sequence[Figure],
    before: Vectors,
    same: Numbers,
    models: tuple[SharedEmbedder, Learner],
    path: Path,
    tell: Tell,
) -> Lesson:
    """Texts as vectors, and pictures as pixels, in a file: many would not fit into memory."""
    embedder, learner = models
    texts = list(dict.fromkeys(text for figure in figures for text in figure.texts))
    row = {text: at for at, text in enumerate(texts)}
    device = next(learner.tower.parameters()).device
    pixels = np.memmap(path, np.uint8, "w+", shape=(len(figures), *learner.shape))
    with ThreadPoolExecutor() as pool:
        seen = pool.map(lambda figure: learner.picture(figure.crop.read_bytes()), figures)
        for at, picture in enumerate(seen):
            pixels[at] = picture
            tell("preparing", at + 1, len(figures))
    return Lesson(
        pixels,
        tuple(tuple(row[text] for text in figure.texts) for figure in figures),
        torch.from_numpy(embedder.embed_texts(texts)).to(device),
        torch.from_numpy(before).to(device),
        same,
    )

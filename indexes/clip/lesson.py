"""What a tuning's image tower learns from, and the learning.

Augmentation is that of training. Statistics of batches stay as they are: a few figures are no
sample to take new ones from.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from indexes.clip import loss as losses
from indexes.clip.held_out import Numbers, draw_apart
from indexes.clip.model import unit
from indexes.clip.train import recoloured, to_channels
from indexes.clip.tunable import Learner

ALIKE = 0.95  # cosine from which on two texts say the same
VALIDATION = 0.1  # of what is learnt from, set aside to know when to stop

Tell = Callable[[str, int, int], object]  # what is being done, done, total


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a CLIP is tuned."""

    epochs: int = 20  # at most: each sees every figure once
    seconds: float = math.inf  # training stops after so many
    batch: int = 64
    rate: float = 0.0  # the highest learning rate; 0: what suits the model
    pull: float = 2.0  # weight of 1 − cosine to the vectors as they were
    decay: float = 0.05  # of weights
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Figures to learn from, n of them, as the tower and the losses take them."""

    pixels: Any  # uint8 (n, height, width, 3), on disk
    texts: tuple[tuple[int, ...], ...]  # of each figure, its caption first: rows of `vectors`
    vectors: Tensor  # (texts, dim)
    before: Tensor  # (n, dim): what the pictures' vectors were
    same: Numbers  # (n,)


def learn(learner: Learner, lesson: Lesson, recipe: Recipe, tell: Tell) -> int:
    """Leaves the best weights in the tower; gives the epoch that they are of, 0 if none helped."""
    different = len(set(lesson.same.tolist()))
    kept, learnt = draw_apart(
        lesson.same.tolist(), lesson.same, max(8, round(VALIDATION * different)), recipe.seed + 1
    )
    rng = np.random.default_rng((recipe.seed, 5))
    optimizer = torch.optim.AdamW(_groups(learner.tower, recipe.decay), lr=recipe.rate)
    total = recipe.epochs * -(-len(learnt) // recipe.batch)
    best, best_epoch, best_weights = (
        _validation(learner, lesson, kept, recipe),
        0,
        _weights(learner),
    )
    step, began = 0, time.perf_counter()
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        for epoch in range(1, recipe.epochs + 1):
            for rows in _batches(rng.permutation(learnt), recipe.batch):
                spent = (time.perf_counter() - began) / recipe.seconds
                for group in optimizer.param_groups:
                    group["lr"] = recipe.rate * _schedule(max(step / total, spent), step)
                loss = _training_loss(learner, lesson, rows, recipe, rng)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(learner.tower.parameters(), 1.0)
                optimizer.step()
                step += 1
                tell("tuning", step, total)
                if spent >= 1:
                    break
            now = _validation(learner, lesson, kept, recipe)
            if now < best:
                best, best_epoch, best_weights = now, epoch, _weights(learner)
            if epoch - best_epoch >= max(3, recipe.epochs // 4) or spent >= 1:
                break
    learner.tower.load_state_dict(best_weights)
    return best_epoch


def _training_loss(
    learner: Learner, lesson: Lesson, rows: Numbers, recipe: Recipe, rng: np.random.Generator
) -> Tensor:
    """Of a batch: each picture changed a little, with its caption or something else said of it."""
    _train_mode(learner.tower)
    device = lesson.before.device.type
    said = [_one_of(lesson.texts[row], rng) for row in rows]
    pixels = _shifted(np.asarray(lesson.pixels[rows]), rng)
    generator = torch.Generator().manual_seed(int(rng.integers(2**31)))
    x = to_channels(np.ascontiguousarray(pixels), str(lesson.before.device))
    changed = recoloured(x, generator) * 0.5 + 0.5
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        features = learner.features(changed)
    return _loss(learner, lesson, rows, features, said, recipe)


def _validation(learner: Learner, lesson: Lesson, rows: Sequence[int], recipe: Recipe) -> float:
    """The loss on whole pictures and their captions."""
    learner.tower.train()  # some towers keep what they have computed from their weights
    learner.tower.eval()
    features = []
    with torch.no_grad():
        for part in _batches(np.array(rows), recipe.batch):
            x = to_channels(np.asarray(lesson.pixels[part]), str(lesson.before.device))
            features.append(learner.features(x))
        captions = [lesson.texts[row][0] for row in rows]
        where = np.array(rows)
        return float(_loss(learner, lesson, where, torch.cat(features), captions, recipe))


def _loss(
    learner: Learner,
    lesson: Lesson,
    rows: Numbers,
    features: Tensor,
    said: Sequence[int],
    recipe: Recipe,
) -> Tensor:
    pictures, texts = unit(features.float()), lesson.vectors[list(said)]
    number = torch.from_numpy(lesson.same[rows]).to(texts.device)
    same = (number[:, None] == number[None]) | (texts @ texts.T > ALIKE)
    scale = torch.tensor(learner.scale, device=texts.device)
    moved = 1 - (pictures * lesson.before[rows]).sum(dim=1).mean()
    return losses.info_nce(pictures, texts, scale, same=same) + recipe.pull * moved


def _one_of(texts: tuple[int, ...], rng: np.random.Generator) -> int:
    """The caption half of the time, or else anything that is said beside it."""
    return texts[0 if len(texts) == 1 or rng.random() < 0.5 else int(rng.integers(1, len(texts)))]


def _shifted(pixels: Any, rng: np.random.Generator) -> Any:
    """Pictures (n, height, width, 3), each moved by a few pixels, its rim continued."""
    height, width = pixels.shape[1:3]
    margin = max(1, height // 32)
    around = ((0, 0), (margin, margin), (margin, margin), (0, 0))
    padded = np.pad(pixels, around, mode="edge")
    corners = rng.integers(0, 2 * margin + 1, (len(pixels), 2)).tolist()
    cut = [one[y : y + height, x : x + width] for one, (y, x) in zip(padded, corners, strict=True)]
    return np.stack(cut)


def _train_mode(tower: nn.Module) -> None:
    """As in training, but what normalises by statistics keeps those it has."""
    tower.train()
    for module in tower.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.SyncBatchNorm)):
            module.eval()


def _batches(rows: Numbers, size: int) -> list[Numbers]:
    """Batches of like size: a single picture has nothing to be told from."""
    return list(np.array_split(rows, -(-len(rows) // size)))


def _schedule(done: float, step: int) -> float:
    """The share of the highest rate: warmed up in some steps, then a cosine down to zero."""
    return min(1.0, (step + 1) / 10) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def _groups(tower: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Only matrices are decayed."""
    parameters = [one for one in tower.parameters() if one.requires_grad]
    return [
        {"params": [one for one in parameters if one.ndim > 1], "weight_decay": decay},
        {"params": [one for one in parameters if one.ndim <= 1], "weight_decay": 0.0},
    ]


def _weights(learner: Learner) -> dict[str, Tensor]:
    return {key: value.detach().clone() for key, value in learner.tower.state_dict().items()}

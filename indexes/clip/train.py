"""Trains the image tower. One script, from top to bottom.

    python -m indexes.clip.train OUT --pool POOL --samples 400000 --seed 0

Draw the pool first (`python -m indexes.clip.data POOL`). Writes to the folder OUT: `log.jsonl`, a
line every few steps; `checkpoint.pt`, from which the same command goes on after an interruption;
`tower.pt`, the image tower's weights, at the end. Needs the extra "train".

A CPU is used best by processes of one thread each, which average their gradients:

    OMP_NUM_THREADS=1 torchrun --nproc-per-node 4 -m indexes.clip.train OUT --pool POOL
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed
from torch import Tensor, nn
from torch.nn import functional as F

from indexes.clip import loss as losses
from indexes.clip import model as models
from indexes.clip.data import SIDE, Pixels, Pool, load_pool
from indexes.clip.figure_types import FIGURE_TYPES
from indexes.clip.texts import pool_vectors, type_vectors
from indexes.embedders.minilm import MiniLM

TYPE_NUMBER = {figure_type.name: i for i, figure_type in enumerate(FIGURE_TYPES)}
ALIKE = 0.95  # cosine from which on two texts say the same
FIRST_SCALE, LARGEST_SCALE = 1 / 0.07, 100.0
SMALLEST = 112  # pixels: the least that a figure is shrunk to
CHECKPOINT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a run depends on, beside its data."""

    tower: str = "figure_levit"  # or another of timm's, for comparison
    samples: int = 400_000
    batch: int = 96  # of all processes together
    rate: float = 1e-3  # the highest learning rate; warmed up to, then a cosine down to zero
    warmup: float = 0.05  # of all steps
    decay: float = 0.05  # of weights
    loss: str = "info_nce"  # or "sigmoid"
    types: float = 1.0  # weight of the loss on figure types
    wrong: bool = True  # with hard negatives
    held_out: int = 1_000  # figures at the pool's end that are never trained on
    seed: int = 0

    @property
    def steps(self) -> int:
        """How many batches."""
        return self.samples // self.batch


@dataclass(frozen=True, slots=True)
class Team:
    """The processes that train together, and which of them this is, from 0."""

    rank: int = 0
    size: int = 1

    @classmethod
    def join(cls) -> Team:
        """As torchrun says; alone without it."""
        size = int(os.environ.get("WORLD_SIZE", "1"))
        if size > 1:
            torch.distributed.init_process_group("gloo")
        return cls(int(os.environ.get("RANK", "0")), size)

    def average(self, tensors: Iterable[Tensor | None]) -> None:
        """Each tensor becomes the mean over all processes."""
        if self.size == 1:
            return
        held = [tensor for tensor in tensors if tensor is not None]
        flat = torch.cat([tensor.reshape(-1) for tensor in held])
        torch.distributed.all_reduce(flat)
        parts = flat.div_(self.size).split([tensor.numel() for tensor in held])
        for tensor, part in zip(held, parts, strict=True):
            tensor.copy_(part.view_as(tensor))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from."""

    pixels: Pixels  # (B, SIDE, SIDE, 3), this process's part
    types: Tensor  # (B,) int64
    texts: Tensor  # (B, DIM)
    wrong: Tensor  # (W, DIM), false captions of all, and texts of the other processes' pictures
    same: Tensor  # (B, B) bool: which texts are all but equal


class Learner(nn.Module):  # type: ignore[misc]  # mypy skips torch
    """The image tower with what the losses learn."""

    def __init__(self, tower: str) -> None:
        super().__init__()
        self.tower = models.image_tower(tower)
        self.log_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))
        self.log_type_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))
        self.bias = nn.Parameter(torch.tensor(-5.0))

    def scales(self) -> tuple[Tensor, Tensor]:
        """Inverse temperatures, of captions and of types."""
        return (
            self.log_scale.exp().clamp(max=LARGEST_SCALE),
            self.log_type_scale.exp().clamp(max=LARGEST_SCALE),
        )


def train(out: Path, pool_folder: Path, recipe: Recipe, device: str, precision: str) -> None:
    """A whole run, or the rest of one."""
    team = Team.join()
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    pool = load_pool(pool_folder)
    embedder = MiniLM()
    texts = pool_vectors(pool_folder, pool, embedder)
    ways = type_vectors(embedder)
    learner = Learner(recipe.tower).to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(_groups(learner, recipe.decay), lr=recipe.rate)
    step = _resume(out, learner, optimizer)
    log = (out / "log.jsonl").open("a")
    if step == 0 and team.rank == 0:
        log.write(json.dumps({"recipe": asdict(recipe), "figures": len(pool)}) + "\n")
    autocast = torch.autocast(device, torch.bfloat16, enabled=precision == "bf16")
    began, saved, sums = time.perf_counter(), time.perf_counter(), dict[str, float]()
    first = step
    for batch in _batches(pool, texts, recipe, team, step):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * _schedule(step, recipe)
        learner.train()
        with autocast:
            seed = (recipe.seed * 1_000_003 + step) * team.size + team.rank
            features = learner.tower(augment(batch.pixels, seed, device))
        parts = _losses(learner, models.unit(features.float()), batch, ways, recipe, step, device)
        optimizer.zero_grad()
        sum(parts.values(), torch.zeros((), device=device)).backward()
        team.average(p.grad for p in learner.parameters())
        nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        optimizer.step()
        step += 1
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if team.rank == 0 and (step % 50 == 0 or step == recipe.steps):
            rate = (step - first) * recipe.batch / (time.perf_counter() - began)
            line: dict[str, Any] = {"step": step, "samples": step * recipe.batch}
            count = (step - 1) % 50 + 1
            line |= {name: round(value / count, 4) for name, value in sums.items()}
            scale = float(learner.scales()[0].detach())
            line |= {"scale": round(scale, 2), "per_second": round(rate, 1)}
            if step % 500 == 0 or step == recipe.steps:
                line |= held_out_scores(learner.tower, pool, texts, ways, recipe, device)
            log.write(json.dumps(line) + "\n")
            log.flush()
            print(line, flush=True)
            sums = {}
        if team.rank == 0 and time.perf_counter() - saved > CHECKPOINT_SECONDS:
            _save(out, learner, optimizer, step)
            saved = time.perf_counter()
    if team.rank > 0:
        return
    _save(out, learner, optimizer, step)
    scale = float(learner.scales()[1].detach())
    torch.save({"tower": learner.tower.state_dict(), "scale": scale}, out / "tower.pt")


def augment(pixels: Pixels, seed: int, device: str) -> Tensor:
    """Bytes (B, SIDE, SIDE, 3) to normalised pixels (B, 3, IMAGE_SIZE, IMAGE_SIZE), varied.

    Figures from large pictures have thin and pale lines once they are made small: so they shrink
    here, and fade.
    """
    generator = torch.Generator().manual_seed(seed)
    return recoloured(_placed(to_channels(pixels, device), generator), generator)


def to_channels(pixels: Pixels, device: str) -> Tensor:
    """Bytes (B, height, width, 3) as numbers from 0 to 1, (B, 3, height, width)."""
    return torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2).float().div_(255)


def recoloured(x: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (B, 3, height, width) from 0 to 1, in other colours and contrasts, normalised.

    Colours vary far more between documents than our palettes do, and carry little.
    """
    count, device = len(x), x.device

    def uniform(low: float, high: float) -> Tensor:
        made = torch.rand(count, 1, 1, 1, generator=generator) * (high - low) + low
        return made.to(device)

    mixing = torch.eye(3) + 0.25 * torch.randn(count, 3, 3, generator=generator) * (
        torch.rand(count, 1, 1, generator=generator) < 0.5
    )
    mixing = mixing / mixing.sum(2, keepdim=True).clamp(min=0.2)  # white stays white
    x = torch.einsum("bij,bjhw->bihw", mixing.to(device), x)
    grey = x.mean(1, keepdim=True)
    x = torch.where(uniform(0, 1) < 0.1, grey, x)
    x = (x - 1) * uniform(0.3, 1.2) + 1 - uniform(-0.02, 0.06)  # contrast, seen from white
    noise = torch.randn(x.shape[2:], generator=generator).to(device)
    x = x + noise * uniform(0, 0.03) * (uniform(0, 1) < 0.3)
    return ((x.clamp(0, 1) - 0.5) / 0.5).contiguous(memory_format=torch.channels_last)


def _placed(x: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (B, 3, SIDE, SIDE) cut to IMAGE_SIZE, or made smaller and set on their ground."""
    side, placed = models.IMAGE_SIZE, []
    for part in x.split(4):
        height, width = torch.randint(SMALLEST, SIDE + 1, (2,), generator=generator).tolist()
        if torch.rand((), generator=generator) < 0.4:
            height = width = SIDE
        small = F.interpolate(part, (height, width), mode="bilinear", antialias=True)
        edges = (part[:, :, :2].mean((2, 3)) + part[:, :, -2:].mean((2, 3))) / 2
        made = edges[:, :, None, None].repeat(1, 1, max(side, height), max(side, width))
        top, left = (
            int(torch.randint(0, abs(side - length) + 1, (), generator=generator))
            for length in (height, width)
        )
        y, x0 = (top if height < side else 0), (left if width < side else 0)
        made[:, :, y : y + height, x0 : x0 + width] = small
        y, x0 = (top if height > side else 0), (left if width > side else 0)
        placed.append(made[:, :, y : y + side, x0 : x0 + side])
    return torch.cat(placed)


def _losses(
    learner: Learner,
    pictures: Tensor,
    batch: Batch,
    ways: list[np.ndarray[Any, Any]],
    recipe: Recipe,
    step: int,
    device: str,
) -> dict[str, Tensor]:
    scale, type_scale = learner.scales()
    texts, same = batch.texts.to(device), batch.same.to(device)
    wrong = batch.wrong.to(device)
    if recipe.loss == "sigmoid":
        words = losses.sigmoid(pictures, texts, scale, learner.bias, wrong, same)
    else:
        words = losses.info_nce(pictures, texts, scale, wrong, same)
    rng = np.random.default_rng((recipe.seed, step))
    classes = torch.from_numpy(np.stack([way[rng.integers(len(way))] for way in ways])).to(device)
    of_type = losses.classify(pictures, classes, batch.types.to(device), type_scale)
    return {"words": words, "types": recipe.types * of_type}


def _batches(pool: Pool, texts: Any, recipe: Recipe, team: Team, first: int) -> Iterator[Batch]:
    """The batches from step `first` on, each made ready while the one before is learnt from."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(_batch, pool, texts, recipe, team, first)
        for step in range(first, recipe.steps):
            batch = coming.result()
            coming = ahead.submit(_batch, pool, texts, recipe, team, step + 1)
            yield batch


def _batch(pool: Pool, texts: Any, recipe: Recipe, team: Team, step: int) -> Batch:
    """This process's part of a step's batch: an epoch sees every figure once, in its own order."""
    count = len(pool) - recipe.held_out
    start = step * recipe.batch
    rows = np.array([_row(recipe.seed, start + i, count) for i in range(recipe.batch)])
    rng = np.random.default_rng((recipe.seed, 1, step))
    chosen = rng.integers(0, texts.shape[1] - 1, len(rows))  # a caption, or the question
    said = torch.from_numpy(texts[rows, chosen].astype(np.float32))
    mine = np.arange(len(rows)) % team.size == team.rank
    own, others = said[mine], said[~mine]
    others = others[(others @ own.T).amax(1) < ALIKE] if len(others) else others
    false = torch.from_numpy(texts[rows, -1].astype(np.float32))
    return Batch(
        pixels=pool.cut(rows[mine]),
        types=torch.tensor([TYPE_NUMBER[pool.said[row].figure_type] for row in rows[mine]]),
        texts=own,
        wrong=torch.cat([false, others]) if recipe.wrong else others,
        same=own @ own.T > ALIKE,
    )


_ORDERS: dict[tuple[int, int, int], np.ndarray[Any, Any]] = {}


def _row(seed: int, number: int, count: int) -> int:
    epoch, place = divmod(number, count)
    key = (seed, epoch, count)
    if key not in _ORDERS:
        _ORDERS.clear()
        _ORDERS[key] = np.random.default_rng((seed, 2, epoch)).permutation(count)
    return int(_ORDERS[key][place])


def held_out_scores(
    tower: nn.Module,
    pool: Pool,
    texts: Any,
    ways: list[np.ndarray[Any, Any]],
    recipe: Recipe,
    device: str,
) -> dict[str, float]:
    """Zero-shot types, and recall of own captions, on the figures that are not trained on."""
    rows = np.arange(len(pool) - recipe.held_out, len(pool))
    margin = (SIDE - models.IMAGE_SIZE) // 2
    tower.eval()
    features = []
    with torch.inference_mode():
        for part in np.array_split(rows, max(1, len(rows) // 100)):
            x = to_channels(pool.cut(part, margin), device) * 2 - 1
            features.append(models.unit(tower(x.contiguous(memory_format=torch.channels_last))))
    pictures = torch.cat(features).cpu().numpy()
    types = np.array([TYPE_NUMBER[pool.said[row].figure_type] for row in rows])
    prompts = np.stack([way.mean(0) / np.linalg.norm(way.mean(0)) for way in ways])
    right = (pictures @ prompts.T).argmax(1) == types
    likeness = pictures @ texts[rows, 0].astype(np.float32).T
    own = np.diag(likeness)
    return {
        "type_accuracy": round(float(right.mean()), 4),
        "text_at_10": round(float(((likeness > own[:, None]).sum(1) < 10).mean()), 4),
        "image_at_10": round(float(((likeness > own[None]).sum(0) < 10).mean()), 4),
    }


def _groups(learner: Learner, decay: float) -> list[dict[str, Any]]:
    """Only matrices are decayed, not scales, biases and norms."""
    matrices = [p for p in learner.parameters() if p.ndim > 1]
    others = [p for p in learner.parameters() if p.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]


def _schedule(step: int, recipe: Recipe) -> float:
    warm = max(1, round(recipe.warmup * recipe.steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, recipe.steps - warm)))


def _save(out: Path, learner: Learner, optimizer: torch.optim.Optimizer, step: int) -> None:
    state = {"learner": learner.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    torch.save(state, out / "checkpoint.new")
    (out / "checkpoint.new").replace(out / "checkpoint.pt")


def _resume(out: Path, learner: Learner, optimizer: torch.optim.Optimizer) -> int:
    path = out / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    learner.load_state_dict(state["learner"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def main() -> None:
    """The command line."""
    defaults = Recipe()
    parser = argparse.ArgumentParser(prog="python -m indexes.clip.train", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", choices=["auto", "bf16", "fp32"], default="auto")
    for name, value in asdict(defaults).items():
        if isinstance(value, bool):
            parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=value)
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    out, pool = options.pop("out"), options.pop("pool")
    device, precision = options.pop("device"), options.pop("precision")
    if precision == "auto":  # without instructions for it, bf16 is slower than fp32 on a CPU
        fast = device != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
        precision = "bf16" if fast else "fp32"
    train(out, pool, Recipe(**options), device, precision)


if __name__ == "__main__":
    main()

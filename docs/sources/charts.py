"""The charts: functions drawn exactly, synthetic data by a fixed seed, measurements from CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from .style import BLUE, GREEN, GREY, INK, ORANGE, RED

COLUMN = 3.35  # inches: one column of the field guide


def saturation() -> Figure:
    """BM25's weight of a term by how often it occurs, for three values of k1."""
    figure, axes = plt.subplots(figsize=(COLUMN, 2.45), layout="constrained")
    count = np.linspace(0, 20, 400)
    for k1, color in ((0.5, GREEN), (1.2, BLUE), (2.0, ORANGE)):
        axes.plot(count, count * (k1 + 1) / (count + k1), color=color, label=f"k1 = {k1}")
        axes.axhline(k1 + 1, color=color, linewidth=0.8, linestyle=":")
    axes.set(xlabel="occurrences in the passage", ylabel="weight", xlim=(0, 20), ylim=(0, 3.2))
    axes.legend(loc="lower right")
    return figure


def random_cosines() -> Figure:
    """How cosines of random directions narrow with the number of dimensions (exact densities)."""
    figure, axes = plt.subplots(figsize=(COLUMN, 2.45), layout="constrained")
    cosine = np.linspace(-0.999, 0.999, 1001)
    for dimensions, color in ((8, GREEN), (64, ORANGE), (384, BLUE)):
        log_density = (dimensions - 3) / 2 * np.log1p(-(cosine**2))
        density = np.exp(log_density)
        density /= density.sum() * (cosine[1] - cosine[0])
        axes.fill_between(cosine, density, color=color, alpha=0.15)
        axes.plot(cosine, density, color=color, label=f"{dimensions} dimensions")
    axes.set(
        xlabel="cosine of two random directions", ylabel="density", xlim=(-1, 1), ylim=(0, 8.5)
    )
    axes.legend(loc="upper right", fontsize=7.5)
    return figure


def _two_modalities() -> tuple[np.ndarray, np.ndarray]:
    """Synthetic texts and pictures in 64 dimensions: shared topics plus an offset per modality."""
    rng = np.random.default_rng(7)
    topics = rng.normal(size=(40, 64))
    offset = rng.normal(size=64) * 1.4
    texts = topics + 0.8 * rng.normal(size=topics.shape) + offset
    pictures = topics + 0.8 * rng.normal(size=topics.shape) - offset
    return texts, pictures


def _unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def modality_gap() -> Figure:
    """Texts and pictures in one space, before and after each modality is centred."""
    texts, pictures = (_unit(rows) for rows in _two_modalities())
    centred = _unit(texts - texts.mean(0)), _unit(pictures - pictures.mean(0))
    figure, panels = plt.subplots(1, 2, figsize=(2 * COLUMN + 0.3, 2.6), layout="constrained")
    titles = ("(a) as the model gives them", "(b) each modality centred")
    for axes, (left, right), title in zip(
        panels, ((texts, pictures), centred), titles, strict=True
    ):
        both = np.vstack([left, right])
        _, _, directions = np.linalg.svd(both - both.mean(0), full_matrices=False)
        flat = (both - both.mean(0)) @ directions[:2].T
        for start, end in zip(flat[:40], flat[40:], strict=True):
            axes.plot(*zip(start, end, strict=True), color="#dfe5ec", linewidth=0.8, zorder=1)
        axes.scatter(*flat[:40].T, s=14, color=BLUE, label="texts", zorder=2)
        axes.scatter(*flat[40:].T, s=16, color=ORANGE, marker="s", label="pictures", zorder=2)
        axes.set_title(title)
        axes.set(xlabel="first principal axis", ylabel="second principal axis")
        axes.margins(0.12)
    panels[0].legend(loc="upper center", ncols=2)
    return figure


def fusion() -> Figure:
    """What one channel adds to an element at each rank."""
    figure, axes = plt.subplots(figsize=(COLUMN, 2.45), layout="constrained")
    rank = np.arange(1, 101)
    for k, color in ((1, GREEN), (60, BLUE), (200, ORANGE)):
        share = 1 / (k + rank)
        axes.plot(rank, share / share[0], color=color, label=f"k = {k}")
    axes.set(
        xlabel="rank in one channel",
        ylabel="share of rank 1’s score",
        xlim=(1, 100),
        ylim=(0, 1.02),
    )
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.03))
    return figure


def fused_ranking(example: list[tuple[str, int | None, int | None]], k: int = 60) -> Figure:
    """Stack what two channels give to each element of an example, best first."""
    figure, axes = plt.subplots(figsize=(COLUMN, 2.1), layout="constrained")
    parts = [
        (name, 1 / (k + words) if words else 0.0, 1 / (k + meaning) if meaning else 0.0)
        for name, words, meaning in example
    ]
    parts.sort(key=lambda row: row[1] + row[2])
    names, words, meaning = (list(column) for column in zip(*parts, strict=True))
    axes.barh(names, words, color=GREEN, height=0.6, label="words")
    axes.barh(names, meaning, left=words, color=BLUE, height=0.6, label="meaning")
    axes.set(xlabel="fused score", xlim=(0, 0.04))
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")
    return figure


def vector_storage() -> Figure:
    """Bytes of n vectors with 384 dimensions, by how a vector is kept."""
    figure, axes = plt.subplots(figsize=(COLUMN, 2.4), layout="constrained")
    vectors = np.logspace(3, 7, 50)
    for name, size, color in (
        ("float32, 1,536 bytes", 1536, BLUE),
        ("float16, 768 bytes", 768, GREEN),
        ("8-bit, 384 bytes", 384, ORANGE),
        ("PQ, 48 bytes", 48, RED),
    ):
        axes.loglog(vectors, vectors * size / 1e6, color=color, label=name)
    axes.axhline(1000, color=GREY, linewidth=0.8, linestyle=":")
    axes.text(1.2e3, 1250, "1 GB", fontsize=7, color=GREY)
    axes.set(xlabel="vectors", ylabel="megabytes", xlim=(1e3, 1e7))
    axes.legend(loc="lower right", fontsize=7)
    return figure


def peers(path: Path) -> Figure:
    """Four measurements of each system, from the CSV that benchmarks/peers.py writes."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [row["system"] for row in rows]
    measures = (
        ("pages_per_second", "Ingest, pages/s", "more is better"),
        ("cold_seconds", "Cold start to evidence, s", "less is better"),
        ("warm_p50_ms", "Warm retrieval p50, ms", "less is better"),
        ("peak_mb", "Peak memory, MB", "less is better"),
    )
    figure, panels = plt.subplots(1, 4, figsize=(9.4, 2.1), layout="constrained", sharey=True)
    for axes, (column, title, note) in zip(panels, measures, strict=True):
        values = [float(row[column]) for row in rows]
        colors = [BLUE if name == "multimodal-rag" else "#a9b6c4" for name in names]
        bars = axes.barh(names, values, color=colors, height=0.62)
        texts = [f"{v:,.0f}" if v >= 100 else f"{v:.3g}" for v in values]
        axes.bar_label(bars, texts, padding=2, fontsize=7.5)
        axes.set_title(title, fontsize=8.5)
        axes.set_xlabel(note, fontsize=7, color=GREY)
        axes.set_xlim(0, max(values) * 1.3)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.grid(visible=False)
    panels[0].invert_yaxis()
    return figure

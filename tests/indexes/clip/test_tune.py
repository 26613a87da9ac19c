"""Tuning a CLIP: on coloured pictures, which a tower with random weights surely learns to tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from indexes.clip import model as models
from indexes.clip.files import WEIGHTS
from indexes.clip.held_out import Figure, difference, same_figures, score, split
from indexes.clip.lesson import Recipe
from indexes.clip.tunable import FigureClipStart, OpenClipStart, Start
from indexes.clip.tune import TuningReport, tune
from indexes.clip.zero_shot import FigureTyper
from indexes.embedders.figure_clip import FigureClip
from indexes.embedders.minilm import MiniLM
from indexes.embedders.openclip import OpenClipEmbedder
from indexes.types import SharedEmbedder
from ingest.errors import ConfigError, TrainingError
from tests.checkpoints import tiny_clip, tiny_roberta_clip, tiny_siglip

COLOURS = tuple(
    "red green blue yellow black orange purple pink brown gray cyan".split()  # noqa: SIM905
)
RECIPE = Recipe(epochs=15, rate=1e-3, pull=1.0)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> list[Figure]:
    """110 pictures: one colour above another."""
    folder = tmp_path_factory.mktemp("figures")
    made = []
    for above, below in permutations(COLOURS, 2):
        image = Image.new("RGB", (64, 48), below)
        image.paste(above, (0, 0, 64, 24))
        image.save(folder / f"{above}-{below}.png")
        texts = (f"{above} above {below}", f"The upper half is {above}.")
        made.append(Figure(folder / f"{above}-{below}.png", texts, "one"))
    return made


@pytest.fixture(scope="module")
def figure_clip(figures: list[Figure], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's, with random weights, normalised for these pictures, and unsure of types."""
    folder = tmp_path_factory.mktemp("figure-clip") / "start"
    torch.manual_seed(0)
    learner, tower = FigureClipStart(WEIGHTS).learner(), models.image_tower().train()
    seen = np.stack([learner.picture(one.crop.read_bytes()) for one in figures[::5]])
    pixels = torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        for _ in range(3):
            tower(pixels)
    learner.tower.load_state_dict(tower.state_dict())
    learner.save(folder)
    typer, bias = FigureTyper.load(WEIGHTS), np.arange(29, dtype=np.float32) / 100
    np.savez(folder / "types.npz", names=np.array(typer.names), vectors=typer.vectors, bias=bias)
    config = json.loads((folder / "config.json").read_text()) | {"temperature": 20.0}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def shuffled(figures: Sequence[Figure]) -> list[Figure]:
    order = np.random.default_rng(0).permutation(len(figures))
    return [Figure(one.crop, figures[at].texts) for one, at in zip(figures, order, strict=True)]


def found(embedder: SharedEmbedder, figures: Sequence[Figure]) -> float:
    pictures = embedder.embed_images([one.crop.read_bytes() for one in figures])
    return score(pictures, embedder.embed_texts([one.texts[0] for one in figures]))[
        0
    ].reciprocal_rank


def check(report: TuningReport, folder: Path) -> None:
    assert report.helps
    assert report.folder == folder
    assert (report.learnt_from, report.held_out, report.by_document) == (88, 22, False)
    assert report.pairs == 2 * 88
    assert report.gain.low > 0
    gain = report.after.reciprocal_rank - report.before.reciprocal_rank
    assert report.gain.mean == pytest.approx(gain)
    assert report.after.text_to_picture["@5"] > report.before.text_to_picture["@5"]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]  # nothing beside it


def test_a_figure_clip_learns_and_loads(
    figures: list[Figure], figure_clip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tuned"
    stages: dict[str, tuple[int, int]] = {}
    report = tune(
        FigureClipStart(figure_clip),
        figures,
        folder,
        Recipe(epochs=2, batch=20, rate=1e-3, pull=1.0),
        lambda stage, done, total: stages.update({stage: (done, total)}),
    )
    check(report, folder)
    assert stages["tuning"] == (8, 8)
    minilm = MiniLM(threads=2)
    before, after = FigureClip(minilm, figure_clip), FigureClip(minilm, folder)
    assert found(after, figures) > found(before, figures) + 0.05
    assert after.space.model.startswith("figure-clip-tuned@")
    types, kept = FigureTyper.load(figure_clip), FigureTyper.load(folder)
    assert np.array_equal(types.vectors, kept.vectors)
    assert np.array_equal(types.bias, kept.bias)
    assert kept.temperature == types.temperature


def test_a_clip_of_open_clip_learns_and_loads(figures: list[Figure], tmp_path: Path) -> None:
    start, folder = tiny_clip(tmp_path / "start"), tmp_path / "tuned" / "mine"
    report = tune(OpenClipStart(str(start)), figures, folder, RECIPE)
    check(report, folder)
    before, after = OpenClipEmbedder(str(start)), OpenClipEmbedder(str(folder))
    assert found(after, figures) > found(before, figures) + 0.05
    said = [one.texts[0] for one in figures]
    assert np.allclose(before.embed_texts(said), after.embed_texts(said), atol=1e-5)
    assert before.space != after.space


@pytest.mark.parametrize("make", [tiny_clip, tiny_siglip, tiny_roberta_clip])
def test_every_kind_is_saved_as_it_is(
    make: Callable[[Path], Path], figures: list[Figure], tmp_path: Path
) -> None:
    start, folder = OpenClipStart(str(make(tmp_path / "start"))), tmp_path / "saved"
    start.learner().save(folder)
    before, after = start.embedder(), start.embedder(folder)
    images, texts = [one.crop.read_bytes() for one in figures[:5]], ["a red fox", "the old bridge"]
    assert np.allclose(before.embed_images(images), after.embed_images(images), atol=1e-6)
    assert np.allclose(before.embed_texts(texts), after.embed_texts(texts), atol=1e-6)


def test_the_same_seed_gives_the_same(figures: list[Figure], tmp_path: Path) -> None:
    start = OpenClipStart(str(tiny_clip(tmp_path / "start")))
    few = Recipe(epochs=3, rate=1e-3)
    first, second = (tune(start, figures, tmp_path / name, few) for name in ("a", "b"))
    assert (first.before, first.after, first.gain) == (second.before, second.after, second.gain)
    other = tune(start, figures, tmp_path / "c", Recipe(epochs=3, rate=1e-3, seed=1))
    assert other.before != first.before


def test_the_pull_keeps_vectors_where_they_were(figures: list[Figure], tmp_path: Path) -> None:
    start = OpenClipStart(str(tiny_clip(tmp_path / "start")))
    images = [one.crop.read_bytes() for one in figures]
    before = start.embedder().embed_images(images)

    def moved(pull: float) -> float:
        folder = tmp_path / str(pull)
        assert tune(start, figures, folder, Recipe(epochs=10, rate=1e-3, pull=pull)).helps
        after = start.embedder(folder).embed_images(images)
        return float(1 - (before * after).sum(axis=1).mean())

    assert moved(2.0) < 0.7 * moved(0.0)


def test_wrong_captions_are_refused(figures: list[Figure], tmp_path: Path) -> None:
    start = OpenClipStart(str(tiny_clip(tmp_path / "start")))
    report = tune(start, shuffled(figures), tmp_path / "out" / "tuned", RECIPE)
    assert not report.helps
    assert report.folder is None
    assert list((tmp_path / "out").iterdir()) == []


class _Stopped(OpenClipStart):
    """Ctrl-C while the model is written."""

    def embedder(self, folder: Path | None = None) -> SharedEmbedder:
        if folder is not None:
            assert (folder / "open_clip_config.json").is_file()
            raise KeyboardInterrupt
        return super().embedder()


def test_an_interrupt_leaves_what_was_there(figures: list[Figure], tmp_path: Path) -> None:
    start: Start = _Stopped(str(tiny_clip(tmp_path / "start")))
    folder = tmp_path / "out" / "tuned"
    folder.mkdir(parents=True)
    (folder / "open_clip_config.json").write_text("of before")
    with pytest.raises(KeyboardInterrupt):
        tune(start, figures, folder, Recipe(epochs=2, rate=1e-3))
    assert (folder / "open_clip_config.json").read_text() == "of before"
    assert [path.name for path in folder.parent.iterdir()] == ["tuned"]


def test_damaged_crops_are_left_out_and_may_leave_too_few(
    figures: list[Figure], tmp_path: Path
) -> None:
    start = OpenClipStart(str(tiny_clip(tmp_path / "start")))
    (tmp_path / "damaged.png").write_bytes(b"no picture")
    bad = [
        Figure(tmp_path / "damaged.png", ("a damaged one",)),
        Figure(tmp_path / "gone.png", ("a vanished one",)),
    ]
    report = tune(start, [*figures, *bad], tmp_path / "tuned", Recipe(epochs=1))
    assert report.learnt_from + report.held_out == len(figures)
    with pytest.raises(TrainingError, match="only 99 different figures with captions"):
        tune(start, [*figures[:99], *bad], tmp_path / "tuned", RECIPE)


def test_a_saved_figure_clip_sees_what_its_tower_sees(
    figures: list[Figure], figure_clip: Path
) -> None:
    learner = FigureClipStart(figure_clip).learner()
    images = [one.crop.read_bytes() for one in figures[:6]]
    seen = torch.from_numpy(np.stack([learner.picture(image) for image in images]))
    learner.tower.eval()
    with torch.no_grad():
        vectors = models.unit(learner.features(seen.permute(0, 3, 1, 2).float() / 255)).numpy()
    saved = FigureClip(MiniLM, figure_clip).embed_images(images)
    assert np.allclose(vectors, saved, atol=2e-3)


def test_a_figure_clip_without_its_weights(figure_clip: Path, tmp_path: Path) -> None:
    for name in ("config.json", "image_tower.onnx", "types.npz"):
        (tmp_path / name).write_bytes((figure_clip / name).read_bytes())
    with pytest.raises(ConfigError, match=r"has no image_tower\.safetensors"):
        FigureClipStart(tmp_path)
    (tmp_path / "image_tower.safetensors").write_bytes(b"broken")
    with pytest.raises(ConfigError, match=r"image_tower\.safetensors: "):
        FigureClipStart(tmp_path).learner()


def drawn(count: int, documents: int) -> list[Figure]:
    return [
        Figure(Path(f"{n}.png"), (f"caption {n}",), f"document {n % documents}")
        for n in range(count)
    ]


def test_copies_are_one_figure() -> None:
    figures = [
        Figure(Path("a.png"), ("One",)),
        Figure(Path("b.png"), ("Two",)),
        Figure(Path("c.png"), ("two ",)),  # the caption of b
        Figure(Path("c.png"), ("Three",)),  # the crop of c
    ]
    assert same_figures(figures).tolist() == [0, 1, 1, 1]


def test_too_few_figures() -> None:
    figures = drawn(12, 3) * 10
    with pytest.raises(TrainingError, match=r"only 12 different .* needs at least 100"):
        split(figures, same_figures(figures), 0)


def test_a_fifth_is_held_out_and_copies_stand_on_one_side() -> None:
    figures = drawn(150, 10)
    figures += [Figure(Path(f"copy {n}.png"), figures[n].texts) for n in range(100)]
    same = same_figures(figures)
    parts = split(figures, same, 0)
    assert not parts.by_document
    assert len(parts.held_out) == 30
    held, learnt = set(same[list(parts.held_out)]), set(same[list(parts.learnt)])
    assert len(held) == 30
    assert not held & learnt
    assert len(learnt) == 120
    assert split(figures, same, 0) == parts
    assert split(figures, same, 1) != parts


def test_whole_documents_are_held_out() -> None:
    figures = drawn(200, 25)
    figures.append(Figure(Path("shared.png"), ("caption 0",), "document 1"))  # a copy elsewhere
    parts = split(figures, same_figures(figures), 0)
    assert parts.by_document
    assert 40 <= len(parts.held_out) <= 60
    assert not {figures[at].document for at in parts.held_out} & {
        figures[at].document for at in parts.learnt
    }


def test_one_huge_document_is_not_held_out() -> None:
    figures = [*drawn(19, 19), *(Figure(Path(f"x{n}"), (f"x{n}",), "huge") for n in range(900))]
    parts = split(figures, same_figures(figures), 0)
    assert not parts.by_document  # the small ones together have too few
    assert len(parts.held_out) == 184


def test_scores_of_known_ranks() -> None:
    captions = np.eye(3, dtype=np.float32)
    pictures = captions[[0, 2, 1]]  # the second and the third change places
    scores, ranks = score(pictures, captions)
    assert scores.text_to_picture == {"@1": pytest.approx(1 / 3), "@5": 1.0, "@10": 1.0}
    assert ranks.tolist() == pytest.approx([1.0, 1 / 3, 1 / 3])  # ties count against
    assert scores.reciprocal_rank == pytest.approx(5 / 9)


def test_the_interval_of_a_gain() -> None:
    before = np.full(40, 0.2)
    sure = difference(before, before + 0.1, 0)
    assert (sure.mean, sure.low, sure.high) == pytest.approx((0.1, 0.1, 0.1))
    unsure = difference(before, before + np.tile([0.3, -0.3], 20), 0)
    assert unsure.low < -0.05 < 0.05 < unsure.high

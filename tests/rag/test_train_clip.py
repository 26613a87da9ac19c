"""`rag train-clip`, from documents to a model that the settings name."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from PIL import Image

from ingest.errors import InputError, MissingExtra, TrainingError
from rag.app import Rag
from rag.clip_pairs import figures_to_learn
from rag.config import Settings
from rag.tuning import tuned_folder
from tests.checkpoints import tiny_clip
from tests.rag.command_line import Capture, run, run_json

COLOURS = tuple(
    "red green blue yellow black orange purple pink brown gray cyan".split()  # noqa: SIM905
)
PAIRS = list(permutations(COLOURS, 2))
Indexed = Callable[[list[tuple[str, str]]], Path]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Makes an index of pages whose figures have one colour above another."""
    folder = tmp_path_factory.mktemp("pages")
    for above, below in PAIRS:
        image = Image.new("RGB", (240, 180), below)
        image.paste(above, (0, 0, 240, 90))
        image.save(folder / f"{above}-{below}.png")

    def index(captions: list[tuple[str, str]]) -> Path:
        home = tmp_path_factory.mktemp("index")
        parts = ["<html><body><h1>Flags</h1>"]
        for number, (above, below) in enumerate(PAIRS[: len(captions)], 1):
            said = captions[number - 1]
            parts.append(
                f'<figure><img src="{above}-{below}.png"><figcaption>Figure {number}: '
                f"{said[0]} above {said[1]}</figcaption></figure>"
                f"<p>It rains today. Figure {number} shows {said[0]} cloth. Nobody knows why.</p>"
            )
        page = folder / f"{home.name}.html"
        page.write_text("".join([*parts, "</body></html>"]))
        settings = Settings(pixels="none", clip="none", workers=1, ocr="off")
        with Rag(home / ".rag", settings) as rag:
            assert not rag.ingest(page).failed
        return home / ".rag"

    return index


@pytest.fixture(scope="module")
def index(indexed: Indexed) -> Path:
    return indexed(PAIRS)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_clip(tmp_path_factory.mktemp("clip") / "tiny"))


def options(index: Path, clip: str, *more: str) -> list[str]:
    start = ["train-clip", "--index", str(index), "--clip", clip, "--device", "cpu"]
    return [*start, "--rate", "2e-3", "--epochs", "20", *more]


def test_what_there_is_to_learn_from(index: Path) -> None:
    with Rag.open(index) as rag:
        figures = figures_to_learn(rag._opened())
    assert len(figures) == len(PAIRS)
    assert figures[0].texts[0] == "red above green"
    assert figures[0].texts[1:] == ("Figure 1 shows red cloth.",)
    assert Image.open(figures[0].crop).size[0] > 0
    assert len({figure.document for figure in figures}) == 1


def test_a_model_that_learns_is_written_and_used(
    index: Path, clip: str, tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "mine"
    shown, complaints = run(capsys, *options(index, clip, "--out", str(folder)))
    assert "rag:" not in complaints
    assert "measured on 22 figures that were held out (figures)" in shown
    assert "caption → figure, @10" in shown
    assert f'clip = "{folder}" in rag.toml, then\n  rag embed' in shown
    settings = Settings(pixels="none", clip=str(folder), device="cpu")
    with Rag(index, settings) as rag:
        rag.switch_models()
        best = rag.search("red above green", k=10, kind="figure")
        assert any("clip" in one.channels for one in best)
        assert rag.status().problems == ()
    again = options(index, clip, "--out", str(folder))
    assert "holds a CLIP already" in run(capsys, *again, code=2)[1]
    report = run_json(capsys, *again, "--force")
    assert report["folder"] == str(folder)
    assert report["gain"]["low"] > 0
    assert report["after"]["text_to_picture"]["@5"] > report["before"]["text_to_picture"]["@5"]


def test_shuffled_captions_are_refused(
    indexed: Indexed, clip: str, tmp_path: Path, capsys: Capture
) -> None:
    wrong = random.Random(0).sample(PAIRS, len(PAIRS))
    index = indexed(wrong)
    folder = tmp_path / "mine"
    shown, complaint = run(capsys, *options(index, clip, "--out", str(folder), "-q"), code=1)
    assert shown == ""
    assert complaint.count("\n") == 1
    assert "rag: nothing was written: the 22 held-out figures are not surely found" in complaint
    assert "95 % interval" in complaint
    assert list(tmp_path.iterdir()) == []


def test_too_few_figures(indexed: Indexed, clip: str, tmp_path: Path, capsys: Capture) -> None:
    index = indexed(PAIRS[:12])
    message = "only 12 different figures with captions; train-clip needs at least 100"
    assert message in run(capsys, *options(index, clip), code=2)[1]
    with Rag.open(index) as rag, pytest.raises(TrainingError, match="only 12"):
        rag.train_clip(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_never_replaced(index: Path, clip: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader")
    with Rag.open(index) as rag, pytest.raises(InputError, match="holds no CLIP"):
        rag.train_clip(tmp_path, force=True)


def test_arguments_that_make_no_sense(index: Path, clip: str, capsys: Capture) -> None:
    assert "no learning rate" in run(capsys, "train-clip", "--rate", "2", code=2)[1]
    assert "no CLIP to tune" in run(capsys, *options(index, "none"), code=2)[1]


def test_where_the_tuned_model_goes(tmp_path: Path) -> None:
    index = tmp_path / ".rag"
    (tmp_path / "own-tuned").mkdir()
    names = {
        "figure-clip": "figure-clip-tuned",
        "ViT-B-16-SigLIP2-256/webli": "ViT-B-16-SigLIP2-256-tuned",
        "hf-hub:org/model": "model-tuned",
        str(tmp_path / "own-tuned"): "own-tuned",
    }
    assert {clip: tuned_folder(index, clip) for clip in names} == {
        clip: tmp_path / name for clip, name in names.items()
    }


def test_without_a_package_the_error_names_the_command(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "timm", None)
    wanted = r"training needs timm: pip install 'multimodal-rag\[models\]'"
    with Rag.open(index) as rag, pytest.raises(MissingExtra, match=wanted):
        rag.train_clip()

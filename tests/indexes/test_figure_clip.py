"""The package's own CLIP for figures. How good its weights are is not asked here."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from indexes.clip.files import WEIGHTS, is_figure_clip, read_config
from indexes.embedders.figure_clip import DIM, FigureClip, ImageTower
from indexes.embedders.minilm import MiniLM
from indexes.types import Vectors
from ingest.errors import ConfigError, UnreadableFile


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def chart(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Bars of random heights and colours."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for bar in range(6):
        left, top = size[0] * bar // 6, int(random.integers(size[1]))
        fill = tuple(random.integers(0, 256, 3).tolist())
        pen.rectangle((left + 4, top, left + size[0] // 8, size[1]), fill=fill)
    return image


def cosines(left: Vectors, right: Vectors) -> list[float]:
    return [float(cosine) for cosine in (left * right).sum(axis=1)]


@pytest.fixture(scope="module")
def tower() -> ImageTower:
    return ImageTower(threads=2)


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM(threads=2)


def test_unit_rows_one_for_each_picture(tower: ImageTower) -> None:
    vectors = tower.embed_images([encoded(chart(seed)) for seed in range(21)])
    assert (vectors.shape, vectors.dtype) == ((21, DIM), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert len({tuple(row) for row in vectors.round(4).tolist()}) == 21
    assert tower.embed_images([]).shape == (0, DIM)


def test_batches_and_threads_change_nothing(tower: ImageTower) -> None:
    pictures = [encoded(chart(seed)) for seed in range(11)]
    together = tower.embed_images(pictures)
    alone = ImageTower(threads=1)
    one_by_one = np.concatenate([alone.embed_images([picture]) for picture in pictures])
    assert np.allclose(together, one_by_one, atol=1e-4)


def test_pictures_are_squeezed_not_cut(tower: ImageTower) -> None:
    wide = chart(1, (900, 200))
    size = read_config(WEIGHTS).size
    square = wide.resize((size, size), Image.Resampling.BICUBIC)
    cut = wide.crop((350, 0, 550, 200))
    vectors = tower.embed_images([encoded(wide), encoded(square), encoded(cut)])
    assert cosines(vectors[:1], vectors[1:2])[0] > 0.999
    assert cosines(vectors[:1], vectors[2:])[0] < 0.999


def test_a_picture_is_what_a_reader_sees(tower: ImageTower) -> None:
    image = chart(2)
    rgba = np.array(image.convert("RGBA"))
    rgba[(rgba[..., :3] == 255).all(axis=2)] = 0
    clear = Image.fromarray(rgba)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    turned = encoded(image.rotate(90, expand=True), "PNG", exif=exif)
    vectors = tower.embed_images([encoded(image), encoded(clear), turned])
    assert cosines(vectors[[0, 0]], vectors[1:]) == pytest.approx([1.0, 1.0], abs=1e-4)


def test_large_photographs_are_decoded_small(tower: ImageTower) -> None:
    large = chart(3).resize((3200, 2400), Image.Resampling.BICUBIC)
    vectors = tower.embed_images([encoded(large, "JPEG", quality=95), encoded(large)])
    assert cosines(vectors[:1], vectors[1:])[0] > 0.98


def test_what_is_no_picture_is_named_by_its_position(tower: ImageTower) -> None:
    pictures = [encoded(chart(seed)) for seed in range(9)]
    with pytest.raises(UnreadableFile, match="picture 10:"):
        tower.embed_images([*pictures, b"not a picture", *pictures])


def test_texts_are_minilms(minilm: MiniLM) -> None:
    clip = FigureClip(minilm)
    assert clip.text_space == minilm.space
    assert (clip.space.name, clip.space.dim) == ("clip", minilm.space.dim)
    config = read_config(WEIGHTS)
    assert clip.space.model == f"{config.name}@{config.digest[:8]}"
    assert np.array_equal(clip.embed_query("a pie chart"), minilm.embed_query("a pie chart"))
    texts = ["a bar chart of sales", "a photograph"]
    assert np.allclose(clip.embed_texts(texts), minilm.embed_texts(texts), atol=1e-5)


def test_a_long_text_is_read_to_its_end(minilm: MiniLM) -> None:
    clip = FigureClip(minilm)
    long = " ".join(f"item {number} costs {number * 7} euros" for number in range(400))
    windows = minilm.windows(long)
    assert len(windows) > 4
    owners, vectors = clip.embed_long_texts(["short", long], 3)
    assert owners.tolist() == [0, 1, 1, 1]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    mean = minilm.embed_texts(windows).sum(axis=0)
    whole = clip.embed_texts([long])[0]
    assert np.allclose(whole, mean / np.linalg.norm(mean), atol=1e-3)


def test_an_index_that_keeps_texts_beside_pixels_has_another_space(minilm: MiniLM) -> None:
    apart, shared = FigureClip(minilm, own_texts=True), FigureClip(minilm)
    assert apart.text_space == apart.space
    assert apart.space != shared.space
    picture = [encoded(chart(4))]
    assert np.array_equal(apart.embed_images(picture), shared.embed_images(picture))


def test_minilm_loads_when_a_text_comes(minilm: MiniLM) -> None:
    asked: list[MiniLM] = []

    def given() -> MiniLM:
        asked.append(minilm)
        return minilm

    clip = FigureClip(given)
    clip.embed_images([encoded(chart(5))])
    assert not asked
    clip.embed_query("one")
    clip.embed_query("two")
    assert len(asked) == 1


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(WEIGHTS, folder)
    config = folder / "config.json"
    config.write_text(config.read_text().replace(read_config(folder).digest[:8], "12345678"))
    mine = ImageTower(folder)
    assert is_figure_clip(folder)
    assert mine.space.model.endswith("@12345678")
    picture = [encoded(chart(6))]
    assert np.allclose(mine.embed_images(picture), ImageTower().embed_images(picture), atol=1e-5)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert not is_figure_clip(tmp_path)
    with pytest.raises(ConfigError, match=r"config\.json"):
        ImageTower(tmp_path)
    shutil.copy(WEIGHTS / "config.json", tmp_path)
    (tmp_path / "image_tower.onnx").write_bytes(b"broken")
    with pytest.raises(ConfigError, match=r"image_tower\.onnx: cannot be loaded"):
        ImageTower(tmp_path).embed_images([encoded(chart(7))])


def test_a_picture_needs_no_torch() -> None:
    program = (
        "import io, sys; from PIL import Image; out = io.BytesIO();"
        "Image.new('RGB', (9, 9)).save(out, 'PNG');"
        "from indexes.embedders.figure_clip import FigureClip, MiniLM;"
        "FigureClip(MiniLM).embed_images([out.getvalue()]);"
        "print({'torch', 'transformers', 'open_clip', 'timm', 'openvino'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.stdout, done.stderr) == ("set()\n", "")

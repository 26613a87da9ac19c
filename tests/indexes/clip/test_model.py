import io
import json
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from indexes.clip import data, export, train
from indexes.clip import model as models
from indexes.clip.files import IMAGE_WEIGHTS, WEIGHTS, read_config
from indexes.embedders.figure_clip import ImageTower
from indexes.embedders.minilm import MiniLM
from indexes.embedders.pictures import squeeze


def png(picture: Image.Image) -> bytes:
    data_ = io.BytesIO()
    picture.save(data_, "PNG")
    return data_.getvalue()


@pytest.fixture(scope="module")
def shipped() -> torch.nn.Module:
    return models.create(export.load(WEIGHTS))


def test_the_text_tower_is_minilm_and_locked(shipped: torch.nn.Module) -> None:
    texts = ["a pie chart", "Rainfall in Kenya, 2001 to 2020"]
    tokens = open_clip.get_tokenizer(models.NAME)(texts)
    with torch.inference_mode():
        vectors = shipped.encode_text(tokens, normalize=True).numpy()
    np.testing.assert_allclose(vectors, MiniLM().embed_texts(texts), atol=1e-4)
    assert not any(weight.requires_grad for weight in shipped.text.parameters())
    assert all(weight.requires_grad for weight in shipped.visual.parameters())


def test_the_shipped_folder_gives_what_torch_gives(shipped: torch.nn.Module) -> None:
    pictures = [data.draw(7, number)[0].image for number in range(4)]
    squares = [squeeze(picture, models.IMAGE_SIZE, models.MARGIN) for picture in pictures]
    with torch.inference_mode():
        pixels = torch.stack([torch.from_numpy(np.array(s)).permute(2, 0, 1) for s in squares])
        expected = shipped.encode_image(pixels.float() / 127.5 - 1, normalize=True).numpy()
    vectors = ImageTower().embed_images([png(picture) for picture in pictures])
    assert ((vectors * expected).sum(1) > 0.999).all()


def test_the_shipped_weights_are_small_and_float16() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) < 25_000_000
    header = (WEIGHTS / IMAGE_WEIGHTS).read_bytes()[8:]
    dtypes = {
        e["dtype"] for e in json.JSONDecoder().raw_decode(header.decode("latin-1"))[0].values()
    }
    assert dtypes == {"F16"}
    assert read_config(WEIGHTS).size == models.IMAGE_SIZE


def test_training_learns_resumes_and_saves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three shards of plain squares, whose types are their colours: a few steps tell them apart."""
    pool, out = tmp_path / "pool", tmp_path / "out"
    squares(pool)
    recipe = train.Recipe(samples=160, batch=16, held_out=20, rate=2e-3, warmup=0.2)
    monkeypatch.setattr(train, "CHECKPOINT_SECONDS", 0)
    train.train(out, pool, recipe, "cpu", "fp32")
    last = json.loads((out / "log.jsonl").read_text().splitlines()[-1])
    assert last["step"] == 10
    assert last["types"] < 3.3  # ln 29 is what guessing gives
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    assert state["step"] == 10
    first = (out / "tower.pt").read_bytes()
    train.train(out, pool, recipe, "cpu", "fp32")  # nothing is left to do
    assert torch.load(out / "tower.pt", weights_only=True)["scale"] == pytest.approx(
        torch.load(_copy(tmp_path, first), weights_only=True)["scale"]
    )


def _copy(folder: Path, content: bytes) -> Path:
    path = folder / "first.pt"
    path.write_bytes(content)
    return path


def squares(folder: Path) -> None:
    """A pool of one shard: three figure types, each of one colour."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    types = ["bar chart", "photograph", "map"]
    pixels = np.full((data.SHARD, data.SIDE, data.SIDE, 3), 255, np.uint8)
    said = []
    for at in range(data.SHARD):
        kind = int(rng.integers(3))
        pixels[at, 20:-20, 20:-20, kind] = 0
        said.append(
            {
                "figure_type": types[kind],
                "captions": [f"A {types[kind]}.", f"The {types[kind]} shows it."],
                "question": f"Which {types[kind]}?",
                "wrong": f"A {types[kind - 1]}.",
            }
        )
    np.save(folder / "00000.npy", pixels)
    (folder / "00000.json").write_text(json.dumps(said))


def test_an_exported_tower_comes_back(tmp_path: Path) -> None:
    torch.manual_seed(1)
    tower = models.image_tower()
    with torch.no_grad():
        for _ in range(3):
            tower(torch.randn(8, 3, models.IMAGE_SIZE, models.IMAGE_SIZE).cumsum(-1) * 0.1)
    export.save(tmp_path, tower, MiniLM(), temperature=12.5)
    again = models.create(export.load(tmp_path)).visual
    picture = Image.effect_noise((192, 192), 90).convert("RGB")
    square = squeeze(picture, models.IMAGE_SIZE, models.MARGIN)
    x = torch.from_numpy(np.array(square)).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.inference_mode():
        expected = models.unit(tower.eval()(x)).numpy()
        loaded = models.unit(again(x)).numpy()
    run = ImageTower(tmp_path).embed_images([png(picture)])
    assert (expected * loaded).sum() > 0.9999
    assert (expected * run).sum() > 0.9999
    assert read_config(tmp_path).temperature == 12.5

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexes.embedders.clip_tokens import clip_tokens
from indexes.embedders.openclip import OpenClipEmbedder
from indexes.types import SharedEmbedder, Vectors
from ingest.errors import ConfigError, MissingExtra, UnreadableFile
from tests.checkpoints import sentence, tiny_clip, tiny_roberta_clip, tiny_siglip

pytest.importorskip("open_clip")

MAKERS = (tiny_clip, tiny_siglip, tiny_roberta_clip)
PASSAGES = [" ".join(sentence(10 * p + s) for s in range(5)) for p in range(8)]
LAST = [sentence(10 * p + 4) for p in range(8)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            make = next(maker for maker in MAKERS if maker.__name__ == name)
            made[name] = make(tmp_path_factory.mktemp(name) / name)
        return made[name]

    return of


@pytest.fixture(scope="module", params=[maker.__name__ for maker in MAKERS])
def any_folder(request: pytest.FixtureRequest, folder: Callable[[str], Path]) -> Path:
    return folder(request.param)


@pytest.fixture(scope="module")
def clip(folder: Callable[[str], Path]) -> OpenClipEmbedder:
    return OpenClipEmbedder(str(folder("tiny_clip")), batch_size=4)


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def noise(seed: int, width: int = 40, height: int = 30) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


def unit(vectors: object) -> Vectors:
    rows = np.asarray(vectors, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_pictures_get_the_vectors_that_open_clip_gives(any_folder: Path) -> None:
    import open_clip
    import torch

    model, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{any_folder}")
    pictures = [noise(seed, 30 + 7 * seed, 80 - 5 * seed) for seed in range(7)]
    with torch.inference_mode():
        batch = torch.stack([preprocess(picture) for picture in pictures])
        expected = unit(model.eval().encode_image(batch))
    embedder = OpenClipEmbedder(str(any_folder), batch_size=3, workers=2)
    vectors = embedder.embed_images([encoded(picture) for picture in pictures])
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert vectors.dtype == np.float32
    assert vectors.shape == (7, embedder.space.dim)


def test_short_texts_get_the_vectors_that_open_clip_gives(any_folder: Path) -> None:
    import open_clip
    import torch

    model = open_clip.create_model(f"local-dir:{any_folder}").eval()
    tokenizer = open_clip.get_tokenizer(f"local-dir:{any_folder}")
    texts = [sentence(n, n) for n in range(1, 7)] + [""]
    with torch.inference_mode():
        expected = unit(model.encode_text(tokenizer(texts)))
    embedder = OpenClipEmbedder(str(any_folder), batch_size=3)
    np.testing.assert_allclose(embedder.embed_texts(texts), expected, atol=1e-5)
    np.testing.assert_allclose(embedder.embed_query(texts[2]), expected[2:3], atol=1e-5)


def test_tokens_are_those_of_open_clip(any_folder: Path) -> None:
    import open_clip

    tokenizer = open_clip.get_tokenizer(f"local-dir:{any_folder}")
    tokens = clip_tokens(tokenizer)
    texts = [
        *("", " ", "the cat", "It's 1,234.5% — “Größe” 北京 🙂!", "a &amp; b&lt;c&nbsp;d"),
        *("<start_of_text> the <end_of_text>", "sat\n\ton\u00a0a  mat", "fran\u00c3\u00a7ais"),
        *(*LAST, *PASSAGES),  # which are too long
    ]
    assert (tokens.ids(texts) == tokenizer(texts)).all()
    whole = tokenizer(texts, context_length=200)
    sizes = (whole != whole[0, -1]).sum(1) - (whole[0] != whole[0, -1]).sum()
    assert tokens.count(texts) == sizes.tolist()
    assert tokens.room == tokenizer.context_length - (whole[0] != whole[0, -1]).sum()


def test_windows_hold_all_words_and_are_read_whole(any_folder: Path) -> None:
    import open_clip

    embedder = OpenClipEmbedder(str(any_folder))
    tokenizer = open_clip.get_tokenizer(f"local-dir:{any_folder}")
    context = tokenizer.context_length
    for text in (*PASSAGES, "river" * 40, "Größe & Übermaß (größer) — doesn't! " * 9):
        windows = embedder.windows(text)
        assert "".join("".join(windows).split()) == "".join(text.split())
        whole, cut = tokenizer(windows, context_length=4 * context), tokenizer(windows)
        assert ((whole != whole[0, -1]).sum(1) <= context).all()  # but for padding
        assert len(windows) > 1
        assert cut.shape[1] == context
    assert embedder.windows("the cat") == ["the cat"]


def test_the_end_of_a_long_passage_is_found(clip: OpenClipEmbedder) -> None:
    owners, vectors = clip.embed_long_texts(PASSAGES, 4)
    queries = np.concatenate([clip.embed_query(text) for text in LAST])
    assert owners[(queries @ vectors.T).argmax(1)].tolist() == list(range(8))
    beginnings = clip.embed_texts([clip.windows(text)[0] for text in PASSAGES])
    found = (queries @ beginnings.T).argmax(1)
    assert (found == np.arange(8)).sum() < 4  # reading the beginning only would not do


def test_too_many_windows_are_pooled_with_their_neighbours(clip: OpenClipEmbedder) -> None:
    texts = ["the cat", " ".join(PASSAGES), "", PASSAGES[0]]
    every = clip.embed_texts(clip.windows(texts[1]))
    assert len(every) == 18
    owners, vectors = clip.embed_long_texts(texts, 4)
    assert owners.dtype == np.int64
    assert owners.tolist() == [0, 1, 1, 1, 1, 2, 3, 3, 3]
    groups = ((0, 4), (4, 9), (9, 13), (13, 18))
    expected = unit([every[start:end].mean(0) for start, end in groups])
    np.testing.assert_allclose(vectors[1:5], expected, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    mean = unit([every.mean(0)])
    np.testing.assert_allclose(clip.embed_query(texts[1]), mean, atol=1e-5)
    np.testing.assert_allclose(clip.embed_texts(texts)[1:2], mean, atol=1e-5)


def test_nothing_gives_no_vectors(clip: OpenClipEmbedder) -> None:
    assert clip.embed_texts([]).shape == (0, 48)
    assert clip.embed_images([]).shape == (0, 48)
    owners, vectors = clip.embed_long_texts([], 4)
    assert (len(owners), vectors.shape) == (0, (0, 48))


def test_pictures_are_upright_and_on_white(clip: OpenClipEmbedder) -> None:
    picture = noise(1)
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° clockwise
    see_through = picture.convert("RGBA")
    see_through.putalpha(Image.linear_gradient("L").resize(picture.size))
    white = Image.new("RGBA", picture.size, "white")
    on_white = Image.alpha_composite(white, see_through).convert("RGB")
    grey = picture.convert("L")
    palette = picture.quantize(16)
    same = [
        (encoded(turned, exif=exif), encoded(picture)),
        (encoded(see_through), encoded(on_white)),
        (encoded(grey), encoded(grey.convert("RGB"))),
        (encoded(palette, "GIF"), encoded(palette.convert("RGB"))),
    ]
    one = clip.embed_images([image for image, _ in same])
    other = clip.embed_images([image for _, image in same])
    np.testing.assert_allclose(one, other, atol=1e-5)
    assert np.abs(one[0] - one[1]).max() > 1e-3


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped(clip: OpenClipEmbedder) -> None:
    levels = np.linspace(0, 255, 40 * 30).reshape(30, 40).astype(np.uint8)
    deep = Image.fromarray(levels.astype(np.uint16) * 256)
    vectors = clip.embed_images([encoded(deep), encoded(Image.fromarray(levels))])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)


@pytest.mark.parametrize("bad", [b"", b"not a picture", encoded(noise(0))[:200]])
def test_a_picture_that_cannot_be_read_is_named(clip: OpenClipEmbedder, bad: bytes) -> None:
    good = encoded(noise(0))
    with pytest.raises(UnreadableFile, match=r"^picture 3: the picture cannot be read: "):
        clip.embed_images([good, good, bad, *[good] * 20])


def test_the_space_knows_weights_and_not_precision(folder: Callable[[str], Path]) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    first = folder("tiny_clip")
    space = OpenClipEmbedder(str(first)).space
    assert space.name == "clip"
    assert space.model.startswith("tiny_clip@")
    for precision in ("bf16", "fp16"):
        assert OpenClipEmbedder(str(first), "cpu", precision).space == space
    tuned = first.parent / "tuned" / first.name
    tuned.mkdir(parents=True)
    (tuned / "open_clip_config.json").write_text((first / "open_clip_config.json").read_text())
    weights = load_file(first / "open_clip_model.safetensors")
    torch.manual_seed(1)
    weights["token_embedding.weight"] += 0.02 * torch.randn(weights["token_embedding.weight"].shape)
    save_file(weights, tuned / "open_clip_model.safetensors")
    assert OpenClipEmbedder(str(tuned)).space.model != space.model


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_gives_all_but_the_same(any_folder: Path, precision: str) -> None:
    full = OpenClipEmbedder(str(any_folder))
    half = OpenClipEmbedder(str(any_folder), "cpu", precision)
    images = [encoded(noise(seed)) for seed in range(3)]
    for one, other in (
        (full.embed_images(images), half.embed_images(images)),
        (full.embed_texts(LAST), half.embed_texts(LAST)),
    ):
        assert other.dtype == np.float32
        assert (one * other).sum(1).min() > 0.999


def test_threads_take_turns(clip: OpenClipEmbedder) -> None:
    images = [encoded(noise(seed)) for seed in range(6)]
    texts, pictures = clip.embed_texts(PASSAGES), clip.embed_images(images)
    with ThreadPoolExecutor(4) as pool:
        many_texts = [pool.submit(clip.embed_texts, PASSAGES) for _ in range(6)]
        many_pictures = [pool.submit(clip.embed_images, images) for _ in range(6)]
    assert all(np.allclose(made.result(), texts, atol=1e-5) for made in many_texts)
    assert all(np.allclose(made.result(), pictures, atol=1e-5) for made in many_pictures)


def test_it_is_a_shared_embedder(clip: OpenClipEmbedder) -> None:
    shared: SharedEmbedder = clip
    assert shared.space.dim == 48


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ViT-B-32", r"did you mean ViT-B-32/openai or ViT-B-32/"),
        ("ViT-B-16-SigLIP2-256/weblu", r"did you mean ViT-B-16-SigLIP2-256/webli"),
        ("vit-b-16-siglip2-256/webli", r"did you mean ViT-B-16-SigLIP2-256/webli"),
        ("/no/such/folder", r"use MODEL/WEIGHTS of open_clip, hf-hub:ORG/REPOSITORY, or a folder"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=rf"there is no CLIP model '{name}'.*{hint}"):
        OpenClipEmbedder(name)


@pytest.mark.parametrize("name", ["ViT-B-32/openai", "hf-hub:nobody/nothing"])
def test_what_is_not_downloaded_is_told_with_the_command(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    handlers = list(logging.root.handlers)
    with pytest.raises(
        ConfigError, match=rf"cannot load the model {name}: .*rag models pull {name}"
    ):
        OpenClipEmbedder(name)
    assert logging.root.handlers == handlers
    assert capfd.readouterr().err == ""


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot load the model"):
        OpenClipEmbedder(str(tmp_path))
    tiny_clip(tmp_path / "clip")
    (tmp_path / "clip" / "open_clip_model.safetensors").unlink()
    with pytest.raises(ConfigError, match=r"pretrained weights .* could not be loaded"):
        OpenClipEmbedder(str(tmp_path / "clip"))


def test_a_folder_without_its_tokenizer_is_refused(tmp_path: Path) -> None:
    folder = tiny_siglip(tmp_path / "clip")
    for file in folder.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(ConfigError, match=r"cannot load the model .*clip: .*tokenizer"):
        OpenClipEmbedder(str(folder))


def test_without_the_package_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(MissingExtra, match=r"pip install 'multimodal-rag\[models\]'"):
        OpenClipEmbedder("any/model")


def test_loading_leaves_the_process_as_it_was(folder: Callable[[str], Path]) -> None:
    script = (
        "import json, logging, os, sys\n"
        "from indexes.embedders.openclip import OpenClipEmbedder\n"
        "assert not {'torch', 'open_clip'} & set(sys.modules)\n"
        f"OpenClipEmbedder({str(folder('tiny_clip'))!r}).embed_query('the cat')\n"
        "handlers = len(logging.root.handlers)\n"
        "print(json.dumps([os.environ.get('TOKENIZERS_PARALLELISM'), handlers]))"
    )
    environment = dict(os.environ)
    environment.pop("TOKENIZERS_PARALLELISM", None)  # this process has imported open_clip itself
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout) == [None, 0]
    assert done.stderr == ""

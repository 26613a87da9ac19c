from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexes.embedders.sentence import SentenceTransformerEmbedder
from indexes.embedders.sentence_inputs import as_texts
from ingest.errors import ConfigError, MissingExtra
from tests.checkpoints import sentence, tiny_sentence_model

pytest.importorskip("sentence_transformers")

PROMPTS = {"query": "query : ", "document": "passage : "}
LONG = " ".join(sentence(seed) for seed in range(12))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sentence_model(tmp_path_factory.mktemp("tiny"), prompts=PROMPTS)


def test_the_models_own_prompts_are_used(checkpoint: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    plain = SentenceTransformerEmbedder(str(checkpoint), "cpu", query_prompt="", document_prompt="")
    query = embedder.embed_query("the cat")
    document = embedder.embed_texts(["the cat"])
    np.testing.assert_allclose(query, plain.embed_texts(["query : the cat"]), atol=1e-5)
    np.testing.assert_allclose(document, plain.embed_texts(["passage : the cat"]), atol=1e-5)
    assert not np.allclose(query, document, atol=1e-3)


def test_vectors_are_those_of_the_library(checkpoint: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(checkpoint), device="cpu")
    texts = [sentence(seed, 3 + seed) for seed in range(9)]
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu", batch_size=4)
    expected = model.encode_document(texts, normalize_embeddings=True)
    np.testing.assert_allclose(embedder.embed_texts(texts), expected, atol=1e-5)
    expected = model.encode_query(texts[:1], normalize_embeddings=True)
    np.testing.assert_allclose(embedder.embed_query(texts[0]), expected, atol=1e-5)


def test_rows_are_unit_float32_of_the_space(checkpoint: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    vectors = embedder.embed_texts(["the cat sat on a mat", "a dog ran home", ""])
    assert vectors.shape == (3, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.space.name == "text"
    assert embedder.space.dim == 32
    assert embedder.space.model.startswith("model@")
    assert embedder.embed_texts([]).shape == (0, 32)


def test_fewer_dimensions_are_the_first_ones_normalised_again(checkpoint: Path) -> None:
    full = SentenceTransformerEmbedder(str(checkpoint), "cpu").embed_texts(["the cat"])
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu", dim=4)
    short = full[:, :4] / np.linalg.norm(full[:, :4])
    np.testing.assert_allclose(embedder.embed_texts(["the cat"]), short, atol=1e-5)
    assert embedder.space.dim == 4


def test_the_space_tells_prompts_and_weights_apart(checkpoint: Path, tmp_path: Path) -> None:
    space = SentenceTransformerEmbedder(str(checkpoint), "cpu").space
    assert SentenceTransformerEmbedder(str(checkpoint), "cpu").space == space
    prompted = SentenceTransformerEmbedder(str(checkpoint), "cpu", document_prompt="the ").space
    assert prompted.model != space.model
    other = tiny_sentence_model(tmp_path, prompts=PROMPTS, seed=1)
    assert SentenceTransformerEmbedder(str(other), "cpu").space.model != space.model


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_is_the_same_space(checkpoint: Path, precision: str) -> None:
    full = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    half = SentenceTransformerEmbedder(str(checkpoint), "cpu", precision)
    texts = [sentence(seed) for seed in range(4)]
    one, other = full.embed_texts(texts), half.embed_texts(texts)
    assert other.dtype == np.float32
    assert 1e-6 < np.abs(one - other).max() < 0.03
    assert (one * other).sum(1).min() > 0.99
    np.testing.assert_allclose(np.linalg.norm(other, axis=1), 1, atol=1e-5)
    assert half.space == full.space


def test_long_texts_are_cut_into_windows_that_are_read_whole(checkpoint: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    windows = embedder.windows(LONG)
    assert " ".join(windows) == LONG
    # 96 words; the model reads 32 tokens, of which [CLS], [SEP] and "passage :" take 4
    assert [len(window.split()) for window in windows] == [24, 24, 24, 24]
    longer = SentenceTransformerEmbedder(str(checkpoint), "cpu", document_prompt="")
    assert (
        max(len(window.split()) for window in longer.windows(" ".join([LONG, "cat " * 24]))) == 30
    )
    assert embedder.windows("the cat") == ["the cat"]


def test_the_end_of_a_window_counts(checkpoint: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    window = " ".join(["the cat"] * 13 + ["sat", "ran"])  # 28 words, as many as there is room for
    assert embedder.windows(window) == [window]
    other = window.removesuffix("ran") + "swam"
    one, same = embedder.embed_texts([window, other])
    assert np.abs(one - same).max() > 1e-3
    beyond = embedder.embed_texts([f"{window} a", f"{window} dog"])
    assert np.abs(beyond[0] - beyond[1]).max() < 1e-5  # what windows are for


def test_threads_take_turns(checkpoint: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    windows = embedder.windows(LONG)
    vectors = embedder.embed_texts(windows)
    with ThreadPoolExecutor(4) as pool:
        cut = [pool.submit(embedder.windows, LONG) for _ in range(20)]
        made = [pool.submit(embedder.embed_texts, windows) for _ in range(20)]
    assert all(job.result() == windows for job in cut)
    assert all(np.allclose(job.result(), vectors, atol=1e-5) for job in made)


def test_models_that_see_are_given_texts_as_texts() -> None:
    class Model:
        def __init__(self, *modalities: str) -> None:
            self.modalities = list(modalities)

    address = "https://example.org/picture.png"
    assert as_texts(Model("text"), [address]) == [address]
    assert as_texts(Model("text", "image"), [address]) == [{"text": address}]


def test_too_many_dimensions_are_refused(checkpoint: Path) -> None:
    with pytest.raises(ConfigError, match="32 dimensions, not 64"):
        SentenceTransformerEmbedder(str(checkpoint), "cpu", dim=64)


def test_an_unknown_precision_is_refused(checkpoint: Path) -> None:
    with pytest.raises(ConfigError, match="precision 'int3': use fp32, bf16, fp16"):
        SentenceTransformerEmbedder(str(checkpoint), "cpu", "int3")


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "no such type"}))
    with pytest.raises(ConfigError, match="cannot load the model"):
        SentenceTransformerEmbedder(str(tmp_path), "cpu")


def test_what_is_not_downloaded_is_told_with_the_command() -> None:
    with pytest.raises(ConfigError, match=r"nobody/nothing: .*rag models pull nobody/nothing$"):
        SentenceTransformerEmbedder("nobody/nothing", "cpu")


def test_loading_shows_no_bar(checkpoint: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from transformers.utils import logging

    SentenceTransformerEmbedder(str(checkpoint), "cpu")
    assert capfd.readouterr().err == ""
    assert logging.is_progress_bar_enabled()


def test_without_the_package_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match="pip install sentence-transformers"):
        SentenceTransformerEmbedder("any/model")

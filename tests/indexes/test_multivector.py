from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexes.embedders.multivector import MultiVectorEmbedder
from indexes.types import LateInteraction, Vectors
from ingest.errors import ConfigError
from tests.checkpoints import sentence, tiny_multivector_model, tiny_sentence_model

pytest.importorskip("sentence_transformers")

TEXTS = [sentence(seed, length) for seed, length in enumerate((3, 9, 1, 6, 12))]
LONG = " ".join(sentence(seed) for seed in range(4))  # 32 words; the model reads 16 tokens


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_multivector_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def embedder(checkpoint: Path) -> MultiVectorEmbedder:
    return MultiVectorEmbedder(str(checkpoint), "cpu", batch_size=2)


def maxsim(query: Vectors, document: Vectors) -> float:
    """The definition, in NumPy."""
    return float((query.astype(np.float64) @ document.astype(np.float64).T).max(axis=1).sum())


def test_every_token_has_a_unit_vector(embedder: MultiVectorEmbedder) -> None:
    # [CLS], the prompt "query" or "passage", the words, [SEP]
    assert embedder.embed_query("the cat sat").shape == (6, 16)
    documents = embedder.embed_texts(TEXTS)
    assert [document.shape for document in documents] == [(n + 3, 16) for n in (3, 9, 1, 6, 12)]
    for vectors in (*documents, embedder.embed_query("the cat")):
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed_texts([]) == []
    assert (embedder.space.name, embedder.space.dim) == ("tokens", 16)


def test_vectors_are_those_of_the_library(checkpoint: Path, embedder: MultiVectorEmbedder) -> None:
    from sentence_transformers import MultiVectorEncoder

    model = MultiVectorEncoder(str(checkpoint), device="cpu")
    expected = model.encode_document(TEXTS, convert_to_numpy=True)
    for one, other in zip(embedder.embed_texts(TEXTS), expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    expected = model.encode_query(TEXTS[0], convert_to_numpy=True)
    np.testing.assert_allclose(embedder.embed_query(TEXTS[0]), expected, atol=1e-5)


def test_the_score_is_maxsim(embedder: MultiVectorEmbedder) -> None:
    query = embedder.embed_query("the quick fox")
    for document in embedder.embed_texts(TEXTS):
        assert embedder.score(query, document) == pytest.approx(maxsim(query, document), abs=1e-4)
        stored = document.astype(np.float16)
        assert embedder.score(query, stored) == pytest.approx(maxsim(query, stored), abs=1e-4)
    assert embedder.score(query, np.empty((0, 16), np.float32)) == 0.0


def test_a_model_that_was_trained_on_means_scores_so(tmp_path: Path) -> None:
    checkpoint = tiny_multivector_model(tmp_path, similarity="meanmaxsim")
    embedder = MultiVectorEmbedder(str(checkpoint), "cpu")
    query, (document,) = embedder.embed_query("the quick fox"), embedder.embed_texts(TEXTS[:1])
    expected = maxsim(query, document) / len(query)
    assert embedder.score(query, document) == pytest.approx(expected, abs=1e-5)


def test_all_of_a_long_text_is_read(embedder: MultiVectorEmbedder) -> None:
    (vectors,) = embedder.embed_texts([LONG])
    assert len(vectors) == 32 + 3 * 3  # in three windows
    query = embedder.embed_query(LONG.split()[-1])
    changed = LONG.removesuffix(LONG.split()[-1]) + "cheese"
    one, other = (
        embedder.score(query, vectors),
        embedder.score(query, embedder.embed_texts([changed])[0]),
    )
    assert one > other


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_is_the_same_space(checkpoint: Path, precision: str) -> None:
    full = MultiVectorEmbedder(str(checkpoint), "cpu")
    half = MultiVectorEmbedder(str(checkpoint), "cpu", precision)
    one, other = full.embed_texts(TEXTS[:1])[0], half.embed_texts(TEXTS[:1])[0]
    assert other.dtype == np.float32
    assert (one * other).sum(1).min() > 0.99
    np.testing.assert_allclose(np.linalg.norm(other, axis=1), 1, atol=1e-5)
    assert half.space == full.space


def test_it_is_late_interaction(embedder: MultiVectorEmbedder) -> None:
    model: LateInteraction = embedder
    assert callable(model.score)


def test_what_is_not_downloaded_is_told_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nobody/nothing: .*rag models pull nobody/nothing$"):
        MultiVectorEmbedder("nobody/nothing", "cpu")


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    sentences = tiny_sentence_model(tmp_path)
    for folder in (sentences, tmp_path / "bert"):
        with pytest.raises(ConfigError, match="gives no vectors to tokens"):
            MultiVectorEmbedder(str(folder), "cpu")

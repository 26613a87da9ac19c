from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from indexes.embedders.sentence import SentenceTransformerEmbedder
from ingest.errors import ConfigError, MissingExtra

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", ":", "passage"]
WORDS += ["the", "cat", "sat", "on", "a", "mat", "dog", "ran", "home"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real BERT of one layer with random weights, saved as sentence-transformers saves."""
    pytest.importorskip("sentence_transformers")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")}
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)  # type: ignore[no-untyped-call]
    wrapped.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(folder)
    transformer = modules.Transformer(str(folder))
    pooling = modules.Pooling(16)
    prompts = {"query": "query : ", "document": "passage : "}
    model = SentenceTransformer(modules=[transformer, pooling], prompts=prompts, device="cpu")
    saved = tmp_path_factory.mktemp("tiny") / "tiny-model"
    model.save(str(saved))
    return saved


def test_the_models_own_prompts_are_used(checkpoint: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    plain = SentenceTransformerEmbedder(str(checkpoint), "cpu", query_prompt="", document_prompt="")
    query = embedder.embed_query("the cat")
    document = embedder.embed_texts(["the cat"])
    np.testing.assert_allclose(query, plain.embed_texts(["query : the cat"]), atol=1e-5)
    np.testing.assert_allclose(document, plain.embed_texts(["passage : the cat"]), atol=1e-5)
    assert not np.allclose(query, document, atol=1e-3)


def test_rows_are_unit_float32_of_the_space(checkpoint: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu")
    vectors = embedder.embed_texts(["the cat sat on a mat", "a dog ran home", ""])
    assert vectors.shape == (3, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.space.name == "text"
    assert embedder.space.dim == 16
    assert embedder.space.model.startswith("tiny-model@")
    assert embedder.embed_texts([]).shape == (0, 16)


def test_fewer_dimensions_are_the_first_ones_normalised_again(checkpoint: Path) -> None:
    full = SentenceTransformerEmbedder(str(checkpoint), "cpu").embed_texts(["the cat"])
    embedder = SentenceTransformerEmbedder(str(checkpoint), "cpu", dim=4)
    short = full[:, :4] / np.linalg.norm(full[:, :4])
    np.testing.assert_allclose(embedder.embed_texts(["the cat"]), short, atol=1e-5)
    assert embedder.space.dim == 4


def test_the_space_tells_prompts_and_weights_apart(checkpoint: Path) -> None:
    space = SentenceTransformerEmbedder(str(checkpoint), "cpu").space
    assert SentenceTransformerEmbedder(str(checkpoint), "cpu").space == space
    other = SentenceTransformerEmbedder(str(checkpoint), "cpu", document_prompt="the ").space
    assert other.model != space.model


def test_too_many_dimensions_are_refused(checkpoint: Path) -> None:
    with pytest.raises(ConfigError, match="16 dimensions, not 64"):
        SentenceTransformerEmbedder(str(checkpoint), "cpu", dim=64)


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "no such type"}))
    with pytest.raises(ConfigError, match="cannot load the model"):
        SentenceTransformerEmbedder(str(tmp_path), "cpu")


def test_without_the_package_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match="pip install sentence-transformers"):
        SentenceTransformerEmbedder("any/model")

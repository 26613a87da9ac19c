from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from indexes.texts import text_to_embed
from ingest.errors import ConfigError
from ingest.types import Document, Element, Kind, Place
from rag.reranking import CrossEncoderReranker
from rag.types import Evidence, Reranker
from tests.checkpoints import (
    sentence,
    tiny_cross_encoder,
    tiny_multivector_model,
    tiny_seeing_cross_encoder,
    tiny_sentence_model,
)

pytest.importorskip("sentence_transformers")

DOCUMENT = Document("d" * 64, Path("a.pdf"), "garden", 1)
QUESTION = "the quick fox"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def reranker(checkpoint: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(checkpoint), "cpu", batch_size=2)


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_seeing_cross_encoder(tmp_path_factory.mktemp("seeing"))


def evidence(texts: Sequence[str], kind: Kind = Kind.TEXT, **fields: object) -> list[Evidence]:
    return [
        Evidence(number, Element("", "", kind, Place(1), text, **fields), DOCUMENT, 1 / number)  # type: ignore[arg-type]
        for number, text in enumerate(texts, 1)
    ]


def png(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (48, 48), colour).save(out, "PNG")
    return out.getvalue()


def test_scores_are_the_models_for_question_and_text(
    checkpoint: Path, reranker: CrossEncoderReranker
) -> None:
    from sentence_transformers import CrossEncoder

    found = evidence([sentence(seed, 3 + seed) for seed in range(5)])
    texts = [text_to_embed(DOCUMENT, item.element) for item in found]
    model = CrossEncoder(str(checkpoint), device="cpu")
    expected = model.predict([(QUESTION, text) for text in texts])
    scores = reranker.scores(QUESTION, found)
    assert scores == pytest.approx(expected.tolist(), abs=1e-6)
    assert len(set(scores)) == 5
    assert all(type(score) is float for score in scores)
    assert reranker.scores(QUESTION, []) == []


def test_a_long_text_counts_by_its_best_part(reranker: CrossEncoderReranker) -> None:
    # 48 tokens in all: [CLS] question [SEP] 42 words [SEP]; the title is the first word
    words = [*["cat"] * 30, *["river"] * 30, *["gold"] * 23]
    long, first, second = evidence([" ".join(words), " ".join(words[:41]), " ".join(words[41:])])
    untitled = Evidence(1, second.element, Document("", Path("b"), "", 1), 1.0)
    whole = reranker.scores(QUESTION, [long, first, untitled])
    assert whole[0] == pytest.approx(max(whole[1:]), abs=1e-6)
    assert abs(whole[1] - whole[2]) > 1e-4


def test_a_model_that_sees_is_shown_figures(seeing: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    stored = tmp_path / "crop.png"
    stored.write_bytes(png("blue"))
    found = [
        *evidence(["the chart shows boats"]),
        *evidence(["the chart shows boats"], Kind.FIGURE, image=png("red")),
        *evidence(["the chart shows boats"], Kind.FIGURE, image_path=stored),
        *evidence(["the chart shows boats"], Kind.FIGURE, image=b"no picture"),
        *evidence(["the chart shows boats"], Kind.FIGURE, image_path=tmp_path / "gone.png"),
    ]
    text = text_to_embed(DOCUMENT, found[0].element)
    shown = [{}, {"image": Image.new("RGB", (48, 48), "red")}]
    shown += [{"image": Image.new("RGB", (48, 48), "blue")}, {}, {}]
    model = CrossEncoder(str(seeing), device="cpu")
    expected = [
        float(model.predict([({"text": QUESTION}, {**picture, "text": text})])[0])
        for picture in shown
    ]
    scores = CrossEncoderReranker(str(seeing), "cpu", batch_size=1).scores(QUESTION, found)
    assert scores == pytest.approx(expected, abs=1e-4)
    assert scores[0] == scores[3] == scores[4]
    assert len({round(score, 4) for score in scores[:3]}) == 3


def test_an_address_in_a_text_is_not_fetched(seeing: Path) -> None:
    address = "http://127.0.0.1:9/picture.png"  # would fail: nobody answers there
    found = [Evidence(1, evidence([address])[0].element, Document("", Path("a"), "", 1), 1.0)]
    assert text_to_embed(found[0].document, found[0].element) == address
    assert 0 < CrossEncoderReranker(str(seeing), "cpu").scores(address, found)[0] < 1


def test_half_precision_gives_all_but_the_same(
    checkpoint: Path, reranker: CrossEncoderReranker
) -> None:
    found = evidence([sentence(seed) for seed in range(4)])
    half = CrossEncoderReranker(str(checkpoint), "cpu", "bf16").scores(QUESTION, found)
    assert half == pytest.approx(reranker.scores(QUESTION, found), abs=0.05)
    assert half != reranker.scores(QUESTION, found)


def test_it_is_a_reranker(reranker: CrossEncoderReranker) -> None:
    model: Reranker = reranker
    assert callable(model.scores)


def test_models_of_other_kinds_are_refused(tmp_path: Path) -> None:
    others = (
        tiny_cross_encoder(tmp_path / "classes", labels=3),
        tiny_sentence_model(tmp_path / "sentences"),
        tiny_multivector_model(tmp_path / "tokens"),
    )
    for other in others:
        with pytest.raises(ConfigError, match=rf"{other.name} is no reranker"):
            CrossEncoderReranker(str(other), "cpu")


def test_what_is_not_downloaded_is_told_with_the_command() -> None:
    with pytest.raises(ConfigError, match=r"nobody/nothing: .*rag models pull nobody/nothing$"):
        CrossEncoderReranker("nobody/nothing", "cpu")

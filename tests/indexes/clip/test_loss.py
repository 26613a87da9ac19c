import open_clip.loss
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from indexes.clip.loss import classify, info_nce, sigmoid


def rows(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(count, 8, generator=generator), dim=1)


SCALE, BIAS = torch.tensor(7.0), torch.tensor(-3.0)


def test_info_nce_is_open_clips_loss() -> None:
    pictures, texts = rows(6, 0), rows(6, 1)
    theirs = open_clip.loss.ClipLoss()(pictures, texts, SCALE)
    assert info_nce(pictures, texts, SCALE) == pytest.approx(theirs.item(), abs=1e-6)


def test_sigmoid_is_open_clips_loss() -> None:
    pictures, texts = rows(6, 0), rows(6, 1)
    theirs = open_clip.loss.SigLipLoss()(pictures, texts, SCALE, BIAS)
    assert sigmoid(pictures, texts, SCALE, BIAS) == pytest.approx(theirs.item(), abs=1e-5)


def test_texts_that_are_the_same_are_no_negatives_of_each_other() -> None:
    pictures, texts = rows(4, 0), rows(4, 1)
    same = torch.eye(4, dtype=torch.bool)
    same[0, 1] = same[1, 0] = True
    logits = SCALE * pictures @ texts.T
    logits[0, 1] = logits[1, 0] = -torch.inf
    target = torch.arange(4)
    expected = (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2
    assert info_nce(pictures, texts, SCALE, same=same) == pytest.approx(expected.item(), abs=1e-6)
    pairs = SCALE * pictures @ texts.T + BIAS
    left_out = -F.logsigmoid(-torch.stack([pairs[0, 1], pairs[1, 0]])).sum() / 4
    whole = sigmoid(pictures, texts, SCALE, BIAS)
    assert sigmoid(pictures, texts, SCALE, BIAS, same=same) == pytest.approx(
        (whole - left_out).item(), abs=1e-5
    )


@pytest.mark.parametrize("loss", ["info_nce", "sigmoid"])
def test_wrong_texts_cost_more_the_closer_they_are(loss: str) -> None:
    pictures, texts = rows(4, 0), rows(4, 1)

    def cost(wrong: Tensor | None) -> float:
        if loss == "info_nce":
            return info_nce(pictures, texts, SCALE, wrong).item()
        return sigmoid(pictures, texts, SCALE, BIAS, wrong).item()

    assert cost(None) < cost(-pictures) < cost(pictures)


def test_classes_are_told_by_their_texts() -> None:
    classes = torch.eye(8)[:3]
    target = torch.tensor([2, 0])
    assert classify(classes[target], classes, target, torch.tensor(50.0)).item() < 1e-6
    assert classify(classes[target], classes, 1 - target.clamp(max=1), torch.tensor(50.0)) > 20

"""The losses that bring pictures and their texts together.

B pictures, T texts, D dimensions. Vectors are unit rows; `scale` is the inverse temperature.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def info_nce(
    pictures: Tensor,  # (B, D)
    texts: Tensor,  # (B, D), the i-th belongs to the i-th picture
    scale: Tensor,  # ()
    wrong: Tensor | None = None,  # (W, D), texts that belong to none
    same: Tensor | None = None,  # (B, B) bool, pairs that must not be told apart
) -> Tensor:
    """Symmetric cross-entropy over the batch (Radford et al., CLIP, arXiv 2103.00020); scalar.

    `wrong` texts are further negatives for the pictures. Pairs that are `same`, beside the
    diagonal, are left out: two pictures of a batch may have one caption.
    """
    logits = scale * pictures @ texts.T  # (B, B)
    if same is not None:
        beside = same & ~torch.eye(len(logits), dtype=torch.bool, device=logits.device)
        logits = logits.masked_fill(beside, -torch.inf)
    target = torch.arange(len(logits), device=logits.device)
    to_texts = logits
    if wrong is not None:
        to_texts = torch.cat([logits, scale * pictures @ wrong.T], dim=1)  # (B, B + W)
    return (F.cross_entropy(to_texts, target) + F.cross_entropy(logits.T, target)) / 2


def sigmoid(
    pictures: Tensor,  # (B, D)
    texts: Tensor,  # (B, D)
    scale: Tensor,  # ()
    bias: Tensor,  # ()
    wrong: Tensor | None = None,  # (W, D)
    same: Tensor | None = None,  # (B, B) bool
) -> Tensor:
    """Every pair judged by itself (Zhai et al., SigLIP, arXiv 2303.15343); scalar.

    Takes what `info_nce` takes, and a learned `bias` for the many pairs that do not belong.
    """
    logits = scale * pictures @ texts.T + bias  # (B, B)
    sign = 2 * torch.eye(len(logits), device=logits.device) - 1  # 1 belongs, -1 does not
    each = -F.logsigmoid(sign * logits)
    if same is not None:
        each = each.masked_fill(same & (sign < 0), 0)
    total = each.sum()
    if wrong is not None:
        total = total - F.logsigmoid(-(scale * pictures @ wrong.T + bias)).sum()
    return total / len(logits)


def classify(
    pictures: Tensor,  # (B, D)
    classes: Tensor,  # (C, D), a text for each class
    target: Tensor,  # (B,) int64, below C
    scale: Tensor,  # ()
) -> Tensor:
    """Cross-entropy of the pictures' classes, each class given by a text; scalar."""
    return F.cross_entropy(scale * pictures @ classes.T, target)

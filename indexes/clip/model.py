"""The model: a small vision transformer that lands in the space of all-MiniLM-L6-v2.

To torch it is an open_clip `CustomTextCLIP`, "figure-clip": a timm LeViT-128S (Graham et al.,
arXiv 2104.01136; 7 million parameters) at 192 × 192 pixels, and MiniLM as a locked text tower.
On disk it is a folder, described in `indexes.clip.files`. Needs the extra "models".
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import open_clip
import timm
import torch
from timm.models import register_model
from timm.models.levit import levit_128s
from torch import Tensor, nn

from indexes.embedders.minilm import model_folder

NAME = "figure-clip"
IMAGE_SIZE = 192
DIM = 384  # MiniLM's
MEAN = STD = (0.5, 0.5, 0.5)
MARGIN = 0.1  # around a figure, of its side: crops are tight, and training set figures on a ground


@register_model
def figure_levit(pretrained: bool = False, **options: Any) -> nn.Module:
    """LeViT-128S for our image size: open_clip gives timm none."""
    model: nn.Module = levit_128s(pretrained=False, img_size=IMAGE_SIZE, distilled=False, **options)
    return model


def image_tower(name: str = "figure_levit") -> nn.Module:
    """A new image tower: pixels (n, 3, 192, 192), normalised, to features (n, 384).

    Of another transformer of timm's, for comparison, if named.
    """
    options: dict[str, Any] = {} if name == "figure_levit" else {"img_size": IMAGE_SIZE}
    tower: nn.Module = timm.create_model(name, num_classes=DIM, global_pool="avg", **options)
    return tower


def config() -> dict[str, Any]:
    """The model in open_clip's terms."""
    return {
        "embed_dim": DIM,
        "custom_text": True,
        "vision_cfg": {
            "image_size": IMAGE_SIZE,
            "timm_model_name": "figure_levit",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": None,
        },
        "text_cfg": {
            "hf_model_name": str(model_folder()),
            "hf_tokenizer_name": str(model_folder()),
            "hf_model_pretrained": True,
            "hf_pooler_type": "mean_pooler",
            "hf_proj_type": None,
            "context_length": 256,
        },
    }


def register() -> None:
    """Makes NAME known to open_clip, once."""
    if NAME in open_clip.list_models():
        return
    with tempfile.TemporaryDirectory() as folder:  # open_clip reads configurations from files
        path = Path(folder, f"{NAME}.json")
        path.write_text(json.dumps(config()))
        open_clip.add_model_config(path)


def create(tower: dict[str, Tensor] | None = None) -> Any:
    """The CustomTextCLIP, its text tower locked; with the image tower's weights if given."""
    register()
    model = open_clip.create_model(
        NAME,
        force_preprocess_cfg={
            "mean": MEAN,
            "std": STD,
            "resize_mode": "squash",
            "interpolation": "bicubic",
        },
    )
    model.lock_text_tower()
    model.text.requires_grad_(False)
    if tower is not None:
        model.visual.trunk.load_state_dict(tower)
    return model.eval()


def unit(features: Tensor) -> Tensor:
    """Rows of length 1."""
    return torch.nn.functional.normalize(features, dim=-1)

"""Tiny checkpoints, made once for each run, and the models loaded from them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ingest.chat_models.transformers_vlm import TransformersVLM
from tests.checkpoints_vlm import tiny_lfm2_vl, tiny_llava, tiny_qwen_vl, tiny_smolvlm

MAKERS = {
    "llava": tiny_llava,
    "smolvlm": tiny_smolvlm,
    "qwen": tiny_qwen_vl,
    "lfm2": tiny_lfm2_vl,
}


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of the checkpoint of a family; tests must not change it."""
    import torch

    torch.set_num_threads(1)  # more only get in each other's way in so small a model
    return cache(lambda family: MAKERS[family](tmp_path_factory.mktemp(family)))


@pytest.fixture(scope="session")
def loaded(checkpoint: Callable[[str], Path]) -> Callable[[str], TransformersVLM]:
    """The model of a family."""
    return cache(lambda family: TransformersVLM(str(checkpoint(family))))


@pytest.fixture(params=sorted(MAKERS))
def family(request: pytest.FixtureRequest) -> str:
    """Each family in turn."""
    return str(request.param)

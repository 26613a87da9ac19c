from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.chat_models.checkpoint import explained
from ingest.chat_models.transformers_vlm import TransformersVLM
from ingest.errors import ConfigError, MissingExtra
from tests.ingest.chat_models.samples import copied, edited

Checkpoint = Callable[[str], Path]
Loaded = Callable[[str], TransformersVLM]


def test_what_is_known_of_a_model(checkpoint: Checkpoint, loaded: Loaded) -> None:
    folder, model = checkpoint("qwen"), loaded("qwen")
    assert model.name == str(folder)
    assert model.context_tokens == 4096
    assert model.counts_exactly
    name, _, digits = model.identity.partition("@")
    assert name == folder.name
    assert len(digits) == 8
    assert TransformersVLM(str(folder), "cpu", "bf16").identity == model.identity


def test_the_identity_changes_with_the_weights(
    checkpoint: Checkpoint, loaded: Loaded, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    folder = copied(checkpoint("llava"), tmp_path)
    weights = load_file(folder / "model.safetensors")
    name = next(name for name in weights if "down_proj" in name)
    save_file(
        {**weights, name: weights[name] + 0.01}, folder / "model.safetensors", {"format": "pt"}
    )
    identity = TransformersVLM(str(folder)).identity
    assert identity.split("@")[1] != loaded("llava").identity.split("@")[1]


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"neither a folder .* rag models pull nobody/nothing$"):
        TransformersVLM("nobody/nothing")
    with pytest.raises(ConfigError, match=r"there is no folder \./nothing"):
        TransformersVLM("./nothing")
    with pytest.raises(ConfigError, match="cannot load the model"):
        TransformersVLM(str(tmp_path))


def test_a_model_without_a_chat_template(checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = copied(checkpoint("smolvlm"), tmp_path)
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(ConfigError, match="has no chat template"):
        TransformersVLM(str(folder))


def test_a_chat_template_without_pictures(checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = copied(checkpoint("smolvlm"), tmp_path)
    (folder / "chat_template.jinja").write_text(
        "{% for message in messages %}{{ message.content }}{% endfor %}", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="does not take pictures and texts"):
        TransformersVLM(str(folder))


def test_a_model_that_reads_no_pictures(tmp_path: Path) -> None:
    from transformers import LlamaConfig

    LlamaConfig(num_hidden_layers=1).save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match=r"\(llama\) does not read pictures"):
        TransformersVLM(str(tmp_path))


def test_damaged_or_foreign_files(checkpoint: Checkpoint, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    folder = copied(checkpoint("llava"), tmp_path)
    (folder / "model.safetensors").write_bytes(b"damaged" * 40)
    with pytest.raises(ConfigError, match=r"cannot load the model .*header"):
        TransformersVLM(str(folder))
    import torch

    save_file({"else": torch.zeros(3)}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ConfigError, match=r"lack \d+ of its weights"):
        TransformersVLM(str(folder))
    edited(folder / "config.json", model_type="unheard", auto_map={"AutoConfig": "x.Y"})
    with pytest.raises(ConfigError, match="it brings code of its own, which is not run"):
        TransformersVLM(str(folder))


def test_an_unknown_precision(checkpoint: Checkpoint) -> None:
    with pytest.raises(ConfigError, match="precision 'int8': use one of fp32, bf16, fp16"):
        TransformersVLM(str(checkpoint("llava")), "cpu", "int8")


def test_a_missing_package_is_named() -> None:
    told = (
        "Package `num2words` is required to run SmolVLM. Install it with `pip install num2words`."
    )
    error = explained("org/smol", ImportError(told))
    assert isinstance(error, MissingExtra)
    assert str(error) == (
        "the model org/smol needs num2words: pip install 'multimodal-rag[models]'"
    )
    other = explained("org/x", ModuleNotFoundError("No module named 'timm'", name="timm"))
    assert str(other) == "the model org/x needs timm: pip install timm"

"""Which models the settings name, what is known of them, and whether they are on this disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ConfigError, MissingExtra
from rag.config import BUILTIN_CAPTIONER, EXTRACTIVE, MINILM, NONE, PRESETS, Settings

PARTS = ("embedder", "clip", "multivector", "reranker", "captioner", "generator")
_WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "*.tiktoken"]
_OLD_WEIGHTS = ["*.bin", "*.pt", "*.pth"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a model before it is on the disk."""

    parameters: str
    licence: str


# As their model cards say; whoever sets another model finds its own card at the hub.
KNOWN: Mapping[str, Known] = {
    MINILM: Known("23 M", "Apache-2.0"),
    "ViT-B-16-SigLIP2-256/webli": Known("375 M", "Apache-2.0"),
    "ViT-SO400M-16-SigLIP2-384/webli": Known("1.1 B", "Apache-2.0"),
    "HuggingFaceTB/SmolVLM2-500M-Video-Instruct": Known("0.5 B", "Apache-2.0"),
    "Qwen/Qwen3-VL-2B-Instruct": Known("2.1 B", "Apache-2.0"),
    "Qwen/Qwen3-VL-4B-Instruct": Known("4.4 B", "Apache-2.0"),
    "Qwen/Qwen3-VL-8B-Instruct": Known("8.8 B", "Apache-2.0"),
    "Qwen/Qwen3-Embedding-0.6B": Known("0.6 B", "Apache-2.0"),
    "BAAI/bge-reranker-v2-m3": Known("0.6 B", "Apache-2.0"),
}


@dataclass(frozen=True, slots=True)
class PartModel:
    """One part of a preset or of the settings, and the model that does it."""

    preset: str  # "" for the settings themselves
    part: str
    model: str
    parameters: str  # "" when unknown
    licence: str
    where: str  # "installed", "on disk", "not on disk", "a server"
    bytes_on_disk: int


def part_models(settings: Settings, preset: str = "") -> Iterator[PartModel]:
    """The models of settings, those that are not set left out."""
    for part in PARTS:
        model = getattr(settings, part)
        if model == NONE:
            continue
        known = KNOWN.get(model, Known("", ""))
        where, size = _where(part, model)
        yield PartModel(preset, part, model, known.parameters, known.licence, where, size)


def presets() -> Iterator[PartModel]:
    """The models of all presets."""
    for preset, values in PRESETS.items():
        yield from part_models(Settings(**{**values, "preset": preset}), preset)


def pull(model: str) -> Path | None:
    """Download a model, or finish a download; gives its folder. None for what needs no file.

    Raises ConfigError when there is no such model, or no way to the hub.
    """
    where, _ = _where("clip" if _is_open_clip(model) else "embedder", model)
    if where in ("installed", "a server") or Path(model).is_dir():
        return None
    repository = _repository(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        folder = Path(snapshot_download(repository, allow_patterns=_WANTED))
        if not any(folder.rglob("*.safetensors")):
            folder = Path(snapshot_download(repository, allow_patterns=[*_WANTED, *_OLD_WEIGHTS]))
    except HFValidationError as error:
        raise ConfigError(f"{model}: not a model's name; write ORGANISATION/NAME") from error
    except (HfHubHTTPError, OSError) as error:
        reason = _reason(error)
        raise ConfigError(f"{model}: cannot be downloaded ({reason})") from error
    return folder


def _reason(error: Exception) -> str:
    """The hub's complaint in a few words."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if isinstance(error, GatedRepoError):
        return "its licence must be accepted at the hub first, and HF_TOKEN set"
    if isinstance(error, RepositoryNotFoundError):
        return "the hub has no such model, or it is private"
    if os.environ.get("HF_HUB_OFFLINE"):
        return "HF_HUB_OFFLINE is set"
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"no way to the hub: {lines[0]}" if "Connect" in lines[0] else lines[0]


def _where(part: str, model: str) -> tuple[str, int]:
    """Where a model is, and its bytes on the disk."""
    if model in (MINILM, BUILTIN_CAPTIONER, EXTRACTIVE, NONE):
        return "installed", 0
    if model.startswith(("openai:", "anthropic:")):
        return "a server", 0
    folder = Path(model).expanduser()
    if not folder.is_dir():
        repository = _repository(model)
        folder = _cache() / f"models--{repository.replace('/', '--')}"
    if not any(folder.rglob("*.safetensors")) and not any(
        path for pattern in _OLD_WEIGHTS for path in folder.rglob(pattern)
    ):
        return "not on disk", 0
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return "on disk", sum(path.stat().st_size for path in files)


def _cache() -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def _is_open_clip(model: str) -> bool:
    return model.startswith("hf-hub:") or model.startswith(("ViT-", "RN", "convnext", "coca_"))


def _repository(model: str) -> str:
    """The hub's name of a model: open_clip's own names say it only to open_clip."""
    if model.startswith("hf-hub:"):
        return model.removeprefix("hf-hub:")
    if "SigLIP2" in model and model.endswith("/webli"):
        return f"timm/{model.removesuffix('/webli')}"
    if not _is_open_clip(model):
        return model
    try:
        import open_clip
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{model} needs open_clip: pip install 'multimodal-rag[models]'"
        ) from error
    name, _, weights = model.partition("/")
    found = open_clip.get_pretrained_cfg(name, weights)
    if not found or not found.get("hf_hub"):
        raise ConfigError(f"{model}: open_clip knows no such weights at the hub")
    return str(found["hf_hub"]).rstrip("/")

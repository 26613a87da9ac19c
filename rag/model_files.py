"""Which models the settings name, what is known of them, and whether they are on this disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ingest.errors import ConfigError
from rag.config import (
    BUILTIN_CAPTIONER,
    EXTRACTIVE,
    FIGURE_CLIP,
    HUB_FORBIDDEN,
    MINILM,
    NONE,
    PRESETS,
    Settings,
)

PARTS = ("embedder", "clip", "multivector", "reranker", "captioner", "generator")
_BUILT_IN = (MINILM, FIGURE_CLIP, BUILTIN_CAPTIONER, EXTRACTIVE, NONE)
_SERVERS = ("openai:", "anthropic:")
_WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "*.tiktoken"]
_OLD_WEIGHTS = ["*.bin", "*.pt", "*.pth"]
_WEIGHTS = ["*.safetensors", "*.onnx", *_OLD_WEIGHTS]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a model before it is on the disk."""

    parameters: str
    licence: str


# As their model cards say; whoever sets another model finds its own card at the hub.
KNOWN: Mapping[str, Known] = {
    MINILM: Known("23 M", "Apache-2.0"),
    FIGURE_CLIP: Known("7 M", "Apache-2.0"),  # its image tower; texts are MiniLM's
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
    where: str  # "installed", "on disk", "not on disk", "a server", "unknown model"
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

    `model` is a name at the hub, or one of open_clip's: MODEL/WEIGHTS. Raises ConfigError when
    there is no such model, or no way to the hub.
    """
    if model in _BUILT_IN or model.startswith(_SERVERS) or _folder(model).is_dir():
        return None
    repository = _clip_repository(model) or model
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        with _asking_the_hub():
            folder = Path(snapshot_download(repository, allow_patterns=_WANTED))
            if not any(folder.rglob("*.safetensors")):
                wanted = [*_WANTED, *_OLD_WEIGHTS]
                folder = Path(snapshot_download(repository, allow_patterns=wanted))
    except HFValidationError as error:
        raise ConfigError(f"{model}: not a model's name; write ORGANISATION/NAME") from error
    except (HfHubHTTPError, OSError) as error:
        reason = _reason(error)
        raise ConfigError(f"{model}: cannot be downloaded ({reason})") from error
    return folder


@contextmanager
def _asking_the_hub() -> Iterator[None]:
    """Lets the hub's library go online, unless the user's environment forbids it.

    The library reads HF_HUB_OFFLINE once, when it is imported, and models that were loaded in
    this process have set it (see `rag.build`): its own constant is what there is to change.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = HUB_FORBIDDEN
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _reason(error: Exception) -> str:
    """The hub's complaint in a few words."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if isinstance(error, GatedRepoError):
        return "its licence must be accepted at the hub first, and HF_TOKEN set"
    if isinstance(error, RepositoryNotFoundError):
        known = "nor has open_clip" if find_spec("open_clip") else "and open_clip is not installed"
        return f"the hub has no such model, or it is private, {known}"
    if HUB_FORBIDDEN:
        return "HF_HUB_OFFLINE is set"
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"no way to the hub: {lines[0]}" if "Connect" in lines[0] else lines[0]


def _folder(model: str) -> Path:
    """What a model's name is as a folder's, "~" read as a home where there is one."""
    return Path(os.path.expanduser(model))


def _where(part: str, model: str) -> tuple[str, int]:
    """Where a model is, and its bytes on the disk."""
    if model in _BUILT_IN:
        return "installed", 0
    if model.startswith(_SERVERS):
        return "a server", 0
    folder = _folder(model)
    if not folder.is_dir():
        repository = _clip_repository(model) if part == "clip" else model
        if repository is None:
            return "unknown model" if find_spec("open_clip") else "open_clip not installed", 0
        folder = _cache() / f"models--{repository.replace('/', '--')}"
    if not any(path for pattern in _WEIGHTS for path in folder.rglob(pattern)):
        return "not on disk", 0
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return "on disk", sum(path.stat().st_size for path in files)


def _cache() -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def _clip_repository(model: str) -> str | None:
    """The hub's name of a model by its open_clip name; None when open_clip knows no such one."""
    if model.startswith("hf-hub:"):
        return model.removeprefix("hf-hub:")
    if model in KNOWN:  # without importing open_clip, and torch with it
        return f"timm/{model.removesuffix('/webli')}" if model.endswith("/webli") else None
    name, _, weights = model.partition("/")
    if not weights or "/" in weights or not find_spec("open_clip"):
        return None
    import open_clip

    file = str(open_clip.get_pretrained_cfg(name, weights).get("hf_hub") or "")
    return "/".join(file.split("/")[:2]) or None  # some name a file of the repository

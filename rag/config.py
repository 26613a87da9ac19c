"""Settings: flags > RAG_* environment > rag.toml > preset. And where the index is.

A `rag.toml` stands beside `.rag`, or in a folder above:

    preset = "embedded"
    ocr = "off"
    workers = 2
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from ingest.errors import ConfigError
from ingest.paths import expanded
from ingest.types import OcrMode

INDEX_NAME = ".rag"
CONFIG_NAME = "rag.toml"
DISTRIBUTION = "multimodal-rag"
# As the hub's own library reads it: at import, before `rag.build` sets it to load models.
_OFFLINE = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
HUB_FORBIDDEN = _OFFLINE.upper() in ("1", "ON", "YES", "TRUE")

MINILM = "minilm"
FIGURE_CLIP = "figure-clip"
BUILTIN_CAPTIONER = "builtin"
EXTRACTIVE = "extractive"
NONE = "none"
WRONG_REFUSALS = 0.15

ImagesMode = Literal["auto", "never", "always"]
CaptionStyle = Literal["descriptive", "technical", "data", "alt-text"]
VectorIndexKind = Literal["auto", "flat", "flat16", "ivf", "ivfpq"]
Isolation = Literal["auto", "off"]
Precision = Literal["auto", "bf16", "fp16", "fp32"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How files are read and questions answered."""

    preset: str = "embedded"  # which set of defaults the others start from
    embedder: str = "minilm"  # "minilm", or a sentence-transformers model: hub name or folder
    embedder_dim: int = 0  # keep so many dimensions of the embedder's; 0 = all
    multivector: str = "none"  # a late-interaction model of sentence-transformers, or "none"
    clip: str = "figure-clip"  # or a folder with a trained one, or an open_clip model, or "none"
    pixels: str = "thumbnail"  # how figures' pixels are compared: "thumbnail" or "none"
    reranker: str = "none"  # a cross-encoder of sentence-transformers, or "none"
    rerank_top: int = 50  # pieces of evidence that it reads
    captioner: str = "builtin"  # "builtin", "openai:…", "anthropic:…", or a transformers model
    caption_style: CaptionStyle = "descriptive"  # what a caption tells
    generator: str = "extractive"  # "extractive", "openai:…", "anthropic:…", a transformers model
    base_url: str = field(default="", repr=False)  # of an OpenAI-compatible server; may hold a key
    context_tokens: int = 8_000  # the most that a generator is given to read, pictures included
    answer_tokens: int = 512  # the most that it writes
    wrong_refusals: float = WRONG_REFUSALS  # the share of answerable questions that may be refused
    vector_index: VectorIndexKind = "auto"  # how FAISS keeps vectors: exact up to a million
    device: str = "auto"  # where models and FAISS run: auto, cpu, mps, cuda, cuda:1, cuda:all
    precision: Precision = "auto"  # of models: "auto" is bf16 or fp16 on a GPU, fp32 on a CPU
    ocr: OcrMode = "auto"  # where words are read from pixels: "auto", "off", "all"
    crop_dpi: int = 150  # resolution of figure crops, dots per inch
    workers: int = 0  # processes that parse; 0 = one for each core
    patience: int = 120  # seconds that a file may show no progress before it is given up
    file_minutes: int = 240  # that a file may take in all
    file_memory: int = 3_000  # MB that a worker may hold while it reads a file; 0 = no limit
    isolation: Isolation = "auto"  # whether workers are confined: "auto" = as far as they can be
    images: ImagesMode = "auto"  # pictures in the terminal: "auto", "never", "always"


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "embedded": {},
    "standard": {
        "clip": "ViT-B-16-SigLIP2-256/webli",
        "captioner": "HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
        "generator": "Qwen/Qwen3-VL-2B-Instruct",
    },
    "max": {
        "embedder": "Qwen/Qwen3-Embedding-0.6B",
        "clip": "ViT-SO400M-16-SigLIP2-384/webli",
        "reranker": "BAAI/bge-reranker-v2-m3",
        "captioner": "Qwen/Qwen3-VL-4B-Instruct",
        "generator": "Qwen/Qwen3-VL-8B-Instruct",
        "context_tokens": 16_000,
    },
}

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "preset": tuple(PRESETS),
    "pixels": ("thumbnail", "none"),
    "ocr": get_args(OcrMode),
    "images": get_args(ImagesMode),
    "caption_style": get_args(CaptionStyle),
    "precision": get_args(Precision),
    "vector_index": get_args(VectorIndexKind),
    "isolation": get_args(Isolation),
}
_RANGES = {
    "crop_dpi": (50, 600),
    "workers": (0, 256),
    "patience": (10, 86_400),
    "file_minutes": (1, 10_080),
    "file_memory": (0, 10_000_000),
    "embedder_dim": (0, 65_536),
    "rerank_top": (1, 1_000),
    "context_tokens": (256, 10_000_000),
    "answer_tokens": (16, 1_000_000),
    "wrong_refusals": (0.0, 0.5),
}
_DEVICE = re.compile(r"auto|cpu|mps|cuda(?::(?:\d+|all))?")
_LOCAL_HOST = re.compile(r"localhost|127(?:\.\d+){3}|::1")
_OTHER_VARIABLES = {"RAG_INDEX", "RAG_DEBUG", "RAG_API_KEY"}


def load(
    start: Path | None = None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The settings that hold in a folder.

    `start` is where the search for rag.toml begins (the current folder by default); `flags` that
    are None count as not given. Raises ConfigError with the source, the key and near misses.
    """
    file = find_upwards(CONFIG_NAME, start or Path.cwd())
    environment = os.environ if environment is None else environment
    layers = [
        _from_file(file) if file else {},
        _from_environment(environment),
        _checked({k: v for k, v in (flags or {}).items() if v is not None}, "the call"),
    ]
    given = {key: value for layer in layers for key, value in layer.items()}
    preset = PRESETS[given.get("preset", Settings().preset)]
    settings = replace(Settings(), **{**preset, **given})
    if file and environment.get("RAG_API_KEY") and "base_url" not in layers[1] | layers[2]:
        _require_own_server(settings, file)
    return settings


def _require_own_server(settings: Settings, file: Path) -> None:
    """The key goes where the user's own words send it, not where a file that lay there does."""
    from urllib.parse import urlsplit

    asks = any(one.startswith("openai:") for one in (settings.generator, settings.captioner))
    try:
        host = urlsplit(settings.base_url).hostname or ""
    except ValueError:  # told when the server is to be asked
        return
    if asks and host and not _LOCAL_HOST.fullmatch(host):
        raise ConfigError(
            f"{file}: base_url names {host}, and RAG_API_KEY is sent only where RAG_BASE_URL or "
            "--base-url say; set one of them to that address, or unset the key"
        )


def shown(settings: Settings) -> Settings:
    """The settings as they may be printed: without user and password in an address."""
    return replace(settings, base_url=re.sub(r"(?<=//)[^/]*@", "", settings.base_url))


def find_index(start: Path | None = None) -> Path | None:
    """RAG_INDEX, or the nearest `.rag` from `start` (the current folder) upwards, or None."""
    if named := os.environ.get("RAG_INDEX"):
        return expanded(named).absolute()
    return find_upwards(INDEX_NAME, start or Path.cwd())


def find_upwards(name: str, start: Path) -> Path | None:
    """The nearest `name` in `start` or a folder above it.

    What another user put where all may write, as in /tmp, is passed over.
    """
    start = start.absolute()
    found = (folder / name for folder in (start, *start.parents))
    return next((path for path in found if path.exists() and not _is_planted(path)), None)


def _is_planted(path: Path) -> bool:
    if not hasattr(os, "geteuid"):
        return False
    try:
        open_to_all = path.parent.stat().st_mode & stat.S_IWOTH
        return bool(open_to_all) and path.lstat().st_uid not in (os.geteuid(), 0)
    except OSError:
        return True


def version() -> str:
    """The installed version of this software."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed(DISTRIBUTION)
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0+source"


def _from_file(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    return _checked(values, str(path))


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """RAG_OCR and the like; other programs' RAG_* variables are left alone unless near misses."""
    import difflib

    names = {f"RAG_{key.upper()}": key for key in _types()}
    given: dict[str, Any] = {}
    for variable, text in environment.items():
        if variable in names and text:
            given |= _checked({names[variable]: _parsed(names[variable], text)}, variable)
        elif variable.startswith("RAG_") and variable not in _OTHER_VARIABLES | set(names):
            near = difflib.get_close_matches(variable, [*names, *_OTHER_VARIABLES], 1, cutoff=0.85)
            if near:
                raise ConfigError(
                    f"environment: unknown variable {variable}; did you mean {near[0]}?"
                )
    return given


def _types() -> dict[str, type]:
    return {field.name: type(field.default) for field in fields(Settings)}


def _parsed(key: str, text: str) -> Any:
    """An environment variable's text as the setting's type; left as it is if that fails."""
    try:
        return _types()[key](text)
    except ValueError:
        return text


def _checked(values: Mapping[str, Any], source: str) -> dict[str, Any]:
    for key, value in values.items():
        _check(key, value, source)
    return dict(values)


def _check(key: str, value: object, source: str) -> None:
    """Raises ConfigError, naming where the setting stands."""
    types = _types()
    if key not in types:
        import difflib

        near = difflib.get_close_matches(key, types, 3, cutoff=0.6)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(types)}"
        raise ConfigError(f"{source}: unknown setting {key!r}; {hint}")
    is_number = types[key] is float and type(value) is int  # 0 is as good as 0.0
    if type(value) is not types[key] and not is_number:
        wanted = {int: "a whole number", float: "a number", str: "a text"}[types[key]]
        raise ConfigError(f"{source}: {key} = {value!r} is not {wanted}")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise ConfigError(f"{source}: {key} = {value!r}; use one of {', '.join(_CHOICES[key])}")
    if key == "device" and not _DEVICE.fullmatch(str(value)):
        choices = "auto, cpu, mps, cuda, cuda:N (from 0) or cuda:all"
        raise ConfigError(f"{source}: device = {value!r}; use one of {choices}")
    if isinstance(value, int | float) and key in _RANGES:
        low, high = _RANGES[key]
        if not low <= value <= high:
            raise ConfigError(f"{source}: {key} = {value} is outside {low} to {high}")

"""Loading a model of sentence-transformers, and saying why one cannot be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import Any

from ingest.errors import ConfigError, MissingExtra

_LONGEST = 250  # characters of another package's message


def load(kind: str, model: str, device: str | None, precision: str, **options: Any) -> Any:
    """A model by hub name or folder, as one of sentence-transformers' classes.

    `kind` is "SentenceTransformer", "MultiVectorEncoder" or "CrossEncoder"; `precision` "fp32",
    "bf16" or "fp16". Raises MissingExtra without sentence-transformers or with one that lacks the
    class, ConfigError when the model cannot be loaded.
    """
    try:
        import sentence_transformers
    except ModuleNotFoundError as error:
        if error.name != "sentence_transformers":
            raise
        raise MissingExtra(
            f"the model {model} needs sentence-transformers: pip install sentence-transformers"
        ) from error
    if not hasattr(sentence_transformers, kind):
        raise MissingExtra(
            f"the model {model} needs a newer sentence-transformers: "
            "pip install --upgrade sentence-transformers"
        )
    dtype = {"dtype": torch_dtype(precision)}
    try:
        with _no_bar_for_weights():
            return getattr(sentence_transformers, kind)(
                model, device=device, model_kwargs=dtype, **options
            )
    except Exception as error:  # a file that is broken, or of another kind, raises anything
        raise cannot_load(model, error) from error


def cannot_load(model: str, error: Exception) -> ConfigError:
    """What to tell of a model that another package failed to load: its first sentence."""
    sentence = str(error).strip().split("\n", 1)[0].split(". ", 1)[0].rstrip(".")
    reason = shorten(sentence, _LONGEST, placeholder=" …") or type(error).__name__
    hint = "" if Path(model).exists() else f"; if it is not downloaded yet: rag models pull {model}"
    return ConfigError(f"cannot load the model {model}: {reason}{hint}")


def model_name(model: str) -> str:
    """The model's name as a space shows it: a folder by its last part."""
    return Path(model).resolve().name if Path(model).is_dir() else model


def torch_dtype(precision: str) -> Any:
    """Torch's type for "fp32", "bf16" or "fp16". Raises ConfigError for others."""
    import torch

    known = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    if precision not in known:
        raise ConfigError(f"precision {precision!r}: use {', '.join(known)}")
    return known[precision]


@contextmanager
def _no_bar_for_weights() -> Iterator[None]:
    """Without transformers' bar for reading weights from disk; a download keeps its own."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, enable_progress_bars
    from transformers.utils import logging

    shown, downloads_shown = logging.is_progress_bar_enabled(), not are_progress_bars_disabled()
    logging.disable_progress_bar()
    if downloads_shown:
        enable_progress_bars()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()

"""Finding and loading a CLIP of open_clip, by any of the names it goes by."""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexes.embedders.loading import cannot_load
from ingest.errors import ConfigError, MissingExtra


@dataclass(frozen=True, slots=True)
class LoadedClip:
    """A model with what makes its inputs."""

    model: Any  # a torch module, in evaluation mode, on its device
    tokenizer: Any  # texts → token ids (n, context length)
    shape: Callable[[Any], Any]  # an RGB picture → one of the size that the model reads
    normalize: Callable[
        [Any], Any
    ]  # channels in 0…1, (n, 3, height, width) → what it was trained on
    dim: int
    dtype: Any  # torch's, of the pictures it takes


def load_clip(model: str, device: str, precision: str) -> LoadedClip:
    """The model by its name: "MODEL/WEIGHTS" of open_clip, "hf-hub:org/repo", or a folder.

    Raises MissingExtra without open_clip, ConfigError when there is no such model or it cannot be
    loaded; the message says what to do.
    """
    open_clip = _import_open_clip()
    folder = Path(model)
    name, tag, options = model, None, {}
    if folder.is_dir():
        name = f"local-dir:{folder}"
    elif not model.startswith("hf-hub:"):
        name, _, tag = model.partition("/")
        if not tag or not open_clip.is_pretrained_cfg(name, tag):
            raise ConfigError(_unknown(open_clip, model))
        # open_clip would warn of the mismatch and compute with the wrong activation
        weights = open_clip.get_pretrained_cfg(name, tag)
        options["force_quick_gelu"] = bool(weights.get("quick_gelu"))
    with _root_logger_left_alone():
        try:
            return _load(open_clip, name, tag, device, precision, options)
        except Exception as error:  # a file that is broken, or of another kind, raises anything
            raise cannot_load(model, error) from error


def _load(
    open_clip: Any, name: str, tag: str | None, device: str, precision: str, options: dict[str, Any]
) -> LoadedClip:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    config = open_clip.get_model_config(name)
    if config["text_cfg"].get("hf_model_name") and precision != "fp32":
        precision = f"pure_{precision}"  # the other kind converts a part of such a text tower
    model = open_clip.create_model(
        name,
        tag,
        precision=precision,
        device=device,
        require_pretrained=True,
        pretrained_text=False,  # the checkpoint holds the whole model
        **options,
    )
    preprocess = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    # Reshaping is PIL's work and done ahead in threads, arithmetic is torch's and done in batches.
    *reshaping, _, normalize = preprocess.transforms
    return LoadedClip(
        model=model.eval(),
        tokenizer=open_clip.get_tokenizer(name),
        shape=type(preprocess)(reshaping),
        normalize=normalize,
        dim=config["embed_dim"],
        dtype=open_clip.get_input_dtype(precision),
    )


def _import_open_clip() -> Any:
    """open_clip, without the variable that it sets: it would slow all tokenizers to one core."""
    variable = "TOKENIZERS_PARALLELISM"
    before = os.environ.get(variable)
    try:
        import open_clip
    except ModuleNotFoundError as error:
        if error.name != "open_clip":
            raise
        raise MissingExtra(
            "CLIP models need open_clip: pip install 'multimodal-rag[models]'"
        ) from error
    finally:
        if before is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = before
    return open_clip


def _unknown(open_clip: Any, model: str) -> str:
    """What to write instead of a name that open_clip does not know."""
    known = {f"{name}/{tag}".lower(): f"{name}/{tag}" for name, tag in open_clip.list_pretrained()}
    lower = model.lower()
    near = [known[name] for name in difflib.get_close_matches(lower, known, 3, cutoff=0.6)]
    if "/" not in model:  # weights are wanting
        near = [known[name] for name in known if name.startswith(f"{lower}/")][:3] or near
    hint = f"did you mean {' or '.join(near)}?" if near else "use MODEL/WEIGHTS of open_clip,"
    other = "" if near else " hf-hub:ORG/REPOSITORY, or a folder with open_clip_config.json"
    return f"there is no CLIP model {model!r}; {hint}{other}"


@contextmanager
def _root_logger_left_alone() -> Iterator[None]:
    """While open_clip logs to the root logger.

    The functions that it logs with give a bare root logger a handler that prints to the terminal,
    for good. With one in place that does nothing they do not; a program's own handlers still hear
    everything.
    """
    silent = logging.NullHandler()
    logging.root.addHandler(silent)
    try:
        yield
    finally:
        logging.root.removeHandler(silent)

"""Vision-language checkpoints from a folder or the local cache, loaded without a word."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ingest.chat_models.batches import out_of_memory
from ingest.chat_models.chat_template import ChatTemplate, chat_template
from ingest.errors import ConfigError, MissingExtra, ModelError, RagError
from ingest.paths import expanded

_PRECISIONS = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
_OURS = {"torch", "torchvision", "transformers", "accelerate", "num2words", "pytorch"}
_GREEDY: dict[str, Any] = {
    **{"do_sample": False, "num_beams": 1, "num_return_sequences": 1},
    **dict.fromkeys(("temperature", "top_k", "top_p", "min_p", "top_h", "typical_p")),
    **dict.fromkeys(("epsilon_cutoff", "eta_cutoff", "max_length")),
    "return_dict_in_generate": False,
}
_PASSING = {"_name_or_path", "transformers_version", "dtype", "torch_dtype"}  # not of the model


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model of transformers with what prepares its prompts."""

    model: Any  # on its device, in evaluation mode
    processor: Any
    template: ChatTemplate
    context_tokens: int | None

    def fingerprint(self) -> str:
        """Eight hexadecimal digits that change with the weights, the config, or the prompts.

        The weights are sampled, not read, and rounded so that every precision gives the same.
        """
        import torch

        known = [
            _lasting(self.model.config.to_dict()),
            _lasting(self.processor.image_processor.to_dict()),
            self.processor.chat_template,
        ]
        digest = hashlib.sha256(json.dumps(known, sort_keys=True, default=str).encode())
        for name, tensor in sorted(self.model.state_dict().items()):
            digest.update(f"{name} {tuple(tensor.shape)}".encode())
            flat = tensor.detach().reshape(-1)
            sample = flat[:: max(1, flat.numel() // 64)][:64].float().cpu().bfloat16().float()
            # The smallest numbers have fewer digits in fp16.
            sample = torch.where(sample.abs() < 2**-13, 0.0, sample)
            digest.update(sample.numpy().tobytes())
        return digest.hexdigest()[:8]


def load(model: str, device: str, precision: str, revision: str | None) -> Checkpoint:
    """The checkpoint in a folder, or of that name on the hub; nothing is downloaded.

    Raises MissingExtra when a package is not there, ConfigError when the checkpoint is not or is
    of another kind, ModelError when it does not fit in memory.
    """
    if precision not in _PRECISIONS:
        raise ConfigError(f"precision {precision!r}: use one of {', '.join(_PRECISIONS)}")
    folder = expanded(model)
    place = str(folder) if folder.is_dir() else model
    try:
        with silence(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _loaded(place, model, device, _PRECISIONS[precision], revision)
    except RagError:
        raise
    except Exception as error:  # libraries raise anything for what is wrong with a file
        raise explained(model, error) from error


def _loaded(place: str, name: str, device: str, dtype: str, revision: str | None) -> Checkpoint:
    from transformers import (
        MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING,
        AutoConfig,
        AutoModelForImageTextToText,
        AutoProcessor,
    )

    source = {"revision": revision, "local_files_only": True, "trust_remote_code": False}
    config = AutoConfig.from_pretrained(place, **source)
    if type(config) not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING:
        raise ConfigError(
            f"the model {name} ({config.model_type}) does not read pictures and write text"
        )
    processor = AutoProcessor.from_pretrained(place, **source)
    if not {"tokenizer", "image_processor"} <= set(dir(processor)):
        raise ConfigError(f"the model {name} has no processor for pictures and texts")
    template = chat_template(processor, name)
    model, info = AutoModelForImageTextToText.from_pretrained(
        place,
        **source,
        dtype=dtype,
        device_map=None if device == "cpu" else device,  # straight there, not by way of the CPU
        output_loading_info=True,
    )
    _refuse_unfilled(name, model, info["missing_keys"])
    _decode_greedily(model, processor.tokenizer)
    most = getattr(config.get_text_config(), "max_position_embeddings", None)
    return Checkpoint(model, processor, template, most)


def _refuse_unfilled(name: str, model: Any, missing: Collection[str]) -> None:
    """Raises ConfigError when so many weights are not in the files that the rest is useless."""
    if len(missing) * 10 > len(model.state_dict()):
        raise ConfigError(
            f"the files of the model {name} lack {len(missing)} of its weights, "
            f"such as {min(missing)}: they are of another model"
        )


def _decode_greedily(model: Any, tokenizer: Any) -> None:
    """Takes chance out of the model's generation config; what else it says stays."""
    config = model.generation_config
    for name, value in _GREEDY.items():
        setattr(config, name, value)
    if config.eos_token_id is None:
        config.eos_token_id = tokenizer.eos_token_id
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if config.pad_token_id is None:
        config.pad_token_id = tokenizer.pad_token_id


@contextmanager
def silence() -> Iterator[None]:
    """No progress bars and no notes of transformers' on the user's terminal."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def explained(model: str, error: Exception) -> RagError:
    """What went wrong while loading, as one line with what to do."""
    told = " ".join(str(error).split("\n", 1)[0].split()) or type(error).__name__
    if isinstance(error, ImportError):
        return _missing(model, error)
    if out_of_memory(error):
        return ModelError(
            f"the model {model} does not fit in memory: use a smaller one or --precision bf16"
        )
    if isinstance(error, OSError) and not expanded(model).is_dir():
        if model.startswith((".", "/", "~")):
            return ConfigError(f"there is no folder {model} to load a model from")
        return ConfigError(
            f"the model {model} is neither a folder here nor downloaded: rag models pull {model}"
        )
    if "custom code" in told:
        told = "it brings code of its own, which is not run"
    if "does not recognize this architecture" in told:
        told = "this version of transformers does not know its kind: pip install -U transformers"
    return ConfigError(f"cannot load the model {model}: {told}")


def _missing(model: str, error: ImportError) -> MissingExtra:
    """The package that transformers asks for in one of its ways, and how to get it."""
    told = str(error)
    asked = re.search(r"pip install ([\w.-]+)", told) or re.search(r"requires the (\S+)", told)
    package = asked[1] if asked else (error.name or "a package")
    wanted = "'multimodal-rag[models]'" if package.lower() in _OURS else package
    return MissingExtra(f"the model {model} needs {package}: pip install {wanted}")


def _lasting(config: Any) -> Any:
    """A config without what says only how it was loaded."""
    if isinstance(config, dict):
        return {key: _lasting(value) for key, value in config.items() if key not in _PASSING}
    return config

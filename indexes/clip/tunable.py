"""The CLIPs that can be tuned: one for figures, and any of open_clip. Their text towers stay.

A tuned CLIP for figures keeps its graph, which reads the weights from a file of the same layout.
Needs the extra "models".
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from indexes.clip import model as models
from indexes.clip.figure_types import FIGURE_TYPES
from indexes.clip.files import CONFIG, IMAGE_TOWER, IMAGE_WEIGHTS, TYPES, read_config
from indexes.clip.texts import type_vectors
from indexes.clip.zero_shot import FigureTyper
from indexes.embedders.figure_clip import FigureClip
from indexes.embedders.loading import model_name
from indexes.embedders.minilm import MiniLM
from indexes.embedders.openclip import OpenClipEmbedder
from indexes.embedders.openclip_loading import load_clip
from indexes.embedders.pictures import open_rgb, squeeze
from indexes.types import SharedEmbedder
from ingest.errors import ConfigError

OPEN_CLIP_CONFIG = "open_clip_config.json"

Pixels = npt.NDArray[np.uint8]  # (height, width, 3)


@dataclass(frozen=True, slots=True)
class Learner:
    """An image tower that can learn."""

    tower: nn.Module
    shape: tuple[int, int, int]  # of the pictures that it reads: height, width, 3
    picture: Callable[[bytes], Pixels]  # an encoded one, as the tower will see it
    features: Callable[[Tensor], Tensor]  # (n, 3, height, width), channels in 0…1, to (n, dim)
    scale: float  # what the model multiplies cosines with
    save: Callable[[Path], None]  # writes a folder that `Start.embedder` reads


class Start(Protocol):
    """A CLIP from which a tuning starts."""

    name: str
    rate: float  # the highest learning rate that suits it

    def embedder(self, folder: Path | None = None) -> SharedEmbedder: ...  # itself, or a tuned one
    def learner(self) -> Learner: ...
    def typer(self, embedder: SharedEmbedder, scale: float) -> FigureTyper: ...


class FigureClipStart:
    """A CLIP for figures, in a folder. Raises ConfigError when it has no weights to tune."""

    rate = 1e-4

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self._folder, self._device = folder, device
        self._config = read_config(folder)
        self.name = self._config.name
        if not (folder / IMAGE_WEIGHTS).is_file():
            raise ConfigError(f"{folder}: has no {IMAGE_WEIGHTS}, which is what tuning changes")
        if self._config.size != models.IMAGE_SIZE:
            raise ConfigError(f"{folder / CONFIG}: size is not {models.IMAGE_SIZE}")
        self._text = MiniLM()

    def embedder(self, folder: Path | None = None) -> SharedEmbedder:
        """This model, or one that its learner saved."""
        return FigureClip(self._text, folder or self._folder)

    def learner(self) -> Learner:
        """Its image tower. Raises ConfigError."""
        tower = models.image_tower()
        try:
            weights = load_file(self._folder / IMAGE_WEIGHTS)
            tower.load_state_dict({key: value.float() for key, value in weights.items()})
        except Exception as error:  # a file that is broken, or of another model, raises anything
            reason = str(error).strip().split("\n", 1)[0]
            raise ConfigError(f"{self._folder / IMAGE_WEIGHTS}: {reason}") from error
        tower.to(self._device)
        config = self._config
        mean, std = (
            torch.tensor(row, device=self._device).view(1, 3, 1, 1)
            for row in (config.mean, config.std)
        )
        return Learner(
            tower,
            (models.IMAGE_SIZE, models.IMAGE_SIZE, 3),
            partial(_square, config.margin),
            lambda pixels: tower((pixels - mean) / std),
            config.temperature,
            partial(self._save, tower, {key: value.dtype for key, value in weights.items()}),
        )

    def typer(self, embedder: SharedEmbedder, scale: float) -> FigureTyper:
        """What tells types from its vectors; the tuned model's is the same."""
        return FigureTyper.load(self._folder)

    def _save(self, tower: nn.Module, dtypes: dict[str, torch.dtype], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (IMAGE_TOWER, TYPES):
            shutil.copyfile(self._folder / name, folder / name)
        state = tower.state_dict()
        weights = {key: state[key].cpu().to(dtype).contiguous() for key, dtype in dtypes.items()}
        save_file(weights, folder / IMAGE_WEIGHTS)
        settings = json.loads((self._folder / CONFIG).read_text(encoding="utf-8"))
        settings["name"] = f"{self.name.removesuffix('-tuned')}-tuned"
        settings["digest"] = hashlib.sha256((folder / IMAGE_WEIGHTS).read_bytes()).hexdigest()
        (folder / CONFIG).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


class OpenClipStart:
    """A CLIP of open_clip, by any of the names that OpenClipEmbedder takes."""

    rate = 1e-5

    def __init__(self, model: str, device: str = "cpu") -> None:
        self._model, self._device = model, device
        self.name = model_name(model)

    def embedder(self, folder: Path | None = None) -> SharedEmbedder:
        """This model, or one that its learner saved. Raises ConfigError, MissingExtra."""
        return OpenClipEmbedder(str(folder or self._model), self._device)

    def learner(self) -> Learner:
        """Its visual tower. Raises ConfigError, MissingExtra."""
        clip = load_clip(self._model, self._device, "fp32")
        height, width, _ = np.asarray(clip.shape(Image.new("RGB", (8, 8)))).shape
        return Learner(
            clip.model.visual,
            (height, width, 3),
            lambda image: np.array(clip.shape(open_rgb(image))),
            lambda pixels: clip.model.encode_image(clip.normalize(pixels)),
            min(100.0, float(clip.model.logit_scale.detach().exp())),
            partial(self._save, clip.model, clip.tokenizer),
        )

    def typer(self, embedder: SharedEmbedder, scale: float) -> FigureTyper:
        """Types by its own text tower."""
        vectors = np.stack([ways.mean(axis=0) for ways in type_vectors(embedder)])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        names = tuple(figure_type.name for figure_type in FIGURE_TYPES)
        return FigureTyper(names, vectors, np.zeros(len(names), np.float32), scale, 0.5)

    def _save(self, model: Any, tokenizer: Any, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config = self._config()
        if config["text_cfg"].get("hf_tokenizer_name"):  # read from the folder from now on
            tokenizer.tokenizer.save_pretrained(folder)
        shown = model.visual.preprocess_cfg
        kept = ("mean", "std", "interpolation", "resize_mode", "fill_color")
        saved = {"model_cfg": config, "preprocess_cfg": {k: shown[k] for k in kept if k in shown}}
        state = model.state_dict()  # copied: two names may share a tensor
        weights = {key: value.detach().cpu().clone().contiguous() for key, value in state.items()}
        save_file(weights, folder / "open_clip_model.safetensors")
        (folder / OPEN_CLIP_CONFIG).write_text(json.dumps(saved, indent=1) + "\n")

    def _config(self) -> dict[str, Any]:
        """What the model is made of, in open_clip's terms."""
        import open_clip

        if Path(self._model).is_dir():
            config = open_clip.get_model_config(f"local-dir:{self._model}")
        elif self._model.startswith("hf-hub:"):
            config = open_clip.get_model_config(self._model)
        else:
            name, _, tag = self._model.partition("/")
            config = open_clip.get_model_config(name)
            if open_clip.get_pretrained_cfg(name, tag).get("quick_gelu"):
                config["quick_gelu"] = True
        return dict(config)


def _square(margin: float, image: bytes) -> Pixels:
    """As ImageTower sees it."""
    size = models.IMAGE_SIZE
    return np.array(squeeze(open_rgb(image, 2 * size), size, margin))

"""A CLIP tuned on an index's own figures: see `indexes.clip.tune` for how."""

from __future__ import annotations

import math
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ConfigError, InputError, MissingExtra
from rag.clip_pairs import figures_to_learn
from rag.config import NONE, Settings

if TYPE_CHECKING:
    from indexes.clip.lesson import Tell
    from indexes.clip.tune import TuningReport
    from indexes.store import Store

_PACKAGES = ("torch", "open_clip", "timm", "safetensors")


def train_clip(
    store: Store,
    settings: Settings,
    folder: Path,
    *,
    epochs: int,
    minutes: float | None,
    rate: float | None,
    seed: int,
    force: bool,
    tell: Tell | None,
) -> TuningReport:
    """Tunes the settings' CLIP on a store's figures, and writes it to a folder if that helps.

    `force` lets it take the place of a CLIP that is in the folder. Raises MissingExtra,
    ConfigError (a model that cannot be tuned), InputError (the folder is in use), TrainingError
    (too few figures).
    """
    require_packages()
    _require_free(folder, force)
    figures = figures_to_learn(store)
    from indexes.clip.held_out import require_enough, same_figures

    require_enough(same_figures(figures))  # before torch loads
    from indexes.clip.lesson import Recipe
    from indexes.clip.tune import tune
    from rag.build import clip_to_tune

    if settings.clip == NONE:
        raise ConfigError('clip = "none": there is no CLIP to tune; name one with --clip')
    seconds = math.inf if minutes is None else 60 * minutes
    recipe = Recipe(epochs=epochs, seconds=seconds, rate=rate or 0.0, seed=seed)
    return tune(clip_to_tune(settings), figures, folder, recipe, tell or (lambda *_: None))


def tuned_folder(index: Path, clip: str) -> Path:
    """Where the tuned model goes when nobody says: beside the index, named after the model."""
    name = Path(clip).name if os.path.isdir(os.path.expanduser(clip)) else _short(clip)
    return index.parent / f"{name.removesuffix('-tuned')}-tuned"


def require_packages() -> None:
    """Raises MissingExtra when a package that training needs is not installed."""
    if lacking := [name for name in _PACKAGES if find_spec(name) is None]:
        raise MissingExtra(
            f"training needs {', '.join(lacking)}: pip install 'multimodal-rag[models]'"
        )


def _require_free(folder: Path, force: bool) -> None:
    """Only a CLIP is ever replaced: --force on a wrong folder must not cost anybody's files."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    from indexes.clip.files import is_figure_clip

    if not (is_figure_clip(folder) or (folder / "open_clip_config.json").is_file()):
        raise InputError(f"{folder}: is there and holds no CLIP; name another folder with --out")
    if not force:
        raise InputError(f"{folder}: holds a CLIP already; replace it with --force, or name --out")


def _short(clip: str) -> str:
    """ "hf-hub:org/name" → "name", "MODEL/WEIGHTS" → "MODEL"."""  # noqa: D210
    kind, _, name = clip.rpartition(":")
    return name.rpartition("/")[2] if kind else name.partition("/")[0]

"""What tests of chat models show them, and changed copies of checkpoints."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ingest.chat_models.types import Message, Part, Picture


def picture(width: int = 40, height: int = 30, seed: int = 0) -> Picture:
    noise = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return encoded(Image.fromarray(noise))


def encoded(image: Image.Image, **options: Any) -> Picture:
    packed = io.BytesIO()
    image.save(packed, "PNG", **options)
    return Picture(packed.getvalue())


def user(*parts: Part) -> Message:
    return Message("user", parts)


def copied(folder: Path, place: Path) -> Path:
    return Path(shutil.copytree(folder, place / "copy"))


def edited(path: Path, **changes: Any) -> None:
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**values, **changes}), encoding="utf-8")

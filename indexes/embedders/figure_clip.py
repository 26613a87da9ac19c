"""The package's own CLIP for figures: texts by MiniLM, and an image tower that shares its space.

The tower is an ONNX file that ONNX Runtime runs: it loads in a third of the time that OpenVINO
takes for it, and is as quick over many pictures. Each batch is decoded and run by one thread, so
that cores never wait for each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from indexes.clip.files import IMAGE_TOWER, WEIGHTS, read_config
from indexes.embedders.minilm import MiniLM, available_cores
from indexes.embedders.rows import unit_rows
from indexes.embedders.windows import embed_windows
from indexes.types import Keys, Space, Vectors
from ingest.errors import ConfigError, UnreadableFile

DIM = 384  # of MiniLM's space

_BATCH = 4  # pictures: more are hardly quicker, and take more memory


class ImageTower:
    """Embeds encoded pictures (PNG, JPEG, … bytes) as unit vectors in MiniLM's space.

    The weights load with the first picture; `threads` is the number of cores, by default all that
    this process may use. Safe to use from several threads. `own_texts` says that the index keeps
    vectors of texts beside those of pictures: another space. Raises ConfigError when the folder
    has no such model.
    """

    def __init__(
        self, folder: Path | None = None, threads: int | None = None, *, own_texts: bool = False
    ) -> None:
        self._folder = folder or WEIGHTS
        self._threads = threads or available_cores()
        self._config = config = read_config(self._folder)
        beside = "+texts" if own_texts else ""
        self.space = Space("clip", f"{config.name}{beside}@{config.digest[:8]}", DIM)
        self._session: Any = None
        self._lock = threading.Lock()

    def embed_images(self, images: Sequence[bytes]) -> Vectors:
        """One unit vector for each picture, (len(images), dim).

        Raises UnreadableFile, naming its position, when one cannot be decoded.
        """
        if not images:
            return np.empty((0, DIM), np.float32)
        session = self._loaded()
        count = min(_BATCH, -(-len(images) // self._threads))

        def embed(start: int) -> Vectors:
            batch = enumerate(images[start : start + count], start + 1)
            pixels = np.stack([self._pixels(number, image) for number, image in batch])
            return np.asarray(session.run(["vectors"], {"pixels": pixels})[0], np.float32)

        with ThreadPoolExecutor(self._threads, "rag-pictures") as pool:
            return unit_rows(np.concatenate(list(pool.map(embed, range(0, len(images), count)))))

    def _pixels(self, number: int, image: bytes) -> Vectors:
        """A picture squeezed to a square: (3, size, size)."""
        from indexes.embedders.pictures import open_rgb, squeeze  # a question in words needs no PIL

        size = self._config.size
        try:
            picture = open_rgb(image, 2 * size)
        except UnreadableFile as error:
            raise UnreadableFile(f"picture {number}: {error}") from error
        square = squeeze(picture, size, self._config.margin)
        scaled = np.asarray(square, np.float32) / np.float32(255)
        mean, std = (np.array(row, np.float32) for row in (self._config.mean, self._config.std))
        return np.ascontiguousarray(((scaled - mean) / std).transpose(2, 0, 1))

    def _loaded(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = session(self._folder)
            return self._session


def session(folder: Path) -> Any:
    """The image tower in a folder, as ONNX Runtime runs it: a run takes one thread.

    Several threads may run it at once. Raises ConfigError when it cannot be loaded.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # errors
    path = folder / IMAGE_TOWER  # by its path: the weights may lie beside it
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # a file that is broken raises anything
        reason = str(error).strip().split("\n", 1)[0]
        raise ConfigError(f"{path}: cannot be loaded ({reason})") from error


class FigureClip:
    """Texts by MiniLM, and pictures by an ImageTower, in one space.

    `text` is the MiniLM, or what gives it when it is first needed; `folder` and `threads` are as
    for ImageTower. With `own_texts` the index keeps texts' vectors in `space` too; without, those
    of the text channel serve, whose model MiniLM must then be.
    """

    def __init__(
        self,
        text: MiniLM | Callable[[], MiniLM],
        folder: Path | None = None,
        threads: int | None = None,
        *,
        own_texts: bool = False,
    ) -> None:
        self._tower = ImageTower(folder, threads, own_texts=own_texts)
        self._own_texts = own_texts
        self._given = text
        self._lock = threading.Lock()
        self.space = self._tower.space

    @property
    def text_space(self) -> Space:
        """Where the vectors of texts are."""
        return self.space if self._own_texts else self._text().space

    def embed_query(self, question: str) -> Vectors:
        """The question's unit vector, (1, dim)."""
        return self._text().embed_query(question)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each text, (len(texts), dim); of a long one, its windows' mean."""
        return self.embed_long_texts(texts, 1)[1]

    def embed_long_texts(self, texts: Sequence[str], most: int) -> tuple[Keys, Vectors]:
        """At most `most` unit vectors for each text, which together stand for all of it.

        Owners (n,), positions in `texts`, ascending; vectors (n, dim). A text of more windows has
        neighbouring windows' mean.
        """
        text = self._text()
        return embed_windows([text.windows(one) for one in texts], text.embed_texts, most)

    def embed_images(self, images: Sequence[bytes]) -> Vectors:
        """One unit vector for each encoded picture, (len(images), dim). Raises UnreadableFile."""
        return self._tower.embed_images(images)

    def _text(self) -> MiniLM:
        with self._lock:
            if not isinstance(self._given, MiniLM):
                self._given = self._given()
            return self._given

"""Any CLIP that open_clip can load: texts and pictures in one space."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from indexes.embedders.clip_tokens import clip_tokens
from indexes.embedders.identity import weights_identity
from indexes.embedders.loading import model_name
from indexes.embedders.openclip_loading import load_clip
from indexes.embedders.pictures import open_rgb
from indexes.embedders.rows import unit_rows
from indexes.embedders.windows import cut, embed_windows
from indexes.types import Keys, Space, Vectors
from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from torch import Tensor

Pixels = npt.NDArray[np.uint8]  # (height, width, 3), of the size that the model reads

_MOST_WORKERS = 16


class OpenClipEmbedder:
    """Embeds texts and pictures with a CLIP: "MODEL/WEIGHTS", "hf-hub:org/repo", or a folder.

    A CLIP reads 64 or 77 tokens. Longer texts are cut into windows that it reads whole, so that
    no part of a text is lost. Pictures are decoded by `workers` threads (0: one for each core, 16
    at most) while the model computes. Safe to use from several threads: they take turns on the
    model. Raises MissingExtra without open_clip, ConfigError when the model cannot be loaded.
    """

    def __init__(
        self,
        model: str,
        device: str = "cpu",
        precision: str = "fp32",
        *,
        batch_size: int = 32,
        workers: int = 0,
    ) -> None:
        self._clip = load_clip(model, device, precision)
        self._device = device
        self._batch_size = batch_size
        self._workers = workers or min(_MOST_WORKERS, os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._tokens = clip_tokens(self._clip.tokenizer)
        identity = weights_identity(
            self._clip.model.state_dict(), sorted(self._clip.model.visual.preprocess_cfg.items())
        )
        self.space = Space("clip", f"{model_name(model)}@{identity}", self._clip.dim)
        self.text_space = self.space

    def embed_query(self, question: str) -> Vectors:
        """The question's unit vector, (1, dim); a long question's is the mean of its windows'."""
        return self.embed_texts([question])

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each text, (len(texts), dim); of a long one, its windows' mean."""
        return self.embed_long_texts(texts, 1)[1]

    def embed_long_texts(self, texts: Sequence[str], most: int) -> tuple[Keys, Vectors]:
        """At most `most` unit vectors for each text, which together stand for all of it.

        Owners (n,), positions in `texts`, ascending, each at least once; vectors (n, dim), those
        of one text in its order. A text of more windows has neighbouring windows' mean.
        """
        return embed_windows([self.windows(text) for text in texts], self._embed_windows, most)

    def windows(self, text: str) -> list[str]:
        """The text cut between words into parts of like size that the model reads whole."""
        with self._lock:  # a tokenizer too serves one thread at a time
            return cut(text, self._tokens.room, self._tokens.count)

    def embed_images(self, images: Sequence[bytes]) -> Vectors:
        """One unit vector for each encoded picture, (len(images), dim).

        Raises UnreadableFile, naming its position, when one cannot be decoded.
        """
        import torch

        with ThreadPoolExecutor(self._workers, "rag-decode") as pool:
            decoded = _ahead(pool, self._decode, images, 2 * self._batch_size + self._workers)
            features = []
            while batch := list(islice(decoded, self._batch_size)):
                pixels = torch.from_numpy(np.stack(batch))
                features.append(self._run(self._clip.model.encode_image, pixels, self._prepare))
        return self._collected(features)

    def _decode(self, number: int, image: bytes) -> Pixels:
        try:
            return np.asarray(self._clip.shape(open_rgb(image)))
        except UnreadableFile as error:
            raise UnreadableFile(f"picture {number + 1}: {error}") from error

    def _prepare(self, pixels: Tensor) -> Tensor:
        """Bytes (n, height, width, 3) on the device, as the model takes them."""
        scaled = pixels.permute(0, 3, 1, 2).contiguous().float().div_(255)
        prepared: Tensor = self._clip.normalize(scaled)
        return prepared if self._clip.dtype is None else prepared.to(self._clip.dtype)

    def _embed_windows(self, windows: Sequence[str]) -> Vectors:
        """Unit vectors of texts that fit, (len(windows), dim)."""
        features = []
        for start in range(0, len(windows), self._batch_size):
            with self._lock:
                ids = self._tokens.ids(windows[start : start + self._batch_size])
            features.append(self._run(self._clip.model.encode_text, ids))
        return self._collected(features)

    def _run(
        self,
        encode: Callable[[Tensor], Tensor],
        batch: Tensor,
        prepare: Callable[[Tensor], Tensor] = lambda batch: batch,
    ) -> Tensor:
        """Features, left on the device: a GPU goes on while the next batch is made ready."""
        import torch

        on_gpu = self._device.startswith("cuda")
        if on_gpu:
            batch = batch.pin_memory()
        with self._lock, torch.inference_mode():
            return encode(prepare(batch.to(self._device, non_blocking=on_gpu)))

    def _collected(self, features: list[Tensor]) -> Vectors:
        import torch

        if not features:
            return np.empty((0, self.space.dim), np.float32)
        with torch.inference_mode():
            return unit_rows(torch.cat(features).float().cpu().numpy())


def _ahead(
    pool: ThreadPoolExecutor,
    work: Callable[[int, bytes], Pixels],
    items: Sequence[bytes],
    most: int,
) -> Iterator[Pixels]:
    """What `work` makes of each item, in order, at most `most` of them begun and not yet taken."""
    begun: deque[Future[Pixels]] = deque()
    for number, item in enumerate(items):
        if len(begun) == most:
            yield begun.popleft().result()
        begun.append(pool.submit(work, number, item))
    while begun:
        yield begun.popleft().result()

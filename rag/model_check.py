"""Each model of the settings loaded and given one real input: does it run, how fast, how large."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.chat_models.types import ChatModel, Message, Picture
from ingest.errors import RagError
from ingest.types import Document, Element, Kind, Place
from rag.build import Models
from rag.config import BUILTIN_CAPTIONER, EXTRACTIVE, NONE, Settings
from rag.types import Evidence

_TEXT = "The pump moved 40 litres of cold water a minute."
_TOKENS = 16


Run = Callable[[], str]  # gives a loaded model its input, and says what came of it


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one model."""

    part: str
    model: str
    ok: bool
    message: str  # what it gave, or what went wrong
    load_seconds: float
    run_seconds: float  # for one input
    megabytes: float  # of memory that loading and running added; on a GPU, of the GPU's


def check_models(settings: Settings, models: Models | None = None) -> Iterator[Check]:
    """One Check for each part of the settings that has a model, as they are done."""
    models = models or Models(settings)
    parts: dict[str, Callable[[], Run]] = {
        "embedder": partial(_embedder, models),
        "clip": partial(_clip, models),
        "multivector": partial(_multivector, models),
        "reranker": partial(_reranker, models),
        "captioner": partial(_chat, models, settings.captioner, BUILTIN_CAPTIONER),
        "generator": partial(_chat, models, settings.generator, EXTRACTIVE),
    }
    for part, load in parts.items():
        if getattr(settings, part) != NONE:
            yield _check(part, str(getattr(settings, part)), load)


def _check(part: str, model: str, load: Callable[[], Run]) -> Check:
    before, started = _memory(), time.perf_counter()
    loaded = started
    try:
        run = load()
        loaded = time.perf_counter()
        message, ok = run(), True
    except RagError as error:
        message, ok = str(error), False
    ended = time.perf_counter()
    return Check(
        part, model, ok, message, loaded - started, ended - loaded, max(0.0, _memory() - before)
    )


def _embedder(models: Models) -> Run:
    model = models.text()
    return lambda: f"{model.embed_query(_TEXT).shape[1]} dimensions"


def _clip(models: Models) -> Run:
    model = models.clip()
    assert model is not None

    def run() -> str:
        words, picture = model.embed_query(_TEXT), model.embed_images([_picture()])
        return f"{words.shape[1]} dimensions, cosine {float((words @ picture.T)[0, 0]):.2f}"

    return run


def _multivector(models: Models) -> Run:
    model = models.multivector()
    assert model is not None
    return lambda: f"{len(model.embed_query(_TEXT))} token vectors"


def _reranker(models: Models) -> Run:
    model = models.reranker()
    assert model is not None
    element = Element("", "", Kind.TEXT, Place(1), _TEXT)
    evidence = Evidence(1, element, Document("", Path("a.txt"), "", 1), 0.0)
    return lambda: f"score {model.scores('How much water?', [evidence])[0]:.2f}"


def _chat(models: Models, name: str, builtin: str) -> Run:
    if name == builtin:
        return lambda: "no model needed"
    model: ChatModel = models.chat(name)

    def run() -> str:
        message = Message("user", (Picture(_picture()), "What is in this picture?"))
        (reply,) = model.complete([[message]], _TOKENS)
        return " ".join(reply.split())[:60] or "(an empty reply)"

    return run


def _picture() -> bytes:
    """A small chart of three bars, PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (320, 240), "white")
    pen = ImageDraw.Draw(image)
    for at, height in enumerate((80, 160, 120)):
        pen.rectangle((60 + 80 * at, 220 - height, 100 + 80 * at, 220), fill=(40, 90, 160))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _memory() -> float:
    """Megabytes in use: this process's, and those of the GPU by torch when it is there."""
    used = 0.0
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        used = torch.cuda.memory_allocated() / 1e6
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # no such file but on Linux
        return used
    import resource

    return used + pages * resource.getpagesize() / 1e6

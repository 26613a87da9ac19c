"""Pictures and texts per second of our encoders beside the libraries' own loops.

    python benchmarks/encoders.py [--device cpu] [--count 96] [--rounds 5] [--json]

Same weights, same inputs, one process; rounds alternate between ours and theirs, so that whatever
else the machine does falls on both. A row's ratio is the median over the rounds of ours/theirs;
the rates are those of the best round. Pictures are encoded PNG and JPEG: decoding and reshaping
count. Theirs are open_clip's encode_image and encode_text over batches, pictures made ready one
after the other or by a DataLoader's workers, and SentenceTransformer.encode. Weights are random
but for MiniLM's: speed does not depend on them.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

Job = Callable[[], Any]  # gives unit vectors

TINY = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 128, "patch_size": 16},
    "text_cfg": {"context_length": 77, "width": 64, "heads": 2, "layers": 2},
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one comparison gave."""

    model: str
    work: str
    ours: float  # items a second, best round
    theirs: float
    ratio: float  # median over the rounds
    cosine: float  # lowest between ours and theirs


def pictures(count: int) -> list[bytes]:
    """Charts as PNG and photographs as JPEG, by turns, of the size of figures' crops."""
    from PIL import Image, ImageDraw, ImageFilter

    made, chance = [], random.Random(0)
    for number in range(count):
        out = io.BytesIO()
        if number % 2:
            noise = Image.effect_noise((1200, 900), 90).filter(ImageFilter.GaussianBlur(2))
            Image.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)]).save(out, "JPEG")
        else:
            chart = Image.new("RGB", (900, 600), "white")
            draw = ImageDraw.Draw(chart)
            for bar in range(12):
                colour = tuple(chance.randrange(256) for _ in range(3))
                draw.rectangle((70 * bar + 40, chance.randrange(500), 70 * bar + 90, 560), colour)
            chart.save(out, "PNG")
        made.append(out.getvalue())
    return made


def passages(count: int, words: int) -> list[str]:
    """`count` runs of words of this repository's documentation, the same every time."""
    read = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "docs").glob("*.md"))]
    known = " ".join(read).split()
    starts = random.Random(0).choices(range(len(known) - words), k=count)
    return [" ".join(known[start : start + words]) for start in starts]


def save_clip(folder: Path, config: dict[str, Any]) -> Path:
    """A CLIP with random weights, as a folder that open_clip reads."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config}))
    torch.manual_seed(0)
    weights = open_clip.CLIP(**json.loads(json.dumps(config))).state_dict()
    save_file({k: v.contiguous() for k, v in weights.items()}, folder / "model.safetensors")
    return folder


class OpenClipLoop:
    """What users of open_clip write."""

    def __init__(self, folder: Path, device: str, precision: str, batch: int) -> None:
        import open_clip

        name = f"local-dir:{folder}"
        self.model, self.preprocess = open_clip.create_model_from_pretrained(
            name, device=device, precision=precision
        )
        self.model.eval()
        self.tokenizer = open_clip.get_tokenizer(name)
        self.dtype = open_clip.get_input_dtype(precision)
        self.device, self.batch = device, batch

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, number: int) -> Any:
        from PIL import Image

        return self.preprocess(Image.open(io.BytesIO(self.images[number])))

    def loader(self, images: Sequence[bytes], workers: int) -> Any:
        """The pictures in batches, made ready by processes that stay; by this one if 0."""
        import torch

        self.images = images
        return torch.utils.data.DataLoader(
            self,
            batch_size=self.batch,
            num_workers=workers,
            persistent_workers=workers > 0,
            pin_memory=self.device.startswith("cuda"),
        )

    def embed_images(self, loader: Any) -> Any:
        return self._embed(loader, lambda pixels: self.model.encode_image(pixels.to(self.dtype)))

    def embed_texts(self, texts: Sequence[str]) -> Any:
        starts = range(0, len(texts), self.batch)
        batches = (self.tokenizer(texts[start : start + self.batch]) for start in starts)
        return self._embed(batches, self.model.encode_text)

    def _embed(self, batches: Any, encode: Callable[[Any], Any]) -> Any:
        import torch

        features = []
        with torch.inference_mode():
            for batch in batches:
                encoded = encode(batch.to(self.device, non_blocking=True))
                features.append(torch.nn.functional.normalize(encoded.float(), dim=-1).cpu())
        return torch.cat(features).numpy()


def compare(model: str, work: str, count: int, ours: Job, theirs: Job, rounds: int) -> Row:
    """Runs both by turns, each once before it counts."""
    cosine = float((np.asarray(ours()) * np.asarray(theirs())).sum(axis=1).min())
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(rounds):
        turns = [("ours", ours), ("theirs", theirs)]
        for name, job in turns if number % 2 else turns[::-1]:
            start = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - start)
    ratios = [t / o for o, t in zip(seconds["ours"], seconds["theirs"], strict=True)]
    best = {name: count / min(times) for name, times in seconds.items()}
    return Row(model, work, best["ours"], best["theirs"], statistics.median(ratios), cosine)


def compare_clip(name: str, folder: Path, options: argparse.Namespace) -> list[Row]:
    """Pictures and texts through one CLIP."""
    from indexes.embedders.openclip import OpenClipEmbedder

    where = (options.device, options.precision)
    ours = OpenClipEmbedder(str(folder), *where, batch_size=options.batch)
    theirs = OpenClipLoop(folder, *where, options.batch)
    count, rounds = options.count, options.rounds
    images, captions = pictures(count), passages(count, 12)
    rows = []
    for workers in (0, options.workers):
        loader = theirs.loader(images, workers)
        work = f"pictures, {workers} workers" if workers else "pictures, serial"
        jobs: tuple[Job, Job] = (
            partial(ours.embed_images, images),
            partial(theirs.embed_images, loader),
        )
        rows.append(compare(name, work, count, *jobs, rounds))
    jobs = partial(ours.embed_texts, captions), partial(theirs.embed_texts, captions)
    rows.append(compare(name, "captions", count, *jobs, rounds))
    texts = passages(count // 4, 130)
    windows = [window for text in texts for window in ours.windows(text)]
    most = len(windows)  # of one text: none are pooled
    jobs = (lambda: ours.embed_long_texts(texts, most)[1]), partial(theirs.embed_texts, windows)
    rows.append(compare(name, "windows of passages", len(windows), *jobs, rounds))
    return rows


def compare_sentences(options: argparse.Namespace) -> list[Row]:
    """Texts through the installed MiniLM, by torch."""
    from sentence_transformers import SentenceTransformer

    from indexes.embedders.loading import torch_dtype
    from indexes.embedders.minilm import model_folder
    from indexes.embedders.sentence import SentenceTransformerEmbedder

    folder = str(model_folder())
    ours = SentenceTransformerEmbedder(folder, options.device, options.precision)
    theirs = SentenceTransformer(
        folder, device=options.device, model_kwargs={"dtype": torch_dtype(options.precision)}
    )
    rows = []
    for words in (12, 130):
        texts = passages(options.count, words)
        jobs: tuple[Job, Job] = (
            partial(ours.embed_texts, texts),
            partial(theirs.encode, texts, normalize_embeddings=True, show_progress_bar=False),
        )
        rows.append(compare("MiniLM", f"{words} words", options.count, *jobs, options.rounds))
    return rows


def main() -> None:
    """Runs all comparisons and prints a table, or JSON."""
    import open_clip
    import torch

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=("fp32", "bf16", "fp16"))
    parser.add_argument("--count", type=int, default=96, help="pictures, and captions")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, help="of torch on the CPU")
    parser.add_argument("--workers", type=int, default=min(8, os.cpu_count() or 1))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.precision = options.precision or ("fp32" if options.device == "cpu" else "bf16")
    if options.threads:
        torch.set_num_threads(options.threads)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        shapes = {"tiny CLIP": TINY, "ViT-B-32": open_clip.get_model_config("ViT-B-32")}
        for name, config in shapes.items():
            rows += compare_clip(name, save_clip(Path(folder) / name, config), options)
    rows += compare_sentences(options)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    print(f"{options.device}, {options.precision}; items a second")
    print(f"{'':11}{'':22}{'ours':>9}{'theirs':>9}{'ratio':>7}{'cosine':>9}")
    for row in rows:
        rates = f"{row.ours:9.1f}{row.theirs:9.1f}{row.ratio:7.2f}{row.cosine:9.5f}"
        print(f"{row.model:11}{row.work:22}{rates}")


if __name__ == "__main__":
    main()

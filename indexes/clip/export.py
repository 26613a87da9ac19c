"""The model as a folder that is used without torch.

    python -m indexes.clip.export RUN FOLDER

makes it of what `indexes.clip.train` left in the folder RUN, finished or not; its files are listed
in `indexes.clip.files`.

`indexes.embedders.figure_clip` runs it without torch; `load` gives the weights back to torch.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from safetensors.torch import load_file
from safetensors.torch import save as serialize
from torch import Tensor, nn

from indexes.clip import model as models
from indexes.clip.figure_types import FIGURE_TYPES
from indexes.clip.files import CONFIG, IMAGE_TOWER, IMAGE_WEIGHTS, TYPES
from indexes.clip.texts import type_vectors
from indexes.embedders.minilm import MiniLM
from indexes.types import Embedder

UNSURE_BELOW = 0.7  # of real charts 82% are surer than this, and 82% of those are right


class _UnitRows(nn.Module):  # type: ignore[misc]  # mypy skips torch
    def __init__(self, tower: nn.Module) -> None:
        super().__init__()
        self.tower = tower

    def forward(self, pixels: Tensor) -> Tensor:
        return models.unit(self.tower(pixels))


def save(
    folder: Path,
    tower: nn.Module,
    embedder: Embedder,
    temperature: float,
    bias: np.ndarray[Any, Any] | None = None,
    name: str = models.NAME,
) -> None:
    """Writes the folder. `temperature` and `bias` (T,) turn cosines with types into logits."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        key: value.half().contiguous()
        for key, value in tower.state_dict().items()
        if value.is_floating_point()
    }
    (folder / IMAGE_WEIGHTS).write_bytes(serialize(weights))
    _save_graph(folder, tower)
    vectors = np.stack([ways.mean(0) for ways in type_vectors(embedder)])
    np.savez(
        folder / TYPES,
        names=np.array([figure_type.name for figure_type in FIGURE_TYPES]),
        vectors=(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32),
        bias=np.zeros(len(vectors), np.float32) if bias is None else bias.astype(np.float32),
    )
    settings = {
        "name": name,
        "size": models.IMAGE_SIZE,
        "mean": models.MEAN,
        "std": models.STD,
        "margin": models.MARGIN,
        "temperature": round(temperature, 3),
        "unsure_below": UNSURE_BELOW,
        "digest": hashlib.sha256((folder / IMAGE_WEIGHTS).read_bytes()).hexdigest(),
    }
    (folder / CONFIG).write_text(json.dumps(settings, indent=1) + "\n")


def load(folder: Path) -> dict[str, Tensor]:
    """The image tower's weights, float32, as `indexes.clip.model.create` takes them."""
    return {key: value.float() for key, value in load_file(folder / IMAGE_WEIGHTS).items()}


def _save_graph(folder: Path, tower: nn.Module) -> None:
    """Exports the graph as it is, with every weight under its own name, then points at the file."""
    example = torch.zeros(2, 3, models.IMAGE_SIZE, models.IMAGE_SIZE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # timm caches what it has computed, which is no weight
        program = torch.onnx.export(
            _UnitRows(tower.eval().float().cpu()),
            (example,),
            dynamo=True,
            optimize=False,  # it would fold weights into others that the file does not hold
            input_names=["pixels"],
            output_names=["vectors"],
            dynamic_shapes={"pixels": {0: torch.export.Dim("n", min=1, max=4096)}},
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    onnx.save(
        _with_outside_weights(program.model_proto, folder / IMAGE_WEIGHTS), folder / IMAGE_TOWER
    )


def _with_outside_weights(graph: Any, weights: Path) -> Any:
    """The graph with its weights read from a safetensors file as float16 and cast to float32."""
    places, start = _places(weights)
    kept, casts = [], []
    for tensor in graph.graph.initializer:
        name = tensor.name.removeprefix("tower.")
        if name not in places:
            kept.append(tensor)
            continue
        outside = TensorProto(name=f"{tensor.name}.half", data_type=TensorProto.FLOAT16)
        outside.dims.extend(tensor.dims)
        outside.data_location = TensorProto.EXTERNAL
        first, end = places[name]
        for key, value in (
            ("location", weights.name),
            ("offset", start + first),
            ("length", end - first),
        ):
            outside.external_data.add(key=key, value=str(value))
        kept.append(outside)
        casts.append(helper.make_node("Cast", [outside.name], [tensor.name], to=TensorProto.FLOAT))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    for node in graph.graph.node:
        del node.metadata_props[:]  # where in torch's code it came from
    del graph.graph.value_info[:]
    return graph


def _places(path: Path) -> tuple[dict[str, tuple[int, int]], int]:
    """First and last byte of each tensor, counted from the second value (safetensors' format)."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    return {name: tuple(entry["data_offsets"]) for name, entry in header.items()}, 8 + length


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m indexes.clip.export", description=__doc__)
    parser.add_argument("run", type=Path, help="the folder that indexes.clip.train wrote")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    tower = models.image_tower()
    finished = options.run / "tower.pt"
    if finished.exists():
        state = torch.load(finished, weights_only=True)
        weights, temperature = state["tower"], state["scale"]
    else:
        learner = torch.load(options.run / "checkpoint.pt", weights_only=True)["learner"]
        temperature = float(learner["log_type_scale"].exp())
        weights = {
            name.removeprefix("tower."): value
            for name, value in learner.items()
            if name.startswith("tower.")
        }
    tower.load_state_dict(weights)
    save(options.folder, tower, MiniLM(), temperature)


if __name__ == "__main__":
    main()

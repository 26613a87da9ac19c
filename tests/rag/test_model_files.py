"""Which models are on the disk, and the way to the hub, in processes of their own: the hub's
library reads its environment once. A hub on this machine has no model and notes what it is asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ingest.errors import ConfigError
from rag.config import Settings
from rag.devices import torch_device

pytest.importorskip("open_clip")

CLIPS = {
    "EVA02-B-16/merged2b_s8b_b131k": "timm/eva02_base_patch16_clip_224.merged2b_s8b_b131k",
    "MobileCLIP-S1/datacompdr": "apple/MobileCLIP-S1-OpenCLIP",
    "ViTamin-S/datacomp1b": "jienengchen/ViTamin-S",
    "ViT-B-16-SigLIP2-256/webli": "timm/ViT-B-16-SigLIP2-256",
    "ViT-B-32/openai": "timm/vit_base_patch32_clip_224.openai",
}
LIST = """
import json, sys
from rag.config import Settings
from rag.model_files import part_models
names = json.loads(sys.argv[1])
found = [row for name in names for row in part_models(Settings(clip=name)) if row.part == "clip"]
print(json.dumps([(row.model, row.where, row.bytes_on_disk) for row in found]))
"""
PULL = """
import json, sys
from ingest.errors import ConfigError
from rag import build
from rag.config import Settings
from rag.model_files import pull
build._where(Settings(device="cpu"))  # forbids the hub to the models that are loaded next
said = []
for name in json.loads(sys.argv[1]):
    try:
        said.append(str(pull(name)))
    except ConfigError as error:
        said.append(str(error))
from huggingface_hub import is_offline_mode
print(json.dumps([said, is_offline_mode()]))
"""


class Hub(ThreadingHTTPServer):
    """Knows no model; `asked` are the paths that were asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _NotFound)
        self.asked: list[str] = []


class _NotFound(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Hub)
        self.server.asked.append(self.path)
        self.send_response(404)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def run(code: str, names: list[str], folder: Path, **variables: str) -> Any:
    ours = ("HF_", "TRANSFORMERS_", "RAG_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    environment |= {"HF_HOME": str(folder), "OMP_NUM_THREADS": "2", **variables}
    arguments = [sys.executable, "-c", code, json.dumps(names)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_clips_are_looked_for_by_open_clips_names(tmp_path: Path) -> None:
    for repository in CLIPS.values():
        folder = tmp_path / "hub" / f"models--{repository.replace('/', '--')}" / "snapshots" / "1"
        folder.mkdir(parents=True)
        (folder / "open_clip_model.safetensors").write_bytes(b"1234")
    misspelt = ["ViT-B-16-SigLIP9/webli", "ViT-B-32", "timm/ViT-B-16-SigLIP2-256"]
    found = run(LIST, [*CLIPS, *misspelt], tmp_path)
    assert found == [[name, "on disk", 4] for name in CLIPS] + [
        [name, "unknown model", 0] for name in misspelt
    ]


def test_pull_asks_the_hub_though_loaded_models_do_not(tmp_path: Path, hub: Hub) -> None:
    address = f"http://127.0.0.1:{hub.server_port}"
    names = ["MobileCLIP-S1/datacompdr", "Some/Model"]
    said, offline = run(PULL, names, tmp_path, HF_ENDPOINT=address)
    reason = "cannot be downloaded (the hub has no such model, or it is private, nor has open_clip)"
    assert said == [f"{name}: {reason}" for name in names]
    for repository in ("apple/MobileCLIP-S1-OpenCLIP", "Some/Model"):
        assert any(path.startswith(f"/api/models/{repository}/") for path in hub.asked)
    assert offline  # again, for what is loaded next


def test_pull_heeds_the_users_own_wish(tmp_path: Path, hub: Hub) -> None:
    address = f"http://127.0.0.1:{hub.server_port}"
    name = "Qwen/Qwen3-Embedding-0.6B"
    said, _ = run(PULL, [name], tmp_path, HF_ENDPOINT=address, HF_HUB_OFFLINE="1")
    assert said == [f"{name}: cannot be downloaded (HF_HUB_OFFLINE is set)"]
    assert hub.asked == []


@pytest.mark.parametrize("device", ["cpu:", "cpu:1", "gpu", "cuda:99"])
def test_devices_that_torch_does_not_see(device: str) -> None:
    with pytest.raises(ConfigError, match="torch does not see it"):
        torch_device(Settings(device=device))

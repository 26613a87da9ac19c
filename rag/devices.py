"""Where models run, and with what numbers: the settings' "auto" made definite."""

from __future__ import annotations

from ingest.errors import ConfigError
from rag.config import Settings


def torch_device(settings: Settings) -> str:
    """A device as torch names it: "cpu", "cuda", "cuda:1", "mps". Imports torch.

    Raises ConfigError for a device that torch does not see.
    """
    import torch

    wanted = settings.device
    if wanted == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    kind, colon, number = wanted.partition(":")
    if number == "all":  # FAISS spreads over all GPUs, a model runs on the first
        wanted, colon, number = kind, "", ""
    seen = {
        "cpu": 1,
        "cuda": torch.cuda.device_count(),
        "mps": int(torch.backends.mps.is_available()),
    }.get(kind, 0)
    if (colon and not number.isdecimal()) or int(number or 0) >= seen:
        there = "auto or cpu" if not torch.cuda.is_available() else "auto, cpu or cuda"
        raise ConfigError(f"device {settings.device!r}: torch does not see it; use {there}")
    return wanted


def faiss_device(settings: Settings) -> str:
    """A device as the indexes name it: "auto", "cpu", "cuda:1", "cuda:all".

    Where FAISS was built without GPUs it stays on the CPU, though models may run on one.
    """
    if settings.device == "auto":
        return "auto"
    if not settings.device.startswith("cuda"):
        return "cpu"
    import faiss

    return settings.device if hasattr(faiss, "StandardGpuResources") else "cpu"


def torch_precision(settings: Settings, device: str) -> str:
    """The numbers that suit a device of torch's: "bf16", "fp16" or "fp32". Imports torch."""
    if settings.precision != "auto":
        return settings.precision
    if device.startswith("cuda"):
        import torch

        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    return "fp16" if device == "mps" else "fp32"

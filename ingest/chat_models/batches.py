"""Work in batches that fit in a device's memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_batches(
    items: Sequence[_Item], size: int, run: Callable[[Sequence[_Item]], list[_Result]]
) -> list[_Result]:
    """A result for each item, in order; `run` gets at most `size` items at a time.

    A batch for which memory runs out is halved, and so are those after it. What `run` raises
    for a single item, or for another reason, is raised.
    """
    done: list[_Result] = []
    while len(done) < len(items):
        batch = items[len(done) : len(done) + size]
        try:
            done += run(batch)
            continue
        except RuntimeError as error:
            if len(batch) == 1 or not out_of_memory(error):
                raise
        # Not in the handler: the error's traceback keeps the tensors of the batch alive.
        size = len(batch) // 2
        _give_back_memory()
    return done


def out_of_memory(error: BaseException) -> bool:
    """Whether a GPU or the CPU had too little memory, which each tells in its own way."""
    import torch

    if isinstance(error, torch.OutOfMemoryError):
        return True
    told = str(error).lower() if isinstance(error, RuntimeError) else ""
    return "out of memory" in told or "can't allocate memory" in told


def _give_back_memory() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()

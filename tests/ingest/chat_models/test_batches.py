from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from ingest.chat_models.batches import in_batches, out_of_memory
from ingest.chat_models.transformers_vlm import told
from ingest.errors import ModelError


def test_a_batch_that_does_not_fit_is_halved() -> None:
    tried: list[int] = []

    def run(batch: Sequence[int]) -> list[int]:
        tried.append(len(batch))
        if len(batch) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [item * 10 for item in batch]

    assert in_batches(range(9), 8, run) == [item * 10 for item in range(9)]
    assert tried == [8, 4, 2, 2, 2, 2, 1]


def test_what_fails_for_one_item_is_raised() -> None:
    def full(batch: Sequence[int]) -> list[int]:
        raise torch.OutOfMemoryError(f"CUDA out of memory for {len(batch)}")

    def wrong(batch: Sequence[int]) -> list[int]:
        raise RuntimeError("shapes differ")

    with pytest.raises(torch.OutOfMemoryError, match=r"for 1$"):
        in_batches([1, 2, 3], 3, full)
    with pytest.raises(RuntimeError, match="shapes differ"):
        in_batches([1, 2, 3], 3, wrong)


def test_the_cpus_memory_may_run_out_too() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60)
    assert out_of_memory(caught.value)
    assert not out_of_memory(RuntimeError("shapes differ"))
    with (
        pytest.raises(ModelError, match=r"org/x ran out of memory .* --precision bf16"),
        told("org/x"),
    ):
        torch.empty(2**60)

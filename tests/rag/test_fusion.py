from __future__ import annotations

import pytest

from rag.fusion import by_score, reciprocal_ranks


def test_shares_are_weight_over_constant_plus_rank() -> None:
    shares = reciprocal_ranks({"a": [7, 8], "b": [8]}, {"a": 2.0}, constant=10)
    assert shares[7] == {"a": pytest.approx(2 / 11)}
    assert shares[8] == {"a": pytest.approx(2 / 12), "b": pytest.approx(1 / 11)}


def test_a_repeated_item_counts_at_its_better_place() -> None:
    shares = reciprocal_ranks({"a": [1, 1, 2]}, {}, constant=0)
    assert shares == {1: {"a": 1.0}, 2: {"a": 0.5}}


def test_ties_fall_to_the_smaller_item() -> None:
    assert by_score({3: 1.0, 1: 1.0, 2: 5.0}) == [2, 1, 3]

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from indexes.embedders.windows import cut, share_out


def letters(texts: Sequence[str]) -> list[int]:
    """Every letter is a token, and so is a space between two words: beside each other they grow."""
    return [len(" ".join(text.split())) for text in texts]


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert cut("  one two\nthree ", 3, words) == ["  one two\nthree "]
    assert cut("", 3, words) == [""]


def test_windows_are_shared_out_evenly() -> None:
    assert share_out([1, 5, 0, 2], 2) == ([0, 1, 1, 3, 3], [0, 1, 3, 6, 7])
    assert share_out([3], 9) == ([0, 0, 0], [0, 1, 2])


def test_parts_are_of_like_size() -> None:
    text = " ".join("abcdefghijk")
    assert cut(text, 5, words) == ["a b c d", "e f g h", "i j k"]


def test_what_stands_between_words_is_kept() -> None:
    assert cut("a  b\nc d", 2, words) == ["a  b", "c d"]


def test_words_that_grow_beside_each_other_still_fit() -> None:
    parts = cut("aa bb cc dd ee ff", 5, letters)
    assert parts == ["aa bb", "cc dd", "ee ff"]


def test_a_word_that_does_not_fit_is_cut_within() -> None:
    assert cut("aaaaaaaaaa bb", 4, letters) == ["aa", "aaa", "aa", "aaa", "bb"]


@given(st.text("ab \n", max_size=80), st.integers(1, 12))
def test_no_part_is_too_long_and_none_is_lost(text: str, room: int) -> None:
    parts = cut(text, room, letters)
    assert all(size <= room for size in letters(parts))
    assert "".join("".join(parts).split()) == "".join(text.split())
    whole = " ".join(parts).split()  # a word is cut only where it is too long
    assert whole == text.split() or max(map(len, text.split())) > room

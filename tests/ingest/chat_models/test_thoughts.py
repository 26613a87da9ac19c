from __future__ import annotations

import pytest

from ingest.chat_models.thoughts import answer_in, answers


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("  The chart shows boats [1]. \n", "The chart shows boats [1]."),
        ("<think>\nBoats?\n</think>\n\nBoats [1].", "Boats [1]."),
        ("\n<think></think>Boats", "Boats"),
        ("<think>Boats, or", ""),  # cut off in the thought
        ("The tag <think> opens it, </think> ends it.", None),
        ("<thin ice>", None),
        ("", None),
    ],
)
def test_only_the_answer_is_kept(reply: str, answer: str | None) -> None:
    expected = reply if answer is None else answer
    assert answer_in(reply) == expected
    for size in (1, 3, 100):  # however it is cut into pieces
        pieces = [reply[i : i + size] for i in range(0, len(reply), size)]
        assert "".join(answers(pieces)) == expected


def test_a_prompt_may_have_opened_the_thought() -> None:
    assert (
        "".join(answers(["Boa", "ts?</thi", "nk>\n Boats", " [1]. "], thinking=True))
        == "Boats [1]."
    )
    assert "".join(answers(["Boats, or"], thinking=True)) == ""


def test_pieces_come_as_soon_as_they_are_sure() -> None:
    assert list(answers([" ", "Boats", " ", "[1]", "\n"])) == ["Boats", " [1]"]

from __future__ import annotations

import pytest

from rag.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dr. J. R. Smith et al. found 3.5 mg in Fig. 3 of No. 5. The answer is no. It ended.",
            [
                "Dr. J. R. Smith et al. found 3.5 mg in Fig. 3 of No. 5.",
                "The answer is no.",
                "It ended.",
            ],
        ),
        (
            "The U.S. market grew by 12.5% in 2014. See e.g. Smith (2010).",
            ["The U.S. market grew by 12.5% in 2014.", "See e.g. Smith (2010)."],
        ),
        ("It works [3]. So it is.", ["It works [3].", "So it is."]),
        ("It works.[3, 4] So it is.", ["It works.[3, 4]", "So it is."]),
        (
            '"Is it?" he asked. Yes! 1. Introduction.',
            ['"Is it?" he asked.', "Yes!", "1. Introduction."],
        ),
        ("One\nline. Two", ["One\nline.", "Two"]),
        ("First part\n\nSecond part", ["First part", "Second part"]),
        ("Items:\n• bullet one\n• bullet two", ["Items:", "• bullet one", "• bullet two"]),
        ("We left at 5 p.m. It rained.", ["We left at 5 p.m.", "It rained."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_sentences_are_verbatim_and_lose_nothing() -> None:
    text = "A cat (cf. Sec. 2.1) sat. It cost $3.50! Why? Acme Inc. sold it: www.acme.com. End"
    assert " ".join(sentences(text)) == text

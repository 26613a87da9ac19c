from __future__ import annotations

import pytest

from indexes.lexical import terms
from rag.exact import exact_matches
from rag.question import read_question


def shares(question: str, *texts: str) -> list[dict[str, float]]:
    found = exact_matches(
        read_question(question), {n: " ".join(terms(text)) for n, text in enumerate(texts)}
    )
    return [found[place] for place in range(len(texts))]


def test_shares_of_phrases_numbers_and_names() -> None:
    both, one, none = shares(
        "How much did Acme earn in 2019?",
        "In 2019 Acme did earn little.",
        "Acme is old.",
        "Nothing of that.",
    )
    assert both["number"] == both["name"] == one["name"] == 1.0
    assert "number" not in one
    assert none == {}


def test_the_rarer_words_of_a_phrase_count_more() -> None:
    rare, common = shares("net income tax rate", "the income tax here", "a net income tax")
    assert 0 < rare["phrase"] < common["phrase"] < 1.0


def test_order_matters_in_a_phrase() -> None:
    straight, turned = shares("blue whale", "a blue whale", "a whale blue")
    assert straight == {"phrase": 1.0}
    assert turned == {}


def test_the_first_word_is_no_name() -> None:
    (found,) = shares("Whales live where?", "whales and men")
    assert "name" not in found


def test_names_may_begin_with_an_accent() -> None:
    (found,) = shares("Where does Émile live?", "Emile lives here.")
    assert found["name"] == 1.0


@pytest.mark.parametrize("texts", [(), ("",)])
def test_no_text_no_share(texts: tuple[str, ...]) -> None:
    assert shares("What did Acme earn?", *texts) == [{} for _ in texts]

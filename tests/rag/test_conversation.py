from __future__ import annotations

from pathlib import Path

import pytest

from rag.app import Rag
from rag.config import Settings
from rag.conversation import standalone
from rag.types import Turn
from tests.fakes import HashModels, ScriptedModel
from tests.rag.corpus import make_store

TURNS = [Turn("Who built the Kestrel pump?", "Ada Moore built it [1].")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_store(tmp_path / ".rag").close()
    return tmp_path / ".rag"


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("When did she do it?", "When did she do it (built Kestrel pump)?"),
        ("And the valve?", "And the valve (built Kestrel pump)?"),
        ("How many people live in Aarau?", "How many people live in Aarau?"),
    ],
)
def test_without_a_model_a_follow_up_takes_the_topic_along(question: str, alone: str) -> None:
    assert standalone(question, TURNS, None) == alone


def test_the_topic_is_that_of_the_last_question_that_stood_alone() -> None:
    turns = [*TURNS, Turn("When was that?", "In 1931 [1].")]
    assert standalone("And where was it?", turns, None).endswith("(built Kestrel pump)?")


def test_the_first_question_is_left_alone() -> None:
    assert standalone(" What is it? ", [], ScriptedModel("no")) == "What is it?"


def test_a_model_rewrites_with_the_conversation_before_it() -> None:
    model = ScriptedModel('"When did Ada Moore build the Kestrel pump?"\nBecause …')
    assert standalone("When?", TURNS, model) == "When did Ada Moore build the Kestrel pump?"
    ((message,),) = model.seen
    (text,) = message.parts
    assert isinstance(text, str)
    assert "Answer: Ada Moore built it [1]." in text
    assert text.endswith("Last question: When?")


@pytest.mark.parametrize(
    "reply",
    [
        "Here is the rewritten question:\nWhen was the Kestrel pump built?",
        "Rewritten question: When was the Kestrel pump built?",
        '**Rewritten question:** "When was the Kestrel pump built?"',
        "**When was the Kestrel pump built?**\n\nIt names the pump now.",
        "Sure. What does it point to?\n\n> When was the Kestrel pump built?\n",
        "Question: “When was the Kestrel pump built?”",
    ],
)
def test_what_a_model_says_around_the_question_is_not_looked_up(reply: str) -> None:
    alone = standalone("When?", TURNS, ScriptedModel(reply))
    assert alone == "When was the Kestrel pump built?"


@pytest.mark.parametrize(
    ("reply", "alone"),
    [
        ("Here it is:\nAge of the Kestrel pump", "Age of the Kestrel pump"),
        (
            "ケストレルポンプはいつ作られましたか？\n以上です。",
            "ケストレルポンプはいつ作られましたか？",
        ),
        ('"Kestrel" was built when?', '"Kestrel" was built when?'),
    ],
)
def test_questions_of_other_forms(reply: str, alone: str) -> None:
    assert standalone("When?", TURNS, ScriptedModel(reply)) == alone


@pytest.mark.parametrize("reply", ["", "  \n", "x" * 700])
def test_a_rewriting_that_is_none_is_not_used(reply: str) -> None:
    assert standalone("When?", TURNS, ScriptedModel(reply)) == "When?"


def test_a_conversation_by_quotes(folder: Path) -> None:
    with Rag(folder, Settings(pixels="none", clip="none"), HashModels()) as rag:
        talk = rag.conversation()
        first = talk.ask("Who built the Kestrel pump?")
        assert "Ada Moore" in first.text
        second = talk.ask("Does it move cold water?")
        assert second.question == "Does it move cold water (built Kestrel pump)?"
        assert [turn.question for turn in talk.turns] == [
            "Who built the Kestrel pump?",
            "Does it move cold water?",
        ]


def test_a_conversation_with_a_model_gets_its_history(folder: Path) -> None:
    model = ScriptedModel(
        "Ada Moore built it in 1931 [1].", "When was the Kestrel pump built?", "In 1931 [1]."
    )
    settings = Settings(pixels="none", clip="none", generator="scripted")
    with Rag(folder, settings, HashModels(chat=model)) as rag:
        talk = rag.conversation()
        talk.ask("Who built the Kestrel pump?")
        given = talk.ask("When?")
    assert given.question == "When was the Kestrel pump built?"
    last = model.seen[-1]
    assert [m.role for m in last] == ["system", "user", "assistant", "user"]
    assert last[2].parts == ("Ada Moore built it in 1931.",)

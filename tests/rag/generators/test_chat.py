"""Answers that a chat model writes: streamed, declined, checked, corrected."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.chat_models.types import Conversation
from ingest.errors import ModelError
from rag.answer import answer
from rag.config import Settings
from rag.context import REFUSAL
from rag.generators.chat import ChatGenerator
from rag.types import Context
from tests.fakes import ScriptedModel
from tests.rag.corpus import PUMPS, evidence_of

CONTEXT = Context("Who built the pump?", tuple(evidence_of("pumps.pdf", PUMPS)))


def generator(model: ScriptedModel, **settings: int) -> ChatGenerator:
    return ChatGenerator(model, Settings(**settings), lambda context, text: 0.5)  # type: ignore[arg-type]


def test_it_streams_what_the_model_says() -> None:
    pieces = list(generator(ScriptedModel("Ada Moore built it [1].")).generate(CONTEXT))
    assert pieces == ["Ada", " Moore", " built", " it", " [1]."]


def test_nothing_is_asked_without_evidence() -> None:
    model = ScriptedModel()
    assert list(generator(model).generate(Context("Who?", ()))) == []
    assert model.seen == []


def test_declining_yields_nothing_to_show() -> None:
    for reply in (REFUSAL, f"{REFUSAL}.", f' "{REFUSAL.title()}" They say nothing of it.'):
        assert list(generator(ScriptedModel(reply)).generate(CONTEXT)) == []
    given = answer(CONTEXT, generator(ScriptedModel(REFUSAL)), {})
    assert given.refused


def test_an_answer_that_begins_like_the_refusal_is_none() -> None:
    reply = "NOT IN 1931 but later [1]."
    assert "".join(generator(ScriptedModel(reply)).generate(CONTEXT)) == reply
    assert "".join(generator(ScriptedModel("Not")).generate(CONTEXT)) == "Not"


def test_a_wrong_answer_is_corrected_by_asking_again_once() -> None:
    model = ScriptedModel("Ben built it in 1950 [1].", "Ada Moore built it in 1931 [1].")
    given = answer(CONTEXT, generator(model), {})
    assert given.text == "Ada Moore built it in 1931 [1]."
    assert (given.unsupported, given.refused, given.support) == ((), False, 0.5)
    first, second = model.seen
    assert list(second[: len(first)]) == list(first)
    assert second[-2].parts == ("Ben built it in 1950 [1].",)
    (request,) = second[-1].parts
    assert isinstance(request, str)
    assert "1950 is not in [1]" in request


def test_what_stays_wrong_is_marked() -> None:
    wrong = "It was built in 1950 [1]."
    given = answer(CONTEXT, generator(ScriptedModel(wrong, wrong)), {})
    assert given.unsupported == (wrong,)
    assert [item.number for item in given.cited] == [1]


def test_the_prompt_leaves_room_for_the_answer() -> None:
    model = ScriptedModel(context_tokens=700)
    prompt = generator(model, context_tokens=8_000, answer_tokens=200).prompt(CONTEXT)
    assert prompt.budget == 500
    assert prompt.tokens <= 500


def test_a_revision_that_is_empty_or_fails_leaves_the_draft() -> None:
    wrong = "Ada Moore built it [1]. It was built in 1950 [1]."
    assert answer(CONTEXT, generator(ScriptedModel(wrong, "  \n")), {}).text == wrong

    class Fails(ScriptedModel):
        def stream(self, conversation: Conversation, max_tokens: int) -> Iterator[str]:
            if len(self.seen) == 1:
                raise ModelError("the server broke off")
            yield from super().stream(conversation, max_tokens)

    assert answer(CONTEXT, generator(Fails(wrong)), {}).text == wrong


def test_a_revision_fits_the_model_too() -> None:
    wrong = "It was built in 1950 [1]. " * 20
    model = ScriptedModel(wrong, wrong, context_tokens=1_200)
    answer(CONTEXT, generator(model, answer_tokens=200), {})
    first, second = (model.count_tokens(conversation) for conversation in model.seen)
    assert first <= 1_000
    assert second <= 1_000

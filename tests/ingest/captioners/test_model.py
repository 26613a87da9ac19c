from __future__ import annotations

from pathlib import Path

import pytest

from ingest.captioners.model import ModelCaptioner, cleaned
from ingest.captioners.prompts import prompt_digest
from ingest.chat_models.types import Picture
from ingest.types import Element, Kind, Place
from tests.ingest.samples import png
from tests.rag.colour_model import ColourModel


def figure(colour: str, image_path: Path | None = None) -> Element:
    image = png(colour=colour) if image_path is None else None
    return Element(
        "", "", Kind.FIGURE, Place(1), "", caption="It", image=image, image_path=image_path
    )


def test_each_figure_is_asked_about_with_its_picture(tmp_path: Path) -> None:
    stored = tmp_path / "crop.png"
    stored.write_bytes(png(colour="green"))
    model = ColourModel()
    captioner = ModelCaptioner(model, "data")
    texts = captioner.describe([figure("red"), figure("", stored)])
    assert [text.split()[2] for text in texts] == ["red", "green"]
    assert model.batches == [2]
    [[message], _] = model.asked
    assert message.role == "user"
    assert isinstance(message.parts[0], Picture)
    assert "Caption: It" in str(message.parts[1])


def test_by_names_model_style_and_prompt() -> None:
    captioner = ModelCaptioner(ColourModel("m"), "alt-text")
    assert captioner.prompt == prompt_digest("alt-text")
    assert captioner.by == f"m@1 (alt-text {captioner.prompt[:8]})"
    assert captioner.by != ModelCaptioner(ColourModel("m"), "data").by


def test_different_descriptions_in_one_conversation() -> None:
    model = ColourModel()
    texts = ModelCaptioner(model).describe_differently(figure("blue"), 3)
    assert [text.endswith(f"Seen {n} times.") for n, text in enumerate(texts, 1)] == [
        False,
        True,
        True,
    ]
    roles = [[message.role for message in conversation] for conversation in model.asked]
    assert len(roles[-1]) == 5
    assert roles[-1] == ["user", "assistant"] * 2 + ["user"]


def test_one_who_says_the_same_again_has_one_description() -> None:
    class Parrot(ColourModel):
        def _reply(self, conversation: object) -> str:
            return "Always this."

    assert ModelCaptioner(Parrot()).describe_differently(figure("red"), 3) == ["Always this."]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("  A chart.\r\n\r\n\r\n\r\nMore. ", "A chart.\n\nMore."),
        ("```markdown\n| a |\n|---|\n```", "| a |\n|---|"),
        ("A \x1b[31mred\x00 line", "A [31mred line"),
        ("It is a dog. It is a dog. It is a dog. It is a dog.", "It is a dog. It is a dog."),
        ("| a | 1 |\n" * 3, "| a | 1 |\n| a | 1 |"),
        ("One. Two.\nOne. Two.\nOne. Two.", "One. Two.\nOne. Two.\nOne. Two."),
        (" \n ", ""),
    ],
)
def test_replies_are_cleaned(reply: str, text: str) -> None:
    assert cleaned(reply) == text

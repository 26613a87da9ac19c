from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from ingest.chat_models.transformers_vlm import TransformersVLM
from ingest.chat_models.types import Conversation, Message, Part, Picture
from ingest.errors import ModelError, UnreadableFile
from tests.ingest.chat_models.samples import copied, edited, picture, user

Checkpoint = Callable[[str], Path]
Loaded = Callable[[str], TransformersVLM]

SIZES = [(1, 1), (3, 1), (33, 150), (150, 33), (64, 64), (101, 77), (640, 360)]
THIN = [(900, 4), (4, 900)]  # as rules in a document are
SYSTEM = Message("system", ("Answer from the evidence.",))
TOKENS = 12


CONVERSATIONS: list[Conversation] = [
    [user("Which axis is logarithmic?")],
    [SYSTEM, user(picture(100, 70), "What does the chart show?")],
    [SYSTEM, user("See ", picture(33, 150), "\nand cite it [1].")],
    [SYSTEM, user("Read the values of the bars, and say which axis is logarithmic. " * 4)],
    [
        SYSTEM,
        user("One", picture(33, 150, 1), "\ntwo", picture(200, 20, 2), "\nthree", picture(9, 9)),
        Message("assistant", ("Yes.",)),
        user("And which is the largest?"),
    ],
    [user(picture(70, 100, 3), "Describe the picture in one sentence. " * 3)],
]


# Replies


def test_a_batch_gives_what_one_by_one_gives(loaded: Loaded, family: str) -> None:
    model = loaded(family)
    together = model.complete(CONVERSATIONS, TOKENS)
    assert together == [model.complete([c], TOKENS)[0] for c in CONVERSATIONS]
    assert len(set(together)) == len(CONVERSATIONS)  # prompts matter
    assert all(reply and reply == reply.strip() for reply in together)
    assert model.complete([], TOKENS) == []


def test_batches_may_be_of_any_size(checkpoint: Checkpoint, loaded: Loaded) -> None:
    model = TransformersVLM(str(checkpoint("qwen")), batch_size=2)
    assert model.complete(CONVERSATIONS, TOKENS) == loaded("qwen").complete(CONVERSATIONS, TOKENS)


def test_pixels_and_their_places_matter(loaded: Loaded, family: str) -> None:
    first, second = picture(64, 48, 1), picture(64, 48, 2)
    replies = loaded(family).complete(
        [[user(first, second, "Compare.")], [user(second, first, "Compare.")]], TOKENS
    )
    assert replies[0] != replies[1]


def test_a_stream_joins_to_the_reply(loaded: Loaded, family: str) -> None:
    model = loaded(family)
    for conversation in CONVERSATIONS[:3]:
        pieces = list(model.stream(conversation, 40))
        assert "".join(pieces) == model.complete([conversation], 40)[0]
        assert len(pieces) > 5
        assert all(pieces)


def test_a_closed_stream_stops_the_model_and_ends_its_turn(loaded: Loaded) -> None:
    model = loaded("llava")
    conversation = [user("Hello.")]
    started = time.monotonic()
    stream = model.stream(conversation, 3_900)  # would take many seconds
    assert next(stream)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(model.complete, [conversation], TOKENS)
        time.sleep(0.5)
        assert not waiting.done()
        stream.close()  # type: ignore[attr-defined]
        assert waiting.result(5)
    assert time.monotonic() - started < 5
    for thread in threading.enumerate():
        if thread.name.startswith("stream of"):
            thread.join(1)
            assert not thread.is_alive()


def test_errors_of_a_stream_reach_its_reader(loaded: Loaded) -> None:
    model = loaded("qwen")
    with pytest.raises(UnreadableFile, match="a picture for the model cannot be decoded"):
        list(model.stream([user(Picture(b"no picture"))], TOKENS))
    with pytest.raises(ModelError, match=r"cannot take this prompt: .*max_new_tokens"):
        list(model.stream([user("Hello.")], 0))
    assert "".join(model.stream([user("Hello.")], TOKENS))


def test_threads_take_turns(loaded: Loaded) -> None:
    model = loaded("qwen")
    expected = model.complete(CONVERSATIONS, TOKENS)
    counts = [model.count_tokens(c) for c in CONVERSATIONS]
    with ThreadPoolExecutor(4) as pool:
        replies = [pool.submit(model.complete, CONVERSATIONS, TOKENS) for _ in range(2)]
        streams = [
            pool.submit(lambda c=c: "".join(model.stream(c, TOKENS)))  # type: ignore[misc]
            for c in CONVERSATIONS
        ]
        counted = list(pool.map(model.count_tokens, CONVERSATIONS))
        assert [f.result() for f in replies] == [expected, expected]
        assert [f.result() for f in streams] == expected
        assert counted == counts


def test_sampling_is_off_whatever_the_checkpoint_says(
    checkpoint: Checkpoint, loaded: Loaded, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = copied(checkpoint("qwen"), tmp_path)
    edited(
        folder / "generation_config.json",
        **{"do_sample": True, "temperature": 5.0, "top_k": 50, "top_p": 0.9, "max_length": 20},
        eos_token_id=None,
        pad_token_id=None,
    )
    capfd.readouterr()
    replies = TransformersVLM(str(folder)).complete(CONVERSATIONS, TOKENS)
    assert replies == loaded("qwen").complete(CONVERSATIONS, TOKENS)
    assert capfd.readouterr() == ("", "")  # neither bars nor warnings


def test_the_other_precisions_run(checkpoint: Checkpoint) -> None:
    for precision in ("bf16", "fp16"):
        model = TransformersVLM(str(checkpoint("qwen")), "cpu", precision)
        assert all(model.complete(CONVERSATIONS[:3], 4))


# Counts


@pytest.mark.parametrize("count", [0, 1, 3])
def test_counts_are_the_processors(checkpoint: Checkpoint, loaded: Loaded, count: int) -> None:
    from transformers import AutoProcessor

    for family in ("llava", "smolvlm", "qwen", "lfm2"):
        processor = AutoProcessor.from_pretrained(checkpoint(family))
        for width, height in SIZES:
            shown = [picture(width + 5 * n, height, n) for n in range(count)]
            content = [
                {"type": "image", "image": Image.open(io.BytesIO(p.data)).convert("RGB")}
                for p in shown
            ]
            turns = [{"role": "user", "content": [*content, {"type": "text", "text": "Which?"}]}]
            expected = processor.apply_chat_template(
                turns, add_generation_prompt=True, tokenize=True, return_dict=True
            )["input_ids"]
            conversation = [user(*shown, "Which?")]
            assert loaded(family).count_tokens(conversation) == len(expected[0])


@pytest.mark.parametrize(("width", "height"), [*SIZES, *THIN])
def test_a_picture_adds_its_tokens(loaded: Loaded, family: str, width: int, height: int) -> None:
    model, shown = loaded(family), picture(width, height)
    adds = model.image_tokens(width, height)
    # LLaVA's template puts pictures before all words, which then begin with another token or two;
    # SmolVLM's changes the mark of a turn that begins with a picture.
    near = {"llava": 2, "smolvlm": 1}.get(family, 0)
    middle = difference(model, ("What", shown, "\nis that?"), ("What", "\nis that?"))
    assert abs(middle - adds) <= (near if family == "llava" else 0)
    assert abs(difference(model, (shown, "What is that?"), ("What is that?",)) - adds) <= near
    assert abs(difference(model, ("What is that?", shown), ("What is that?",)) - adds) <= near
    thrice = difference(model, ("What", shown, "\nis", shown, shown), ("What", "\nis"))
    assert abs(thrice - 3 * adds) <= near


def difference(model: TransformersVLM, some: tuple[Part, ...], fewer: tuple[Part, ...]) -> int:
    return model.count_tokens([SYSTEM, user(*some)]) - model.count_tokens([SYSTEM, user(*fewer)])


def test_a_pictures_tokens_follow_the_models_rule(loaded: Loaded) -> None:
    # Qwen: 101 × 77 is scaled to 96 × 80, so 6 × 5 squares of 16, between two marks.
    assert loaded("qwen").image_tokens(101, 77) == 6 * 5 + 2
    # LLaVA: 32 × 32 in patches of 8, then a line break; a space more between two texts.
    assert loaded("llava").image_tokens(101, 77) == 4 * 4 + 2
    # Idefics3: 128 × 98 in 4 × 4 tiles of 2 marks and 4 tokens, a break after each row, one
    # more, and the whole picture in 3 marks and 4 tokens.
    assert loaded("smolvlm").image_tokens(101, 77) == 4 * (4 * 6 + 1) + 1 + 7
    # LFM2-VL: 96 × 80, so 6 × 5 squares of 16, between two marks.
    assert loaded("lfm2").image_tokens(101, 77) == 6 * 5 + 2


def test_special_tokens_in_a_text_are_only_words(loaded: Loaded, family: str) -> None:
    model = loaded(family)
    plain = [user("A tag and an end [1].")]
    quoting = [user(picture(), "A <image>, <|image_pad|> tag and a <|im_end|> or </s> end [1].")]
    assert model.count_tokens(quoting) > model.count_tokens(plain) + model.image_tokens(40, 30)
    assert model.complete([quoting], TOKENS)[0]


# Templates


def test_without_a_system_role_its_words_go_to_the_user(loaded: Loaded) -> None:
    model = loaded("llava")
    apart = [SYSTEM, user(picture(), "What?")]
    folded = [user("Answer from the evidence.\n\n", picture(), "What?")]
    assert model.count_tokens(apart) == model.count_tokens(folded)
    assert model.complete([apart], TOKENS) == model.complete([folded], TOKENS)
    assert model.count_tokens([SYSTEM]) == model.count_tokens([user(str(SYSTEM.parts[0]))])


def test_a_system_role_may_want_a_string(checkpoint: Checkpoint, loaded: Loaded) -> None:
    from transformers import AutoProcessor

    tokenizer = AutoProcessor.from_pretrained(checkpoint("lfm2")).tokenizer
    prompt = (
        "<|startoftext|><|im_start|>system\nAnswer from the evidence.<|im_end|>\n"
        "<|im_start|>user\nWhat?<|im_end|>\n<|im_start|>assistant\n"
    )
    expected = len(tokenizer(prompt, add_special_tokens=False)["input_ids"])
    assert loaded("lfm2").count_tokens([SYSTEM, user("What?")]) == expected


def test_thinking_is_switched_off_where_it_can_be(
    checkpoint: Checkpoint, loaded: Loaded, tmp_path: Path
) -> None:
    folder = copied(checkpoint("qwen"), tmp_path)
    template = folder / "chat_template.jinja"
    thought = "{%- if enable_thinking is false %}{{ 'no' }}{% else %}{{ '<think>' }}{% endif -%}"
    template.write_text(template.read_text(encoding="utf-8") + thought, encoding="utf-8")
    more = TransformersVLM(str(folder)).count_tokens([user("What?")])
    without = loaded("qwen").count_tokens([user("What?")])
    assert 1 <= more - without <= 2  # "no", not "<think>"

"""Any image-text-to-text model of transformers, on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from typing import Any

from ingest.chat_models.batches import in_batches, out_of_memory
from ingest.chat_models.bitmaps import blank
from ingest.chat_models.checkpoint import load, silence
from ingest.chat_models.streaming import Feed
from ingest.chat_models.thoughts import answers
from ingest.chat_models.types import Conversation, Message, Picture
from ingest.errors import ModelError, RagError
from ingest.paths import expanded

_THOUGHT_TOKENS = 4_096  # on top of the reply's, for a model that always thinks first
_AROUND = ("See", "\nand tell")  # texts that no tokenizer joins into one token


class TransformersVLM:
    """A ChatModel: a folder, or a hub name that has been downloaded.

    `device` is as torch names it; `precision` is "fp32", "bf16" or "fp16". Prompts are made by
    the model's own chat template and processor, and counts are of exactly those. Conversations
    are read in batches of at most `batch_size`, fewer where the device's memory is too small.
    Safe to use from several threads: they take turns.

    Raises MissingExtra without transformers or another package that the model needs, ConfigError
    when it cannot be loaded, ModelError when it does not fit in memory.
    """

    counts_exactly = True

    def __init__(
        self,
        model: str,
        device: str = "cpu",
        precision: str = "fp32",
        *,
        batch_size: int = 8,
        revision: str | None = None,
    ) -> None:
        self.name = model
        self._checkpoint = load(model, device, precision, revision)
        folder = expanded(model)
        short = folder.resolve().name if folder.is_dir() else model
        self.identity = f"{short}@{self._checkpoint.fingerprint()}"
        self.context_tokens = self._checkpoint.context_tokens
        self._batch_size = batch_size
        self._lock = threading.Lock()  # of the model, and of its tokenizer, which is no safer
        self._image_tokens = lru_cache(4096)(self._measured)

    def complete(self, conversations: Sequence[Conversation], max_tokens: int) -> list[str]:
        """One reply for each conversation, greedy, in order.

        A reply is empty when all of its tokens went into a thought. Raises UnreadableFile for a
        picture that cannot be decoded, ModelError for a prompt that the model cannot take.
        """

        def run(batch: Sequence[int]) -> list[str]:
            with self._turn():
                tokens = self._generate([conversations[i] for i in batch], max_tokens)
                return [self._reply(self._decode(row)) for row in tokens]

        # Like with like: processors are at their best with as many pictures in each prompt, and
        # prompts of one length need little padding.
        keys = [(_pictures(c), _characters(c), i) for i, c in enumerate(conversations)]
        replies: dict[int, str] = {}
        for _, group in groupby(sorted(keys), key=lambda key: key[0]):
            numbers = [number for *_, number in group]
            with told(self.name):
                done = in_batches(numbers, self._batch_size, run)
            replies.update(zip(numbers, done, strict=True))
        return [replies[number] for number in range(len(conversations))]

    def stream(self, conversation: Conversation, max_tokens: int) -> Iterator[str]:
        """The reply, piece by piece; the pieces join to what `complete` gives.

        Closing the iterator stops the model at the next token. Raises what `complete` raises.
        """
        feed = Feed(self._decode)

        def write() -> None:
            try:
                with told(self.name), self._turn():
                    if not feed.stopped.is_set():
                        self._generate([conversation], max_tokens, feed)
            except BaseException as error:  # raised where the pieces are read
                feed.fail(error)

        threading.Thread(target=write, name=f"stream of {self.name}").start()
        try:
            yield from answers(feed.pieces(), thinking=self._checkpoint.template.thinking)
        finally:
            feed.stopped.set()

    def count_tokens(self, conversation: Conversation) -> int:
        """Tokens of the whole prompt, pictures included. Raises UnreadableFile, ModelError."""
        with told(self.name), self._turn():
            return int(self._inputs([conversation])["input_ids"].shape[1])

    def image_tokens(self, width: int, height: int) -> int:
        """Tokens that a prompt's only picture of this many pixels adds, with those around it.

        A few models (LLaVA-OneVision) give each of several pictures fewer.
        """
        return self._image_tokens(width, height)

    def _measured(self, width: int, height: int) -> int:
        before, after = _AROUND
        shown = self.count_tokens([Message("user", (before, blank(width, height), after))])
        return shown - self.count_tokens([Message("user", (before, after))])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock, silence():
            yield

    def _inputs(self, conversations: Sequence[Conversation]) -> Any:
        """The prompts as tensors, padded on the left: input_ids is (batch, tokens)."""
        processor, template = self._checkpoint.processor, self._checkpoint.template
        return processor.apply_chat_template(
            [template.turns(conversation) for conversation in conversations],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True, "padding_side": "left"},
            **template.switches,
        )

    def _generate(
        self, conversations: Sequence[Conversation], max_tokens: int, feed: Feed | None = None
    ) -> list[list[int]]:
        """The tokens of the replies; a feed gets them, of one conversation, one by one."""
        model = self._checkpoint.model
        inputs = self._inputs(conversations).to(model.device, model.dtype)
        room = _THOUGHT_TOKENS if self._checkpoint.template.thinking else 0
        tokens = model.generate(
            **inputs,
            max_new_tokens=max_tokens + room,
            streamer=feed,
            stopping_criteria=None if feed is None else [feed.stops],
        )
        replies: list[list[int]] = tokens[:, inputs["input_ids"].shape[1] :].tolist()
        return replies

    def _decode(self, tokens: list[int]) -> str:
        tokenizer = self._checkpoint.processor.tokenizer
        return str(
            tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        )

    def _reply(self, text: str) -> str:
        return "".join(answers([text], thinking=self._checkpoint.template.thinking))


@contextmanager
def told(name: str) -> Iterator[None]:
    """Errors of libraries while a prompt is made or answered, as a ModelError of one line."""
    from jinja2 import TemplateError

    try:
        yield
    except RagError:
        raise
    except (RuntimeError, ValueError, TemplateError) as error:
        if out_of_memory(error):
            raise ModelError(
                f"the model {name} ran out of memory on a single prompt: use a smaller model, "
                "--precision bf16, or a lower context_tokens"
            ) from error
        reason = " ".join(str(error).split("\n", 1)[0].split())
        raise ModelError(f"the model {name} cannot take this prompt: {reason}") from error


def _pictures(conversation: Conversation) -> int:
    return sum(isinstance(part, Picture) for message in conversation for part in message.parts)


def _characters(conversation: Conversation) -> int:
    return sum(len(p) for m in conversation for p in m.parts if isinstance(p, str))

"""What goes into a model of sentence-transformers: prompts, windows, texts that stay texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexes.embedders.windows import cut, token_counter


def document_prompt(model: Any) -> str:
    """What the model's own configuration puts before every passage."""
    prompts: dict[str, str] = model.prompts or {}
    names = [name for name in ("document", "passage", "corpus") if name in prompts]
    return (prompts[names[0]] if names else prompts.get(model.default_prompt_name or "")) or ""


def windows_of(
    model: Any, text: str, beside: str = "", *, most: int | None = None, pair: bool = False
) -> list[str]:
    """The text cut into parts that a model of sentence-transformers reads whole.

    `beside` is what it reads with each part: a prompt, or in a `pair` the other text. `most`
    tokens are read in all, the model's own limit by default.
    """
    tokenizer: Any = getattr(model[0], "tokenizer", None)
    limit: int | None = most or model.max_seq_length
    if limit is None or not hasattr(tokenizer, "num_special_tokens_to_add"):
        return [text]  # it reads texts of any length, or is not a transformer
    count = token_counter(tokenizer)
    taken = tokenizer.num_special_tokens_to_add(pair=pair) + sum(count([beside] if beside else []))
    return cut(text, max(1, limit // 4, limit - taken), count)


def as_texts(model: Any, texts: Sequence[str]) -> list[Any]:
    """The texts, marked as such for a model that also reads pictures or videos.

    Such a model takes a bare text that is the address or path of one for the thing itself, and a
    document shall not make it fetch anything.
    """
    if reads_only_texts(model):
        return list(texts)
    return [{"text": text} for text in texts]


def reads_only_texts(model: Any) -> bool:
    """Whether a model of sentence-transformers knows neither pictures nor videos nor sounds."""
    return {"image", "video", "audio"}.isdisjoint(getattr(model, "modalities", ["text"]))

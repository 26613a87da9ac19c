"""Tiny vision-language checkpoints: real architectures, processors and tokenizers, random weights.

Each maker saves one to a folder as a hub repository would hold it, and gives the folder back. Their
chat templates keep what is peculiar to each family: LLaVA knows no system role and shows pictures
before words, Idefics3 (the first SmolVLM) cuts pictures into tiles, Qwen3-VL scales them to a grid,
LFM2-VL wants the system's words as one string and tiles with a thumbnail.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

_WORDS = """
A figure is a thing. It has a box, a crop, a label and the caption that the document gives it.
What does the picture show? The chart shows boats in the harbour: 214 in May, 97 in June, 12 in
July. Answer from the evidence alone, and cite each piece by its number in brackets [1].
Describe the picture in one sentence. Which axis is logarithmic? Read the values of the bars.
A table has rows and columns; a header names each column. Passages, tables and figures are cited
by page. When the evidence does not support an answer, say so plainly.
"""

LLAVA_TEMPLATE = """\
{%- for message in messages -%}
{%- if message.role == 'system' -%}{{ raise_exception('System role not supported') }}{%- endif -%}
{{ message.role.upper() + ': ' }}
{%- for part in message.content if part.type == 'image' -%}{{ '<image>\n' }}{%- endfor -%}
{%- for part in message.content if part.type == 'text' -%}{{ part.text + ' ' }}{%- endfor -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ 'ASSISTANT:' }}{%- endif -%}
"""

SMOLVLM_TEMPLATE = """\
{{- '<|im_start|>' -}}
{%- for message in messages -%}
{{ message.role.capitalize() + (':' if message.content[0].type == 'image' else ': ') }}
{%- for part in message.content -%}
{{ '<image>' if part.type == 'image' else part.text }}
{%- endfor -%}
{{ '<end_of_utterance>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ 'Assistant:' }}{%- endif -%}
"""

QWEN_TEMPLATE = """\
{%- for message in messages -%}
{{ '<|im_start|>' + message.role + '\n' }}
{%- if message.content is string -%}{{ message.content }}{%- else -%}
{%- for part in message.content -%}
{{ '<|vision_start|><|image_pad|><|vision_end|>' if part.type == 'image' else part.text }}
{%- endfor -%}
{%- endif -%}
{{ '<|im_end|>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}
"""

LFM2_TEMPLATE = """\
{{- bos_token -}}
{%- if messages[0].role == 'system' -%}
{{ '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}
{%- set messages = messages[1:] -%}
{%- endif -%}
{%- for message in messages -%}
{{ '<|im_start|>' + message.role + '\n' }}
{%- if message.content is string -%}{{ message.content }}{%- else -%}
{%- for part in message.content -%}
{{ '<image>' if part.type == 'image' else part.text }}
{%- endfor -%}
{%- endif -%}
{{ '<|im_end|>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}
"""

_TEXT_MODEL: dict[str, Any] = {
    "hidden_size": 48,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "initializer_range": 0.3,  # so large that different prompts get different replies
}
_VISION_MODEL: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "initializer_range": 0.3,
}


def tiny_llava(folder: Path) -> Path:
    """LLaVA 1.5: a CLIP tower of 32 × 32 pixels, 16 tokens a picture, and a Llama."""
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )

    tokenizer = _tokenizer("<pad>", "</s>", "<s>", "<image>", bos_token="<s>", eos_token="</s>")
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(**_VISION_MODEL, image_size=32, patch_size=8),
        text_config=LlamaConfig(**_TEXT_MODEL, **_ids(tokenizer)),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_seq_length=16,
    )
    square = {"height": 32, "width": 32}
    processor = LlavaProcessor(
        CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=square),
        tokenizer,
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=LLAVA_TEMPLATE,
    )
    return _save(folder, LlavaForConditionalGeneration, config, processor)


def tiny_smolvlm(folder: Path) -> Path:
    """SmolVLM of the first generation, which is Idefics3: tiles of 32 pixels, 4 tokens each."""
    from transformers import (
        Idefics3Config,
        Idefics3ForConditionalGeneration,
        Idefics3ImageProcessor,
        Idefics3Processor,
        LlamaConfig,
    )

    places = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
    tokenizer = _tokenizer(
        *("<|endoftext|>", "<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>"),
        *("<image>", "<global-img>", *places),
        bos_token="<|im_start|>",
        eos_token="<end_of_utterance>",
    )
    config = Idefics3Config(
        vision_config={**_VISION_MODEL, "image_size": 32, "patch_size": 8},
        text_config=LlamaConfig(**_TEXT_MODEL, **_ids(tokenizer)),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )
    processor = Idefics3Processor(
        Idefics3ImageProcessor(size={"longest_edge": 128}, max_image_size={"longest_edge": 32}),
        tokenizer,
        image_seq_len=4,
        chat_template=SMOLVLM_TEMPLATE,
    )
    return _save(folder, Idefics3ForConditionalGeneration, config, processor)


def tiny_qwen_vl(folder: Path) -> Path:
    """Qwen3-VL: a picture is scaled to a grid of 16-pixel squares, one token each."""
    from transformers import (
        Qwen2VLImageProcessor,
        Qwen3VLConfig,
        Qwen3VLForConditionalGeneration,
        Qwen3VLProcessor,
        Qwen3VLVideoProcessor,
    )

    vision_tokens = ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")
    tokenizer = _tokenizer(
        *("<|endoftext|>", "<|im_start|>", "<|im_end|>", *vision_tokens), eos_token="<|im_end|>"
    )
    start, end, image, video = tokenizer.convert_tokens_to_ids(list(vision_tokens))
    patches = {"patch_size": 8, "temporal_patch_size": 2, "merge_size": 2}
    rope = {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [2, 2, 2]}
    config = Qwen3VLConfig(
        vision_config={
            **{k: v for k, v in _VISION_MODEL.items() if k != "num_hidden_layers"},
            **{"depth": 2, "num_heads": 2, "patch_size": 8, "out_hidden_size": 48},
            **{"num_position_embeddings": 64, "deepstack_visual_indexes": [0]},
        },
        text_config={**_TEXT_MODEL, **_ids(tokenizer), "head_dim": 12, "rope_parameters": rope},
        image_token_id=image,
        video_token_id=video,
        vision_start_token_id=start,
        vision_end_token_id=end,
    )
    size = {"shortest_edge": 16 * 16, "longest_edge": 96 * 96}
    processor = Qwen3VLProcessor(
        Qwen2VLImageProcessor(size=size, **patches),
        tokenizer,
        Qwen3VLVideoProcessor(size=size, **patches),
        chat_template=QWEN_TEMPLATE,
    )
    return _save(folder, Qwen3VLForConditionalGeneration, config, processor)


def tiny_lfm2_vl(folder: Path) -> Path:
    """LFM2-VL: a SigLIP 2 of any shape, tiles of 64 pixels and a thumbnail, convolutions."""
    from transformers import (
        Lfm2Config,
        Lfm2VlConfig,
        Lfm2VlForConditionalGeneration,
        Lfm2VlImageProcessor,
        Lfm2VlProcessor,
        Siglip2VisionConfig,
    )

    places = [f"<|img_row_{row}_col_{column}|>" for row in range(1, 5) for column in range(1, 5)]
    tokenizer = _tokenizer(
        *("<|pad|>", "<|startoftext|>", "<|im_start|>", "<|im_end|>", "<image>"),
        *("<|image_start|>", "<|image_end|>", "<|img_thumbnail|>", *places),
        bos_token="<|startoftext|>",
        eos_token="<|im_end|>",
    )
    vision = {k: v for k, v in _VISION_MODEL.items() if k != "initializer_range"}
    config = Lfm2VlConfig(
        vision_config=Siglip2VisionConfig(
            **vision, patch_size=8, num_patches=64, vision_use_head=False
        ),
        text_config=Lfm2Config(
            **_TEXT_MODEL, **_ids(tokenizer), layer_types=["full_attention", "conv"]
        ),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        projector_hidden_size=48,
    )
    processor = Lfm2VlProcessor(
        Lfm2VlImageProcessor(
            encoder_patch_size=8,
            tile_size=64,
            min_image_tokens=4,
            max_image_tokens=64,
            max_tiles=4,
        ),
        tokenizer,
        chat_template=LFM2_TEMPLATE,
    )
    return _save(folder, Lfm2VlForConditionalGeneration, config, processor)


def _tokenizer(padding: str, *special: str, **named: str) -> Any:
    """Byte-level BPE trained on the words above; `padding` has the number 0."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=[padding, *special],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_WORDS.splitlines(), trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=padding, **named)


def _ids(tokenizer: Any) -> dict[str, Any]:
    """What a language model's config says of its tokenizer."""
    return {
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }


def _save(folder: Path, architecture: Any, config: Any, processor: Any) -> Path:
    """The model with seeded weights, and its processor, as files."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        model = architecture(config)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder

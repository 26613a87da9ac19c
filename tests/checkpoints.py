"""Tiny checkpoints of encoders: real architectures and tokenizers, seeded random weights.

Each maker saves one to a folder as a hub repository would hold it, and gives the folder back.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # tests never ask a hub; read when it is imported

_VOCABULARY = """
the a an of in on by and to cat dog fox bird fish sat ran flew swam slept ate saw found built sold
home mat tree river house market garden road bridge tower winter summer morning evening red green
blue small large old new quick lazy bright dark apple pear bread cheese wine water stone glass gold
figure shows boats harbour chart axis revenue growth north south query passage
"""
WORDS = tuple(_VOCABULARY.split())

_SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
_BERT = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.3,  # so large that different texts get different vectors
}


def sentence(seed: int, length: int = 8) -> str:
    """Words at random: the same for the same seed."""
    return " ".join(np.random.default_rng(seed).choice(WORDS, length))


def tiny_clip(folder: Path, seed: int = 0, context: int = 20) -> Path:
    """A CLIP as OpenAI's: open_clip's own towers and byte-level tokenizer, 32 × 32 pixels.

    Its text tower averages random vectors of its tokens: texts of the same words are close.
    """
    import open_clip
    import torch

    config = {
        "embed_dim": 48,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "patch_size": 8},
        "text_cfg": {"context_length": context, "width": 64, "heads": 2, "layers": 1},
    }
    torch.manual_seed(seed)
    model = open_clip.CLIP(**deepcopy(config))
    block = model.transformer.resblocks[0]
    with torch.no_grad():
        nothing, same = torch.zeros(128, 64), torch.eye(64)
        block.attn.in_proj_weight.copy_(torch.cat([nothing, same]))  # query, key; value
        block.attn.out_proj.weight.copy_(same)
        block.mlp.c_proj.weight.zero_()
        model.token_embedding.weight.normal_()
        model.token_embedding.weight[-2:] = 0.0  # the tokens of start and end
        model.positional_embedding.zero_()
    return _save_clip(folder, config, {}, model)


def tiny_siglip(folder: Path, seed: int = 0) -> Path:
    """A CLIP as SigLIP 2: a tower of timm, no causal mask, a tokenizer of transformers."""
    _gemma_tokenizer().save_pretrained(folder)
    config = {
        "embed_dim": 64,
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {"image_size": 160, "timm_model_name": "test_vit", "timm_pool": "map"}
        | {"timm_proj": "none"},
        "text_cfg": {
            "context_length": 16,
            "vocab_size": 300,
            "hf_tokenizer_name": "somewhere/else",
            "tokenizer_kwargs": {"clean": "canonicalize"},
            "width": 32,
            "heads": 2,
            "layers": 2,
            "no_causal_mask": True,
            "proj_bias": True,
            "pool_type": "last",
        },
    }
    half = [0.5, 0.5, 0.5]
    shown = {"mean": half, "std": half, "resize_mode": "squash"}
    return _save_clip(folder, config, shown, _custom_clip(config, seed))


def tiny_roberta_clip(folder: Path, seed: int = 0) -> Path:
    """A CLIP whose text tower is of transformers."""
    from transformers import RobertaConfig

    tower = {**_BERT, "vocab_size": 300, "pad_token_id": 0, "max_position_embeddings": 40}
    RobertaConfig(**tower).save_pretrained(folder / "text")
    _gemma_tokenizer().save_pretrained(folder)
    config = {
        "embed_dim": 24,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
        "text_cfg": {
            "context_length": 20,
            "hf_model_name": str(folder / "text"),
            "hf_tokenizer_name": "somewhere/else",
            "hf_pooler_type": "mean_pooler",
        },
    }
    return _save_clip(folder, config, {}, _custom_clip(config, seed))


def tiny_sentence_model(
    folder: Path, *, prompts: dict[str, str] | None = None, length: int = 32, seed: int = 0
) -> Path:
    """A BERT with mean pooling that reads `length` tokens, as sentence-transformers saves it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    transformer = modules.Transformer(str(_bert(folder / "bert", seed)), max_seq_length=length)
    model = SentenceTransformer(
        modules=[transformer, modules.Pooling(32)], prompts=prompts, device="cpu"
    )
    model.save(str(folder / "model"))
    return folder / "model"


def tiny_multivector_model(
    folder: Path, *, length: int = 16, similarity: str = "maxsim", seed: int = 0
) -> Path:
    """A ColBERT: a BERT, a projection to 16 dimensions, documents of `length` tokens."""
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Normalize
    from sentence_transformers.base.modules.dense import Dense
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
    from sentence_transformers.sentence_transformer import modules
    from torch import nn

    transformer = modules.Transformer(
        str(_bert(folder / "bert", seed)), query_length=length, document_length=length
    )
    projection = Dense(
        32, 16, bias=False, activation_function=nn.Identity(), module_input_name="token_embeddings"
    )
    unit = Normalize(module_input_name="token_embeddings")
    parts = [transformer, projection, MultiVectorMask(), unit]
    prompts = {"query": "query ", "document": "passage "}
    model = MultiVectorEncoder(
        modules=parts, prompts=prompts, similarity_fn_name=similarity, device="cpu"
    )
    model.save(str(folder / "model"))
    return folder / "model"


def tiny_cross_encoder(folder: Path, *, labels: int = 1, seed: int = 0) -> Path:
    """A BERT that classifies pairs of at most 48 tokens."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    tokenizer = _bert_tokenizer(48)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        **_BERT, vocab_size=len(tokenizer), max_position_embeddings=48, num_labels=labels
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def tiny_seeing_cross_encoder(folder: Path) -> Path:
    """A Qwen3-VL that tells by its next token whether a passage or a picture fits a question."""
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.cross_encoder.modules import LogitScore

    from tests.checkpoints_vlm import tiny_qwen_vl

    model = Transformer(str(tiny_qwen_vl(folder / "vlm")), transformer_task="any-to-any")
    score = LogitScore(true_token_id=5, false_token_id=6)
    CrossEncoder(modules=[model, score], device="cpu").save(str(folder / "model"))
    return folder / "model"


def _bert(folder: Path, seed: int) -> Path:
    import torch
    from transformers import BertConfig, BertModel

    tokenizer = _bert_tokenizer(64)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(**_BERT, vocab_size=len(tokenizer), max_position_embeddings=64)
    BertModel(config).save_pretrained(folder)
    return folder


def _bert_tokenizer(length: int) -> Any:
    """WordPiece: one token for each of WORDS, letters for others."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = [*_SPECIAL.values(), "[MASK]", ":", ".", *dict.fromkeys([*WORDS, *letters])]
    words += [f"##{letter}" for letter in letters]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = ("[SEP]", numbers["[SEP]"]), ("[CLS]", numbers["[CLS]"])
    tokenizer.post_processor = processors.BertProcessing(*ends)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, mask_token="[MASK]", model_max_length=length, **_SPECIAL
    )


def _gemma_tokenizer() -> Any:
    """Pieces that hold the space before them, and an end token, as Gemma's."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<pad>", "<eos>", "<unk>"], show_progress=False
    )
    tokenizer.train_from_iterator([" ".join(WORDS), *(sentence(n) for n in range(50))], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A <eos>", special_tokens=[("<eos>", 1)]
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )


def _custom_clip(config: dict[str, Any], seed: int) -> Any:
    import open_clip
    import torch

    torch.manual_seed(seed)
    text = {**config["text_cfg"], "hf_model_pretrained": False}
    towers = {"embed_dim": config["embed_dim"], "vision_cfg": config["vision_cfg"]}
    return open_clip.CustomTextCLIP(
        **deepcopy(towers), text_cfg=text, init_logit_bias=config.get("init_logit_bias")
    )


def _save_clip(folder: Path, config: dict[str, Any], shown: dict[str, Any], model: Any) -> Path:
    """Writes what open_clip reads from a folder."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    saved = {"model_cfg": config, "preprocess_cfg": shown}
    (folder / "open_clip_config.json").write_text(json.dumps(saved))
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, folder / "open_clip_model.safetensors")
    return folder

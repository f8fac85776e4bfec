"""SigLIP 1, SigLIP 2, NaFlex and CLIP in miniature: the right architecture, random weights.

The fixed-size ones are written twice from the same numbers, as open_clip and as transformers write
theirs, so that a test may hold all readers of them against each other.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tiny_siglip import WORDS, write_tokenizer

WIDTH, LAYERS, HEADS, LENGTH, SIDE, PATCH = 32, 2, 2, 16, 32, 8
TIMM_NAME = "vit_tiny_siglip_of_the_tests"
SENTENCES = (
    "a red dress with a handle",
    "the blue mug of clay",
    "a mug with a red handle",
    "красное платье",
    "кружка с ручкой",
    "синяя ваза из глины",
)
_VOCABULARY = 512
_TOWER = {
    "hidden_size": WIDTH,
    "intermediate_size": 4 * WIDTH,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
}
_SQUARES = {
    "mean": [0.5] * 3,
    "std": [0.5] * 3,
    "interpolation": "bicubic",
    "resize_mode": "squash",
}


def write_openclip(folder: Path, *, siglip: int) -> Path:
    """open_clip_config.json, open_clip_model.safetensors and a tokenizer of its generation."""
    import torch
    from open_clip.model import CustomTextCLIP
    from safetensors.torch import save_file

    _register_tiny_vit()
    folder.mkdir(parents=True)
    text = {
        "context_length": LENGTH,
        "vocab_size": _VOCABULARY,
        "hf_tokenizer_name": "timm/ViT-B-16-SigLIP2" if siglip == 2 else "timm/ViT-B-16-SigLIP",
        "tokenizer_kwargs": {"clean": "canonicalize"},
        "width": WIDTH,
        "heads": HEADS,
        "layers": LAYERS,
        "no_causal_mask": True,
        "proj_bias": True,
        "pool_type": "last",
        "norm_kwargs": {"eps": 1e-6},
        "act_kwargs": {"approximate": "tanh"},
    }
    vision = {
        "image_size": SIDE,
        "timm_model_name": TIMM_NAME,
        "timm_model_pretrained": False,
        "timm_pool": "map",
        "timm_proj": "none",
    }
    model = {"embed_dim": WIDTH, "init_logit_bias": -10, "vision_cfg": vision, "text_cfg": text}
    torch.manual_seed(siglip)
    made = CustomTextCLIP(**model)
    with torch.no_grad():  # as training would: positions and biases that a mistake would show in
        for parameter in made.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.05)
    save_file(
        {n: t.contiguous() for n, t in made.state_dict().items()},
        folder / "open_clip_model.safetensors",
    )
    config = {"model_cfg": {**model, "custom_text": True}, "preprocess_cfg": _SQUARES}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    if siglip == 2:
        write_tokenizer(folder)
    else:
        _write_t5_tokenizer(folder)
    return folder


def write_transformers(folder: Path, openclip: Path, *, siglip: int) -> Path:
    """The same weights as `openclip` has, with config.json, processor and tokenizer."""
    from safetensors.torch import load_file
    from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel, SiglipTokenizer

    text = {**_TOWER, "vocab_size": _VOCABULARY, "max_position_embeddings": LENGTH}
    vision = {**_TOWER, "image_size": SIDE, "patch_size": PATCH}
    model = SiglipModel(SiglipConfig(text_config=text, vision_config=vision))
    model.load_state_dict(_renamed(load_file(openclip / "open_clip_model.safetensors")))
    model.save_pretrained(folder)
    size = {"height": SIDE, "width": SIDE}
    SiglipImageProcessor(size=size).save_pretrained(folder)
    if siglip == 2:
        write_tokenizer(folder)
        _change(folder / "tokenizer_config.json", model_input_names=["input_ids"])
    else:
        (folder / "spiece.model").write_bytes(_sentencepiece())
        tokenizer = SiglipTokenizer(str(folder / "spiece.model"), model_max_length=LENGTH)
        tokenizer.save_pretrained(folder)
        _change(folder / "tokenizer_config.json", model_input_names=["input_ids"])
    return folder


def write_naflex(folder: Path) -> Path:
    """SigLIP 2 for pictures in their own proportions; transformers' format is its only one."""
    import torch
    from transformers import Siglip2Config, Siglip2ImageProcessor, Siglip2Model

    text = {**_TOWER, "vocab_size": _VOCABULARY, "max_position_embeddings": LENGTH}
    vision = {**_TOWER, "num_patches": 16, "patch_size": PATCH}
    torch.manual_seed(3)
    Siglip2Model(Siglip2Config(text_config=text, vision_config=vision)).save_pretrained(folder)
    Siglip2ImageProcessor(patch_size=PATCH, max_num_patches=24).save_pretrained(folder)
    write_tokenizer(folder)
    _change(folder / "tokenizer_config.json", model_input_names=["input_ids"])
    return folder


def write_clip(folder: Path) -> Path:
    """CLIP as transformers writes it: a shorter side and a cut, causal text, an end token."""
    import torch
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

    letters = sorted(letter for letter in set("".join(WORDS)) if letter.isascii())
    pieces = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{c}</w>" for c in letters)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    text = {
        **_TOWER,
        "vocab_size": len(vocabulary),
        "max_position_embeddings": LENGTH,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 1,
    }
    vision = {**_TOWER, "image_size": SIDE, "patch_size": PATCH}
    torch.manual_seed(4)
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=24)
    CLIPModel(config).save_pretrained(folder)
    _write_cutting_processor(folder)
    CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=LENGTH).save_pretrained(folder)
    return folder


def write_metaclip2(folder: Path) -> Path:
    """CLIP in many languages: its networks with the tokenizer of XLM-R."""
    import torch
    from transformers import MetaClip2Config, MetaClip2Model, XLMRobertaTokenizer

    special = [(piece, 0.0) for piece in ("<s>", "<pad>", "</s>", "<unk>")]
    ordinary = [piece for piece in _pieces() if piece[0] not in ("</s>", "<unk>")]
    vocabulary = [*special, *ordinary, ("<mask>", 0.0)]
    text = {
        **_TOWER,
        "vocab_size": len(vocabulary),
        "max_position_embeddings": LENGTH,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
    }
    vision = {**_TOWER, "image_size": SIDE, "patch_size": PATCH}
    torch.manual_seed(5)
    config = MetaClip2Config(text_config=text, vision_config=vision, projection_dim=24)
    MetaClip2Model(config).save_pretrained(folder)
    _write_cutting_processor(folder)
    XLMRobertaTokenizer(vocab=vocabulary, model_max_length=LENGTH).save_pretrained(folder)
    return folder


def _write_cutting_processor(folder: Path) -> None:
    from transformers import CLIPImageProcessor

    square = {"height": SIDE, "width": SIDE}
    CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size=square).save_pretrained(folder)


def _renamed(openclip: Mapping[str, Any]) -> dict[str, Any]:
    """open_clip's names and shapes of a SigLIP to transformers'."""
    import torch

    made: dict[str, Any] = {
        name: openclip[name].reshape(1) for name in ("logit_scale", "logit_bias")
    }

    def take(source: str, target: str) -> None:
        for part in ("weight", "bias"):
            made[f"{target}.{part}"] = openclip[f"{source}.{part}"]

    def split(source: str, weight: str, bias: str, target: str) -> None:
        for part, name in (("weight", weight), ("bias", bias)):
            thirds = openclip[f"{source}.{name}"].chunk(3)
            for letter, third in zip("qkv", thirds, strict=True):
                made[f"{target}.{letter}_proj.{part}"] = third.clone()

    trunk, vision, text = "visual.trunk", "vision_model", "text_model"
    take(f"{trunk}.patch_embed.proj", f"{vision}.embeddings.patch_embedding")
    made[f"{vision}.embeddings.position_embedding.weight"] = openclip[f"{trunk}.pos_embed"][0]
    made[f"{text}.embeddings.token_embedding.weight"] = openclip["text.token_embedding.weight"]
    made[f"{text}.embeddings.position_embedding.weight"] = openclip["text.positional_embedding"]
    for number in range(LAYERS):
        block, layer = f"{trunk}.blocks.{number}", f"{vision}.encoder.layers.{number}"
        split(f"{block}.attn.qkv", "weight", "bias", f"{layer}.self_attn")
        take(f"{block}.attn.proj", f"{layer}.self_attn.out_proj")
        for old, new in (
            ("norm1", "layer_norm1"),
            ("norm2", "layer_norm2"),
            ("mlp.fc1",) * 2,
            ("mlp.fc2",) * 2,
        ):
            take(f"{block}.{old}", f"{layer}.{new}")
        block, layer = f"text.transformer.resblocks.{number}", f"{text}.encoder.layers.{number}"
        split(f"{block}.attn", "in_proj_weight", "in_proj_bias", f"{layer}.self_attn")
        take(f"{block}.attn.out_proj", f"{layer}.self_attn.out_proj")
        for old, new in (
            ("ln_1", "layer_norm1"),
            ("ln_2", "layer_norm2"),
            ("mlp.c_fc", "mlp.fc1"),
            ("mlp.c_proj", "mlp.fc2"),
        ):
            take(f"{block}.{old}", f"{layer}.{new}")
    take(f"{trunk}.norm", f"{vision}.post_layernorm")
    pool, head = f"{trunk}.attn_pool", f"{vision}.head"
    made[f"{head}.probe"] = openclip[f"{pool}.latent"]
    for part in ("weight", "bias"):
        both = [openclip[f"{pool}.q.{part}"], openclip[f"{pool}.kv.{part}"]]
        made[f"{head}.attention.in_proj_{part}"] = torch.cat(both)
    take(f"{pool}.proj", f"{head}.attention.out_proj")
    for old, new in (("norm", "layernorm"), ("mlp.fc1",) * 2, ("mlp.fc2",) * 2):
        take(f"{pool}.{old}", f"{head}.{new}")
    take("text.ln_final", f"{text}.final_layer_norm")
    take("text.text_projection", f"{text}.head")
    return made


def _register_tiny_vit() -> None:
    """SigLIP's picture tower in small: no class token, attention pooling, GELU by tanh."""
    import timm
    from timm.models import register_model
    from timm.models.vision_transformer import VisionTransformer

    if timm.is_model(TIMM_NAME):
        return

    def vit_tiny_siglip_of_the_tests(pretrained: bool = False, **options: Any) -> VisionTransformer:
        names = ("num_classes", "global_pool")
        return VisionTransformer(
            img_size=SIDE,
            patch_size=PATCH,
            embed_dim=WIDTH,
            depth=LAYERS,
            num_heads=HEADS,
            class_token=False,
            act_layer="gelu_tanh",
            **{name: options[name] for name in names},
        )

    register_model(vit_tiny_siglip_of_the_tests)


def _sentencepiece() -> bytes:
    """A sentencepiece model of SigLIP 1's kind: unigram, no byte fallback, </s> pads."""
    import sentencepiece

    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 20),
        model_writer=out,
        vocab_size=120,
        hard_vocab_limit=False,
        pad_id=-1,
        bos_id=-1,
        eos_id=1,
        unk_id=2,
        minloglevel=2,
    )
    return out.getvalue()


def _write_t5_tokenizer(folder: Path) -> None:
    """The same pieces as a tokenizer.json, as timm's repositories of SigLIP 1 have it."""
    from transformers import T5Tokenizer

    T5Tokenizer(vocab=_pieces(), extra_ids=0, pad_token="</s>").save_pretrained(folder)  # noqa: S106


def _pieces() -> list[tuple[str, float]]:
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_proto=_sentencepiece())
    return [(model.id_to_piece(n), model.get_score(n)) for n in range(model.get_piece_size())]


def _change(path: Path, **values: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))

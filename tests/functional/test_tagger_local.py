"""Language models on this machine write records of the schema, however small or random they are."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlamaForCausalLM,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)

from models.errors import BadInput, TaggingFailed, WeightsMissing
from models.tagger_local import LocalModel, LocalTagger
from models.tagger_schema import answer_schema, plain_value
from models.tagger_types import TaggerOptions, TagSubject
from tests.functional.small_model import small_model

pytestmark = pytest.mark.usefixtures("one_core")

MUG = TagSubject("White mug", "Stoneware, 330 ml", ("Mugs",), "Nord", (("color", "white"),))
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


SEEING = (
    "{% for m in messages %}{{ m['role'] }}: {% for part in m['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}\n{% endfor %}assistant:"
)


def letters_tokenizer() -> PreTrainedTokenizerFast:
    """Single ASCII letters, the end and the place of a picture."""
    letters = sorted(c for c in pre_tokenizers.ByteLevel.alphabet() if c.isascii() or c in "ĠĊ")
    vocabulary = {letter: number for number, letter in enumerate([*letters, "<eos>", "<image>"])}
    tokens = Tokenizer(models.BPE(vocabulary, [], fuse_unk=False))
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens.decoder = decoders.ByteLevel()
    tokens.add_special_tokens(["<eos>", "<image>"])
    return PreTrainedTokenizerFast(tokenizer_object=tokens, eos_token="<eos>")  # noqa: S106


def language_config(tokenizer: PreTrainedTokenizerFast, positions: int) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=len(tokenizer) + 7,  # padded, as real ones are
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=positions,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        initializer_range=0.5,
    )


def tiny_model(folder: Path, positions: int = 8192, template: str | None = TEMPLATE) -> Path:
    """A network of random weights, as transformers keeps one."""
    torch.manual_seed(0)
    tokenizer = letters_tokenizer()
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    LlamaForCausalLM(language_config(tokenizer, positions)).save_pretrained(folder)
    return folder


def tiny_seeing_model(folder: Path) -> Path:
    """One that sees 28 pixels as 4 patches."""
    torch.manual_seed(0)
    tokenizer = letters_tokenizer()
    sight = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        initializer_factor=50.0,  # so that a patch weighs as much as a letter
        image_size=28,
        patch_size=14,
    )
    config = LlavaConfig(
        vision_config=sight,
        text_config=language_config(tokenizer, 8192),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        vision_feature_layer=-1,
        initializer_range=0.5,
        image_seq_length=4,
    )
    LlavaForConditionalGeneration(config).save_pretrained(folder)
    LlavaProcessor(
        CLIPImageProcessor(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28}),
        tokenizer,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=SEEING,
    ).save_pretrained(folder)
    return folder


def test_noise_held_to_the_schema_writes_a_record(tmp_path: Path) -> None:
    tagger = LocalTagger(
        LocalModel(str(tiny_model(tmp_path / "noise"))),
        TaggerOptions(answer_tokens=1500, attempts=1),
    )
    tagged = tagger.tag(MUG)
    assert len(tagged.record.of("type")) <= 1
    assert tagged.record.values
    for _, value in tagged.record.values:
        assert plain_value(value) == value
    assert tagged.tokens_in > 500
    assert tagger.tokens("mug") == 3
    assert 100 < tagged.tokens_out < 1500
    assert tagger.fingerprint == "tags:noise:prompt-1:en"
    assert tagger.tag(MUG) == tagged


def test_a_model_that_sees_looks_at_the_picture(tmp_path: Path) -> None:
    tagger = LocalTagger(
        LocalModel(str(tiny_seeing_model(tmp_path / "eyes"))),
        TaggerOptions(answer_tokens=1500, attempts=1, pictures=True),
    )
    blind = tagger.tag(MUG)
    red, blue = (tagger.tag(replace(MUG, picture=jpeg(colour))) for colour in ("red", "blue"))
    assert red.tokens_in == blue.tokens_in == blind.tokens_in + 4
    assert red.record != blue.record
    for _, value in red.record.values:
        assert plain_value(value) == value


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return out.getvalue()


def test_an_answer_longer_than_its_limit_and_a_prompt_longer_than_the_context_fail(
    tmp_path: Path,
) -> None:
    model = LocalModel(str(tiny_model(tmp_path / "short", positions=3000)))
    with pytest.raises(TaggingFailed) as cut:
        LocalTagger(model, TaggerOptions(answer_tokens=20, attempts=2)).tag(MUG)
    assert cut.value.reason == "cut off"
    assert cut.value.tokens_out == 40
    with pytest.raises(TaggingFailed) as long:
        LocalTagger(model, TaggerOptions(answer_tokens=2900)).tag(MUG)
    assert long.value.reason == "too long"
    assert long.value.tokens_out == 0


def test_what_cannot_be_loaded_is_told_with_a_remedy(tmp_path: Path) -> None:
    options = TaggerOptions()
    with pytest.raises(WeightsMissing, match="is not there"):
        LocalTagger(LocalModel(str(tmp_path / "no.gguf")), options)
    (tmp_path / "some.gguf").write_bytes(b"GGUF")
    with pytest.raises(BadInput, match="words' side"):
        LocalTagger(LocalModel(str(tmp_path / "some.gguf")), TaggerOptions(pictures=True))
    with pytest.raises(WeightsMissing, match="cannot be loaded"):
        LocalTagger(LocalModel(str(tmp_path)), options).tag(MUG)
    with pytest.raises(WeightsMissing, match="cannot be loaded"):
        LocalTagger(LocalModel("nobody/nothing"), options).tag(MUG)
    untaught = tiny_model(tmp_path / "base", template=None)
    with pytest.raises(WeightsMissing, match="no chat template"):
        LocalTagger(LocalModel(str(untaught)), options).tag(MUG)


def test_the_schema_of_the_decoder_is_the_one_of_the_check() -> None:
    held, sent = answer_schema(strict_values=True), answer_schema()
    assert held["required"] == sent["required"]
    assert held["properties"]["type"]["pattern"]
    assert sent["properties"]["type"] == {"type": "string"}


@pytest.fixture(scope="module")
def smollm(one_core: None) -> Iterator[LocalTagger]:
    yield LocalTagger(LocalModel(str(small_model())), TaggerOptions(answer_tokens=200, attempts=1))


@pytest.mark.real_models
@pytest.mark.timeout(600)  # beside other work; alone it takes a tenth of that
def test_a_real_small_model_writes_records_of_the_schema(smollm: LocalTagger) -> None:
    lamp = TagSubject("Настольная лампа, зелёная", "Металл", attributes=(("цвет", "зелёный"),))
    for subject in (MUG, lamp):
        tagged = smollm.tag(subject)
        assert tagged.record.of("type")
        assert tagged.tokens_in > 200
        assert 30 < tagged.tokens_out < 200
        for _, value in tagged.record.values:
            assert plain_value(value) == value
            assert not re.search(r"[<>{}\[\]\"]", value)
    assert "SmolLM2" in smollm.fingerprint

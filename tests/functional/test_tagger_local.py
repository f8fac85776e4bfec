"""Language models on this machine write records of the schema, however small or random they are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from models.errors import BadInput, TaggingFailed, WeightsMissing
from models.tagger_local import LocalModel, LocalTagger
from models.tagger_schema import answer_schema, plain_value
from models.tagger_types import TaggerOptions, TagSubject
from tests.functional.small_model import small_model

pytestmark = pytest.mark.usefixtures("one_core")

MUG = TagSubject("White mug", "Stoneware, 330 ml", ("Mugs",), "Nord", (("color", "white"),))
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def tiny_model(folder: Path, positions: int = 8192, template: str | None = TEMPLATE) -> Path:
    """A network of random weights over single ASCII letters, as transformers keeps one."""
    torch.manual_seed(0)
    letters = sorted(c for c in pre_tokenizers.ByteLevel.alphabet() if c.isascii() or c in "ĠĊ")
    vocabulary = {letter: number for number, letter in enumerate([*letters, "<eos>"])}
    tokens = Tokenizer(models.BPE(vocabulary, [], fuse_unk=False))
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokens, eos_token="<eos>")  # noqa: S106
    fast.chat_template = template
    fast.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(vocabulary) + 7,  # padded, as real ones are
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=positions,
        eos_token_id=vocabulary["<eos>"],
        bos_token_id=None,
        initializer_range=0.5,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
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

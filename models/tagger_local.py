"""A tagger on this machine: a language model that transformers runs, its answers held to the
schema while they are written."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from models.errors import BadInput, TaggingFailed, WeightsMissing
from models.quiet_transformers import quiet_transformers
from models.tagger_dialogue import Answer, Message, converse
from models.tagger_prompt import prompt_fingerprint
from models.tagger_types import Tagged, TaggerOptions, TagSubject

_EXTRA = "install what a local language model needs: pip install 'shoplens[tagger]'"


@dataclass(frozen=True, slots=True)
class LocalModel:
    """Which model.

    Attributes:
        name: a .gguf file, a folder in transformers' format, or a hub repository.
        download: whether a repository that is not in the hub's cache may be fetched.
    """

    name: str
    download: bool = False

    @property
    def gguf(self) -> Path | None:
        path = Path(self.name).expanduser()
        return path if path.suffix == ".gguf" else None


class LocalTagger:
    """Runs one request at a time; loads at the first."""

    at_once = 1

    def __init__(self, model: LocalModel, options: TaggerOptions) -> None:
        """
        Raises:
            BadInput: a GGUF file cannot see pictures here.
            WeightsMissing: the file, or a package that runs it, is not on this machine.
        """
        for package in ("llguidance", *(("gguf", "accelerate") if model.gguf else ())):
            if find_spec(package) is None:
                raise WeightsMissing(f"{package} is not installed", remedy=_EXTRA)
        if model.gguf and not model.gguf.is_file():
            raise WeightsMissing(f"{model.gguf} is not there", remedy="name an existing .gguf file")
        if model.gguf and options.pictures:
            raise BadInput(
                "transformers reads the words' side of a GGUF file only",
                remedy="leave --pictures out, or name a llama.cpp server's address",
            )
        self._model, self._options = model, options
        self._lock = Lock()
        self._loaded: _Loaded | None = None

    @property
    def fingerprint(self) -> str:
        """By the name of the file, folder or repository: what lies there is not hashed."""
        name = Path(self._model.name).name if Path(self._model.name).exists() else self._model.name
        return prompt_fingerprint(name, self._options)

    @property
    def options(self) -> TaggerOptions:
        return self._options

    def tag(self, subject: TagSubject) -> Tagged:
        with self._lock:
            return converse(subject, self._options, self._ready().complete)

    def tokens(self, text: str) -> int | None:
        with self._lock:
            return len(self._ready().tokenizer(text)["input_ids"])

    def _ready(self) -> "_Loaded":
        if self._loaded is None:
            self._loaded = _load(self._model, self._options)
        return self._loaded


class _Loaded:
    def __init__(self, network: Any, reader: Any, tokenizer: Any, options: TaggerOptions) -> None:
        """
        Args:
            reader: what makes a network's input of messages: the tokenizer, or for a network that
                sees a processor.
        """
        from models.tagger_decoding import SchemaGrammar

        self._network, self._reader, self.tokenizer = network, reader, tokenizer
        self._options = options
        self._grammar = SchemaGrammar(tokenizer, network.config.get_text_config().vocab_size)

    def complete(self, messages: Sequence[Message]) -> Answer:
        import torch

        inputs = self._reader.apply_chat_template(
            [_as_read(message, self._options.pictures) for message in messages],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        ).to(self._network.device)
        prompt = inputs["input_ids"].shape[1]
        self._check_length(prompt)
        with torch.inference_mode():
            written = self._network.generate(
                **inputs,
                max_new_tokens=self._options.answer_tokens,
                do_sample=False,
                pad_token_id=self.tokenizer.pad_token_id or self.tokenizer.eos_token_id,
                logits_processor=[self._grammar.processor(prompt)],
            )[0, prompt:]
        text = self.tokenizer.decode(written, skip_special_tokens=True)
        cut = len(written) >= self._options.answer_tokens
        return Answer(text, prompt, len(written), cut=cut)

    def _check_length(self, prompt: int) -> None:
        config = self._network.config.get_text_config()
        room = getattr(config, "max_position_embeddings", None)
        if room is not None and prompt + self._options.answer_tokens > room:
            raise TaggingFailed(
                f"the prompt has {prompt} tokens, the model reads {room} with its answer",
                remedy="take a model with a longer context",
                reason="too long",
            )


def _as_read(message: Message, pictures: bool) -> dict[str, Any]:
    if not pictures:
        return {"role": message.role, "content": message.text}
    from PIL import Image

    content: list[dict[str, Any]] = [{"type": "text", "text": message.text}]
    if message.picture:
        picture = Image.open(io.BytesIO(message.picture)).convert("RGB")
        content.insert(0, {"type": "image", "image": picture})
    return {"role": message.role, "content": content}


def _load(model: LocalModel, options: TaggerOptions) -> _Loaded:
    """Nothing from elsewhere is run: safetensors or GGUF, no code of the repository.

    Raises:
        WeightsMissing: not on this machine, or not what transformers loads.
    """
    import torch
    from transformers import (
        AutoModelForCausalLM,
        AutoModelForImageTextToText,
        AutoProcessor,
        AutoTokenizer,
    )

    # What is right for a CPU; an accelerator computes as the weights are kept.
    accelerated = torch.cuda.is_available()
    how: dict[str, Any] = {"dtype": "auto" if accelerated else torch.float32}
    where: dict[str, Any] = {
        "local_files_only": not model.download,
        "trust_remote_code": False,
    }
    if model.gguf:
        name = str(model.gguf.parent)
        where["gguf_file"] = model.gguf.name
    else:
        name = str(Path(model.name).expanduser()) if Path(model.name).exists() else model.name
        how["use_safetensors"] = True
    try:
        with quiet_transformers():
            if options.pictures:
                network = AutoModelForImageTextToText.from_pretrained(name, **how, **where)
                reader = AutoProcessor.from_pretrained(name, **where)
                tokenizer = reader.tokenizer
            else:
                network = AutoModelForCausalLM.from_pretrained(name, **how, **where)
                reader = tokenizer = AutoTokenizer.from_pretrained(name, **where)
    except (OSError, ValueError, KeyError) as error:
        line = str(error).strip().splitlines()[0][:200]
        raise WeightsMissing(
            f"{model.name} cannot be loaded: {line}",
            remedy="name an address with http:// before it, a .gguf file, or a folder or hub"
            " repository with safetensors of a"
            f" {'vision-language' if options.pictures else 'language'} model",
        ) from error
    if not getattr(reader, "chat_template", None):
        raise WeightsMissing(
            f"{model.name} has no chat template",
            remedy="take the variant that was trained to follow instructions (…-Instruct)",
        )
    if accelerated:
        network = network.to("cuda")
    return _Loaded(network.eval(), reader, tokenizer, options)

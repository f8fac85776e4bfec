"""Settings: one frozen object, from arguments, then SHOPLENS_* variables, then defaults."""

import re
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.runtime_types import Runtime
from pipelines.catalog_types import Precision

ModelProfile: TypeAlias = Literal["auto", "siglip2", "lite"]
RuntimeChoice: TypeAlias = Runtime | Literal["auto"]
TextBoxes: TypeAlias = Literal["ppocr", "easyocr"]
TextWords: TypeAlias = Literal["easyocr", "rapidocr"]
NotNegative: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]

LEAST_KEY = 16
"""Characters of a key that nobody guesses."""
_ORIGIN = re.compile(r"https?://[^/?#@\s*]+")


class Settings(BaseSettings):
    """Everything that a deployment may choose; `docs/settings.md` lists it.

    Attributes:
        home: the folder of catalog.db and the index.
        models: the profile for a new index; an existing index remembers its own.
        siglip2: the checkpoint of the `siglip2` profile: an open_clip name, a hub repository or a
            folder; "auto" takes what the index was built with, or what suits the machine.
        runtime: what runs the picture side of that profile; "auto" is what was measured
            quickest here, or torch.
        cache: exports for the runtimes; it may be emptied at any time.
        siglip2_prompt: what every text is put into for that profile, where {} stands.
        allow_download: whether weights may be fetched from a model hub.
        detector: "product" for the one that ShopLens carries, "none" to search whole pictures
            and crops only, or a YOLO weights file (.pt or .onnx).
        detector_classes: what YOLO-World or YOLOE weights look for, in words; commas between.
        examples: a folder of pictures that the page offers to try; None offers products.
        precision: how an index keeps vectors; None keeps what the index has, float32 for a new one.
        hnsw_m, hnsw_ef: edges a node of the graph has, and candidates weighed for each while it is
            built; None keeps what the index has.
        rescore: whether int8 is ordered again by the originals; None keeps what the index has.
        qdrant_url: a Qdrant server instead of the embedded engine.
        tagger: what writes tags: the address of an OpenAI-compatible server, or a model that runs
            here (a .gguf file, a folder, a hub repository); "" for none.
        tagger_model: which of the server's models.
        tagger_key: the server's, if it wants one.
        tagger_languages: of the tags, ISO 639-1, the main one first; empty: told by the catalog's
            script when it is first tagged, and remembered.
        tagger_pictures: whether the model is shown the main picture.
        tagger_at_once: requests at a time.
        tagger_per_minute: requests in any minute; None for no limit.
        api_key: what requests to the HTTP API bring; without one it answers this machine only.
        api_origins: addresses of sites whose pages may call the HTTP API; commas between.
        api_at_once: searches of the HTTP API at a time.
        api_per_minute: requests of one address in any minute; 0 for no limit.
        api_seconds: within which the HTTP API answers, or says that it could not.
        api_upload_seconds: within which a request must have arrived.
        tagger_price: of a million tokens read and a million written, in any currency.
    """

    model_config = SettingsConfigDict(env_prefix="SHOPLENS_", frozen=True, extra="forbid")

    home: Path = user_data_path("shoplens", appauthor=False)
    models: ModelProfile = "auto"
    siglip2: str = "auto"
    siglip2_prompt: str = "{}"
    runtime: RuntimeChoice = "auto"
    cache: Path = user_cache_path("shoplens", appauthor=False)
    allow_download: bool = True
    detector: Literal["product", "none"] | Path = "product"
    detector_classes: Annotated[tuple[str, ...], NoDecode] = ()
    read_text: bool = True
    text_boxes: TextBoxes = "ppocr"
    text_words: TextWords = "easyocr"
    languages: tuple[str, ...] = ("en",)
    text_weights: Path | None = None
    examples: Path | None = None
    precision: Precision | None = None
    hnsw_m: Annotated[int, Field(ge=4, le=128)] | None = None
    hnsw_ef: Annotated[int, Field(ge=8, le=2000)] | None = None
    rescore: bool | None = None
    qdrant_url: str = ""
    qdrant_api_key: SecretStr = SecretStr("")
    qdrant_collection: str = "shoplens"
    tagger: str = ""
    tagger_model: str = ""
    tagger_key: SecretStr = SecretStr("")
    tagger_languages: Annotated[tuple[str, ...], NoDecode] = ()
    tagger_pictures: bool = False
    tagger_at_once: Annotated[int, Field(ge=1, le=256)] = 4
    tagger_per_minute: Annotated[float, Field(gt=0)] | None = None
    tagger_price: Annotated[tuple[NotNegative, NotNegative] | None, NoDecode] = None
    api_key: SecretStr = SecretStr("")
    api_origins: Annotated[tuple[str, ...], NoDecode] = ()
    api_at_once: Annotated[int, Field(ge=1, le=64)] = 4
    api_per_minute: NotNegative = 120
    api_seconds: Seconds = 30
    api_upload_seconds: Seconds = 30

    @field_validator("tagger_price", mode="before")
    @classmethod
    def _in_and_out(cls, given: object) -> object:
        """ "0.15/0.60" as two numbers."""
        return tuple(given.split("/")) if isinstance(given, str) else given

    @field_validator("tagger_languages")
    @classmethod
    def _lower(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code.lower() for code in given))

    @field_validator("api_key")
    @classmethod
    def _long_enough(cls, given: SecretStr) -> SecretStr:
        if 0 < len(given.get_secret_value()) < LEAST_KEY:
            raise ValueError(f"at least {LEAST_KEY} characters, such as openssl rand -hex 32 gives")
        return given

    @field_validator("api_origins")
    @classmethod
    def _origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for origin in given:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not like https://shop.example, without a path")
        return tuple(origin.lower() for origin in given)

    @field_validator("api_origins", "detector_classes", "tagger_languages", mode="before")
    @classmethod
    def _parted(cls, given: object) -> object:
        """ "mug, lamp" as two classes; an environment variable cannot say it otherwise."""
        if not isinstance(given, str):
            return given
        return tuple(name for name in map(str.strip, given.split(",")) if name)

"""The composition root: the only file that names concrete models and stores."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from models.checkpoint import checkpoint_available, checkpoint_files, find_checkpoint
from models.checkpoint_hub import hub_answers
from models.checkpoint_loading import named_network
from models.checkpoint_network import has_accelerator
from models.detector import DetectorSettings, YoloDetector
from models.errors import BadInput, ShopLensError, StaleIndex, WeightsMissing
from models.gathering import GatheringEmbedder
from models.known_checkpoints import BASE, QUICK
from models.lite import LITE_NETWORK, LiteEmbedder, lite_weights
from models.picture_network import NamedNetwork
from models.pinned_file import PinnedFile
from models.product_detector import PRODUCT_DETECTOR, ProductDetector
from models.protocols import Detector, Embedder, Tagger, TextReader
from models.sift import SiftFinder
from models.siglip import SiglipEmbedder
from models.tagger_local import LocalModel, LocalTagger
from models.tagger_prompt import known_language
from models.tagger_types import TaggerOptions
from models.text_reader import TextOptions, text_reader, text_reader_weights
from models.weights_file import WeightFile
from models.whole_picture import NOT_HERE, TURNED_OFF, WholePicture
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_types import IndexInfo, IndexSpec
from pipelines.checkpoint_choice import (
    candidates,
    checkpoint_settings,
    remembered,
    runtime_settings,
    settle_runtime,
)
from pipelines.follow import no_index
from pipelines.head_store import HEADS, HeadStore
from pipelines.lens import Lens
from pipelines.perceive import Models
from pipelines.settings import Settings
from pipelines.stores.points import FORM
from pipelines.stores.protocol import IndexHome

Profile: TypeAlias = Literal["siglip2", "lite"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A model profile and why it was chosen, in words for people.

    Attributes:
        checkpoint: the weights of `siglip2`, as `SHOPLENS_SIGLIP2` names them; "" for lite.
    """

    profile: Profile
    why: str
    checkpoint: str = ""


def choose_profile(settings: Settings) -> Choice:
    """The profile that a new index gets, or that the existing one has.

    `auto` picks once, when an index is created; from then on the index remembers.

    Raises:
        StoreUnavailable, BrokenIndex: whether there is an index cannot be told.
    """
    if settings.models == "lite":
        return Choice("lite", "you asked for it")
    current = open_index_home(settings).current()
    if settings.models == "auto" and current is not None:
        profile = _profile(current.spec.profile)
        checkpoint = remembered(settings, current) if profile == "siglip2" else ""
        return Choice(profile, "the index was built with it", checkpoint)
    if current is not None and current.spec.profile == "siglip2":
        return Choice("siglip2", "you asked for it", remembered(settings, current))
    return _for_new_index(settings)


def open_embedder(settings: Settings, choice: Choice) -> Embedder:
    """The embedder of a profile; nothing heavy is loaded before its first use."""
    if choice.profile == "lite":
        return LiteEmbedder(runtime_settings(settings))
    checkpoint = checkpoint_settings(settings, choice.checkpoint)
    return GatheringEmbedder(SiglipEmbedder(checkpoint, runtime_settings(settings)))


def open_detector(
    settings: Settings, carried: PinnedFile = PRODUCT_DETECTOR
) -> tuple[Detector, str]:
    """The product detector, and what to tell a shopper where there is none ("" otherwise).

    Without the weights that ShopLens carries a search goes on over whole pictures; weights that a
    person named and that are not there are an error at first use.

    Args:
        carried: the weights of the built-in detector.
    Raises:
        BadInput: classes were named for a detector that takes none.
    """
    weights = settings.detector
    if isinstance(weights, Path):
        return YoloDetector(DetectorSettings(weights, classes=settings.detector_classes)), ""
    if settings.detector_classes:
        raise BadInput(
            "only weights of YOLO-World and YOLOE look for classes that are named",
            remedy="name such weights with --detector, or leave --detector-classes out",
        )
    if weights == "none":
        return WholePicture(), TURNED_OFF
    try:
        return ProductDetector(carried.verified()), ""
    except WeightsMissing:
        return WholePicture(), NOT_HERE


def open_text_reader(settings: Settings) -> TextReader | None:
    """The text reader, or None where reading is off."""
    return text_reader(_text_options(settings)) if settings.read_text else None


def open_models(settings: Settings) -> Models:
    """Everything that looks at a photo, by the settings."""
    choice = choose_profile(settings)
    detector, no_detector = open_detector(settings)
    return Models(
        profile=choice.profile,
        embedder=open_embedder(settings, choice),
        detector=detector,
        reader=open_text_reader(settings),
        why=choice.why,
        checkpoint=choice.checkpoint,
        no_detector=no_detector,
        # Measured with lite only: what a network of another kind gains is not known.
        keypoints=SiftFinder() if choice.profile == "lite" else None,
    )


def open_tagger(settings: Settings, languages: tuple[str, ...]) -> Tagger:
    """The language model of the settings; a local one loads at its first use.

    Args:
        languages: of the tags, the main one first.
    Raises:
        BadInput: none is named, or what is named makes no sense.
        WeightsMissing: a local one is not on this machine.
    """
    if unknown := [code for code in languages if not known_language(code)]:
        raise BadInput(
            f"{unknown[0]!r} is no language that ShopLens knows the name of",
            remedy="use a code of two letters: en, ru, de, …",
        )
    options = TaggerOptions(languages, pictures=settings.tagger_pictures)
    if not settings.tagger:
        raise BadInput(
            "no language model is named",
            remedy="name a server (--tagger http://localhost:11434/v1 --model NAME) or a local"
            " model (--tagger FILE.gguf), see docs/tags.md",
        )
    if "://" not in settings.tagger:
        return LocalTagger(LocalModel(settings.tagger, settings.allow_download), options)
    # Here, not above: its HTTP client costs every command start-up time.
    from models.tagger_endpoint import Endpoint, EndpointTagger

    endpoint = Endpoint(
        address=settings.tagger,
        model=settings.tagger_model,
        key=settings.tagger_key.get_secret_value(),
        at_once=settings.tagger_at_once,
        per_minute=settings.tagger_per_minute,
    )
    return EndpointTagger(endpoint, options)


def settle_models(models: Models, settings: Settings, told: Callable[[str], None]) -> None:
    """Before much work: choose by measuring what is left to choose (`settle_runtime`).

    An accelerator runs `siglip2` in torch, whatever the processor could do.
    """
    if models.profile == "lite" or not has_accelerator():
        settle_runtime(settings, lambda: runnable(settings, models.checkpoint), told)


def runnable(settings: Settings, checkpoint: str) -> NamedNetwork:
    """What runtimes can run: the pictures of a checkpoint, or of `lite` where it is "".

    Raises:
        WeightsMissing, BadInput: the checkpoint is not here, or cannot be used.
    """
    if not checkpoint:
        return LITE_NETWORK
    return named_network(find_checkpoint(checkpoint_settings(settings, checkpoint)))


def open_index_home(settings: Settings) -> IndexHome:
    """Where generations live: a Qdrant server where one is named, else the home's folder."""
    # Here, not above: each engine costs start-up time that the other's users need not pay.
    if settings.qdrant_url:
        from pipelines.stores.server import QdrantHome

        return QdrantHome(
            settings.qdrant_url,
            settings.qdrant_api_key.get_secret_value(),
            collection=settings.qdrant_collection,
        )
    from pipelines.stores.edge import EdgeHome

    return EdgeHome(settings.home / "index")


def open_catalog(settings: Settings, *, read_only: bool = False) -> CatalogDb:
    """The home's catalog.db.

    Raises:
        IndexMissing: read-only, and nothing was indexed yet.
        BrokenIndex: damaged, or of a newer version of ShopLens.
    """
    path = settings.home / CATALOG_NAME
    return CatalogDb.open_read_only(path) if read_only else CatalogDb.open(path)


def open_heads(settings: Settings) -> HeadStore:
    """The home's adaptation heads, wherever its index lives."""
    return HeadStore(settings.home / HEADS)


def open_lens(settings: Settings) -> Lens:
    """Photo search over the home's index. Models load on first use.

    Raises:
        IndexMissing: nothing was indexed yet, so that it is not known which models it will want.
        StaleIndex: another profile than the index's was asked for. Both are told before any
            weights are looked for, let alone downloaded.
    """
    home = open_index_home(settings)
    current = home.current()
    if current is None:
        raise no_index()
    if settings.models not in ("auto", current.spec.profile):
        raise StaleIndex(
            f"the index was built with {current.spec.profile}, you asked for {settings.models}",
            remedy=f"leave --models out, or run `shoplens index FEED --models {settings.models}`",
        )
    return Lens(open_models(settings), home, open_heads(settings))


def index_spec(models: Models, settings: Settings, before: IndexInfo | None) -> IndexSpec:
    """What a generation made with these models records.

    Args:
        before: the published generation: how it keeps vectors goes on where the settings do not
            say, so that a nightly run needs no options; and so does its adaptation head, as long
            as the model is the same.
    """
    embedder = models.embedder
    chosen = {
        "precision": settings.precision,
        "hnsw_m": settings.hnsw_m,
        "hnsw_ef_construct": settings.hnsw_ef,
        "rescore": settings.rescore,
    }
    kept = {name: getattr(before.spec, name) for name in chosen} if before else {}
    kept |= {name: value for name, value in chosen.items() if value is not None}
    if before and before.spec.image_fingerprint == embedder.image_fingerprint:
        kept |= {"head": before.spec.head, "image_dim": before.spec.image_dim}
    return IndexSpec(
        profile=models.profile,
        checkpoint=models.checkpoint,
        image_fingerprint=embedder.image_fingerprint,
        text_fingerprint=embedder.text_fingerprint,
        text_dim=embedder.text_dim,
        form=FORM,
        keypoints=models.keypoints.fingerprint if models.keypoints else "",
        **{"image_dim": embedder.image_dim, **kept},
    )


def weights(settings: Settings, checkpoint: str = "") -> Iterator[tuple[WeightFile, str]]:
    """Every file of weights with the profile that needs it ("" for both); loads nothing.

    Args:
        checkpoint: the one of `siglip2` that was chosen; "" where none was.
    """
    yield from ((file, "lite") for file in lite_weights())
    named = QUICK if settings.siglip2 == "auto" else settings.siglip2
    siglip = checkpoint_settings(settings, checkpoint or named)
    yield from ((file, "siglip2") for file in checkpoint_files(siglip))
    if settings.read_text:
        yield from ((file, "") for file in text_reader_weights(_text_options(settings)))
    if isinstance(settings.detector, Path):
        there = settings.detector if settings.detector.is_file() else None
        remedy = "name an existing .pt or .onnx file with --detector"
        yield WeightFile(settings.detector.name, "finds products", there, remedy), ""
    elif settings.detector == "product":
        yield PRODUCT_DETECTOR.listing(), ""


def _for_new_index(settings: Settings) -> Choice:
    names = candidates(settings)
    here = [name for name in names if checkpoint_available(checkpoint_settings(settings, name))]
    chosen = (here or names)[0]
    why = f"{chosen}, a third of the work of {BASE}: there is no accelerator here"
    size = f"; {why}" if names[0] == chosen == QUICK and len(names) > 1 else ""
    if settings.models == "siglip2":
        return Choice("siglip2", f"you asked for it{size}", chosen)
    if here:
        return Choice("siglip2", f"its weights are on this machine{size}", chosen)
    if settings.allow_download and hub_answers():
        return Choice("siglip2", f"its weights can be downloaded{size}", chosen)
    return Choice("lite", "SigLIP 2 is not on this machine and cannot be downloaded now")


def _text_options(settings: Settings) -> TextOptions:
    return TextOptions(
        boxes=settings.text_boxes,
        words=settings.text_words,
        languages=settings.languages,
        weights_folder=settings.text_weights,
    )


def _profile(name: str) -> Profile:
    if name in ("siglip2", "lite"):
        return name  # type: ignore[return-value]
    raise ShopLensError(
        f"the index was built with the profile {name!r}, which this version does not know",
        remedy="run `shoplens index FEED --models auto` to build it again",
    )

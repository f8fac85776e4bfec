"""Checkpoints worth naming: a choice to begin with, not a limit.

Sizes were counted on the architectures that open_clip's configurations describe; a test counts
them again.
"""

from dataclasses import dataclass

QUICK = "ViT-B-32-SigLIP2-256/webli"
BASE = "ViT-B-16-SigLIP2/webli"


@dataclass(frozen=True, slots=True)
class KnownCheckpoint:
    """One checkpoint that is known to fit.

    Attributes:
        parameters: millions, of both sides together; four bytes each on disk.
        work: GFLOPs (two a multiplication with its addition) for one picture.
        note: what it is for, a few words.
    """

    name: str
    parameters: float
    work: float
    note: str


KNOWN = (
    KnownCheckpoint(QUICK, 376.9, 11.5, "many languages; `auto` without an accelerator"),
    KnownCheckpoint(BASE, 375.2, 35.4, "many languages; `auto` with an accelerator"),
    KnownCheckpoint("ViT-L-16-SigLIP2-256/webli", 881.5, 162.6, "many languages; large"),
    KnownCheckpoint("ViT-SO400M-16-SigLIP2-256/webli", 1135.7, 220.5, "many languages; larger"),
    KnownCheckpoint("Marqo/marqo-fashionSigLIP", 203.2, 35.4, "English; trained for clothing"),
)

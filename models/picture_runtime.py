"""Chooses what runs the picture side, exports for it on first use, and lets no bad one pass."""

import json
import math
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import BadInput
from models.onnx_export import export, quantize
from models.picture_network import Inputs, PictureNetwork, Side
from models.runtime_types import AUTOMATIC, Runtime, RuntimeSettings, export_folder
from models.types import Photo

LEAST_COSINE = 0.999
"""What a runtime of the same fingerprint must reach on every picture of the gate, against torch."""

_GATE_PICTURES = 4
_PLAIN, _INT8 = "pictures.onnx", "pictures-int8.onnx"
_PACKAGES: dict[Runtime, str] = {
    "torch": "torch",
    "torch-compiled": "torch",
    "onnx": "onnxruntime",
    "openvino": "openvino",
    "openvino-bf16": "openvino",
    "onnx-int8": "onnx",
}
_CHOICE = "runtime.json"


def installed(runtime: Runtime) -> bool:
    """Whether the package that a runtime needs is there; imports nothing."""
    try:
        version(_PACKAGES[runtime])
    except PackageNotFoundError:
        return False
    return True


def picture_side(network: PictureNetwork, settings: RuntimeSettings) -> Side:
    """The network as the settings want it run.

    Raises:
        BadInput: the runtime is not installed, cannot run this network, or its vectors are not
            those of torch.
    """
    chosen = settings.runtime
    if chosen == "auto":
        chosen = remembered_runtime(settings, network.name) or "torch"
    return runtime_side(network, settings, chosen)


def runtime_side(network: PictureNetwork, settings: RuntimeSettings, runtime: Runtime) -> Side:
    """The network run by one runtime; an export comes from the cache, or is made for it.

    The network in torch is loaded only to run, to export or to be compared with: an export that
    passed the gate needs no torch in the process.

    Raises:
        BadInput: as `picture_side`.
    """
    if runtime == "torch":
        return network.in_torch().side
    if runtime not in network.runtimes:
        raise BadInput(
            f"{runtime} does not run this network; {', '.join(network.runtimes)} do",
            remedy="set SHOPLENS_RUNTIME=auto",
        )
    folder = export_folder(settings, network.name)
    try:
        side = _side(runtime, network, folder)
        if runtime != "onnx-int8":
            release = version(_PACKAGES[runtime])
            passed = folder / f"gate-{runtime}.json"
            if _read(passed).get("release") != release:
                inputs = network.pictures(gate_pictures())
                cosine = pass_gate(side, network.in_torch().side, inputs, f"{runtime} {release}")
                _write(passed, {"release": release, "cosine": cosine})
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be written: {error.strerror}",
            remedy="set SHOPLENS_CACHE to another folder, or SHOPLENS_RUNTIME=torch",
        ) from error
    return side


def _side(runtime: Runtime, network: PictureNetwork, folder: Path) -> Side:
    """A side that nobody compared with torch yet.

    Raises:
        BadInput: as `picture_side`.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if runtime == "torch-compiled":
        from models.checkpoint_network import TorchSide

        return TorchSide(network.in_torch().encoder, compiler="inductor")
    plain, small = folder / _PLAIN, folder / _INT8
    if not plain.is_file():
        encoder = network.in_torch().encoder
        export(encoder, network.pictures(gate_pictures()), folder, plain.name)
    if runtime == "onnx-int8" and not small.is_file():
        quantize(plain, small.name)
    if runtime in ("openvino", "openvino-bf16"):
        from models.openvino_side import OpenVinoSide

        return OpenVinoSide(plain, "bf16" if runtime == "openvino-bf16" else "f32")
    from models.onnxruntime_side import OnnxRuntimeSide

    if runtime == "onnx-int8":
        return OnnxRuntimeSide(small, alone=True)
    return OnnxRuntimeSide(plain)


def pass_gate(side: Side, torch_side: Side, inputs: Inputs, name: str) -> float:
    """The worst cosine of a runtime to torch, where it is good enough to share its fingerprint.

    Raises:
        BadInput: it is not.
    """
    cosine = least_cosine(side, torch_side, inputs)
    if not cosine >= LEAST_COSINE:
        raise BadInput(
            f"{name} gives other vectors than torch (cosine {cosine:.4f})",
            remedy="set SHOPLENS_RUNTIME=torch",
        )
    return cosine


def least_cosine(side: Side, other: Side, inputs: Inputs) -> float:
    """The worst agreement of two sides over some inputs: 1 where they are the same, NaN where
    their vectors cannot be compared."""
    one, two = side(inputs), other(inputs)
    return float((one * two).sum(axis=1).min()) if one.shape == two.shape else math.nan


def gate_pictures(count: int = _GATE_PICTURES) -> list[Photo]:
    """Smooth pictures of several shapes, always the same: what exports are compared on."""
    from PIL import Image

    photos = []
    for seed in range(count):
        coarse = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)
        size = (320 + 64 * (seed % 8), 400 - 32 * (seed % 8))
        pixels = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
        photos.append(Photo(pixels=pixels, sha256=f"gate-{seed}", source="gate"))
    return photos


def remember_runtime(settings: RuntimeSettings, name: str, runtime: Runtime) -> None:
    """Keep what `auto` takes from now on, for the network of this name on this machine.

    Raises:
        OSError: the cache cannot be written.
    """
    folder = export_folder(settings, name)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _CHOICE, {"runtime": runtime})


def remembered_runtime(settings: RuntimeSettings, name: str) -> Runtime | None:
    """What was kept, as long as its package is still installed; None otherwise."""
    kept = _read(export_folder(settings, name) / _CHOICE).get("runtime")
    return next((one for one in AUTOMATIC if one == kept and installed(one)), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _write(path: Path, values: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(values), encoding="utf-8")
    part.replace(path)

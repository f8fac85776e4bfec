"""`auto` chooses weights once, by the machine; the index remembers which."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from models.known_checkpoints import BASE, KNOWN, QUICK, KnownCheckpoint
from pipelines.build import Choice, choose_profile, index_spec, open_models, weights
from pipelines.settings import Settings
from pipelines.stores.edge import EdgeHome
from tests.fakes.entries import SPEC, many


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def no_accelerator() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has an accelerator")


def chosen(home: Path, **settings: object) -> Choice:
    return choose_profile(Settings(home=home, **settings))  # type: ignore[arg-type]


@pytest.mark.usefixtures("no_accelerator")
def test_without_an_accelerator_the_quick_weights_are_chosen_and_the_reason_told(
    home: Path,
) -> None:
    choice = chosen(home, models="siglip2")
    assert (choice.profile, choice.checkpoint) == ("siglip2", QUICK)
    assert "no accelerator" in choice.why
    assert BASE in choice.why


def test_weights_that_are_named_are_taken_whatever_the_machine_has(home: Path) -> None:
    choice = chosen(home, models="siglip2", siglip2="google/siglip2-base-patch16-naflex")
    assert choice == Choice("siglip2", "you asked for it", "google/siglip2-base-patch16-naflex")


def test_lite_names_no_weights_and_asks_for_no_index(home: Path) -> None:
    assert chosen(home, models="lite") == Choice("lite", "you asked for it", "")
    assert not home.exists()


@pytest.mark.usefixtures("no_accelerator")
def test_an_index_remembers_its_weights(home: Path) -> None:
    settings = Settings(home=home, models="siglip2")
    models = open_models(settings)
    assert models.checkpoint == QUICK
    large = "ViT-L-16-SigLIP2-256/webli"
    spec = replace(SPEC, profile="siglip2", checkpoint=large)
    EdgeHome(home / "index").build(spec, many(1))
    assert chosen(home) == Choice("siglip2", "the index was built with it", large)
    assert chosen(home, models="siglip2").checkpoint == large
    assert chosen(home, siglip2=BASE).checkpoint == BASE
    assert chosen(home, models="lite").checkpoint == ""


def test_an_index_that_does_not_say_was_built_with_the_default_of_its_time(home: Path) -> None:
    EdgeHome(home / "index").build(replace(SPEC, profile="siglip2"), many(1))
    assert chosen(home).checkpoint == BASE


def test_the_name_of_weights_makes_no_index_another(home: Path) -> None:
    assert replace(SPEC, checkpoint=QUICK) == SPEC
    assert replace(SPEC, image_fingerprint="other", checkpoint=QUICK) != SPEC


def test_the_weights_that_an_index_gets_are_recorded(home: Path) -> None:
    from models.whole_picture import WholePicture
    from pipelines.perceive import Models
    from tests.fakes.models import ColourEmbedder

    models = Models("siglip2", ColourEmbedder(), WholePicture(), None, checkpoint=QUICK)
    assert index_spec(models, Settings(home=home), None).checkpoint == QUICK


def test_doctors_list_of_lite_loads_no_framework(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pipelines.build import choose_profile, weights\n"
        "from pipelines.settings import Settings\n"
        "settings = Settings(models='lite', read_text=False)\n"
        "list(weights(settings, choose_profile(settings).checkpoint))\n"
        "assert not {'torch', 'open_clip', 'transformers'} & set(sys.modules)"
    )
    env = os.environ | {"SHOPLENS_HOME": str(tmp_path), "HF_HUB_CACHE": str(tmp_path / "hub")}
    subprocess.run([sys.executable, "-c", script], check=True, env=env)


def test_doctor_lists_the_files_of_the_chosen_weights(home: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "siglip"}')
    settings = Settings(home=home, models="siglip2", read_text=False)
    names = {
        file.name
        for file, profile in weights(settings, checkpoint=str(tmp_path))
        if profile == "siglip2"
    }
    assert names == {
        *("config.json", "preprocessor_config.json", "model.safetensors", "tokenizer.json")
    }
    assert "open_clip_config.json" not in names


@pytest.mark.real_models
@pytest.mark.parametrize("known", [known for known in KNOWN if "/webli" in known.name])
def test_sizes_that_are_told_are_those_of_the_architecture(known: KnownCheckpoint) -> None:
    import open_clip
    import torch
    from open_clip.model import CustomTextCLIP
    from torch.utils.flop_counter import FlopCounterMode

    config = open_clip.get_model_config(known.name.removesuffix("/webli"))
    side = config["vision_cfg"]["image_size"]
    arguments = {name: value for name, value in config.items() if name != "custom_text"}
    with torch.device("meta"):
        model = CustomTextCLIP(**arguments).eval().requires_grad_(False)
        picture = torch.empty(1, 3, side, side)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.encode_image(picture)
    millions = sum(parameter.numel() for parameter in model.parameters()) / 1e6
    assert known.parameters == pytest.approx(millions, abs=0.06)
    assert known.work == pytest.approx(counter.get_total_flops() / 1e9, abs=0.06)

"""How an index keeps vectors is chosen once and goes on by itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.cli.options import settings_from
from models.errors import BadQuery
from models.whole_picture import WholePicture
from pipelines.build import index_spec, open_models
from pipelines.catalog_types import IndexInfo
from pipelines.perceive import Models
from pipelines.settings import Settings
from tests.fakes.models import ColourEmbedder

MODELS = Models("lite", ColourEmbedder(), WholePicture(), None)


def test_a_new_index_gets_what_was_asked_for_and_defaults_for_the_rest() -> None:
    plain = index_spec(MODELS, Settings(), None)
    assert (plain.precision, plain.rescore, plain.hnsw_m) == ("float32", True, 16)
    asked = index_spec(MODELS, Settings(precision="int8", hnsw_ef=200, rescore=False), None)
    assert asked == replace(plain, precision="int8", hnsw_ef_construct=200, rescore=False)


def test_an_index_keeps_its_own_until_another_is_asked_for() -> None:
    first = index_spec(MODELS, Settings(precision="turbo8", hnsw_m=32), None)
    before = IndexInfo(1, first, 10, 10)
    assert index_spec(MODELS, Settings(), before) == first
    changed = index_spec(MODELS, Settings(precision="float32"), before)
    assert changed == replace(first, precision="float32")


def test_another_model_keeps_the_kind_of_index() -> None:
    first = index_spec(MODELS, Settings(precision="int8"), None)
    other = replace(MODELS, embedder=ColourEmbedder(image_fingerprint="other"))
    spec = index_spec(other, Settings(), IndexInfo(1, first, 10, 10))
    assert (spec.image_fingerprint, spec.precision) == ("other", "int8")


def test_an_index_of_an_older_form_is_built_anew() -> None:
    now = index_spec(MODELS, Settings(), None)
    older = replace(now, form=now.form - 1)
    spec = index_spec(MODELS, Settings(), IndexInfo(1, older, 10, 10))
    assert spec == now != older


@pytest.mark.parametrize("given", [{"precision": "int4"}, {"hnsw_m": 1}, {"hnsw_ef": 0}])
def test_what_no_engine_takes_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(BadQuery, match=next(iter(given))):
        settings_from(**given)


def test_lite_looks_for_keypoints_and_an_index_remembers_with_what(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, models="lite", detector="none", read_text=False)
    models = open_models(settings)
    assert models.keypoints is not None
    assert index_spec(models, settings, None).keypoints == models.keypoints.fingerprint != ""
    without = replace(models, keypoints=None)
    assert index_spec(without, settings, None).keypoints == ""

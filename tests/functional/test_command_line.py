"""`shoplens` as a person runs it: a process, its output and its exit status."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from onnx_bytes import detector_that_sees
from PIL import Image, ImageDraw

from indexer.cli.main import app
from pipelines.stores.protocol import normal_code
from tests.fakes import command_line
from tests.fakes.command_line import Ran, fresh_shoplens
from tests.fakes.pictures import bomb

WHOLE = {"box": [0, 0, 320, 320], "score": 1.0, "kind": "whole", "label": ""}
HEAVY = ("torch", "streamlit", "easyocr", "ultralytics", "numpy", "PIL", "qdrant_edge", "pydantic")


def shoplens(
    *arguments: object, stdin: bytes = b"", run: Callable[..., Ran] = command_line.shoplens
) -> Ran:
    """Without a detector, unless the arguments name one: plain shapes are no test of it."""
    return run(*arguments, stdin=stdin, env=os.environ | {"SHOPLENS_DETECTOR": "none"})


def draw(path: Path, colour: str, shape: str, label: str = "") -> Path:
    """A plain product on a light ground, with a printed label where one is given."""
    image = Image.new("RGB", (320, 320), "#f2f1ee")
    pen = ImageDraw.Draw(image)
    getattr(pen, shape)((70, 50, 250, 230), fill=colour)
    if label:
        pen.text((60, 250), label, fill="black", font_size=44)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small catalog, indexed with the `lite` models."""
    folder = tmp_path_factory.mktemp("shop")
    rows = ["id,title,price,availability,mpn,image_link"]
    for number, (colour, shape) in enumerate(
        [("red", "ellipse"), ("blue", "rectangle"), ("green", "ellipse"), ("orange", "rectangle")]
    ):
        draw(folder / "pictures" / f"{colour}.png", colour, shape)
        stock = "out_of_stock" if colour == "green" else "in_stock"
        rows.append(
            f"p{number},{colour.title()} {shape},{number + 1}0.50 EUR,{stock},"
            f"RX{number}0-TGK,pictures/{colour}.png"
        )
    (folder / "feed.csv").write_text("\n".join(rows))
    command = ("index", folder / "feed.csv", "--home", folder / "home", "--models", "lite")
    ran = shoplens(*command, "--json", run=fresh_shoplens)
    assert ran.status == 0, ran.err
    assert ran.json["products"] == 4
    return folder


@pytest.fixture(scope="module")
def search(shop: Path) -> Callable[..., Ran]:
    def run(*arguments: object, **options: Any) -> Ran:
        return shoplens("search", *arguments, "--home", shop / "home", "--json", **options)

    return run


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom indexer.cli.main import app\nfrom typer.testing import CliRunner\n"
        "result = CliRunner().invoke(app, ['--help'])\nassert result.exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_every_command_is_in_the_help_and_in_the_docs(repository: Path) -> None:
    text = shoplens("--help").out
    docs = (repository / "docs" / "cli.md").read_text()
    commands = re.findall(r"shoplens ([\w-]+)", docs)
    for command in app.registered_commands:
        assert command.name in text
        assert command.name in commands
    assert {"index", "errors", "remove", "prune", "verify"} <= set(commands)


@pytest.mark.real_models
def test_a_picture_finds_its_product_first(shop: Path, search: Callable[..., Ran]) -> None:
    plain = (shop / "pictures" / "blue.png", "--top", "3", "--no-read-text")
    ran = search(*plain, run=fresh_shoplens)
    answer = ran.json
    assert ran.status == 0
    assert answer["results"][0]["id"] == "p1"
    assert len(answer["results"]) == 3
    assert answer["regions"] == [WHOLE]
    best = answer["results"][0]
    assert best["title"] == "Blue rectangle"
    assert sum(best["parts"].values()) == pytest.approx(best["score"], abs=1e-5)
    assert {"decode", "embed", "retrieve", "rank", "total"} <= set(answer["timings_ms"])
    assert "p1" not in ran.err


@pytest.mark.real_models
def test_a_printed_article_number_beats_looks(shop: Path, search: Callable[..., Ran]) -> None:
    tagged = draw(shop / "tagged.png", "blue", "rectangle", "RX20-TGK")
    answer = search(tagged).json
    assert answer["text"], "nothing was read"
    assert [normal_code(code) for code in answer["codes"]] == [normal_code("RX20-TGK")]
    assert answer["results"][0]["id"] == "p2"
    assert answer["verdict"] == "exact"


@pytest.mark.real_models
def test_box_text_and_filters_narrow_the_search(shop: Path, search: Callable[..., Ran]) -> None:
    both = Image.new("RGB", (640, 320), "#f2f1ee")
    both.paste(Image.open(shop / "pictures" / "red.png"), (0, 0))
    both.paste(Image.open(shop / "pictures" / "orange.png"), (320, 0))
    both.save(shop / "both.png")
    plain = ("--no-read-text", "--top", "1")
    right = search(shop / "both.png", "--box", "320,0,640,320", *plain).json
    assert right["results"][0]["id"] == "p3"
    assert right["regions"][0]["kind"] == "crop"
    stocked = search(shop / "pictures" / "green.png", "--in-stock", "--no-read-text").json
    assert "p2" not in [r["id"] for r in stocked["results"]]
    cheap = search(shop / "pictures" / "blue.png", "--price-max", "11", "--no-read-text").json
    assert [r["id"] for r in cheap["results"]] == ["p0"]


@pytest.mark.real_models
def test_a_picture_may_come_from_stdin(shop: Path, search: Callable[..., Ran]) -> None:
    data = (shop / "pictures" / "red.png").read_bytes()
    answer = search("-", "--no-read-text", stdin=data).json
    assert answer["results"][0]["id"] == "p0"


@pytest.mark.real_models
def test_evaluate_measures_the_search(shop: Path) -> None:
    queries = shop / "queries.csv"
    queries.write_text(
        "image,relevant_id\n"
        + "".join(f"pictures/{c}.png,p{n}\n" for n, c in enumerate(["red", "blue", "green"]))
    )
    ran = shoplens("evaluate", queries, "--home", shop / "home", "--json")
    assert ran.status == 0, ran.err
    recall = ran.json["metrics"]["recall@1"]
    assert recall["value"] == 1.0
    assert recall["low"] <= recall["value"] <= recall["high"]
    assert ran.json["latency_ms"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"no picture at all", "not a picture"),
        (bomb(), "too large"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
    ],
    ids=["0 bytes", "text", "bomb", "broken"],
)
def test_a_bad_picture_is_one_line_and_a_remedy(
    search: Callable[..., Ran], tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "bad.jpg"
    path.write_bytes(content)
    ran = search(path)
    assert ran.status == 3
    assert ran.out == ""
    error, remedy = ran.err.strip().splitlines()
    assert error.startswith("Error: ")
    assert says in error
    assert remedy.startswith("Remedy: ")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("search", "missing.jpg"), 3, "missing.jpg"),
        (("search", "http://127.0.0.1:9/x.jpg"), 3, "127.0.0.1"),
        (("search", "{picture}", "--box", "5,5,1"), 3, "not a box"),
        (("search", "{picture}", "--box", "0,0,9999,10"), 3, "leaves the 320×320 picture"),
        (("search", "{picture}", "--home", "{empty}"), 5, "no index yet"),
        (("search", "{picture}", "--models", "siglip2"), 5, "built with lite"),
        (("search", "{picture}", "--models", "best"), 3, "models"),
        (("search", "{picture}", "--tag", "price:low"), 3, "fields: type, colour"),
        (("index", "{empty}/none.csv", "--models", "lite"), 3, "none.csv"),
        (("detect", "{picture}", "--detector", "{empty}/none.pt"), 4, "none.pt"),
        (("detect", "{picture}", "--detector-classes", "mug"), 3, "YOLO-World"),
        (("status", "--home", "{empty}"), 5, "indexed"),
    ],
)
def test_errors_have_a_remedy_and_a_stable_status(
    shop: Path, tmp_path: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    places = {"picture": shop / "pictures" / "red.png", "empty": tmp_path}
    filled = [argument.format(**places) for argument in arguments]
    if "--home" not in filled and filled[0] != "detect":
        filled += ["--home", str(shop / "home" if filled[0] == "search" else tmp_path)]
    ran = shoplens(*filled)
    assert ran.status == status, ran.err
    assert says in ran.err
    assert "Remedy: " in ran.err
    assert "Traceback" not in ran.err


def test_tags_narrow_a_search_and_facets_count_the_shop(
    shop: Path, search: Callable[..., Ran]
) -> None:
    picture = (shop / "pictures" / "red.png", "--no-read-text")
    whole = search(*picture, "--facets")
    colours = whole.json["facets"]["tags"]["colour"]
    assert colours["red"] >= 1
    prices = whole.json["facets"]["price"]
    assert prices[0]["low"] is None
    assert sum(band["count"] for band in prices) == len(whole.json["results"])
    assert "facets" not in search(*picture).json
    narrowed = search(*picture, "--tag", "colour:red").json
    assert 0 < len(narrowed["results"]) == colours["red"] < len(whole.json["results"])
    without = search(*picture, "--without-tag", "colour:red").json
    assert not {r["id"] for r in without["results"]} & {r["id"] for r in narrowed["results"]}
    for chip in whole.json["chips"]:
        assert 0 < chip["count"] < len(whole.json["results"])
        assert len(chip["condition"]) == 1


def test_detect_prints_a_json_line_for_each_picture(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"")
    ran = shoplens("detect", shop / "pictures", tmp_path / "bad.jpg", "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.status == 1
    assert len(rows) == 5
    assert rows[0]["regions"] == [WHOLE]
    assert [row["image"] for row in rows if "error" in row] == [str(tmp_path / "bad.jpg")]
    assert "no product detector" in ran.err


@pytest.mark.real_models
def test_what_named_weights_call_a_thing_is_told(shop: Path, tmp_path: Path) -> None:
    weights = tmp_path / "mugs.onnx"
    told = {"imgsz": "[64, 64]", "names": "{0: 'mug'}", "task": "detect"}
    weights.write_bytes(detector_that_sees((1, 1, 1), [(32, 32, 32, 16, 0.25)], metadata=told))
    picture = shop / "pictures" / "red.png"
    ran = shoplens("detect", picture, "--detector", weights)
    assert ran.out.split("\t")[1:3] == ["product", "[80, 120, 240, 200]"]
    assert ran.out.endswith("\tmug\n")
    assert ran.err == ""
    home = shop / "home"
    known = ("--detector", weights, "--home", home, "--json", "--no-read-text")
    ran = shoplens("search", picture, *known)
    assert [region["label"] for region in ran.json["regions"]] == ["mug", ""]
    assert [region["kind"] for region in ran.json["regions"]] == ["product", "whole"]


def test_doctor_names_every_no_with_a_remedy(shop: Path, tmp_path: Path) -> None:
    healthy = shoplens("doctor", "--home", shop / "home", "--json")
    assert healthy.status == 0
    assert healthy.json["ok"] is True
    sick = shoplens("doctor", "--home", tmp_path, "--models", "lite", "--json")
    assert sick.status == 1
    bad = [check for check in sick.json["checks"] if check["ok"] is False]
    assert [check["area"] for check in bad] == ["index"]
    assert all(check["remedy"] for check in bad)


def test_status_tells_what_the_home_holds(shop: Path) -> None:
    status = shoplens("status", "--home", shop / "home", "--json").json
    assert status["products"] == 4
    assert status["images"] == 4
    assert status["errors"] == 0
    assert status["generation"] == 1
    assert status["models"]["profile"] == "lite"

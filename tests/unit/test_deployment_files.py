"""What the compose file, the image and the CI workflow promise, read as data."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.settings import Settings

KEY = re.compile(r"\$\{QDRANT_(READ_ONLY_)?API_KEY:\?[^}]+\}")


@pytest.fixture
def compose(repository: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((repository / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture
def workflow(repository: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((repository / ".github/workflows/ci.yml").read_text())
    return loaded


def test_the_server_is_pinned_checked_and_keeps_its_data(compose: dict[str, Any]) -> None:
    qdrant = compose["services"]["qdrant"]
    assert re.fullmatch(r"qdrant/qdrant:v\d+\.\d+\.\d+", qdrant["image"])
    command, shell, flag, script = qdrant["healthcheck"]["test"]
    assert (command, shell, flag) == ("CMD", "bash", "-c")
    assert "/readyz" in script
    assert "curl" not in script
    assert qdrant["volumes"] == ["qdrant:/qdrant/storage"]
    assert "ports" not in qdrant


def test_keys_come_from_the_environment_and_are_asked_for(compose: dict[str, Any]) -> None:
    services = compose["services"]
    keys = {
        (name, variable): value
        for name, service in services.items()
        for variable, value in service["environment"].items()
        if variable.endswith("API_KEY")
    }
    assert set(keys) == {
        ("qdrant", "QDRANT__SERVICE__API_KEY"),
        ("qdrant", "QDRANT__SERVICE__READ_ONLY_API_KEY"),
        ("app", "SHOPLENS_QDRANT_API_KEY"),
        ("api", "SHOPLENS_QDRANT_API_KEY"),
        ("api", "SHOPLENS_API_KEY"),
        ("index", "SHOPLENS_QDRANT_API_KEY"),
        ("tags", "SHOPLENS_QDRANT_API_KEY"),
    }
    # Asked for by the API itself: who does not start it needs none.
    assert keys.pop(("api", "SHOPLENS_API_KEY")) == "${SHOPLENS_API_KEY:-}"
    assert all(KEY.fullmatch(value) for value in keys.values())
    assert "READ_ONLY" in keys["app", "SHOPLENS_QDRANT_API_KEY"]
    assert "READ_ONLY" in keys["api", "SHOPLENS_QDRANT_API_KEY"]
    assert "READ_ONLY" not in keys["index", "SHOPLENS_QDRANT_API_KEY"]


def test_the_page_waits_for_the_server_and_stays_on_this_machine(compose: dict[str, Any]) -> None:
    app = compose["services"]["app"]
    assert app["depends_on"]["qdrant"]["condition"] == "service_healthy"
    assert app["environment"]["SHOPLENS_QDRANT_URL"] == "http://qdrant:6333"
    assert all(port.startswith("127.0.0.1:") for port in app["ports"])
    assert "home:/data" in app["volumes"]
    assert not any(service.get("privileged") for service in compose["services"].values())


def test_the_api_is_there_only_when_asked_for_and_stays_on_this_machine(
    compose: dict[str, Any],
) -> None:
    api = compose["services"]["api"]
    assert api["profiles"] == ["api"]
    assert api["entrypoint"] == ["shoplens", "api"]
    assert api["ports"] == ["127.0.0.1:8600:8600"]
    assert "/healthz" in api["healthcheck"]["test"][-1]


def test_a_language_model_is_there_only_when_asked_for_and_only_for_tags(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    llm, tags = services["llm"], services["tags"]
    assert llm["profiles"] == tags["profiles"] == ["llm"]
    assert re.fullmatch(r"ollama/ollama:\d+\.\d+\.\d+", llm["image"])
    assert "ports" not in llm
    assert llm["volumes"] == ["llm:/root/.ollama"]
    assert set(compose["volumes"]) >= {"llm"}
    assert tags["entrypoint"] == ["shoplens", "tags"]
    assert tags["environment"]["SHOPLENS_TAGGER"] == "http://llm:11434/v1"
    assert tags["depends_on"]["llm"]["condition"] == "service_healthy"
    others = [service for name, service in services.items() if name != "tags"]
    assert not any("llm" in service.get("depends_on", {}) for service in others)
    settings = {
        name.removeprefix("SHOPLENS_").lower()
        for service in services.values()
        for name in service["environment"]
        if name.startswith("SHOPLENS_")
    }
    assert settings <= set(Settings.model_fields)


def test_the_image_runs_as_a_person_and_tells_its_health(repository: Path) -> None:
    lines = (repository / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["shoplens"]
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert any("/_stcore/health" in line for line in lines)
    assert lines[-1] == 'CMD ["shoplens", "serve", "--host", "0.0.0.0"]'
    copied = {word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]}
    assert all((repository / path).exists() for path in copied)
    admitted = (repository / ".dockerignore").read_text().splitlines()
    assert {f"!{path}" for path in copied} <= set(admitted)
    assert "**/.env*" in admitted


def test_ci_runs_the_ordinary_command_with_a_real_server(
    workflow: dict[str, Any], compose: dict[str, Any]
) -> None:
    job = workflow["jobs"]["test"]
    assert workflow["permissions"] == {"contents": "read"}
    assert job["timeout-minutes"] == 60
    service = job["services"]["qdrant"]
    assert service["image"] == compose["services"]["qdrant"]["image"]
    assert "--health-cmd" in service["options"]
    assert job["env"]["SHOPLENS_TEST_QDRANT_URL"] == "http://127.0.0.1:6333"
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert any(command.startswith("make test") for command in commands)
    assert "secrets." not in str(workflow)

"""The page's server starts closed: local, checked for its origin, silent about its insides."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

from app.launch import SCRIPT, command


@pytest.fixture
def settings(repository: Path) -> dict[str, Any]:
    text = (repository / "app" / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def test_the_server_is_local_and_checks_who_asks(settings: dict[str, Any]) -> None:
    server = settings["server"]
    assert server["address"] == "localhost"
    assert server["enableCORS"] is True
    assert server["enableXsrfProtection"] is True
    assert server["enableStaticServing"] is False
    assert server["maxUploadSize"] == 10


def test_nobody_sees_a_trace_and_nobody_is_counted(settings: dict[str, Any]) -> None:
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["showErrorLinks"] is False
    assert settings["browser"]["gatherUsageStats"] is False


def test_every_option_is_one_that_streamlit_knows(settings: dict[str, Any]) -> None:
    known = set(config._config_options_template)
    for section, options in settings.items():
        for name, value in options.items():
            names = [f"{name}.{inner}" for inner in value] if isinstance(value, dict) else [name]
            assert {f"{section}.{each}" for each in names} <= known


def test_the_configuration_lies_beside_the_script_where_streamlit_looks() -> None:
    assert SCRIPT.is_file()
    assert (SCRIPT.parent / ".streamlit" / "config.toml").is_file()


def test_host_and_port_are_passed_on() -> None:
    line = command("0.0.0.0", 9000)  # noqa: S104 - what a person may ask for
    assert "--server.address=0.0.0.0" in line
    assert "--server.port=9000" in line
    assert "--server.headless=true" in line


def test_no_name_in_the_page_hides_a_module_of_python(repository: Path) -> None:
    """Streamlit puts app/ first on sys.path: app/code.py would be `import code` for everybody."""
    import sys

    names = {path.stem for path in (repository / "app").iterdir() if path.suffix in ("", ".py")}
    assert not names & (set(sys.stdlib_module_names) | {"app", "models", "pipelines", "indexer"})

"""`shoplens serve` on a machine that never ran it: it asks nothing, answers, and ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_first_start_asks_nothing_opens_the_browser_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    environment = os.environ | {
        # No ~/.streamlit here: the very first start, where Streamlit would ask for an address.
        "HOME": str(tmp_path),
        "BROWSER": f"{browser} %s",
    }
    line = [sys.executable, "-m", "indexer.cli.main", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*line, "--home", str(tmp_path / "home"), "--open-browser"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as server:
        deadline = time.monotonic() + 90
        while not opened.exists() and time.monotonic() < deadline:
            assert server.poll() is None, server.stdout and server.stdout.read()
            time.sleep(0.2)
        assert opened.read_text().strip() == f"http://localhost:{port}"
        address = f"http://127.0.0.1:{port}/_stcore/health"
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200
        os.killpg(server.pid, signal.SIGINT)  # what Ctrl-C in a terminal does
        output = server.communicate(timeout=30)[0].decode()
    assert server.returncode == 0
    assert "Email" not in output
    assert "Traceback" not in output


def test_sigterm_to_the_command_ends_the_server_too_in_a_folder_with_an_app_of_its_own(
    tmp_path: Path,
) -> None:
    port = free_port()
    # Run where a person's own project has an `app`, and `models`: not ours.
    for name in ("app", "models"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('not ours')")
    line = [sys.executable, "-P", "-m", "indexer.cli.main", "serve", "--port", str(port)]
    paths = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]))
    with subprocess.Popen(
        [*line, "--home", str(tmp_path / "home")],
        cwd=tmp_path,
        env=os.environ | {"HOME": str(tmp_path), "PYTHONPATH": paths},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as server:
        address = f"http://127.0.0.1:{port}/_stcore/health"
        answered = False
        deadline = time.monotonic() + 90
        while not answered and time.monotonic() < deadline:
            assert server.poll() is None, server.stdout and server.stdout.read()
            answered = answers(address)
            time.sleep(0.2)
        assert answered
        server.terminate()  # to this process alone, as a service manager does
        output = server.communicate(timeout=30)[0].decode()  # both hold this pipe
    assert server.returncode == 0
    assert "Traceback" not in output
    assert not answers(address)


_STAND_IN = """
import signal, sys, time
from indexer.cli.server_process import run_server
server = "import time; print('up', flush=True); time.sleep(60)"
sys.exit(run_server([sys.executable, "-c", server], {}))
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_command_alone_ends_the_server(ending: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _STAND_IN], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as command:
        assert command.stdout
        assert command.stdout.readline() == b"up\n"
        command.send_signal(ending)
        command.stdout.read()  # the server holds this pipe too
    assert command.returncode == 0


def test_under_nohup_the_server_outlives_its_terminal() -> None:
    nohup = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    with subprocess.Popen(
        [sys.executable, "-c", nohup + _STAND_IN], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as command:
        assert command.stdout
        assert command.stdout.readline() == b"up\n"
        command.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            command.wait(timeout=0.5)
        command.terminate()


def test_a_server_ends_with_a_command_that_was_killed(tmp_path: Path) -> None:
    port = free_port()
    line = [sys.executable, "-m", "indexer.cli.main", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*line, "--home", str(tmp_path / "home")],
        env=os.environ | {"HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as server:
        address = f"http://127.0.0.1:{port}/_stcore/health"
        deadline = time.monotonic() + 90
        while not answers(address) and time.monotonic() < deadline:
            assert server.poll() is None, server.stdout and server.stdout.read()
            time.sleep(0.2)
        assert answers(address)
        server.kill()
        server.communicate(timeout=30)  # both hold this pipe
    assert not answers(address)


def test_a_port_that_is_taken_is_told_with_a_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = [sys.executable, "-m", "indexer.cli.main", "serve", "--home", str(tmp_path)]
        ran = subprocess.run([*line, "--port", port], capture_output=True, timeout=60, check=False)
    error, remedy = ran.stderr.decode().splitlines()
    assert ran.returncode == 3
    assert error.startswith("Error: ")
    assert port in error
    assert "--port" in remedy


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True

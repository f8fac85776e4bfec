"""`shoplens` as a person runs it: a process, its output and its exit status."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indexer.cli.main import main
from tests.fakes.warm_process import WarmProcess


@dataclass(frozen=True)
class Ran:
    status: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def shoplens(*arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """In a process that has imported what commands need."""
    process = WarmProcess(main, *arguments, env=env)
    try:
        out, err = process.communicate(stdin)
    finally:
        process.close()
    return Ran(process.returncode, out, err)


def fresh_shoplens(
    *arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> Ran:
    """In a process that imports what it needs, seconds later."""
    done = subprocess.run(
        [sys.executable, "-m", "indexer.cli.main", *map(str, arguments)],
        env=os.environ if env is None else env,
        input=stdin,
        capture_output=True,
        timeout=150,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

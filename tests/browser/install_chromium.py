"""Bring a Chromium for the browser tests, where there is none: `make test` runs this first.

Debian's package where we may install one (its command is on the PATH then), else Playwright's own
build in the user's cache.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome")


def installed() -> str | None:
    """The path of a Chromium on this machine."""
    for command in COMMANDS:
        if path := shutil.which(command):
            return path
    return _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def main() -> int:
    if installed():
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        for step in (["update"], ["install", "-y", "chromium"]):
            subprocess.run(["apt-get", "-qq", *step], check=False, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if installed():
        return 0
    sys.stderr.write("No Chromium for the browser tests. Remedy: install the package `chromium`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Finds Chromium, or installs it; run as a program (`python -m tests.chromium`), it does just that."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

DEBIAN_PACKAGES = ("chromium", "fonts-dejavu-core")
"""The browser, and letters for every language of the site."""


class BrowserMissingError(Exception):
    """There is no Chromium and none could be installed; the message says what to do."""


def find() -> Path | None:
    """The Chromium of this machine: `CHROMIUM` if it is set, one on the path, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise BrowserMissingError(f"CHROMIUM is {named!r}, which is no program; name Chromium's own.")
        return Path(named)
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(on_path) if on_path else _playwrights_own()


def ensure() -> Path:
    """The Chromium of this machine, installed first where there is none.

    Raises:
        BrowserMissingError: when it cannot be installed.
    """
    found = find()
    if found is None:
        print("Installing Chromium for the browser tests …", flush=True)  # noqa: T201 - it takes a minute
        attempt = _install_on_debian if _is_debian() and os.geteuid() == 0 else _install_playwrights_own
        said = attempt()
        found = find()
        if found is None:
            raise BrowserMissingError(
                "The browser tests need Chromium, and it could not be installed. Install it "
                f"(on Debian: apt-get install chromium), or set CHROMIUM to its program.\n{said}"
            )
    return found


def _playwrights_own() -> Path | None:
    # In a process of its own, because one process can run Playwright only once at a time.
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    path = Path(run.stdout.strip())
    return path if path.is_file() else None


def _is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.is_file() and "ID=debian" in release.read_text().splitlines()


def _install_on_debian() -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return _run(["apt-get", "update"], environment) + _run(
        ["apt-get", "install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES], environment
    )


def _install_playwrights_own() -> str:
    return _run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _run(command: list[str], environment: dict[str, str]) -> str:
    """Run a command; the end of what it said if it failed, else nothing."""
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else f"{' '.join(command)}: {(run.stdout + run.stderr)[-1000:]}\n"


if __name__ == "__main__":
    try:
        ensure()
    except BrowserMissingError as problem:
        sys.exit(str(problem))

"""Fixtures of a real browser: Chromium, a live site for it to visit, and pages that watch what they load.

A plugin: `pytest_plugins = ["tests.browser"]`. The judges of a page that is open are in `page_judges`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.chromium import ensure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

    OpenPage = Callable[..., Page]

ROOT = Path(__file__).parent.parent

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LOCALES = {"en": "en-CA", "fr": "fr-CA", "ar": "ar"}

PATIENCE = 30.0
"""Seconds in which the server must answer."""


@dataclass(frozen=True)
class LiveSite:
    """A site served on this machine: its address, and the folder of what it writes."""

    address: str
    instance: Path


@dataclass
class Watch:
    """What went wrong in the pages of one test: refused or foreign loads, errors in scripts."""

    host: str
    troubles: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        """Watch every page of a context."""
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.netloc != self.host:
            self.troubles.append(f"loaded from another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # A page answered with an error status is told here too; the tests judge that by the status.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once; a machine without one fails with a sentence."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - tests without a browser start sooner

    program = ensure()
    with sync_playwright() as playwright:
        # Playwright's own switches choose headless mode too; `headless=False` leaves that to ARGUMENTS.
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, headless=False)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_site(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The site with its starter content and demonstration, served by its own command."""
    instance = tmp_path_factory.mktemp("live") / "instance"
    shutil.copytree(demo_folder, instance)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    address = f"http://localhost:{port}"
    log = instance.parent / "serve.log"
    own = {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_BASE_URL": address,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")} | own
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(f"{address}/en/", server, log)
            yield LiveSite(address, instance)
        finally:
            _end(server)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - the address is our own
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"The site does not answer at {address}:\n{log.read_text()[-2000:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server and its workers, which form a process group of their own."""
    with suppress(ProcessLookupError):  # it may have ended by itself, and `_wait` then says why
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture
def open_page(chromium: Browser, live_site: LiveSite) -> Iterator[OpenPage]:
    """Opens pages of the live site, each in a browser profile of its own.

    `open_page("/ar/", lang="ar", width=320, javascript=False, dark=True)` gives a Playwright page. At its
    end the test fails if a page loaded anything from elsewhere, broke its policy or had an error in a script.
    """
    watch = Watch(urlsplit(live_site.address).netloc)
    contexts: list[BrowserContext] = []

    def open_page(
        path: str, *, lang: str = "en", width: int = 1280, javascript: bool = True, dark: bool = False
    ) -> Page:
        context = chromium.new_context(
            base_url=live_site.address,
            locale=LOCALES[lang],
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        watch.on(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.troubles == []

"""Takes the README's pictures of the portal: `python -m tests.pictures` writes them to `docs/pictures`.

It serves a demonstration of its own from a temporary folder and leaves nothing behind but the pictures.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, LOCALES, ROOT, _end, _wait
from tests.chromium import ensure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "docs" / "pictures"
LANGUAGES = ("en", "ar")
MOST_BYTES = 300_000
DEMONSTRATION = "420"

DESKTOP = (1280, 800)
PHONE = (390, 844)
"""Width and height in CSS pixels."""

PICTURES = {
    "home": (DESKTOP, ""),
    "survey": (PHONE, "surveys/digital-messaging/"),
    "findings": (DESKTOP, "findings/digital-messaging/#theme-use"),
    "question": (DESKTOP, "findings/digital-messaging/platforms/"),
}
"""Name -> size and page; the survey's picture is of the first page of questions."""


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a site with the demonstration, served as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.close()
        address = f"http://localhost:{port}"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")} | {
            "PORTAL_INSTANCE": str(Path(folder) / "instance"),
            "PORTAL_BASE_URL": address,
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        flask = [sys.executable, "-m", "flask", "--app", "app"]
        subprocess.run([*flask, "init", "--demo", DEMONSTRATION], cwd=ROOT, env=environment, check=True)
        log = Path(folder) / "serve.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*flask, "serve"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait(f"{address}/en/", server, log)
            yield address
        finally:
            _end(server)


def taken(browser: Browser, address: str, name: str, language: str) -> bytes:
    """One picture, as a PNG of 256 colours at most, which is enough for flat ones."""
    (width, height), path = PICTURES[name]
    phone = (width, height) == PHONE
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[language],
        viewport={"width": width, "height": height},
        device_scale_factor=2 if phone else 1.5,
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"/{language}/{path}")
    if name == "survey":
        begin(page)
    picture = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    written = io.BytesIO()
    picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        written, "PNG", optimize=True
    )
    return written.getvalue()


def begin(page: Page) -> None:
    """Start the survey and choose a first answer."""
    page.locator("main form[method=post] button").click()
    page.wait_for_url("**/r/*/*/")
    page.locator("main input[value=ON]").check()
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=ensure(), args=[*ARGUMENTS, "--hide-scrollbars"], headless=False
        )
        for name in PICTURES:
            for language in LANGUAGES:
                picture = taken(browser, address, name, language)
                if len(picture) > MOST_BYTES:
                    sys.exit(
                        f"The picture {name}-{language} has {len(picture)} bytes, more than {MOST_BYTES}."
                    )
                (FOLDER / f"{name}-{language}.png").write_bytes(picture)
        browser.close()


if __name__ == "__main__":
    main()

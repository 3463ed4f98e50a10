"""Passkeys: made and used in a real browser with an authenticator; and the portal without the extra."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import LiveSite, OpenPage

ROOT = Path(__file__).parent.parent.parent

PASSWORD = "a long walk to the river"  # noqa: S105 - nobody real has it


def invited(site: LiveSite, email: str) -> str:
    """The link of a new invitation to the live site."""
    run = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "user", "invite", email, "--role", "editor"],
        cwd=ROOT,
        env={**os.environ, "PORTAL_INSTANCE": str(site.instance), "PORTAL_BASE_URL": site.address},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.split()[-1]


def authenticator(page: Page) -> None:
    """Give a page's browser an authenticator that always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_signs_in_and_verifies(live_site: LiveSite, open_page: OpenPage) -> None:
    page = open_page(invited(live_site, "passkey@example.org").removeprefix(live_site.address))
    authenticator(page)
    page.fill("#name", "Ada")
    page.fill("#password", PASSWORD)
    page.fill("#password_confirm", PASSWORD)
    page.click("main button")
    page.goto(live_site.address + "/staff/account/passkeys")
    page.fill("#name", "My phone")
    page.click("main .actions button")
    page.wait_for_url(live_site.address + "/staff/account/")
    assert page.locator("dd", has_text="My phone").count() == 1

    page.locator("main form[action$='sign-out'] button").click()
    page.wait_for_url(live_site.address + "/staff/account/sign-in")
    page.click("text=Sign in with a passkey")
    page.click("main button")
    page.wait_for_url(live_site.address + "/staff/")

    page.goto(live_site.address + "/staff/account/verify?next=/staff/account/passkeys")
    page.click("text=Use a passkey instead")
    page.click("main button")
    page.wait_for_url(live_site.address + "/staff/account/passkeys")

    page.locator("main li form button").click()
    page.wait_for_selector("main .notice")
    assert page.locator("main li").count() == 0


@pytest.mark.parametrize("there", [True, False])
def test_the_portal_starts_with_and_without_passkeys(tmp_path: Path, *, there: bool) -> None:
    code = (
        "import sys; there = sys.argv[2] == 'True'; there or sys.modules.__setitem__('webauthn', None);"
        "from portal import create_app; app = create_app({'PORTAL_INSTANCE': sys.argv[1]});"
        "from portal import database; context = app.app_context(); context.push(); database.migrate();"
        "page = app.test_client().get('/staff/account/sign-in');"
        "print(page.status_code, 'passkey' in page.text, 'security.wan_signin' in app.view_functions)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(there)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.stderr) == (f"200 {there} {there}\n", "")

"""The security floor: headers on every answer, hosts, cookies, third parties, settings that are refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal import create_app
from portal.config import SettingsError
from portal.config import read as read_settings
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import NON_USER, SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
FLOOR = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

EVERY_KIND = {
    "page": ("GET", "/en/", 200),
    "kept page": ("GET", "/en/", 200),
    "static file": ("GET", "/static/style.css", 200),
    "script": ("GET", "/static/survey.js", 200),
    "document": ("GET", "/fr/findings/known-so-far/", 200),
    "redirect to the language": ("GET", "/", 302),
    "redirect to the slash": ("GET", "/en/toolkit", 308),
    "missing page": ("GET", "/en/nothing/", 404),
    "missing static file": ("GET", "/static/nothing.css", 404),
    "wrong method": ("POST", "/en/toolkit/", 405),
    "started response": ("POST", f"/en/surveys/{SURVEY}/", 303),
    "options": ("OPTIONS", "/en/", 200),
    "unknown token": ("GET", "/en/r/unknown/", 404),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_answer_carries_the_headers(kind: str, app: Flask) -> None:
    method, address, status = EVERY_KIND[kind]
    visitor = app.test_client(use_cookies=False)
    for _ in range(2 if kind == "kept page" else 1):
        answered = visitor.open(address, method=method)
    assert answered.status_code == status
    floor = FLOOR | ({"Referrer-Policy": "no-referrer"} if "/r/" in address else {})
    assert {key: answered.headers.getlist(key) for key in floor} == {
        key: [value] for key, value in floor.items()
    }
    assert _policy(answered.headers.getlist("Content-Security-Policy")) == POLICY
    assert "Set-Cookie" not in answered.headers
    assert "Server" not in answered.headers


def test_fault_carries_the_headers(app: Flask) -> None:
    app.testing = False
    del app.jinja_env.filters["markdown"]
    answered = app.test_client(use_cookies=False).get("/en/method/")
    assert answered.status_code == 500
    assert _policy(answered.headers.getlist("Content-Security-Policy")) == POLICY
    assert "markdown" not in answered.text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:8000", "127.0.0.1.nip.io", "10.0.0.1", ""],
)
def test_foreign_host_is_refused(host: str, app: Flask) -> None:
    visitor = app.test_client(use_cookies=False)
    for address in ("/", "/en/", "/static/style.css", f"/en/surveys/{SURVEY}/"):
        answered = visitor.get(address, headers={"Host": host})
        assert answered.status_code == 400, address
        assert _policy(answered.headers.getlist("Content-Security-Policy")) == POLICY


def test_foreign_host_is_refused_on_every_route_kept_pages_included(app: Flask) -> None:
    visitor = app.test_client(use_cookies=False)
    addresses = {
        re.sub(r"<(\w+:)?(\w+)>", lambda part: "en" if part[2] == "lang" else "x", rule.rule)
        for rule in app.url_map.iter_rules()
    }
    assert len(addresses) > 50
    for address in ("/en/", "/en/toolkit/", "/static/style.css"):
        visitor.get(address).close()
    for address in sorted(addresses | {"/en/toolkit/", "/static/style.css"}):
        for method in ("GET", "POST"):
            answered = visitor.open(address, method=method, headers={"Host": "evil.example"})
            assert (answered.status_code, answered.text) == (400, "This address is not served here.\n"), (
                address
            )


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:5000"])
def test_own_host_is_served(host: str, app: Flask) -> None:
    assert app.test_client(use_cookies=False).get("/en/", headers={"Host": host}).status_code == 200


def test_public_host_is_served_and_written_in_links(
    make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    site = make_site(starter_folder, PORTAL_BASE_URL="https://survey.example.org/")
    client = InspectingClient(site)
    page = client.get("/ar/", headers={"Host": "survey.example.org"})
    assert page.page.one("//link[@rel='canonical']").get("href") == "https://survey.example.org/ar/"
    begun = client.post(
        f"/ar/surveys/{SURVEY}/", headers={"Host": "survey.example.org"}, follow_redirects=False
    )
    overview = client.get("/".join(begun.headers["Location"].split("/")[:4]) + "/")
    link = overview.page.one("//input[@id='own-link']").get("value")
    assert link == f"https://survey.example.org{overview.address}"


def test_no_answer_sets_a_cookie(app: Flask, client: InspectingClient) -> None:
    with walking.Traffic(app) as traffic:
        done = client.submit(walking.ready_to_submit(client, NON_USER))
        client.get(done.address, headers={"Cookie": "session=made-up; other=1"})
        client.get("/", headers={"Cookie": "session=made-up"})
        client.get("/en/nothing/")
    assert len(traffic.answers) > 12
    assert traffic.setting_cookies() == []


def test_style_and_scripts_load_nothing_from_elsewhere(app: Flask) -> None:
    folder = Path(str(app.static_folder))
    sources = [path for path in folder.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    assert len(sources) >= 4
    foreign = {
        path.name: [line for line in path.read_text().splitlines() if "//" in line and "http" in line]
        for path in sources
    }
    told = {
        name: [line for line in lines if "http://www.w3.org/" not in line] for name, lines in foreign.items()
    }
    assert {name: lines for name, lines in told.items() if lines} == {}


UNSAFE = {
    "base address without scheme": ({"PORTAL_BASE_URL": "survey.example.org"}, "PORTAL_BASE_URL"),
    "base address of another scheme": ({"PORTAL_BASE_URL": "ftp://survey.example.org"}, "PORTAL_BASE_URL"),
    "base address with a path": ({"PORTAL_BASE_URL": "https://example.org/portal"}, "PORTAL_BASE_URL"),
    "base address without host": ({"PORTAL_BASE_URL": "https://"}, "PORTAL_BASE_URL"),
    "base address with a password": ({"PORTAL_BASE_URL": "https://me:pw@example.org"}, "PORTAL_BASE_URL"),
    "base address with a query": ({"PORTAL_BASE_URL": "https://example.org/?a=b"}, "PORTAL_BASE_URL"),
    "base address with an impossible port": (
        {"PORTAL_BASE_URL": "https://example.org:99999"},
        "PORTAL_BASE_URL",
    ),
    "contact that is no address": ({"PORTAL_CONTACT": "somebody"}, "PORTAL_CONTACT"),
}


@pytest.mark.parametrize("case", UNSAFE)
def test_unsafe_setting_is_refused_by_name(case: str, tmp_path: Path) -> None:
    settings, name = UNSAFE[case]
    with pytest.raises(SettingsError, match=name):
        create_app({"PORTAL_INSTANCE": tmp_path / "instance", **settings})
    assert not (tmp_path / "instance").exists()


def test_base_address_is_kept_without_its_final_slash(tmp_path: Path) -> None:
    settings = read_settings({"PORTAL_INSTANCE": tmp_path, "PORTAL_BASE_URL": "https://Example.org:8443/"})
    assert settings.base_url == "https://example.org:8443"
    assert settings.trusted_hosts == ["example.org", "localhost", "127.0.0.1"]


def _policy(sent: list[str]) -> dict[str, list[str]]:
    """The one policy sent, directive by directive."""
    (policy,) = sent
    parts = [directive.split() for directive in policy.split(";")]
    assert len(parts) == len({part[0] for part in parts})
    return {part[0]: part[1:] for part in parts}


def test_every_item_of_the_documentation_is_held_by_a_test() -> None:
    folder = Path(__file__).parent
    page = (folder.parent.parent / "docs" / "security.md").read_text()
    named = re.findall(r"\| `(test_\w+)` \| `(test_\w+)` \|$", page, re.MULTILINE)
    rows = [line for line in page.partition("## Uploads")[0].splitlines() if line.startswith("| ")]
    assert len(named) == len(rows) - 1 > 40
    missing = [f"{file}: {test}" for file, test in named if not _has_test(folder / f"{file}.py", test)]
    assert missing == []


def _has_test(file: Path, name: str) -> bool:
    return file.exists() and f"\ndef {name}(" in file.read_text()

"""Pages kept whole in memory: the same bytes, told apart by address and host, gone when something changes."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest
from flask import request, template_rendered

from portal import content, public_pages
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import NON_USER, SURVEY

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A visitor who looks at headers and bytes."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def rendered(app: Flask) -> list[str]:
    """Addresses whose page was made anew, in order; a kept page is answered before any template is read."""
    made: list[str] = []

    def note(_app: Flask, **_rendered: object) -> None:
        made.append(request.full_path.rstrip("?"))

    template_rendered.connect(note, app)
    app.extensions["noting"] = note  # a signal holds its listener weakly
    return made


@pytest.mark.parametrize(
    "address", ["/en/", "/ar/findings/", "/fr/toolkit/", "/en/case-studies/?platform=telegram"]
)
def test_kept_page_is_the_same(address: str, browser: FlaskClient, rendered: list[str]) -> None:
    first, second = browser.get(address), browser.get(address)
    assert second.data == first.data
    assert _without_date(second.headers) == _without_date(first.headers)
    assert rendered == [address]


def test_page_that_the_browser_has_is_not_sent_again(browser: FlaskClient) -> None:
    first = browser.get("/en/method/")
    again = browser.get("/en/method/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    other = browser.get("/en/method/", headers={"If-None-Match": 'W/"another"'})
    assert (other.status_code, other.data) == (200, first.data)
    assert browser.get("/fr/method/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("address", ["/en/", f"/en/findings/{SURVEY}/", "/static/style.css"])
def test_page_is_packed_for_who_can_unpack(address: str, browser: FlaskClient) -> None:
    plain = browser.get(address)
    assert "Content-Encoding" not in plain.headers
    for _ in range(2):
        packed = browser.get(address, headers={"Accept-Encoding": "br, gzip;q=0.5"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data)
    refused = browser.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == plain.data


def test_packed_file_is_not_packed_again(browser: FlaskClient) -> None:
    (address, *_) = re.findall(r'href="(/en/toolkit/templates/[^"]+)/"', browser.get("/en/toolkit/").text)
    answered = browser.get(f"{address}.docx", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answered.headers
    assert answered.data.startswith(b"PK")


def test_change_shows_once_pages_are_forgotten(app: Flask, browser: FlaskClient, rendered: list[str]) -> None:
    browser.get("/en/conference/")
    with app.app_context():
        found = walking.Document.get(walking.Document.kind == "conference")
        body = json.loads(found.body)
        body["title"]["en"] = "A gathering"
        found.body = json.dumps(body)
        found.save()
        content.changed()
    assert "A gathering" not in browser.get("/en/conference/").text, "nothing says so within the second"
    app.extensions["public_pages"].forget()
    assert "A gathering" in browser.get("/en/conference/").text
    assert rendered == ["/en/conference/"] * 2


def test_change_of_another_process_shows_within_a_second(
    app: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = browser.get(f"/en/surveys/{SURVEY}/")
    walking.done(app, "survey", "close", SURVEY)
    monkeypatch.setattr(public_pages, "FRESH_FOR", 0.0)  # instead of waiting for the second to pass
    after = browser.get(f"/en/surveys/{SURVEY}/")
    assert b'method="post"' in before.data
    assert b'method="post"' not in after.data
    assert after.headers["ETag"] != before.headers["ETag"]


def test_answering_changes_no_public_page(app: Flask, browser: FlaskClient, rendered: list[str]) -> None:
    before = browser.get(f"/en/surveys/{SURVEY}/").data
    client = InspectingClient(app)
    client.submit(walking.ready_to_submit(client, NON_USER))
    rendered.clear()
    assert browser.get(f"/en/surveys/{SURVEY}/").data == before
    assert rendered == []


def test_unknown_query_is_answered_but_not_kept(browser: FlaskClient, rendered: list[str]) -> None:
    for _ in range(2):
        assert browser.get("/en/toolkit/?utm_source=x").status_code == 200
    assert rendered == ["/en/toolkit/?utm_source=x"] * 2


def test_known_query_is_kept_apart(browser: FlaskClient) -> None:
    telegram = browser.get("/en/case-studies/?platform=telegram").data
    assert browser.get("/en/case-studies/").data != telegram
    assert browser.get("/en/case-studies/?platform=telegram").data == telegram


def test_missing_page_is_not_kept(browser: FlaskClient, rendered: list[str]) -> None:
    for _ in range(2):
        assert browser.get("/en/case-studies/nothing/").status_code == 404
    assert rendered == ["/en/case-studies/nothing/"] * 2


def test_own_pages_are_not_kept(app: Flask, rendered: list[str]) -> None:
    client = InspectingClient(app)
    home = walking.home_of_new(client)
    rendered.clear()
    for _ in range(2):
        client.get(home)
    assert rendered == [home, home]


def test_pages_of_two_hosts_are_kept_apart(browser: FlaskClient) -> None:
    local = browser.get("/en/", base_url="http://localhost")
    loopback = browser.get("/en/", base_url="http://127.0.0.1:8000")
    assert 'content="http://localhost/en/"' in local.text
    assert 'content="http://127.0.0.1:8000/en/"' in loopback.text
    assert "http://localhost/" not in loopback.text
    assert browser.get("/en/", base_url="http://localhost").data == local.data


def test_kept_page_is_not_given_to_a_foreign_host(browser: FlaskClient) -> None:
    browser.get("/en/")
    refused = browser.get("/en/", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    assert "evil.example" not in refused.text


def test_head_is_answered_from_what_get_keeps(browser: FlaskClient) -> None:
    got, head = browser.get("/en/"), browser.head("/en/")
    assert head.data == b""
    assert _without_date(head.headers) == _without_date(got.headers)
    assert browser.head("/fr/").status_code == 200
    assert b"<h1" in browser.get("/fr/").data, "a HEAD must not empty what is kept for GET"


def test_memory_stays_bounded(
    browser: FlaskClient, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 3 * len(browser.get("/en/privacy/").data)
    monkeypatch.setattr(public_pages, "CAPACITY", room)
    pages = [f"/{code}/{page}/" for code in walking.LANGUAGES for page in ("privacy", "method", "toolkit")]
    for address in pages:
        browser.get(address)
    rendered.clear()
    for address in reversed(pages):
        browser.get(address)
    again = len(rendered)
    assert 0 < again < len(pages), "the last are still there, the first are not"


def test_static_file_is_kept_for_good_under_its_content(browser: FlaskClient) -> None:
    address = browser.get("/en/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    by_content, bare = browser.get(address), browser.get("/static/style.css")
    assert by_content.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert by_content.data == bare.data
    assert "immutable" not in bare.headers["Cache-Control"]
    assert browser.get("/static/../app.py").status_code == 404
    assert browser.get("/static/nothing.css").status_code == 404


def _without_date(headers: object) -> list[tuple[str, str]]:
    return sorted((key, value) for key, value in headers if key != "Date")
